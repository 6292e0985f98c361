// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/cuda/write_kernels.cuh"

namespace memcosim::cuda {

/// Instantiated in a file of its own for each model (cell_kernels_of_model.cu.in), so that an edit of one model compiles that model alone.
template <typename Model>
CellKernels kernels_of() {
  return {Model::name, &launch_initialise<Model>, &launch_pulse<Model>, &launch_written<Model>, &launch_write<Model>};
}

}  // namespace memcosim::cuda
