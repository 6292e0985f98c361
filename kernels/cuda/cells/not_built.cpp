// SPDX-License-Identifier: Apache-2.0
// Replaces the CUDA sources of cells in builds without a CUDA compiler: no model is supported, and resident cells cannot be made.
#include <stdexcept>

#include "memcosim/kernels/cuda/cells/cell_mirrors.hpp"
#include "memcosim/kernels/cuda/cells/resident_cells.hpp"

namespace memcosim::cuda {

namespace {

[[noreturn]] void fail() {
  throw std::logic_error("memcosim was built without CUDA: install the CUDA toolkit and build again");
}

}  // namespace

struct ResidentCells::Impl {};

bool ResidentCells::supports(const CellSpec&) {
  return false;
}
ResidentCells::ResidentCells(const std::vector<const CellArray*>&, int) {
  fail();
}
ResidentCells::ResidentCells(const CellSpec&, const CellArrayPlace&, int) {
  fail();
}
ResidentCells::~ResidentCells() = default;
std::size_t ResidentCells::size() const {
  fail();
}
std::size_t ResidentCells::arrays() const {
  fail();
}
std::size_t ResidentCells::adjusted() const {
  fail();
}
void ResidentCells::load(const CellArray&, std::size_t) {
  fail();
}
void ResidentCells::save(CellArray&, std::size_t) const {
  fail();
}
std::vector<double> ResidentCells::states() const {
  fail();
}
void ResidentCells::set_states(const std::vector<double>&) {
  fail();
}
std::vector<std::uint32_t> ResidentCells::pulses() const {
  fail();
}
void ResidentCells::set_history(const ArrayHistory&, std::size_t) {
  fail();
}
std::vector<double> ResidentCells::pulse_all(const double*, double) {
  fail();
}
void ResidentCells::pulse_train(const std::vector<PulseStep>&, std::uint32_t) {
  fail();
}
std::vector<double> ResidentCells::energies() const {
  fail();
}
std::vector<double> ResidentCells::conductances() const {
  fail();
}
std::vector<double> ResidentCells::read_sigmas() const {
  fail();
}
ProgramResult ResidentCells::write_verify(const WriteVerifySpec&, std::uint32_t, std::uint32_t, const double*, std::uint64_t) {
  fail();
}
void ResidentCells::set_targets(std::uint32_t, std::uint32_t, const double*) {
  fail();
}
void ResidentCells::write(const WriteVerifySpec&, std::uint64_t) {
  fail();
}
ProgramResult ResidentCells::program_result() const {
  fail();
}
void ResidentCells::wait() const {
  fail();
}

class CellMirrors::Mirrors {};

CellMirrors::CellMirrors(int) {
  fail();
}
CellMirrors::~CellMirrors() = default;
bool CellMirrors::use(std::uint32_t, const CellArray&, const std::function<void(ResidentCells&)>&) {
  return false;
}
bool CellMirrors::write(std::uint32_t, CellArray&, const WriteVerifySpec&, std::uint32_t, std::uint32_t, const double*, std::uint64_t,
                        ProgramResult&) {
  return false;
}
bool CellMirrors::pulse(std::uint32_t, CellArray&, const double*, double, std::vector<double>&) {
  return false;
}
bool CellMirrors::observe(std::uint32_t, const CellArray&, std::vector<double>&) {
  return false;
}
bool CellMirrors::read_sigmas(std::uint32_t, const CellArray&, std::vector<double>&) {
  return false;
}

}  // namespace memcosim::cuda
