// SPDX-License-Identifier: Apache-2.0
#include "memcosim/rtl/bridge/rtl_tdm_controller.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "memcosim/common/error.hpp"
#include "memcosim/rtl/bridge/rtl_clock_domain.hpp"
#include "memcosim/rtl/bridge/verilated_models.hpp"

namespace memcosim {

namespace {

constexpr const char* message_id = "memcosim/tdm_controller";

/// One Verilated controller: turns start() into the start pin and the strobe pins into calls.
class RtlTdmController final : public TdmController, private RtlBlock {
 public:
  RtlTdmController(const sc_core::sc_module_name& module_name, const TdmSchedule& schedule, std::shared_ptr<RtlClockDomain> domain,
                   TdmStrobes& strobes)
      : TdmController(module_name),
        schedule_(schedule),
        domain_(std::move(domain)),
        model_(domain_->models().make_tdm_controller(name(), tdm_register_values(schedule))),
        pins_(model_->pins()),
        strobes_(strobes),
        ready_event_("ready_event"),
        edge_(no_edge()) {
    domain_->add(*this);
  }
  ~RtlTdmController() override { domain_->remove(*this); }

  bool ready() const override {
    if (start_) return false;
    return sc_core::sc_time_stamp() == edge_ ? ready_at_edge_ : pins_.ready;
  }

  void start() override {
    if (sc_core::sc_time_stamp().value() % domain_->period().value() != 0) {
      SC_REPORT_ERROR(message_id, "start off a clock edge");
      return;
    }
    if (!ready()) {
      SC_REPORT_ERROR(message_id, "start while not ready");
      return;
    }
    start_ = true;
    domain_->wake(*this);
  }

  bool busy() const override { return start_ || (sc_core::sc_time_stamp() == edge_ ? busy_at_edge_ : pins_.busy); }

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
    model_->set_registers(tdm_register_values(in_use));
  }

  const sc_core::sc_event& ready_event() const override { return ready_event_; }

 private:
  void fall() override {
    if (!high_) return;
    model_->fall();
    high_ = false;
  }

  void rise(const sc_core::sc_time& now) override {
    if (edge_ == now) {
      if (!start_) return;
      model_->restore();
    } else {
      fall();
      edge_ = now;
      ready_at_edge_ = pins_.ready;
      busy_at_edge_ = pins_.busy;
      published_ = 0;
      if (ready_at_edge_ && !start_) model_->save();
    }
    model_->rise(start_);
    high_ = true;
    if (start_) {
      ready_at_edge_ = false;
      busy_at_edge_ = true;
    }
    start_ = false;
    pins_ = model_->pins();
    if (pins_.ready && !ready_at_edge_) ready_event_.notify(domain_->period());
  }

  /// Calls the strobes that are new at this edge.
  void publish() override {
    const unsigned fresh = pins_.strobes & ~static_cast<unsigned>(published_);
    if (fresh == 0) return;
    published_ = pins_.strobes;
    const TdmNumbers numbers = model_->numbers();
    if ((fresh & TdmPins::drive) != 0) strobes_.drive(numbers.drive_slice);
    if ((fresh & TdmPins::sample) != 0) strobes_.sample(numbers.sample_slice);
    if ((fresh & TdmPins::release) != 0) strobes_.release(numbers.sample_slice);
    if ((fresh & TdmPins::select) != 0) strobes_.select(numbers.column_slice, numbers.column_group);
    if ((fresh & TdmPins::convert) != 0) strobes_.convert(numbers.column_slice, numbers.column_group);
    if ((fresh & TdmPins::accumulate) != 0) strobes_.accumulate(numbers.accumulate_slice, numbers.accumulate_group);
    if ((fresh & TdmPins::done) != 0) strobes_.done();
  }

  bool listening() const override { return pins_.ready && !start_; }
  bool active() const override { return pins_.busy || start_; }

