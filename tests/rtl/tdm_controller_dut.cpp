// SPDX-License-Identifier: Apache-2.0
#include "tdm_controller_dut.hpp"

#include "memcosim/rtl/bridge/tdm_registers.hpp"

#include "tdm_pins.hpp"

namespace memcosim {

namespace {

PinValues values_of(const TdmControllerPins::Outputs& pins) {
  PinValues values;
  read_pins(pins, values);
  return values;
}

}  // namespace

bool operator==(const TdmControllerPins::Outputs& a, const TdmControllerPins::Outputs& b) {
  return values_of(a) == values_of(b);
}

std::ostream& operator<<(std::ostream& out, const TdmControllerPins::Outputs& pins) {
  const PinValues values = values_of(pins);
  for (std::size_t pin = 0; pin < values.size(); ++pin)
    out << tdm_pin_layout().outputs[pin].name << ' ' << values[pin] << ' ';
  return out;
}

}  // namespace memcosim

namespace memcosim::rtl_test {

TdmSchedule shortest_schedule() {
  TdmSchedule schedule;
  schedule.sample = 0;
  schedule.mux = 0;
  schedule.adc = {1, 1};
  schedule.accumulate_latency = 0;
  schedule.accumulate_interval = 0;
  schedule.overlap = StepOverlap::converter;
  return schedule;
}

Dut::Dut(int power_up_seed)
    : models_("", power_up_seed), block_(models_.make<TdmControllerPins>("controller", tdm_registers(shortest_schedule()))) {}

void Dut::configure(const TdmSchedule& schedule) {
  block_->set_registers(tdm_registers(schedule));
}

void Dut::reset() {
  TdmControllerPins::Inputs reset;
  reset.reset = true;
  clock(reset);
  clock(reset);
  clock(false);
}

void Dut::clock(const TdmControllerPins::Inputs& inputs) {
  block_->rise(inputs);
  block_->fall();
}

void Dut::clock(bool start) {
  TdmControllerPins::Inputs inputs;
  inputs.start = start;
  clock(inputs);
}

}  // namespace memcosim::rtl_test
