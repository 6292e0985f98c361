// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include "memcosim/kernels/cuda/circuits/team.cuh"

namespace memcosim::cuda {

constexpr unsigned most_lines = 4096;   ///< of each kind: what shared memory can sum up
constexpr unsigned most_segments = 16;  ///< in which the sums along a bit line are made

/// line_tables.hpp in the GPU's memory.
struct Lines {
  const double* ohms;
  const double* path;
  const double* closure;
  const unsigned char* reversed;
};

/// Voltages of one input: line_tables.hpp.
struct TerminalVolts {
  const double* word_near;
  const double* word_far;
  const double* bit_near;
  const double* bit_far;
};

/// Voltage drops along the lines of a circuit, computed by a team, of which each block has the values of its rows' cells. Every sum has a
/// fixed order, which depends on the shape and the size of the team alone.
struct LineNetwork {
  unsigned rows, columns;
  Lines words, bits;

  __host__ __device__ unsigned cells() const { return rows * columns; }
  /// In how many parts a block makes the sums along a bit line.
  __host__ __device__ unsigned segments() const {
    const unsigned fitting = Team::threads / columns;
    const unsigned most = fitting < most_segments ? fitting : most_segments;
    return most < 1 ? 1 : most;
  }
  /// Doubles of shared memory that apply() needs, at the same place in every block.
  __host__ __device__ unsigned scratch() const { return 2 * (segments() + 1) * columns; }

  /// drops = R currents: voltage drops along the lines between terminals and cells, V. Overwrites the currents.
  __device__ void apply(const Team& team, double* currents, double* drops, double* scratch) const {
    drop_along_words(team, currents, drops);
    __syncthreads();
    drop_along_bits(team, currents, drops, scratch);
    __syncthreads();
  }

  /// V between the lines at a cell without any currents.
  __device__ double open_volts(const TerminalVolts& volts, unsigned row, unsigned column) const {
    const unsigned in_row = words.reversed[row] ? columns - 1 - column : column;
    const unsigned in_column = bits.reversed[column] ? rows - 1 - row : row;
    const double word =
        volts.word_near[row] - words.path[row * columns + in_row] * words.closure[row] * (volts.word_near[row] - volts.word_far[row]);
    const double bit = volts.bit_near[column] -
                       bits.path[in_column * columns + column] * bits.closure[column] * (volts.bit_near[column] - volts.bit_far[column]);
    return word - bit;
  }

 private:
  /// A warp per word line. Each resistance carries what is drawn behind it; drops add up from the terminal. A far terminal then takes its
  /// share: the voltage that the line's end would have over the whole resistance flows through every resistance of the line.
  __device__ void drop_along_words(const Team& team, const double* currents, double* drops) const {
    const unsigned lane = threadIdx.x % 32;
    for (unsigned own = threadIdx.x / 32; own < team.rows(); own += Team::threads / 32) {
      const unsigned row = team.first_row() + own;
      const double* from = currents + own * columns;
      double* to = drops + own * columns;
      const double* ohms = words.ohms + row * columns;
      const bool reversed = words.reversed[row] != 0;
      const auto cell = [&](unsigned place) { return reversed ? columns - 1 - place : place; };
      double behind = 0.0;
      double all = 0.0;
      for (unsigned first = (columns - 1) / 32 * 32 + 32; first > 0;) {
        first -= 32;
        const unsigned place = first + lane;
        double current = place < columns ? from[cell(place)] : 0.0;
#pragma unroll
        for (unsigned distance = 1; distance < 32; distance *= 2) {
          const double other = __shfl_down_sync(whole_warp, current, distance);
          if (lane + distance < 32) current += other;
        }
        current += behind;
        behind = __shfl_sync(whole_warp, current, 0);
        const double drop = place < columns ? ohms[place] * current : 0.0;
        if (place < columns) to[cell(place)] = drop;
        all += drop;
      }
      const double closure = words.closure[row];
      const double through = closure > 0.0 ? sum_of_lanes(all) * closure : 0.0;
      double before = 0.0;
      for (unsigned first = 0; first < columns; first += 32) {
        const unsigned place = first + lane;
        double drop = place < columns ? to[cell(place)] : 0.0;
#pragma unroll
        for (unsigned distance = 1; distance < 32; distance *= 2) {
          const double other = __shfl_up_sync(whole_warp, drop, distance);
          if (lane >= distance) drop += other;
        }
        drop += before;
        before = __shfl_sync(whole_warp, drop, 31);
        if (place < columns) to[cell(place)] = closure > 0.0 ? drop - words.path[row * columns + place] * through : drop;
      }
    }
  }

