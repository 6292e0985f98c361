// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/schur_line_solver.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/simd/clones.hpp"
#include "memcosim/kernels/circuits/floating_paths.hpp"

namespace memcosim {

namespace {

constexpr std::size_t lanes = LineLadders::lanes;
constexpr unsigned most_restarts = 5;

/// Adds up the sums of the lanes in order: the same result with every instruction set.
double total(const double* sums) {
  double result = 0.0;
  for (std::size_t lane = 0; lane < lanes; ++lane)
    result += sums[lane];
  return result;
}

/// Up to `lanes` word lines in tiles: tile t begins at t * `stride` and has `count` rows of `lanes` neighbouring cells.
struct WordLines {
  std::size_t count;
  std::size_t tiles;
  std::size_t stride;
  double* packed;  ///< [tile][cell of the tile][word line]
};

inline void transpose_into(const double* tile, std::size_t count, double* packed) {
  if (count == lanes) {
    for (std::size_t cell = 0; cell < lanes; ++cell) {
      for (std::size_t row = 0; row < lanes; ++row)
        packed[cell * lanes + row] = tile[row * lanes + cell];
    }
    return;
  }
  for (std::size_t cell = 0; cell < lanes; ++cell) {
    for (std::size_t row = 0; row < lanes; ++row)
      packed[cell * lanes + row] = row < count ? tile[row * lanes + cell] : 0.0;
  }
}

inline void transpose_from(const double* packed, std::size_t count, double* tile) {
  for (std::size_t row = 0; row < count; ++row) {
    for (std::size_t cell = 0; cell < lanes; ++cell)
      tile[row * lanes + cell] = packed[cell * lanes + row];
  }
}

/// Vectors of the iteration, from the first tile of the word lines on.
struct Vectors {
  const double* siemens;
  const double* residual;
  double* volts;
  double* direction;
  double* driven;
  double* image;
};

// The pointers are __restrict parameters, without which compilers do not vectorise the loops.
inline void turn_tile(std::size_t cells, double step, double ratio, const double* __restrict siemens, const double* __restrict residual,
                      const double* __restrict image, double* __restrict volts, double* __restrict direction, double* __restrict driven,
                      double* __restrict drawn) {
  for (std::size_t cell = 0; cell < cells; ++cell) {
    const double old = direction[cell];
    volts[cell] += step * old;
    const double turned = image[cell] + ratio * old;
    direction[cell] = turned;
    driven[cell] = residual[cell] + ratio * driven[cell];
    drawn[cell] = siemens[cell] * turned;
  }
}

inline void finish_tile(std::size_t cells, const double* __restrict siemens, const double* __restrict volts,
                        const double* __restrict direction, const double* __restrict driven, double* __restrict image,
                        double* __restrict products) {
  for (std::size_t cell = 0; cell < cells; cell += lanes) {
    for (std::size_t lane = cell; lane < cell + lanes; ++lane) {
      const double value = driven[lane] - siemens[lane] * volts[lane];
      image[lane] = value;
      products[lane - cell] += direction[lane] * value;
    }
  }
}

/// volts += step * direction; direction = image + ratio * direction; driven = residual + ratio * driven; packs G * direction.
MEMCOSIM_CLONES void turn(const WordLines& lines, double step, double ratio, const Vectors& vectors) {
  double drawn[lanes * lanes];
  for (std::size_t tile = 0; tile < lines.tiles; ++tile) {
    const std::size_t first = tile * lines.stride;
    turn_tile(lines.count * lanes, step, ratio, vectors.siemens + first, vectors.residual + first, vectors.image + first,
              vectors.volts + first, vectors.direction + first, vectors.driven + first, drawn);
    transpose_into(drawn, lines.count, lines.packed + tile * lanes * lanes);
  }
}

/// image = driven - G * (packed voltages of the word lines); adds direction . image to `sums`.
MEMCOSIM_CLONES void finish_image(const WordLines& lines, const Vectors& vectors, double* sums) {
  double volts[lanes * lanes];
  double products[lanes] = {};
  for (std::size_t tile = 0; tile < lines.tiles; ++tile) {
    const std::size_t first = tile * lines.stride;
    transpose_from(lines.packed + tile * lanes * lanes, lines.count, volts);
    finish_tile(lines.count * lanes, vectors.siemens + first, volts, vectors.direction + first, vectors.driven + first,
                vectors.image + first, products);
  }
  for (std::size_t lane = 0; lane < lanes; ++lane)
    sums[lane] += products[lane];
}

MEMCOSIM_CLONES double weighted_norm(const double* siemens, const double* volts, std::size_t size) {
  double sums[lanes] = {};
  std::size_t cell = 0;
  for (; cell + lanes <= size; cell += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane)
      sums[lane] += siemens[cell + lane] * volts[cell + lane] * volts[cell + lane];
  }
  for (; cell < size; ++cell)
    sums[cell % lanes] += siemens[cell] * volts[cell] * volts[cell];
  return std::sqrt(total(sums));
}

}  // namespace

