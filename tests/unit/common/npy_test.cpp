// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <limits>
#include <random>
#include <stdexcept>

#include <gmock/gmock.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"

#include "temporary_folder.hpp"

namespace memcosim {
namespace {

NpyArray read_content(const std::string& content) {
  const test::TemporaryFolder folder;
  test::put(folder.path() / "a.npy", content);
  return read_npy(folder.path() / "a.npy");
}

std::string fault_of(const std::string& content) {
  try {
    read_content(content);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no fault";
}

/// A file as NumPy would write it, of any version.
template <typename T>
std::string file_of(const std::string& header, const std::vector<T>& values, int version = 1) {
  std::string text("\x93NUMPY", 6);
  text += static_cast<char>(version);
  text += '\0';
  const std::size_t length = header.size() + 1;
  text += static_cast<char>(length & 0xff);
  text += static_cast<char>(length >> 8);
  if (version > 1) text += std::string(2, '\0');
  text += header + "\n";
  text.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T));
  return text;
}

std::string header_of(const std::string& type, const std::string& shape, bool fortran = false) {
  return "{'descr': '" + type + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape + ", }";
}

template <typename T>
void expect_type(const std::string& type) {
  const std::vector<T> values{T{0}, T{1}, static_cast<T>(100), static_cast<T>(-1)};
  const NpyArray array = read_content(file_of(header_of(type, "(4,)"), values));
  ASSERT_EQ(array.values.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_EQ(array.values[i], static_cast<double>(values[i])) << type;
}

TEST(Npy, ReadsEveryType) {
  expect_type<double>("<f8");
  expect_type<float>("<f4");
  expect_type<std::int8_t>("|i1");
  expect_type<std::uint8_t>("|u1");
  expect_type<std::int16_t>("<i2");
  expect_type<std::uint16_t>("<u2");
  expect_type<std::int32_t>("<i4");
  expect_type<std::uint32_t>("<u4");
  expect_type<std::int64_t>("<i8");
}

TEST(Npy, ReadsEveryVersion) {
  for (const int version : {1, 2, 3}) {
    const NpyArray array = read_content(file_of<double>(header_of("<f8", "(2, 1)"), {1.0, 2.0}, version));
    EXPECT_THAT(array.shape, testing::ElementsAre(2, 1));
    EXPECT_THAT(array.values, testing::ElementsAre(1.0, 2.0));
  }
}

TEST(Npy, BringsFortranOrderToCOrder) {
  // Element (i, j, k) is 100 i + 10 j + k.
  std::vector<double> columns_first;
  std::vector<double> rows_first;
  for (int k = 0; k < 4; ++k) {
    for (int j = 0; j < 3; ++j) {
      for (int i = 0; i < 2; ++i)
        columns_first.push_back(100 * i + 10 * j + k);
    }
  }
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 3; ++j) {
      for (int k = 0; k < 4; ++k)
        rows_first.push_back(100 * i + 10 * j + k);
    }
  }
  const NpyArray array = read_content(file_of(header_of("<f8", "(2, 3, 4)", true), columns_first));
  EXPECT_EQ(array.values, rows_first);
}

TEST(Npy, RoundTripsShapesAndBits) {
  std::mt19937_64 engine(17);
  for (const std::vector<std::size_t>& shape :
       std::vector<std::vector<std::size_t>>{{}, {0}, {1}, {7}, {3, 5}, {2, 3, 4}, {4, 0, 2}, {1, 1, 1, 1, 1, 1, 1, 1}}) {
    NpyArray array;
    array.shape = shape;
    std::size_t count = 1;
    for (const std::size_t extent : shape)
      count *= extent;
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint64_t bits = engine();
      double value = 0.0;
      std::memcpy(&value, &bits, sizeof value);
      array.values.push_back(value);
    }
    const std::string content = to_npy(array);
    EXPECT_EQ((content.size() - count * 8) % 64, 0u);
    const NpyArray again = read_content(content);
    EXPECT_EQ(again.shape, shape);
    ASSERT_EQ(again.values.size(), count);
    EXPECT_TRUE(count == 0 || std::memcmp(again.values.data(), array.values.data(), count * 8) == 0);
  }
}

