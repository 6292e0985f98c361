// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "memcosim/kernels/cuda/gpu/gpus.hpp"
#include "memcosim/kernels/products/backend.hpp"

namespace memcosim {

/// Products on NVIDIA GPUs. Arrays are distributed over the GPUs in order of creation. submit() queues the copies and kernels of a batch
/// and returns; a few batches for each GPU are in flight at once. Results do not depend on batches, streams or the number of GPUs: in
/// double precision they are the bits of the reference backend, in single precision those of the cpu backend, except for circuits.
/// A product of several arrays is one kernel without intermediate results in memory where tensor cores support the readout and one GPU is
/// used, else it is computed array by array.
///
/// Circuits of non-linear cells behind resistive lines agree with those of the reference to 1e-9 of the full scale. The host solves those
/// that the GPU cannot (make_circuit_mvm()), vector by vector, with BackendOptions::threads threads.
/// Memory: a batch is split into pieces; if the GPU has no room for a piece, it is halved, and notes() says so. If there is no room for a
/// single vector either, circuits are solved on the host; other products throw RunError.
///
/// `gpus`: those to choose from, at least one (cuda::installation()). BackendOptions::gpus may name more than there are: several parts then
/// share one. std::logic_error in a build without CUDA.
std::unique_ptr<Backend> cuda_backend(const BackendOptions& options, const std::vector<cuda::Gpu>& gpus);

}  // namespace memcosim
