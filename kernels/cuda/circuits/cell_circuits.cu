// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/cuda/circuits/cell_circuit_kernel.cuh"
#include "memcosim/kernels/cuda/circuits/cell_circuits.hpp"
#include "memcosim/kernels/cuda/circuits/circuit_lines.cuh"
#include "memcosim/kernels/cuda/circuits/line_tables.hpp"
#include "memcosim/kernels/cuda/gpu/device_memory.cuh"
#include "memcosim/kernels/cuda/gpu/stream.cuh"

namespace memcosim::cuda {

namespace {

constexpr std::size_t most_bytes_at_once = std::size_t{1} << 27;  ///< results of circuits that are in memory at the same time

CrossbarCircuit with_conducting_cells(CrossbarCircuit circuit) {
  circuit.conductance.assign(std::size_t{circuit.rows} * circuit.columns, 1.0);
  return circuit;
}

void check(const CellLaw& law) {
  if (law.kind == CellLaw::Kind::sinh && !(law.v0 > 0.0 && std::isfinite(law.v0) && std::isfinite(1.0 / law.v0)))
    throw InputError(fmt::format("the voltage v0 of cells with I = G v0 sinh(V / v0) is {} V: it is above 0 and finite", law.v0));
  if (law.kind != CellLaw::Kind::shaped) return;
  if (law.shape.kind == CurrentLaw::Kind::model) throw InputError("a model's own current has no shape that is the same for all cells");
  if (!(law.read_volts > 0.0 && std::isfinite(law.read_volts)))
    throw InputError(fmt::format("the read voltage is {} V: it is above 0 and finite", law.read_volts));
}

void check_tolerance(double tolerance) {
  if (!(tolerance > 0.0 && tolerance < 1.0)) throw InputError("the tolerance of an iterative solution is between 0 and 1");
}

void check_array(std::size_t array, std::size_t count) {
  if (array >= count) throw InputError(fmt::format("there is no array {}: {} were given", array, count));
}

/// Part `index` of a vector of equal parts.
std::vector<double> part_of(const std::vector<double>& all, std::size_t index, std::size_t size) {
  const auto begin = all.begin() + static_cast<std::ptrdiff_t>(index * size);
  return std::vector<double>(begin, begin + static_cast<std::ptrdiff_t>(size));
}

}  // namespace

struct CellCircuits::Parts {
  explicit Parts(const CrossbarCircuit& whole) : circuit(with_conducting_cells(whole)), lines(circuit) {}

  std::size_t cells() const { return lines.cells(); }

  template <class Cells>
  void run(CircuitBatch& batch, const Cells& law) {
    unsigned teams = std::min(batch.count, teams_at_once<Cells>(batch));
    for (;; teams = (teams + 1) / 2) {  // as many as there is work for; fewer if memory is short
      try {
        workspace.reserve(teams * lines.team_workspace());
        break;
      } catch (const OutOfMemory&) {
        if (teams == 1) throw;
      }
    }
    batch.workspace = workspace.data();
    solve_circuits(batch, law, teams, stream.get());
  }

  void run(CircuitBatch& batch, const CellLaw& law) {
    switch (law.kind) {
      case CellLaw::Kind::linear:
        return run(batch, LinearCells{});
      case CellLaw::Kind::sinh:
        return run(batch, SinhLawCells{law.v0});
      case CellLaw::Kind::shaped:
        return run(batch, shaped_cells(law.shape, shape.data(), law.read_volts));
    }
  }

  void upload_states(const std::vector<std::vector<double>>& states) {
    std::vector<double> values;
    for (const std::vector<double>& of_array : states) {
      check_conductance(of_array, circuit.rows, circuit.columns);
      values.insert(values.end(), of_array.begin(), of_array.end());
    }
    siemens.reserve(values.size());
    siemens.upload(values.data(), values.size(), stream.get());
    stream.wait();
  }

