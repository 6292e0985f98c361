// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/circuits/front_kernels.cuh"
#include "memcosim/kernels/cuda/circuits/own_factor.cuh"
#include "memcosim/kernels/cuda/circuits/panel_product.cuh"
#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"

namespace memcosim::cuda {

namespace {

using Front = FrontPlan::Front;
using Node = FrontPlan::Node;
constexpr unsigned edge = FrontPlan::edge;
constexpr unsigned factor_threads = 128;

/// The block of a front on which a thread block works, and the workspace of its array.
struct Place {
  Front front;
  double* workspace;
  unsigned row, column;  ///< in blocks

  __device__ Place(const FrontTables& tables, const FrontBatch& batch, const FrontPlan::Step& step) {
    const FrontPlan::Block block = tables.blocks[step.first + blockIdx.x];
    front = tables.fronts[block.front];
    workspace = batch.workspace + blockIdx.y * batch.workspace_stride;
    row = block.row;
    column = block.column;
  }
  __device__ unsigned panel_stride() const { return front.blocks * edge; }
  /// Memory of the conductances between removed node `node` and the nodes of block `block`.
  __device__ double* panel(unsigned node, unsigned block) const {
    return workspace + front.panel_at + std::size_t{node} * panel_stride() + block * edge;
  }
  __device__ double* inverse() const { return workspace + front.inverse_at; }
  __device__ double* transform() const { return workspace + front.transform_at; }
  __device__ double* sums(unsigned half_block) const { return workspace + front.sums_at + std::size_t{half_block} * front.padded; }
};

/// Initialises a block of the panel with the sum of the conductances of both halves, and sums over the rows of the block.
__global__ void __launch_bounds__(256) gather_kernel(FrontTables tables, FrontBatch batch, FrontPlan::Step step) {
  const Place place(tables, batch, step);
  const Front& front = place.front;
  const Node* nodes = tables.nodes + front.first_node;
  const unsigned row = threadIdx.x % edge;
  const unsigned first = threadIdx.x / edge * 16;
  const unsigned own = front.padded / edge;
  const unsigned index = place.row < own ? place.row * edge + row : (place.row - own) * edge + row;
  const bool is_node = index < (place.row < own ? front.removed : front.kept);
  const unsigned number = place.row < own ? index : index + front.removed;
  const Node node = is_node ? nodes[number] : Node{{FrontPlan::none, FrontPlan::none}};
  double found[16];
#pragma unroll
  for (unsigned index = 0; index < 16; ++index) {
    const unsigned removed = place.column * edge + first + index;
    found[index] = LeftOver(front, place.workspace, nodes[min(removed, front.removed - 1)]).to(node);
  }
#pragma unroll
  for (unsigned index = 0; index < 16; ++index) {
    const unsigned removed = place.column * edge + first + index;
    const double siemens = removed < front.removed && removed < number ? found[index] : 0.0;  // entries above the diagonal are not read
    place.panel(removed, place.row)[row] = siemens;
    const double sum = sum_of_lanes(siemens);
    if (threadIdx.x % 32 == 0) place.sums(2 * place.row + row / 32)[removed] = sum;
  }
}

/// Removes the nodes of a block on the diagonal within the block itself. The effect on a row of the blocks below it, with conductances x to
/// these nodes, is a product x' = x T, where T[j][k] is the share of the conductances of node j that node k takes over, directly and
/// through all nodes in between. T, too, is a sum of products of positive numbers.
///
/// Computed in two halves of 32 nodes: with T1 and inverses D1 of the first half, T2 of the second, and the conductances X between them,
/// which become X T1, the block has T = [T1, T1 D1 (X T1)^T T2; 0, T2].
__global__ void __launch_bounds__(factor_threads, 4) factor_kernel(FrontTables tables, FrontBatch batch, FrontPlan::Step step) {
  constexpr unsigned half = edge / 2;
  constexpr unsigned stride = half + 1;  // odd, so that lanes at the same place of their rows use different memory banks
  __shared__ double partial[factor_threads / edge][edge];
  __shared__ double own[half][stride];            // [node][later node] of the present half
  __shared__ double others[half][stride];         // [later half's node][first half's node]
  __shared__ double first_shares[half][stride];   // T1
  __shared__ double second_shares[half][stride];  // T1 D1 (X T1)^T, [first half's node][later half's node]
  __shared__ alignas(16) double factors[half * half];
  __shared__ alignas(16) double present[2 * half];
  __shared__ double inverse[edge];
  __shared__ double sums[edge];
  const Place place(tables, batch, step);
  const Front& front = place.front;
  const unsigned thread = threadIdx.x;
  const unsigned lane = thread % 32;
  const unsigned warp = thread / 32;
  const unsigned first_node = place.row * edge;
  const unsigned removed = min(front.removed - first_node, edge);
  const auto for_each_of_half = [&](auto use) {
    for (unsigned index = thread; index < half * half; index += factor_threads)
      use(index / half, index % half);
  };
  double sum = 0.0;
  for (unsigned half_block = 2 * (place.row + 1) + thread / edge; half_block < 2 * front.blocks; half_block += factor_threads / edge)
    sum += place.sums(half_block)[first_node + thread % edge];
  partial[thread / edge][thread % edge] = sum;
  for_each_of_half([&](unsigned column, unsigned row) {
    const double* from = place.panel(first_node + column, place.row);
    own[column][row] = from[row];
    others[row][column] = from[half + row];
  });
  __syncthreads();
  if (thread < edge) {
    double whole = 0.0;
    for (const auto& of_threads : partial)
      whole += of_threads[thread];
    sums[thread] = whole;
  }
  __syncthreads();
#pragma unroll 1
  for (unsigned part = 0; part < 2; ++part) {
    if (warp == 0) {
      double beyond = sums[part * half + lane];
      for (unsigned other = 0; other < half; ++other)
        beyond = part == 0 ? beyond + others[other][lane] : ::fma(sums[other] * inverse[other], others[lane][other], beyond);
      const unsigned exist = part == 0 ? min(removed, half) : removed - min(removed, half);
      factor_own<half>(own[0], stride, beyond, exist, factors, inverse + part * half, present);
    }
    __syncthreads();
    // First half: threads compute rows of T1, rows of X T1, and one more row, the sums over all further nodes. Second half: rows of T2 and
    // of the upper right part of T.
    if (thread < 2 * half || (thread == 2 * half && part == 0)) {
      double siemens[half];
      const bool unit = thread < half;
      double* row = part == 0 ? (unit                ? first_shares[lane]
                                 : thread < 2 * half ? others[lane]
                                                     : sums)
                              : (unit ? others[lane] : second_shares[lane]);  // T2 replaces X, which is not needed any more
#pragma unroll
      for (unsigned k = 0; k < half; ++k)
        siemens[k] = unit ? (k == lane ? 1.0 : 0.0) : row[k];
      take_over<half>(factors, siemens);
#pragma unroll
      for (unsigned k = 0; k < half; ++k)
        row[k] = siemens[k];
    }
    __syncthreads();
    if (part == 1) break;
    for_each_of_half([&](unsigned column, unsigned row) {
      const double* from = place.panel(first_node + half + column, place.row);
      double siemens = row > column ? from[half + row] : 0.0;
      double share = 0.0;  // for the share, `column` is a node of the first half
#pragma unroll 4
      for (unsigned k = 0; k < half; ++k) {
        const double taken = others[row][k] * inverse[k];
        siemens = ::fma(taken, others[column][k], siemens);
        share = ::fma(first_shares[column][k], taken, share);
      }
      own[column][row] = siemens;
      second_shares[column][row] = share;
    });
    __syncthreads();
  }
  for_each_of_half([&](unsigned j, unsigned k) {
    double* to = place.transform() + j * edge + k;
    to[0] = first_shares[j][k];
    to[half] = second_shares[j][k];
    to[half * edge] = 0.0;
    to[half * edge + half] = others[j][k];
  });
  if (thread < edge) place.inverse()[first_node + thread] = inverse[thread];
}

/// Initialises the sums of the product with the conductances that both halves left between nodes b (rows m of a block) and nodes a > b (its
/// columns n). `end_b`, `end_a`: behind the last existing nodes.
__device__ void start_with_halves(PanelProduct& product, const Place& place, const Node* nodes, unsigned first_b, unsigned end_b,
                                  unsigned first_a, unsigned end_a) {
  Node others[4][2];
#pragma unroll
  for (unsigned k = 0; k < 4; ++k) {
#pragma unroll
    for (unsigned part = 0; part < 2; ++part)
      others[k][part] = nodes[min(first_a + product.n + 8 * k + 2 * product.member + part, end_a - 1)];
  }
#pragma unroll
  for (unsigned i = 0; i < 2; ++i) {
#pragma unroll
    for (unsigned half = 0; half < 2; ++half) {
      const unsigned b = first_b + product.m + 16 * i + product.group + half * 8;
      const LeftOver at(place.front, place.workspace, nodes[min(b, end_b - 1)]);
#pragma unroll
      for (unsigned k = 0; k < 4; ++k) {
#pragma unroll
        for (unsigned part = 0; part < 2; ++part) {
          const unsigned a = first_a + product.n + 8 * k + 2 * product.member + part;
          const double found = at.to(others[k][part]);
          product.sums[i][k][2 * half + part] = a > b && b < end_b && a < end_a ? found : 0.0;
        }
      }
    }
  }
}

/// Applies the removal of the nodes of a block to the rows below it (x T).
__global__ void __launch_bounds__(PanelProduct::threads, PanelProduct::at_once)
    transform_kernel(FrontTables tables, FrontBatch batch, FrontPlan::Step step) {
  extern __shared__ double shared[];
  const Place place(tables, batch, step);
  PanelProduct product{};
  double* panel = place.panel(place.column * edge, place.row);
  const PanelProduct::Factors factors{place.transform(), edge, panel, place.panel_stride(), nullptr, edge, shared};
  factors.start();
  product.add(factors);
  product.for_each_pair(
      [&](double2 pair, unsigned m, unsigned n) { *reinterpret_cast<double2*>(panel + std::size_t{m} * place.panel_stride() + n) = pair; });
}

/// Computes a later block of the panel: the sum of both halves, the contributions of all nodes removed before, and sums over the rows of
/// the block.
__global__ void __launch_bounds__(PanelProduct::threads, PanelProduct::at_once)
    update_kernel(FrontTables tables, FrontBatch batch, FrontPlan::Step step) {
  extern __shared__ double shared[];
  const Place place(tables, batch, step);
  const Front& front = place.front;
  PanelProduct product{};
  const PanelProduct::Factors factors{place.panel(0, place.column),
                                      place.panel_stride(),
                                      place.panel(0, place.row),
                                      place.panel_stride(),
                                      place.inverse(),
                                      place.column * edge,
                                      shared};
  factors.start();
  const unsigned own = front.padded / edge;
  const bool removed = place.row < own;
  start_with_halves(product, place, tables.nodes + front.first_node, place.column * edge, front.removed,
                    removed ? place.row * edge : front.removed + (place.row - own) * edge,
                    removed ? front.removed : front.removed + front.kept);
  product.add(factors);
  double* to = place.panel(place.column * edge, place.row);
  product.for_each_pair(
      [&](double2 pair, unsigned m, unsigned n) { *reinterpret_cast<double2*>(to + std::size_t{m} * place.panel_stride() + n) = pair; });
#pragma unroll
  for (unsigned i = 0; i < 2; ++i) {
#pragma unroll
    for (unsigned half = 0; half < 2; ++half) {
      double sum = 0.0;
#pragma unroll
      for (unsigned k = 0; k < 4; ++k)
        sum += product.sums[i][k][2 * half] + product.sums[i][k][2 * half + 1];
      sum += __shfl_xor_sync(whole_warp, sum, 1);
      sum += __shfl_xor_sync(whole_warp, sum, 2);
      if (product.member == 0)
        place.sums(2 * place.row + product.n / 32)[place.column * edge + product.m + 16 * i + product.group + half * 8] = sum;
    }
  }
}

/// Computes a block of the kept conductances: the sum of both halves and the contributions of the removed nodes.
__global__ void __launch_bounds__(PanelProduct::threads, PanelProduct::at_once)
    keep_kernel(FrontTables tables, FrontBatch batch, FrontPlan::Step step) {
  extern __shared__ double shared[];
  const Place place(tables, batch, step);
  const Front& front = place.front;
  PanelProduct product{};
  const unsigned own = front.padded / edge;
  const PanelProduct::Factors factors{place.panel(0, own + place.column),
                                      place.panel_stride(),
                                      place.panel(0, own + place.row),
                                      place.panel_stride(),
                                      place.inverse(),
                                      front.padded,
                                      shared};
  factors.start();
  const unsigned end = front.removed + front.kept;
  start_with_halves(product, place, tables.nodes + front.first_node, front.removed + place.column * edge, end,
                    front.removed + place.row * edge, end);
  product.add(factors);
  double* to = place.workspace + front.kept_at;
  product.for_each_pair([&](double2 pair, unsigned m, unsigned n) {
    const unsigned b = place.column * edge + m;
    const unsigned a = place.row * edge + n;
    if (a < front.kept && b < front.kept && a + 1 > b) *reinterpret_cast<double2*>(to + std::size_t{b} * front.kept_stride + a) = pair;
  });
}

}  // namespace

void work_on_large_fronts(const FrontTables& tables, const FrontBatch& batch, const FrontPlan::Step& step, cudaStream_t stream) {
  const dim3 grid(step.count, batch.arrays);
  switch (step.work) {
    case FrontPlan::Work::gather:
      gather_kernel<<<grid, 256, 0, stream>>>(tables, batch, step);
      break;
    case FrontPlan::Work::factor:
      factor_kernel<<<grid, factor_threads, 0, stream>>>(tables, batch, step);
      break;
    case FrontPlan::Work::transform:
      transform_kernel<<<grid, PanelProduct::threads, PanelProduct::bytes, stream>>>(tables, batch, step);
      break;
    case FrontPlan::Work::update:
      update_kernel<<<grid, PanelProduct::threads, PanelProduct::bytes, stream>>>(tables, batch, step);
      break;
    default:
      keep_kernel<<<grid, PanelProduct::threads, PanelProduct::bytes, stream>>>(tables, batch, step);
  }
  succeed_launch("reduce large fronts of a circuit");
}

void prepare_large_fronts() {
  for (const auto kernel : {transform_kernel, update_kernel, keep_kernel}) {
    succeed(cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(PanelProduct::bytes)),
            "reserve shared memory");
  }
}

}  // namespace memcosim::cuda
