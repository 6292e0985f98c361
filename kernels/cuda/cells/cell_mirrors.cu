// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <map>

#include "memcosim/kernels/cuda/cells/cell_mirrors.hpp"
#include "memcosim/kernels/cuda/cells/resident_cells.hpp"
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

class CellMirrors::Mirrors {
 public:
  explicit Mirrors(int gpu) : gpu_(gpu) {}

  /// Calls work() with the mirror of an array, brought up to date; returns false if the GPU has no room for it.
  bool with(std::uint32_t array, const CellArray& cells, const std::function<void(ResidentCells&)>& work) {
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
  /// Records that the array and its mirror have the same states again.
  void note_same(std::uint32_t array, const CellArray& cells) { known_.at(array).changes = cells.changes(); }

 private:
  struct Known {
    std::unique_ptr<ResidentCells> cells;
    std::uint64_t changes;
  };

  ResidentCells& up_to_date(std::uint32_t array, const CellArray& cells) {
    const auto found = known_.find(array);
    if (found == known_.end()) {
      const std::vector<const CellArray*> one = {&cells};
      return *known_.emplace(array, Known{std::make_unique<ResidentCells>(one, gpu_), cells.changes()}).first->second.cells;
    }
    if (found->second.changes != cells.changes()) {
      found->second.cells->load(cells);
      found->second.changes = cells.changes();
    }
    return *found->second.cells;
  }

  int gpu_;
  std::map<std::uint32_t, Known> known_;
};

CellMirrors::CellMirrors(int gpu) : mirrors_(std::make_unique<Mirrors>(gpu)) {}
CellMirrors::~CellMirrors() = default;

bool CellMirrors::use(std::uint32_t array, const CellArray& cells, const std::function<void(ResidentCells&)>& work) {
  if (!ResidentCells::supports(*cells.view().spec)) return false;
  if (mirrors_->with(array, cells, work)) return true;
  const std::string note = "the GPU had no room for the cells of an array: the host worked on them";
  if (notes_.empty()) notes_.push_back(note);
  return false;
}

bool CellMirrors::write(std::uint32_t array, CellArray& cells, const WriteVerifySpec& spec, std::uint32_t rows, std::uint32_t columns,
                        const double* targets_s, std::uint64_t event, ProgramResult& result) {
  const bool done = use(array, cells, [&](ResidentCells& mirror) {
    result = mirror.write_verify(spec, rows, columns, targets_s, event);
    mirror.save(cells);
  });
  if (done) mirrors_->note_same(array, cells);
  return done;
}

bool CellMirrors::pulse(std::uint32_t array, CellArray& cells, const double* volts, double seconds, std::vector<double>& energy_j) {
  const bool done = use(array, cells, [&](ResidentCells& mirror) {
    energy_j = mirror.pulse_all(volts, seconds);
    mirror.save(cells);
  });
  if (done) mirrors_->note_same(array, cells);
  return done;
}

bool CellMirrors::observe(std::uint32_t array, const CellArray& cells, std::vector<double>& siemens) {
  return is_worth_observing(cells) && use(array, cells, [&](ResidentCells& mirror) { siemens = mirror.conductances(); });
}

bool CellMirrors::read_sigmas(std::uint32_t array, const CellArray& cells, std::vector<double>& sigmas_s) {
  return is_worth_observing(cells) && use(array, cells, [&](ResidentCells& mirror) { sigmas_s = mirror.read_sigmas(); });
}

}  // namespace memcosim::cuda
