// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace memcosim::report {

using Colour = std::array<std::uint8_t, 3>;  ///< red, green, blue

/// "data:image/png;base64,..." of an image with a palette of 1 to 256 colours; pixels are palette indices, row-major from the top.
std::string png_data_uri(std::uint32_t width, std::uint32_t height, const std::vector<std::uint8_t>& pixels,
                         const std::vector<Colour>& palette);

}  // namespace memcosim::report
