// SPDX-License-Identifier: Apache-2.0
// The .npy format: numpy/lib/format.py of NumPy, "Format Version 1.0" to "3.0".
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "numbers are copied in the byte order of the file");

namespace memcosim {
namespace {

constexpr std::string_view magic("\x93NUMPY", 6);
constexpr std::size_t most_axes = 32;

struct Header {
  std::string type;
  bool fortran = false;
  std::vector<std::size_t> shape;
  bool has_type = false;
  bool has_order = false;
  bool has_shape = false;
};

/// The header is a Python dictionary literal with three fixed keys.
class HeaderParser {
 public:
  explicit HeaderParser(std::string_view text) : text_(text) {}

  Header parse() {
    Header header;
    expect('{');
    while (!accept('}')) {
      const std::string key = string();
      expect(':');
      if (key == "descr" && !header.has_type) {
        header.type = string();
        header.has_type = true;
      } else if (key == "fortran_order" && !header.has_order) {
        header.fortran = boolean();
        header.has_order = true;
      } else if (key == "shape" && !header.has_shape) {
        header.shape = tuple();
        header.has_shape = true;
      } else {
        throw InputError(fmt::format("unexpected key \"{}\" in its header", key));
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (at_ != text_.size()) throw InputError("text after its header");
    if (!header.has_type || !header.has_order || !header.has_shape) throw InputError("its header lacks descr, fortran_order or shape");
    return header;
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n'))
      ++at_;
  }
  bool accept(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!accept(c)) throw InputError(fmt::format("'{}' expected at character {} of its header", c, at_));
  }
  std::string string() {
    skip_space();
    const char quote = at_ < text_.size() ? text_[at_] : '\0';
    if (quote != '\'' && quote != '"') throw InputError("a text expected in its header (structured types are not supported)");
    const auto end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) throw InputError("a text without end in its header");
    const std::string value(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return value;
  }
  bool boolean() {
    skip_space();
    for (const auto& [word, value] : {std::pair<std::string_view, bool>{"True", true}, {"False", false}}) {
      if (text_.substr(at_, word.size()) == word) {
        at_ += word.size();
        return value;
      }
    }
    throw InputError("True or False expected in its header");
  }
  std::vector<std::size_t> tuple() {
    std::vector<std::size_t> values;
    expect('(');
    while (!accept(')')) {
      values.push_back(extent());
      if (values.size() > most_axes) throw InputError(fmt::format("more than {} axes", most_axes));
      if (!accept(',')) {
        expect(')');
        break;
      }
    }
    return values;
  }
  std::size_t extent() {
    skip_space();
    std::size_t value = 0;
    const std::size_t start = at_;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      const auto digit = static_cast<std::size_t>(text_[at_] - '0');
      if (value > (std::numeric_limits<std::size_t>::max() - digit) / 10) throw InputError("an extent is too large");
      value = value * 10 + digit;
    }
    if (at_ == start) throw InputError("an extent expected in its header");
    return value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

template <typename T>
void convert(std::string_view bytes, std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    values[i] = static_cast<double>(value);
    if constexpr (std::numeric_limits<T>::digits > std::numeric_limits<double>::digits) {
      constexpr auto exact = T{1} << std::numeric_limits<double>::digits;
      bool fits = value <= exact;
      if constexpr (std::is_signed_v<T>) fits = fits && value >= -exact;
      if (!fits) throw InputError(fmt::format("the integer {} has no exact double", value));
    }
  }
}

struct ElementType {
  std::string_view name;
  std::size_t bytes;
  void (*read)(std::string_view, std::vector<double>&);
};
constexpr ElementType element_types[] = {
    {"<f8", 8, convert<double>},        {"<f4", 4, convert<float>},         {"|i1", 1, convert<std::int8_t>},
    {"|u1", 1, convert<std::uint8_t>},  {"<i1", 1, convert<std::int8_t>},   {"<u1", 1, convert<std::uint8_t>},
    {"<i2", 2, convert<std::int16_t>},  {"<u2", 2, convert<std::uint16_t>}, {"<i4", 4, convert<std::int32_t>},
    {"<u4", 4, convert<std::uint32_t>}, {"<i8", 8, convert<std::int64_t>},  {"<u8", 8, convert<std::uint64_t>},
};

const ElementType& element_type(const std::string& name) {
  for (const ElementType& type : element_types) {
    if (type.name == name) return type;
  }
  throw InputError(fmt::format("element type \"{}\" is not supported: save it as float64, float32 or an integer, little-endian", name));
}

std::size_t element_count(const std::vector<std::size_t>& shape) {
  std::size_t count = 1;
  for (const std::size_t extent : shape) {
    if (extent != 0 && count > std::numeric_limits<std::size_t>::max() / extent) throw InputError("its shape is too large");
    count *= extent;
  }
  return count;
}

std::vector<double> to_c_order(const std::vector<double>& fortran, const std::vector<std::size_t>& shape) {
  std::vector<double> values(fortran.size());
  std::vector<std::size_t> index(shape.size(), 0);
  for (const double value : fortran) {
    std::size_t offset = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis)
      offset = offset * shape[axis] + index[axis];
    values[offset] = value;
    for (std::size_t axis = 0; axis < shape.size() && ++index[axis] == shape[axis]; ++axis)
      index[axis] = 0;
  }
  return values;
}

NpyContent parse_npy(std::string content) {
  if (content.compare(0, magic.size(), magic) != 0 || content.size() < 10) throw InputError("it does not start as a .npy file");
  const auto byte = [&](std::size_t i) { return static_cast<std::size_t>(static_cast<unsigned char>(content[i])); };
  const std::size_t version = byte(6);
  if (version < 1 || version > 3) throw InputError(fmt::format("version {} of the .npy format is not supported", version));
  std::size_t start = 10;
  std::size_t length = byte(8) | byte(9) << 8;
  if (version > 1) {
    if (content.size() < 12) throw InputError("it ends in its header");
    start = 12;
    length |= byte(10) << 16 | byte(11) << 24;
  }
  if (content.size() - start < length) throw InputError("it ends in its header");
  Header header = HeaderParser(std::string_view(content).substr(start, length)).parse();
  const ElementType& type = element_type(header.type);
  const std::size_t count = element_count(header.shape);
  const std::size_t bytes = content.size() - start - length;
  if (count > std::numeric_limits<std::size_t>::max() / type.bytes || bytes != count * type.bytes) {
    throw InputError(fmt::format("it holds {} bytes of data, its header announces {} elements of {} bytes", bytes, count, type.bytes));
  }
  NpyContent result;
  result.type = std::move(header.type);
  result.shape = std::move(header.shape);
  result.fortran = header.fortran;
  result.file = std::move(content);
  result.first_byte = start + length;
  return result;
}

/// Calls work() and adds the name of the file to its errors.
template <typename Work>
auto naming_the_file(const std::filesystem::path& file, Work work) {
  try {
    return work();
  } catch (const InputError& error) {
    throw InputError(fmt::format("cannot read the array \"{}\": {}", file.string(), error.what()));
  }
}

}  // namespace

bool is_npy(std::string_view content) {
  return content.substr(0, magic.size()) == magic;
}

NpyContent read_npy_content(std::string content, const std::filesystem::path& file) {
  return naming_the_file(file, [&] { return parse_npy(std::move(content)); });
}

NpyArray read_npy(const std::filesystem::path& file) {
  std::string bytes = read_file(file);
  return naming_the_file(file, [&] {
    NpyContent content = parse_npy(std::move(bytes));
    NpyArray array;
    array.values.resize(element_count(content.shape));
    element_type(content.type).read(content.data(), array.values);
    if (content.fortran) array.values = to_c_order(array.values, content.shape);
    array.shape = std::move(content.shape);
    return array;
  });
}

std::string to_npy(const NpyArray& array) {
  if (array.shape.size() > most_axes || element_count(array.shape) != array.values.size()) {
    throw std::logic_error("the shape of an array does not match its values");
  }
  std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (";
  for (std::size_t axis = 0; axis < array.shape.size(); ++axis) {
    header += fmt::format("{}{}", array.shape[axis], axis + 1 < array.shape.size() ? ", " : "");
  }
  header += array.shape.size() == 1 ? ",), }" : "), }";
  // The data start at a multiple of 64 bytes; the header ends in a line feed.
  constexpr std::size_t prefix = 10;
  header.append(63 - (prefix + header.size()) % 64, ' ');
  header += '\n';

  std::string text(magic);
  text += {'\x01', '\x00', static_cast<char>(header.size() & 0xff), static_cast<char>(header.size() >> 8)};
  text += header;
  const std::size_t start = text.size();
  text.resize(start + array.values.size() * sizeof(double));
  if (!array.values.empty()) std::memcpy(text.data() + start, array.values.data(), array.values.size() * sizeof(double));
  return text;
}

}  // namespace memcosim
