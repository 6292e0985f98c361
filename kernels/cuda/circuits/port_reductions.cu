// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "memcosim/kernels/circuits/circuit_equations.hpp"
#include "memcosim/kernels/circuits/dissection.hpp"
#include "memcosim/kernels/cuda/circuits/front_reducer.cuh"
#include "memcosim/kernels/cuda/circuits/port_reductions.hpp"
#include "memcosim/kernels/cuda/gpu/stream.cuh"

namespace memcosim::cuda {

struct PortReductions::Parts {
  Parts(const CrossbarCircuit& whole, std::size_t most_arrays) : circuit(whole), reducer(make_front_plan(whole), most_arrays) {
    circuit.conductance.assign(cells(), 1.0);
  }

  std::size_t cells() const { return std::size_t{circuit.rows} * circuit.columns; }

  /// Reduces all arrays and calls use() for each with its results. `size` and `other_size`: doubles per array of the two kinds of results.
  template <class Use>
  void run(const std::vector<std::vector<double>>& siemens, std::size_t size, std::size_t other_size, bool ports, Use use) {
    for (const std::vector<double>& values : siemens)
      check_conductance(values, circuit.rows, circuit.columns);
    const std::size_t at_once = std::min(reducer.arrays_at_once(), siemens.size());
    given.reserve(at_once * cells());
    given_on_gpu.reserve(at_once * cells());
    found.reserve(at_once * size);
    other_found.reserve(at_once * other_size);
    std::vector<double> of_array(at_once * size);
    std::vector<double> other_of_array(at_once * other_size);
    for (std::size_t first = 0; first < siemens.size(); first += at_once) {
      const std::size_t count = std::min(at_once, siemens.size() - first);
      for (std::size_t array = 0; array < count; ++array)
        std::copy(siemens[first + array].begin(), siemens[first + array].end(), given.data() + array * cells());
      given_on_gpu.upload(given.data(), count * cells(), stream.get());
      FrontReducer::Results results;
      (ports ? results.ports : results.effective) = found.data();
      if (!ports) results.coupling = other_found.data();
      reducer.reduce(given_on_gpu.data(), count, results, stream.get());
      found.download(of_array.data(), count * size, stream.get());
      if (other_size > 0) other_found.download(other_of_array.data(), count * other_size, stream.get());
      stream.wait();
      reducer.check_range();
      for (std::size_t array = 0; array < count; ++array)
        use(first + array, of_array.data() + array * size, other_of_array.data() + array * other_size);
    }
  }

  CrossbarCircuit circuit;
  FrontReducer reducer;
  Stream stream;
  PinnedArray<double> given;
  DeviceArray<double> given_on_gpu;
  DeviceArray<double> found;
  DeviceArray<double> other_found;
};

std::string PortReductions::why_not(const CrossbarCircuit& circuit) {
  return why_no_front_plan(circuit);
}

PortReductions::PortReductions(const CrossbarCircuit& circuit, std::size_t most_arrays)
    : parts_(std::make_unique<Parts>(circuit, most_arrays)) {}
PortReductions::~PortReductions() = default;
PortReductions::PortReductions(PortReductions&&) noexcept = default;
PortReductions& PortReductions::operator=(PortReductions&&) noexcept = default;

std::size_t PortReductions::arrays_at_once() const {
  return parts_->reducer.arrays_at_once();
}

std::vector<PortReduction> PortReductions::reduce(const std::vector<std::vector<double>>& siemens) {
  const Dissection nodes{CircuitEquations(parts_->circuit)};
  const std::size_t size = nodes.ports() * nodes.ports();
  CrossbarCircuit circuit = parts_->circuit;
  std::vector<PortReduction> reductions;
  parts_->run(siemens, size, 0, true, [&](std::size_t array, const double* ports, const double*) {
    circuit.conductance = siemens[array];
    reductions.emplace_back(circuit, nodes, std::vector<double>(ports, ports + size));
  });
  return reductions;
}

std::vector<EffectiveCircuit> PortReductions::effective(const std::vector<std::vector<double>>& siemens) {
  const std::size_t rows = parts_->circuit.rows;
  std::vector<EffectiveCircuit> circuits;
  parts_->run(siemens, parts_->cells(), rows * rows, false, [&](std::size_t, const double* effective, const double* coupling) {
    circuits.push_back(
        {std::vector<double>(effective, effective + parts_->cells()), std::vector<double>(coupling, coupling + rows * rows)});
  });
  return circuits;
}

}  // namespace memcosim::cuda
