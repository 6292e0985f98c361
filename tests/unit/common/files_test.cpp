// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/files.hpp"

#include <algorithm>
#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gsl/gsl>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "memcosim/common/error.hpp"

#include "temporary_folder.hpp"

namespace memcosim {
namespace {

using test::TemporaryFolder;

std::size_t entries(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

template <typename Error, typename Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(WriteFile, WritesAndReplaces) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "result.json";
  const std::string content("a\0b\n", 4);
  write_file(file, "first");
  write_file(file, content);
  EXPECT_EQ(read_file(file), content);
  write_file(file, "");
  EXPECT_EQ(read_file(file), "");
  EXPECT_EQ(entries(folder.path()), 1u) << "no temporary file stays behind";
}

TEST(WriteFile, NamesFileAndReason) {
  const TemporaryFolder folder;
  const auto absent = folder.path() / "absent" / "x";
  EXPECT_EQ(message_of<RunError>([&] { write_file(absent, "x"); }), "cannot write \"" + absent.string() + "\": No such file or directory");
  EXPECT_THAT(message_of<RunError>([&] { write_file(folder.path(), "x"); }), testing::HasSubstr("it is a folder"));
  EXPECT_THAT(message_of<RunError>([] { write_file("/proc/memcosim", "x"); }), testing::HasSubstr("/proc/memcosim"));
  EXPECT_THAT(message_of<RunError>([&] { write_file(folder.path() / std::string(300, 'a'), "x"); }), testing::HasSubstr("too long"));
}

TEST(WriteFile, RefusesToReplaceADevice) {
  EXPECT_THAT(message_of<RunError>([] { write_file("/dev/null", "x"); }), testing::HasSubstr("not a regular file"));
}

TEST(WriteFile, KeepsTheOldFileInAReadOnlyFolder) {
  if (::geteuid() == 0) GTEST_SKIP() << "permissions do not bind the superuser";
  const TemporaryFolder folder;
  write_file(folder.path() / "x", "old");
  ::chmod(folder.path().c_str(), 0555);
  EXPECT_THROW(write_file(folder.path() / "x", "new"), RunError);
  ::chmod(folder.path().c_str(), 0755);
  EXPECT_EQ(read_file(folder.path() / "x"), "old");
}

// A limit on the size of a file stands for a full disk: the write fails in the middle.
TEST(WriteFile, KeepsTheOldFileWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "x";
  write_file(file, "old");
  rlimit before = {};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit small = before;
  small.rlim_cur = 1000;
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const std::string message = message_of<RunError>([&] { write_file(file, std::string(100000, 'n')); });
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_THAT(message, testing::HasSubstr("File too large"));
  EXPECT_EQ(read_file(file), "old");
  EXPECT_EQ(entries(folder.path()), 1u) << "the unfinished file is gone";
}

TEST(WriteFile, WritesThroughALink) {
  const TemporaryFolder folder;
  write_file(folder.path() / "target", "old");
  std::filesystem::create_symlink("target", folder.path() / "link");
  write_file(folder.path() / "link", "new");
  EXPECT_EQ(read_file(folder.path() / "target"), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder.path() / "link"));
}

TEST(WriteFile, IsWholeForAReaderAtAnyMoment) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "x";
  write_file(file, std::string(200000, 'a'));
  std::thread writer([&] {
    for (int i = 0; i < 50; ++i)
      write_file(file, std::string(200000, static_cast<char>('a' + i % 26)));
  });
  for (int i = 0; i < 200; ++i) {
    const std::string seen = read_file(file);
    EXPECT_EQ(seen, std::string(200000, seen.empty() ? '?' : seen[0]));
  }
  writer.join();
}

TEST(ReadFile, NamesFileAndReason) {
  const TemporaryFolder folder;
  EXPECT_THAT(message_of<InputError>([&] { read_file(folder.path() / "absent"); }),
              testing::AllOf(testing::HasSubstr("absent"), testing::HasSubstr("No such file")));
  EXPECT_THAT(message_of<InputError>([&] { read_file(folder.path()); }), testing::HasSubstr("it is a folder"));
}

