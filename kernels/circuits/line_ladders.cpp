// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/line_ladders.hpp"

#include <algorithm>
#include <limits>

#include "memcosim/common/simd/clones.hpp"

namespace memcosim {

namespace {

constexpr std::size_t lanes = LineLadders::lanes;
constexpr double infinite = std::numeric_limits<double>::infinity();

/// The resistance before cell k is at ohms[k * cell_step + lane * lane_step].
struct Resistances {
  const double* ohms;
  std::size_t cell_step;
  std::size_t lane_step;
  const double* start;
  const double* end;
};

MEMCOSIM_CLONES void factorise_block(const Resistances& line, std::size_t cells, const double* siemens, double* passed,
                                     double* start_impedance) {
  double behind[lanes];
  for (std::size_t lane = 0; lane < lanes; ++lane)
    behind[lane] = 1.0 / line.end[lane];
  for (std::size_t cell = cells; --cell > 0;) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      const double resistance = line.ohms[cell * line.cell_step + lane * line.lane_step];
      const double admittance = siemens[cell * lanes + lane] + behind[lane];
      const bool grounded = admittance == infinite;
      const double share = grounded ? 0.0 : 1.0 / (1.0 + resistance * admittance);
      behind[lane] = grounded ? 1.0 / resistance : admittance * share;
      passed[cell * lanes + lane] = share;
    }
  }
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    const double admittance = siemens[lane] + behind[lane];
    if (line.start[lane] == infinite) {
      start_impedance[lane] = admittance > 0.0 ? 1.0 / admittance : 0.0;
    } else {
      start_impedance[lane] = admittance == infinite ? 0.0 : line.start[lane] / (1.0 + line.start[lane] * admittance);
    }
  }
}

}  // namespace

/// Solves the ladders: from end to start each node collects the currents fed in behind it, then voltages follow from start to end. Always
/// inlined, so that it is compiled for the instruction set of each clone.
template <bool shared>
__attribute__((always_inline)) inline void LineLadders::solve_block(const Block& block, double* packed) {
  double carried[lanes] = {};
  for (std::size_t cell = block.cells; cell-- > 0;) {
    double* here = packed + cell * lanes;
    if (cell + 1 < block.cells) {
      const double* passed = block.passed + (cell + 1) * lanes;
      for (std::size_t lane = 0; lane < lanes; ++lane)
        here[lane] = carried[lane] = here[lane] + passed[lane] * carried[lane];
    } else {
      for (std::size_t lane = 0; lane < lanes; ++lane)
        carried[lane] = here[lane];
    }
  }
  double volts[lanes];
  for (std::size_t lane = 0; lane < lanes; ++lane)
    packed[lane] = volts[lane] = block.start_impedance[lane] * carried[lane];
  for (std::size_t cell = 1; cell < block.cells; ++cell) {
    double* here = packed + cell * lanes;
    const double* passed = block.passed + cell * lanes;
    const double* ohms = shared ? block.ohms + cell : block.ohms + cell * lanes;
    for (std::size_t lane = 0; lane < lanes; ++lane)
      here[lane] = volts[lane] = passed[lane] * (volts[lane] + ohms[shared ? 0 : lane] * here[lane]);
  }
}

