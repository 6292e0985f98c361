// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/images/image_files.hpp"

#include <cstdint>
#include <limits>
#include <vector>

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

class ImageFilesTest : public ::testing::Test {
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

TEST_F(ImageFilesTest, PlainAndCompressedFilesAreTheSame) {
  const auto plain = read_labelled_images({write("i", good_images())}, write("l", good_labels()), 10);
  const auto compressed = read_labelled_images({write_gzip("i.gz", good_images())}, write_gzip("l.gz", good_labels()), 10);
  EXPECT_EQ(plain.count, 3u);
  EXPECT_THAT(plain.shape, ElementsAre(2u, 3u));
  EXPECT_THAT(plain.pixels, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17));
  EXPECT_THAT(plain.labels, ElementsAre(4, 0, 9));
  EXPECT_EQ(compressed.pixels, plain.pixels);
  EXPECT_EQ(compressed.labels, plain.labels);
}

TEST_F(ImageFilesTest, PartOfTheFile) {
  const auto some = read_labelled_images({write("i", good_images())}, write("l", good_labels()), 10, 1, 1);
  EXPECT_EQ(some.count, 1u);
  EXPECT_THAT(some.pixels, ElementsAre(6, 7, 8, 9, 10, 11));
  EXPECT_THAT(some.labels, ElementsAre(0));
  EXPECT_EQ(read_images({write("i", good_images())}, 1).count, 2u);
}

TEST_F(ImageFilesTest, EveryTruncationIsAnInputError) {
  for (std::size_t length = 0; length < good_images().size(); ++length) {
    EXPECT_THROW(read_images({write("i", good_images().substr(0, length))}), InputError) << length;
  }
  const auto images = write("images", good_images());
  for (std::size_t length = 0; length < good_labels().size(); ++length) {
    EXPECT_THROW(read_labelled_images({images}, write("l", good_labels().substr(0, length)), 10), InputError) << length;
  }
  const auto whole = write_gzip("whole.gz", good_images());
  std::ifstream stream(whole, std::ios::binary);
  const std::string compressed((std::istreambuf_iterator<char>(stream)), {});
  for (std::size_t length = 0; length < compressed.size(); ++length) {
    EXPECT_THROW(read_images({write("cut.gz", compressed.substr(0, length))}), InputError) << length;
  }
}

TEST_F(ImageFilesTest, FlippedHeaderBitsAreInputErrors) {
  for (std::size_t bit = 0; bit < 16 * 8; ++bit) {
    std::string damaged = good_images();
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_THROW(read_images({write("i", damaged)}), InputError) << bit;
  }
}

TEST_F(ImageFilesTest, MessagesNameTheFileAndTheFault) {
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
      read_labelled_images({write("images", c.images)}, write("labels", c.labels), 10);
      ADD_FAILURE() << "accepted: " << c.expected;
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr(folder_.path().string()));
      EXPECT_THAT(error.what(), HasSubstr(c.expected));
    }
  }
}

TEST_F(ImageFilesTest, RangesBeyondTheFileAreInputErrors) {
  const auto images = write("i", good_images());
  EXPECT_THROW(read_images({images}, 3), InputError);
  EXPECT_THROW(read_images({images}, 0, 4), InputError);
  EXPECT_THROW(read_images({images}, 2, 2), InputError);
  EXPECT_THROW(read_images({images}, 1, ~std::size_t{0}), InputError);
  EXPECT_THROW(read_images({images}, ~std::size_t{0}, 2), InputError);
}

TEST_F(ImageFilesTest, MissingFilesAndFoldersAreInputErrors) {
  EXPECT_THROW(read_images({folder_.path() / "none"}), InputError);
  EXPECT_THROW(read_images({folder_.path()}), InputError);
}

TEST_F(ImageFilesTest, IdxOfFeaturesAndOfChannels) {
  const ImageSet features = read_images({write("i", big_endian({0x802, 3, 6}) + pixels(18))});
  EXPECT_EQ(features.count, 3u);
  EXPECT_THAT(features.shape, ElementsAre(6u));
  const ImageSet channels = read_images({write("i", big_endian({0x804, 2, 3, 1, 3}) + pixels(18))}, 1);
  EXPECT_EQ(channels.count, 1u);
  EXPECT_THAT(channels.shape, ElementsAre(3u, 1u, 3u));
  EXPECT_THAT(channels.pixels, ElementsAre(9, 10, 11, 12, 13, 14, 15, 16, 17));
  for (std::size_t length = 0; length < 20 + 18; ++length) {
    EXPECT_THROW(read_images({write("i", (big_endian({0x804, 2, 3, 1, 3}) + pixels(18)).substr(0, length))}), InputError) << length;
  }
  EXPECT_THROW(read_images({write("i", big_endian({0x805, 2, 3, 1, 1, 3}) + pixels(18))}), InputError);
}

