// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"
#include "memcosim/kernels/cuda/circuits/cell_circuit_kernel.cuh"
#include "memcosim/kernels/cuda/circuits/line_tables.hpp"
#include "memcosim/kernels/cuda/gpu/device_memory.cuh"

namespace memcosim::cuda {

/// Empty, or why the GPU does not solve circuits with such lines.
std::string why_no_circuit_lines(const CrossbarCircuit& circuit);

/// The lines of circuits in the memory of the current GPU, and how its blocks of threads share the work on one.
class CircuitLines {
 public:
  /// Of the circuit only shape and lines matter. Throws InputError for an impossible circuit or what why_no_circuit_lines() says.
  explicit CircuitLines(const CrossbarCircuit& circuit);

  std::size_t rows() const { return batch_.lines.rows; }
  std::size_t columns() const { return batch_.lines.columns; }
  std::size_t cells() const { return rows() * columns(); }
  const LineTable& words() const { return word_table_; }
  const LineTable& bits() const { return bit_table_; }
  /// A batch without circuits: lines and team are set.
  const CircuitBatch& empty_batch() const { return batch_; }
  /// Doubles of workspace for each team that works at the same time.
  std::size_t team_workspace() const { return batch_.team * batch_.block_workspace; }

 private:
  struct OnGpu {
    explicit OnGpu(const LineTable& table) : ohms(table.ohms), path(table.path), closure(table.closure), reversed(table.reversed) {}
    Lines get() const { return {ohms.data(), path.data(), closure.data(), reversed.data()}; }

    DeviceArray<double> ohms, path, closure;
    DeviceArray<unsigned char> reversed;
  };

  LineTable word_table_, bit_table_;
  OnGpu words_, bits_;
  CircuitBatch batch_{};
};

}  // namespace memcosim::cuda
