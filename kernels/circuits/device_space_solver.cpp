// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/device_space_solver.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/simd/clones.hpp"
#include "memcosim/kernels/circuits/cell_characteristics.hpp"

namespace memcosim {

namespace {

constexpr std::size_t lanes = 16;
constexpr unsigned most_restarts = 10;

/// Sums lane by lane, then the lanes in order: one order for every instruction set.
double total(const double* sums) {
  double result = 0.0;
  for (std::size_t lane = 0; lane < lanes; ++lane)
    result += sums[lane];
  return result;
}

MEMCOSIM_CLONES double squared_norm(const double* values, std::size_t size) {
  double sums[lanes] = {};
  std::size_t index = 0;
  for (; index + lanes <= size; index += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane)
      sums[lane] += values[index + lane] * values[index + lane];
  }
  for (; index < size; ++index)
    sums[index % lanes] += values[index] * values[index];
  return total(sums);
}

MEMCOSIM_CLONES void multiply(const double* a, const double* b, double* product, std::size_t size) {
  for (std::size_t index = 0; index < size; ++index)
    product[index] = a[index] * b[index];
}

/// image = direction + S * drops; returns direction . image.
MEMCOSIM_CLONES double finish_image(const double* direction, const double* roots, double* image, std::size_t size) {
  double sums[lanes] = {};
  std::size_t index = 0;
  for (; index + lanes <= size; index += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const double value = direction[index + lane] + roots[index + lane] * image[index + lane];
      image[index + lane] = value;
      sums[lane] += direction[index + lane] * value;
    }
  }
  for (; index < size; ++index) {
    image[index] = direction[index] + roots[index] * image[index];
    sums[index % lanes] += direction[index] * image[index];
  }
  return total(sums);
}

/// solution += step * direction, residual -= step * image; returns the residual's squared norm.
MEMCOSIM_CLONES double advance(double step, const double* direction, const double* image, double* solution, double* residual,
                               std::size_t size) {
  double sums[lanes] = {};
  std::size_t index = 0;
  for (; index + lanes <= size; index += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      solution[index + lane] += step * direction[index + lane];
      const double value = residual[index + lane] - step * image[index + lane];
      residual[index + lane] = value;
      sums[lane] += value * value;
    }
  }
  for (; index < size; ++index) {
    solution[index] += step * direction[index];
    residual[index] -= step * image[index];
    sums[index % lanes] += residual[index] * residual[index];
  }
  return total(sums);
}

/// direction = residual + ratio * direction; currents = S * direction.
MEMCOSIM_CLONES void turn(double ratio, const double* residual, const double* roots, double* direction, double* currents,
                          std::size_t size) {
  for (std::size_t index = 0; index < size; ++index) {
    direction[index] = residual[index] + ratio * direction[index];
    currents[index] = roots[index] * direction[index];
  }
}

std::vector<double> roots_of(const std::vector<double>& siemens) {
  std::vector<double> roots(siemens.size());
  for (std::size_t cell = 0; cell < roots.size(); ++cell)
    roots[cell] = std::sqrt(siemens[cell]);
  return roots;
}

}  // namespace

DeviceSpaceSolver::DeviceSpaceSolver(CrossbarCircuit circuit)
    : equations_(std::move(circuit)), lines_(equations_), root_siemens_(roots_of(equations_.circuit().conductance)) {
  const std::vector<double> equal(root_siemens_.size(), 1.0);
  std::vector<double> drops(equal.size());
  lines_.apply(equal.data(), drops.data());
  largest_ohms_ = *std::max_element(drops.begin(), drops.end());
}

void DeviceSpaceSolver::set_conductance(std::vector<double> siemens) {
  if (equations_.has_floating_lines()) {
    CircuitEquations equations = equations_;
    equations.set_conductance(std::move(siemens));
    lines_ = LineOperator(equations);  // a cell that now conducts may have changed the floating lines
    equations_ = std::move(equations);
  } else {
    equations_.set_conductance(std::move(siemens));
  }
  root_siemens_ = roots_of(equations_.circuit().conductance);
}

