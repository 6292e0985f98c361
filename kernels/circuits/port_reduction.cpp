// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/circuits/port_reduction.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/conductance_front.hpp"

namespace memcosim {

namespace {

constexpr int none = -1;
constexpr std::size_t leaf = 4;  ///< rows and columns of a tile that is not divided further

double at(const std::vector<double>& values, std::size_t line) {
  return values.empty() ? 0.0 : values[values.size() == 1 ? 0 : line];
}

}  // namespace

/// The work of one reduction. Numbers below the count of ports are terminals, the others nodes. The segment before a cell belongs to that
/// cell's tile, so a node is complete in a tile that holds its cells and the next one of its line.
class PortReducer {
 public:
  PortReducer(const CircuitEquations& equations, PortReduction& result)
      : equations_(equations), result_(result), rows_(equations.circuit().rows), columns_(equations.circuit().columns) {
    number_ports(equations.word_lines(), result.word_lines_);
    number_ports(equations.bit_lines(), result.bit_lines_);
    first_cell_.assign(static_cast<std::size_t>(next_), 0);
    last_cell_ = first_cell_;
    word_node_.assign(rows_ * columns_, none);
    bit_node_.assign(rows_ * columns_, none);
    number_nodes(equations.word_lines(), equations.undefined_word_lines(), result.word_lines_, columns_, 1, word_node_);
    first_bit_node_ = next_;
    number_nodes(equations.bit_lines(), equations.undefined_bit_lines(), result.bit_lines_, 1, columns_, bit_node_);
    place_.assign(last_cell_.size(), none);
  }

  void run() {
    const std::size_t ports = result_.ports_;
    ConductanceFront front = reduce(0, rows_, 0, columns_);
    result_.siemens_.assign(ports * ports, 0.0);
    for (std::size_t a = 0; a < front.nodes.size(); ++a) {
      for (std::size_t b = 0; b < a; ++b) {
        const auto first = static_cast<std::size_t>(front.nodes[a]);
        const auto second = static_cast<std::size_t>(front.nodes[b]);
        result_.siemens_[first * ports + second] = result_.siemens_[second * ports + first] = front.between(a, b);
        if (!std::isfinite(front.between(a, b))) throw RunError("the circuit's resistances are too far apart for double precision");
      }
    }
    // What flows from one end of a line to the other cancels in the line's current: it must not hide the rest.
    for (const auto* lines : {&result_.word_lines_, &result_.bit_lines_}) {
      for (const PortReduction::LinePorts& line : *lines) {
        if (line.start == none || line.end == none) continue;
        const auto start = static_cast<std::size_t>(line.start);
        const auto end = static_cast<std::size_t>(line.end);
        result_.siemens_[start * ports + end] = result_.siemens_[end * ports + start] = 0.0;
      }
    }
  }

 private:
  void number_ports(const LineChains& chains, std::vector<PortReduction::LinePorts>& lines) {
    lines.resize(chains.lines);
    for (std::size_t line = 0; line < chains.lines; ++line) {
      const double* ohms = chains.of(line);
      const bool joined = std::all_of(ohms, ohms + chains.cells + 1, [](double ohm) { return ohm == 0.0; });
      if (chains.has_start(line)) lines[line].start = next_++;
      if (chains.has_end(line)) lines[line].end = joined ? lines[line].start : next_++;
    }
    result_.ports_ = static_cast<std::size_t>(next_);
  }

  /// Ideal segments join cells, ideal terminals join cells to ports; lines without a path to a terminal carry nothing and are left out.
  void number_nodes(const LineChains& chains, const std::vector<std::uint32_t>& undefined,
                    const std::vector<PortReduction::LinePorts>& lines, std::size_t line_stride, std::size_t cell_stride,
                    std::vector<int>& node_of) {
    for (std::size_t line = 0; line < chains.lines; ++line) {
      if (std::binary_search(undefined.begin(), undefined.end(), static_cast<std::uint32_t>(line))) continue;
      const double* ohms = chains.of(line);
      const auto node = [&](std::size_t cell) -> int& { return node_of[line * line_stride + cell * cell_stride]; };
      int current = ohms[0] == 0.0 ? lines[line].start : none;
      for (std::size_t cell = 0; cell < chains.cells; ++cell) {
        if (cell > 0 && ohms[cell] != 0.0) current = none;
        if (current == none) {
          current = next_++;
          first_cell_.push_back(cell);
          last_cell_.push_back(cell);
        }
        node(cell) = current;
        last_cell_[static_cast<std::size_t>(current)] = std::min(cell + 1, chains.cells - 1);
      }
      if (ohms[chains.cells] != 0.0) continue;
      const int joined = node(chains.cells - 1);
      for (std::size_t cell = chains.cells; cell-- > 0 && node(cell) == joined;)
        node(cell) = lines[line].end;
    }
  }

