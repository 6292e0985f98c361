// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/kernels/cuda/cells/write_kernels.cuh"

namespace memcosim::cuda {

/// Instantiated in a separate source file per model (cell_kernels_of_model.cu.in), so that a change of one model only recompiles that
/// model.
template <typename Model>
CellKernels kernels_of() {
  return {Model::name, &launch_initialise<Model>, &launch_pulse<Model>, &launch_written<Model>, &launch_write<Model>};
}

}  // namespace memcosim::cuda
