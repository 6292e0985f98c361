// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "memcosim/devices/cell_base/conductance_range.hpp"

namespace memcosim {

/// The pulses and reads that tables were measured with: magnitudes; 0: not known. Defaults of runs that name none.
struct MeasuredPulses {
  double set_voltage_v = 0.0;
  double set_duration_s = 0.0;
  double reset_voltage_v = 0.0;
  double reset_duration_s = 0.0;
  double read_voltage_v = 0.0;
};

/// Tables of one or more measured devices for a model that is built from tables. Each device's numbers lie in one block, in the layout of
/// the model; a cell takes one device at random (device to device).
struct StepTables {
  std::string schema;                        ///< which models can use them: their table_schema
  std::vector<std::vector<double>> devices;  ///< at least one, at most max_table_devices
  MeasuredPulses pulses;
};
inline constexpr std::size_t max_table_devices = 256;

/// Steps of one polarity of one device: row r holds the quantiles of the conductance change from g_s[r], at cumulative probabilities from 0
/// to 1 in equal distances. Outside of g_s the outermost row holds. Without any row the polarity was not measured and makes no steps.
struct StepCurves {
  std::vector<double> g_s;                ///< S, strictly rising, none or at least 2
  std::vector<std::vector<double>> dg_s;  ///< S, one row per point of g_s, each not falling, all of one length of at least 2
};

/// The tables of one device, at least one polarity. Each has its own range of conductances.
struct DeviceStepTable {
  std::string name;
  StepCurves set;    ///< pulses of positive voltage
  StepCurves reset;  ///< pulses of negative voltage
  /// Bounds of the conductance; without: from the lowest to the highest point of both polarities.
  std::optional<ConductanceRange> range = std::nullopt;
};

/// Content of a file of schema memcosim-step-tables, version 1 (model `step_table`):
///   {"schema": "memcosim-step-tables", "version": 1, "provenance": "where the numbers come from",
///    "units": {"g_s": "S", "dg_s": "S"},
///    "measured": {"set_voltage_v": 1, "set_duration_s": 1e-07, "reset_voltage_v": 1, "reset_duration_s": 1e-07, "read_voltage_v": 0.1},
///    "devices": [{"name": "d0", "range_s": [low, high],
///                 "set": {"g_s": [...], "dg_s": [[...], ...]}, "reset": {"g_s": [...], "dg_s": [[...], ...]}}, ...]}
/// `measured` (each of its keys) and `range_s` may be left out; `set` or `reset` is null for a polarity that was not measured.
struct StepTableFile {
  std::string provenance;
  std::vector<DeviceStepTable> devices;
  MeasuredPulses measured = {};
};

/// Nodes of one device for model `piecewise_step`: factors of the step at equal distances from g_min to g_max.
struct DeviceStepNodes {
  std::string name;
  std::vector<double> up;    ///< at least 1
  std::vector<double> down;  ///< at least 1
};

/// Content of a file of schema memcosim-step-nodes, version 1:
///   {"schema": "memcosim-step-nodes", "version": 1, "provenance": "...", "devices": [{"name": "d0", "up": [...], "down": [...]}, ...]}
struct StepNodesFile {
  std::string provenance;
  std::vector<DeviceStepNodes> devices;
};

/// Tables in the block layout that the models read. Throw InputError naming device and table for axes that do not rise, falling rows, etc.
StepTables make_step_tables(const std::vector<DeviceStepTable>& devices, const MeasuredPulses& measured = {});
StepTables make_step_tables(const std::vector<DeviceStepNodes>& devices);

/// The JSON text of a file; exact numbers, one row per line.
std::string to_json(const StepTableFile& file);
std::string to_json(const StepNodesFile& file);

StepTableFile read_step_table_file(const std::filesystem::path& file);
StepNodesFile read_step_nodes_file(const std::filesystem::path& file);
/// A file of either schema as blocks. Throws InputError naming the file, the place in it and what was expected.
StepTables read_step_tables(const std::filesystem::path& file);

/// Tables that stand in for measured ones where a model is used without a file, by programs and tests: an illustrative device of 1 uS to
/// 100 uS. Throws InputError for an unknown schema.
StepTables illustrative_step_tables(const std::string& schema);

}  // namespace memcosim
