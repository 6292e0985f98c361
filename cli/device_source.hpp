// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "memcosim/common/error.hpp"
#include "memcosim/devices/cell_presets.hpp"
#include "memcosim/devices/cell_spec.hpp"

namespace memcosim {

/// A device that the user named on the command line.
struct DeviceSource {
  std::string name;    ///< as given, for titles
  std::string preset;  ///< empty: a model with its default parameters
  CellSpec spec;
  CellUse use;                 ///< in a run's file that of the run; else of the preset, of the model's first preset, or none but the window
  std::string effective_yaml;  ///< the device section with every default
  std::vector<NamedFile> files;  ///< that were read: the YAML file, and those that its keys name
};

/// `device` is a model, a preset, or a YAML file (a device section, or a run configuration with one). Overrides are paths in the device
/// section. Throws InputError; an unknown name is answered with the nearest one.
DeviceSource read_device_source(const std::string& device, const std::vector<std::string>& overrides);

/// A model with its defaults, and with tables that stand in for measured ones where it needs some; without effective_yaml.
DeviceSource default_device_source(const std::string& model);

/// The error for a name that is neither a model nor a preset, with the nearest name.
InputError unknown_device(const std::string& name);

/// True when `use` knows pulses of both polarities.
inline bool knows_pulses(const CellUse& use) {
  return use.set.limit_v > 0.0 && use.reset.limit_v > 0.0;
}

}  // namespace memcosim
