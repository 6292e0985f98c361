// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "memcosim/kernels/arrays/circuit_products.hpp"
#include "memcosim/kernels/cuda/circuits/cell_circuit_kernel.cuh"
#include "memcosim/kernels/cuda/circuits/circuit_lines.cuh"
#include "memcosim/kernels/cuda/circuits/common_law.hpp"
#include "memcosim/kernels/cuda/gpu/device_memory.cuh"
#include "memcosim/kernels/cuda/gpu/launch_shape.cuh"
#include "memcosim/kernels/cuda/products/plain/circuit_mvm.cuh"
#include "memcosim/kernels/cuda/products/plain/plain_conversion.cuh"

namespace memcosim::cuda {

namespace {

/// Allowed violation of the voltage law around a cell, relative to the largest terminal voltage, as for NewtonSolver.
constexpr double tolerance = 1e-12;

/// Data of an array for the kernels, besides the input vectors.
struct Array {
  const double* variances;  ///< rows x converted columns, levels squared; null: no read noise
  std::uint32_t rows;
  std::uint32_t lines;  ///< physical columns
  double full_volts;    ///< voltage of the highest DAC code
  double levels_per_ampere;
  Conversion<double> conversion;
};

/// Scratch memory of a piece of a batch, circuit by circuit.
struct Scratch {
  double* row_volts;  ///< circuits x rows
  double* column_volts;
  double* row_currents;
  double* column_currents;
  CircuitReport* reports;
  double* workspace;

  static std::size_t circuit_bytes(std::size_t rows, std::size_t columns) {
    return 2 * (rows + columns) * sizeof(double) + sizeof(CircuitReport);
  }
  Scratch(void* memory, std::size_t circuits, std::size_t rows, std::size_t columns) {
    row_volts = static_cast<double*>(memory);
    column_volts = row_volts + circuits * rows;
    row_currents = column_volts + circuits * columns;
    column_currents = row_currents + circuits * rows;
    reports = reinterpret_cast<CircuitReport*>(column_currents + circuits * columns);
    workspace = reinterpret_cast<double*>(reports + circuits);
  }
};
static_assert(sizeof(CircuitReport) % sizeof(double) == 0, "doubles follow the reports");

/// One thread per circuit and row.
__global__ void __launch_bounds__(threads_per_block) drive_rows(const __grid_constant__ Array array, MvmWork work, double* row_volts) {
  const std::size_t place = this_thread();
  if (place >= work.count * array.conversion.slices * array.rows) return;
  const Item item = item_of(array.conversion, work, place / array.rows);
  const unsigned code = code_of(array.conversion, work, item, static_cast<std::uint32_t>(place % array.rows));
  const unsigned code_max = (1u << array.conversion.dac_bits) - 1u;
  row_volts[place] = array.full_volts * (static_cast<double>(code) / static_cast<double>(code_max));
}

/// One thread per circuit: the power of the drivers, and whether the circuit was solved.
__global__ void __launch_bounds__(threads_per_block) sum_drive(const __grid_constant__ Array array, MvmWork work, Scratch scratch) {
  const std::size_t circuit = this_thread();
  if (circuit >= work.count * array.conversion.slices) return;
  double watts = 0.0;
  for (std::size_t place = circuit * array.rows; place < (circuit + 1) * array.rows; ++place)
    watts = ::fma(scratch.row_volts[place], scratch.row_currents[place], watts);
  work.drive_siemens[circuit] = watts / (array.full_volts * array.full_volts);
  if (scratch.reports[circuit].converged == 0) atomicAdd(work.unsolved + circuit / array.conversion.slices, 1u);
}

/// One thread per conversion.
__global__ void __launch_bounds__(threads_per_block) convert_currents(const __grid_constant__ Array array, MvmWork work, Scratch scratch) {
  const Conversion<double>& conversion = array.conversion;
  const std::size_t place = this_thread();
  if (place >= work.count * conversion.slices * conversion.columns) return;
  const std::size_t circuit = place / conversion.columns;
  const auto column = static_cast<std::uint32_t>(place % conversion.columns);
  double variance = 0.0;
  if (array.variances != nullptr) {
    const Item item = item_of(conversion, work, circuit);
    for (std::uint32_t row = 0; row < array.rows; ++row) {
      const double code = code_of(conversion, work, item, row);
      variance += code * code * array.variances[std::size_t{row} * conversion.columns + column];
    }
  }
  const double* amperes = scratch.column_currents + circuit * array.lines;
  const auto value = [&](std::size_t line) { return amperes[line] * array.levels_per_ampere; };
  const bool subtracted = conversion.pairing == ColumnPairing::differential_analog;
  convert(conversion, work, circuit, column,
          subtracted ? value(std::size_t{2} * column) - value(std::size_t{2} * column + 1) : value(column), variance);
}

std::vector<double> conductances(const CellArray& cells) {
  std::vector<double> siemens(cells.size());
  cells.conductances(siemens.data());
  return siemens;
}

class CircuitMvm final : public ArrayMvm {
 public:
  CircuitMvm(const LevelMatrix& matrix, const CrossbarCircuit& circuit, const CurrentLaw& law, const ReadoutConfig& readout,
             std::uint64_t seed, std::uint32_t stream, std::uint32_t used_columns)
      : lines_(circuit),
        siemens_(circuit.conductance),
        law_(std::vector<CurrentLaw>{law}),
        variances_(column_variances(matrix, readout.pairing)),
        conversion_(matrix, readout, seed, stream, used_columns) {
    const CircuitProducts& products = *matrix.circuit;
    const double full_volts = products.cells().read_voltage_v();
    cells_ = shaped_cells(law, law_.data(), full_volts);
    teams_ = teams_at_once<ShapedCells>(lines_.empty_batch());
    array_ = {variances_.data(), matrix.rows, matrix.columns, full_volts, products.levels_per_ampere(readout.dac.code_max()),
              conversion_.get()};
  }

