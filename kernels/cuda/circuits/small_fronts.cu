// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/circuits/front_kernels.cuh"
#include "memcosim/kernels/cuda/circuits/own_factor.cuh"
#include "memcosim/kernels/cuda/circuits/tensor_product.cuh"
#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"

namespace memcosim::cuda {

namespace {

using Front = FrontPlan::Front;
using Node = FrontPlan::Node;

/// Launch and memory layout for fronts with at most `width` removed nodes.
template <int width>
struct SmallFront {
  static constexpr int threads = width < 16 ? 64 : 128;
  static constexpr int at_once = width < 16 ? 16 : width < 32 ? 6 : 4;  ///< blocks per multiprocessor for which registers suffice
  static constexpr int warps = threads / 32;
  static constexpr int block = 16;              ///< rows and columns of the kept conductances that a warp computes
  static constexpr int own_stride = width + 1;  ///< odd, so that lanes use different memory banks

  static __host__ __device__ unsigned filled(unsigned kept) { return (kept + block - 1) / block * block; }
  /// A multiple of 16 doubles plus four, so that lanes that read fragments of a matrix use different memory banks.
  static __host__ __device__ unsigned stride(unsigned kept) { return filled(kept) + 4; }
  static __host__ __device__ std::size_t doubles(unsigned kept) {
    return std::size_t{width} * stride(kept) + width * own_stride + width * width + 4 * width;
  }
  static std::size_t bytes(unsigned kept) { return doubles(kept) * sizeof(double) + (width + std::size_t{kept}) * sizeof(Node); }
};

/// `plain`: see FrontPlan::Step.
template <int width, bool plain>
__global__ void __launch_bounds__(SmallFront<width>::threads, SmallFront<width>::at_once)
    small_front_kernel(FrontTables tables, FrontBatch batch, FrontPlan::Step step) {
  using Size = SmallFront<width>;
  extern __shared__ double shared[];
  const Front front = tables.fronts[step.first + blockIdx.x];
  double* workspace = batch.workspace + blockIdx.y * batch.workspace_stride;
  const unsigned removed = front.removed;
  const unsigned kept = front.kept;
  const unsigned filled = Size::filled(kept);
  const unsigned stride = Size::stride(kept);
  double* panel = shared;  // [removed node][kept node]
  double* factors = panel + width * stride;
  double* present = factors + width * width;
  double* inverse = present + 2 * width;
  double* sums = inverse + width;
  double* own = sums + width;
  Node* nodes = reinterpret_cast<Node*>(own + width * Size::own_stride);
  const unsigned thread = threadIdx.x;
  const int lane = thread % 32;
  const int warp = thread / 32;

  for (unsigned node = thread; node < removed + kept; node += Size::threads)
    nodes[node] = tables.nodes[front.first_node + node];
  __syncthreads();
  const auto between = [&](unsigned low, unsigned high) {
    if constexpr (plain) return LeftOver(front, workspace, nodes[low]).to(nodes[high]);
    return left_over(front, workspace, nodes[low], nodes[high]);
  };
  constexpr int each = width / Size::warps;  // removed nodes of a warp
  const unsigned last = removed + kept - 1;
  for (unsigned node = lane; node < filled; node += 32) {
    double siemens[each];
#pragma unroll
    for (int index = 0; index < each; ++index) {
      const unsigned j = warp + index * Size::warps;
      const double found = between(min(j, last), min(removed + node, last));
      siemens[index] = j < removed && node < kept ? found : 0.0;
    }
#pragma unroll
    for (int index = 0; index < each; ++index)
      panel[(warp + index * Size::warps) * stride + node] = siemens[index];
  }
  if (lane < width) {
#pragma unroll
    for (int index = 0; index < each; ++index) {
      const unsigned j = warp + index * Size::warps;
      const unsigned later = lane;
      const double found = between(min(j, last), min(later, last));
      own[j * Size::own_stride + later] = later > j && later < removed ? found : 0.0;
    }
  }
  __syncthreads();
  const auto for_each_branch = [&](auto use) {
    for (unsigned index = thread; index < front.branches; index += Size::threads) {
      const FrontPlan::Branch branch = tables.branches[front.first_branch + index];
      use(branch, branch.cell == FrontPlan::none ? branch.siemens : batch.conductance[blockIdx.y * batch.cells + branch.cell]);
    }
  };
  if (!plain && front.branches > 0) {  // no two branches join the same two nodes
    for_each_branch([&](const FrontPlan::Branch& branch, double siemens) {
      if (branch.b >= removed) return;
      double& entry = branch.a < removed ? own[branch.b * Size::own_stride + branch.a] : panel[branch.b * stride + branch.a - removed];
      entry += siemens;
    });
    __syncthreads();
  }
  for (unsigned j = warp; j < width; j += Size::warps) {
    double sum = 0.0;
    for (unsigned node = lane; node < filled; node += 32)
      sum += panel[j * stride + node];
    sum = sum_of_lanes(sum);
    if (lane == 0) sums[j] = sum;
  }
  __syncthreads();
  if (warp == 0) factor_own<width>(own, Size::own_stride, lane < width ? sums[lane] : 0.0, removed, factors, inverse, present);
  __syncthreads();
  for (unsigned node = thread; node < filled; node += Size::threads) {
    double siemens[width];
#pragma unroll
    for (int j = 0; j < width; ++j)
      siemens[j] = panel[j * stride + node];
    take_over<width>(factors, siemens);
#pragma unroll
    for (int j = 0; j < width; ++j)
      panel[j * stride + node] = siemens[j];
  }
  __syncthreads();

  const int group = lane / 4;
  const int member = lane % 4;
  const int blocks = static_cast<int>(filled) / Size::block;
  double* to = workspace + front.kept_at;
  for (int index = warp; index < blocks * (blocks + 1) / 2; index += Size::warps) {
    int row = 0;  // index = row (row + 1) / 2 + column
    while ((row + 1) * (row + 2) / 2 <= index)
      ++row;
    const unsigned high = row * Size::block;
    const unsigned low = (index - row * (row + 1) / 2) * Size::block;
    double block[2][4];
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      const unsigned b = low + group + half * 8;
      const Node& node = nodes[removed + min(b, kept - 1)];
      const LeftOver at(front, workspace, node);
#pragma unroll
      for (int k = 0; k < 2; ++k) {
#pragma unroll
        for (int part = 0; part < 2; ++part) {
          const unsigned a = high + k * 8 + 2 * member + part;
          const Node& other = nodes[min(removed + a, last)];
          const double siemens = plain ? at.to(other) : left_over(front, workspace, other, node);
          block[k][2 * half + part] = a > b && a < kept ? siemens : 0.0;
        }
      }
    }
#pragma unroll
    for (int depth = 0; depth < width; depth += 8) {
      const double* first = panel + (depth + member) * stride;
      const double* second = first + 4 * stride;
      const double scale[2] = {inverse[depth + member], inverse[depth + member + 4]};
      const double left[4] = {first[low + group] * scale[0], first[low + group + 8] * scale[0], second[low + group] * scale[1],
                              second[low + group + 8] * scale[1]};
#pragma unroll
      for (int k = 0; k < 2; ++k) {
        const double right[2] = {first[high + k * 8 + group], second[high + k * 8 + group]};
        add_tensor_product(block[k], left, right);
      }
    }
#pragma unroll
    for (int k = 0; k < 2; ++k) {
#pragma unroll
      for (int half = 0; half < 2; ++half) {
        const unsigned b = low + group + half * 8;
        const unsigned a = high + k * 8 + 2 * member;
        if (a < kept && b < kept && a + 1 > b)
          *reinterpret_cast<double2*>(to + std::size_t{b} * front.kept_stride + a) =
              make_double2(block[k][2 * half], block[k][2 * half + 1]);
      }
    }
  }
  if (plain || front.branches == 0) return;
  __syncthreads();
  for_each_branch([&](const FrontPlan::Branch& branch, double siemens) {
    if (branch.b >= removed) to[std::size_t{branch.b - removed} * front.kept_stride + branch.a - removed] += siemens;
  });
}

template <int width, bool plain>
void launch(const FrontTables& tables, const FrontBatch& batch, const FrontPlan::Step& step, cudaStream_t stream) {
  using Size = SmallFront<width>;
  small_front_kernel<width, plain>
      <<<dim3(step.count, batch.arrays), Size::threads, Size::bytes(step.most_kept), stream>>>(tables, batch, step);
  succeed_launch("reduce small fronts of a circuit");
}

template <int width>
void launch(const FrontTables& tables, const FrontBatch& batch, const FrontPlan::Step& step, cudaStream_t stream) {
  if (step.plain) return launch<width, true>(tables, batch, step, stream);
  launch<width, false>(tables, batch, step, stream);
}

template <int width>
void prepare() {
  for (const auto kernel : {small_front_kernel<width, false>, small_front_kernel<width, true>}) {
    succeed(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                                 static_cast<int>(SmallFront<width>::bytes(FrontPlan::most_small_kept))),
            "reserve shared memory");
  }
}

}  // namespace

void reduce_small_fronts(const FrontTables& tables, const FrontBatch& batch, const FrontPlan::Step& step, cudaStream_t stream) {
  if (step.width == 8) {
    launch<8>(tables, batch, step, stream);
  } else if (step.width == 16) {
    launch<16>(tables, batch, step, stream);
  } else {
    launch<32>(tables, batch, step, stream);
  }
}

void prepare_small_fronts() {
  prepare<8>();
  prepare<16>();
  prepare<32>();
}

}  // namespace memcosim::cuda