/// A .npy file of version 1.0.
std::string npy(const std::string& type, const std::string& shape, const std::string& data, const char* fortran = "False") {
  const std::string header = "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }\n";
  std::string file = std::string("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(header.size());
  file += '\0';
  return file + header + data;
}

template <typename T>
std::string bytes_of(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

TEST_F(ImageFilesTest, ArraysOfNumPy) {
  const ImageSet bytes = read_images({write("a.npy", npy("|u1", "(2, 3, 1, 3)", pixels(18)))});
  EXPECT_TRUE(bytes.has_pixels());
  EXPECT_THAT(bytes.shape, ElementsAre(3u, 1u, 3u));
  EXPECT_EQ(bytes.pixels.size(), 18u);
  const ImageSet floats = read_images({write("a.npy", npy("<f4", "(2, 3)", bytes_of<float>({0, 1.5f, -2, 3, 4, 5})))}, 1);
  EXPECT_FALSE(floats.has_pixels());
  EXPECT_THAT(floats.values, ElementsAre(3, 4, 5));
  EXPECT_EQ(read_images({write("a.npy", npy("<f8", "(1, 2)", bytes_of<double>({0.5, -0.25})))}).values[1], -0.25f);
  std::vector<double> image(2);
  read_images({write("a.npy", npy("|u1", "(1, 2)", std::string("\xff\x33", 2)))}).copy(0, image.data());
  EXPECT_THAT(image, ElementsAre(1.0, 0.2));
  const auto labels = write("l.npy", npy("<i8", "(2,)", bytes_of<std::int64_t>({4, 300})));
  EXPECT_THAT(read_labelled_images({write("a.npy", npy("|u1", "(2, 3)", pixels(6)))}, labels, 301).labels, ElementsAre(4u, 300u));
}

TEST_F(ImageFilesTest, WhatIsWrongWithAnArray) {
  struct Case {
    std::string content;
    const char* expected;
  };
  const std::vector<Case> cases{
      {npy("<i4", "(2, 3)", std::string(24, '\0')), "expected uint8"},
      {npy("<f4", "(6,)", std::string(24, '\0')), "its shape is (6)"},
      {npy("<f4", "(1, 1, 1, 2, 3)", std::string(24, '\0')), "its shape is"},
      {npy("<f4", "(2, 3)", std::string(24, '\0'), "True"), "Fortran"},
      {npy("<f4", "(2, 0)", ""), "impossible extent"},
      {npy("<f4", "(2, 3)", std::string(20, '\0')), "20 bytes of data"},
      {npy("<f4", "(1, 1)", bytes_of<float>({std::numeric_limits<float>::infinity()})), "must be finite"},
  };
  for (const Case& c : cases) {
    try {
      read_images({write("a.npy", c.content)});
      ADD_FAILURE() << "accepted: " << c.expected;
    } catch (const InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr("a.npy"));
      EXPECT_THAT(error.what(), HasSubstr(c.expected));
    }
  }
}

/// Records of CIFAR's binary files whose pixels are all the number of their image.
std::string cifar(std::size_t first, std::size_t count, bool coarse) {
  std::string file;
  for (std::size_t i = first; i < first + count; ++i) {
    if (coarse) file += '\x07';
    file += static_cast<char>(i % 10);
    file += std::string(3072, static_cast<char>(i));
  }
  return file;
}

TEST_F(ImageFilesTest, BinaryFilesOfCifar) {
  const auto first = write("data_batch_1.bin", cifar(0, 3, false));
  const auto second = write_gzip("data_batch_2.bin.gz", cifar(3, 2, false));
  EXPECT_TRUE(holds_labels(first) && holds_labels(second));
  const ImageSet images = read_labelled_images({first, second}, {}, 10, 1, 3);
  EXPECT_THAT(images.shape, ElementsAre(3u, 32u, 32u));
  EXPECT_THAT(images.labels, ElementsAre(1u, 2u, 3u));
  EXPECT_EQ(images.pixels.size(), 3u * 3072);
  EXPECT_EQ(images.pixels.front(), 1);
  EXPECT_EQ(images.pixels.back(), 3);
  EXPECT_THAT(read_labelled_images({write("test.bin", cifar(4, 2, true))}, {}, 100).labels, ElementsAre(4u, 5u));
  EXPECT_THROW(read_labelled_images({first}, {}, 2), InputError);
  EXPECT_THROW(read_images({write("cut.bin", cifar(0, 2, false).substr(1))}), InputError);
  EXPECT_THROW(read_images({write("empty.bin", "")}), InputError);
  EXPECT_THROW(read_images({first, write("i", good_images())}), InputError) << "of another shape";
}

TEST_F(ImageFilesTest, TheContentOfABinaryFileDecidesBeforeItsName) {
  const auto idx = write("train.bin", good_images());
  const auto array = write_gzip("test.bin.gz", npy("|u1", "(2, 3)", "abcdef"));
  EXPECT_FALSE(holds_labels(idx));
  EXPECT_FALSE(holds_labels(array));
  EXPECT_FALSE(holds_labels(write("labels.bin", good_labels())));
  EXPECT_EQ(read_images({idx}).count, 3u);
  EXPECT_EQ(read_images({array}).count, 2u);
  EXPECT_TRUE(holds_labels(write("empty.bin", ""))) << "refused where it is read";
}

TEST_F(ImageFilesTest, FewerImagesThanAskedFor) {
  EXPECT_EQ(read_images({write("i", good_images())}, 0, 2, true).count, 2u);
  EXPECT_EQ(read_images({write("i", good_images())}, 0, 7, true).count, 3u);
}

}  // namespace
}  // namespace memcosim
