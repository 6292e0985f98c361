// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tuple>
#include <utility>
#include <vector>

#include "memcosim/devices/cell_models.hpp"
#include "memcosim/kernels/cuda/write_kernels.cuh"

namespace memcosim::cuda {

/// The models are compiled in several files, so that they can be compiled at the same time: every `cell_kernel_parts`-th model of
/// CellModels in each.
inline constexpr std::size_t cell_kernel_parts = 4;

template <typename Model>
CellKernels describe_kernels() {
  return {Model::name, &launch_initialise<Model>, &launch_pulse<Model>, &launch_written<Model>, &launch_write<Model>};
}

template <std::size_t part, typename... Models, std::size_t... at>
std::vector<CellKernels> kernels_of_part(CellModelList<Models...>, std::index_sequence<at...>) {
  using All = std::tuple<Models...>;
  return {describe_kernels<std::tuple_element_t<at * cell_kernel_parts + part, All>>()...};
}

template <std::size_t part, typename... Models>
std::vector<CellKernels> kernels_of_part(CellModelList<Models...> models) {
  constexpr std::size_t count = (sizeof...(Models) + cell_kernel_parts - 1 - part) / cell_kernel_parts;
  return kernels_of_part<part>(models, std::make_index_sequence<count>{});
}

}  // namespace memcosim::cuda
