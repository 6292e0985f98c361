// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/cuda/cells/resident_cells.hpp"
#include "memcosim/kernels/cuda/cells/resident_memory.cuh"
#include "memcosim/kernels/cuda/gpu/current_gpu.cuh"

namespace memcosim::cuda {

/// Results of a write-verify, one per target.
struct WriteResults {
  explicit WriteResults(std::size_t cells, std::size_t rows)
      : pulses(cells), reads(cells), pulse_energy_j(cells), read_energy_j(cells), outcome(cells), residual_s(cells), rows(rows) {}
  DeviceArray<std::uint32_t> pulses;
  DeviceArray<std::uint32_t> reads;
  DeviceArray<double> pulse_energy_j;
  DeviceArray<double> read_energy_j;
  DeviceArray<WriteOutcome> outcome;
  DeviceArray<double> residual_s;
  DeviceArray<ProgramResult::RowPhases> rows;
};

struct ResidentCells::Impl {
  Impl(const std::vector<const CellArray*>& arrays, int gpu_index) : gpu(gpu_index), memory(arrays), counters(2) {}
  Impl(const CellSpec& spec, const CellArrayPlace& place, int gpu_index) : gpu(gpu_index), memory(spec, place), counters(2) {}

  cudaStream_t stream() const { return memory.stream().get(); }
  void clear(void* place, std::size_t bytes) const { succeed(cudaMemsetAsync(place, 0, bytes, stream()), "clear memory"); }
  /// Sets the memory for the energies in the order and launches the pulses.
  void pulse(PulseOrder order);
  /// Observed conductance of every cell or, if `sigmas` is set, standard deviation of one read, S.
  std::vector<double> observe(bool sigmas);