  const TdmSchedule schedule_;  ///< with all groups
  std::shared_ptr<RtlClockDomain> domain_;
  std::unique_ptr<VerilatedTdmController> model_;
  TdmPins pins_;  ///< after the last edge
  TdmStrobes& strobes_;
  sc_core::sc_event ready_event_;
  sc_core::sc_time edge_;       ///< the last evaluated edge
  bool ready_at_edge_ = false;  ///< ready just before that edge and no start since: it can still sample a start
  bool busy_at_edge_ = false;   ///< busy just before that edge, or started at it
  bool start_ = false;          ///< start() was called and its edge is not yet evaluated
  bool high_ = false;           ///< the clock pin
  std::uint8_t published_ = 0;  ///< strobes already called at the last edge
};

/// Clock domains of one factory, by period. Each is owned by its controllers.
class ClockDomains {
 public:
  explicit ClockDomains(std::string waves) : waves_(std::move(waves)) {}

  std::shared_ptr<RtlClockDomain> at(const sc_core::sc_time& period) {
    std::weak_ptr<RtlClockDomain>& known = domains_[period.value()];
    std::shared_ptr<RtlClockDomain> domain = known.lock();
    if (!domain) {
      domain = std::make_shared<RtlClockDomain>(sc_core::sc_gen_unique_name("rtl_clock"), period, waves_file(domains_.size() - 1));
      known = domain;
    }
    return domain;
  }

 private:
  std::string waves_file(std::size_t index) const {
    if (waves_.empty() || index == 0) return waves_;
    const std::size_t dot = waves_.rfind('.');
    return dot == std::string::npos ? waves_ : waves_.substr(0, dot) + "." + std::to_string(index) + waves_.substr(dot);
  }

  std::string waves_;
  std::map<sc_core::sc_time::value_type, std::weak_ptr<RtlClockDomain>> domains_;
};

/// The controller counts equal slots, in which every slice is converted.
void check_playable(const TdmSchedule& schedule) {
  if (schedule.has_equal_steps() && !schedule.during_drive && (!schedule.pipelined || schedule.overlap == StepOverlap::slice)) return;
  throw InputError(
      "the RTL TDM controller plays drive steps of equal length that are all converted, with macro.timing.overlap: slice: change the "
      "readout or use the model controller");
}

/// Values beyond 32 bits are beyond every register.
std::uint32_t register_value(std::uint64_t clocks) {
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(clocks, std::numeric_limits<std::uint32_t>::max()));
}

void check_ranges(const TdmRegisterValues& values) {
  for (const TdmRegister& reg : tdm_registers) {
    const std::uint32_t value = values.*reg.value;
    if (value >= reg.min && value <= reg.max) continue;
    throw InputError(std::string("the RTL TDM controller takes ") + reg.name + " from " + std::to_string(reg.min) + " to " +
                     std::to_string(reg.max) + ", the readout schedule has " + std::to_string(value) +
                     ": change it or use the model controller");
  }
}

}  // namespace

TdmRegisterValues tdm_register_values(const TdmSchedule& schedule) {
  check(schedule);
  check_playable(schedule);
  TdmRegisterValues values;
  values.slices = schedule.slices();
  values.groups = schedule.groups;
  values.drive = schedule.steps.front().clocks;
  values.settle = schedule.settle;
  values.sample = schedule.sample;
  values.mux = schedule.mux;
  values.adc_latency = schedule.adc.latency;
  values.accumulate_latency = schedule.accumulate_latency;
  values.group_step = register_value(schedule.group_step(0));
  values.slot = register_value(schedule.interval() / schedule.slices());
  check_ranges(values);
  return values;
}

TdmControllerFactory rtl_tdm_controller_factory(const std::string& waves) {
  return [domains = std::make_shared<ClockDomains>(waves)](const std::string& name, const TdmSchedule& schedule,
                                                           const sc_core::sc_time& period,
                                                           TdmStrobes& strobes) -> std::unique_ptr<TdmController> {
    return std::make_unique<RtlTdmController>(name.c_str(), schedule, domains->at(period), strobes);
  };
}

}  // namespace memcosim
