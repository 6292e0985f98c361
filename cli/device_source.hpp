// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

namespace memcosim {

/// A device that the user named on the command line.
struct DeviceSource {
  std::string name;    ///< as the user wrote it, for titles
  std::string preset;  ///< empty: none
  CellSpec spec;
  /// From the run configuration; else of the preset, of tables with known pulses, or of the model's first preset; without any of these only
  /// window and read voltage.
  CellUse use;
  std::string effective_yaml;    ///< the device section with every default
  std::vector<NamedFile> files;  ///< that were read: the YAML file, and those that its keys name
};

/// Reads a device: `device` is a model, a preset, or a YAML file (a device section, or a run configuration with one). Overrides
/// (key=value) have paths in the device section. Throws InputError; for an unknown name it suggests the nearest one.
DeviceSource read_device_source(const std::string& device, const std::vector<std::string>& overrides);

/// A model with default parameters; a model that needs measured tables gets example tables. effective_yaml stays empty.
DeviceSource default_device_source(const std::string& model);

/// The error for a name that is neither a model nor a preset, with the nearest name.
InputError unknown_device(const std::string& name);

/// True if `use` has pulses of both polarities.
inline bool knows_pulses(const CellUse& use) {
  return use.set.limit_v > 0.0 && use.reset.limit_v > 0.0;
}

}  // namespace memcosim
