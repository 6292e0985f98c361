// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/presets/cell_use.hpp"

namespace memcosim {

/// A named device: parameters of a model, further effects, and how it is used.
struct CellPreset {
  const char* name;
  const char* model;
  const char* source;    ///< publication the numbers come from, or "illustrative"
  const char* validity;  ///< material, range and conditions where the numbers hold
  std::vector<std::pair<const char*, double>> parameters;
  CellUse use;
  void (*complete)(CellSpec& spec) = nullptr;  ///< sets what parameters cannot say: noise, drift, access device; or null
};

const std::vector<CellPreset>& cell_presets();
/// Throws InputError naming the nearest preset.
const CellPreset& cell_preset(const std::string& name);
CellSpec preset_cell_spec(const std::string& name);
/// Default use of the device of a specification: that of its preset; without a preset, its whole nominal range and reads of 0.2 V. Where
/// neither gives pulses (cells that pulses do not move) they last 100 ns and rise from 0.6 V to 2.5 V. Tables that record how they were
/// measured ask for the same read voltage and pulses, all of one amplitude.
CellUse cell_use(const CellSpec& spec);

namespace detail {
/// The families of presets, each in its own file; cell_presets() is their sequence.
std::vector<CellPreset> state_presets();
std::vector<CellPreset> pulse_presets();
std::vector<CellPreset> statistical_presets();
}  // namespace detail

}  // namespace memcosim
