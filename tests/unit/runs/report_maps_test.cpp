// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/report/report_maps.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "html_check.hpp"

namespace memcosim::report {
namespace {

using test::contains;
using test::markup_fault;
using test::occurrences;

struct Image {
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  std::vector<Colour> palette;
  std::vector<std::uint8_t> pixels;
};

std::string from_base64(std::string_view text) {
  const std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    if (c == '=') break;
    const std::size_t digit = digits.find(c);
    if (digit == std::string_view::npos) throw std::runtime_error("no base64");
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held >= 8) {
      held -= 8;
      bytes += static_cast<char>(bits >> held & 255u);
    }
  }
  return bytes;
}

std::uint32_t u32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes.at(i));
  return value;
}

/// Reads an image back the way a browser does, with all checks of the format that matter here.
Image decoded(std::string_view uri) {
  const std::string_view start = "data:image/png;base64,";
  EXPECT_EQ(uri.substr(0, start.size()), start);
  const std::string file = from_base64(uri.substr(start.size()));
  EXPECT_EQ(file.substr(0, 8), std::string("\x89PNG\r\n\x1a\n", 8));
  Image image;
  std::string types;
  for (std::size_t at = 8; at < file.size();) {
    const std::size_t length = u32(std::string_view(file).substr(at));
    const std::string body = file.substr(at + 4, length + 4);
    const std::string type = body.substr(0, 4);
    const std::string data = body.substr(4);
    EXPECT_EQ(u32(std::string_view(file).substr(at + 8 + length)),
              crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size())));
    types += type;
    if (type == "IHDR") {
      image.width = u32(data);
      image.height = u32(std::string_view(data).substr(4));
      EXPECT_EQ(data.substr(8), std::string("\x08\x03\0\0\0", 5));
    } else if (type == "PLTE") {
      for (std::size_t i = 0; i + 2 < data.size(); i += 3) {
        image.palette.push_back(
            {static_cast<std::uint8_t>(data[i]), static_cast<std::uint8_t>(data[i + 1]), static_cast<std::uint8_t>(data[i + 2])});
      }
    } else if (type == "IDAT") {
      std::vector<Bytef> raw(std::size_t{image.height} * (image.width + 1));
      uLongf size = static_cast<uLongf>(raw.size());
      EXPECT_EQ(uncompress(raw.data(), &size, reinterpret_cast<const Bytef*>(data.data()), static_cast<uLong>(data.size())), Z_OK);
      EXPECT_EQ(size, raw.size());
      for (std::size_t i = 0; i < raw.size(); ++i) {
        if (i % (image.width + 1) != 0) image.pixels.push_back(raw[i]);
      }
    }
    at += length + 12;
  }
  EXPECT_EQ(types, "IHDRPLTEIDATIEND");
  return image;
}

/// Images in page order: per array target, programmed, deviation; then the legends.
std::vector<Image> images_of(const std::string& html) {
  std::vector<Image> images;
  for (std::size_t at = html.find("data:image"); at != std::string::npos; at = html.find("data:image", at + 1)) {
    images.push_back(decoded(std::string_view(html).substr(at, html.find('"', at) - at)));
  }
  return images;
}

ReportMap noise(const std::string& title, std::uint32_t rows, std::uint32_t columns) {
  ReportMap map{title, rows, columns, {}};
  std::uint64_t state = rows;
  for (std::size_t i = 0; i < std::size_t{rows} * columns; ++i) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    map.values.push_back(1e-4 * static_cast<double>(state >> 40) / (1 << 24));
  }
  return map;
}

TEST(Png, KeepsPixelsAndPalette) {
  for (std::uint32_t width = 1; width <= 4; ++width) {  // every padding of base64
    std::vector<std::uint8_t> pixels;
    for (std::uint32_t i = 0; i < width * 3; ++i)
      pixels.push_back(static_cast<std::uint8_t>(i % 2));
    const Image image = decoded(png_data_uri(width, 3, pixels, {{1, 2, 3}, {250, 251, 252}}));
    EXPECT_EQ(image.width, width);
    EXPECT_EQ(image.height, 3u);
    EXPECT_EQ(image.pixels, pixels);
    EXPECT_THAT(image.palette, testing::ElementsAre(Colour{1, 2, 3}, Colour{250, 251, 252}));
  }
  EXPECT_THROW(png_data_uri(2, 2, {0, 0, 0}, {{0, 0, 0}}), std::logic_error);
  EXPECT_THROW(png_data_uri(1, 1, {0}, {}), std::logic_error);
}

