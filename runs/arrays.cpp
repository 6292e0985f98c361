// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/arrays.hpp"

#include <cmath>

#include <fmt/format.h>

#include "memcosim/common/files.hpp"
#include "memcosim/kernels/backends/backends.hpp"
#include "memcosim/networks/mapping/network_arrays.hpp"

namespace memcosim {

ArrayConfig array_config(const RunSpec& spec, const MappingPlan& plan, std::uint32_t tile) {
  return tile_array(plan, tile, spec.cell, spec.chip.macro.read_voltage_v, spec.wires);
}

namespace {

/// Calls use(tile) for every tile of the plan.
template <typename Use>
void for_each_tile(const MappingPlan& plan, const OnProgress& on_progress, Use use) {
  for (std::uint32_t tile = 0; tile < plan.tiles.size(); ++tile) {
    use(tile);
    if (on_progress) on_progress(tile + 1, plan.tiles.size());
  }
}

}  // namespace

std::vector<StageReadout> calibrate_on_targets(const RunSpec& spec, CompiledNetwork& compiled, const ImageSet& calibration, bool quiet) {
  RunSpec nominal = spec;
  nominal.cell.variations.clear();
  nominal.cell.cycle_variations.clear();
  nominal.cell.nonidealities = {};
  const std::unique_ptr<Backend> design = make_backend(spec.backend);
  create_arrays(compiled.plan, nominal.cell, nominal.chip.macro.read_voltage_v, design->cells(), nominal.wires,
                draw_progress("making arrays on target", "arrays", quiet));
  program_ideally(compiled.plan, design->cells(), draw_progress("targets", "arrays", quiet));
  return calibrate_readouts(compiled, *design, spec.chip.macro.readout, spec.adc_range, calibration,
                            draw_progress("calibration", "arrays", quiet));
}

std::size_t program_targets(const MappingPlan& plan, CellStore& cells, const OnProgress& on_progress) {
  std::size_t clipped = 0;
  for_each_tile(plan, on_progress, [&](std::uint32_t tile) { clipped += cells.program(tile, target_conductances(plan, tile)); });
  return clipped;
}

NpyArray read_conductance_map(const std::filesystem::path& file, const MappingPlan& plan) {
  NpyArray map = read_npy(file);
  const std::vector<std::size_t> expected = {plan.tiles.size(), plan.array_rows, plan.array_columns};
  if (map.shape != expected) {
    throw InputError(fmt::format("{}: shape is ({}), expected ({}): arrays, rows and columns of this mapping", file.string(),
                                 fmt::join(map.shape, ", "), fmt::join(expected, ", ")));
  }
  for (std::size_t i = 0; i < map.values.size(); ++i) {
    if (!std::isfinite(map.values[i]) || map.values[i] < 0.0) {
      throw InputError(fmt::format("{}: value {} of array {} is {}: expected conductances of at least 0 S", file.string(),
                                   i % (std::size_t{plan.array_rows} * plan.array_columns),
                                   i / (std::size_t{plan.array_rows} * plan.array_columns), map.values[i]));
    }
  }
  return map;
}

std::size_t set_conductance_map(const NpyArray& map, const MappingPlan& plan, CellStore& cells, const OnProgress& on_progress) {
  const std::size_t size = std::size_t{plan.array_rows} * plan.array_columns;
  std::size_t clipped = 0;
  for_each_tile(plan, on_progress, [&](std::uint32_t tile) {
    clipped += cells.set_conductance(tile, gsl::span<const double>(map.values.data() + tile * size, size));
  });
  return clipped;
}

void check_state(const ProgrammedState& state, const std::string& fingerprint, const std::filesystem::path& file, const MappingPlan& plan) {
  if (state.fingerprint != fingerprint || state.arrays.size() != plan.tiles.size()) {
    throw InputError(
        fmt::format("{}: the state was made with another network, mapping, device, programming or seed; program anew, or run the "
                    "configuration that made it",
                    file.string()));
  }
  for (std::uint32_t tile = 0; tile < plan.tiles.size(); ++tile) {
    const ArrayState& array = state.arrays[tile];
    if (array.rows != plan.array_rows || array.columns != plan.array_columns) {
      throw InputError(fmt::format("{}: array {} has {} x {} cells, expected {} x {}", file.string(), tile, array.rows, array.columns,
                                   plan.array_rows, plan.array_columns));
    }
  }
}

void restore_state(const ProgrammedState& state, CellStore& cells) {
  for (std::uint32_t tile = 0; tile < state.arrays.size(); ++tile)
    cells.set_state(tile, state.arrays[tile].cells);
}

}  // namespace memcosim
