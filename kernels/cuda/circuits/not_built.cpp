// SPDX-License-Identifier: Apache-2.0
// Replaces the CUDA sources of this folder in builds without a CUDA compiler: the same classes, whose functions throw or report it.
#include "memcosim/common/error.hpp"
#include "memcosim/kernels/cuda/circuits/cell_circuits.hpp"
#include "memcosim/kernels/cuda/circuits/effective_products.hpp"
#include "memcosim/kernels/cuda/circuits/front_plan.hpp"
#include "memcosim/kernels/cuda/circuits/port_reductions.hpp"
#include "memcosim/kernels/cuda/gpu/gpus.hpp"

namespace memcosim::cuda {

namespace {

[[noreturn]] void refuse() {
  throw RunError(installation().why_none);
}

}  // namespace

struct PortReductions::Parts {};
std::string PortReductions::why_not(const CrossbarCircuit& circuit) {
  return why_no_front_plan(circuit);
}
PortReductions::PortReductions(const CrossbarCircuit&, std::size_t) {
  refuse();
}
PortReductions::~PortReductions() = default;
PortReductions::PortReductions(PortReductions&&) noexcept = default;
PortReductions& PortReductions::operator=(PortReductions&&) noexcept = default;
std::size_t PortReductions::arrays_at_once() const {
  refuse();
}
std::vector<PortReduction> PortReductions::reduce(const std::vector<std::vector<double>>&) {
  refuse();
}
std::vector<EffectiveCircuit> PortReductions::effective(const std::vector<std::vector<double>>&) {
  refuse();
}

struct EffectiveProducts::Parts {};
EffectiveProducts::EffectiveProducts(std::size_t, std::size_t, const std::vector<double>&) {
  refuse();
}
EffectiveProducts::~EffectiveProducts() = default;
EffectiveProducts::EffectiveProducts(EffectiveProducts&&) noexcept = default;
EffectiveProducts& EffectiveProducts::operator=(EffectiveProducts&&) noexcept = default;
std::vector<double> EffectiveProducts::column_currents(const std::vector<double>&, std::size_t) {
  refuse();
}
void EffectiveProducts::update(const std::vector<double>&, const std::vector<double>&, double) {
  refuse();
}
std::vector<double> EffectiveProducts::conductance() const {
  refuse();
}

struct CellCircuits::Parts {};
std::string CellCircuits::why_not(const CrossbarCircuit&) {
  return installation().why_none;
}
CellCircuits::CellCircuits(const CrossbarCircuit&) {
  refuse();
}
CellCircuits::~CellCircuits() = default;
CellCircuits::CellCircuits(CellCircuits&&) noexcept = default;
CellCircuits& CellCircuits::operator=(CellCircuits&&) noexcept = default;
std::vector<CellCircuitSolution> CellCircuits::solve(const std::vector<std::vector<double>>&, const std::vector<Input>&, const CellLaw&,
                                                     double, bool) {
  refuse();
}
std::vector<CellPortResponse> CellCircuits::respond(const std::vector<std::vector<double>>&, const std::vector<Cell>&, double) {
  refuse();
}

}  // namespace memcosim::cuda