TEST(Palette, GetsSteadilyBrighter) {
  const auto luminance = [](const Colour& colour) {
    const auto linear = [](double part) { return std::pow(part / 255.0, 2.2); };
    return 0.2126 * linear(colour[0]) + 0.7152 * linear(colour[1]) + 0.0722 * linear(colour[2]);
  };
  double last = -1.0;
  for (int i = 0; i <= 20; ++i) {
    const double now = luminance(sequential_colour(i / 20.0));
    EXPECT_GT(now, last) << i;
    last = now;
  }
  EXPECT_EQ(sequential_colour(-1.0), sequential_colour(0.0));
  EXPECT_EQ(sequential_colour(2.0), sequential_colour(1.0));
  EXPECT_GT(luminance(diverging_colour(0.5)), 0.8);
  EXPECT_NEAR(luminance(diverging_colour(0.0)), luminance(diverging_colour(1.0)), 0.05);
}

TEST(Maps, ShareOneScale) {
  const ReportMap target{"target", 1, 3, {0.0, 5e-5, 8e-5}};
  const ReportMap programmed{"programmed", 1, 3, {1e-5, 5e-5, 1e-4}};
  const std::string html = conductance_maps({{target, programmed}});
  EXPECT_EQ(markup_fault(html), "");
  const std::vector<Image> images = images_of(html);
  ASSERT_EQ(images.size(), 5u);
  EXPECT_THAT(images[0].pixels, testing::ElementsAre(0, 32, 50));
  EXPECT_THAT(images[1].pixels, testing::ElementsAre(6, 32, 63));
  EXPECT_EQ(images[0].palette, images[1].palette);
  EXPECT_EQ(images[0].palette, images[3].palette) << "legend";
  EXPECT_EQ(images[2].palette, images[4].palette) << "legend";
  EXPECT_GT(images[2].pixels[0], images[2].pixels[1]) << "too high is on the other side of zero";
  for (const char* text : {">0<", ">25 \u00b5S<", ">100 \u00b5S<", "rms 12.9 \u00b5S \u00b7 largest 20 \u00b5S", "1 rows by 3 columns"}) {
    EXPECT_TRUE(contains(html, text)) << text;
  }
}

TEST(Maps, AFewStuckCellsDoNotBleachTheDeviation) {
  ReportMap target{"target", 100, 10, std::vector<double>(1000, 5e-5)};
  ReportMap programmed = target;
  for (std::size_t i = 0; i < 1000; ++i)
    programmed.values[i] += i % 2 == 0 ? 1e-6 : -1e-6;
  programmed.values[500] = 1e-4;
  const std::string html = conductance_maps({{target, programmed}});
  EXPECT_TRUE(contains(html, ">1 \u00b5S<"));
  EXPECT_EQ(images_of(html)[2].pixels[0], 63);
  EXPECT_EQ(images_of(html)[2].pixels[1], 0);
}

// A tile fills the first rows and columns of its array: what stands beside it decides nothing.
TEST(Maps, UnusedCellsHaveNoPartInTheNumbers) {
  ReportMap target{"target", 10, 20, std::vector<double>(200, 5e-5), 4, 5};
  ReportMap programmed = target;
  for (std::size_t i = 0; i < 200; ++i)
    programmed.values[i] += i / 20 < 4 && i % 20 < 5 ? 1e-6 : 9e-6;
  std::string html = conductance_maps({{target, programmed}});
  EXPECT_EQ(markup_fault(html), "");
  EXPECT_TRUE(contains(html, "rms 1 \u00b5S \u00b7 largest 1 \u00b5S \u00b7 of the 4 \u00d7 5 used cells"));
  EXPECT_TRUE(contains(html, ">1 \u00b5S<")) << "end of the scale";
  target.used_rows = target.used_columns = programmed.used_rows = programmed.used_columns = 0;
  html = conductance_maps({{target, programmed}});
  EXPECT_TRUE(contains(html, "largest 9 \u00b5S<"));
  target.used_rows = 11;
  target.used_columns = 5;
  EXPECT_THROW(conductance_maps({{target, programmed}}), std::logic_error);
}

