// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstddef>

#include "memcosim/kernels/cuda/circuits/cell_circuit_kernel.cuh"
#include "memcosim/kernels/cuda/circuits/device_space.cuh"
#include "memcosim/kernels/cuda/circuits/team.cuh"

namespace memcosim::cuda {

// As NewtonSolver and DeviceSpaceSolver.
constexpr double loosest = 0.1;
constexpr double tightest = 1e-9;
constexpr double smallest_slope = 1e-300;
constexpr double flat_enough = 0.5;
constexpr unsigned most_lengths = 60;
constexpr unsigned most_stalled = 15;
constexpr unsigned most_steps = 200;
constexpr unsigned most_restarts = 10;

/// One circuit at one input, worked on by a team: each block has the cells of its rows.
template <class Cells>
class CircuitAtWork {
 public:
  __device__ CircuitAtWork(const CircuitBatch& batch, const Cells& cells, double* shared)
      : batch_(batch),
        law_(cells),
        team_(shared, batch.lines.rows),
        cells_(team_.rows() * batch.lines.columns),
        base_(team_.first_row() * batch.lines.columns),
        scratch_(shared + Team::shared_doubles) {
    double* memory = batch.workspace + blockIdx.x * batch.block_workspace;
    double* krylov =
        batch.krylov_in_shared_memory ? scratch_ + batch.lines.scratch() : memory + other_vectors * std::size_t{batch.block_cells};
    const auto next = [&](double*& from) {
      double* vector = from;
      from += batch.block_cells;
      return vector;
    };
    for (double** vector : {&open_, &volts_, &roots_, &step_, &here_.missing, &here_.slopes, &trial_.missing, &trial_.slopes})
      *vector = next(memory);
    for (double** vector : {&vectors_.residual, &vectors_.direction, &vectors_.currents, &vectors_.image, &vectors_.correction})
      *vector = next(krylov);
  }

  __device__ void solve(unsigned circuit) {
    const unsigned rows = batch_.lines.rows;
    const unsigned columns = batch_.lines.columns;
    const std::size_t array = batch_.arrays != nullptr ? batch_.arrays[circuit] : 0;
    siemens_ = batch_.siemens + array * batch_.lines.cells() + base_;
    terminals_ = {batch_.word_near + std::size_t{circuit} * rows, batch_.word_far + std::size_t{circuit} * rows,
                  batch_.bit_near + std::size_t{circuit} * columns, batch_.bit_far + std::size_t{circuit} * columns};
    find_open_volts(circuit);
    steps_ = linear_steps_ = 0;
    bool converged = false;
    if constexpr (Cells::linear) {
      converged = solve_linear();
    } else {
      converged = solve_newton();
    }
    finish(circuit, converged);
    team_.sync();
  }

 private:
  struct Point {
    double* missing;  ///< V in the voltage law; 0 at open cells
    double* slopes;   ///< S
    double largest;   ///< of `missing`; infinite where currents are not finite
  };

  template <class Use>
  __device__ void for_each(Use use) const {
    for (unsigned cell = threadIdx.x; cell < cells_; cell += Team::threads)
      use(cell);
  }
  /// What drives the circuit: voltages, or a current through the terminals of one cell. The cells have no voltages yet.
  __device__ void find_open_volts(unsigned circuit) {
    injected_ = batch_.injected != nullptr ? batch_.injected[circuit] : batch_.lines.cells();
    if (batch_.injected != nullptr) {
      for_each([&](unsigned cell) { vectors_.currents[cell] = base_ + cell == injected_ ? 1.0 : 0.0; });
      __syncthreads();
      batch_.lines.apply(team_, vectors_.currents, vectors_.image, scratch_);
    }
    for_each([&](unsigned cell) {
      open_[cell] = batch_.injected != nullptr
                        ? -vectors_.image[cell]
                        : batch_.lines.open_volts(terminals_, team_.first_row() + cell / batch_.lines.columns, cell % batch_.lines.columns);
      volts_[cell] = step_[cell] = 0.0;
    });
  }
  __device__ double volts_at(unsigned cell, double length) const { return ::fma(length, step_[cell], volts_[cell]); }

