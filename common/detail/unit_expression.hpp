// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memcosim::detail {

/// Powers of m, kg, s, A and K.
using UnitPowers = std::array<int, 5>;

/// A unit as a multiple of the SI unit of the same powers: value in SI = number * 10^exponent * factor + offset.
struct Unit {
  UnitPowers powers{};
  int exponent = 0;     ///< power of ten, kept apart from the factor so that a prefix costs no rounding
  double factor = 1.0;  ///< of units that are no power of ten: minutes, electronvolts
  double offset = 0.0;  ///< of degrees Celsius
};

/// Reads a unit: one symbol with a prefix ("kohm", "um^2", "min"), or products and quotients of such: "m^2/(V s)", "1/kohm", "MV/cm",
/// "ohm*um^2", "S s^-1". A space, "*" or a middle dot multiplies; a "/" divides by the next symbol or parenthesis alone. Prefixes f to P (c
/// before m alone); the micro sign, ohm signs and superscript 2 and 3 are read too. Nothing for anything else.
std::optional<Unit> parse_unit(std::string_view text);

/// The symbols of these powers that take no prefix ("min", "h", "day", ...), in rising order of size.
std::vector<std::string_view> symbols_without_prefix(const UnitPowers& powers);

/// "f, p, n, u, m, k, M, G, T, P".
std::string prefix_list();

}  // namespace memcosim::detail
