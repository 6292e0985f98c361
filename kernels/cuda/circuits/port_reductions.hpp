// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "memcosim/kernels/circuits/crossbar_circuit.hpp"
#include "memcosim/kernels/circuits/port_reduction.hpp"

namespace memcosim::cuda {

/// Circuits with the same lines, reduced to the conductances between their terminals on the GPU that is current when it is made: many
/// arrays at once, in double precision, by the method of PortReduction, which subtracts nothing. An array's results do not depend on the
/// others, and agree with PortReduction's to a few units in the last places.
///
/// Lines may have any resistances, zero included, cells may be open; lines without any terminal are left to the CPU. Not for use by several
/// threads at once.
class PortReductions {
 public:
  /// Empty, or why the GPU does not reduce circuits with such lines.
  static std::string why_not(const CrossbarCircuit& circuit);

  /// Of the circuit only shape and lines matter. At most `most_arrays` are worked on at the same time; less memory makes them fewer. Throws
  /// InputError for an impossible circuit or what why_not() says, RunError without a GPU, cuda::OutOfMemory, a RunError, where not even one
  /// array fits.
  explicit PortReductions(const CrossbarCircuit& circuit, std::size_t most_arrays = 64);
  ~PortReductions();
  PortReductions(PortReductions&&) noexcept;
  PortReductions& operator=(PortReductions&&) noexcept;

  std::size_t arrays_at_once() const;

  /// Conductances of the cells of each array (rows x columns, row-major, S). Throw InputError for impossible ones, RunError when a
  /// conductance between terminals leaves the range of double precision.
  std::vector<PortReduction> reduce(const std::vector<std::vector<double>>& siemens);
  std::vector<EffectiveCircuit> effective(const std::vector<std::vector<double>>& siemens);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace memcosim::cuda