  ScratchNeed scratch() const override {
    const std::size_t slices = array_.conversion.slices;
    return {slices * Scratch::circuit_bytes(array_.rows, array_.lines), slices * lines_.team_workspace() * sizeof(double),
            (teams_ + slices - 1) / slices};
  }
  bool is_iterative() const override { return true; }

  void run(const MvmWork& work, cudaStream_t stream) const override {
    const std::size_t circuits = work.count * array_.conversion.slices;
    const Scratch scratch(work.scratch, circuits, array_.rows, array_.lines);
    conversion_.clear_results(work, stream);
    succeed(cudaMemsetAsync(work.unsolved, 0, work.count * sizeof *work.unsolved, stream), "clear counts");
    succeed(cudaMemsetAsync(scratch.column_volts, 0, circuits * array_.lines * sizeof(double), stream), "ground bit lines");
    drive_rows<<<blocks_of(circuits * array_.rows), threads_per_block, 0, stream>>>(array_, work, scratch.row_volts);
    succeed_launch("drive word lines");
    solve(scratch, static_cast<unsigned>(circuits), stream);
    sum_drive<<<blocks_of(circuits), threads_per_block, 0, stream>>>(array_, work, scratch);
    succeed_launch("sum the drive of circuits");
    convert_currents<<<blocks_of(circuits * array_.conversion.columns), threads_per_block, 0, stream>>>(array_, work, scratch);
    succeed_launch("convert currents");
  }

 private:
  void solve(const Scratch& scratch, unsigned circuits, cudaStream_t stream) const {
    CircuitBatch batch = lines_.empty_batch();
    batch.siemens = siemens_.data();
    batch.word_near = batch.word_far = scratch.row_volts;  // both drivers of a line have the same voltage
    batch.bit_near = batch.bit_far = scratch.column_volts;
    batch.count = circuits;
    batch.tolerance = tolerance;
    batch.row_currents = scratch.row_currents;
    batch.column_currents = scratch.column_currents;
    batch.reports = scratch.reports;
    batch.workspace = scratch.workspace;
    solve_circuits(batch, cells_, std::min(circuits, teams_), stream);
  }

  CircuitLines lines_;
  DeviceArray<double> siemens_;
  DeviceArray<CurrentLaw> law_;
  DeviceArray<double> variances_;
  ColumnConversion<double> conversion_;
  ShapedCells cells_{};
  unsigned teams_ = 0;  ///< teams of thread blocks that run at the same time
  Array array_{};
};

}  // namespace

std::unique_ptr<ArrayMvm> make_circuit_mvm(const LevelMatrix& matrix, const ReadoutConfig& readout, std::uint64_t seed,
                                           std::uint32_t stream, std::uint32_t used_columns) {
  const CircuitProducts& products = *matrix.circuit;
  const std::optional<CurrentLaw> law = common_law(products.cells());
  if (!law) return nullptr;
  const CrossbarCircuit circuit = array_circuit(products.wires(), products.rows(), products.columns(), conductances(products.cells()));
  if (!why_no_circuit_lines(circuit).empty()) return nullptr;
  return std::make_unique<CircuitMvm>(matrix, circuit, *law, readout, seed, stream, used_columns);
}

}  // namespace memcosim::cuda