  /// Memory for results of `count` circuits, and the batch that fills it.
  CircuitBatch make_batch(std::size_t count, double tolerance, bool wants_volts) {
    if (wants_volts) cell_volts.reserve(count * cells());
    row_currents.reserve(count * circuit.rows);
    column_currents.reserve(count * circuit.columns);
    reports.reserve(count);
    CircuitBatch batch = lines.empty_batch();
    batch.siemens = siemens.data();
    batch.arrays = arrays.data();
    batch.word_near = word_near.data();
    batch.word_far = word_far.data();
    batch.bit_near = bit_near.data();
    batch.bit_far = bit_far.data();
    batch.count = static_cast<unsigned>(count);
    batch.tolerance = tolerance;
    batch.cell_volts = wants_volts ? cell_volts.data() : nullptr;
    batch.row_currents = row_currents.data();
    batch.column_currents = column_currents.data();
    batch.reports = reports.data();
    return batch;
  }

  template <class Value>
  void upload(DeviceArray<Value>& to, const std::vector<Value>& from) {
    to.reserve(from.size());
    to.upload(from.data(), from.size(), stream.get());
  }

  void upload_inputs(const Input* inputs, std::size_t count) {
    std::vector<double> volts[4];
    std::vector<unsigned> of_arrays;
    const auto append = [](std::vector<double>& to, const std::vector<double>& from) { to.insert(to.end(), from.begin(), from.end()); };
    for (std::size_t index = 0; index < count; ++index) {
      const TerminalVoltages& terminals = inputs[index].voltages;
      const LineVoltages of_words = order_voltages(lines.words(), terminals.word_line_start, terminals.word_line_end);
      const LineVoltages of_bits = order_voltages(lines.bits(), terminals.bit_line_start, terminals.bit_line_end);
      append(volts[0], of_words.near_volts);
      append(volts[1], of_words.far_volts);
      append(volts[2], of_bits.near_volts);
      append(volts[3], of_bits.far_volts);
      of_arrays.push_back(static_cast<unsigned>(inputs[index].array));
    }
    upload(word_near, volts[0]);
    upload(word_far, volts[1]);
    upload(bit_near, volts[2]);
    upload(bit_far, volts[3]);
    upload(arrays, of_arrays);
  }

  /// The first `count` results, one after the other.
  template <class Value>
  std::vector<Value> download(const DeviceArray<Value>& from, std::size_t count) {
    std::vector<Value> values(count);
    from.download(values.data(), count, stream.get());
    stream.wait();
    return values;
  }

  std::vector<CircuitReport> checked_reports(std::size_t count, std::size_t first) {
    std::vector<CircuitReport> found = download(reports, count);
    for (std::size_t index = 0; index < count; ++index) {
      if (found[index].converged != 0) continue;
      throw RunError(
          fmt::format("input {}: the circuit's equations are violated by {:.1e} V after {} steps of conjugate gradients on the GPU: ask "
                      "for a larger tolerance or solve it on the CPU",
                      first + index, found[index].missing_volts, found[index].linear_steps));
    }
    return found;
  }

  std::size_t circuits_at_once() const { return std::clamp<std::size_t>(most_bytes_at_once / (cells() * sizeof(double)), 1, 65536); }

