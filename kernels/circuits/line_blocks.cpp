// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/line_blocks.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "memcosim/common/simd/clones.hpp"

namespace memcosim {

namespace {

constexpr std::size_t lanes = block_lanes;

/// Lines with equal segments that are all fed from the same end only. Cells count from that end; resistance p lies before cell p.
struct FedBlock {
  std::size_t cells;
  std::ptrdiff_t step;  ///< in `packed`, from cell to cell
  const double* ohms;   ///< of the segment before the second cell
  std::ptrdiff_t ohm_step;
  double terminal[lanes];   ///< ohm before the first cell
  double source[lanes];     ///< V of the source behind the terminal
  double current[lanes];    ///< result: current into the line
  double power[lanes];      ///< result: power in its resistances
  double magnitude[lanes];  ///< result: scale of the rounding errors of its voltages
};

/// `packed` points to the first cell.
MEMCOSIM_CLONES void solve_fed(FedBlock& block, double* packed) {
  double current[lanes] = {};
  double sum[lanes] = {};
  double power[lanes] = {};
  double magnitude[lanes];
  for (std::size_t lane = 0; lane < lanes; ++lane)
    magnitude[lane] = std::fabs(block.source[lane]);
  for (auto cell = static_cast<std::ptrdiff_t>(block.cells); --cell > 0;) {
    double* here = packed + cell * block.step;
    const double ohms = block.ohms[(cell - 1) * block.ohm_step];
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      current[lane] += here[lane];
      sum[lane] += std::fabs(here[lane]);
      magnitude[lane] += ohms * sum[lane];
      power[lane] += ohms * current[lane] * current[lane];
      here[lane] = current[lane];
    }
  }
  double node[lanes];
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    current[lane] += packed[lane];
    sum[lane] += std::fabs(packed[lane]);
    block.magnitude[lane] = magnitude[lane] + block.terminal[lane] * sum[lane];
    block.power[lane] = power[lane] + block.terminal[lane] * current[lane] * current[lane];
    block.current[lane] = current[lane];
    packed[lane] = node[lane] = block.source[lane] - block.terminal[lane] * current[lane];
  }
  for (std::ptrdiff_t cell = 1; cell < static_cast<std::ptrdiff_t>(block.cells); ++cell) {
    double* here = packed + cell * block.step;
    const double ohms = block.ohms[(cell - 1) * block.ohm_step];
    for (std::size_t lane = 0; lane < lanes; ++lane)
      here[lane] = node[lane] -= ohms * here[lane];
  }
}

/// Solves lines that are all fed only from the start, or all only from the end; returns false for others.
bool solve_if_alike(const LineChains& chains, std::size_t first, std::size_t count, const LineVolts* ends, double* packed,
                    LineFlow* flows) {
  if (!chains.alike) return false;
  const bool from_start = chains.has_start(first);
  for (std::size_t lane = 0; lane < count; ++lane) {
    if (chains.has_start(first + lane) != from_start || chains.has_end(first + lane) == from_start) return false;
  }
  const std::size_t cells = chains.cells;
  FedBlock block{};
  block.cells = cells;
  block.step = static_cast<std::ptrdiff_t>(lanes) * (from_start ? 1 : -1);
  block.ohms = chains.of(first) + (from_start ? 1 : cells - 1);
  block.ohm_step = from_start ? 1 : -1;
  for (std::size_t lane = 0; lane < count; ++lane) {
    block.terminal[lane] = chains.of(first + lane)[from_start ? 0 : cells];
    block.source[lane] = from_start ? ends[lane].start : ends[lane].end;
  }
  solve_fed(block, from_start ? packed : packed + (cells - 1) * lanes);
  for (std::size_t lane = 0; lane < count; ++lane) {
    flows[lane] = {};
    (from_start ? flows[lane].start : flows[lane].end) = block.current[lane];
    flows[lane].power = block.power[lane];
    flows[lane].magnitude = block.magnitude[lane];
  }
  return true;
}

}  // namespace

void pack_rows(const double* rows, std::size_t count, std::size_t stride, std::size_t cells, double* packed) {
  for (std::size_t cell = 0; cell < cells; cell += lanes) {  // a few cells of all lines at a time, for the first-level cache
    const std::size_t end = std::min(cell + lanes, cells);
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      for (std::size_t here = cell; here < end; ++here)
        packed[here * lanes + lane] = lane < count ? rows[lane * stride + here] : 0.0;
    }
  }
}

void unpack_rows(const double* packed, std::size_t count, std::size_t stride, std::size_t cells, double* rows) {
  for (std::size_t cell = 0; cell < cells; cell += lanes) {
    const std::size_t end = std::min(cell + lanes, cells);
    for (std::size_t lane = 0; lane < count; ++lane) {
      for (std::size_t here = cell; here < end; ++here)
        rows[lane * stride + here] = packed[here * lanes + lane];
    }
  }
}

void solve_lines(const LineChains& chains, std::size_t first, std::size_t count, const LineVolts* ends, double* packed, LineFlow* flows) {
  if (solve_if_alike(chains, first, count, ends, packed, flows)) return;
  std::vector<double> drawn(chains.cells);
  std::vector<double> volts(chains.cells);
  for (std::size_t lane = 0; lane < count; ++lane) {
    for (std::size_t cell = 0; cell < chains.cells; ++cell)
      drawn[cell] = packed[cell * lanes + lane];
    flows[lane] = solve_line(chains, first + lane, ends[lane], drawn.data(), volts.data());
    for (std::size_t cell = 0; cell < chains.cells; ++cell)
      packed[cell * lanes + lane] = volts[cell];
  }
}

}  // namespace memcosim