SchurLineSolver::SchurLineSolver(CrossbarCircuit circuit)
    : equations_(std::move(circuit)), word_lines_(equations_.word_lines()), bit_lines_(equations_.bit_lines()) {
  const std::size_t rows = equations_.circuit().rows;
  for (auto* values : {&siemens_, &volts_, &residual_, &direction_, &driven_, &image_})
    values->assign(bit_lines_.blocks() * rows * lanes, 0.0);
  base_ = state_ = equations_.zero_state();
  packed_.resize(bit_lines_.blocks() * lanes * lanes);
  take_conductance();
}

void SchurLineSolver::set_conductance(std::vector<double> siemens) {
  equations_.set_conductance(std::move(siemens));
  take_conductance();
}

void SchurLineSolver::take_conductance() {
  const std::size_t rows = equations_.circuit().rows;
  const std::size_t columns = equations_.circuit().columns;
  for (std::size_t block = 0; block < bit_lines_.blocks(); ++block) {
    double* tiles = &siemens_[block * rows * lanes];
    const double* from = &equations_.circuit().conductance[block * lanes];
    for (std::size_t row = 0; row < rows; ++row)
      std::copy_n(from + row * columns, bit_lines_.lines_of(block), tiles + row * lanes);
    bit_lines_.factorise(block, tiles);
  }
  for (std::size_t block = 0; block < word_lines_.blocks(); ++block) {
    for (std::size_t tile = 0; tile < bit_lines_.blocks(); ++tile)
      transpose_into(&siemens_[(tile * rows + block * lanes) * lanes], word_lines_.lines_of(block), &packed_[tile * lanes * lanes]);
    word_lines_.factorise(block, packed_.data());
  }
  if (equations_.has_floating_lines()) path_ohms_ = path_ohms(equations_);
}

/// Bound of the voltage errors, V, caused by violations of the current law of floating lines.
double SchurLineSolver::floating_error(const CircuitMismatch& mismatch) const {
  double volts = 0.0;
  const auto add = [&](const std::vector<double>& currents, std::size_t first) {
    for (std::size_t line = 0; line < currents.size(); ++line) {
      if (currents[line] != 0.0) volts += std::fabs(currents[line]) * path_ohms_[first + line];
    }
  };
  add(mismatch.word_line_current, 0);
  add(mismatch.bit_line_current, mismatch.word_line_current.size());
  return volts;
}

