// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cell_variation.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/cells/step_tables.hpp"
#include "memcosim/kernels/cuda/cells/resident_memory.cuh"

namespace memcosim::cuda {

namespace {

/// Cell numbers have 32 bits, and the queue counter passes the last cell when warps ask for more.
constexpr std::size_t most_cells = std::size_t{1} << 31;

const CellKernels* kernels_of(const CellSpec& spec) {
  const CellKernels* found = cell_kernels(spec.model);
  if (found == nullptr) throw std::logic_error(fmt::format("cell model '{}' has no device code", spec.model));
  return found;
}

CellArrayView first_of(const std::vector<const CellArray*>& arrays) {
  if (arrays.empty()) throw std::logic_error("resident cells need at least one array");
  return arrays.front()->view();
}

/// True if every pulse is computed by the closed form, with the same choices of laws for all cells, and the observed conductance of a cell
/// without fault is that of its state.
bool in_closed_form(const CellSpec& spec, const CellModel& model, const CellParameters& nominal) {
  const auto chooses_a_law = [&](const Variation& variation) { return model.parameters[variation.parameter].words != nullptr; };
  const bool wanted = spec.stepping.mode == Stepping::automatic || spec.stepping.mode == Stepping::exact;
  return wanted && model.follows_rate && spec.circuit.is_plain() && model.has_closed_form(nominal) && spec.tables == nullptr &&
         !counts_pulses(spec) && shows_its_state(spec.nonidealities) && !has_read_noise(spec.nonidealities) &&
         std::none_of(spec.variations.begin(), spec.variations.end(), chooses_a_law);
}

/// A check that two arrays have the same specification, in part: model, parameters, number of variations, shape, seed and read voltage.
/// Their streams may differ.
bool fits(const CellArrayView& a, const CellArrayView& b) {
  return a.spec->model == b.spec->model && a.spec->parameters == b.spec->parameters &&
         a.spec->variations.size() == b.spec->variations.size() && a.place->rows == b.place->rows && a.place->columns == b.place->columns &&
         a.place->seed == b.place->seed && a.place->read_voltage_v == b.place->read_voltage_v;
}

}  // namespace

ResidentMemory::ResidentMemory(const std::vector<const CellArray*>& arrays) : place_(*first_of(arrays).place) {
  std::vector<CellArrayView> views;
  std::vector<std::uint32_t> streams;
  for (const CellArray* array : arrays) {
    views.push_back(array->view());
    if (!fits(views.front(), views.back())) throw std::logic_error("arrays of resident cells have one specification, shape and seed");
    streams.push_back(views.back().place->stream);
  }
  set_spec(*views.front().spec, views.front().nominal_range, arrays.size());
  set_streams(streams);
  set_drawn(views);
  std::vector<CellFault> faults;
  std::vector<std::uint8_t> tables;
  for (const CellArrayView& view : views) {
    const std::size_t cells = view.states->size();
    faults.insert(faults.end(), view.faults->begin(), view.faults->end());
    if (view.faults->empty()) faults.insert(faults.end(), cells, CellFault::none);
    tables.insert(tables.end(), view.tables->begin(), view.tables->end());
  }
  if (std::any_of(faults.begin(), faults.end(), [](CellFault fault) { return fault != CellFault::none; })) {
    faults_ = DeviceArray<CellFault>(faults);
    view_.faults = faults_.data();
  }
  if (!tables.empty()) {
    table_choice_ = DeviceArray<std::uint8_t>(tables);
    view_.table_choice = table_choice_.data();
  }
  for (std::size_t array = 0; array < arrays.size(); ++array)
    load(*arrays[array], array);
  finish_copies();
}

ResidentMemory::ResidentMemory(const CellSpec& spec, const CellArrayPlace& place) : place_(place) {
  const CellModel& model = cell_model(spec.model);
  set_spec(spec, conductance_range(model, nominal_cell(spec, place.read_voltage_v), spec.circuit), 1);
  set_streams({place.stream});
  const std::vector<CellFault> faults = make_faults(spec.nonidealities.faults, place.rows, place.columns, place.seed, place.stream);
  if (!faults.empty()) {
    faults_ = DeviceArray<CellFault>(faults);
    view_.faults = faults_.data();
  }
  const std::vector<std::uint8_t> tables = choose_tables(spec, place);
  if (!tables.empty()) {
    table_choice_ = DeviceArray<std::uint8_t>(tables);
    view_.table_choice = table_choice_.data();
  }
  if (!pulses_.empty()) succeed(cudaMemsetAsync(pulses_.data(), 0, pulses_.size() * sizeof(std::uint32_t), stream_.get()), "clear memory");
  set_history({}, 0);
  draw(spec);
}

void ResidentMemory::set_spec(const CellSpec& spec, const ConductanceRange& nominal_range, std::size_t arrays) {
  check(spec);
  spec_ = spec;
  kernels_ = kernels_of(spec);
  const CellModel& model = cell_model(spec.model);
  const std::size_t per_array = std::size_t{place_.rows} * place_.columns;
  const std::size_t cells = per_array * arrays;
  if (cells == 0 || cells > most_cells) throw std::logic_error(fmt::format("resident cells are 1 to {}, not {}", most_cells, cells));
  std::copy(spec.parameters.begin(), spec.parameters.end(), view_.nominal);
  std::fill(std::begin(view_.cycle_draw), std::end(view_.cycle_draw), std::int8_t{-1});
  view_.drawn_rows = static_cast<std::uint32_t>(spec.variations.size());
  for (std::size_t k = 0; k < spec.cycle_variations.size(); ++k) {
    const std::size_t parameter = spec.cycle_variations[k].parameter;
    view_.cycle_draw[parameter] = static_cast<std::int8_t>(k);
    view_.cycle_draws[k] = {spec.cycle_variations[k], model.parameters[parameter].range};
  }
  view_.has_cycle_draws = !spec.cycle_variations.empty();
  view_.has_read_noise = has_read_noise(spec.nonidealities);
  view_.in_closed_form = in_closed_form(spec, model, nominal_cell(spec, place_.read_voltage_v));
  view_.read_voltage_v = place_.read_voltage_v;
  view_.circuit = spec.circuit;
  view_.stepping = spec.stepping;
  view_.effects = spec.nonidealities;
  view_.write_noise_s = spec.nonidealities.write_noise_s;
  view_.nominal_range = nominal_range;
  view_.seed = place_.seed;
  view_.cells = static_cast<std::uint32_t>(cells);
  view_.cells_per_array = static_cast<std::uint32_t>(per_array);

  histories_ = DeviceArray<ArrayHistory>(arrays);
  drawn_ = DeviceArray<double>(cells * spec.variations.size());
  states_ = DeviceArray<double>(cells);
  if (counts_pulses(spec)) pulses_ = DeviceArray<std::uint32_t>(cells);
  if (spec.tables != nullptr) {
    std::vector<double> blocks;
    std::vector<std::uint32_t> starts;
    for (const std::vector<double>& device : spec.tables->devices) {
      starts.push_back(static_cast<std::uint32_t>(blocks.size()));
      blocks.insert(blocks.end(), device.begin(), device.end());
    }
    tables_ = DeviceArray<double>(blocks);
    table_starts_ = DeviceArray<std::uint32_t>(starts);
  }
  view_.histories = histories_.data();
  view_.drawn = drawn_.data();
  for (std::size_t row = 0; row < spec.variations.size(); ++row)
    view_.drawn_of[spec.variations[row].parameter] = drawn_.data() + row * cells;
  view_.states = states_.data();
  view_.pulses = pulses_.data();
  view_.tables = tables_.data();
  view_.table_starts = table_starts_.data();
}

void ResidentMemory::set_streams(const std::vector<std::uint32_t>& streams) {
  streams_ = DeviceArray<std::uint32_t>(streams);
  view_.streams = streams_.data();
}

/// Transposes the drawn parameters: arrays store them cell by cell, the GPU parameter by parameter, for coalesced reads.
void ResidentMemory::set_drawn(const std::vector<CellArrayView>& arrays) {
  const std::size_t rows = view_.drawn_rows;
  std::vector<double> drawn(rows * view_.cells);
  std::size_t first = 0;
  for (const CellArrayView& view : arrays) {
    for (std::size_t cell = 0; cell < view_.cells_per_array; ++cell) {
      for (std::size_t row = 0; row < rows; ++row)
        drawn[row * view_.cells + first + cell] = (*view.drawn)[cell * rows + row];
    }
    first += view_.cells_per_array;
  }
  copy_in(drawn_.data(), drawn);
}

void ResidentMemory::draw(const CellSpec& spec) {
  const CellModel& model = cell_model(spec.model);
  std::vector<CycleDraw> rows;
  std::uint64_t by_device = 0;
  std::vector<double> values;
  for (std::size_t row = 0; row < spec.variations.size(); ++row) {
    const Variation& variation = spec.variations[row];
    const Range& range = model.parameters[variation.parameter].range;
    rows.push_back({variation, range});
    if (!uses_libm(variation)) {
      by_device |= std::uint64_t{1} << row;
      continue;
    }
    values.resize(view_.cells);
    for (std::uint32_t cell = 0; cell < view_.cells; ++cell)
      values[cell] = draw_parameter(variation, spec.parameters[variation.parameter], range, place_.seed, place_.stream, cell);
    copy_in(drawn_.data() + row * view_.cells, values);
  }
  const DeviceArray<CycleDraw> draws(rows);
  DeviceArray<std::uint32_t> adjusted(std::vector<std::uint32_t>{0});
  finish_copies();
  kernels_->initialise(view_, by_device, draws.data(), adjusted.data(), stream_.get());
  stream_.wait();
  adjusted_ = adjusted.host().front();
}

/// Waits for copies outside of the stream, which may not be finished when their call returns.
void ResidentMemory::finish_copies() const {
  succeed(cudaStreamSynchronize(cudaStreamLegacy), "wait for copies");
}

template <typename Value>
void ResidentMemory::copy_in(Value* place, const std::vector<Value>& values) const {
  if (values.empty()) return;
  succeed(cudaMemcpyAsync(place, values.data(), values.size() * sizeof(Value), cudaMemcpyHostToDevice, stream_.get()), "copy to the GPU");
}

void ResidentMemory::check_array(std::size_t array) const {
  if (array >= histories_.size())
    throw std::logic_error(fmt::format("resident cells of {} arrays have no array {}", histories_.size(), array));
}

void ResidentMemory::load(const CellArray& source, std::size_t array) {
  check_array(array);
  const CellArrayView view = source.view();
  if (view.states->size() != view_.cells_per_array || view.pulses->empty() != pulses_.empty()) {
    throw std::logic_error("an array of another shape or specification than its resident cells");
  }
  const std::size_t first = array * view_.cells_per_array;
  copy_in(states_.data() + first, *view.states);
  copy_in(pulses_.data() + first, *view.pulses);
  set_history(*view.history, array);
}

void ResidentMemory::save(CellArray& target, std::size_t array) const {
  check_array(array);
  stream_.wait();
  const std::size_t first = array * view_.cells_per_array;
  std::vector<double> states(view_.cells_per_array);
  std::vector<std::uint32_t> pulses(pulses_.empty() ? 0 : view_.cells_per_array);
  succeed(cudaMemcpy(states.data(), states_.data() + first, states.size() * sizeof(double), cudaMemcpyDeviceToHost), "copy from the GPU");
  if (!pulses.empty()) {
    succeed(cudaMemcpy(pulses.data(), pulses_.data() + first, pulses.size() * sizeof(std::uint32_t), cudaMemcpyDeviceToHost),
            "copy from the GPU");
  }
  target.take_pulsed(std::move(states), std::move(pulses));
}

void ResidentMemory::set_states(const std::vector<double>& states) {
  if (states.size() != view_.cells)
    throw std::logic_error(fmt::format("{} resident cells were given {} states", view_.cells, states.size()));
  copy_in(states_.data(), states);
}

void ResidentMemory::set_history(const ArrayHistory& history, std::size_t array) {
  check_array(array);
  succeed(cudaMemcpyAsync(histories_.data() + array, &history, sizeof history, cudaMemcpyHostToDevice, stream_.get()), "copy to the GPU");
}

bool ResidentMemory::moves_when_read(double volts) {
  if (volts == movement_asked_v_) return movement_;
  movement_asked_v_ = volts;
  movement_ = false;
  const CellModel& model = cell_model(spec_.model);
  if (spec_.nonidealities.read_disturb.law != ReadDisturbSpec::Law::rate) return movement_;
  if (!spec_.cycle_variations.empty()) return movement_ = model.follows_rate;
  std::vector<double> values = spec_.parameters;
  CellParameters p = nominal_cell(spec_, place_.read_voltage_v);
  p.values = values.data();
  if (spec_.variations.empty()) return movement_ = model.moves_at(p, spec_.circuit, volts);
  stream_.wait();
  const std::vector<double> drawn = drawn_.host();
  for (std::size_t cell = 0; cell < view_.cells && !movement_; ++cell) {
    values = spec_.parameters;
    for (std::size_t row = 0; row < spec_.variations.size(); ++row)
      values[spec_.variations[row].parameter] = drawn[row * view_.cells + cell];
    model.make_consistent(values.data());
    movement_ = model.moves_at(p, spec_.circuit, volts);
  }
  return movement_;
}

bool ResidentMemory::differs_at(double volts) const {
  const double read_v = place_.read_voltage_v;
  const bool linear = is_linear_to(spec_, read_v, read_v) && (volts <= read_v || is_linear_to(spec_, read_v, most_cell_volts));
  return volts != read_v && !linear;
}

std::vector<double> ResidentMemory::states() const {
  stream_.wait();
  return states_.host();
}

std::vector<std::uint32_t> ResidentMemory::pulses() const {
  stream_.wait();
  return pulses_.host();
}

}  // namespace memcosim::cuda
