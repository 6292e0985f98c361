// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <map>

#include "memcosim/kernels/cuda/cells/cell_bank.hpp"
#include "memcosim/kernels/cuda/cells/cell_banks.hpp"
#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"

namespace memcosim::cuda {

namespace {

/// With fewer cells, copying the states to the GPU and back takes as long as observing them on the host.
constexpr std::size_t least_cells_to_observe = 65536;

bool is_worth_observing(const CellArray& cells) {
  const CellNonidealities& effects = cells.view().spec->nonidealities;
  return !shows_its_state(effects) || has_read_noise(effects) || cells.size() >= least_cells_to_observe;
}

}  // namespace

class CellBanks::Banks {
 public:
  explicit Banks(int gpu) : gpu_(gpu) {}

  /// Calls work() with the bank of an array, brought up to date; returns false if the GPU has no room for it.
  bool with(std::uint32_t array, const CellArray& cells, const std::function<void(CellBank&)>& work) {
    for (const bool alone : {false, true}) {
      if (alone) known_.clear();
      try {
        work(up_to_date(array, cells));
        return true;
      } catch (const OutOfMemory&) {
        known_.erase(array);
      }
    }
    return false;
  }
  /// Records that the array and its bank have the same states again.
  void note_same(std::uint32_t array, const CellArray& cells) { known_.at(array).changes = cells.changes(); }

 private:
  struct Known {
    std::unique_ptr<CellBank> bank;
    std::uint64_t changes;
  };

  CellBank& up_to_date(std::uint32_t array, const CellArray& cells) {
    const auto found = known_.find(array);
    if (found == known_.end()) {
      const std::vector<const CellArray*> one = {&cells};
      return *known_.emplace(array, Known{std::make_unique<CellBank>(one, gpu_), cells.changes()}).first->second.bank;
    }
    if (found->second.changes != cells.changes()) {
      found->second.bank->load(cells);
      found->second.changes = cells.changes();
    }
    return *found->second.bank;
  }

  int gpu_;
  std::map<std::uint32_t, Known> known_;
};

CellBanks::CellBanks(int gpu) : banks_(std::make_unique<Banks>(gpu)) {}
CellBanks::~CellBanks() = default;

bool CellBanks::use(std::uint32_t array, const CellArray& cells, const std::function<void(CellBank&)>& work) {
  if (!CellBank::supports(*cells.view().spec)) return false;
  if (banks_->with(array, cells, work)) return true;
  const std::string note = "the GPU had no room for the cells of an array: the host worked on them";
  if (notes_.empty()) notes_.push_back(note);
  return false;
}

bool CellBanks::write(std::uint32_t array, CellArray& cells, const WriteVerifySpec& spec, std::uint32_t rows, std::uint32_t columns,
                      const double* targets_s, std::uint64_t event, ProgramResult& result) {
  const bool done = use(array, cells, [&](CellBank& bank) {
    result = bank.write_verify(spec, rows, columns, targets_s, event);
    bank.save(cells);
  });
  if (done) banks_->note_same(array, cells);
  return done;
}

bool CellBanks::pulse(std::uint32_t array, CellArray& cells, const double* volts, double seconds, std::vector<double>& energy_j) {
  const bool done = use(array, cells, [&](CellBank& bank) {
    energy_j = bank.pulse_all(volts, seconds);
    bank.save(cells);
  });
  if (done) banks_->note_same(array, cells);
  return done;
}

bool CellBanks::observe(std::uint32_t array, const CellArray& cells, std::vector<double>& siemens) {
  return is_worth_observing(cells) && use(array, cells, [&](CellBank& bank) { siemens = bank.conductances(); });
}

bool CellBanks::read_sigmas(std::uint32_t array, const CellArray& cells, std::vector<double>& sigmas_s) {
  return is_worth_observing(cells) && use(array, cells, [&](CellBank& bank) { sigmas_s = bank.read_sigmas(); });
}

}  // namespace memcosim::cuda
