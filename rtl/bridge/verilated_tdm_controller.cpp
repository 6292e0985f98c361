// SPDX-License-Identifier: Apache-2.0
#include "memcosim/rtl/bridge/detail/verilated_model.hpp"
#include "memcosim/rtl/bridge/tdm_controller_pins.hpp"

#include "Vtdm_controller.h"
#include "Vtdm_controller_fst.h"

namespace memcosim {

template <>
struct PinsOfModel<TdmControllerPins> {
  using Model = Vtdm_controller;
  using FstModel = Vtdm_controller_fst;

  template <class AnyModel>
  static void drive(AnyModel& model, const TdmControllerPins::Inputs& inputs) {
    model.start = inputs.start ? 1 : 0;
  }

  template <class AnyModel>
  static TdmControllerPins::Outputs outputs(const AnyModel& model) {
    using Pins = TdmControllerPins;
    const auto bit = [](CData pin, Pins::Strobe strobe) { return static_cast<unsigned>(pin) * strobe; };
    const unsigned strobes = bit(model.drive_strobe, Pins::drive) | bit(model.sample_strobe, Pins::sample) |
                             bit(model.release_strobe, Pins::release) | bit(model.select_strobe, Pins::select) |
                             bit(model.convert_strobe, Pins::convert) | bit(model.accumulate_strobe, Pins::accumulate) |
                             bit(model.done, Pins::done);
    Pins::Outputs outputs;
    outputs.strobes = static_cast<std::uint8_t>(strobes);
    outputs.ready = model.ready != 0;
    outputs.busy = model.busy != 0;
    outputs.drive_slice = model.drive_slice;
    outputs.sample_slice = model.sample_slice;
    outputs.column_slice = model.column_slice;
    outputs.column_group = model.column_group;
    outputs.accumulate_slice = model.accumulate_slice;
    outputs.accumulate_group = model.accumulate_group;
    return outputs;
  }

  template <class AnyModel>
  static void set_registers(AnyModel& model, const TdmRegisterValues& registers) {
    set(model.reg_slices, registers.slices);
    set(model.reg_groups, registers.groups);
    set(model.reg_drive, registers.drive);
    set(model.reg_settle, registers.settle);
    set(model.reg_sample, registers.sample);
    set(model.reg_mux, registers.mux);
    set(model.reg_adc_latency, registers.adc_latency);
    set(model.reg_group_step, registers.group_step);
    set(model.reg_accumulate_latency, registers.accumulate_latency);
    set(model.reg_slot, registers.slot);
  }

 private:
  /// A register was checked against its width; the pin's C++ type is the narrowest that holds it.
  template <class Pin>
  static void set(Pin& pin, std::uint32_t value) {
    pin = static_cast<Pin>(value);
  }
};

template std::unique_ptr<VerilatedBlock<TdmControllerPins>> VerilatedModels::make<TdmControllerPins>(const std::string& scope,
                                                                                                     const TdmRegisterValues& registers);

}  // namespace memcosim
