// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "memcosim/common/host_device.hpp"
#include "memcosim/devices/nonidealities/spread_law.hpp"
#include "memcosim/devices/nonidealities/state_curve.hpp"
#include "memcosim/devices/nonidealities/telegraph.hpp"

namespace memcosim {

class ConfigNode;

/// 1/f noise, accumulated since programming, as one normal deviation per read (S. R. Nandakumar et al., IEEE ICECS 2019):
///   sigma = scale g q(g / g_max) sqrt(ln((t + t_read) / (2 t_read))),   t = age + t0; zero while the logarithm is negative
/// with q from IBM AIHWKit:
///   state_independent   one number
///   pcm_like            min(0.2, 0.0088 / max(r^0.65, 1e-3))
///   hermes_one_device, hermes_two_devices
///                       M. Le Gallo et al., Nature Electronics 6, 2023
///   cmo_hfox            sigma = scale 0.02773 uS log10(g / uS) sqrt(...), t_read = 1 us; zero up to 1 uS: D. G. F. Lombardo et al., DRC
///                       2024 (CMO/HfOx RRAM, 8 to 90 uS)
/// The published curves take q at the programmed and the factor g at the drifted conductance; here both are taken at the observed one.
struct FlickerSpec {
  enum class Law : std::uint8_t { none, state_independent, pcm_like, hermes_one_device, hermes_two_devices, cmo_hfox };
  Law law = Law::none;
  double scale = 1.0;
  double q = 0.0;      ///< of the state-independent law
  double g_max = 0.0;  ///< S, where the curves are normalised
  double t_read_s = 250e-9;
  double t0_s = 0.0;
  StateCurve curve;

  MEMCOSIM_HD double sigma(double g, double age_s) const {
    if (law == Law::none || !(g > 0.0)) return 0.0;
    const double spectrum = ::log((age_s + t0_s + t_read_s) / (2.0 * t_read_s));
    if (!(spectrum > 0.0)) return 0.0;
    const double root = scale * ::sqrt(spectrum);
    switch (law) {
      case Law::state_independent:
        return root * q * g;
      case Law::pcm_like:
        return root * g * ::fmin(0.2, 0.0088 / ::fmax(::pow(g / g_max, 0.65), 1e-3));
      case Law::cmo_hfox:
        return root * 0.0277316483e-6 * ::fmax(::log10(g * 1e6), 0.0);
      default:
        return root * g * ::fmax(curve.at(g / g_max), 0.0);
    }
  }
};

/// Noise of reads: white and 1/f noise, drawn per read, and telegraph noise, which is a function of age. White and 1/f noise are drawn as
/// normal deviations, for a whole column at once with the summed variance; a uniform law contributes its standard deviation, since the sum
/// over a column is close to normal.
struct ReadNoiseSpec {
  SpreadLaw white;
  FlickerSpec flicker;
  TelegraphSpec telegraph;

  /// Standard deviation of one read, S.
  MEMCOSIM_HD double sigma(double g, double age_s) const {
    const double w = white.sigma(g);
    const double f = flicker.sigma(g, age_s);
    return ::sqrt(::fma(w, w, f * f));
  }
};

/// The published numbers of a law.
FlickerSpec flicker_law(FlickerSpec::Law law);
/// Reads `read_noise: {white: {law, ...}, flicker: {law, ...}, telegraph: {...}}`.
ReadNoiseSpec read_read_noise(const ConfigNode& device, const ReadNoiseSpec& fallback);
void check(const ReadNoiseSpec& spec);

}  // namespace memcosim
