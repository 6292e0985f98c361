// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/common/host_device.hpp"

namespace memcosim {

class ConfigNode;

inline constexpr double boltzmann_j_per_k = 1.380649e-23;  ///< exact, SI 2019

/// Ratio of the rate of a thermally activated process at one temperature to that at another (Arrhenius), kept within e^+-200.
MEMCOSIM_HD inline double arrhenius(double activation_energy_j, double temperature_k, double reference_k) {
  const double exponent = activation_energy_j / boltzmann_j_per_k * (1.0 / reference_k - 1.0 / temperature_k);
  return ::exp(::fmin(::fmax(exponent, -200.0), 200.0));
}

/// Conductance as a function of temperature; conductances of the model and of the configuration are those at the reference temperature.
///   up to metallic_above_s:   G(T) = G exp(-(E_a / k_B) (1 / T - 1 / T_ref))       thermally activated conduction
///   above:                    G(T) = G / (1 + alpha (T - T_ref))                   metallic filament
/// The default border is the conductance quantum 2 e^2 / h, above which a filament is a metallic point contact (E. A. Miranda et al., IEEE
/// EDL 31, 2010). Neither side crosses the border, so that the order of states is kept.
/// The temperature also accelerates retention losses (RetentionSpec::activation_energy_j).
struct TemperatureSpec {
  double temperature_k = 300.0;
  double reference_k = 300.0;
  double activation_energy_j = 0.0;
  double metallic_coefficient_per_k = 0.0;  ///< alpha; most metals near 300 K: 3e-3 to 4e-3
  double metallic_above_s = 7.748091729e-5;

  MEMCOSIM_HD bool is_off() const {
    return temperature_k == reference_k || (activation_energy_j == 0.0 && metallic_coefficient_per_k == 0.0);
  }

  MEMCOSIM_HD double at_temperature(double g) const {
    if (is_off()) return g;
    if (g > metallic_above_s) {
      // Far below the reference temperature the line would reach zero: a filament keeps at least a hundredth of its resistance.
      const double change = ::fmax(::fma(metallic_coefficient_per_k, temperature_k - reference_k, 1.0), 0.01);
      return ::fmax(g / change, metallic_above_s);
    }
    return ::fmin(g * arrhenius(activation_energy_j, temperature_k, reference_k), metallic_above_s);
  }
};

/// Reads `temperature: {value, reference, activation_energy, metallic_coefficient_per_k, metallic_above}`.
TemperatureSpec read_temperature(const ConfigNode& device, const TemperatureSpec& fallback);
void check(const TemperatureSpec& spec);

}  // namespace memcosim
