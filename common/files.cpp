// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/files.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <cmath>
#include <limits>
#include <memory>
#include <stdexcept>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <gsl/gsl>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/units.hpp"

namespace memcosim {
namespace {

std::string reason(int error) {
  return std::generic_category().message(error);
}

[[noreturn]] void cannot_write(const std::filesystem::path& file, std::string_view why) {
  throw RunError(fmt::format("cannot write \"{}\": {}", file.string(), why));
}

[[noreturn]] void cannot_read(const std::filesystem::path& file, std::string_view why) {
  throw InputError(fmt::format("cannot read \"{}\": {}", file.string(), why));
}

/// A symbolic link is written through, so that it stays one; a device or a pipe would be replaced by the rename, so it is refused.
std::filesystem::path write_target(const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    cannot_write(file, std::filesystem::is_directory(status) ? "it is a folder" : "it is not a regular file");
  }
  if (std::filesystem::is_symlink(std::filesystem::symlink_status(file, error))) {
    const auto target = std::filesystem::canonical(file, error);
    if (error) cannot_write(file, error.message());
    return target;
  }
  return file;
}

/// A name that is unique among the processes and threads that write to this folder.
std::filesystem::path temporary_name(const std::filesystem::path& target) {
  static std::atomic<unsigned> counter{0};
  return target.parent_path() / fmt::format(".{}.{}.{}.tmp", target.filename().string().substr(0, 200), ::getpid(), counter++);
}

void write_all(int descriptor, std::string_view content, const std::filesystem::path& file) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      cannot_write(file, reason(errno));
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Makes the rename itself durable. Some file systems refuse fsync on a folder; the file is complete either way.
void sync_folder(const std::filesystem::path& folder) {
  const int descriptor = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

[[noreturn]] void too_large(const std::filesystem::path& file, std::size_t limit_bytes) {
  cannot_read(file, fmt::format("its content is larger than the limit of {} bytes", limit_bytes));
}

/// Opens a regular file for reading, without blocking, as opening a pipe without a writer would. Also refuses a compressed file larger than
/// the limit of its content, which is larger still.
int open_regular(const std::filesystem::path& file, std::size_t limit_bytes) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) cannot_read(file, reason(errno));
  struct stat status = {};
  const bool regular = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
  if (regular && static_cast<std::uint64_t>(status.st_size) <= limit_bytes) return descriptor;
  ::close(descriptor);
  if (regular) too_large(file, limit_bytes);
  cannot_read(file, S_ISDIR(status.st_mode) ? "it is a folder, expected a file"
                                            : "it is a device or a pipe, expected a regular file: save the data in one");
}

struct CloseGzip {
  void operator()(gzFile_s* stream) const { ::gzclose_r(stream); }
};
using GzipStream = std::unique_ptr<gzFile_s, CloseGzip>;

GzipStream open_gzip(const std::filesystem::path& file, std::size_t limit_bytes) {
  const int descriptor = open_regular(file, limit_bytes);
  GzipStream stream(::gzdopen(descriptor, "rb"));
  if (stream != nullptr) return stream;
  ::close(descriptor);
  cannot_read(file, "out of memory");
}

/// The next bytes of the content, as many as fit `block`; 0 at its end.
std::size_t read_block(const std::filesystem::path& file, gzFile_s* stream, gsl::span<char> block) {
  const int got = ::gzread(stream, block.data(), static_cast<unsigned>(block.size()));
  if (got >= 0) return static_cast<std::size_t>(got);
  int code = Z_OK;
  const char* message = ::gzerror(stream, &code);
  cannot_read(file, code == Z_ERRNO ? reason(errno) : fmt::format("damaged gzip data ({})", message));
}

}  // namespace

void write_file(const std::filesystem::path& file, std::string_view content) {
  const std::filesystem::path target = write_target(file);
  const std::filesystem::path temporary = temporary_name(target);
  int descriptor = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor < 0) cannot_write(file, reason(errno));
  bool renamed = false;
  const auto cleanup = gsl::finally([&] {
    if (descriptor >= 0) ::close(descriptor);
    if (!renamed) ::unlink(temporary.c_str());
  });
  write_all(descriptor, content, file);
  if (::fsync(descriptor) != 0) cannot_write(file, reason(errno));
  const int closed = ::close(descriptor);
  descriptor = -1;
  if (closed != 0) cannot_write(file, reason(errno));
  if (::rename(temporary.c_str(), target.c_str()) != 0) cannot_write(file, reason(errno));
  renamed = true;
  sync_folder(target.parent_path());
}

std::string read_file(const std::filesystem::path& file, std::size_t limit_bytes) {
  const int descriptor = open_regular(file, limit_bytes);
  const auto cleanup = gsl::finally([&] { ::close(descriptor); });
  std::string content;
  struct stat status = {};
  if (::fstat(descriptor, &status) == 0) content.reserve(static_cast<std::size_t>(status.st_size));
  std::array<char, 65536> block{};
  while (true) {
    const ssize_t got = ::read(descriptor, block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) cannot_read(file, reason(errno));
    if (got == 0) return content;
    if (content.size() + static_cast<std::size_t>(got) > limit_bytes) too_large(file, limit_bytes);
    content.append(block.data(), static_cast<std::size_t>(got));
  }
}

std::string read_gzip_file(const std::filesystem::path& file, std::size_t limit_bytes) {
  GzipStream stream = open_gzip(file, limit_bytes);
  std::string content;
  std::array<char, 65536> block{};
  while (const std::size_t got = read_block(file, stream.get(), block)) {
    if (content.size() + got > limit_bytes) too_large(file, limit_bytes);
    content.append(block.data(), got);
  }
  // A truncated stream is only reported when it is closed.
  if (::gzclose_r(stream.release()) != Z_OK) cannot_read(file, "the gzip data end too early");
  return content;
}

std::string read_gzip_start(const std::filesystem::path& file, std::size_t bytes) {
  const GzipStream stream = open_gzip(file, std::numeric_limits<std::size_t>::max());
  std::string content(bytes, '\0');
  std::size_t size = 0;
  while (const std::size_t got = size < bytes ? read_block(file, stream.get(), gsl::span<char>(content).subspan(size)) : 0)
    size += got;
  content.resize(size);
  return content;
}

CsvTable::CsvTable(std::vector<std::string> header) : columns_(header.size()) {
  if (header.empty()) throw std::logic_error("a CSV table needs a column");
  for (const std::string& name : header)
    cell(name);
}

CsvTable& CsvTable::row() {
  if (filled_ != columns_) throw std::logic_error(fmt::format("a CSV row has {} cells, its table {} columns", filled_, columns_));
  text_ += '\n';
  filled_ = 0;
  return *this;
}

CsvTable& CsvTable::cell(std::string_view text) {
  if (filled_++ > 0) text_ += ',';
  // A single empty cell is quoted too: an empty line would not be read as a row.
  const bool quoted = text.find_first_of(",\"\r\n") != std::string_view::npos || (text.empty() && columns_ == 1);
  if (!quoted) {
    text_ += text;
    return *this;
  }
  text_ += '"';
  for (const char c : text) {
    if (c == '"') text_ += '"';
    text_ += c;
  }
  text_ += '"';
  return *this;
}

CsvTable& CsvTable::cell(double number) {
  return cell(exact_number(number));
}

CsvTable& CsvTable::cell(std::uint64_t number) {
  return cell(std::to_string(number));
}

std::string CsvTable::str() const {
  if (filled_ != columns_) throw std::logic_error(fmt::format("a CSV row has {} cells, its table {} columns", filled_, columns_));
  return text_ + '\n';
}

}  // namespace memcosim
