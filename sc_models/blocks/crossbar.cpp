// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/blocks/crossbar.hpp"

#include <algorithm>
#include <exception>
#include <stdexcept>

#include "memcosim/devices/read_movement.hpp"
#include "memcosim/sc_models/message_ids.hpp"

namespace memcosim {

namespace {

constexpr std::uint64_t most_mvms_of_epoch = 1'000'000'000;

/// Runs one call of the functional core; its exceptions end here.
template <typename Call>
void guarded(Call call) {
  try {
    call();
  } catch (const std::exception& error) {
    SC_REPORT_ERROR(message_ids::crossbar, error.what());
  }
}

}  // namespace

Crossbar::Crossbar(const sc_core::sc_module_name& name, MacroContext& context, Backend& backend, ArrayId array)
    : sc_module(name),
      context_(context),
      cells_(backend.cells()),
      products_(backend.products()),
      array_(array),
      readout_(products_.add(context.spec.readout)) {}

void Crossbar::begin(MvmRecord& mvm, const MvmExtension* ahead) {
  mvm.released_slices = 0;
  mvm.accounted_slices = 0;
  if (ahead != nullptr && ahead->timing_only) {
    mvm.values = MvmRecord::Values::none;
    clear(mvm);
    mvm.outcome.conversion_clocks = ahead->outcome.conversion_clocks;
    return;
  }
  if (ahead != nullptr && !ahead->outcome.sums.empty()) {
    mvm.values = MvmRecord::Values::given;
    guarded([&] { take(mvm, ahead->outcome); });
    return;
  }
  mvm.values = MvmRecord::Values::submitted;
  clear(mvm);
  guarded([&] {
    ProductPart part;
    part.array = array_;
    part.version = cells_.version(array_);
    part.readout = readout_;
    part.used_outputs = mvm.used_outputs;
    ProductBatch batch;
    batch.parts = {&part, 1};
    batch.count = 1;
    batch.inputs = mvm.inputs.data();
    batch.first_event = mvm.event;
    const bool times_depend_on_codes = context_.spec.has_code_dependent_times();
    batch.keep_codes = context_.spec.level == TimingLevel::approximately_timed || times_depend_on_codes;
    mvm.ticket = products_.submit(batch);
    if (times_depend_on_codes) collect(mvm);  // the schedule of this MVM needs them
    if (ahead == nullptr) count_read(mvm);
  });
}

void Crossbar::count_read(const MvmRecord& mvm) {
  const MacroSpec& spec = context_.spec;
  const StateVersion version = cells_.version(array_);
  if (reads_version_ != version) {  // first read, or reprogrammed or aged since: earlier counts belong to another state
    reads_version_ = version;
    reads_counted_ = 0;
    if (!cells_.moves_when_read(array_)) {
      reads_.reset();
    } else if (reads_ != nullptr) {
      reads_->clear();
    } else {
      reads_ = std::make_unique<ReadEpoch>(cells_, array_, spec.readout);
      reads_every_ = read_epoch_length(cells_.config(array_).cell, spec.read_voltage_v, context_.schedule.slices() * spec.slice_s(),
                                       most_mvms_of_epoch);
    }
  }
  if (reads_ == nullptr) return;
  reads_->add(mvm.inputs.data(), 1, mvm.inputs.size(), static_cast<std::uint32_t>(mvm.inputs.size()));
  if (++reads_counted_ < reads_every_) return;
  const double moved = reads_->end(cells_, spec.slice_s());
  context_.activity.read_movement = std::max(context_.activity.read_movement, moved);
  reads_counted_ = 0;
  reads_version_ = cells_.version(array_);
}

/// Sets zeros and no energy, for an MVM that is timing only or whose values could not be computed.
void Crossbar::clear(MvmRecord& mvm) const {
  mvm.computed.sums.assign(context_.outputs, 0);
  mvm.outcome = MvmOutcome{mvm.computed.sums, {}, {}, {}};
}

void Crossbar::take(MvmRecord& mvm, const MvmOutcome& outcome) const {
  const std::size_t all_codes = std::size_t{context_.schedule.slices()} * context_.converted;
  if (outcome.sums.size() != context_.outputs || outcome.drive_siemens.size() != context_.schedule.slices() ||
      (!outcome.codes.empty() && outcome.codes.size() != all_codes)) {
    clear(mvm);
    throw std::logic_error("an MVM computed ahead must have one sum per output, one drive conductance per slice and all codes or none");
  }
  const bool accumulates = context_.spec.level == TimingLevel::approximately_timed;
  if (accumulates && outcome.codes.empty() && context_.spec.digital.changes_sums()) {
    clear(mvm);
    throw std::logic_error("digital blocks other than the models need the codes of an MVM computed ahead, not only its sums");
  }
  mvm.outcome = outcome;
  time_conversions(mvm);
  if (!accumulates) mvm.outcome.codes = {};
}

/// The clocks that the codes take, where the converters' times depend on them.
void Crossbar::time_conversions(MvmRecord& mvm) const {
  if (!context_.spec.has_code_dependent_times() || mvm.outcome.codes.empty()) return;
  mvm.conversion_clocks = context_.spec.conversion_clocks(mvm.outcome.codes, mvm.used_columns);
  mvm.outcome.conversion_clocks = mvm.conversion_clocks;
}

void Crossbar::collect(MvmRecord& mvm) {
  if (mvm.values == MvmRecord::Values::submitted) {
    guarded([&] {
      mvm.computed = products_.collect(mvm.ticket);
      mvm.outcome = {mvm.computed.sums, mvm.computed.drive_siemens, mvm.computed.clipped.at(0), mvm.computed.codes};
      time_conversions(mvm);
      if (context_.spec.level != TimingLevel::approximately_timed) mvm.outcome.codes = {};
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
  if (mvm.accounted_slices == 0 && mvm.released_slices != 0) {
    context_.activity.clipped_low += mvm.outcome.clipped.low;
    context_.activity.clipped_high += mvm.outcome.clipped.high;
  }
  if (!mvm.outcome.drive_siemens.empty()) {
    double energy_j = context_.activity.array_energy_j;
    for (std::uint32_t slice = mvm.accounted_slices; slice < mvm.released_slices; ++slice)
      energy_j += mvm.outcome.drive_siemens[slice] * context_.step_energy_j_per_s[slice];
    context_.activity.array_energy_j = energy_j;
  }
  mvm.accounted_slices = mvm.released_slices;
}

}  // namespace memcosim
