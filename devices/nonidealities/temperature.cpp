// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/nonidealities/temperature.hpp"

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

const Range kelvin{1.0, 2000.0, false};
const Range energies{0.0, 10.0 * 1.602176634e-19, false};
const Range coefficients{0.0, 1.0, false};
const Range conductances{0.0, 1e3, false};

bool within(double value, const Range& range) {
  return value >= range.low && value <= range.high;
}

}  // namespace

TemperatureSpec read_temperature(const ConfigNode& device, const TemperatureSpec& fallback) {
  const ConfigNode node = device.map("temperature");
  TemperatureSpec spec = fallback;
  spec.temperature_k = node.quantity("value", Dimension::temperature, kelvin, fallback.temperature_k);
  spec.reference_k = node.quantity("reference", Dimension::temperature, kelvin, fallback.reference_k);
  spec.activation_energy_j = node.quantity("activation_energy", Dimension::energy, energies, fallback.activation_energy_j);
  spec.metallic_coefficient_per_k =
      node.quantity("metallic_coefficient_per_k", Dimension::inverse_temperature, coefficients, fallback.metallic_coefficient_per_k);
  spec.metallic_above_s = node.quantity("metallic_above", Dimension::conductance, conductances, fallback.metallic_above_s);
  return spec;
}

void check(const TemperatureSpec& spec) {
  if (!within(spec.temperature_k, kelvin) || !within(spec.reference_k, kelvin) || !within(spec.activation_energy_j, energies) ||
      !within(spec.metallic_coefficient_per_k, coefficients) || !within(spec.metallic_above_s, conductances)) {
    throw InputError(
        "temperature: value and reference must be from 1 K to 2000 K, activation_energy from 0 eV to 10 eV, metallic_coefficient_per_k "
        "from 0 to 1, metallic_above from 0 S to 1000 S");
  }
}

}  // namespace memcosim