  CrossbarCircuit circuit;
  CircuitLines lines;
  Stream stream;
  DeviceArray<double> siemens, workspace, cell_volts, row_currents, column_currents;
  PinnedArray<double> volts_on_host;
  DeviceArray<double> word_near, word_far, bit_near, bit_far;
  DeviceArray<unsigned> arrays, injected;
  DeviceArray<CircuitReport> reports;
  DeviceArray<CurrentLaw> shape;
};

std::string CellCircuits::why_not(const CrossbarCircuit& circuit) {
  return why_no_circuit_lines(circuit);
}

CellCircuits::CellCircuits(const CrossbarCircuit& circuit) : parts_(std::make_unique<Parts>(circuit)) {}
CellCircuits::~CellCircuits() = default;
CellCircuits::CellCircuits(CellCircuits&&) noexcept = default;
CellCircuits& CellCircuits::operator=(CellCircuits&&) noexcept = default;

std::vector<CellCircuitSolution> CellCircuits::solve(const std::vector<std::vector<double>>& siemens, const std::vector<Input>& inputs,
                                                     const CellLaw& law, double tolerance, bool with_cell_volts) {
  Parts& parts = *parts_;
  const std::size_t cells = parts.cells();
  const std::size_t rows = parts.circuit.rows;
  const std::size_t columns = parts.circuit.columns;
  check_tolerance(tolerance);
  check(law);
  for (const Input& input : inputs) {
    check_array(input.array, siemens.size());
    memcosim::check(input.voltages, parts.circuit);
  }
  parts.upload_states(siemens);
  parts.upload(parts.shape, std::vector<CurrentLaw>{law.shape});
  std::vector<CellCircuitSolution> solutions;
  for (std::size_t first = 0; first < inputs.size(); first += parts.circuits_at_once()) {
    const std::size_t count = std::min(parts.circuits_at_once(), inputs.size() - first);
    parts.upload_inputs(inputs.data() + first, count);
    CircuitBatch batch = parts.make_batch(count, tolerance, with_cell_volts);
    parts.run(batch, law);
    const std::vector<CircuitReport> reports = parts.checked_reports(count, first);
    if (with_cell_volts) {
      parts.volts_on_host.reserve(count * cells);
      parts.cell_volts.download(parts.volts_on_host.data(), count * cells, parts.stream.get());
      parts.stream.wait();
    }
    const std::vector<double> row_currents = parts.download(parts.row_currents, count * rows);
    const std::vector<double> column_currents = parts.download(parts.column_currents, count * columns);
    for (std::size_t index = 0; index < count; ++index) {
      const CircuitReport& report = reports[index];
      const double most_volts = most_sinh_v0 * law.v0;
      if (law.kind == CellLaw::Kind::sinh && report.largest_cell_volts > most_volts)
        throw InputError(fmt::format("{} V across a cell: its characteristics hold up to {} V", report.largest_cell_volts, most_volts));
      std::vector<double> volts;
      if (with_cell_volts) volts.assign(parts.volts_on_host.data() + index * cells, parts.volts_on_host.data() + (index + 1) * cells);
      solutions.push_back({std::move(volts), part_of(row_currents, index, rows), part_of(column_currents, index, columns),
                           report.missing_volts, report.error_bound, report.steps, report.linear_steps});
    }
  }
  return solutions;
}

std::vector<CellPortResponse> CellCircuits::respond(const std::vector<std::vector<double>>& siemens, const std::vector<Cell>& cells,
                                                    double tolerance) {
  Parts& parts = *parts_;
  const std::size_t rows = parts.circuit.rows;
  const std::size_t columns = parts.circuit.columns;
  check_tolerance(tolerance);
  for (const Cell& cell : cells) {
    check_array(cell.array, siemens.size());
    if (cell.row >= rows || cell.column >= columns)
      throw InputError(fmt::format("there is no cell ({}, {}) in {} x {}", cell.row, cell.column, rows, columns));
  }
  parts.upload_states(siemens);
  std::vector<CellPortResponse> responses;
  for (std::size_t first = 0; first < cells.size(); first += parts.circuits_at_once()) {
    const std::size_t count = std::min(parts.circuits_at_once(), cells.size() - first);
    std::vector<unsigned> arrays;
    std::vector<unsigned> injected;
    for (std::size_t index = first; index < first + count; ++index) {
      arrays.push_back(static_cast<unsigned>(cells[index].array));
      injected.push_back(static_cast<unsigned>(cells[index].row * columns + cells[index].column));
    }
    parts.upload(parts.arrays, arrays);
    parts.upload(parts.injected, injected);
    CircuitBatch batch = parts.make_batch(count, tolerance, false);
    batch.injected = parts.injected.data();
    parts.run(batch, LinearCells{});
    const std::vector<CircuitReport> reports = parts.checked_reports(count, first);
    const std::vector<double> row_currents = parts.download(parts.row_currents, count * rows);
    const std::vector<double> column_currents = parts.download(parts.column_currents, count * columns);
    for (std::size_t index = 0; index < count; ++index)
      responses.push_back({part_of(row_currents, index, rows), part_of(column_currents, index, columns), -reports[index].injected_volts});
  }
  return responses;
}

}  // namespace memcosim::cuda