  /// At the voltages `length` along the step.
  __device__ void evaluate(double length, Point& point) {
    for_each([&](unsigned cell) {
      double amperes = 0.0;
      double slope = 0.0;
      if (siemens_[cell] > 0.0) law_(siemens_[cell], volts_at(cell, length), amperes, slope);
      vectors_.currents[cell] = amperes;
      point.slopes[cell] = slope < smallest_slope ? 0.0 : slope;
    });
    __syncthreads();
    batch_.lines.apply(team_, vectors_.currents, vectors_.image, scratch_);
    double largest = 0.0;
    double all = 0.0;
    for_each([&](unsigned cell) {
      const double missing = siemens_[cell] > 0.0 ? open_[cell] - vectors_.image[cell] - volts_at(cell, length) : 0.0;
      point.missing[cell] = missing;
      largest = ::fmax(largest, ::fabs(missing));
      all += ::fabs(missing) + point.slopes[cell];
    });
    all = team_.sum(all);
    point.largest = isfinite(all) ? team_.largest(largest) : HUGE_VAL;
  }

  /// residual = S missing; returns its squared norm.
  __device__ double weigh(const Point& point) {
    double sum = 0.0;
    for_each([&](unsigned cell) {
      const double residual = roots_[cell] * point.missing[cell];
      vectors_.residual[cell] = residual;
      sum = ::fma(residual, residual, sum);
    });
    return team_.sum(sum);
  }

  __device__ bool solve_linear() {
    for_each([&](unsigned cell) { roots_[cell] = ::sqrt(siemens_[cell]); });
    double target = 0.0;
    // The recursive residual drifts away from the true one: the latter decides, and starts the next round.
    for (unsigned round = 0; round <= most_restarts; ++round) {
      evaluate(0.0, here_);
      const double squared = weigh(here_);
      if (round == 0) target = batch_.tolerance * ::sqrt(squared);
      if (::sqrt(squared) <= target) return true;
      linear_steps_ += conjugate_gradients(batch_.lines, team_, cells_, roots_, vectors_, squared, 0.5 * target, scratch_);
      ++steps_;
      for_each([&](unsigned cell) {
        if (roots_[cell] > 0.0) volts_[cell] += vectors_.correction[cell] / roots_[cell];
      });
    }
    return false;
  }

  /// V: drop at a cell when 1 A flows in all of them, the largest.
  __device__ double largest_ohms() {
    for_each([&](unsigned cell) { vectors_.currents[cell] = 1.0; });
    __syncthreads();
    batch_.lines.apply(team_, vectors_.currents, vectors_.image, scratch_);
    double largest = 0.0;
    for_each([&](unsigned cell) { largest = ::fmax(largest, vectors_.image[cell]); });
    return team_.largest(largest);
  }
  __device__ double largest_terminal() {
    double largest = 0.0;
    for (unsigned row = threadIdx.x; row < batch_.lines.rows; row += Team::threads)
      largest = ::fmax(largest, ::fmax(::fabs(terminals_.word_near[row]), ::fabs(terminals_.word_far[row])));
    for (unsigned column = threadIdx.x; column < batch_.lines.columns; column += Team::threads)
      largest = ::fmax(largest, ::fmax(::fabs(terminals_.bit_near[column]), ::fabs(terminals_.bit_far[column])));
    return team_.largest(largest);
  }