/// Right-hand side of the system of the bit lines: the violation e of the voltage law around a cell drives the current G e from its bit
/// line into its word line, and violations of the current law of floating lines are taken out of them. The part of the word lines is
/// eliminated: it reaches the bit lines through the cells.
void SchurLineSolver::start(const CircuitMismatch& mismatch) {
  const std::size_t columns = equations_.circuit().columns;
  const std::vector<double>& siemens = equations_.circuit().conductance;
  for (std::size_t block = 0; block < word_lines_.blocks(); ++block) {
    const std::size_t count = word_lines_.lines_of(block);
    std::fill(packed_.begin(), packed_.end(), 0.0);
    for (std::size_t lane = 0; lane < count; ++lane) {
      const std::size_t row = block * lanes + lane;
      for (std::size_t column = 0; column < columns; ++column)
        packed_[column * lanes + lane] = -siemens[row * columns + column] * mismatch.cell_volts[row * columns + column];
      packed_[mismatch.word_line_open_node[row] * lanes + lane] -= mismatch.word_line_current[row];
    }
    word_lines_.solve(block, packed_.data());
    for (std::size_t lane = 0; lane < count; ++lane) {
      const std::size_t row = block * lanes + lane;
      for (std::size_t column = 0; column < columns; ++column) {
        const std::size_t cell = row * columns + column;
        residual_[tile_of(row, column)] = siemens[cell] * (mismatch.cell_volts[cell] + packed_[column * lanes + lane]);
      }
    }
  }
  for (std::size_t column = 0; column < columns; ++column)
    residual_[tile_of(mismatch.bit_line_open_node[column], column)] -= mismatch.bit_line_current[column];
  for (auto* values : {&volts_, &direction_, &driven_, &image_})
    std::fill(values->begin(), values->end(), 0.0);
}

/// Applies the `step` along the old direction, makes the new direction and its image by solving the word lines; returns direction . image.
double SchurLineSolver::advance_words(double step, double ratio) {
  const std::size_t rows = equations_.circuit().rows;
  double sums[lanes] = {};
  for (std::size_t block = 0; block < word_lines_.blocks(); ++block) {
    const std::size_t place = block * lanes * lanes;
    const WordLines lines{word_lines_.lines_of(block), bit_lines_.blocks(), rows * lanes, packed_.data()};
    const Vectors vectors{&siemens_[place], &residual_[place], &volts_[place], &direction_[place], &driven_[place], &image_[place]};
    turn(lines, step, ratio, vectors);
    word_lines_.solve(block, packed_.data());
    finish_image(lines, vectors, sums);
  }
  return total(sums);
}

/// Updates and preconditions the residual of the bit lines; returns residual . preconditioned residual.
double SchurLineSolver::advance_bits(double step) {
  const std::size_t rows = equations_.circuit().rows;
  double sums[lanes] = {};
  for (std::size_t block = 0; block < bit_lines_.blocks(); ++block)
    bit_lines_.precondition(block, step, &residual_[block * rows * lanes], &image_[block * rows * lanes], sums);
  return total(sums);
}

/// Adds the corrections of cells and floating lines that follow from the voltages of the bit lines.
void SchurLineSolver::add_correction(const CircuitMismatch& mismatch, double step, CircuitState& state) {
  const std::size_t columns = equations_.circuit().columns;
  const std::vector<double>& siemens = equations_.circuit().conductance;
  const auto bit_line_volts = [&](std::size_t row, std::size_t column) {
    const std::size_t place = tile_of(row, column);
    return volts_[place] + step * direction_[place];
  };
  for (std::size_t block = 0; block < word_lines_.blocks(); ++block) {
    const std::size_t count = word_lines_.lines_of(block);
    std::fill(packed_.begin(), packed_.end(), 0.0);
    for (std::size_t lane = 0; lane < count; ++lane) {
      const std::size_t row = block * lanes + lane;
      for (std::size_t column = 0; column < columns; ++column) {
        const std::size_t cell = row * columns + column;
        packed_[column * lanes + lane] = siemens[cell] * (bit_line_volts(row, column) - mismatch.cell_volts[cell]);
      }
      packed_[mismatch.word_line_open_node[row] * lanes + lane] -= mismatch.word_line_current[row];
    }
    word_lines_.solve(block, packed_.data());
    for (std::size_t lane = 0; lane < count; ++lane) {
      const std::size_t row = block * lanes + lane;
      for (std::size_t column = 0; column < columns; ++column) {
        const std::size_t cell = row * columns + column;
        state.cell_volts[cell] += mismatch.cell_volts[cell] + packed_[column * lanes + lane] - bit_line_volts(row, column);
      }
      state.word_line_first[row] += packed_[lane];
    }
  }
  for (std::size_t column = 0; column < columns; ++column)
    state.bit_line_first[column] += bit_line_volts(0, column);
}

