// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/devices/cells/pulse_response.hpp"

namespace memcosim {

/// Curvature c = 1 / A of the curve (1 - exp(-c x)) / (1 - exp(-c)), x from 0 to 1, for the non-linearity label of NeuroSim (P.-Y. Chen,
/// X. Peng, S. Yu, "NeuroSim: A Circuit-Level Macro Model for Benchmarking Neuro-Inspired Architectures in Online Learning", IEEE TCAD
/// 37(12), 2018). NeuroSim gives A by a table over labels 0.01 to 9; its condition is that the curve's greatest distance from the diagonal,
/// measured at a right angle to it, is 0.07 times the label (the values of the table that were compared agree to their last digit). Solved
/// by
/// Newton's method for labels up to 9, relative error about 1e-12; a negative label is the curve mirrored at the diagonal.
MEMCOSIM_HD inline double neurosim_curvature(double label) {
  const double per_label = 0.07 * 1.4142135623730951;  // vertical distance
  const double greatest = 9.0 * per_label;
  const double wanted = ::fabs(label) * per_label;
  double c = 8.0 * wanted * ::fma(8.0 / 9.0 * wanted, wanted, 1.0);  // the series for small labels
  if (wanted > 1e-3) {
    // A polynomial for c (1 - d) / (8 d), accurate to 1e-3 up to label 9; two Newton steps then reach 1e-12.
    const double s = ::fma(wanted, 2.0 / greatest, -1.0);
    double start = 0.018534;
    start = ::fma(start, s, 0.018251);
    start = ::fma(start, s, -0.016159);
    start = ::fma(start, s, 0.012755);
    start = ::fma(start, s, 0.039149);
    start = ::fma(start, s, 0.11995);
    start = ::fma(start, s, -0.20635);
    start = ::fma(start, s, 0.68414);
    c = start * 8.0 * wanted / (1.0 - wanted);
    for (int i = 0; i < 2; ++i) {
      const double whole = -::expm1(-c);
      const double slope = whole / c;  // exp(-c x) where the distance is greatest
      const double x = -::log(slope) / c;
      const double distance = (1.0 - slope) / whole - x;
      const double derivative = ::fma(x * slope, whole, -(1.0 - slope) * (1.0 - whole)) / (whole * whole);
      c -= (distance - wanted) / derivative;
    }
  }
  return label < 0.0 ? -c : c;
}

/// Exponential non-linearity over identical pulses, as in NeuroSim (Chen, Peng, Yu, IEEE TCAD 37(12), 2018) and the analytical device of
/// XBTorch. With x the pulse position, P pulses from end to end, and A = P / curvature(label):
///   G(x) = B (1 - exp(-x / A)) + g_min,  B = (g_max - g_min) / (1 - exp(-P / A)),  x += 1 per set pulse, x -= 1 per reset pulse,
/// each polarity with its own P and label. Signs as NeuroSim's: a positive label bends the curve up over x, so set steps are largest at the
/// low end for a positive label, reset steps largest at the high end for a negative one. The position is that of the actual conductance,
/// noise of earlier pulses included. (XBTorch keeps the position free of noise within a burst, NeuroSim adds the noise of a burst at its
/// end: there the mean of a noisy train follows the curve exactly, here only a train without noise does.)
/// Valid for trains of identical pulses and labels of magnitude up to 9.
struct ExponentialPulseCell : PulseResponseCell {
  static constexpr const char* name = "exponential_pulse";
  static constexpr const char* summary =
      "exponential conductance over identical pulses, non-linearity label of NeuroSim (Chen, Peng, Yu, IEEE TCAD 37(12), 2018)";

  enum Parameter : std::size_t { pulses_set = common_count, pulses_reset, nonlinearity_set, nonlinearity_reset, cycle_sigma };
  static constexpr ParameterInfo parameters[] = {
      g_min_info,
      g_max_info,
      v_set_info,
      v_reset_info,
      pulse_width_info,
      {"pulses_set", Dimension::dimensionless, 100.0, {1.0, 1e9, false}, "set pulses from g_min to g_max"},
      {"pulses_reset", Dimension::dimensionless, 100.0, {1.0, 1e9, false}, "reset pulses from g_max to g_min"},
      {"nonlinearity_set", Dimension::dimensionless, 1.0, {-9.0, 9.0, false}, "label of the set curve; 0: linear"},
      {"nonlinearity_reset",
       Dimension::dimensionless,
       -1.0,
       {-9.0, 9.0, false},
       "label of the reset curve; negative: fast at the high end"},
      {"cycle_sigma", Dimension::dimensionless, 0.0, {0.0, 10.0, false}, "standard deviation of one step, relative to g_max - g_min"},
  };

  MEMCOSIM_HD static double step(const CellParameters& p, double state, double volts, double seconds, const PulseDraws& draws) {
    const int towards = direction(p, volts, seconds);
    if (towards == 0) return state;
    const double range = p[g_max] - p[g_min];
    const double below = ::fmax(state - p[g_min], 0.0);
    const double above = ::fmax(p[g_max] - state, 0.0);
    const double change = towards > 0
                              ? exponential_curve_step(range, below, above, neurosim_curvature(p[nonlinearity_set]), p[pulses_set])
                              : -exponential_curve_step(range, above, below, -neurosim_curvature(p[nonlinearity_reset]), p[pulses_reset]);
    return state + change + noise(draws, p[cycle_sigma] * range);
  }
};

}  // namespace memcosim
