// SPDX-License-Identifier: Apache-2.0
#include "memcosim/rtl/bridge/verilated_models.hpp"

#include "memcosim/common/error.hpp"
#include "memcosim/rtl/bridge/detail/verilated_model.hpp"

namespace memcosim {

namespace {

bool ends_in(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

VerilatedModels::VerilatedModels(const std::string& waves, int power_up_seed) : impl_(std::make_unique<Impl>()) {
  if (power_up_seed != 0) {
    impl_->context.randReset(2);
    impl_->context.randSeed(power_up_seed);
  }
  impl_->context.threads(1);  // the default is one per core, but the models are single-threaded
  impl_->waves = waves;
  if (waves.empty()) return;
  impl_->context.traceEverOn(true);
  if (ends_in(waves, ".vcd")) {
    impl_->vcd = std::make_unique<VerilatedVcdC>();
  } else if (ends_in(waves, ".fst")) {
    impl_->fst = std::make_unique<VerilatedFstC>();
  } else {
    throw InputError("waveform file " + waves + ": the name must end in .vcd or .fst");
  }
  // By default Verilator takes the time units from the models, which do not exist yet.
  impl_->with_file([](auto& file) {
    file.set_time_unit("1ps");
    file.set_time_resolution("1ps");
  });
}

VerilatedModels::~VerilatedModels() {
  close();
}

void VerilatedModels::open() {
  impl_->with_file([&](auto& file) {
    file.open(impl_->waves.c_str());
    if (!file.isOpen()) throw RunError("cannot write the waveform file " + impl_->waves);
  });
}

bool VerilatedModels::recording() const {
  return (impl_->vcd && impl_->vcd->isOpen()) || (impl_->fst && impl_->fst->isOpen());
}

void VerilatedModels::record(std::uint64_t picoseconds) {
  impl_->with_file([&](auto& file) { file.dump(picoseconds); });
}

void VerilatedModels::close() {
  impl_->with_file([](auto& file) { file.close(); });
}

void VerilatedModels::enter(std::uint64_t picoseconds) {
  Verilated::threadContextp(&impl_->context);
  impl_->context.time(picoseconds);
}

}  // namespace memcosim