  /// The same for bit lines, added to the drops: a thread per line, or per segment of a line.
  __device__ void drop_along_bits(const Team& team, double* currents, double* drops, double* scratch) const {
    const unsigned parts = segments();
    const unsigned length = (team.rows() + parts - 1) / parts;
    double* own_current = scratch;  // of all of a block's rows
    double* own_drop = own_current + columns;
    double* segment_current = own_drop + columns;
    double* segment_drop = segment_current + parts * columns;
    const auto for_each_segment = [&](auto use) {
      for (unsigned item = threadIdx.x; item < parts * columns; item += Team::threads) {
        const unsigned part = item / columns;
        const unsigned column = item % columns;
        const unsigned first = min(part * length, team.rows());
        use(item, part, column, first, min(first + length, team.rows()), bits.reversed[column] != 0);
      }
    };
    // Places of a block's rows count from 0 as the line goes.
    const auto cell = [&](unsigned place, unsigned column, bool reversed) {
      return (reversed ? team.rows() - 1 - place : place) * columns + column;
    };
    const auto entry = [&](unsigned place, unsigned column, bool reversed) {
      const unsigned before = reversed ? rows - team.first_row() - team.rows() : team.first_row();
      return (before + place) * columns + column;
    };
    const auto comes_before = [](unsigned rank, unsigned other, bool reversed) { return reversed ? rank > other : rank < other; };
    for_each_segment([&](unsigned item, unsigned, unsigned column, unsigned first, unsigned end, bool reversed) {
      double current = 0.0;
#pragma unroll 8
      for (unsigned place = end; place > first; --place)
        current += currents[cell(place - 1, column, reversed)];
      segment_current[item] = current;
    });
    __syncthreads();
    collect(team, segment_current, own_current);
    for_each_segment([&](unsigned item, unsigned part, unsigned column, unsigned first, unsigned end, bool reversed) {
      double current = team.sum_blocks(own_current + column, [&](unsigned rank) { return comes_before(team.rank(), rank, reversed); });
      for (unsigned other = parts; --other > part;)
        current += segment_current[other * columns + column];
      double whole = 0.0;
#pragma unroll 8
      for (unsigned place = end; place > first; --place) {
        double& here = currents[cell(place - 1, column, reversed)];
        current += here;
        here = bits.ohms[entry(place - 1, column, reversed)] * current;
        whole += here;
      }
      segment_drop[item] = whole;
    });
    __syncthreads();
    collect(team, segment_drop, own_drop);
    for_each_segment([&](unsigned, unsigned part, unsigned column, unsigned first, unsigned end, bool reversed) {
      double drop = team.sum_blocks(own_drop + column, [&](unsigned rank) { return comes_before(rank, team.rank(), reversed); });
      for (unsigned other = 0; other < part; ++other)
        drop += segment_drop[other * columns + column];
      const double closure = bits.closure[column];
      const double through = closure > 0.0 ? team.sum_blocks(own_drop + column, [](unsigned) { return true; }) * closure : 0.0;
#pragma unroll 8
      for (unsigned place = first; place < end; ++place) {
        const unsigned index = cell(place, column, reversed);
        drop += currents[index];
        drops[index] += closure > 0.0 ? drop - bits.path[entry(place, column, reversed)] * through : drop;
      }
    });
  }

  /// Sums of a block's segments, for all blocks.
  __device__ void collect(const Team& team, const double* segments_of_block, double* own) const {
    for (unsigned column = threadIdx.x; column < columns; column += Team::threads) {
      double sum = 0.0;
      for (unsigned part = 0; part < segments(); ++part)
        sum += segments_of_block[part * columns + column];
      own[column] = sum;
    }
    team.sync();
  }
};

/// Vectors of one value per cell that conjugate gradients work on.
struct KrylovVectors {
  double* residual;
  double* direction;
  double* currents;
  double* image;
  double* correction;
};

/// The linear circuit (1 + S R S) y = residual, by a team: `correction` becomes y up to a residual of `target` in the 2-norm. `squared`: of
/// the residual's norm. roots: S. `cells`: that the block has. Returns the steps.
__device__ inline unsigned conjugate_gradients(const LineNetwork& lines, Team& team, unsigned cells, const double* roots,
                                               const KrylovVectors& vectors, double squared, double target, double* scratch) {
  for (unsigned cell = threadIdx.x; cell < cells; cell += Team::threads) {
    vectors.correction[cell] = 0.0;
    vectors.direction[cell] = vectors.residual[cell];
    vectors.currents[cell] = roots[cell] * vectors.residual[cell];
  }
  __syncthreads();
  unsigned steps = 0;
  const unsigned most_steps = lines.cells() + 50;  // exact arithmetic needs one per cell at most
  while (::sqrt(squared) > target && steps < most_steps) {
    lines.apply(team, vectors.currents, vectors.image, scratch);
    double sum = 0.0;
    for (unsigned cell = threadIdx.x; cell < cells; cell += Team::threads) {
      const double direction = vectors.direction[cell];
      const double image = ::fma(roots[cell], vectors.image[cell], direction);
      vectors.image[cell] = image;
      sum = ::fma(direction, image, sum);
    }
    const double length = squared / team.sum(sum);
    sum = 0.0;
    for (unsigned cell = threadIdx.x; cell < cells; cell += Team::threads) {
      vectors.correction[cell] = ::fma(length, vectors.direction[cell], vectors.correction[cell]);
      const double residual = ::fma(-length, vectors.image[cell], vectors.residual[cell]);
      vectors.residual[cell] = residual;
      sum = ::fma(residual, residual, sum);
    }
    const double next = team.sum(sum);
    const double ratio = next / squared;
    for (unsigned cell = threadIdx.x; cell < cells; cell += Team::threads) {
      const double direction = ::fma(ratio, vectors.direction[cell], vectors.residual[cell]);
      vectors.direction[cell] = direction;
      vectors.currents[cell] = roots[cell] * direction;
    }
    __syncthreads();
    squared = next;
    ++steps;
  }
  return steps;
}

}  // namespace memcosim::cuda