  bool is_port(int node) const { return static_cast<std::size_t>(node) < result_.ports_; }
  bool complete(int node, std::size_t first, std::size_t last) const {
    const auto index = static_cast<std::size_t>(node);
    return first_cell_[index] >= first && last_cell_[index] < last;
  }

  void take(std::vector<int>& nodes, int node) {
    if (node == none || place_[static_cast<std::size_t>(node)] != none) return;
    place_[static_cast<std::size_t>(node)] = 0;
    nodes.push_back(node);
  }
  /// Sorts `nodes` so that the first `count` can be eliminated in the tile, and notes their places.
  std::size_t arrange(std::vector<int>& nodes, std::size_t row, std::size_t row_end, std::size_t column, std::size_t column_end) {
    const auto kept = std::stable_partition(nodes.begin(), nodes.end(), [&](int node) {
      if (is_port(node)) return false;
      return node < first_bit_node_ ? complete(node, column, column_end) : complete(node, row, row_end);
    });
    for (std::size_t index = 0; index < nodes.size(); ++index)
      place_[static_cast<std::size_t>(nodes[index])] = static_cast<int>(index);
    return static_cast<std::size_t>(kept - nodes.begin());
  }
  void join(ConductanceFront& front, int a, int b, double siemens) {
    if (a == none || b == none || a == b) return;
    front.between(static_cast<std::size_t>(place_[static_cast<std::size_t>(a)]),
                  static_cast<std::size_t>(place_[static_cast<std::size_t>(b)])) += siemens;
  }

  /// What cell `cell` of a line adds: the resistance before it, and behind the last one the terminal's.
  template <class Use>
  static void for_each_wire(const LineChains& chains, const PortReduction::LinePorts& ports, std::size_t line, std::size_t cell, int before,
                            int here, Use use) {
    const double* ohms = chains.of(line);
    const int source = cell == 0 ? ports.start : before;
    if (source != none && ohms[cell] != 0.0) use(source, here, 1.0 / ohms[cell]);
    if (cell + 1 == chains.cells && ports.end != none && ohms[cell + 1] != 0.0) use(here, ports.end, 1.0 / ohms[cell + 1]);
  }

  template <class Use>
  void for_each_branch(std::size_t row, std::size_t column, Use use) const {
    const std::size_t cell = row * columns_ + column;
    const int word = word_node_[cell];
    const int bit = bit_node_[cell];
    if (word != none) {
      for_each_wire(equations_.word_lines(), result_.word_lines_[row], row, column, column > 0 ? word_node_[cell - 1] : none, word, use);
    }
    if (bit != none) {
      for_each_wire(equations_.bit_lines(), result_.bit_lines_[column], column, row, row > 0 ? bit_node_[cell - columns_] : none, bit, use);
    }
    use(word, bit, equations_.circuit().conductance[cell]);
  }

  ConductanceFront assemble(std::size_t row, std::size_t row_end, std::size_t column, std::size_t column_end) {
    ConductanceFront& front = work_;
    front.nodes.clear();
    const auto for_each = [&](auto use) {
      for (std::size_t r = row; r < row_end; ++r) {
        for (std::size_t c = column; c < column_end; ++c)
          for_each_branch(r, c, use);
      }
    };
    for_each([&](int a, int b, double) {
      take(front.nodes, a);
      take(front.nodes, b);
    });
    const std::size_t count = arrange(front.nodes, row, row_end, column, column_end);
    front.siemens.assign(front.nodes.size() * front.nodes.size(), 0.0);
    for_each([&](int a, int b, double siemens) { join(front, a, b, siemens); });
    return finish(count);
  }

  ConductanceFront merge(const ConductanceFront& a, const ConductanceFront& b, std::size_t row, std::size_t row_end, std::size_t column,
                         std::size_t column_end) {
    ConductanceFront& front = work_;
    front.nodes.clear();
    for (const auto* part : {&a, &b}) {
      for (const int node : part->nodes)
        take(front.nodes, node);
    }
    const std::size_t count = arrange(front.nodes, row, row_end, column, column_end);
    front.siemens.assign(front.nodes.size() * front.nodes.size(), 0.0);
    for (const auto* part : {&a, &b}) {
      const std::size_t size = part->nodes.size();
      for (std::size_t from = 0; from < size; ++from) {
        const auto place = static_cast<std::size_t>(place_[static_cast<std::size_t>(part->nodes[from])]);
        for (std::size_t to = from + 1; to < size; ++to)
          front.between(place, static_cast<std::size_t>(place_[static_cast<std::size_t>(part->nodes[to])])) +=
              part->siemens[from * size + to];
      }
    }
    return finish(count);
  }