CrossbarSolution SchurLineSolver::solve(const TerminalVoltages& voltages, double tolerance) {
  if (!(tolerance > 0.0 && tolerance < 1.0)) throw InputError("the tolerance of an iterative solution is between 0 and 1");
  check(voltages, equations_.circuit());
  const std::vector<double>& siemens = equations_.circuit().conductance;
  const std::size_t most_steps = siemens.size() + 50;  // exact arithmetic needs at most one step per cell
  const auto evaluate = [&] {
    evaluate_linear(state_.cell_volts, cells_);
    equations_.evaluate(voltages, state_, cells_, mismatch_, solution_);
  };
  const auto missing = [&] { return weighted_norm(siemens.data(), mismatch_.cell_volts.data(), siemens.size()); };
  cells_.siemens = siemens;
  for (auto* values : {&state_.cell_volts, &state_.word_line_first, &state_.bit_line_first})
    std::fill(values->begin(), values->end(), 0.0);
  evaluate();
  double bound = missing();
  double error = floating_error(mismatch_);
  const double target = tolerance * bound;
  const double most_error = 100.0 * tolerance * largest_magnitude(voltages);
  const auto reached = [&] { return bound <= target && error <= most_error; };
  unsigned steps = 0;
  for (unsigned round = 0; round <= most_restarts && !reached(); ++round) {
    cause_ = mismatch_;
    base_ = state_;
    start(cause_);
    double squared = advance_bits(0.0);
    double step = 0.0;
    double ratio = 0.0;
    double goal = target;
    double bound_before = bound;
    double error_before = error;
    unsigned left = static_cast<unsigned>(most_steps);
    // Conjugate gradients reduce another norm than the violations that must be small. Evaluate the equations to compare, and adapt the
    // goal.
    for (;;) {
      while (std::sqrt(squared) > goal && left > 0) {
        step = squared / advance_words(step, ratio);
        const double next = advance_bits(step);
        ratio = next / squared;
        squared = next;
        ++steps;
        --left;
      }
      state_ = base_;
      add_correction(cause_, step, state_);
      evaluate();
      bound = missing();
      error = floating_error(mismatch_);
      if (reached() || left == 0 || !(bound < 0.5 * bound_before || error < 0.5 * error_before)) break;
      bound_before = bound;
      error_before = error;
      goal = 0.5 * std::sqrt(squared) * std::min({1.0, target / bound, most_error / error});
    }
  }
  if (!reached()) {
    throw RunError(
        fmt::format("conjugate gradients on bit lines reached a residual of {:.1e}, not {:.1e}, in {} steps: ask for a larger tolerance or "
                    "use the nodal method",
                    bound, target, steps));
  }
  solution_.missing_volts = std::max(solution_.missing_volts, error);
  solution_.method = "schur_line_cg";
  solution_.iterations = steps;
  return solution_;
}

unsigned SchurLineSolver::correct(const CircuitMismatch& mismatch, double tolerance, CircuitState& state) {
  const std::size_t most_steps = siemens_.size() + 50;
  start(mismatch);
  double squared = advance_bits(0.0);
  const double goal = tolerance * tolerance * squared;
  double step = 0.0;
  double ratio = 0.0;
  unsigned steps = 0;
  while (squared > goal && steps < most_steps) {
    step = squared / advance_words(step, ratio);
    const double next = advance_bits(step);
    ratio = next / squared;
    squared = next;
    ++steps;
  }
  add_correction(mismatch, step, state);
  return steps;
}

}  // namespace memcosim
