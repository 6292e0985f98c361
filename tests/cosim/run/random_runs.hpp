// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace memcosim::test {

/// Settings of a random run of a small network: array and row-partition sizes of every alignment, pairings, converters and their errors,
/// programming, faults and noise. The same for the same seed.
inline std::vector<std::string> random_settings(std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  const auto below = [&](std::uint64_t count) { return generator() % count; };
  const auto between = [&](std::uint64_t low, std::uint64_t high) { return std::to_string(low + below(high - low + 1)); };
  const auto one_of = [&](const std::vector<std::string>& texts) { return texts[below(texts.size())]; };
  std::vector<std::string> values = {
      "seed=" + std::to_string(seed),
      "array.rows=" + between(9, 300),
      "array.columns=" + std::to_string(2 + 2 * below(80)),
      "array.pairing=" + one_of({"single", "differential_digital", "differential_analog", "reference_column"}),
      "network.weight_bits=" + between(2, 9),
      "macro.dac.bits=" + between(1, 5),
      "macro.dac.coding=" + one_of({"amplitude", "amplitude", "pulse_width"}),
      "network.input_bits=" + between(5, 10),
      "macro.adc.bits=" + between(4, 12),
      "macro.columns_per_adc=" + between(1, 16),
      "macro.adc.noise_lsb=" + one_of({"0", "0", "0.4"}),
      "macro.adc.gain=" + one_of({"1", "1.03"}),
      "macro.adc.offset_lsb=" + one_of({"0", "-0.7"}),
      "macro.adc.full_scale.images=4",
      "network.calibration_images=8",
      "programming.method=" + one_of({"ideal", "ideal", "statistical", "write_verify"}),
  };
  if (below(3) == 0) {
    values.emplace_back("device.read_noise.white.law=normal_proportional");
    values.emplace_back("device.read_noise.white.magnitude=0.02");
  }
  if (below(3) == 0) {
    values.emplace_back("device.faults.low_resistance_share=0.01");
    values.emplace_back("device.faults.high_resistance_share=0.02");
  }
  std::vector<std::string> arguments;
  for (const std::string& value : values)
    arguments.insert(arguments.end(), {"--set", value});
  return arguments;
}

}  // namespace memcosim::test
