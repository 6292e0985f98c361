// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "memcosim/kernels/cuda/circuits/cell_circuit_kernel.cuh"
#include "memcosim/kernels/cuda/circuits/circuit_at_work.cuh"
#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"

namespace memcosim::cuda {

namespace {

template <class Cells>
__global__ void __launch_bounds__(Team::threads, 1)
    circuit_kernel(const __grid_constant__ CircuitBatch batch, const __grid_constant__ Cells cells) {
  extern __shared__ double shared[];
  CircuitAtWork<Cells> work(batch, cells, shared);
  const unsigned teams = gridDim.x / batch.team;
  for (unsigned circuit = blockIdx.x / batch.team; circuit < batch.count; circuit += teams)
    work.solve(circuit);
}

/// Largest shared memory of a block on the present GPU.
int most_shared_bytes() {
  int device = 0;
  int bytes = 0;
  succeed(cudaGetDevice(&device), "ask for the present GPU");
  succeed(cudaDeviceGetAttribute(&bytes, cudaDevAttrMaxSharedMemoryPerBlockOptin, device), "ask for shared memory");
  return bytes;
}

/// Largest number of blocks in a cluster: 1 unless the kernel was compiled for clusters (see Team), even if the GPU supports them.
unsigned largest_team() {
  constexpr int clusters_since = 90;  // compute capability times ten, as ptxVersion
  cudaFuncAttributes attributes{};
  succeed(cudaFuncGetAttributes(&attributes, circuit_kernel<LinearCells>), "ask what circuits were compiled for");
  return attributes.ptxVersion >= clusters_since ? Team::most : 1;
}

struct Launch {
  Launch(const CircuitBatch& batch, unsigned blocks, cudaStream_t stream) {
    config.gridDim = dim3(blocks);
    config.blockDim = dim3(Team::threads);
    config.dynamicSmemBytes = circuit_shared_bytes(batch);
    config.stream = stream;
    attribute.id = cudaLaunchAttributeClusterDimension;
    attribute.val.clusterDim = {batch.team, 1, 1};
    config.attrs = &attribute;
    config.numAttrs = batch.team > 1 ? 1 : 0;
  }
  Launch(const Launch&) = delete;
  Launch& operator=(const Launch&) = delete;

  cudaLaunchConfig_t config{};
  cudaLaunchAttribute attribute{};
};

}  // namespace

std::size_t circuit_shared_bytes(const CircuitBatch& batch) {
  const std::size_t krylov = batch.krylov_in_shared_memory ? krylov_vectors * std::size_t{batch.block_cells} : 0;
  return (Team::shared_doubles + batch.lines.scratch() + krylov) * sizeof(double);
}

void choose_team(CircuitBatch& batch) {
  const int most_shared = most_shared_bytes();
  const unsigned most = std::min(largest_team(), batch.lines.rows);
  batch.krylov_in_shared_memory = true;
  for (batch.team = 1;; batch.team *= 2) {
    batch.block_cells = (batch.lines.rows + batch.team - 1) / batch.team * batch.lines.columns;
    if (circuit_shared_bytes(batch) <= static_cast<std::size_t>(most_shared)) break;
    if (2 * batch.team > most) {
      batch.krylov_in_shared_memory = false;
      break;
    }
  }
  batch.block_workspace = batch.block_cells * std::size_t{other_vectors + (batch.krylov_in_shared_memory ? 0 : krylov_vectors)};
}

template <class Cells>
unsigned teams_at_once(const CircuitBatch& batch) {
  // Reserve the maximum, since the setting applies to the launches of all batches.
  succeed(cudaFuncSetAttribute(circuit_kernel<Cells>, cudaFuncAttributeMaxDynamicSharedMemorySize, most_shared_bytes()),
          "reserve shared memory");
  if (batch.team > 8)
    succeed(cudaFuncSetAttribute(circuit_kernel<Cells>, cudaFuncAttributeNonPortableClusterSizeAllowed, 1), "allow large clusters");
  int teams = 0;
  if (batch.team > 1) {
    const Launch launch(batch, batch.team, nullptr);
    succeed(cudaOccupancyMaxActiveClusters(&teams, circuit_kernel<Cells>, &launch.config), "ask for occupancy");
  } else {
    int device = 0;
    int blocks = 0;
    int multiprocessors = 0;
    succeed(cudaOccupancyMaxActiveBlocksPerMultiprocessor(&blocks, circuit_kernel<Cells>, Team::threads, circuit_shared_bytes(batch)),
            "ask for occupancy");
    succeed(cudaGetDevice(&device), "ask for the present GPU");
    succeed(cudaDeviceGetAttribute(&multiprocessors, cudaDevAttrMultiProcessorCount, device), "ask for multiprocessors");
    teams = blocks * multiprocessors;
  }
  return static_cast<unsigned>(std::max(1, teams));
}

template <class Cells>
void solve_circuits(const CircuitBatch& batch, const Cells& cells, unsigned teams, cudaStream_t stream) {
  const Launch launch(batch, teams * batch.team, stream);
  succeed(cudaLaunchKernelEx(&launch.config, circuit_kernel<Cells>, batch, cells), "solve circuits");
}

template unsigned teams_at_once<LinearCells>(const CircuitBatch&);
template unsigned teams_at_once<SinhLawCells>(const CircuitBatch&);
template unsigned teams_at_once<ShapedCells>(const CircuitBatch&);
template void solve_circuits(const CircuitBatch&, const LinearCells&, unsigned, cudaStream_t);
template void solve_circuits(const CircuitBatch&, const SinhLawCells&, unsigned, cudaStream_t);
template void solve_circuits(const CircuitBatch&, const ShapedCells&, unsigned, cudaStream_t);

}  // namespace memcosim::cuda