  /// step = what removes what is missing if the currents change by the slopes times it, up to a share of `tolerance`.
  __device__ void find_step(double tolerance, double most_ohms) {
    for_each([&](unsigned cell) { roots_[cell] = ::sqrt(here_.slopes[cell]); });
    const double squared = weigh(here_);
    linear_steps_ += conjugate_gradients(batch_.lines, team_, cells_, roots_, vectors_, squared, tolerance * ::sqrt(squared), scratch_);
    // What is left of the residual weighs 1 / S in the voltage of a cell, or up to R S when that follows from the currents of all cells.
    for_each([&](unsigned cell) { vectors_.currents[cell] = roots_[cell] * vectors_.correction[cell]; });
    __syncthreads();
    batch_.lines.apply(team_, vectors_.currents, vectors_.image, scratch_);
    for_each([&](unsigned cell) {
      double step = 0.0;
      if (siemens_[cell] > 0.0) {
        step = here_.slopes[cell] * most_ohms > 1.0 ? vectors_.correction[cell] / roots_[cell] : here_.missing[cell] - vectors_.image[cell];
      }
      step_[cell] = step;
    });
  }

  __device__ void take_trial() {
    const Point other = here_;
    here_ = trial_;
    trial_ = other;
  }
  __device__ void move(double length) {
    for_each([&](unsigned cell) { volts_[cell] = volts_at(cell, length); });
  }
  /// By how much the content falls per length at a point on the step: NewtonSolver::shorten().
  __device__ double fall(const Point& point) {
    if (!isfinite(point.largest)) return -HUGE_VAL;
    double sum = 0.0;
    for_each([&](unsigned cell) { sum = ::fma(point.missing[cell] * point.slopes[cell], step_[cell], sum); });
    return team_.sum(sum);
  }
  /// With the end of the whole step in `trial_`: `here_` becomes the point where the content has fallen and its slope is flat. Returns the
  /// length, 0 where the content does not fall.
  __device__ double shorten() {
    const double first = fall(here_);
    if (!(first > 0.0)) return 0.0;
    double before = 0.0;
    double fall_before = first;
    double behind = 1.0;
    double length = 1.0;
    for (unsigned trial = 0; trial < most_lengths; ++trial) {
      const double here_fall = fall(trial_);
      double share = 0.5;
      if (here_fall >= 0.0) {
        before = length;
        fall_before = here_fall;
        take_trial();
        if (here_fall <= flat_enough * first || length == 1.0) break;
      } else {
        behind = length;
        if (isfinite(here_fall)) share = (fall_before - 0.5 * flat_enough * first) / (fall_before - here_fall);
      }
      length = before + ::fmin(::fmax(share, 0.1), 0.7) * (behind - before);
      evaluate(length, trial_);
    }
    move(before);
    return before;
  }

  __device__ bool solve_newton() {
    const double most_ohms = largest_ohms();
    const double largest = largest_terminal();
    const double scale = largest > 0.0 ? largest : 1.0;
    evaluate(0.0, here_);
    if (!isfinite(here_.largest)) return false;
    double best = here_.largest;
    double forcing = loosest;
    unsigned stalled = 0;
    const double target = batch_.tolerance * scale;
    for (; here_.largest > target && steps_ < most_steps; ++steps_) {
      find_step(::fmax(forcing, 0.1 * target / here_.largest), most_ohms);
      evaluate(1.0, trial_);
      if (trial_.largest <= 0.5 * best) {
        forcing = ::fmin(loosest, 0.5 * ::pow(trial_.largest / here_.largest, 1.6));
        best = trial_.largest;
        take_trial();
        move(1.0);
        stalled = 0;
        continue;
      }
      if (++stalled == most_stalled) return false;  // left to methods that do not need conjugate gradients
      const double length = shorten();
      forcing = length == 1.0 || length == 0.0 ? ::fmax(0.1 * forcing, tightest) : loosest;
    }
    return here_.largest <= target;
  }

