// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/idx_dataset.hpp"

#include <functional>

#include <gmock/gmock.h>
#include <zlib.h>

#include "memcosim/common/error.hpp"

#include "temporary_folder.hpp"

namespace memcosim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string big_endian(std::initializer_list<std::uint32_t> words) {
  std::string bytes;
  for (const std::uint32_t word : words) {
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes += static_cast<char>(word >> shift);
  }
  return bytes;
}

std::string pixels(std::size_t count) {
  std::string bytes;
  for (std::size_t i = 0; i < count; ++i)
    bytes += static_cast<char>(i);
  return bytes;
}

/// Three images of 2 x 3 pixels with the values 0 to 17, and their labels.
std::string good_images() {
  return big_endian({0x803, 3, 2, 3}) + pixels(18);
}
std::string good_labels() {
  return big_endian({0x801, 3}) + std::string("\x04\x00\x09", 3);
}

class IdxDataset : public ::testing::Test {
 protected:
  std::filesystem::path write(const std::string& name, const std::string& content) const {
    test::put(folder_.path() / name, content);
    return folder_.path() / name;
  }

  std::filesystem::path write_gzip(const std::string& name, const std::string& content) const {
    const auto path = folder_.path() / name;
    gzFile file = gzopen(path.c_str(), "wb");
    gzwrite(file, content.data(), static_cast<unsigned>(content.size()));
    gzclose(file);
    return path;
  }

  test::TemporaryFolder folder_;
};

TEST_F(IdxDataset, PlainAndCompressedFilesAreTheSame) {
  const auto plain = read_idx_dataset(write("i", good_images()), write("l", good_labels()), 10);
  const auto compressed = read_idx_dataset(write_gzip("i.gz", good_images()), write_gzip("l.gz", good_labels()), 10);
  EXPECT_EQ(plain.count, 3u);
  EXPECT_EQ(plain.height, 2u);
  EXPECT_EQ(plain.width, 3u);
  EXPECT_THAT(plain.image(2), ElementsAre(12, 13, 14, 15, 16, 17));
  EXPECT_THAT(plain.labels, ElementsAre(4, 0, 9));
  EXPECT_EQ(compressed.pixels, plain.pixels);
  EXPECT_EQ(compressed.labels, plain.labels);
}

TEST_F(IdxDataset, PartOfTheFile) {
  const auto some = read_idx_dataset(write("i", good_images()), write("l", good_labels()), 10, 1, 1);
  EXPECT_EQ(some.count, 1u);
  EXPECT_THAT(some.image(0), ElementsAre(6, 7, 8, 9, 10, 11));
  EXPECT_THAT(some.labels, ElementsAre(0));
  EXPECT_EQ(read_idx_images(write("i", good_images()), 1).count, 2u);
}

TEST_F(IdxDataset, EveryTruncationIsAnInputError) {
  for (std::size_t length = 0; length < good_images().size(); ++length) {
    EXPECT_THROW(read_idx_images(write("i", good_images().substr(0, length))), InputError) << length;
  }
  const auto images = write("images", good_images());
  for (std::size_t length = 0; length < good_labels().size(); ++length) {
    EXPECT_THROW(read_idx_dataset(images, write("l", good_labels().substr(0, length)), 10), InputError) << length;
  }
  const auto whole = write_gzip("whole.gz", good_images());
  std::ifstream stream(whole, std::ios::binary);
  const std::string compressed((std::istreambuf_iterator<char>(stream)), {});
  for (std::size_t length = 0; length < compressed.size(); ++length) {
    EXPECT_THROW(read_idx_images(write("cut.gz", compressed.substr(0, length))), InputError) << length;
  }
}

TEST_F(IdxDataset, FlippedHeaderBitsAreInputErrors) {
  for (std::size_t bit = 0; bit < 16 * 8; ++bit) {
    std::string damaged = good_images();
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_THROW(read_idx_images(write("i", damaged)), InputError) << bit;
  }
}

TEST_F(IdxDataset, MessagesNameTheFileAndTheFault) {
  struct Case {
    std::string images, labels;
    const char* expected;
  };
  const std::string ok = good_images();
  const std::vector<Case> cases{
      {good_labels(), good_labels(), "these are labels"},
      {ok, ok, "these are images"},
      {std::string("\x89PNG\r\n\x1a\n00000000", 16), good_labels(), "0x89504e47"},
      {ok + "x", good_labels(), "19 bytes follow"},
      {big_endian({0x803, 0, 2, 3}), good_labels(), "none may be 0"},
      {big_endian({0x803, 3, 0, 3}), good_labels(), "none may be 0"},
      {big_endian({0x803, 0xffffffff, 0xffffffff, 0xffffffff}) + pixels(18), good_labels(), "truncated or damaged"},
      {big_endian({0x803, 0x80000000, 0x80000000, 4}) + pixels(18), good_labels(), "truncated or damaged"},  // size is 2^64
      {ok, big_endian({0x801, 2}) + std::string(2, '\0'), "2 labels"},
      {ok, big_endian({0x801, 0xffffffff}) + std::string(3, '\0'), "truncated or damaged"},
      {ok, big_endian({0x801, 3}) + std::string("\x01\x0a\x02", 3), "label 10 of image 1 is not below 10"},
  };
  for (const Case& c : cases) {
    try {
      read_idx_dataset(write("images", c.images), write("labels", c.labels), 10);
      ADD_FAILURE() << "accepted: " << c.expected;
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr(folder_.path().string()));
      EXPECT_THAT(error.what(), HasSubstr(c.expected));
    }
  }
}

TEST_F(IdxDataset, RangesBeyondTheFileAreInputErrors) {
  const auto images = write("i", good_images());
  EXPECT_THROW(read_idx_images(images, 3), InputError);
  EXPECT_THROW(read_idx_images(images, 0, 4), InputError);
  EXPECT_THROW(read_idx_images(images, 2, 2), InputError);
  EXPECT_THROW(read_idx_images(images, 1, ~std::size_t{0}), InputError);
  EXPECT_THROW(read_idx_images(images, ~std::size_t{0}, 2), InputError);
}

TEST_F(IdxDataset, MissingFilesAndFoldersAreInputErrors) {
  EXPECT_THROW(read_idx_images(folder_.path() / "none"), InputError);
  EXPECT_THROW(read_idx_images(folder_.path()), InputError);
}

}  // namespace
}  // namespace memcosim
