// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/preparation.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "memcosim/kernels/backends/backends.hpp"
#include "memcosim/runs/arrays.hpp"
#include "memcosim/runs/digital_blocks.hpp"
#include "memcosim/runs/simulation.hpp"
#include "memcosim/sc_models/chip/chip.hpp"
#include "memcosim/sc_models/macro/macro.hpp"

namespace memcosim {

std::set<std::uint32_t> recorded_stages(const RunSpec& spec, const MappingPlan& plan) {
  std::set<std::uint32_t> stages;
  std::vector<std::string> names = {"none", "all"};
  for (std::uint32_t s = 0; s < plan.stages.size(); ++s) {
    names.push_back(plan.stages[s].name);
    if (spec.output.sums == "all" || spec.output.sums == plan.stages[s].name) stages.insert(s);
  }
  if (stages.empty() && spec.output.sums != "none") {
    throw InputError(
        fmt::format("output.sums: the network has no stage \"{}\": expected one of {}", spec.output.sums, fmt::join(names, ", ")));
  }
  return stages;
}

Preparation prepare_run(const RunSpec& spec, const std::filesystem::path& load_state, const BackendOptions& backend,
                        const OnProgress& on_ranges) {
  Preparation prepared;
  NetworkData data = load_network_data(spec.network, spec.dataset, std::max(spec.network.calibration_images, spec.adc_range.images));
  prepared.calibration = std::move(data.calibration);
  prepared.images = std::move(data.images);
  const ArrayGeometry geometry{spec.chip.macro.rows, spec.chip.macro.columns, spec.encoding, spec.window.g_min, spec.window.g_max};
  prepared.compiled = compile_network(std::move(data.network), spec.network.quantisation, geometry,
                                      prepared.calibration.first(spec.network.calibration_images), on_ranges);
  const MappingPlan& plan = prepared.compiled.plan;
  recorded_stages(spec, plan);
  if (!load_state.empty()) {
    prepared.state = read_state_file(load_state);
    // The fingerprint includes predistorted targets, which are computed later: simulate() then checks the state.
    if (spec.line_compensation == LineCompensation::none) check_state(*prepared.state, state_fingerprint(spec, plan), load_state, plan);
  } else if (spec.programming == ProgrammingMethod::map) {
    prepared.conductance_map = read_conductance_map(spec.conductance_map, plan);
  }
  prepared.backend = make_backend(backend);
  return prepared;
}

void try_first_macro(const RunSpec& spec, const Preparation& prepared, const DigitalBlocks* own) {
  const MappingPlan& plan = prepared.compiled.plan;
  const ChipSpec& chip = spec.chip;
  check(chip, plan);
  check_time_resolution(chip);
  const ArrayId array = prepared.backend->cells().create_array(array_config(spec, plan, 0));
  const Macro macro("first_macro", chip.macro, *prepared.backend, array, with_rtl_blocks(own == nullptr ? DigitalBlocks() : *own, ""));
}

}  // namespace memcosim
