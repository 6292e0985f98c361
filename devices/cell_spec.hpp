// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "memcosim/common/config.hpp"
#include "memcosim/common/units.hpp"

namespace memcosim {

/// One parameter of a cell model: what `memcosim list` shows and what the reader accepts.
struct ParameterInfo {
  const char* name;
  Dimension dimension;
  double fallback;  ///< default, SI
  Range range;
  const char* meaning;
  const char* const* words = nullptr;  ///< null-terminated names of the values 0, 1, ... that a configuration may write instead; or null
};

enum class Distribution { normal, log_normal, uniform };

/// Device-to-device spread of one parameter. Each cell draws its own value from the addressed stream (seed, device_to_device, array, cell,
/// parameter). normal: mean + sigma * z; log_normal: mean * exp(sigma * z); uniform: mean + sigma * sqrt(3) * (2u - 1). The result is
/// clamped to [low, high], and to the parameter's own range. Parameters of one cell that then contradict each other (r_off below r_on) are
/// moved to the nearest consistent set by the model's make_consistent().
struct Variation {
  std::size_t parameter;  ///< index in the model's parameter table
  Distribution distribution;
  double sigma;  ///< in the parameter's unit; for log_normal the sigma of the logarithm
  double low;
  double high;
};

/// A memristive cell as chosen in a configuration: model, parameter values (in the order of the model's table), spread.
struct CellSpec {
  std::string model;
  std::vector<double> parameters;
  std::vector<Variation> variations;
};

/// One row of the table of cell models.
struct CellModelInfo {
  const char* name;
  const char* summary;  ///< one line, with the source of the equations
  int set_polarity;     ///< sign of the voltage that raises the conductance; 0: pulses do not move the cell
  const ParameterInfo* parameters;
  std::size_t parameter_count;
};
const std::vector<CellModelInfo>& cell_models();
/// Throws InputError naming the nearest model.
const CellModelInfo& cell_model(const std::string& name);

/// Named parameter sets with their source.
struct CellPreset {
  const char* name;
  const char* model;
  const char* source;
  std::vector<std::pair<const char*, double>> parameters;
};
const std::vector<CellPreset>& cell_presets();

/// Reads `device: {model | preset, parameters: {...}, variation: {parameter: {distribution, sigma | relative_sigma, low, high}}}`.
CellSpec read_cell_spec(const ConfigNode& device);
/// All defaults of one model, for tests and programs without a configuration file.
CellSpec default_cell_spec(const std::string& model);
/// The parameters of a preset. Throws InputError naming the nearest preset.
CellSpec preset_cell_spec(const std::string& preset);
/// Throws InputError for a specification made in code that the reader would not have let through.
void check(const CellSpec& spec);

/// The conductances that levels stand for: level L is g_min + L * step, L from 0 to levels - 1.
struct ConductanceWindow {
  double g_min = 0.0;  ///< S
  double g_max = 0.0;  ///< S
  std::uint32_t levels = 2;

  double step() const { return (g_max - g_min) / static_cast<double>(levels - 1); }
};

}  // namespace memcosim
