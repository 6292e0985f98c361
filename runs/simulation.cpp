// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/simulation.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <set>
#include <systemc>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/common/progress.hpp"
#include "memcosim/common/thread_pool.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/networks/mapping/network_arrays.hpp"
#include "memcosim/networks/quantisation/float_network.hpp"
#include "memcosim/networks/values/ahead_values.hpp"
#include "memcosim/networks/values/event_values.hpp"
#include "memcosim/networks/values/recorded_sums.hpp"
#include "memcosim/runs/arrays.hpp"
#include "memcosim/runs/digital_blocks.hpp"
#include "memcosim/runs/preparation.hpp"
#include "memcosim/runs/results/state_fingerprint.hpp"
#include "memcosim/sc_models/chip/chip.hpp"
#include "memcosim/sc_models/chip/host.hpp"
#include "memcosim/sc_models/chip/run_activity.hpp"
#include "memcosim/sc_models/chip/timeline.hpp"

namespace memcosim {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

std::unique_ptr<NetworkValues> make_values(const RunSpec& spec, const SimulationOutcome& outcome, Backend& backend) {
  switch (spec.values) {
    case ValueMode::ahead: {
      AheadValues::Options options;
      options.chunk = spec.chunk;
      options.keep_codes = spec.chip.macro.level == TimingLevel::approximately_timed || spec.chip.macro.has_code_dependent_times();
      options.threads = spec.backend.threads;
      return std::make_unique<AheadValues>(outcome.compiled, outcome.images, backend, options);
    }
    case ValueMode::at_event:
      return std::make_unique<EventValues>(outcome.compiled, outcome.images);
    case ValueMode::none:
      return nullptr;
  }
  return nullptr;
}

/// Tells the user if calibration uses the classified images, or fewer images than asked for.
void tell_calibration(const RunSpec& spec, const ImageSet& calibration) {
  if (spec.dataset.calibration_images == spec.dataset.images) {
    spdlog::info(
        "activation scales and ADC ranges are calibrated on images of the files that are classified, from dataset.first on; "
        "dataset.calibration_images_file names others");
  }
  const auto tell_fewer = [&](const char* key, std::size_t wanted) {
    if (calibration.count < wanted)
      spdlog::info("{} asks for {} images; all {} of {} are taken", key, wanted, calibration.count, calibration.source);
  };
  tell_fewer("network.calibration_images", spec.network.calibration_images);
  if (spec.adc_range.mode == AdcRangeMode::calibrated) tell_fewer("macro.adc.full_scale.images", spec.adc_range.images);
}

/// Computes the effect of resistive lines, and predistorted targets if asked for. Nothing for ideal lines.
std::optional<LineEffects> prepare_targets(const RunSpec& spec, MappingPlan& plan, bool quiet) {
  if (!spec.wires.resistive()) return std::nullopt;
  if (spec.line_compensation == LineCompensation::none)
    return line_effects(plan, spec.wires, draw_progress("losses of the lines", "arrays", quiet));
  ConductanceRange range =
      conductance_range(cell_model(spec.cell.model), nominal_cell(spec.cell, spec.chip.macro.read_voltage_v), spec.cell.circuit);
  if (spec.programming == ProgrammingMethod::write_verify) {
    const WriteVerifySpec& programming = spec.chip.macro.programming;
    range.high = std::min(range.high, programming.verify.full_scale_s - programming.tolerance_s);  // verify reads saturate at higher ones
  }
  return predistort(plan, spec.wires, range, draw_progress("predistortion", "arrays", quiet));
}

/// Sets the cells by the methods that take no simulated time; returns true if the host has to program by write-verify instead.
bool prepare_arrays(const RunSpec& spec, const SimulationOptions& options, const Preparation& prepared, SimulationOutcome& outcome) {
  const MappingPlan& plan = outcome.compiled.plan;
  CellStore& cells = prepared.backend->cells();
  if (prepared.state) {
    restore_state(*prepared.state, cells);
    return false;
  }
  const OnProgress on_progress = draw_progress("programming", "arrays", options.quiet);
  switch (spec.programming) {
    case ProgrammingMethod::write_verify:
      return true;
    case ProgrammingMethod::statistical:
      outcome.clipped_cells = program_targets(plan, cells, on_progress);
      return false;
    case ProgrammingMethod::ideal:
      outcome.clipped_cells = program_ideally(plan, cells, on_progress);
      return false;
    case ProgrammingMethod::map:
      outcome.clipped_cells = set_conductance_map(*prepared.conductance_map, plan, cells, on_progress);
      return false;
  }
  return false;
}

ProgrammingRecord record_of(const Macro& macro, double duration_s) {
  const MacroActivity& activity = macro.activity();
  const ProgramResult& result = macro.program_result();
  ProgrammingRecord record;
  static_cast<ProgrammingCounts&>(record) = activity;
  record.duration_s = duration_s;
  for (const std::uint32_t pulses : result.pulses) {
    if (pulses >= record.pulse_histogram.size()) record.pulse_histogram.resize(pulses + 1u, 0);
    ++record.pulse_histogram[pulses];
  }
  for (const double residual : result.residual_s)
    record.residual_square_sum += residual * residual;
  return record;
}

/// Fills state and programming activity, from the chip or from the loaded state.
void collect_programming(const Chip& chip, const CellStore& cells, const std::vector<CellArrayState>& programmed,
                         const ProgrammedState& loaded, const std::string& fingerprint, SimulationOutcome& outcome) {
  outcome.state.fingerprint = fingerprint;
  outcome.state.programming_time_s = loaded.arrays.empty() ? outcome.activity.programming_s : loaded.programming_time_s;
  outcome.activity.programming_s = outcome.state.programming_time_s;
  for (std::uint32_t tile = 0; tile < chip.plan().tiles.size(); ++tile) {
    ArrayState array;
    array.rows = chip.plan().array_rows;
    array.columns = chip.plan().array_columns;
    array.cells = programmed.empty() ? cells.state(tile) : programmed[tile];
    // Age and reads are saved as 0: a run from this state applies its own.
    array.cells.history = {array.cells.history.event, 0.0, array.cells.history.cycles, 0.0};
    array.programming =
        loaded.arrays.empty() ? record_of(chip.macro(tile), chip.macro(tile).activity().programming_s) : loaded.arrays[tile].programming;
    MacroActivity& activity = outcome.activity.macros[tile];
    static_cast<ProgrammingCounts&>(activity) = array.programming;
    activity.programming_s = array.programming.duration_s;
    outcome.state.arrays.push_back(std::move(array));
  }
}

/// Collects pulses per cell, and recorded pulses, from the programmers.
void collect_pulses(const Chip& chip, SimulationOutcome& outcome) {
  for (std::uint32_t tile = 0; tile < chip.plan().tiles.size(); ++tile) {
    outcome.pulse_counts.push_back(chip.macro(tile).program_result().pulses);
    outcome.pulses.push_back(chip.macro(tile).kept_pulses());
  }
}

/// Observed conductances of every cell now, S, per tile.
std::vector<std::vector<double>> conductances(const CellStore& cells, const MappingPlan& plan) {
  std::vector<std::vector<double>> siemens;
  for (std::uint32_t tile = 0; tile < plan.tiles.size(); ++tile)
    siemens.push_back(cells.conductance(tile));
  return siemens;
}

/// Applies age and reads between programming and the first image, and gives the digital side the factors of the drift compensation.
void age_arrays(const RunSpec& spec, CellStore& cells, NetworkValues* values, SimulationOutcome& outcome) {
  const CompiledNetwork& compiled = outcome.compiled;
  const double age_s = spec.cell.nonidealities.retention.time_s;
  const double reads = spec.cell.nonidealities.read_disturb.reads;
  const bool compensate = values != nullptr && spec.drift_compensation != DriftCompensation::none;
  const WeightMagnitudes before = compensate ? weight_magnitudes(compiled, cells) : WeightMagnitudes();
  for (std::uint32_t tile = 0; tile < compiled.plan.tiles.size(); ++tile) {
    if (age_s > 0.0) cells.advance_age(tile, age_s);
    if (reads > 0.0) cells.add_reads(tile, reads);
  }
  if (!compensate) return;
  outcome.drift_factors = compensation_factors(spec.drift_compensation, before, weight_magnitudes(compiled, cells));
  values->set_drift_factors(outcome.drift_factors);
}

/// Copies the recorded sums of the finished images.
void collect_sums(const RecordedSums& recorded, SimulationOutcome& outcome) {
  for (std::uint32_t s = 0; s < outcome.compiled.plan.stages.size(); ++s) {
    const StagePlan& stage = outcome.compiled.plan.stages[s];
    const std::vector<std::int64_t>& sums = recorded.sums(s);
    const std::size_t finished = sums.empty() ? 0 : outcome.analog_classes.size() * stage.windows * stage.outputs;
    outcome.stage_sums.emplace_back(sums.begin(), sums.begin() + static_cast<std::ptrdiff_t>(finished));
  }
}

/// Lets another thread end the simulation, at its next delta cycle.
class StopChannel : public sc_core::sc_prim_channel {
 public:
  explicit StopChannel(const StopToken& stop) : sc_prim_channel("stop"), callback_(stop, [this] { async_request_update(); }) {}

