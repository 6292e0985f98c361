// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/circuits/front_kernels.cuh"
#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"

namespace memcosim::cuda {

namespace {

constexpr int warps = 4;
constexpr int share_entries = 256;  ///< doubles of working memory per warp for joins
constexpr unsigned everyone = 0xffffffffu;

/// Index of the conductance between nodes a > b of a tile.
__device__ constexpr int entry(int a, int b) {
  return a * (a - 1) / 2 + b;
}

/// The nodes that a tile keeps, in this order: of its word lines before the tile, of their last cells in it, of its bit lines before the
/// tile, and of their last cells.
template <int height, int width>
struct Shape {
  static constexpr int rows = height;
  static constexpr int columns = width;
  static constexpr int nodes = 2 * (height + width);
};
template <class Tile>
constexpr int entries_of = Tile::nodes*(Tile::nodes - 1) / 2;

/// Join of two tiles of the shape `Part`, side by side or one below the other.
template <class Part, bool beside>
struct Join {
  using Whole = Shape<beside ? Part::rows : 2 * Part::rows, beside ? 2 * Part::columns : Part::columns>;
  static constexpr int removed = beside ? Part::rows : Part::columns;

  /// The part (0 or 1) from which a kept node comes.
  static __device__ int part(int node) {
    const int words = 2 * Whole::rows;
    if (beside) return node < Whole::rows ? 0 : node < words ? 1 : (node - words) % Whole::columns / Part::columns;
    return node < words ? node % Whole::rows / Part::rows : node < words + Whole::columns ? 0 : 1;
  }
  /// Number of a kept node in its part.
  static __device__ int in_part(int node) {
    const int words = 2 * Whole::rows;
    if (beside) return node < words ? node : words + (node - words) / Whole::columns * Part::columns + node % Part::columns;
    return node < words ? node / Whole::rows * Part::rows + node % Part::rows : node - words + 2 * Part::rows;
  }
  static __device__ int shared_in_first(int index) { return beside ? Part::rows + index : 2 * Part::rows + Part::columns + index; }
  static __device__ int shared_in_second(int index) { return beside ? index : 2 * Part::rows + index; }
};

__device__ double between(const double* tile, int a, int b) {
  return tile[a > b ? entry(a, b) : entry(b, a)];
}

/// Joins `joins` pairs of tiles, each with 32 / joins lanes of a warp. Grids of tiles are row-major; `width`: that of the grid of joined
/// tiles. number(place): node of the joined tile at this place of its result; the place itself if `in_order`. store(tile, a, b, siemens)
/// receives the conductance between places a > b. shares: working memory.
template <class Part, bool beside, int joins, int width, bool in_order, class Number, class Store>
__device__ void join_tiles(const double* parts, double* shares, int lane, Number number, Store store) {
  using J = Join<Part, beside>;
  constexpr int lanes = 32 / joins;
  constexpr int removed = J::removed;
  constexpr int kept = J::Whole::nodes;
  constexpr int passes = (kept + lanes - 1) / lanes;
  static_assert(joins * kept * removed <= share_entries);
  const int tile = lane / lanes;
  const int member = lane % lanes;
  const int first_part = beside ? 2 * tile : tile / width * 2 * width + tile % width;
  const double* first = parts + first_part * entries_of<Part>;
  const double* second = first + (beside ? 1 : width) * entries_of<Part>;

  double own[removed][removed];  // [node][later node]
  double sums[removed];
  double x[passes][removed];
#pragma unroll
  for (int j = 0; j < removed; ++j) {
    sums[j] = 0.0;
#pragma unroll
    for (int i = j + 1; i < removed; ++i)
      own[j][i] =
          between(first, J::shared_in_first(i), J::shared_in_first(j)) + between(second, J::shared_in_second(i), J::shared_in_second(j));
  }
#pragma unroll
  for (int pass = 0; pass < passes; ++pass) {
    const int place = pass * lanes + member;
    const int node = number(place);
#pragma unroll
    for (int j = 0; j < removed; ++j) {
      x[pass][j] = 0.0;
      if (place < kept)
        x[pass][j] = J::part(node) == 0 ? between(first, J::in_part(node), J::shared_in_first(j))
                                        : between(second, J::in_part(node), J::shared_in_second(j));
      sums[j] += x[pass][j];
    }
  }
#pragma unroll
  for (int j = 0; j < removed; ++j) {
#pragma unroll
    for (int distance = 1; distance < lanes; distance *= 2)
      sums[j] += __shfl_xor_sync(everyone, sums[j], distance);
  }
#pragma unroll
  for (int j = 0; j < removed; ++j) {
    double pivot = sums[j];
#pragma unroll
    for (int i = j + 1; i < removed; ++i)
      pivot += own[j][i];
    const double inverse = 1.0 / pivot;
#pragma unroll
    for (int k = j + 1; k < removed; ++k) {
      const double share = own[j][k] * inverse;
      sums[k] = ::fma(sums[j], share, sums[k]);
#pragma unroll
      for (int i = k + 1; i < removed; ++i)
        own[k][i] = ::fma(own[j][i], share, own[k][i]);
#pragma unroll
      for (int pass = 0; pass < passes; ++pass)
        x[pass][k] = ::fma(x[pass][j], share, x[pass][k]);
    }
#pragma unroll
    for (int pass = 0; pass < passes; ++pass) {
      const int place = pass * lanes + member;
      if (place < kept) shares[(tile * kept + place) * removed + j] = x[pass][j] * inverse;
    }
  }
  __syncwarp();
#pragma unroll
  for (int pass = 0; pass < passes; ++pass) {
    const int place = pass * lanes + member;
    if (place < kept) {
      const int node = number(place);
      const int part = J::part(node);
      const double* from = part == 0 ? first : second;
      const int row = J::in_part(node);
#pragma unroll 4
      for (int other = 0; other < place; ++other) {
        const int column = number(other);
        double siemens = 0.0;
        if (J::part(column) == part) siemens = in_order ? from[entry(row, J::in_part(column))] : between(from, row, J::in_part(column));
#pragma unroll
        for (int j = 0; j < removed; ++j)
          siemens = ::fma(x[pass][j], shares[(tile * kept + other) * removed + j], siemens);
        store(tile, place, other, siemens);
      }
    }
  }
  __syncwarp();
}

/// Reduces two by two cells directly: removes the inner nodes one by one, with formulas for their few neighbours.
__device__ void reduce_four_cells(const FrontTables& tables, const double* conductance, std::size_t cell, double* to) {
  const std::size_t below = cell + tables.columns;
  const double word00 = tables.word_siemens[cell], word01 = tables.word_siemens[cell + 1];
  const double word10 = tables.word_siemens[below], word11 = tables.word_siemens[below + 1];
  const double bit00 = tables.bit_siemens[cell], bit01 = tables.bit_siemens[cell + 1];
  const double bit10 = tables.bit_siemens[below], bit11 = tables.bit_siemens[below + 1];
  const double cell00 = conductance[cell], cell01 = conductance[cell + 1];
  const double cell10 = conductance[below], cell11 = conductance[below + 1];
  // Kept nodes: 0, 1 before the word lines; 2, 3 their last cells; 4, 5 before the bit lines; 6, 7 their last cells.
  double inverse = 1.0 / (word00 + word01 + cell00);  // word line 0 at column 0: joined to 0, 2 and bit line 0 at row 0
  double share = word00 * inverse;
  double from_0 = share * cell00;
  double between_0_2 = share * word01;
  double from_2 = word01 * inverse * cell00;
  inverse = 1.0 / (word10 + word11 + cell10);  // word line 1 at column 0: 1, 3, 6
  share = word10 * inverse;
  const double between_1_3 = share * word11;
  const double between_1_6 = share * cell10;
  const double between_3_6 = word11 * inverse * cell10;
  inverse = 1.0 / (bit00 + bit10 + (from_0 + from_2));  // bit line 0 at row 0: 4, 6, 0, 2
  share = bit00 * inverse;
  const double between_4_6 = share * bit10;
  double between_4_0 = share * from_0;
  const double between_4_2 = share * from_2;
  share = bit10 * inverse;
  const double between_6_0 = share * from_0;
  const double between_6_2 = share * from_2;
  between_0_2 = ::fma(from_0 * inverse, from_2, between_0_2);
  inverse = 1.0 / (bit01 + bit11 + cell01);  // bit line 1 at row 0: 5, 7, 2
  share = bit01 * inverse;
  const double between_5_7 = share * bit11;
  const double between_5_2 = share * cell01;
  const double between_7_2 = bit11 * inverse * cell01;
#pragma unroll
  for (int index = 0; index < entries_of<Shape<2, 2>>; ++index)
    to[index] = 0.0;
  to[entry(2, 0)] = between_0_2;
  to[entry(3, 1)] = between_1_3;
  to[entry(4, 0)] = between_4_0;
  to[entry(4, 2)] = between_4_2;
  to[entry(5, 2)] = between_5_2;
  to[entry(6, 0)] = between_6_0;
  to[entry(6, 1)] = between_1_6;
  to[entry(6, 2)] = between_6_2;
  to[entry(6, 3)] = between_3_6;
  to[entry(6, 4)] = between_4_6;
  to[entry(7, 2)] = between_7_2;
  to[entry(7, 3)] = cell11;
  to[entry(7, 5)] = between_5_7;
}

using Cells22 = Shape<2, 2>;
using Cells24 = Shape<2, 4>;
using Cells44 = Shape<4, 4>;
using Cells48 = Shape<4, 8>;
constexpr int even_entries = 4 * entries_of<Cells44>;  ///< the larger of 16 Cells22 and 4 Cells44
constexpr int odd_entries = 2 * entries_of<Cells48>;   ///< the larger of 8 Cells24 and 2 Cells48
static_assert(even_entries >= 16 * entries_of<Cells22> && odd_entries >= 8 * entries_of<Cells24>);

/// One warp per leaf.
__global__ void __launch_bounds__(32 * warps) leaf_kernel(FrontTables tables, FrontBatch batch, FrontPlan::Step step) {
  __shared__ double memory[warps][even_entries + odd_entries + share_entries];
  const int lane = threadIdx.x % 32;
  const unsigned index = blockIdx.x * warps + threadIdx.x / 32;
  if (index >= step.count) return;
  double* even = memory[threadIdx.x / 32];
  double* odd = even + even_entries;
  double* shares = odd + odd_entries;
  const FrontPlan::Leaf leaf = tables.leaves[step.first + index];
  const double* conductance = batch.conductance + blockIdx.y * batch.cells;
  if (lane < 16) {
    const std::size_t cell = std::size_t{leaf.row + 2 * (lane / 4)} * tables.columns + leaf.column + 2 * (lane % 4);
    reduce_four_cells(tables, conductance, cell, even + lane * entries_of<Cells22>);
  }
  __syncwarp();
  const auto same = [](int place) { return place; };
  const auto into = [](double* to, int entries) {
    return [to, entries](int tile, int a, int b, double siemens) { to[tile * entries + entry(a, b)] = siemens; };
  };
  join_tiles<Cells22, true, 8, 2, true>(even, shares, lane, same, into(odd, entries_of<Cells24>));
  join_tiles<Cells24, false, 4, 2, true>(odd, shares, lane, same, into(even, entries_of<Cells44>));
  join_tiles<Cells44, true, 2, 1, true>(even, shares, lane, same, into(odd, entries_of<Cells48>));
  double* to = batch.workspace + blockIdx.y * batch.workspace_stride + leaf.at;
  const unsigned sides = leaf.sides[0] | leaf.sides[1] << 8 | leaf.sides[2] << 16 | leaf.sides[3] << 24;
  const auto by_sides = [sides](int place) {
    constexpr int edge = static_cast<int>(FrontPlan::leaf_edge);
    return static_cast<int>(sides >> place / edge * 8 & 3) * edge + place % edge;
  };
  join_tiles<Cells48, false, 1, 1, false>(odd, shares, lane, by_sides, [to](int, int a, int b, double siemens) {
    to[b * static_cast<int>(FrontPlan::leaf_nodes) + a] = siemens;
  });
}

}  // namespace

void reduce_leaves(const FrontTables& tables, const FrontBatch& batch, const FrontPlan::Step& step, cudaStream_t stream) {
  leaf_kernel<<<dim3((step.count + warps - 1) / warps, batch.arrays), 32 * warps, 0, stream>>>(tables, batch, step);
  succeed_launch("reduce the tiles of a circuit");
}

}  // namespace memcosim::cuda
