// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "memcosim/kernels/cuda/pulse_kernels.cuh"

namespace memcosim::cuda {

/// One cell on its way through READ -> DECIDE -> SET | RESET -> READ ... (WriteVerifyFsm), as RowProgrammer takes it.
template <typename Cell>
class CellWriter {
 public:
  __device__ void start(const BankView& bank, const WriteOrder& order, std::uint32_t position) {
    position_ = position;
    const std::uint32_t array = position / order.region_cells;
    const std::uint32_t within = position - array * order.region_cells;
    const std::uint32_t row = within / order.region_columns;
    const std::uint32_t column = within - row * order.region_columns;
    cell_.take(bank, array * bank.cells_per_array + row * order.array_columns + column);
    const CellAddress address = cell_.address(bank);
    stream_ = {address.seed, address.array, address.cell, order.event};
    const CodeBand band = accepted_band(order.spec, order.targets_s[position]);
    fsm_ = WriteVerifyFsm{};
    fsm_.low_code = static_cast<std::int32_t>(band.low);
    fsm_.high_code = static_cast<std::int32_t>(band.high);
    set_rounds_ = 0;
    reset_rounds_ = 0;
    sets_ = 0;
    pulse_energy_j_ = 0.0;
    read_energy_j_ = 0.0;
  }

  /// One read and what follows from it; false: that was the last.
  __device__ bool step(const BankView& bank, const WriteOrder& order) {
    const WriteVerifySpec& spec = order.spec;
    const std::uint32_t round = fsm_.reads;
    if (round % 64 == 0 && round > 0) note_rounds(order, round / 64 - 1);
    seen_s_ = cell_.observed(bank);
    read_energy_j_ += verify_energy(spec.verify, seen_s_);
    const double sigma_s = cell_.read_sigma_s(bank, seen_s_);
    const WriteAction action = fsm_.decide(spec, verify_code(spec.verify, seen_s_, sigma_s, stream_, round));
    if (action == WriteAction::done || action == WriteAction::fail) return false;
    if (action == WriteAction::read) return true;
    const bool set = action == WriteAction::set_pulse;
    const std::uint64_t bit = std::uint64_t{1} << (round % 64);
    (set ? set_rounds_ : reset_rounds_) |= bit;
    if (set) ++sets_;
    const double volts = pulse_voltage(Cell::set_polarity, action, fsm_.amplitude);
    pulse_energy_j_ += cell_.pulse(bank, volts, set ? spec.set.duration_s : spec.reset.duration_s);
    return true;
  }

  /// After the last step.
  __device__ void finish(const BankView& bank, const WriteOrder& order) {
    cell_.put_back(bank);
    order.pulses[position_] = fsm_.pulses;
    order.reads[position_] = fsm_.reads;
    order.pulse_energy_j[position_] = pulse_energy_j_;
    order.read_energy_j[position_] = read_energy_j_;
    order.outcome[position_] = fsm_.outcome;
    order.residual_s[position_] = seen_s_ - order.targets_s[position_];
    ProgramResult::RowPhases& phases = order.rows[position_ / order.region_columns];
    if (order.spec.row_parallel) {
      note_rounds(order, (fsm_.reads - 1) / 64);
      if (fsm_.reads > known(&phases.reads)) atomicMax(&phases.reads, fsm_.reads);
    } else {
      atomicAdd(&phases.reads, fsm_.reads);
      atomicAdd(&phases.sets, sets_);
      atomicAdd(&phases.resets, fsm_.pulses - sets_);
    }
  }

 private:
  /// What is in memory by now; others may be adding to it.
  template <typename Value>
  static __device__ Value known(const Value* value) {
    return *static_cast<const volatile Value*>(value);
  }

  /// Adds the rounds of one word in which this cell had pulses to those of its row. Most are known already from its neighbours.
  __device__ void note_rounds(const WriteOrder& order, std::uint32_t word) {
    if (!order.spec.row_parallel) return;
    std::uint64_t* row = order.rounds + std::size_t{position_ / order.region_columns} * 2 * order.words_per_row + word;
    add_bits(row, set_rounds_);
    add_bits(row + order.words_per_row, reset_rounds_);
    set_rounds_ = 0;
    reset_rounds_ = 0;
  }
  static __device__ void add_bits(std::uint64_t* word, std::uint64_t bits) {
    if ((bits & ~known(word)) != 0) atomicOr(reinterpret_cast<unsigned long long*>(word), static_cast<unsigned long long>(bits));
  }

