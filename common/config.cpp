// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/config.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <stdexcept>
#include <system_error>

#include <fmt/format.h>

#include "memcosim/common/detail/config_impl.hpp"

namespace memcosim {
namespace {

using detail::YamlNode;

/// Text such as "a time above 0 s and up to 1 us"; with an example value only if no bound shows the unit.
std::string describe(Dimension dimension, const Range& range) {
  std::string text = with_article(dimension_name(dimension));
  const auto bound = [&](double value) { return format_quantity(value, dimension, 12); };
  const bool low = std::isfinite(range.low);
  const bool high = std::isfinite(range.high);
  if (low && high && !range.low_open) return fmt::format("{} from {} to {}", text, bound(range.low), bound(range.high));
  if (low) text += fmt::format(" {} {}", range.low_open ? "above" : "of at least", bound(range.low));
  if (high) text += fmt::format("{} up to {}", low ? " and" : "", bound(range.high));
  if (dimension != Dimension::dimensionless) text += fmt::format(", such as {}", quantity_example(dimension));
  return text;
}

bool inside(double value, const Range& range) {
  return std::isfinite(value) && (range.low_open ? value > range.low : value >= range.low) && value <= range.high;
}

/// A value within the range, with which reading continues after a fault.
double harmless_value(const Range& range) {
  if (inside(0.0, range)) return 0.0;
  for (const double candidate : {range.low, 1.0, range.low + 1.0, range.low + 0.5 * (range.high - range.low), range.high}) {
    if (inside(candidate, range)) return candidate;
  }
  throw std::logic_error("an empty range");
}

void require_valid_default(const std::optional<double>& fallback, const Range& range, std::string_view key) {
  if (fallback && !inside(*fallback, range)) throw std::logic_error(fmt::format("the default of \"{}\" is outside of its range", key));
}

/// A plain decimal number. YAML 1.1 would also read 010 as eight, 0x10, 1_000 and .inf: here they are what they look like, or faults.
double plain_number(const YamlNode& node, const std::string& expected) {
  if (node.quoted) throw InputError(fmt::format("\"{}\" in quotes is a text: expected {} without quotes", node.scalar, expected));
  double value = 0.0;
  const char* begin = node.scalar.data();
  const char* end = begin + node.scalar.size();
  if (node.scalar.size() > 1 && node.scalar.front() == '+' && node.scalar[1] != '-') ++begin;
  const auto result = std::from_chars(begin, end, value);
  if (result.ec == std::errc::result_out_of_range) {
    throw InputError(fmt::format("{} is outside of what a double can hold: expected {}", node.scalar, expected));
  }
  if (result.ec != std::errc() || result.ptr != end || !std::isfinite(value)) {
    throw InputError(fmt::format("\"{}\" is not a number: expected {}", node.scalar, expected));
  }
  return value;
}

double checked(double value, const Range& range, const std::string& text, const std::string& expected) {
  if (!inside(value, range)) throw InputError(fmt::format("{} is out of range: expected {}", text, expected));
  return value;
}

std::string describe_integer(std::int64_t low, std::int64_t high) {
  const bool from = low != std::numeric_limits<std::int64_t>::min();
  const bool to = high != std::numeric_limits<std::int64_t>::max();
  if (from && to) return fmt::format("an integer from {} to {}", low, high);
  if (from) return fmt::format("an integer of at least {}", low);
  return to ? fmt::format("an integer up to {}", high) : std::string("an integer");
}

std::int64_t plain_integer(const YamlNode& node, std::int64_t low, std::int64_t high, const std::string& expected) {
  std::int64_t value = 0;
  const std::string& text = node.scalar;
  const char* begin = text.data() + (text.size() > 1 && text[0] == '+' && text[1] != '-' ? 1 : 0);
  const auto result = std::from_chars(begin, text.data() + text.size(), value);
  const bool whole = !node.quoted && result.ptr == text.data() + text.size();
  if (whole && result.ec == std::errc::result_out_of_range)
    throw InputError(fmt::format("{} is out of range: expected {}", text, expected));
  if (!whole || result.ec != std::errc()) {
    // "1e3" and "64.0" are integers too, as far as a double holds every integer.
    const double number = plain_number(node, expected);
    if (number != std::trunc(number)) throw InputError(fmt::format("{} is not an integer: expected {}", text, expected));
    if (std::abs(number) > 0x1p53)
      throw InputError(fmt::format("{} is too large to be exact: expected {} in plain digits", text, expected));
    value = static_cast<std::int64_t>(number);
  }
  if (value < low || value > high) throw InputError(fmt::format("{} is out of range: expected {}", text, expected));
  return value;
}

std::string plain_text(const YamlNode& node) {
  if (node.scalar.find('\0') != std::string::npos) throw InputError("a text must not hold a zero byte");
  return node.scalar;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names)
    text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace

ConfigNode::ConfigNode(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

const std::string& ConfigNode::path() const {
  return impl_->path;
}

bool ConfigNode::has(std::string_view key) const {
  impl_->ask(key);
  return impl_->find(key) != nullptr;
}

std::vector<std::string> ConfigNode::keys() const {
  std::vector<std::string> names;
  if (impl_->yaml == nullptr) return names;
  for (const detail::YamlEntry& entry : impl_->yaml->entries)
    names.push_back(entry.key);
  return names;
}

double ConfigNode::quantity(std::string_view key, Dimension dimension, Range range, std::optional<double> fallback) const {
  require_valid_default(fallback, range, key);
  std::string expected = describe(dimension, range);
  if (dimension == Dimension::dimensionless) expected += " (5 % is 0.05)";
  return impl_->read<double>(
      key, expected, fallback, harmless_value(range),
      [&](const YamlNode& node) { return checked(parse_quantity(node.scalar, dimension), range, node.scalar, expected); },
      [&](const double& value) { return exact_quantity(value, dimension); });
}

double ConfigNode::number(std::string_view key, Range range, std::optional<double> fallback) const {
  require_valid_default(fallback, range, key);
  const std::string expected = describe(Dimension::dimensionless, range);
  return impl_->read<double>(
      key, expected, fallback, harmless_value(range),
      [&](const YamlNode& node) { return checked(plain_number(node, expected), range, node.scalar, expected); },
      [](const double& value) { return exact_number(value); });
}

std::int64_t ConfigNode::integer(std::string_view key, std::int64_t low, std::int64_t high, std::optional<std::int64_t> fallback) const {
  if (low > high) throw std::logic_error("an empty range");
  if (fallback && (*fallback < low || *fallback > high)) {
    throw std::logic_error(fmt::format("the default of \"{}\" is outside of its range", key));
  }
  const std::string expected = describe_integer(low, high);
  return impl_->read<std::int64_t>(
      key, expected, fallback, std::clamp<std::int64_t>(0, low, high),
      [&](const YamlNode& node) { return plain_integer(node, low, high, expected); },
      [](const std::int64_t& value) { return std::to_string(value); });
}

bool ConfigNode::boolean(std::string_view key, std::optional<bool> fallback) const {
  return impl_->read<bool>(
      key, "true or false", fallback, false,
      [](const YamlNode& node) {
        if (!node.quoted && (node.scalar == "true" || node.scalar == "True" || node.scalar == "TRUE")) return true;
        if (!node.quoted && (node.scalar == "false" || node.scalar == "False" || node.scalar == "FALSE")) return false;
        throw InputError(
            fmt::format("\"{}\" is no truth value: expected true or false{}", node.scalar, node.quoted ? " without quotes" : ""));
      },
      [](const bool& value) { return std::string(value ? "true" : "false"); });
}

std::string ConfigNode::text(std::string_view key, std::optional<std::string> fallback) const {
  return impl_->read<std::string>(key, "a text", fallback, std::string(), plain_text,
                                  [](const std::string& value) { return detail::quoted_text(value); });
}

std::size_t ConfigNode::choice(std::string_view key, const std::vector<std::string>& names, std::optional<std::string> fallback) const {
  const auto position = [&](const std::string& name) {
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
  };
  std::optional<std::size_t> fallback_position;
  if (fallback) fallback_position = position(*fallback);
  if (names.empty() || fallback_position == names.size()) {
    throw std::logic_error(fmt::format("the default of \"{}\" is none of its names", key));
  }
  const std::string expected = "one of " + joined(names);
  return impl_->read<std::size_t>(
      key, expected, fallback_position, std::size_t{0},
      [&](const YamlNode& node) {
        const std::size_t found = position(node.scalar);
        if (found < names.size()) return found;
        const auto near = nearest_name(node.scalar, names);
        throw InputError(
            fmt::format("\"{}\" is not known: expected {}{}", node.scalar, expected, near ? "; did you mean \"" + *near + "\"?" : ""));
      },
      [&](const std::size_t& value) { return detail::quoted_text(names[value]); });
}

std::vector<double> ConfigNode::numbers(std::string_view key, Range range, const std::vector<double>& fallback) const {
  for (const double value : fallback)
    require_valid_default(value, range, key);
  const std::string expected = describe(Dimension::dimensionless, range) + ", or a list of them";
  const auto print = [](const std::vector<double>& values) {
    std::string text;
    for (const double value : values)
      text += (text.empty() ? "" : ", ") + exact_number(value);
    return values.size() == 1 ? text : "[" + text + "]";
  };
  return impl_->read_list<double>(
      key, expected, fallback, [&](const YamlNode& node) { return checked(plain_number(node, expected), range, node.scalar, expected); },
      print);
}

namespace {

/// Absolute path of an existing file; a relative name is looked up in the folder of the configuration, then in the working directory.
std::string resolve_file(const std::string& name, const std::filesystem::path& folder) {
  if (name.empty()) throw InputError("the name of a file is empty");
  std::vector<std::filesystem::path> candidates{folder / name};
  if (candidates.front() != std::filesystem::path(name)) candidates.emplace_back(name);
  std::error_code error;
  for (const auto& candidate : candidates) {
    const auto status = std::filesystem::status(candidate, error);
    if (std::filesystem::is_regular_file(status)) {
      return std::filesystem::absolute(candidate).lexically_normal().string();
    }
    if (std::filesystem::is_directory(status)) throw InputError(fmt::format("\"{}\" is a folder: expected a file", candidate.string()));
    if (std::filesystem::exists(status)) {
      throw InputError(fmt::format("\"{}\" is a device or a pipe: expected a regular file; save the data in one", candidate.string()));
    }
  }
  // The folder is empty for a configuration in the working directory that was named without one.
  const std::filesystem::path start = std::filesystem::absolute(folder.empty() ? std::filesystem::path(".") : folder);
  throw InputError(fmt::format("there is no file \"{}\"; a relative path starts at \"{}\" or at the working directory", name,
                               start.lexically_normal().string()));
}

}  // namespace

std::filesystem::path ConfigNode::existing_file(std::string_view key, std::optional<std::string> fallback) const {
  const bool optional = fallback && fallback->empty();
  bool present = false;
  const YamlNode* node = impl_->value(key, YamlNode::Kind::scalar, "the path of a file", !fallback, present);
  if (node == nullptr && (present || !fallback)) return {};
  try {
    const std::string name = node == nullptr ? *fallback : plain_text(*node);
    const std::string file = name.empty() && optional ? name : resolve_file(name, impl_->context->folder);
    impl_->record(key, detail::quoted_text(file), node != nullptr && (!fallback || file != *fallback));
    if (!file.empty()) impl_->context->files.push_back({detail::join_path(impl_->path, key), file});
    return file;
  } catch (const InputError& error) {
    impl_->add_fault(key, node == nullptr ? impl_->place : node->place, error.what());
    return {};
  }
}

std::vector<std::filesystem::path> ConfigNode::existing_files(std::string_view key, const std::vector<std::string>& fallback) const {
  const auto print = [](const std::vector<std::string>& files) {
    std::string text;
    for (const std::string& file : files)
      text += (text.empty() ? "" : ", ") + detail::quoted_text(file);
    return files.size() == 1 ? text : "[" + text + "]";
  };
  const auto files = impl_->read_list<std::string>(
      key, "the path of a file, or a list of them", fallback,
      [&](const YamlNode& node) { return resolve_file(plain_text(node), impl_->context->folder); }, print);
  for (const std::string& file : files)
    impl_->context->files.push_back({detail::join_path(impl_->path, key), file});
  return {files.begin(), files.end()};
}

ConfigNode ConfigNode::map(std::string_view key, bool required) const {
  if (const Impl::Record* before = impl_->recorded(key)) {
    if (const auto* child = std::get_if<Impl::Pointer>(&before->value)) return ConfigNode(*child);
  }
  bool present = false;
  const YamlNode* node = impl_->value(key, YamlNode::Kind::mapping, "a mapping", required, present);
  const detail::YamlEntry* entry = impl_->find(key);
  auto child = std::make_shared<Impl>();
  child->context = impl_->context;
  child->path = detail::join_path(impl_->path, key);
  child->place = entry == nullptr ? impl_->place : entry->place;
  if (node != nullptr) child->yaml = entry->value;
  child->broken = impl_->broken || (node == nullptr && (present || required));
  impl_->record(key, child);
  return ConfigNode(child);
}

std::vector<ConfigNode> ConfigNode::list(std::string_view key) const {
  std::vector<ConfigNode> nodes;
  const Impl::Record* before = impl_->recorded(key);
  if (before == nullptr || !std::holds_alternative<std::vector<Impl::Pointer>>(before->value)) {
    bool present = false;
    const YamlNode* node = impl_->value(key, YamlNode::Kind::sequence, "a list of mappings", false, present);
    if (node == nullptr) return nodes;
    std::vector<Impl::Pointer> children;
    for (std::size_t i = 0; i < node->elements.size(); ++i) {
      const detail::YamlPointer& element = node->elements[i];
      auto child = std::make_shared<Impl>();
      child->context = impl_->context;
      child->path = fmt::format("{}[{}]", detail::join_path(impl_->path, key), i);
      child->place = element->place;
      if (element->kind == YamlNode::Kind::mapping) {
        child->yaml = element;
      } else {
        child->add_fault("", element->place, "expected a mapping");
        child->broken = true;
      }
      children.push_back(std::move(child));
    }
    impl_->record(key, std::move(children));
    before = impl_->recorded(key);
  }
  for (const Impl::Pointer& child : std::get<std::vector<Impl::Pointer>>(before->value))
    nodes.push_back(ConfigNode(child));
  return nodes;
}

void ConfigNode::fault(std::string_view key, std::string message) const {
  const detail::YamlEntry* entry = impl_->find(key);
  if (entry != nullptr) impl_->read_keys.emplace(key);
  impl_->add_fault(key, entry == nullptr ? impl_->place : entry->value->place, std::move(message));
}

}  // namespace memcosim
