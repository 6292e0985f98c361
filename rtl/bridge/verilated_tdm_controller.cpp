// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <string>

#include "memcosim/rtl/bridge/detail/verilated_model.hpp"
#include "memcosim/rtl/bridge/tdm_controller_pins.hpp"

#include "Vtdm_controller.h"
// For tests, with a model that writes no FST files: MEMCOSIM_MUTANT, that one model has many mutants of the block; MEMCOSIM_ADCS, how many
// converters another elaboration has.
#if defined(MEMCOSIM_MUTANT) || defined(MEMCOSIM_ADCS)
using Vtdm_controller_fst = Vtdm_controller;
#else
#include "Vtdm_controller_fst.h"
#endif
#ifndef MEMCOSIM_ADCS
#define MEMCOSIM_ADCS 1
#endif

namespace memcosim {

#ifdef MEMCOSIM_MUTANT
namespace {

/// The mutant that the environment asks for; 0: the block itself.
int mutant() {
  const char* const number = std::getenv("MEMCOSIM_MUTANT");
  return number == nullptr ? 0 : std::stoi(number);
}

}  // namespace
#endif

template <>
struct PinsOfModel<TdmControllerPins> {
  using Model = Vtdm_controller;
  using FstModel = Vtdm_controller_fst;

  template <class AnyModel>
  static void drive(AnyModel& model, const TdmControllerPins::Inputs& inputs, const TdmControllerPins::Registers& registers) {
#ifdef MEMCOSIM_MUTANT
    static const int number = mutant();
    model.mutsel = static_cast<CData>(number);
#endif
    model.rst_n = inputs.reset ? 0 : 1;
    model.start = inputs.start ? 1 : 0;
    model.__SYM__abort = inputs.abort ? 1 : 0;
    // One converter that is not ready stalls; which one it is changes with the step.
    constexpr unsigned adcs = MEMCOSIM_ADCS;
    const unsigned stalled = inputs.adc_stalls ? 1u << (model.step_index + model.column_group) % adcs : 0u;
    set(model.adc_ready, ((1u << adcs) - 1u) & ~stalled);
    model.sum_ready = inputs.sum_stalls ? 0 : 1;
    const TdmControllerPins::Step& step = registers.steps[model.step_index];
    set(model.step_drive, step.drive);
    set(model.step_row_group, step.row_group);
    model.step_converts = step.converts ? 1 : 0;
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
    outputs.step_index = model.step_index;
    outputs.drive_slice = model.drive_slice;
    outputs.drive_row_group = model.drive_row_group;
    outputs.sample_slice = model.sample_slice;
    outputs.column_slice = model.column_slice;
    outputs.column_group = model.column_group;
    outputs.accumulate_slice = model.accumulate_slice;
    outputs.accumulate_group = model.accumulate_group;
    return outputs;
  }

  template <class AnyModel>
  static void set_registers(AnyModel& model, const TdmControllerPins::Registers& registers) {
    const TdmRegisterValues& values = registers.values;
    set(model.reg_slices, values.slices);
    set(model.reg_groups, values.groups);
    set(model.reg_settle, values.settle);
    set(model.reg_sample, values.sample);
    set(model.reg_mux, values.mux);
    set(model.reg_adc_latency, values.adc_latency);
    set(model.reg_group_step, values.group_step);
    set(model.reg_accumulate_latency, values.accumulate_latency);
    set(model.reg_held, values.held);
    set(model.reg_pipelined, values.pipelined);
  }

 private:
  /// A register was checked against its width; the pin's C++ type is the narrowest that holds it.
  template <class Pin>
  static void set(Pin& pin, std::uint32_t value) {
    pin = static_cast<Pin>(value);
  }
};

template std::unique_ptr<VerilatedBlock<TdmControllerPins>> VerilatedModels::make<TdmControllerPins>(
    const std::string& scope, const TdmControllerPins::Registers& registers);

}  // namespace memcosim