TEST(Maps, EachOnItsOwnScale) {
  const std::string html = scaled_maps({{{"one sign", 1, 3, {0.1, 0.2, 0.3}}, Dimension::voltage},
                                        {{"both signs", 1, 3, {-0.1, 0.0, 0.2}}, Dimension::voltage},
                                        {{"hardly below zero", 1, 3, {-0.001, 0.0, 0.2}}, Dimension::voltage},
                                        {{"one value", 1, 2, {0.7, 0.7}}, Dimension::voltage}});
  EXPECT_EQ(markup_fault(html), "");
  const std::vector<Image> images = images_of(html);
  ASSERT_EQ(images.size(), 7u) << "a single value needs no legend";
  EXPECT_THAT(images[0].pixels, testing::ElementsAre(0, 32, 63));
  EXPECT_THAT(images[2].pixels, testing::ElementsAre(16, 32, 63)) << "zero in the middle";
  EXPECT_THAT(images[4].pixels, testing::ElementsAre(0, 0, 63));
  EXPECT_EQ(images[0].palette, images[4].palette);
  EXPECT_NE(images[0].palette, images[2].palette);
  for (const char* text : {">100 mV<", ">\u2212200 mV<", "700 mV everywhere"}) {
    EXPECT_TRUE(contains(html, text)) << text;
  }
}

TEST(Maps, StaySmall) {
  const std::string html = conductance_maps({{noise("target", 256, 256), noise("programmed", 256, 256)}});
  EXPECT_EQ(markup_fault(html), "");
  EXPECT_EQ(images_of(html)[0].pixels.size(), 65536u);
  // Three images of uniform noise, the worst case: six bits of 65536 cells, plus a third for base64.
  EXPECT_LT(html.size(), 3u * 69000u + 6000u);
}

TEST(Maps, LargeOnesAreDrawnAsMeans) {
  ReportMap map{"large", 300, 1000, {}};
  for (std::size_t i = 0; i < 300000; ++i)
    map.values.push_back(i % 1000 < 500 ? 0.0 : 1e-4);
  const std::string html = conductance_maps({{map, map}});
  const Image image = images_of(html)[0];
  EXPECT_EQ(image.width, 250u);
  EXPECT_EQ(image.height, 150u);
  EXPECT_EQ(image.pixels.front(), 0);
  EXPECT_EQ(image.pixels.back(), 63);
  EXPECT_TRUE(contains(html, "Each pixel is the mean of 2 \u00d7 4 cells."));
  EXPECT_LT(html.size(), 20000u);
}

TEST(Maps, LastBlockMayBeSmaller) {
  const ReportMap map{"odd", 1, 257, std::vector<double>(257, 3e-5)};
  const Image image = images_of(conductance_maps({{map, map}}))[0];
  EXPECT_EQ(image.width, 129u);
  EXPECT_THAT(image.pixels, testing::Each(image.pixels.front()));
}

TEST(Maps, CopeWithNothingAndRefuseNonsense) {
  const ReportMap empty{"empty", 0, 0, {}};
  EXPECT_EQ(conductance_maps({}), "");
  EXPECT_EQ(conductance_maps({{empty, empty}}), "");
  const ReportMap one{"one", 1, 1, {1e-5}};
  EXPECT_EQ(markup_fault(conductance_maps({{one, one}})), "");
  const ReportMap shorter{"short", 2, 2, {1e-5}};
  EXPECT_THROW(conductance_maps({{shorter, shorter}}), std::logic_error);
  EXPECT_THROW(conductance_maps({{one, empty}}), std::logic_error);
  const ReportMap unknown{"unknown", 1, 1, {std::numeric_limits<double>::quiet_NaN()}};
  EXPECT_THROW(conductance_maps({{one, unknown}}), std::logic_error);
}

}  // namespace
}  // namespace memcosim::report
