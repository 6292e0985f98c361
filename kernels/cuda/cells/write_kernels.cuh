// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "memcosim/kernels/cuda/cells/pulse_kernels.cuh"

namespace memcosim::cuda {

/// One cell in the loop READ -> DECIDE -> SET | RESET -> READ ... (WriteVerifyFsm), with the same steps as in RowProgrammer.
template <typename Cell>
class CellWriter {
 public:
  __device__ void start(const ResidentView& view, const WriteOrder& order, std::uint32_t position) {
    position_ = position;
    const std::uint32_t row = row_of(order);
    const std::uint32_t array = order.region_rows * order.region_columns == order.count ? 0 : row / order.region_rows;
    const std::uint32_t row_of_array = row - array * order.region_rows;
    cell_of_array_ = row_of_array * order.array_columns + (position - row * order.region_columns);
    stream_ = view.streams[array];
    cell_.take(view, array * view.cells_per_array + cell_of_array_);
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

  /// One read and the pulse that follows from it; false: that was the last step.
  __device__ bool step(const ResidentView& view, const WriteOrder& order) {
    const WriteVerifySpec& spec = order.spec;
    const std::uint32_t round = fsm_.reads;
    if (round % rounds_per_word == 0 && round > 0) note_rounds(order, round / rounds_per_word - 1);
    const double own_s = cell_.observed(view);
    const double seen_s = verified(view, order, own_s);
    read_energy_j_ += verify_energy(spec.verify, seen_s);
    double sigma_s = cell_.read_sigma_s(view, own_s);
    if (own_s > 0.0 && seen_s != own_s) sigma_s *= seen_s / own_s;
    const VerifyStream stream{view.seed, stream_, cell_of_array_, order.event};
    const WriteAction action = fsm_.decide(spec, verify_code(spec.verify, seen_s, sigma_s, stream, round));
    if constexpr (Cell::is_general) {
      if (order.reads_move) {
        cell_.move_by_verify_read(view, spec.verify.read_voltage_v, verify_seconds(spec.verify), verify_step_number(order.event, round));
      }
    }
    if (action == WriteAction::done || action == WriteAction::fail) return false;
    if (action == WriteAction::read) return true;
    const bool set = action == WriteAction::set_pulse;
    const std::uint32_t bit = 1u << (round % rounds_per_word);
    set_rounds_ |= set ? bit : 0u;
    reset_rounds_ |= set ? 0u : bit;
    const double volts = pulse_voltage(Cell::set_polarity, action, fsm_.amplitude);
    pulse_energy_j_ += cell_.pulse(view, volts, set ? spec.set.duration_s : spec.reset.duration_s);
    return true;
  }

  /// After the last step.
  __device__ void finish(const ResidentView& view, const WriteOrder& order) {
    ProgramResult::RowPhases& phases = order.rows[row_of(order)];
    note_rounds(order, (fsm_.reads - 1) / rounds_per_word);
    if (order.spec.row_parallel) {
      if (fsm_.reads > known(&phases.reads)) atomicMax(&phases.reads, fsm_.reads);
    } else {
      atomicAdd(&phases.reads, fsm_.reads);
      atomicAdd(&phases.sets, sets_);
      atomicAdd(&phases.resets, fsm_.pulses - sets_);
    }
    cell_.put_back(view);
    order.pulses[position_] = fsm_.pulses;
    order.reads[position_] = fsm_.reads;
    order.pulse_energy_j[position_] = pulse_energy_j_;
    order.read_energy_j[position_] = read_energy_j_;
    order.outcome[position_] = fsm_.outcome;
    order.residual_s[position_] = verified(view, order, cell_.observed(view)) - order.targets_s[position_];
  }

 private:
  /// Conductance that a verify read without noise sees, S, of a cell with the conductance `own_s` at the read voltage.
  __device__ double verified(const ResidentView& view, const WriteOrder& order, double own_s) const {
    if constexpr (Cell::is_general) {
      if (order.at_other_voltage) return cell_.observed_at(view, order.spec.verify.read_voltage_v, own_s);
    }
    return own_s;
  }
  /// Of the result.
  __device__ std::uint32_t row_of(const WriteOrder& order) const { return position_ / order.region_columns; }
  /// Present value in memory, to which other threads may be adding.
  template <typename Value>
  static __device__ Value known(const Value* value) {
    return *static_cast<const volatile Value*>(value);
  }

  /// Counts the sets of one word of rounds, and adds the rounds in which this cell had pulses to those of its row. Most bits are already
  /// set by its neighbours.
  __device__ void note_rounds(const WriteOrder& order, std::uint32_t word) {
    sets_ += static_cast<std::uint32_t>(__popc(set_rounds_));
    if (order.spec.row_parallel) {
      std::uint32_t* sets = order.rounds + std::size_t{row_of(order)} * 2 * order.words_per_row + word;
      std::uint32_t* resets = sets + order.words_per_row;
      const std::uint32_t new_sets = set_rounds_ & ~known(sets);
      const std::uint32_t new_resets = reset_rounds_ & ~known(resets);
      if (new_sets != 0) atomicOr(sets, new_sets);
      if (new_resets != 0) atomicOr(resets, new_resets);
    }
    set_rounds_ = 0;
    reset_rounds_ = 0;
  }
  Cell cell_;
  WriteVerifyFsm fsm_;
  std::uint32_t set_rounds_;  ///< of the present word: a bit for each round with a set pulse
  std::uint32_t reset_rounds_;
  std::uint32_t sets_;      ///< before the present word
  std::uint32_t position_;  ///< in the result
  std::uint32_t stream_;    ///< array part of the addresses of draws
  std::uint32_t cell_of_array_;
  double pulse_energy_j_;
  double read_energy_j_;
};

/// Cells need very different numbers of pulses: idle lanes take further cells, so that warps stay full. They do so several at a time, since
/// all lanes wait for memory when one does. A cell's result depends on the cell alone, so the order does not matter.
template <typename Cell>
__global__ void __launch_bounds__(threads_per_block, Cell::least_blocks)
    write_cells(const __grid_constant__ ResidentView view, const __grid_constant__ WriteOrder order) {
  constexpr unsigned all = 0xffffffffu;
  const unsigned lane = threadIdx.x % 32;
  CellWriter<Cell> writer;
  enum : unsigned { free, busy, finished } state = free;  // finished: results are not written yet
  std::uint32_t next = 0;                                 // cells that this warp has taken and not begun, the same in all lanes
  std::uint32_t end = 0;
  bool more = true;
  while (true) {
    const unsigned idle = __ballot_sync(all, state != busy);
    const auto wanted = static_cast<unsigned>(__popc(idle));
    if (idle == all || (more && wanted >= Cell::lanes_to_refill)) {
      if (state == finished) {
        writer.finish(view, order);
        state = free;
      }
      if (next == end && more) {
        if (lane == 0) next = atomicAdd(order.queue, order.cells_at_once);
        next = __shfl_sync(all, next, 0);
        more = next < order.count;
        end = more && order.count - next > order.cells_at_once ? next + order.cells_at_once : order.count;
        if (!more) next = end;
      }
      const std::uint32_t position = next + static_cast<std::uint32_t>(__popc(idle & ((1u << lane) - 1u)));
      if (state != busy && position < end) {
        writer.start(view, order, position);
        state = busy;
      }
      next = end - next > wanted ? next + wanted : end;
      if (idle == all && !more) return;
    }
    if (state == busy && !writer.step(view, order)) state = finished;
  }
}

template <typename Cell>
void launch_write_cells(const ResidentView& view, const WriteOrder& order, cudaStream_t stream) {
  const unsigned resident = resident_blocks(write_cells<Cell>);
  const unsigned launched = std::min(resident, blocks_of(order.count));
  WriteOrder shared = order;
  // Many at once save atomic operations; few balance small numbers of cells and the end.
  shared.cells_at_once = std::clamp(order.count / (resident * (threads_per_block / 32) * 8), 32u, 1024u);
  write_cells<Cell><<<launched, threads_per_block, 0, stream>>>(view, shared);
}

template <typename Model>
void launch_write(const ResidentView& view, const WriteOrder& order, cudaStream_t stream) {
  const bool general = order.at_other_voltage || order.reads_move;
  const bool special =
      !general && with_closed_form<Model>(view, [&](auto cell) { launch_write_cells<decltype(cell)>(view, order, stream); });
  if (!special) launch_write_cells<GeneralCell<Model>>(view, order, stream);
  succeed_launch("write-verify");
}

}  // namespace memcosim::cuda
