// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "memcosim/kernels/cuda/cells/cell_bank_view.cuh"
#include "memcosim/kernels/cuda/cells/closed_form_cell.cuh"
#include "memcosim/kernels/cuda/cells/general_cell.cuh"
#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"
#include "memcosim/kernels/cuda/gpu/launch_shape.cuh"

namespace memcosim::cuda {

template <typename Cell>
__global__ void __launch_bounds__(threads_per_block)
    pulse_cells(const __grid_constant__ BankView bank, const __grid_constant__ PulseOrder order) {
  const std::size_t i = this_thread();
  if (i >= bank.cells) return;
  if (order.volts != nullptr && order.volts[i] == 0.0) {
    order.energy_j[i] = 0.0;
    return;
  }
  Cell cell;
  cell.take(bank, static_cast<std::uint32_t>(i));
  double energy_j = 0.0;
  if (order.volts != nullptr) {
    energy_j = cell.pulse(bank, order.volts[i], order.seconds);
  } else {
    for (std::uint32_t repeat = 0; repeat < order.repeats; ++repeat) {
      for (std::uint32_t k = 0; k < order.step_count; ++k)
        energy_j += cell.pulse(bank, order.steps[k].volts, order.steps[k].seconds);
    }
  }
  cell.put_back(bank);
  order.energy_j[i] = energy_j;
}

/// A train of `steps` different pulses on one prepared cell: their state-independent quantities are computed once.
template <int steps, typename Cell>
__device__ void pulse_prepared(const BankView& bank, const PulseOrder& order, Cell& cell, std::size_t i) {
  typename Cell::Push pushes[steps];
#pragma unroll
  for (int k = 0; k < steps; ++k)
    pushes[k] = cell.push(bank, order.steps[k].volts, order.steps[k].seconds);
  double energy_j = 0.0;
  for (std::uint32_t repeat = 0; repeat < order.repeats; ++repeat) {
#pragma unroll
    for (int k = 0; k < steps; ++k)
      energy_j += cell.move(bank, pushes[k]);
  }
  cell.put_back(bank);
  order.energy_j[i] = energy_j;
}

/// Long trains: arithmetic is the limit.
template <typename Cell, int steps>
__global__ void __launch_bounds__(threads_per_block, 4)
    pulse_long_train(const __grid_constant__ BankView bank, const __grid_constant__ PulseOrder order) {
  const std::size_t i = this_thread();
  if (i >= bank.cells) return;
  Cell cell;
  cell.take(bank, static_cast<std::uint32_t>(i));
  pulse_prepared<steps>(bank, order, cell, i);
}

/// Short trains: memory is the limit. The next cell of the thread is loaded while the present one is computed.
template <typename Cell, int steps>
__global__ void __launch_bounds__(threads_per_block, 3)
    pulse_short_train(const __grid_constant__ BankView bank, const __grid_constant__ PulseOrder order) {
  const std::size_t stride = std::size_t{gridDim.x} * threads_per_block;
  std::size_t i = this_thread();
  Cell next;
  if (i < bank.cells) next.fetch(bank, static_cast<std::uint32_t>(i));
  for (; i < bank.cells; i += stride) {
    Cell cell = next;
    if (i + stride < bank.cells) next.fetch(bank, static_cast<std::uint32_t>(i + stride));
    cell.prepare(bank);
    pulse_prepared<steps>(bank, order, cell, i);
  }
}

template <typename Cell, int steps>
void launch_train(const BankView& bank, const PulseOrder& order, cudaStream_t stream) {
  constexpr std::uint32_t most_of_short = 4;  ///< pulses
  const unsigned blocks = blocks_of(bank.cells);
  if (order.repeats * steps <= most_of_short) {
    const unsigned resident = std::min(blocks, resident_blocks(pulse_short_train<Cell, steps>));
    pulse_short_train<Cell, steps><<<resident, threads_per_block, 0, stream>>>(bank, order);
  } else {
    pulse_long_train<Cell, steps><<<blocks, threads_per_block, 0, stream>>>(bank, order);
  }
}

template <typename Model, bool own, typename Launch>
void with_law(const BankView& bank, const Launch& launch) {
  static_assert(Model::laws == 2);
  if (bank.nominal[Model::law] == 0.0) {
    launch(ClosedFormCell<Model, own, 0>{});
  } else {
    launch(ClosedFormCell<Model, own, 1>{});
  }
}

/// Calls `launch` with the kind of ClosedFormCell for this bank; false: there is none.
template <typename Model, typename Launch>
bool with_closed_form(const BankView& bank, const Launch& launch) {
  if constexpr (HasPlace<Model>::value) {
    if (!bank.in_closed_form) return false;
    if (bank.drawn_rows > 0) {
      with_law<Model, true>(bank, launch);
    } else {
      with_law<Model, false>(bank, launch);
    }
    return true;
  }
  (void)bank;
  (void)launch;
  return false;
}

/// The bank without the varied parameters that no pulse of the train uses, so that these are not loaded.
template <typename Model>
BankView needed_for(const BankView& bank, const PulseOrder& train) {
  BankView needed = bank;
  for (std::size_t k = 0; k < std::size(Model::parameters); ++k) {
    const auto asks = [&](const PulseStep& step) { return Model::needs(k, step.volts); };
    if (std::none_of(train.steps, train.steps + train.step_count, asks)) needed.drawn_of[k] = nullptr;
  }
  return needed;
}

template <typename Model>
void launch_pulse(const BankView& bank, const PulseOrder& order, cudaStream_t stream) {
  const unsigned blocks = blocks_of(bank.cells);
  const bool special = with_closed_form<Model>(bank, [&](auto cell) {
    using Cell = decltype(cell);
    if (order.volts == nullptr && order.step_count == 1) {
      launch_train<Cell, 1>(needed_for<Model>(bank, order), order, stream);
    } else if (order.volts == nullptr && order.step_count == 2) {
      launch_train<Cell, 2>(needed_for<Model>(bank, order), order, stream);
    } else {
      pulse_cells<Cell><<<blocks, threads_per_block, 0, stream>>>(bank, order);
    }
  });
  if (!special) pulse_cells<GeneralCell<Model>><<<blocks, threads_per_block, 0, stream>>>(bank, order);
  succeed_launch("pulses");
}

template <typename Model>
__global__ void __launch_bounds__(threads_per_block) written_conductances(const __grid_constant__ BankView bank, double* siemens) {
  const std::size_t i = this_thread();
  if (i >= bank.cells) return;
  GeneralCell<Model> cell;
  cell.take(bank, static_cast<std::uint32_t>(i));
  siemens[i] = cell.written(bank);
}

template <typename Model>
void launch_written(const BankView& bank, double* siemens, cudaStream_t stream) {
  written_conductances<Model><<<blocks_of(bank.cells), threads_per_block, 0, stream>>>(bank, siemens);
  succeed_launch("written conductances");
}

template <typename Model>
__global__ void initialise_cells(const __grid_constant__ BankView bank, std::uint64_t by_device, const CycleDraw* rows,
                                 std::uint32_t* adjusted) {
  const std::size_t i = this_thread();
  const bool inside = i < bank.cells;
  bool moved = false;
  if (inside) {
    const auto index = static_cast<std::uint32_t>(i);
    const std::uint32_t array = index / bank.cells_per_array;
    const std::uint32_t cell_of_array = index - array * bank.cells_per_array;
    for (std::uint32_t row = 0; row < bank.drawn_rows; ++row) {
      if ((by_device >> row & 1u) == 0) continue;
      const std::size_t parameter = rows[row].variation.parameter;
      const DrawAddress address{Purpose::device_to_device, bank.streams[array], cell_of_array, parameter, 0};
      bank.drawn[std::size_t{row} * bank.cells + i] = called_draw(rows[row], bank.nominal[parameter], bank.seed, address);
    }
    GeneralCell<Model> cell;
    cell.take_parameters(bank, index);
    bank.states[i] = cell.initial_state(bank);
    moved = cell.adjusted();
  }
  const unsigned votes = __ballot_sync(0xffffffffu, moved);
  if (votes != 0 && threadIdx.x % 32 == 0) atomicAdd(adjusted, static_cast<unsigned>(__popc(votes)));
}

template <typename Model>
void launch_initialise(const BankView& bank, std::uint64_t by_device, const CycleDraw* rows, std::uint32_t* adjusted, cudaStream_t stream) {
  initialise_cells<Model><<<blocks_of(bank.cells), threads_per_block, 0, stream>>>(bank, by_device, rows, adjusted);
  succeed_launch("initial states");
}

}  // namespace memcosim::cuda