  /// What is reported is computed from the voltages alone.
  __device__ void finish(unsigned circuit, bool converged) {
    const unsigned rows = batch_.lines.rows;
    const unsigned columns = batch_.lines.columns;
    double* slopes = here_.slopes;
    for_each([&](unsigned cell) {
      double amperes = 0.0;
      double slope = 0.0;
      if (siemens_[cell] > 0.0) law_(siemens_[cell], volts_[cell], amperes, slope);
      vectors_.currents[cell] = amperes;
      slopes[cell] = slope;
    });
    __syncthreads();
    double line_siemens = 0.0;
    for (unsigned own = threadIdx.x / 32; own < team_.rows(); own += Team::threads / 32) {
      const unsigned row = team_.first_row() + own;
      double amperes = 0.0;
      double siemens = 0.0;
      for (unsigned column = threadIdx.x % 32; column < columns; column += 32) {
        amperes += vectors_.currents[own * columns + column];
        siemens += slopes[own * columns + column];
      }
      amperes = sum_of_lanes(amperes) + (injected_ / columns == row ? 1.0 : 0.0);
      line_siemens = ::fmax(line_siemens, sum_of_lanes(siemens));
      if (threadIdx.x % 32 == 0) batch_.row_currents[std::size_t{circuit} * rows + row] = amperes;
    }
    double* own_amperes = scratch_;
    double* own_siemens = scratch_ + columns;
    for (unsigned column = threadIdx.x; column < columns; column += Team::threads) {
      double amperes = 0.0;
      double siemens = 0.0;
#pragma unroll 8
      for (unsigned own = 0; own < team_.rows(); ++own) {
        amperes += vectors_.currents[own * columns + column];
        siemens += slopes[own * columns + column];
      }
      own_amperes[column] = amperes;
      own_siemens[column] = siemens;
    }
    team_.sync();
    for (unsigned column = team_.rank() * Team::threads + threadIdx.x; column < columns; column += team_.size() * Team::threads) {
      double amperes = injected_ < batch_.lines.cells() && injected_ % columns == column ? 1.0 : 0.0;
      const auto all = [](unsigned) { return true; };
      amperes += team_.sum_blocks(own_amperes + column, all);
      line_siemens = ::fmax(line_siemens, team_.sum_blocks(own_siemens + column, all));
      batch_.column_currents[std::size_t{circuit} * columns + column] = amperes;
    }
    line_siemens = team_.largest(line_siemens);
    team_.sync();
    batch_.lines.apply(team_, vectors_.currents, vectors_.image, scratch_);
    double largest = 0.0;
    double largest_across = 0.0;
    double squares = 0.0;
    for_each([&](unsigned cell) {
      const double left = open_[cell] - vectors_.image[cell];
      const bool open = !(siemens_[cell] > 0.0);
      const double missing = open ? 0.0 : left - volts_[cell];
      largest = ::fmax(largest, ::fabs(missing));
      squares = ::fma(slopes[cell] * missing, missing, squares);
      if (!open) largest_across = ::fmax(largest_across, ::fabs(volts_[cell]));
      if (batch_.cell_volts != nullptr)
        batch_.cell_volts[std::size_t{circuit} * batch_.lines.cells() + base_ + cell] = open ? left : volts_[cell];
      if (base_ + cell == injected_) batch_.reports[circuit].injected_volts = left;
    });
    largest = team_.largest(largest);
    largest_across = team_.largest(largest_across);
    squares = team_.sum(squares);
    if (threadIdx.x > 0 || team_.rank() > 0) return;
    CircuitReport& report = batch_.reports[circuit];
    report.converged = converged && isfinite(squares) ? 1 : 0;
    report.steps = steps_;
    report.linear_steps = linear_steps_;
    report.missing_volts = largest;
    report.largest_cell_volts = largest_across;
    report.error_bound = ::sqrt(line_siemens * squares);
  }

  const CircuitBatch& batch_;
  const Cells& law_;
  Team team_;
  unsigned cells_;  ///< of the block
  unsigned base_;   ///< the first of them
  double* scratch_;
  double* open_;  ///< V between the lines at a cell while no cell conducts
  double* volts_;
  double* roots_;  ///< of the slopes
  double* step_;
  Point here_;
  Point trial_;
  KrylovVectors vectors_;
  const double* siemens_ = nullptr;
  TerminalVolts terminals_{};
  unsigned injected_ = 0;  ///< `cells_`: none
  unsigned steps_ = 0;
  unsigned linear_steps_ = 0;
};

}  // namespace memcosim::cuda
