// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/crossbar.hpp"

#include <exception>
#include <stdexcept>

namespace memcosim {

namespace {

constexpr const char* message_id = "memcosim/crossbar";

/// Runs one call of the functional core; its exceptions end here.
template <typename Call>
void guarded(Call call) {
  try {
    call();
  } catch (const std::exception& error) {
    SC_REPORT_ERROR(message_id, error.what());
  }
}

}  // namespace

Crossbar::Crossbar(const sc_core::sc_module_name& name, MacroContext& context, Backend& backend, ArrayId array)
    : sc_module(name), context_(context), backend_(backend), array_(array) {}

void Crossbar::begin(MvmRecord& mvm, const MvmExtension* ahead) {
  mvm.released_slices = 0;
  mvm.accounted_slices = 0;
  mvm.clipped = 0;
  mvm.codes.clear();
  if (ahead != nullptr && ahead->timing_only) {
    mvm.values = MvmRecord::Values::none;
    mvm.sums.assign(context_.outputs, 0);
    return;
  }
  if (ahead != nullptr && !ahead->outcome.sums.empty()) {
    mvm.values = MvmRecord::Values::given;
    guarded([&] { take(mvm, ahead->outcome); });
    return;
  }
  mvm.values = MvmRecord::Values::submitted;
  guarded([&] {
    MvmBatch batch;
    batch.array = array_;
    batch.version = backend_.version(array_);
    batch.count = 1;
    batch.inputs = mvm.inputs.data();
    batch.first_event = mvm.event;
    batch.keep_codes = context_.spec.level == TimingLevel::approximately_timed;
    mvm.ticket = backend_.submit(batch);
  });
}

void Crossbar::take(MvmRecord& mvm, const MvmOutcome& outcome) const {
  const std::size_t all_codes = std::size_t{context_.schedule.slices} * context_.converted;
  if (outcome.sums.size() != context_.outputs || outcome.drive_siemens.size() != context_.schedule.slices ||
      (!outcome.codes.empty() && outcome.codes.size() != all_codes)) {
    throw std::logic_error("an MVM computed ahead must have one sum per output, one drive conductance per slice and all codes or none");
  }
  mvm.sums.assign(outcome.sums.begin(), outcome.sums.end());
  mvm.drive_siemens.assign(outcome.drive_siemens.begin(), outcome.drive_siemens.end());
  if (context_.spec.level == TimingLevel::approximately_timed) mvm.codes.assign(outcome.codes.begin(), outcome.codes.end());
  mvm.clipped = outcome.clipped;
}

void Crossbar::collect(MvmRecord& mvm) {
  if (mvm.values == MvmRecord::Values::submitted) {
    guarded([&] {
      MvmResult result = backend_.collect(mvm.ticket);
      mvm.sums = std::move(result.sums);
      mvm.drive_siemens = std::move(result.drive_siemens);
      mvm.codes = std::move(result.codes);
      mvm.clipped = result.clipped.at(0);
    });
    mvm.values = MvmRecord::Values::collected;
  }
  account(mvm);
}

void Crossbar::release(MvmRecord& mvm) {
  ++mvm.released_slices;
  account(mvm);
}

void Crossbar::account(MvmRecord& mvm) {
  if (mvm.values == MvmRecord::Values::submitted) return;
  if (mvm.accounted_slices == 0 && mvm.released_slices != 0) context_.activity.clipped += mvm.clipped;
  for (; mvm.accounted_slices < mvm.released_slices; ++mvm.accounted_slices) {
    if (mvm.values == MvmRecord::Values::none) continue;
    context_.activity.array_energy_j += mvm.drive_siemens[mvm.accounted_slices] * context_.drive_energy_j_per_s;
  }
}

}  // namespace memcosim
