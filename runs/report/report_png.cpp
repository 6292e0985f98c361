// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/report/report_png.hpp"

#include <stdexcept>
#include <string_view>

#include <zlib.h>

namespace memcosim::report {
namespace {

void append_u32(std::string& bytes, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes += static_cast<char>(static_cast<std::uint8_t>(value >> shift));
}

/// Length, type, data, CRC over type and data: ISO/IEC 15948, 5.3.
void append_chunk(std::string& file, std::string_view type, std::string_view data) {
  append_u32(file, static_cast<std::uint32_t>(data.size()));
  std::string body(type);
  body += data;
  file += body;
  append_u32(file, static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()))));
}

std::string deflated(const std::string& raw) {
  uLongf size = compressBound(static_cast<uLong>(raw.size()));
  std::string packed(size, '\0');
  const int status = compress2(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(raw.data()),
                               static_cast<uLong>(raw.size()), Z_BEST_COMPRESSION);
  if (status != Z_OK) throw std::runtime_error("report: zlib could not compress an image");
  packed.resize(size);
  return packed;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto byte = [&](std::size_t at) { return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0u; };
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const unsigned triple = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    text += digits[triple >> 18];
    text += digits[triple >> 12 & 63];
    text += i + 1 < bytes.size() ? digits[triple >> 6 & 63] : '=';
    text += i + 2 < bytes.size() ? digits[triple & 63] : '=';
  }
  return text;
}

}  // namespace

std::string png_data_uri(std::uint32_t width, std::uint32_t height, const std::vector<std::uint8_t>& pixels,
                         const std::vector<Colour>& palette) {
  if (width == 0 || height == 0 || pixels.size() != std::size_t{width} * height || palette.empty() || palette.size() > 256) {
    throw std::logic_error("report: pixels or palette do not fit the image");
  }
  std::string header;
  append_u32(header, width);
  append_u32(header, height);
  header += {8, 3, 0, 0, 0};  // bits per pixel, palette colours, deflate, adaptive filters, not interlaced

  std::string colours;
  for (const Colour& colour : palette) {
    for (const std::uint8_t part : colour)
      colours += static_cast<char>(part);
  }
  std::string raw;
  raw.reserve((std::size_t{width} + 1) * height);
  for (std::size_t row = 0; row < height; ++row) {
    raw += '\0';  // filter type "none": the other filters do not help with palette indices
    for (std::size_t column = 0; column < width; ++column)
      raw += static_cast<char>(pixels[row * width + column]);
  }

  std::string file("\x89PNG\r\n\x1a\n", 8);
  append_chunk(file, "IHDR", header);
  append_chunk(file, "PLTE", colours);
  append_chunk(file, "IDAT", deflated(raw));
  append_chunk(file, "IEND", {});
  return "data:image/png;base64," + base64(file);
}

}  // namespace memcosim::report
