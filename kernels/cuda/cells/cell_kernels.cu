// SPDX-License-Identifier: Apache-2.0
// The kernels of resident cells that do not depend on the model, and the table of those that do.
#include <string>
#include <vector>

#include "memcosim/devices/cells/cell_models.hpp"
#include "memcosim/kernels/cuda/cells/resident_view.cuh"
#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"
#include "memcosim/kernels/cuda/gpu/launch_shape.cuh"

namespace memcosim::cuda {

namespace {

template <typename... Models>
std::vector<CellKernels> kernels_of_all(CellModelList<Models...>) {
  return {kernels_of<Models>()...};
}

}  // namespace

const CellKernels* cell_kernels(const std::string& model) {
  static const std::vector<CellKernels> all = kernels_of_all(CellModels{});
  for (const CellKernels& kernels : all) {
    if (model == kernels.model) return &kernels;
  }
  return nullptr;
}

namespace {

__global__ void __launch_bounds__(threads_per_block) observe(const __grid_constant__ ResidentView view, double* siemens, double* sigmas_s) {
  const std::size_t i = this_thread();
  if (i >= view.cells) return;
  const auto index = static_cast<std::uint32_t>(i);
  const std::uint32_t array = index / view.cells_per_array;
  const CellAddress address{view.seed, view.streams[array], index - array * view.cells_per_array};
  const CellFault fault = view.faults == nullptr ? CellFault::none : view.faults[i];
  const double seen = observed_conductance(view.effects, siemens[i], view.nominal_range, address, view.histories[array], fault);
  siemens[i] = seen;
  if (sigmas_s != nullptr) sigmas_s[i] = view.has_read_noise ? read_sigma(view.effects, seen, view.histories[array]) : 0.0;
}

__global__ void __launch_bounds__(threads_per_block) check_targets(const __grid_constant__ WriteOrder order, std::uint32_t* faults) {
  const std::size_t i = this_thread();
  bool wrong = false;
  if (i < order.count) {
    const double target_s = order.targets_s[i];
    const double most = static_cast<double>((std::int64_t{1} << order.spec.verify.bits) - 1);
    wrong = !(target_s >= 0.0) || !(accepted_band(order.spec, target_s).high <= most);
  }
  const unsigned votes = __ballot_sync(0xffffffffu, wrong);
  if (votes != 0 && threadIdx.x % 32 == 0) atomicAdd(faults, static_cast<unsigned>(__popc(votes)));
}

__global__ void __launch_bounds__(threads_per_block) count_phases(const __grid_constant__ WriteOrder order, std::uint32_t rows) {
  const std::size_t row = this_thread();
  if (row >= rows) return;
  const std::uint32_t* sets = order.rounds + row * 2 * order.words_per_row;
  const std::uint32_t* resets = sets + order.words_per_row;
  ProgramResult::RowPhases& phases = order.rows[row];
  for (std::uint32_t word = 0; word < order.words_per_row; ++word) {
    phases.sets += static_cast<unsigned>(__popc(sets[word]));
    phases.resets += static_cast<unsigned>(__popc(resets[word]));
  }
}

}  // namespace

void launch_observe(const ResidentView& view, double* siemens, double* sigmas_s, cudaStream_t stream) {
  observe<<<blocks_of(view.cells), threads_per_block, 0, stream>>>(view, siemens, sigmas_s);
  succeed_launch("observed conductances");
}

void launch_check_targets(const WriteOrder& order, std::uint32_t* faults, cudaStream_t stream) {
  check_targets<<<blocks_of(order.count), threads_per_block, 0, stream>>>(order, faults);
  succeed_launch("check of the targets");
}

void launch_count_phases(const WriteOrder& order, std::uint32_t rows, cudaStream_t stream) {
  count_phases<<<blocks_of(rows), threads_per_block, 0, stream>>>(order, rows);
  succeed_launch("count of the phases");
}

}  // namespace memcosim::cuda