/// Conjugate gradients: adds to `solution` until the recursive residual is below `target`, with at most about one step per unknown.
unsigned DeviceSpaceSolver::iterate(std::vector<double>& residual, double target, std::vector<double>& solution) {
  const std::size_t size = residual.size();
  std::vector<double> direction = residual;
  std::vector<double> currents(size);
  std::vector<double> image(size);
  multiply(root_siemens_.data(), direction.data(), currents.data(), size);
  double squared = squared_norm(residual.data(), size);
  unsigned steps = 0;
  const std::size_t most_steps = size + 50;  // exact arithmetic needs at most `size`
  while (std::sqrt(squared) > target && steps < most_steps) {
    lines_.apply(currents.data(), image.data());
    const double curvature = finish_image(direction.data(), root_siemens_.data(), image.data(), size);
    const double next = advance(squared / curvature, direction.data(), image.data(), solution.data(), residual.data(), size);
    turn(next / squared, residual.data(), root_siemens_.data(), direction.data(), currents.data(), size);
    squared = next;
    ++steps;
  }
  return steps;
}

CrossbarSolution DeviceSpaceSolver::solve(const TerminalVoltages& voltages, double tolerance) {
  if (!(tolerance > 0.0 && tolerance < 1.0)) throw InputError("the tolerance of an iterative solution is between 0 and 1");
  check(voltages, equations_.circuit());
  const std::size_t size = root_siemens_.size();
  CircuitState state = equations_.zero_state();
  CircuitMismatch mismatch;
  CellCurrents cells;
  const auto evaluate = [&] {
    evaluate_linear(equations_.circuit().conductance, state.cell_volts, cells);
    return equations_.evaluate(voltages, state, cells, mismatch);
  };
  CrossbarSolution solution = evaluate();
  std::vector<double> residual(size);
  std::vector<double> correction(size);
  unsigned iterations = 0;
  double target = 0.0;
  double bound = 0.0;
  // By rounding the recursive residual differs from the true one, which is computed after each round and decides.
  for (unsigned round = 0; round <= most_restarts; ++round) {
    multiply(root_siemens_.data(), mismatch.cell_volts.data(), residual.data(), size);
    bound = std::sqrt(squared_norm(residual.data(), size));
    if (round == 0) target = tolerance * bound;
    if (bound <= target) {
      solution.method = "device_space_cg";
      solution.iterations = iterations;
      return solution;
    }
    correction.assign(size, 0.0);
    iterations += iterate(residual, 0.5 * target, correction);
    for (std::size_t cell = 0; cell < size; ++cell) {
      if (root_siemens_[cell] > 0.0) state.cell_volts[cell] += correction[cell] / root_siemens_[cell];
    }
    solution = evaluate();
  }
  throw RunError(
      fmt::format("conjugate gradients reached a residual of {:.1e}, not {:.1e}, in {} steps: ask for a larger tolerance or use "
                  "the nodal method",
                  bound, target, iterations));
}

unsigned DeviceSpaceSolver::correct(const CircuitMismatch& mismatch, double tolerance, CircuitState& state) {
  const std::size_t size = root_siemens_.size();
  std::vector<double> residual(size);
  std::vector<double> correction(size);
  multiply(root_siemens_.data(), mismatch.cell_volts.data(), residual.data(), size);
  const unsigned steps = iterate(residual, tolerance * std::sqrt(squared_norm(residual.data(), size)), correction);
  // The error of a cell voltage is the rest of the residual times 1 / S if divided by S, or up to R S if computed from the currents of all
  // cells: take the smaller.
  std::vector<double> drops;
  for (std::size_t cell = 0; cell < size; ++cell) {
    if (root_siemens_[cell] * root_siemens_[cell] * largest_ohms_ > 1.0) {
      state.cell_volts[cell] += correction[cell] / root_siemens_[cell];
      continue;
    }
    if (drops.empty()) {
      drops.resize(size);
      multiply(root_siemens_.data(), correction.data(), residual.data(), size);
      lines_.apply(residual.data(), drops.data());
    }
    state.cell_volts[cell] += mismatch.cell_volts[cell] - drops[cell];
  }
  return steps;
}

}  // namespace memcosim