TEST(ReadFile, RefusesWhatHasNoEndOrNoBeginning) {
  const TemporaryFolder folder;
  const auto pipe = folder.path() / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const std::filesystem::path& file : {std::filesystem::path("/dev/zero"), pipe}) {
    EXPECT_THAT(message_of<InputError>([&] { read_file(file); }), testing::HasSubstr("regular file"));
    EXPECT_THAT(message_of<InputError>([&] { read_gzip_file(file); }), testing::HasSubstr("regular file"));
  }
}

TEST(ReadFile, EndsAtItsLimit) {
  const TemporaryFolder folder;
  write_file(folder.path() / "x", "12345678");
  EXPECT_EQ(read_file(folder.path() / "x", 8), "12345678");
  EXPECT_THAT(message_of<InputError>([&] { read_file(folder.path() / "x", 7); }), testing::HasSubstr("limit of 7 bytes"));
}

std::string gzipped(const std::filesystem::path& file, const std::string& content) {
  gzFile stream = ::gzopen(file.c_str(), "wb");
  ::gzwrite(stream, content.data(), static_cast<unsigned>(content.size()));
  ::gzclose(stream);
  return read_file(file);
}

std::string varied_text() {
  std::string text;
  for (int i = 0; i < 50000; ++i)
    text += std::to_string(i * 7919 % 10007);
  return text;
}

TEST(ReadGzip, ReadsCompressedAndPlain) {
  const TemporaryFolder folder;
  const std::string text = varied_text();
  gzipped(folder.path() / "a.gz", text);
  test::put(folder.path() / "b", text);
  EXPECT_EQ(read_gzip_file(folder.path() / "a.gz"), text);
  EXPECT_EQ(read_gzip_file(folder.path() / "b"), text);
  test::put(folder.path() / "empty", "");
  EXPECT_EQ(read_gzip_file(folder.path() / "empty"), "");
}

TEST(ReadGzip, RefusesEveryTruncation) {
  const TemporaryFolder folder;
  const std::string whole = gzipped(folder.path() / "a.gz", "some text that is long enough to have a body");
  for (std::size_t length = 2; length < whole.size(); ++length) {
    test::put(folder.path() / "cut.gz", whole.substr(0, length));
    EXPECT_THROW(read_gzip_file(folder.path() / "cut.gz"), InputError) << length;
  }
}

TEST(ReadGzip, RefusesDamage) {
  const TemporaryFolder folder;
  const std::string whole = gzipped(folder.path() / "a.gz", varied_text());
  for (const std::size_t at : {whole.size() / 3, whole.size() - 6, whole.size() - 2}) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x55);
    test::put(folder.path() / "bad.gz", damaged);
    EXPECT_THAT(message_of<InputError>([&] { read_gzip_file(folder.path() / "bad.gz"); }), testing::HasSubstr("bad.gz")) << at;
  }
}

TEST(ReadGzip, StopsAtTheLimit) {
  const TemporaryFolder folder;
  gzipped(folder.path() / "bomb.gz", std::string(1000000, '\0'));
  EXPECT_EQ(read_gzip_file(folder.path() / "bomb.gz", 1000000).size(), 1000000u);
  EXPECT_THAT(message_of<InputError>([&] { read_gzip_file(folder.path() / "bomb.gz", 999999); }), testing::HasSubstr("limit of 999999"));
}

TEST(ReadGzip, NamesFileAndReason) {
  const TemporaryFolder folder;
  EXPECT_THAT(message_of<InputError>([&] { read_gzip_file(folder.path() / "absent.gz"); }), testing::HasSubstr("No such file"));
  EXPECT_THROW(read_gzip_file(folder.path()), InputError);
}

}  // namespace
}  // namespace memcosim
