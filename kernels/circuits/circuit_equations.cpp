// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/circuit_equations.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <utility>

#include "memcosim/common/simd/clones.hpp"
#include "memcosim/kernels/circuits/cell_characteristics.hpp"
#include "memcosim/kernels/circuits/line_blocks.hpp"

namespace memcosim {

namespace {

CrossbarCircuit checked(CrossbarCircuit circuit) {
  check(circuit);
  return circuit;
}

double at(const std::vector<double>& values, std::size_t line) {
  return values.empty() ? 0.0 : values[values.size() == 1 ? 0 : line];
}

/// Sums over the cells of a line.
struct LineSums {
  double siemens;
  double amperes;
  double magnitude;  ///< sum of |current|
  double power;      ///< only for word lines
};

MEMCOSIM_CLONES LineSums sum_row(const double* siemens, const double* amperes, const double* volts, std::size_t columns) {
  double sums[4][block_lanes] = {};
  const auto add = [&](std::size_t column, std::size_t lane) {
    sums[0][lane] += siemens[column];
    sums[1][lane] += amperes[column];
    sums[2][lane] += std::fabs(amperes[column]);
    sums[3][lane] += amperes[column] * volts[column];
  };
  std::size_t column = 0;
  for (; column + block_lanes <= columns; column += block_lanes) {
    for (std::size_t lane = 0; lane < block_lanes; ++lane)
      add(column + lane, lane);
  }
  for (std::size_t lane = 0; column < columns; ++column, ++lane)
    add(column, lane);
  double totals[4] = {};
  for (std::size_t kind = 0; kind < 4; ++kind) {
    for (const double sum : sums[kind])
      totals[kind] += sum;
  }
  return {totals[0], totals[1], totals[2], totals[3]};
}

/// Up to `block_lanes` columns of arrays of cells.
struct Columns {
  std::size_t rows;
  std::size_t stride;
  std::size_t count;
  const double* siemens;
  const double* amperes;
};

/// Packs the currents of the cells of some bit lines and adds them up.
MEMCOSIM_CLONES void pack_columns(const Columns& columns, double* packed, LineSums* result) {
  double siemens[block_lanes] = {};
  double amperes[block_lanes] = {};
  double magnitude[block_lanes] = {};
  for (std::size_t row = 0; row < columns.rows; ++row) {
    const double* conductance = columns.siemens + row * columns.stride;
    const double* current = columns.amperes + row * columns.stride;
    double* here = packed + row * block_lanes;
    const auto add = [&](std::size_t lane) {
      siemens[lane] += conductance[lane];
      amperes[lane] += current[lane];
      magnitude[lane] += std::fabs(current[lane]);
      here[lane] = -current[lane];
    };
    if (columns.count == block_lanes) {
      for (std::size_t lane = 0; lane < block_lanes; ++lane)
        add(lane);
    } else {
      for (std::size_t lane = 0; lane < columns.count; ++lane)
        add(lane);
      for (std::size_t lane = columns.count; lane < block_lanes; ++lane)
        here[lane] = 0.0;
    }
  }
  for (std::size_t lane = 0; lane < columns.count; ++lane)
    result[lane] = {siemens[lane], amperes[lane], magnitude[lane], 0.0};
}

void unpack_columns(const double* packed, std::size_t rows, std::size_t stride, std::size_t count, double* columns) {
  for (std::size_t row = 0; row < rows; ++row)
    std::copy_n(packed + row * block_lanes, count, columns + row * stride);
}

/// The voltage law around the cells of a word line.
struct VoltageLaw {
  const double* conductance;
  const double* siemens;
  const double* word_line;
  const double* bit_line;
  const double* assumed;  ///< V across the cells
  const double* bit_line_magnitude;
  double word_line_magnitude;
  double scale;
  double* missing;  ///< V
  double* across;   ///< V: assumed, or for an open cell the difference of the line voltages
};

struct Missing {
  double squares;   ///< W: sum of the squares weighted by the slopes
  double volts;     ///< the largest
  double relative;  ///< the largest, relative to the magnitudes of the terms of the voltage law
};

MEMCOSIM_CLONES Missing apply(const VoltageLaw& law, std::size_t columns) {
  double squares[block_lanes] = {};
  double volts[block_lanes] = {};
  double relative[block_lanes] = {};
  const auto add = [&](std::size_t column, std::size_t lane) {
    const double between = law.word_line[column] - law.bit_line[column];
    const bool open = !(law.conductance[column] > 0.0);
    const double missing = open ? 0.0 : between - law.assumed[column];
    const double magnitude = std::fabs(missing);
    const double terms = law.word_line_magnitude + law.bit_line_magnitude[column];
    const double share = magnitude / (terms > law.scale ? terms : law.scale);
    law.missing[column] = missing;
    law.across[column] = open ? between : law.assumed[column];
    squares[lane] += law.siemens[column] * missing * missing;
    volts[lane] = magnitude > volts[lane] ? magnitude : volts[lane];
    relative[lane] = share > relative[lane] ? share : relative[lane];
  };
  std::size_t column = 0;
  for (; column + block_lanes <= columns; column += block_lanes) {
    for (std::size_t lane = 0; lane < block_lanes; ++lane)
      add(column + lane, lane);
  }
  for (std::size_t lane = 0; column < columns; ++column, ++lane)
    add(column, lane);
  Missing result{};
  for (std::size_t lane = 0; lane < block_lanes; ++lane) {
    result.squares += squares[lane];
    result.volts = std::max(result.volts, volts[lane]);
    result.relative = std::max(result.relative, relative[lane]);
  }
  return result;
}

/// Joins lines into groups; a group is named by its smallest member.
class Groups {
 public:
  explicit Groups(std::size_t members) : parent_(members) { std::iota(parent_.begin(), parent_.end(), std::size_t{0}); }
  std::size_t find(std::size_t member) {
    while (parent_[member] != member)
      member = parent_[member] = parent_[parent_[member]];
    return member;
  }
  void join(std::size_t a, std::size_t b) {
    a = find(a);
    b = find(b);
    parent_[std::max(a, b)] = std::min(a, b);
  }

