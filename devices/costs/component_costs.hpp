// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "memcosim/devices/costs/adc_costs.hpp"
#include "memcosim/devices/costs/component_cost.hpp"

namespace memcosim {

class ConfigNode;

/// Energy, static power and area of the parts of a macro and its chip. The array's own energy is not here: it is the sum of V^2 G t.
struct ComponentCosts {
  ComponentCost row_driver;       ///< instance: one word line with its DAC; operation: one row driven with a non-zero code for one slice
  ComponentCost cell;             ///< instance: one cell (area alone; its energy is V^2 G t)
  ComponentCost sample_hold;      ///< instance: one converted column (two capacitors); operation: one sample
  ComponentCost adc;              ///< instance: one converter; operation: one conversion
  ComponentCost shift_add;        ///< instance: one unit per ADC; operation: one code shifted and added
  ComponentCost controller;       ///< instance: one TDM controller; operation: one slice of one MVM
  ComponentCost input_register;   ///< instance: one byte; operation: one byte written or read
  ComponentCost output_register;  ///< likewise
  ComponentCost programmer;  ///< instance: one write-verify programmer; operation: one pulse or verify decision (drivers; the cell's own
                             ///< energy is separate)
  ComponentCost buffer;      ///< instance: one byte of activation buffer; operation: one byte read or written
  ComponentCost bus;         ///< instance: one bus; operation: one byte moved
  ComponentCost adder;       ///< instance: one digital adder; operation: one addition
  ComponentCost activation;  ///< instance: one unit; operation: one activation and requantisation
  ComponentCost comparator;  ///< instance: one unit; operation: one comparison (max pooling)
  /// One sentence for each number that lies outside the range of its model, or depends on the configuration in a surprising way.
  std::vector<std::string> warnings;
};

/// Published cost of one kind of converter; nothing: there is none, and presets take the converter of ISAAC instead, with a warning.
using AdcCost = std::function<std::optional<ComponentCost>(unsigned bits, double rate_hz, double technology_m)>;

/// Properties of the macro that presets scale with.
struct CostContext {
  unsigned adc_bits = 8;
  double adc_rate_hz = 1e9;       ///< conversions per second of one converter
  double next_adc_rate_hz = 1e9;  ///< of a converter with one more bit; the same where the configuration fixes the rate
  AdcCost adc_cost = isaac_adc;   ///< of the macro's kind of converter
  unsigned dac_bits = 1;
  double clock_hz = 1e9;
};

/// A named set of component costs.
struct CostPreset {
  const char* name;
  const char* summary;
  const char* source;
};
const std::vector<CostPreset>& cost_presets();

/// Costs of a named preset. Throws InputError naming the nearest preset.
ComponentCosts cost_preset(const std::string& name, const CostContext& context);

/// Reads `costs: {preset: isaac_32nm, adc_model: preset | survey, technology: 32 nm, adc: {energy: 1.67 pJ, static_power: .., area: ..},
/// ...}`: each number of each component may be overridden. `technology` is the node of the survey regression; presets have their own.
ComponentCosts read_component_costs(const ConfigNode& costs, const CostContext& context);

}  // namespace memcosim