TEST(Npy, WritesTheHeaderThatNumpyWrites) {
  const std::string content = to_npy({{2, 3}, std::vector<double>(6, 0.0)});
  EXPECT_EQ(content.substr(0, 10), std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  EXPECT_EQ(content.substr(10, 60), "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), } ");
  EXPECT_EQ(content[127], '\n');
}

TEST(Npy, RefusesEveryTruncation) {
  const std::string whole = to_npy({{3}, {1.0, 2.0, 3.0}});
  for (std::size_t length = 0; length < whole.size(); ++length)
    EXPECT_NE(fault_of(whole.substr(0, length)), "no fault") << length;
  EXPECT_THAT(fault_of(whole + "x"), testing::HasSubstr("holds 25 bytes of data, its header announces 3 elements of 8 bytes"));
}

TEST(Npy, RefusesGarbage) {
  const std::vector<double> two{1.0, 2.0};
  const std::vector<std::pair<std::string, std::string>> cases{
      {"not an array at all", "does not start as a .npy file"},
      {std::string("\x93NUMPY\x09\x00\x02\x00{}", 12), "version 9"},
      {file_of(header_of(">f8", "(2,)"), two), "\">f8\" is not supported"},
      {file_of(header_of("<f2", "(2,)"), two), "\"<f2\" is not supported"},
      {file_of(header_of("|O", "(2,)"), two), "is not supported"},
      {file_of<double>("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (2,), }", two), "structured types"},
      {file_of<double>("{'descr': '<f8', 'fortran_order': False, }", two), "lacks"},
      {file_of<double>("{'descr': '<f8', 'fortran_order': Maybe, 'shape': (2,), }", two), "True or False"},
      {file_of<double>("{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", two), "unexpected key \"descr\""},
      {file_of<double>("{'descr': '<f8', 'fortran_order': False, 'shape': (-2,), }", two), "extent expected"},
      {file_of<double>("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), } more", two), "text after its header"},
      {file_of<double>("{'descr': '<f8", two), "without end"},
      {file_of<double>("", two), "'{' expected"},
      {file_of(header_of("<f8", "(4294967296, 4294967296)"), two), "too large"},
      {file_of(header_of("<f8", "(99999999999999999999,)"), two), "too large"},
      {file_of(header_of("<f8", "(2305843009213693952,)"), two), "announces"},
      {file_of(header_of(
                   "<f8", "(" +
                              [] {
                                std::string ones;
                                for (int i = 0; i < 33; ++i)
                                  ones += "1, ";
                                return ones;
                              }() +
                              ")"),
               two),
       "more than 32 axes"},
      {file_of<std::int64_t>(header_of("<i8", "(1,)"), {(std::int64_t{1} << 53) + 1}), "no exact double"},
      {file_of<std::int64_t>(header_of("<i8", "(1,)"), {std::numeric_limits<std::int64_t>::min()}), "no exact double"},
      {file_of<std::uint64_t>(header_of("<u8", "(1,)"), {std::numeric_limits<std::uint64_t>::max()}), "no exact double"},
  };
  for (const auto& [content, message] : cases) {
    EXPECT_THAT(fault_of(content), testing::AllOf(testing::HasSubstr("a.npy"), testing::HasSubstr(message)));
  }
}

TEST(Npy, SurvivesDamagedHeaders) {
  const std::string whole = to_npy({{3}, {1.0, 2.0, 3.0}});
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "a.npy";
  std::mt19937_64 engine(19);
  for (int i = 0; i < 500; ++i) {
    std::string damaged = whole;
    for (int k = 0; k < 2; ++k)
      damaged[engine() % 80] = static_cast<char>(engine() % 256);
    try {
      test::put(file, damaged);
      EXPECT_LE(read_npy(file).values.size(), 24u);
    } catch (const InputError&) {
    }
  }
}

TEST(Npy, RefusesAShapeThatDoesNotFitItsValues) {
  EXPECT_THROW(to_npy({{2, 2}, {1.0}}), std::logic_error);
}

TEST(Npy, NamesAnAbsentFile) {
  EXPECT_THROW(read_npy("/nonexistent/a.npy"), InputError);
}

}  // namespace
}  // namespace memcosim