  ConductanceFront finish(std::size_t count) {
    for (const int node : work_.nodes)
      place_[static_cast<std::size_t>(node)] = none;
    return eliminate_first(work_, count);
  }

  ConductanceFront reduce(std::size_t row, std::size_t row_end, std::size_t column, std::size_t column_end) {
    const std::size_t height = row_end - row;
    const std::size_t width = column_end - column;
    if (height <= leaf && width <= leaf) return assemble(row, row_end, column, column_end);
    if (width > height) {
      const std::size_t middle = column + width / 2;
      const ConductanceFront left = reduce(row, row_end, column, middle);
      return merge(left, reduce(row, row_end, middle, column_end), row, row_end, column, column_end);
    }
    const std::size_t middle = row + height / 2;
    const ConductanceFront upper = reduce(row, middle, column, column_end);
    return merge(upper, reduce(middle, row_end, column, column_end), row, row_end, column, column_end);
  }

  const CircuitEquations& equations_;
  PortReduction& result_;
  std::size_t rows_;
  std::size_t columns_;
  int next_ = 0;
  int first_bit_node_ = 0;  ///< word lines' nodes are numbered before
  std::vector<int> word_node_;
  std::vector<int> bit_node_;
  std::vector<std::size_t> first_cell_;  ///< per number: cells of its line that must be in a tile for it to be complete
  std::vector<std::size_t> last_cell_;
  ConductanceFront work_;   ///< the front at work: one block of memory for all
  std::vector<int> place_;  ///< of a number in the front at work
};

PortReduction::PortReduction(const CrossbarCircuit& circuit) : circuit_(circuit) {
  const CircuitEquations equations(circuit);
  PortReducer(equations, *this).run();
}

TerminalCurrents PortReduction::solve(const TerminalVoltages& voltages) const {
  check(voltages, circuit_);
  std::vector<double> volts(ports_);
  const auto set = [&](const std::vector<LinePorts>& lines, const std::vector<double>& start, const std::vector<double>& end) {
    for (std::size_t line = 0; line < lines.size(); ++line) {
      if (lines[line].start >= 0) volts[static_cast<std::size_t>(lines[line].start)] = at(start, line);
      if (lines[line].end >= 0) volts[static_cast<std::size_t>(lines[line].end)] = at(end, line);
    }
  };
  set(word_lines_, voltages.word_line_start, voltages.word_line_end);
  set(bit_lines_, voltages.bit_line_start, voltages.bit_line_end);
  std::vector<double> into(ports_);
  for (std::size_t port = 0; port < ports_; ++port) {
    const double* siemens = &siemens_[port * ports_];
    constexpr std::size_t lanes = 16;  // one order of summation
    double sums[lanes] = {};
    for (std::size_t other = 0; other < ports_; ++other)
      sums[other % lanes] += siemens[other] * (volts[port] - volts[other]);
    for (const double sum : sums)
      into[port] += sum;
  }
  TerminalCurrents currents{std::vector<double>(circuit_.rows), std::vector<double>(circuit_.columns)};
  for (std::size_t row = 0; row < circuit_.rows; ++row)
    for_each_port(word_lines_[row], [&](std::size_t port) { currents.row_currents[row] += into[port]; });
  for (std::size_t column = 0; column < circuit_.columns; ++column)
    for_each_port(bit_lines_[column], [&](std::size_t port) { currents.column_currents[column] -= into[port]; });
  return currents;
}

double PortReduction::between(const LinePorts& a, const LinePorts& b) const {
  double siemens = 0.0;
  for_each_port(a, [&](std::size_t in) { for_each_port(b, [&](std::size_t out) { siemens += siemens_[in * ports_ + out]; }); });
  return siemens;
}

std::vector<double> PortReduction::effective_conductance() const {
  std::vector<double> siemens(circuit_.conductance.size());
  for (std::size_t row = 0; row < circuit_.rows; ++row) {
    for (std::size_t column = 0; column < circuit_.columns; ++column)
      siemens[row * circuit_.columns + column] = between(word_lines_[row], bit_lines_[column]);
  }
  return siemens;
}

std::vector<double> PortReduction::word_line_coupling() const {
  const std::size_t rows = circuit_.rows;
  std::vector<double> siemens(rows * rows);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t other = 0; other < row; ++other)
      siemens[row * rows + other] = siemens[other * rows + row] = between(word_lines_[row], word_lines_[other]);
  }
  return siemens;
}

}  // namespace memcosim
