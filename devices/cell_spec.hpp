// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "memcosim/common/range.hpp"
#include "memcosim/devices/cell_base/cell.hpp"
#include "memcosim/devices/cell_base/cell_circuit.hpp"
#include "memcosim/devices/nonidealities/nonidealities.hpp"

namespace memcosim {

class ConfigNode;
struct StepTables;

/// Distribution of a varied parameter (Variation).
enum class Distribution { normal, log_normal, uniform };

/// Spread of one parameter, device to device or cycle to cycle:
///   normal      mean + sigma * z
///   log_normal  mean * exp(sigma * z)
///   uniform     mean + sigma * sqrt(3) * (2u - 1)
/// Beyond [low, high] the distribution is clamped (the tails gather at the limits) or truncated (renormalised between them, as if draws
/// outside were drawn again); then values are clamped to the parameter's own range. Parameters of one cell that then contradict each other
/// (r_off below r_on) are moved to the nearest consistent set by the model's make_consistent().
///
/// Device to device: each cell draws its own value once, address (seed, device_to_device, array, cell, parameter). Cycle to cycle: the
/// parameters in force after the n-th pulse of a cell are drawn around its own values, address (seed, cycle_to_cycle, array, cell, n).
struct Variation {
  std::size_t parameter;  ///< index in the model's parameter table
  Distribution distribution;
  double sigma;  ///< in the parameter's unit; for log_normal the sigma of the logarithm
  double low;    ///< limits of the draws, in the parameter's unit
  double high;
  bool truncated = false;  ///< else clamped
};

/// A memristive cell as chosen in a configuration: model, parameter values (in the order of the model's table), spread, surroundings.
struct CellSpec {
  std::string model;
  std::string preset;                       ///< the named device that the specification started from, or empty
  std::vector<double> parameters;           ///< in the units of the model's table
  std::vector<Variation> variations;        ///< device to device
  std::vector<Variation> cycle_variations;  ///< cycle to cycle
  CellCircuit circuit;
  SteppingSpec stepping;
  CellNonidealities nonidealities;
  std::shared_ptr<const StepTables> tables;  ///< of a model that is built from tables; else null
};

/// Parameters of the nominal cell of a specification, at a read voltage. The specification must outlive the result.
CellParameters nominal_cell(const CellSpec& spec, double read_voltage_v);

/// Reads a `device:` section (tables that know the pulses of their measurement set the model's thresholds, where `parameters` does not):
///   {model | preset, parameters: {...}, tables: FILE,
///    variability: {device_to_device: {parameter: {distribution, sigma | relative_sigma, low, high, limits}}, cycle_to_cycle: {...}},
///    current_law: {...}, access: {...}, stepping: {...}, and the keys of read_nonidealities()}.
CellSpec read_cell_spec(const ConfigNode& device);
/// All defaults of one model, for tests and programs without a configuration file; a model that needs tables gets illustrative ones.
CellSpec default_cell_spec(const std::string& model);
/// Throws InputError for a specification made in code that the reader would have refused.
void check(const CellSpec& spec);
/// True if the effect of a pulse depends on how many pulses the cell has had, so that they must be counted.
bool counts_pulses(const CellSpec& spec);

/// Magnitudes of the voltages that a configuration may put across a cell, V.
const Range cell_voltages{0.0, most_cell_volts, true};
/// Throws InputError, naming `what`, for a voltage of either sign beyond them.
void check_cell_voltage(double volts, const std::string& what);

/// The conductances that levels stand for: level L is g_min + L * step, L from 0 to levels - 1.
struct ConductanceWindow {
  double g_min = 0.0;  ///< S
  double g_max = 0.0;  ///< S
  std::uint32_t levels = 2;

  double step() const { return (g_max - g_min) / static_cast<double>(levels - 1); }
};

}  // namespace memcosim