 private:
  std::vector<std::size_t> parent_;
};

}  // namespace

CircuitEquations::CircuitEquations(CrossbarCircuit circuit)
    : circuit_(checked(std::move(circuit))),
      word_lines_(circuit_.rows, circuit_.columns, circuit_.word_lines),
      bit_lines_(circuit_.columns, circuit_.rows, circuit_.bit_lines) {
  find_undefined_lines();
}

void CircuitEquations::set_conductance(std::vector<double> siemens) {
  check_conductance(siemens, circuit_.rows, circuit_.columns);
  circuit_.conductance = std::move(siemens);
  find_undefined_lines();
}

void CircuitEquations::find_undefined_lines() {
  undefined_word_lines_.clear();
  undefined_bit_lines_.clear();
  if (!has_floating_lines()) return;
  const std::size_t rows = circuit_.rows;
  const std::size_t columns = circuit_.columns;
  Groups groups(rows + columns);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t column = 0; column < columns; ++column) {
      if (circuit_.conductance[row * columns + column] > 0.0) groups.join(row, rows + column);
    }
  }
  std::vector<char> defined(rows + columns, 0);
  for (std::size_t line = 0; line < rows + columns; ++line) {
    if (line < rows ? !word_lines_.floats(line) : !bit_lines_.floats(line - rows)) defined[groups.find(line)] = 1;
  }
  for (std::size_t line = 0; line < rows + columns; ++line) {
    if (defined[groups.find(line)]) continue;
    if (line < rows) {
      undefined_word_lines_.push_back(static_cast<std::uint32_t>(line));
    } else {
      undefined_bit_lines_.push_back(static_cast<std::uint32_t>(line - rows));
    }
  }
}