 private:
  void update() override { sc_core::sc_stop(); }
  StopCallback callback_;
};

void play(const RunSpec& spec, const SimulationOptions& options, bool program, Chip& chip, const std::function<void()>& programmed,
          SimulationOutcome& outcome) {
  const std::uint64_t images = outcome.images.count;
  std::optional<Progress> bar;
  bar.emplace("programming", "arrays", std::uint64_t{chip.plan().tiles.size()}, options.quiet);
  Host::Progress progress;
  progress.programmed = [&] {
    programmed();
    bar.emplace("inference", "images", images, options.quiet);
  };
  progress.programming = [&](std::uint64_t done) { bar->update(done); };
  progress.images = [&](std::uint64_t done) {
    bar->update(done);
    if (options.images_done != nullptr) *options.images_done = done;
  };
  Host host("host", chip, HostSpec{images, program}, std::move(progress));
  Timeline timeline(TimelineLimits{spec.output.timeline_images, spec.output.timeline_events});
  if (spec.output.timeline_images > 0) timeline.attach(chip);
  sc_core::sc_trace_file* waves = nullptr;
  if (spec.output.waveform == Waveform::vcd && spec.chip.macro.digital.tdm_controller != rtl_block) {
    std::filesystem::path stem = options.waveform;
    waves = sc_core::sc_create_vcd_trace_file(stem.replace_extension().c_str());  // SystemC appends .vcd itself
    waves->set_time_unit(1.0, sc_core::SC_PS);
    for (std::uint32_t tile = 0; tile < chip.plan().tiles.size(); ++tile)
      chip.macro(tile).trace(waves);
  }
  const StopChannel stop(options.stop);
  try {
    sc_core::sc_start();
  } catch (const std::exception&) {
    if (!options.stop.requested()) throw;  // a stop request ends the computation of values with an exception
  }
  if (waves != nullptr) sc_core::sc_close_vcd_trace_file(waves);
  outcome.interrupted = options.stop.requested() && !host.finished();
  if (!host.finished() && !outcome.interrupted) {
    throw RunError(fmt::format("the simulation came to rest at {} with {} of {} images done", sc_core::sc_time_stamp().to_string(),
                               chip.completed(), images));
  }
  outcome.activity = run_activity(chip, host);
  if (spec.output.timeline_images > 0) outcome.timeline = timeline.json();
}

void add_draws(const std::vector<ClampedDraws>& of_array, std::vector<ClampedDraws>& sum) {
  sum.resize(of_array.size());
  for (std::size_t i = 0; i < sum.size(); ++i) {
    sum[i].low += of_array[i].low;
    sum[i].high += of_array[i].high;
  }
}

}  // namespace

