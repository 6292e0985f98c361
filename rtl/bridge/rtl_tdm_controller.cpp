// SPDX-License-Identifier: Apache-2.0
#include "memcosim/rtl/bridge/rtl_tdm_controller.hpp"

#include <utility>

#include "memcosim/rtl/bridge/clocked_block.hpp"
#include "memcosim/rtl/bridge/rtl_clock_domains.hpp"
#include "memcosim/rtl/bridge/tdm_controller_pins.hpp"
#include "memcosim/rtl/bridge/tdm_registers.hpp"

namespace memcosim {

namespace {

constexpr const char* message_id = "memcosim/tdm_controller";

/// Turns start() into the start pin and the strobe pins into calls.
class RtlTdmController final : public TdmController, private ClockedBlock<TdmControllerPins> {
 public:
  RtlTdmController(const sc_core::sc_module_name& module_name, const TdmSchedule& schedule, std::shared_ptr<RtlClockDomain> domain,
                   TdmStrobes& strobes)
      : TdmController(module_name),
        ClockedBlock(std::move(domain), name(), tdm_registers(schedule)),
        schedule_(schedule),
        strobes_(strobes),
        ready_event_("ready_event") {}

  bool ready() const override { return !driven() && sampled_outputs().ready; }

  void start() override {
    if (sc_core::sc_time_stamp().value() % period().value() != 0) {
      SC_REPORT_ERROR(message_id, "start off a clock edge");
      return;
    }
    if (!ready()) {
      SC_REPORT_ERROR(message_id, "start while not ready");
      return;
    }
    ClockedBlock::drive({true});
  }

  bool busy() const override { return driven() || sampled_outputs().busy; }

  void set_groups(std::uint32_t groups) override {
    if (busy()) {
      SC_REPORT_ERROR(message_id, "change of the column groups while an MVM is in flight");
      return;
    }
    if (groups == 0 || groups > schedule_.groups) {
      SC_REPORT_ERROR(message_id, ("the controller has 1 to " + std::to_string(schedule_.groups) + " column groups").c_str());
      return;
    }
    TdmSchedule in_use = schedule_;
    in_use.groups = groups;
    set_registers(tdm_registers(in_use));
  }

  const sc_core::sc_event& ready_event() const override { return ready_event_; }

 private:
  void clocked(const Outputs& before, const Outputs& after) override {
    if (after.ready && (driven() || !before.ready)) ready_event_.notify(period());
  }

  /// Calls the strobes that are new at this edge.
  void publish(const Outputs& pins, const Outputs& published) override {
    using Pins = TdmControllerPins;
    const unsigned fresh = pins.strobes & ~static_cast<unsigned>(published.strobes);
    if (fresh == 0) return;
    if ((fresh & Pins::drive) != 0) strobes_.drive(pins.drive_slice);
    if ((fresh & Pins::sample) != 0) strobes_.sample(pins.sample_slice);
    if ((fresh & Pins::release) != 0) strobes_.release(pins.sample_slice);
    if ((fresh & Pins::select) != 0) strobes_.select(pins.column_slice, pins.column_group);
    if ((fresh & Pins::convert) != 0) strobes_.convert(pins.column_slice, pins.column_group);
    if ((fresh & Pins::accumulate) != 0) strobes_.accumulate(pins.accumulate_slice, pins.accumulate_group);
    if ((fresh & Pins::done) != 0) strobes_.done();
  }

  const TdmSchedule schedule_;  ///< with all groups
  TdmStrobes& strobes_;
  sc_core::sc_event ready_event_;
};

}  // namespace

TdmControllerFactory rtl_tdm_controller_factory(const std::string& waves) {
  return [domains = std::make_shared<RtlClockDomains>(waves)](const std::string& name, const TdmSchedule& schedule,
                                                              const sc_core::sc_time& period,
                                                              TdmStrobes& strobes) -> std::unique_ptr<TdmController> {
    return std::make_unique<RtlTdmController>(name.c_str(), schedule, domains->at(period), strobes);
  };
}

}  // namespace memcosim
