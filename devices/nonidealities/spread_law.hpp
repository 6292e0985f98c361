// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/common/host_device.hpp"
#include "memcosim/common/random.hpp"
#include "memcosim/devices/cell_base/conductance_range.hpp"
#include "memcosim/devices/nonidealities/law_table.hpp"

namespace memcosim {

class ConfigNode;

/// A standard deviation of a conductance as a function of the conductance, and the distribution of the deviation. Plain data: device code
/// evaluates it. Made by spread_law() from the table of laws in spread_law.cpp.
///
/// Stretching: a published law holds up to its own g_max. Set to another g_max it keeps its shape: sigma(g) / g_max is the published
/// function of g / g_max. `scale` multiplies sigma.
struct SpreadLaw {
  enum class Form : std::uint8_t {
    none,          ///< 0
    independent,   ///< c0
    proportional,  ///< c0 g
    inverse,       ///< c0 / g, at most 1000 g_max; 0 at g = 0
    polynomial,    ///< max(0, c0 + c1 r + c2 r^2 + c3 r^3 + c4 r^4), r = g / g_max
    saturating,    ///< c0 (1 - exp(-g / c1))
    table,         ///< through measured points
  };
  std::uint8_t law = 0;  ///< row of spread_laws()
  Form form = Form::none;
  bool uniform = false;         ///< the deviation is uniform over +-sqrt(3) sigma, else normal
  double magnitude = 0.0;       ///< of a generic law, see spread_law()
  double scale = 1.0;           ///< factor on sigma
  double g_max = 0.0;           ///< S: conductance to which the law is normalised
  double read_voltage_v = 0.0;  ///< of a law stated in currents: I = g * read_voltage_v
  double c[5] = {};             ///< with the unit that gives sigma in S
  LawTable table;

  /// Standard deviation, S; g at least 0.
  MEMCOSIM_HD double sigma(double g) const {
    double value = 0.0;
    switch (form) {
      case Form::none:
        return 0.0;
      case Form::independent:
        value = c[0];
        break;
      case Form::proportional:
        value = c[0] * g;
        break;
      case Form::inverse:
        // 1000 g_max is far beyond any clamp; the bound keeps products finite.
        value = g > 0.0 ? ::fmin(c[0] / g, 1e3 * g_max) : 0.0;
        break;
      case Form::polynomial: {
        const double r = g / g_max;
        value = ::fmax(0.0, ::fma(::fma(::fma(::fma(c[4], r, c[3]), r, c[2]), r, c[1]), r, c[0]));
        break;
      }
      case Form::saturating:
        value = -c[0] * ::expm1(-g / c[1]);
        break;
      case Form::table:
        value = table.first_at(g);
        break;
    }
    return scale * value;
  }

  /// The deviation that belongs to one uniform draw, S.
  MEMCOSIM_HD double deviation(double g, double u) const {
    if (uniform) return sigma(g) * 3.4641016151377544 * (u - 0.5);  // sqrt(12)
    return sigma(g) * normal_quantile(u);
  }
};

/// One row of the table of laws.
struct SpreadLawInfo {
  const char* name;
  const char* source;
  SpreadLaw::Form form;
  bool uniform;      ///< see SpreadLaw
  bool programming;  ///< usable as programming error
  bool reading;      ///< usable as white read noise
  double g_max_us;   ///< published; 0: generic law, the user names it
  double c[5];       ///< polynomial: uS at g_max_us; saturating: nA
  double valid_low;  ///< where it was measured, uS (saturating: nA)
  double valid_high;
};
const std::vector<SpreadLawInfo>& spread_laws();

/// A law by name with its published numbers. For the generic laws `magnitude` is sigma (normal) or the full width (uniform), relative to
/// g_max (independent), g (proportional) or g_max^2 / g (inverse). Throws InputError naming the nearest law.
SpreadLaw spread_law(const std::string& name);
SpreadLaw spread_law(const std::string& name, double magnitude, double g_max);
/// Sets form and coefficients from law, magnitude, g_max and read voltage.
void complete(SpreadLaw& law);
/// Conductances at which the law was measured, S, stretched as the law is. {0, infinity} for laws without data.
ConductanceRange valid_range(const SpreadLaw& law);

/// Use of a spread law: as programming error or as read noise.
enum class SpreadUse { programming, reading };
/// Reads those of {law, magnitude, g_max, scale, read_voltage, file} that the law has.
SpreadLaw read_spread_law(const ConfigNode& node, SpreadUse use, const SpreadLaw& fallback);
/// Throws InputError for a law made in code that the reader would have refused; `what` names it.
void check(const SpreadLaw& law, SpreadUse use, const std::string& what);

}  // namespace memcosim
