// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "memcosim/kernels/cuda/cells/closed_form_cell.cuh"
#include "memcosim/kernels/cuda/cells/general_cell.cuh"
#include "memcosim/kernels/cuda/cells/resident_view.cuh"
#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"
#include "memcosim/kernels/cuda/gpu/launch_shape.cuh"

namespace memcosim::cuda {

template <typename Cell>
__global__ void __launch_bounds__(threads_per_block)
    pulse_cells(const __grid_constant__ ResidentView view, const __grid_constant__ PulseOrder order) {
  const std::size_t i = this_thread();
  if (i >= view.cells) return;
  if (order.volts != nullptr && order.volts[i] == 0.0) {
    order.energy_j[i] = 0.0;
    return;
  }
  Cell cell;
  cell.take(view, static_cast<std::uint32_t>(i));
  double energy_j = 0.0;
  if (order.volts != nullptr) {
    energy_j = cell.pulse(view, order.volts[i], order.seconds);
  } else {
    for (std::uint32_t repeat = 0; repeat < order.repeats; ++repeat) {
      for (std::uint32_t k = 0; k < order.step_count; ++k)
        energy_j += cell.pulse(view, order.steps[k].volts, order.steps[k].seconds);
    }
  }
  cell.put_back(view);
  order.energy_j[i] = energy_j;
}

/// A train of `steps` different pulses on one prepared cell: their state-independent quantities are computed once.
template <int steps, typename Cell>
__device__ void pulse_prepared(const ResidentView& view, const PulseOrder& order, Cell& cell, std::size_t i) {
  typename Cell::Push pushes[steps];
#pragma unroll
  for (int k = 0; k < steps; ++k)
    pushes[k] = cell.push(view, order.steps[k].volts, order.steps[k].seconds);
  double energy_j = 0.0;
  for (std::uint32_t repeat = 0; repeat < order.repeats; ++repeat) {
#pragma unroll
    for (int k = 0; k < steps; ++k)
      energy_j += cell.move(view, pushes[k]);
  }
  cell.put_back(view);
  order.energy_j[i] = energy_j;
}

/// Long trains: arithmetic is the limit.
template <typename Cell, int steps>
__global__ void __launch_bounds__(threads_per_block, 4)
    pulse_long_train(const __grid_constant__ ResidentView view, const __grid_constant__ PulseOrder order) {
  const std::size_t i = this_thread();
  if (i >= view.cells) return;
  Cell cell;
  cell.take(view, static_cast<std::uint32_t>(i));
  pulse_prepared<steps>(view, order, cell, i);
}

/// Short trains: memory is the limit. The next cell of the thread is loaded while the present one is computed.
template <typename Cell, int steps>
__global__ void __launch_bounds__(threads_per_block, 3)
    pulse_short_train(const __grid_constant__ ResidentView view, const __grid_constant__ PulseOrder order) {
  const std::size_t stride = std::size_t{gridDim.x} * threads_per_block;
  std::size_t i = this_thread();
  Cell next;
  if (i < view.cells) next.fetch(view, static_cast<std::uint32_t>(i));
  for (; i < view.cells; i += stride) {
    Cell cell = next;
    if (i + stride < view.cells) next.fetch(view, static_cast<std::uint32_t>(i + stride));
    cell.prepare(view);
    pulse_prepared<steps>(view, order, cell, i);
  }
}

template <typename Cell, int steps>
void launch_train(const ResidentView& view, const PulseOrder& order, cudaStream_t stream) {
  constexpr std::uint32_t most_of_short = 4;  ///< pulses
  const unsigned blocks = blocks_of(view.cells);
  if (order.repeats * steps <= most_of_short) {
    const unsigned resident = std::min(blocks, resident_blocks(pulse_short_train<Cell, steps>));
    pulse_short_train<Cell, steps><<<resident, threads_per_block, 0, stream>>>(view, order);
  } else {
    pulse_long_train<Cell, steps><<<blocks, threads_per_block, 0, stream>>>(view, order);
  }
}

template <typename Model, bool own, typename Launch>
void with_law(const ResidentView& view, const Launch& launch) {
  static_assert(Model::laws == 2);
  if (view.nominal[Model::law] == 0.0) {
    launch(ClosedFormCell<Model, own, 0>{});
  } else {
    launch(ClosedFormCell<Model, own, 1>{});
  }
}

/// Calls `launch` with the kind of ClosedFormCell for these cells; false: there is none.
template <typename Model, typename Launch>
bool with_closed_form(const ResidentView& view, const Launch& launch) {
  if constexpr (HasPlace<Model>::value) {
    if (!view.in_closed_form) return false;
    if (view.drawn_rows > 0) {
      with_law<Model, true>(view, launch);
    } else {
      with_law<Model, false>(view, launch);
    }
    return true;
  }
  (void)view;
  (void)launch;
  return false;
}

/// The cells without the varied parameters that no pulse of the train uses, so that these are not loaded.
template <typename Model>
ResidentView needed_for(const ResidentView& view, const PulseOrder& train) {
  ResidentView needed = view;
  for (std::size_t k = 0; k < std::size(Model::parameters); ++k) {
    const auto asks = [&](const PulseStep& step) { return Model::needs(k, step.volts); };
    if (std::none_of(train.steps, train.steps + train.step_count, asks)) needed.drawn_of[k] = nullptr;
  }
  return needed;
}

template <typename Model>
void launch_pulse(const ResidentView& view, const PulseOrder& order, cudaStream_t stream) {
  const unsigned blocks = blocks_of(view.cells);
  const bool special = with_closed_form<Model>(view, [&](auto cell) {
    using Cell = decltype(cell);
    if (order.volts == nullptr && order.step_count == 1) {
      launch_train<Cell, 1>(needed_for<Model>(view, order), order, stream);
    } else if (order.volts == nullptr && order.step_count == 2) {
      launch_train<Cell, 2>(needed_for<Model>(view, order), order, stream);
    } else {
      pulse_cells<Cell><<<blocks, threads_per_block, 0, stream>>>(view, order);
    }
  });
  if (!special) pulse_cells<GeneralCell<Model>><<<blocks, threads_per_block, 0, stream>>>(view, order);
  succeed_launch("pulses");
}

template <typename Model>
__global__ void __launch_bounds__(threads_per_block) written_conductances(const __grid_constant__ ResidentView view, double* siemens) {
  const std::size_t i = this_thread();
  if (i >= view.cells) return;
  GeneralCell<Model> cell;
  cell.take(view, static_cast<std::uint32_t>(i));
  siemens[i] = cell.written(view);
}

template <typename Model>
void launch_written(const ResidentView& view, double* siemens, cudaStream_t stream) {
  written_conductances<Model><<<blocks_of(view.cells), threads_per_block, 0, stream>>>(view, siemens);
  succeed_launch("written conductances");
}

template <typename Model>
__global__ void initialise_cells(const __grid_constant__ ResidentView view, std::uint64_t by_device, const CycleDraw* rows,
                                 std::uint32_t* adjusted) {
  const std::size_t i = this_thread();
  const bool inside = i < view.cells;
  bool moved = false;
  if (inside) {
    const auto index = static_cast<std::uint32_t>(i);
    const std::uint32_t array = index / view.cells_per_array;
    const std::uint32_t cell_of_array = index - array * view.cells_per_array;
    for (std::uint32_t row = 0; row < view.drawn_rows; ++row) {
      if ((by_device >> row & 1u) == 0) continue;
      const std::size_t parameter = rows[row].variation.parameter;
      const DrawAddress address{Purpose::device_to_device, view.streams[array], cell_of_array, parameter, 0};
      view.drawn[std::size_t{row} * view.cells + i] = called_draw(rows[row], view.nominal[parameter], view.seed, address);
    }
    GeneralCell<Model> cell;
    cell.take_parameters(view, index);
    view.states[i] = cell.initial_state(view);
    moved = cell.adjusted();
  }
  const unsigned votes = __ballot_sync(0xffffffffu, moved);
  if (votes != 0 && threadIdx.x % 32 == 0) atomicAdd(adjusted, static_cast<unsigned>(__popc(votes)));
}

template <typename Model>
void launch_initialise(const ResidentView& view, std::uint64_t by_device, const CycleDraw* rows, std::uint32_t* adjusted,
                       cudaStream_t stream) {
  initialise_cells<Model><<<blocks_of(view.cells), threads_per_block, 0, stream>>>(view, by_device, rows, adjusted);
  succeed_launch("initial states");
}

}  // namespace memcosim::cuda