  Cell cell_;
  WriteVerifyFsm fsm_;
  VerifyStream stream_;
  std::uint64_t set_rounds_;  ///< of the present word: a bit for each round with a set pulse
  std::uint64_t reset_rounds_;
  std::uint32_t sets_;
  std::uint32_t position_;  ///< in the result
  double seen_s_;
  double pulse_energy_j_;
  double read_energy_j_;
};

/// Cells need very different numbers of pulses: a lane that is done takes the next cell, so that warps stay full. A cell's result depends
/// on the cell alone, so the order in which they are taken does not matter.
template <typename Cell>
__global__ void __launch_bounds__(threads_per_block)
    write_cells(const __grid_constant__ BankView bank, const __grid_constant__ WriteOrder order) {
  constexpr unsigned all = 0xffffffffu;
  const unsigned lane = threadIdx.x % 32;
  CellWriter<Cell> writer;
  bool busy = false;
  std::uint32_t next = 0;  // cells that this warp has taken and not begun, the same in all lanes
  std::uint32_t end = 0;
  bool more = true;
  while (true) {
    const unsigned idle = __ballot_sync(all, !busy);
    if (idle != 0 && more) {
      if (next == end) {
        if (lane == 0) next = atomicAdd(order.queue, order.cells_per_turn);
        next = __shfl_sync(all, next, 0);
        end = next < order.count && order.count - next > order.cells_per_turn ? next + order.cells_per_turn : order.count;
        more = next < end;
      }
      if (more) {
        const std::uint32_t position = next + static_cast<std::uint32_t>(__popc(idle & ((1u << lane) - 1u)));
        if (!busy && position < end) {
          writer.start(bank, order, position);
          busy = true;
        }
        const auto wanted = static_cast<std::uint32_t>(__popc(idle));
        next = end - next > wanted ? next + wanted : end;
      }
    }
    if (__ballot_sync(all, busy) == 0) {
      if (!more) return;
      continue;
    }
    if (busy && !writer.step(bank, order)) {
      writer.finish(bank, order);
      busy = false;
    }
  }
}

template <typename Cell>
void launch_write_cells(const BankView& bank, const WriteOrder& order, cudaStream_t stream) {
  int gpu = 0;
  int multiprocessors = 0;
  int blocks = 0;
  succeed(cudaGetDevice(&gpu), "ask for the current GPU");
  succeed(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, gpu), "ask for the multiprocessors");
  succeed(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, write_cells<Cell>, threads_per_block, 0), "ask for the occupancy");
  const auto resident = static_cast<unsigned>(blocks * multiprocessors);
  const unsigned launched = std::min(resident, blocks_of(order.count));
  WriteOrder shared = order;
  // Long turns for few atomic operations, short ones for small banks and an even end.
  const std::uint32_t turns = order.count / (resident * (threads_per_block / 32) * 8);
  shared.cells_per_turn = turns < 32 ? 32 : (turns > 1024 ? 1024 : turns);
  write_cells<Cell><<<launched, threads_per_block, 0, stream>>>(bank, shared);
}

template <typename Model>
void launch_write(const BankView& bank, const WriteOrder& order, cudaStream_t stream) {
  if constexpr (HasPlace<Model>::value) {
    if (bank.in_closed_form) {
      if (bank.drawn_rows > 0) {
        launch_write_cells<ClosedFormCell<Model, true>>(bank, order, stream);
      } else {
        launch_write_cells<ClosedFormCell<Model, false>>(bank, order, stream);
      }
      succeed_launch("write-verify in closed form");
      return;
    }
  }
  launch_write_cells<GeneralCell<Model>>(bank, order, stream);
  succeed_launch("write-verify");
}

}  // namespace memcosim::cuda