/// solve_block() fused with the update of the residual before it and the scalar product after it, to save passes over memory.
template <bool shared>
__attribute__((always_inline)) inline void LineLadders::precondition_block(const Block& block, double step, double* residual, double* image,
                                                                           double* sums) {
  double carried[lanes] = {};
  for (std::size_t cell = block.cells; cell-- > 0;) {
    double* here = image + cell * lanes;
    double* left = residual + cell * lanes;
    if (cell + 1 < block.cells) {
      const double* passed = block.passed + (cell + 1) * lanes;
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        left[lane] -= step * here[lane];
        here[lane] = carried[lane] = left[lane] + passed[lane] * carried[lane];
      }
    } else {
      for (std::size_t lane = 0; lane < lanes; ++lane) {
        left[lane] -= step * here[lane];
        here[lane] = carried[lane] = left[lane];
      }
    }
  }
  double volts[lanes];
  double products[lanes];
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    image[lane] = volts[lane] = block.start_impedance[lane] * carried[lane];
    products[lane] = sums[lane] + residual[lane] * volts[lane];
  }
  for (std::size_t cell = 1; cell < block.cells; ++cell) {
    double* here = image + cell * lanes;
    const double* left = residual + cell * lanes;
    const double* passed = block.passed + cell * lanes;
    const double* ohms = shared ? block.ohms + cell : block.ohms + cell * lanes;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      here[lane] = volts[lane] = passed[lane] * (volts[lane] + ohms[shared ? 0 : lane] * here[lane]);
      products[lane] += left[lane] * volts[lane];
    }
  }
  for (std::size_t lane = 0; lane < lanes; ++lane)
    sums[lane] = products[lane];
}

MEMCOSIM_CLONES void LineLadders::solve_shared(const Block& block, double* packed) {
  solve_block<true>(block, packed);
}

MEMCOSIM_CLONES void LineLadders::solve_own(const Block& block, double* packed) {
  solve_block<false>(block, packed);
}

MEMCOSIM_CLONES void LineLadders::precondition_shared(const Block& block, double step, double* residual, double* image, double* sums) {
  precondition_block<true>(block, step, residual, image, sums);
}

MEMCOSIM_CLONES void LineLadders::precondition_own(const Block& block, double step, double* residual, double* image, double* sums) {
  precondition_block<false>(block, step, residual, image, sums);
}

LineLadders::LineLadders(const LineChains& chains)
    : lines_(chains.lines),
      cells_(chains.cells),
      blocks_((chains.lines + lanes - 1) / lanes),
      shared_(chains.alike),
      start_(blocks_ * lanes, infinite),
      end_(blocks_ * lanes, infinite),
      passed_(blocks_ * cells_ * lanes),
      start_impedance_(blocks_ * lanes) {
  if (shared_) {
    ohms_.assign(chains.of(0), chains.of(0) + cells_);
  } else {
    ohms_.assign(blocks_ * cells_ * lanes, 0.0);
  }
  for (std::size_t line = 0; line < lines_; ++line) {
    start_[line] = chains.of(line)[0];
    end_[line] = chains.of(line)[cells_];
    if (shared_) continue;
    for (std::size_t cell = 1; cell < cells_; ++cell)
      ohms_[(line / lanes * cells_ + cell) * lanes + line % lanes] = chains.of(line)[cell];
  }
}

std::size_t LineLadders::lines_of(std::size_t block) const {
  return std::min(lanes, lines_ - block * lanes);
}

LineLadders::Block LineLadders::at(std::size_t block) const {
  const std::size_t first = block * cells_ * lanes;
  return {cells_, shared_ ? ohms_.data() : &ohms_[first], &passed_[first], &start_impedance_[block * lanes]};
}

void LineLadders::factorise(std::size_t block, const double* siemens) {
  const std::size_t first = block * cells_ * lanes;
  const std::size_t line = block * lanes;
  const Resistances resistances{shared_ ? ohms_.data() : &ohms_[first], shared_ ? 1 : lanes, shared_ ? 0u : 1u, &start_[line], &end_[line]};
  factorise_block(resistances, cells_, siemens, &passed_[first], &start_impedance_[line]);
}

void LineLadders::solve(std::size_t block, double* packed) const {
  if (shared_) {
    solve_shared(at(block), packed);
  } else {
    solve_own(at(block), packed);
  }
}

void LineLadders::precondition(std::size_t block, double step, double* residual, double* image, double* sums) const {
  if (shared_) {
    precondition_shared(at(block), step, residual, image, sums);
  } else {
    precondition_own(at(block), step, residual, image, sums);
  }
}

}  // namespace memcosim
