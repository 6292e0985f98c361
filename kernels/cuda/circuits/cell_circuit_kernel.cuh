// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <cuda_runtime.h>

#include "memcosim/kernels/circuits/sinh_law.hpp"
#include "memcosim/kernels/cuda/circuits/cell_laws.hpp"
#include "memcosim/kernels/cuda/circuits/device_space.cuh"

namespace memcosim::cuda {

// Laws of cells: current, A, and its slope over the voltage, S, of a cell of this conductance.

/// I = G V.
struct LinearCells {
  static constexpr bool linear = true;
  __device__ void operator()(double siemens, double volts, double& amperes, double& slope) const {
    amperes = siemens * volts;
    slope = siemens;
  }
};
/// I = G v0 sinh(V / v0).
struct SinhLawCells {
  static constexpr bool linear = false;
  double v0;  ///< V
  __device__ void operator()(double siemens, double volts, double& amperes, double& slope) const {
    sinh_tangent(siemens, volts, v0, amperes, slope);
  }
};
/// Cells with the shape of a current law, scaled to the conductance at the read voltage.
struct ShapedCells {
  static constexpr bool linear = false;
  const CurrentLaw* law;  ///< in the GPU's memory
  double read_volts;
  double scale;  ///< V: voltage per unit of the shape, V_read / s(V_read)
  __device__ void operator()(double siemens, double volts, double& amperes, double& slope) const {
    const double half = 1e-5 * ::fmax(::fabs(volts), read_volts);  // as CellArray::tangent()
    amperes = siemens * (scale * law->shape(volts));
    slope = ::fmax(siemens * (scale * (law->shape(volts + half) - law->shape(volts - half))) / (2.0 * half), 0.0);
  }
};
/// `on_gpu`: the same law in the GPU's memory.
inline ShapedCells shaped_cells(const CurrentLaw& law, const CurrentLaw* on_gpu, double read_volts) {
  return {on_gpu, read_volts, read_volts / law.shape(read_volts)};
}

/// What became of one circuit.
struct CircuitReport {
  unsigned converged;         ///< 1: yes
  unsigned steps;             ///< of Newton's method
  unsigned linear_steps;      ///< of conjugate gradients, in all
  double missing_volts;       ///< see CrossbarSolution
  double error_bound;         ///< A, of the currents
  double largest_cell_volts;  ///< across conducting cells
  double injected_volts;      ///< between the lines at the injected cell
};

/// Circuits with the same lines, each of an array at an input, in the GPU's memory.
struct CircuitBatch {
  LineNetwork lines;
  const double* siemens;   ///< arrays x cells
  const unsigned* arrays;  ///< per circuit; null: all of the first
  /// Per circuit: the cell through whose terminals 1 A flows from word to bit line while all voltages are 0; null: the voltages below
  /// drive.
  const unsigned* injected;
  const double* word_near;  ///< V, circuits x rows
  const double* word_far;
  const double* bit_near;  ///< V, circuits x columns
  const double* bit_far;
  unsigned count;
  double tolerance;
  double* cell_volts;       ///< circuits x cells; null: not wanted
  double* row_currents;     ///< circuits x rows; an injected current counts as the cell's
  double* column_currents;  ///< circuits x columns
  CircuitReport* reports;
  double* workspace;
  std::size_t block_workspace;  ///< doubles per block of threads
  unsigned block_cells;         ///< the most cells of a block
  unsigned team;                ///< blocks that solve a circuit together
  bool krylov_in_shared_memory;
};

constexpr unsigned krylov_vectors = 5;
constexpr unsigned other_vectors = 8;

/// Sets the last four: as few blocks as can keep the vectors of conjugate gradients in shared memory, on the present GPU.
void choose_team(CircuitBatch& batch);
std::size_t circuit_shared_bytes(const CircuitBatch& batch);
/// How many teams work at the same time on the present GPU; before the first solve_circuits() of any batch there.
template <class Cells>
unsigned teams_at_once(const CircuitBatch& batch);
/// Enqueues the kernel that solves all circuits of a batch with `teams` teams, each of which has its workspace.
template <class Cells>
void solve_circuits(const CircuitBatch& batch, const Cells& cells, unsigned teams, cudaStream_t stream);

}  // namespace memcosim::cuda