bool CircuitEquations::has_floating_lines() const {
  for (const LineChains* chains : {&word_lines_, &bit_lines_}) {
    for (std::size_t line = 0; line < chains->lines; ++line) {
      if (chains->floats(line)) return true;
    }
  }
  return false;
}

CircuitState CircuitEquations::zero_state() const {
  return {std::vector<double>(circuit_.conductance.size()), std::vector<double>(circuit_.rows), std::vector<double>(circuit_.columns)};
}

CrossbarSolution CircuitEquations::evaluate(const TerminalVoltages& voltages, const CircuitState& state, const CellCurrents& cells,
                                            CircuitMismatch& mismatch) const {
  CrossbarSolution solution;
  evaluate(voltages, state, cells, mismatch, solution);
  return solution;
}

void CircuitEquations::evaluate(const TerminalVoltages& voltages, const CircuitState& state, const CellCurrents& cells,
                                CircuitMismatch& mismatch, CrossbarSolution& solution) const {
  const std::size_t rows = circuit_.rows;
  const std::size_t columns = circuit_.columns;
  const std::size_t cell_count = rows * columns;
  const std::vector<double>& siemens = cells.siemens;
  solution.row_currents.resize(rows);
  solution.column_currents.resize(columns);
  solution.word_line_start_currents.resize(rows);
  solution.word_line_end_currents.resize(rows);
  solution.bit_line_start_currents.resize(columns);
  solution.bit_line_end_currents.resize(columns);
  solution.word_line_volts.resize(cell_count);
  solution.bit_line_volts.resize(cell_count);
  solution.undefined_word_lines = undefined_word_lines_;
  solution.undefined_bit_lines = undefined_bit_lines_;
  solution.cell_volts.resize(cell_count);
  solution.cell_power = solution.wire_power = solution.source_power = solution.residual = solution.missing_volts = 0.0;
  solution.current_error_bound = std::numeric_limits<double>::infinity();
  mismatch.cell_volts.resize(cell_count);
  mismatch.word_line_current.resize(rows);
  mismatch.bit_line_current.resize(columns);
  mismatch.word_line_open_node.resize(rows);
  mismatch.bit_line_open_node.resize(columns);

  const double scale = std::max(largest_magnitude(voltages), std::numeric_limits<double>::min());
  double line_siemens = 0.0;
  bool floating = false;
  // Adds a line to the sums of the solution; returns the violation of the current law of a floating line.
  const auto take = [&](const LineFlow& flow, const LineVolts& ends, const LineSums& sums, bool floats) {
    line_siemens = std::max(line_siemens, sums.siemens);
    solution.wire_power += flow.power;
    solution.source_power += ends.start * flow.start + ends.end * flow.end;
    if (!floats || !(sums.siemens > 0.0 || sums.magnitude > 0.0)) return 0.0;
    floating = true;
    const double amperes = std::max(sums.siemens * scale, sums.magnitude);
    solution.residual = std::max(solution.residual, std::fabs(sums.amperes) / amperes);
    return sums.amperes;
  };
  std::vector<double> packed(std::max(rows, columns) * block_lanes);
  std::vector<double> word_line_magnitude(rows);
  std::vector<double> bit_line_magnitude(columns);
  LineVolts ends[block_lanes];
  LineFlow flows[block_lanes];
  LineSums sums[block_lanes];
  for (std::size_t first = 0; first < rows; first += block_lanes) {
    const std::size_t count = std::min(block_lanes, rows - first);
    for (std::size_t lane = 0; lane < count; ++lane) {
      const std::size_t row = first + lane;
      ends[lane] = {at(voltages.word_line_start, row), at(voltages.word_line_end, row), state.word_line_first[row]};
      sums[lane] = sum_row(&siemens[row * columns], &cells.amperes[row * columns], &state.cell_volts[row * columns], columns);
    }
    pack_rows(&cells.amperes[first * columns], count, columns, columns, packed.data());
    solve_lines(word_lines_, first, count, ends, packed.data(), flows);
    unpack_rows(packed.data(), count, columns, columns, &solution.word_line_volts[first * columns]);
    for (std::size_t lane = 0; lane < count; ++lane) {
      const std::size_t row = first + lane;
      solution.row_currents[row] = sums[lane].amperes;
      solution.cell_power += sums[lane].power;
      word_line_magnitude[row] = flows[lane].magnitude;
      solution.word_line_start_currents[row] = flows[lane].start;
      solution.word_line_end_currents[row] = flows[lane].end;
      mismatch.word_line_open_node[row] = flows[lane].open_node;
      mismatch.word_line_current[row] = take(flows[lane], ends[lane], sums[lane], word_lines_.floats(row));
    }
  }
  for (std::size_t first = 0; first < columns; first += block_lanes) {
    const std::size_t count = std::min(block_lanes, columns - first);
    for (std::size_t lane = 0; lane < count; ++lane) {
      const std::size_t column = first + lane;
      ends[lane] = {at(voltages.bit_line_start, column), at(voltages.bit_line_end, column), state.bit_line_first[column]};
    }
    pack_columns({rows, columns, count, &siemens[first], &cells.amperes[first]}, packed.data(), sums);
    solve_lines(bit_lines_, first, count, ends, packed.data(), flows);
    unpack_columns(packed.data(), rows, columns, count, &solution.bit_line_volts[first]);
    for (std::size_t lane = 0; lane < count; ++lane) {
      const std::size_t column = first + lane;
      solution.column_currents[column] = sums[lane].amperes;
      bit_line_magnitude[column] = flows[lane].magnitude;
      solution.bit_line_start_currents[column] = flows[lane].start;
      solution.bit_line_end_currents[column] = flows[lane].end;
      mismatch.bit_line_open_node[column] = flows[lane].open_node;
      mismatch.bit_line_current[column] = -take(flows[lane], ends[lane], sums[lane], bit_lines_.floats(column));
    }
  }
  double squares = 0.0;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t first = row * columns;
    const VoltageLaw law{&circuit_.conductance[first],     &siemens[first],
                         &solution.word_line_volts[first], &solution.bit_line_volts[first],
                         &state.cell_volts[first],         bit_line_magnitude.data(),
                         word_line_magnitude[row],         scale,
                         &mismatch.cell_volts[first],      &solution.cell_volts[first]};
    const Missing missing = apply(law, columns);
    squares += missing.squares;
    solution.missing_volts = std::max(solution.missing_volts, missing.volts);
    solution.residual = std::max(solution.residual, missing.relative);
  }
  if (!std::isfinite(squares)) solution.residual = std::numeric_limits<double>::infinity();  // std::max ignores NaN
  if (!floating) solution.current_error_bound = std::sqrt(line_siemens * squares);
  for (const std::uint32_t row : undefined_word_lines_) {
    for (std::size_t column = 0; column < columns; ++column)
      solution.word_line_volts[row * columns + column] = 0.0;
  }
  for (const std::uint32_t column : undefined_bit_lines_) {
    for (std::size_t row = 0; row < rows; ++row)
      solution.bit_line_volts[row * columns + column] = 0.0;
  }
  set_volts_across_undefined(solution);
}

void set_volts_across_undefined(CrossbarSolution& solution) {
  const std::size_t rows = solution.row_currents.size();
  const std::size_t columns = solution.column_currents.size();
  const auto set = [&](std::size_t cell) { solution.cell_volts[cell] = solution.word_line_volts[cell] - solution.bit_line_volts[cell]; };
  for (const std::uint32_t row : solution.undefined_word_lines) {
    for (std::size_t column = 0; column < columns; ++column)
      set(row * columns + column);
  }
  for (const std::uint32_t column : solution.undefined_bit_lines) {
    for (std::size_t row = 0; row < rows; ++row)
      set(row * columns + column);
  }
}

}  // namespace memcosim
