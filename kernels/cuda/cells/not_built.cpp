// SPDX-License-Identifier: Apache-2.0
// Replaces the CUDA sources of cells in builds without a CUDA compiler: no model is supported, and banks cannot be made.
#include <stdexcept>

#include "memcosim/kernels/cuda/cells/cell_bank.hpp"
#include "memcosim/kernels/cuda/cells/cell_banks.hpp"

namespace memcosim::cuda {

namespace {

[[noreturn]] void fail() {
  throw std::logic_error("memcosim was built without CUDA: install the CUDA toolkit and build again");
}

}  // namespace

struct CellBank::Impl {};

bool CellBank::supports(const CellSpec&) {
  return false;
}
CellBank::CellBank(const std::vector<const CellArray*>&, int) {
  fail();
}
CellBank::CellBank(const CellSpec&, const CellArrayPlace&, int) {
  fail();
}
CellBank::~CellBank() = default;
std::size_t CellBank::size() const {
  fail();
}
std::size_t CellBank::arrays() const {
  fail();
}
std::size_t CellBank::adjusted() const {
  fail();
}
void CellBank::load(const CellArray&, std::size_t) {
  fail();
}
void CellBank::save(CellArray&, std::size_t) const {
  fail();
}
std::vector<double> CellBank::states() const {
  fail();
}
void CellBank::set_states(const std::vector<double>&) {
  fail();
}
std::vector<std::uint32_t> CellBank::pulses() const {
  fail();
}
void CellBank::set_history(const ArrayHistory&, std::size_t) {
  fail();
}
std::vector<double> CellBank::pulse_all(const double*, double) {
  fail();
}
void CellBank::pulse_train(const std::vector<PulseStep>&, std::uint32_t) {
  fail();
}
std::vector<double> CellBank::energies() const {
  fail();
}
std::vector<double> CellBank::conductances() const {
  fail();
}
std::vector<double> CellBank::read_sigmas() const {
  fail();
}
ProgramResult CellBank::write_verify(const WriteVerifySpec&, std::uint32_t, std::uint32_t, const double*, std::uint64_t) {
  fail();
}
void CellBank::set_targets(std::uint32_t, std::uint32_t, const double*) {
  fail();
}
void CellBank::write(const WriteVerifySpec&, std::uint64_t) {
  fail();
}
ProgramResult CellBank::program_result() const {
  fail();
}
void CellBank::wait() const {
  fail();
}

class CellBanks::Banks {};

CellBanks::CellBanks(int) {
  fail();
}
CellBanks::~CellBanks() = default;
bool CellBanks::use(std::uint32_t, const CellArray&, const std::function<void(CellBank&)>&) {
  return false;
}
bool CellBanks::write(std::uint32_t, CellArray&, const WriteVerifySpec&, std::uint32_t, std::uint32_t, const double*, std::uint64_t,
                      ProgramResult&) {
  return false;
}
bool CellBanks::pulse(std::uint32_t, CellArray&, const double*, double, std::vector<double>&) {
  return false;
}
bool CellBanks::observe(std::uint32_t, const CellArray&, std::vector<double>&) {
  return false;
}
bool CellBanks::read_sigmas(std::uint32_t, const CellArray&, std::vector<double>&) {
  return false;
}

}  // namespace memcosim::cuda