std::string state_fingerprint(const RunSpec& spec, const MappingPlan& plan) {
  const bool verified = spec.programming == ProgrammingMethod::write_verify;
  StateFingerprint fingerprint(verified);
  fingerprint.add(spec.seed).add(spec.programming).add(array_config(spec, plan, 0)).add(plan.tiles.size());
  if (verified) fingerprint.add(spec.chip.macro.programming);
  if (verified && spec.chip.macro.digital.writer != model_block) fingerprint.add(spec.chip.macro.digital.writer);
  if (spec.programming == ProgrammingMethod::map) fingerprint.add(read_npy(spec.conductance_map).values);
  for (std::uint32_t tile = 0; tile < plan.tiles.size(); ++tile)
    fingerprint.add(plan.tiles[tile].rows).add(plan.tiles[tile].columns).add(target_conductances(plan, tile));
  return fmt::format("{:016x}", fingerprint.value());
}

SimulationOutcome simulate(const RunSpec& spec, const SimulationOptions& options) {
  SimulationOutcome outcome;
  Clock::time_point begin = Clock::now();
  BackendOptions backend_options = spec.backend;
  backend_options.stop = options.stop;
  Preparation prepared =
      prepare_run(spec, options.load_state, backend_options, draw_progress("activation ranges", "images", options.quiet));
  outcome.compiled = std::move(prepared.compiled);
  outcome.images = std::move(prepared.images);
  if (!options.quiet) tell_calibration(spec, prepared.calibration);
  outcome.lines = prepare_targets(spec, outcome.compiled.plan, options.quiet);
  const MappingPlan& plan = outcome.compiled.plan;
  if (prepared.state && spec.line_compensation != LineCompensation::none)
    check_state(*prepared.state, state_fingerprint(spec, plan), options.load_state, plan);
  const std::set<std::uint32_t> recorded_sums_of = recorded_stages(spec, plan);
  const std::unique_ptr<Backend>& backend = prepared.backend;
  outcome.backend = backend->description();
  for (const std::string& note : backend->notes()) {
    if (!options.quiet) spdlog::info("{}", note);
  }
  create_arrays(plan, spec.cell, spec.chip.macro.read_voltage_v, backend->cells(), spec.wires,
                draw_progress("making arrays", "arrays", options.quiet));
  outcome.readouts = calibrate_on_targets(spec, outcome.compiled, prepared.calibration, options.quiet);
  const ProgrammedState loaded = prepared.state.value_or(ProgrammedState());
  const bool program = prepare_arrays(spec, options, prepared, outcome);
  outcome.wall.preparation_s = seconds_since(begin);

  begin = Clock::now();
  const unsigned threads = cpu::thread_count(spec.backend.threads);
  const std::vector<double> reference =
      run_float(outcome.compiled.network, outcome.images, threads, draw_progress("software reference", "images", options.quiet));
  outcome.software_classes = predicted_classes(reference, outcome.compiled.network.classes());
  outcome.wall.software_s = seconds_since(begin);

  begin = Clock::now();
  ChipSpec chip_spec = spec.chip;
  chip_spec.macro.keep_pulses = spec.output.pulse_trains;
  if (spec.line_compensation == LineCompensation::predistorted) {
    chip_spec.macro.targets = {outcome.lines->steps_per_level, 1u << 16};
  }
  const DigitalBlocks blocks = with_rtl_blocks(options.blocks == nullptr ? DigitalBlocks() : *options.blocks,
                                               spec.output.waveform == Waveform::none ? "" : options.waveform.string());
  const std::unique_ptr<NetworkValues> values = make_values(spec, outcome, *backend);
  std::optional<RecordedSums> recorded;
  if (!recorded_sums_of.empty()) recorded.emplace(plan, *values, recorded_sums_of, outcome.images.count);
  Chip chip("chip", chip_spec, plan, *backend, recorded ? &*recorded : static_cast<StageValues*>(values.get()), blocks);
  std::vector<CellArrayState> programmed_states;
  const auto programmed = [&] {
    for (std::uint32_t tile = 0; tile < plan.tiles.size(); ++tile)
      programmed_states.push_back(backend->cells().state(tile));
    age_arrays(spec, backend->cells(), values.get(), outcome);
    if (values != nullptr) values->let_reads_move(backend->cells(), spec.chip.macro.slice_s());
    outcome.programmed_s = conductances(backend->cells(), plan);  // before the reads of the images move the cells
  };
  play(spec, options, program, chip, programmed, outcome);
  if (values != nullptr) {
    values->end();
    outcome.wall.waiting_s = values->waited_s();
  }
  if (values != nullptr && values->reads() != nullptr) {
    const ReadEpochs& reads = *values->reads();
    outcome.reads = ReadMovement{reads.every(), reads.largest_movement(outcome.activity.image_end_s.size())};
  }
  collect_programming(chip, backend->cells(), programmed_states, loaded, state_fingerprint(spec, plan), outcome);
  if (program) collect_pulses(chip, outcome);
  outcome.wall.simulation_s = seconds_since(begin);

  if (values != nullptr) {
    for (std::uint64_t image = 0; image < outcome.activity.image_end_s.size(); ++image) {
      outcome.analog_classes.push_back(values->predicted_class(image));
      const gsl::span<const double> logits = values->logits(image);
      outcome.analog_logits.insert(outcome.analog_logits.end(), logits.begin(), logits.end());
    }
    outcome.clipped_activations = values->clipped_activations();
    if (recorded) collect_sums(*recorded, outcome);
  }
  for (std::uint32_t tile = 0; tile < plan.tiles.size(); ++tile) {
    outcome.target_s.push_back(target_conductances(plan, tile));
    outcome.faulty_cells += backend->cells().faulty_cells(tile);
    outcome.adjusted_cells += backend->cells().adjusted_cells(tile);
    add_draws(backend->cells().clamped_draws(tile), outcome.clamped_draws);
  }
  if (outcome.programmed_s.empty()) outcome.programmed_s = conductances(backend->cells(), plan);
  outcome.backend_notes = backend->notes();
  return outcome;
}

}  // namespace memcosim
