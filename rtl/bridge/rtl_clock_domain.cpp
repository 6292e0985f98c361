// SPDX-License-Identifier: Apache-2.0
#include "memcosim/rtl/bridge/rtl_clock_domain.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <exception>

#include "memcosim/rtl/bridge/rtl_stopped.hpp"
#include "memcosim/rtl/bridge/verilated_models.hpp"

namespace memcosim {

namespace {

constexpr const char* message_id = "memcosim/rtl";

}  // namespace

RtlClockDomain::RtlClockDomain(const sc_core::sc_module_name& name, const sc_core::sc_time& period, const std::string& waves)
    : sc_module(name),
      period_(period),
      picoseconds_per_tick_(sc_core::sc_get_time_resolution().to_seconds() * 1e12),
      models_(std::make_unique<VerilatedModels>(waves)),
      edge_(no_edge()),
      listened_(no_edge()) {
  SC_HAS_PROCESS(RtlClockDomain);
  SC_METHOD(tick);
  sensitive << tick_;
  dont_initialize();
}

RtlClockDomain::~RtlClockDomain() = default;

void RtlClockDomain::add(RtlBlock& block) {
  blocks_.push_back(&block);
}

void RtlClockDomain::remove(RtlBlock& block) {
  close_waves();
  const auto forget = [&](std::vector<RtlBlock*>& blocks) {
    blocks.erase(std::remove(blocks.begin(), blocks.end(), &block), blocks.end());
  };
  forget(active_);
  forget(blocks_);
}

void RtlClockDomain::wake(RtlBlock& block) {
  if (std::find(active_.begin(), active_.end(), &block) == active_.end()) active_.push_back(&block);
  tick_.notify(sc_core::SC_ZERO_TIME);
}

void RtlClockDomain::start_of_simulation() {
  try {
    models_->open();
  } catch (const std::exception& error) {
    SC_REPORT_ERROR(message_id, error.what());
  }
}

void RtlClockDomain::end_of_simulation() {
  close_waves();
}

void RtlClockDomain::tick() {
  try {
    clock();
  } catch (const RtlStopped& stopped) {
    SC_REPORT_FATAL(message_id, stopped.what());
  }
}

void RtlClockDomain::clock() {
  const sc_core::sc_time& now = sc_core::sc_time_stamp();
  if (edge_ != now) {
    const auto listens = [](const RtlBlock* block) { return block->listening(); };
    if (listened_ != now && std::any_of(active_.begin(), active_.end(), listens)) {
      listened_ = now;
      tick_.notify(sc_core::SC_ZERO_TIME);
      return;
    }
    if (models_->recording()) record_cycle(now);
    edge_ = now;
  }
  models_->enter(picoseconds(now));
  // A block woken up by publish() of another one is evaluated in the next delta cycle: wake() has notified tick_.
  const std::size_t count = active_.size();
  for (std::size_t block = 0; block < count; ++block)
    active_[block]->rise(now);
  for (std::size_t block = 0; block < count; ++block)
    active_[block]->publish();
  active_.erase(std::remove_if(active_.begin(), active_.end(), [](const RtlBlock* block) { return !block->active(); }), active_.end());
  if (!active_.empty()) tick_.notify(period_);
}

std::uint64_t RtlClockDomain::picoseconds(const sc_core::sc_time& time) const {
  return static_cast<std::uint64_t>(std::llround(static_cast<double>(time.value()) * picoseconds_per_tick_));
}

/// Records the cycle of the last edge, which cannot be evaluated again any more; before the first edge, the state after reset.
void RtlClockDomain::record_cycle(const sc_core::sc_time& now) {
  if (edge_ == no_edge()) {
    if (now != sc_core::SC_ZERO_TIME) models_->record(0);
    return;
  }
  models_->record(picoseconds(edge_));
  for (RtlBlock* block : blocks_)
    block->fall();
  models_->record(picoseconds(edge_ + period_ / 2));
}

void RtlClockDomain::close_waves() {
  if (!models_->recording()) return;
  if (edge_ != no_edge()) models_->record(picoseconds(edge_));
  models_->close();
}

}  // namespace memcosim
