// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/line_operator.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/simd/clones.hpp"

namespace memcosim {

namespace {

constexpr std::size_t lanes = 16;  ///< lines side by side: their sums are independent

/// One block of lines. Each resistance carries the currents of the cells behind it; drops add up from the terminal. With a far terminal a
/// further current flows through the whole line: the voltage that its far end would have, divided by the total resistance.
struct Block {
  const double* currents;
  double* drops;
  std::size_t count;  ///< lines, at most `lanes`
  std::size_t cells;
  std::ptrdiff_t line_stride;
  std::ptrdiff_t cell_stride;
  const double* ohms;
  const double* path;     ///< nullptr: no far terminals
  const double* closure;  ///< `lanes` values
  double* carried;
};

MEMCOSIM_CLONES void add_block(const Block& block) {
  const auto cells = static_cast<std::ptrdiff_t>(block.cells);
  const auto count = static_cast<std::ptrdiff_t>(block.count);
  constexpr auto width = static_cast<std::ptrdiff_t>(lanes);
  double sum[lanes] = {};
  const bool side_by_side = block.line_stride == 1 && block.count == lanes;
  for (std::ptrdiff_t cell = cells; cell-- > 0;) {
    const double* from = block.currents + cell * block.cell_stride;
    double* to = block.carried + cell * width;
    if (side_by_side) {
      for (std::ptrdiff_t lane = 0; lane < width; ++lane)
        to[lane] = sum[lane] += from[lane];
    } else {
      for (std::ptrdiff_t lane = 0; lane < count; ++lane)
        to[lane] = sum[lane] += from[lane * block.line_stride];
    }
  }
  double drop[lanes] = {};
  for (std::ptrdiff_t cell = 0; cell < cells; ++cell) {
    double* carried = block.carried + cell * width;
    const double* ohms = block.ohms + cell * width;
    for (std::ptrdiff_t lane = 0; lane < width; ++lane)
      carried[lane] = drop[lane] += ohms[lane] * carried[lane];
  }
  if (block.path != nullptr) {
    for (std::ptrdiff_t lane = 0; lane < width; ++lane)
      drop[lane] *= block.closure[lane];
    for (std::ptrdiff_t cell = 0; cell < cells; ++cell) {
      double* carried = block.carried + cell * width;
      const double* path = block.path + cell * width;
      for (std::ptrdiff_t lane = 0; lane < width; ++lane)
        carried[lane] -= path[lane] * drop[lane];
    }
  }
  for (std::ptrdiff_t cell = 0; cell < cells; ++cell) {
    const double* from = block.carried + cell * width;
    double* to = block.drops + cell * block.cell_stride;
    if (side_by_side) {
      for (std::ptrdiff_t lane = 0; lane < width; ++lane)
        to[lane] += from[lane];
    } else {
      for (std::ptrdiff_t lane = 0; lane < count; ++lane)
        to[lane * block.line_stride] += from[lane];
    }
  }
}

void check_determined(const char* name, const LineChains& chains, const std::vector<double>& siemens, std::size_t line_stride,
                      std::size_t cell_stride) {
  for (std::size_t line = 0; line < chains.lines; ++line) {
    if (!chains.floats(line)) continue;
    for (std::size_t cell = 0; cell < chains.cells; ++cell) {
      if (siemens[line * line_stride + cell * cell_stride] == 0.0) continue;
      throw InputError(
          fmt::format("{} {} floats: the device-space method needs a terminal on every line with conducting cells; use the "
                      "nodal method",
                      name, line));
    }
  }
}

}  // namespace

LineOperator::Pass LineOperator::make_pass(const LineChains& chains, std::size_t line_stride, std::size_t cell_stride, bool reversed) {
  Pass pass;
  pass.reversed = reversed;
  pass.lines = chains.lines;
  pass.cells = chains.cells;
  pass.line_stride = line_stride;
  pass.cell_stride = cell_stride;
  const std::size_t blocks = (chains.lines + lanes - 1) / lanes;
  pass.ohms.assign(blocks * chains.cells * lanes, 0.0);
  pass.closure.assign(blocks * lanes, 0.0);
  pass.path = pass.ohms;
  for (std::size_t line = 0; line < chains.lines; ++line) {
    if (reversed ? chains.has_start(line) || !chains.has_end(line) : !chains.has_start(line)) continue;
    pass.used = true;
    const double* ohms = chains.of(line);
    double path = 0.0;
    for (std::size_t cell = 0; cell < chains.cells; ++cell) {
      const std::size_t place = (line / lanes * chains.cells + cell) * lanes + line % lanes;
      pass.ohms[place] = ohms[reversed ? chains.cells - cell : cell];
      pass.path[place] = path += pass.ohms[place];
    }
    if (!reversed && chains.has_end(line)) {
      const double whole = path + ohms[chains.cells];
      pass.closed = true;
      pass.closure[line] = whole > 0.0 ? 1.0 / whole : 0.0;
    }
  }
  return pass;
}

LineOperator::LineOperator(const CircuitEquations& equations) : cells_(equations.circuit().conductance.size()) {
  const std::size_t columns = equations.circuit().columns;
  const LineChains& words = equations.word_lines();
  const LineChains& bits = equations.bit_lines();
  check_determined("word line", words, equations.circuit().conductance, columns, 1);
  check_determined("bit line", bits, equations.circuit().conductance, 1, columns);
  passes_[0] = make_pass(words, columns, 1, false);
  passes_[1] = make_pass(words, columns, 1, true);
  passes_[2] = make_pass(bits, 1, columns, false);
  passes_[3] = make_pass(bits, 1, columns, true);
  carried_.assign(std::max(words.cells, bits.cells) * lanes, 0.0);
}

void LineOperator::add(const Pass& pass, const double* currents, double* drops) {
  const std::size_t origin = pass.reversed ? (pass.cells - 1) * pass.cell_stride : 0;
  const auto step = static_cast<std::ptrdiff_t>(pass.cell_stride);
  for (std::size_t line = 0; line < pass.lines; line += lanes) {
    const std::size_t first = line * pass.line_stride + origin;
    add_block({currents + first, drops + first, std::min(lanes, pass.lines - line), pass.cells,
               static_cast<std::ptrdiff_t>(pass.line_stride), pass.reversed ? -step : step, &pass.ohms[line * pass.cells],
               pass.closed ? &pass.path[line * pass.cells] : nullptr, &pass.closure[line], carried_.data()});
  }
}

void LineOperator::apply(const double* currents, double* drops) {
  std::fill(drops, drops + cells_, 0.0);
  for (const Pass& pass : passes_) {
    if (pass.used) add(pass, currents, drops);
  }
}

}  // namespace memcosim