  int gpu;
  ResidentMemory memory;
  DeviceArray<double> energy_j;
  DeviceArray<double> observed_s;
  DeviceArray<double> sigmas_s;
  DeviceArray<std::uint32_t> counters;  ///< faulty targets, cells taken from the queue
  DeviceArray<std::uint32_t> rounds;
  DeviceArray<double> targets_s;
  std::uint32_t region_rows = 0;  ///< of all arrays
  std::uint32_t region_columns = 0;
  std::unique_ptr<WriteResults> results;
};

void ResidentCells::Impl::pulse(PulseOrder order) {
  energy_j.reserve(memory.view().cells);
  order.energy_j = energy_j.data();
  memory.kernels().pulse(memory.view(), order, stream());
}

std::vector<double> ResidentCells::Impl::observe(bool sigmas) {
  const std::size_t cells = memory.view().cells;
  observed_s.reserve(cells);
  if (sigmas) sigmas_s.reserve(cells);
  memory.kernels().written(memory.view(), observed_s.data(), stream());
  launch_observe(memory.view(), observed_s.data(), sigmas ? sigmas_s.data() : nullptr, stream());
  memory.stream().wait();
  return sigmas ? sigmas_s.host() : observed_s.host();
}

bool ResidentCells::supports(const CellSpec& spec) {
  return cell_kernels(spec.model) != nullptr;
}

ResidentCells::ResidentCells(const std::vector<const CellArray*>& arrays, int gpu) {
  const CurrentGpu current(gpu);
  impl_ = std::make_unique<Impl>(arrays, gpu);
}

ResidentCells::ResidentCells(const CellSpec& spec, const CellArrayPlace& place, int gpu) {
  const CurrentGpu current(gpu);
  impl_ = std::make_unique<Impl>(spec, place, gpu);
}

ResidentCells::~ResidentCells() = default;

std::size_t ResidentCells::size() const {
  return impl_->memory.view().cells;
}
std::size_t ResidentCells::arrays() const {
  return impl_->memory.arrays();
}
std::size_t ResidentCells::adjusted() const {
  return impl_->memory.adjusted();
}

void ResidentCells::load(const CellArray& source, std::size_t array) {
  const CurrentGpu current(impl_->gpu);
  impl_->memory.load(source, array);
}

void ResidentCells::save(CellArray& target, std::size_t array) const {
  const CurrentGpu current(impl_->gpu);
  impl_->memory.save(target, array);
}

std::vector<double> ResidentCells::states() const {
  const CurrentGpu current(impl_->gpu);
  return impl_->memory.states();
}

void ResidentCells::set_states(const std::vector<double>& states) {
  const CurrentGpu current(impl_->gpu);
  impl_->memory.set_states(states);
}

std::vector<std::uint32_t> ResidentCells::pulses() const {
  const CurrentGpu current(impl_->gpu);
  return impl_->memory.pulses();
}

void ResidentCells::set_history(const ArrayHistory& history, std::size_t array) {
  const CurrentGpu current(impl_->gpu);
  impl_->memory.set_history(history, array);
}

std::vector<double> ResidentCells::pulse_all(const double* volts, double seconds) {
  const CurrentGpu current(impl_->gpu);
  DeviceArray<double> on_gpu(size());
  on_gpu.upload(volts, size(), impl_->stream());
  PulseOrder order;
  order.volts = on_gpu.data();
  order.seconds = seconds;
  impl_->pulse(order);
  return energies();
}

void ResidentCells::pulse_train(const std::vector<PulseStep>& steps, std::uint32_t repeats) {
  if (steps.empty() || steps.size() > PulseOrder::most_steps) {
    throw std::logic_error(fmt::format("a train has 1 to {} steps, not {}", PulseOrder::most_steps, steps.size()));
  }
  const CurrentGpu current(impl_->gpu);
  PulseOrder order;
  std::copy(steps.begin(), steps.end(), order.steps);
  order.step_count = static_cast<std::uint32_t>(steps.size());
  order.repeats = repeats;
  impl_->pulse(order);
}

std::vector<double> ResidentCells::energies() const {
  const CurrentGpu current(impl_->gpu);
  impl_->memory.stream().wait();
  return impl_->energy_j.host();
}

std::vector<double> ResidentCells::conductances() const {
  const CurrentGpu current(impl_->gpu);
  return impl_->observe(false);
}

std::vector<double> ResidentCells::read_sigmas() const {
  const CurrentGpu current(impl_->gpu);
  return impl_->observe(true);
}

void ResidentCells::set_targets(std::uint32_t rows, std::uint32_t columns, const double* targets_s) {
  const CurrentGpu current(impl_->gpu);
  const ResidentMemory& memory = impl_->memory;
  if (rows < 1 || columns < 1 || rows > memory.rows() || columns > memory.columns()) {
    throw std::logic_error(
        fmt::format("a region of {} x {} cells does not fit arrays of {} x {}", rows, columns, memory.rows(), memory.columns()));
  }
  impl_->region_rows = rows * memory.arrays();
  impl_->region_columns = columns;
  const std::size_t count = std::size_t{impl_->region_rows} * columns;
  memory.stream().wait();
  impl_->targets_s.reserve(count);
  impl_->targets_s.upload(targets_s, count, impl_->stream());
  if (impl_->results == nullptr || impl_->results->pulses.size() != count || impl_->results->rows.size() != impl_->region_rows) {
    impl_->results.reset();
    impl_->results = std::make_unique<WriteResults>(count, impl_->region_rows);
  }
}

void ResidentCells::write(const WriteVerifySpec& spec, std::uint64_t event) {
  check(spec);
  if (impl_->results == nullptr) throw std::logic_error("a write-verify needs targets first");
  const CurrentGpu current(impl_->gpu);
  WriteResults& results = *impl_->results;
  const std::uint32_t rows = impl_->region_rows;
  WriteOrder order;
  order.spec = spec;
  order.event = event;
  order.count = static_cast<std::uint32_t>(results.pulses.size());
  order.region_rows = rows / impl_->memory.arrays();
  order.region_columns = impl_->region_columns;
  order.array_columns = impl_->memory.columns();
  order.at_other_voltage = impl_->memory.differs_at(spec.verify.read_voltage_v);
  order.reads_move = impl_->memory.moves_when_read(spec.verify.read_voltage_v);
  order.targets_s = impl_->targets_s.data();
  order.pulses = results.pulses.data();
  order.reads = results.reads.data();
  order.pulse_energy_j = results.pulse_energy_j.data();
  order.read_energy_j = results.read_energy_j.data();
  order.outcome = results.outcome.data();
  order.residual_s = results.residual_s.data();
  order.rows = results.rows.data();
  order.queue = impl_->counters.data() + 1;

  impl_->clear(impl_->counters.data(), impl_->counters.size() * sizeof(std::uint32_t));
  launch_check_targets(order, impl_->counters.data(), impl_->stream());
  impl_->memory.stream().wait();
  const std::uint32_t faults = impl_->counters.host().front();
  if (faults > 0) {
    throw InputError(
        fmt::format("{} targets are no conductance, or programming.tolerance around them reaches beyond "
                    "programming.verify.full_scale, where reads saturate",
                    faults));
  }
  impl_->clear(results.rows.data(), rows * sizeof(ProgramResult::RowPhases));
  if (spec.row_parallel) {
    // The largest number of reads, as in check(spec).
    const std::uint64_t most_rounds = (std::uint64_t{spec.max_pulses} + 1) * (std::uint64_t{spec.confirm_reads} + 1);
    order.words_per_row = static_cast<std::uint32_t>(most_rounds / rounds_per_word + 1);
    const std::size_t words = std::size_t{rows} * 2 * order.words_per_row;
    impl_->memory.stream().wait();
    impl_->rounds.reserve(words);
    impl_->clear(impl_->rounds.data(), words * sizeof(std::uint32_t));
    order.rounds = impl_->rounds.data();
  }
  impl_->memory.kernels().write(impl_->memory.view(), order, impl_->stream());
  if (spec.row_parallel) launch_count_phases(order, rows, impl_->stream());
}

ProgramResult ResidentCells::program_result() const {
  if (impl_->results == nullptr) throw std::logic_error("there was no write-verify");
  const CurrentGpu current(impl_->gpu);
  impl_->memory.stream().wait();
  const WriteResults& results = *impl_->results;
  return {results.pulses.host(),        results.reads.host(),   results.pulse_energy_j.host(),
          results.read_energy_j.host(), results.outcome.host(), results.residual_s.host(),
          results.rows.host()};
}

ProgramResult ResidentCells::write_verify(const WriteVerifySpec& spec, std::uint32_t rows, std::uint32_t columns, const double* targets_s,
                                          std::uint64_t event) {
  set_targets(rows, columns, targets_s);
  write(spec, event);
  return program_result();
}

void ResidentCells::wait() const {
  impl_->memory.stream().wait();
}

}  // namespace memcosim::cuda
