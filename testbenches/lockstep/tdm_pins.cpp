// SPDX-License-Identifier: Apache-2.0
#include "tdm_pins.hpp"

#include <stdexcept>

namespace memcosim {

const PinLayout& tdm_pin_layout() {
  static const PinLayout layout = {{{"rst_n", 1},
                                    {"reg_slices", 7},
                                    {"reg_groups", 13},
                                    {"reg_settle", 16},
                                    {"reg_sample", 16},
                                    {"reg_mux", 16},
                                    {"reg_adc_latency", 17},
                                    {"reg_group_step", 17},
                                    {"reg_accumulate_latency", 16},
                                    {"reg_held", 30},
                                    {"reg_pipelined", 1},
                                    {"step_drive", 16},
                                    {"step_converts", 1},
                                    {"step_row_group", 8},
                                    {"start", 1},
                                    {"abort", 1},
                                    {"adc_ready", 1},
                                    {"sum_ready", 1}},
                                   {{"step_index", 7},
                                    {"ready", 1},
                                    {"busy", 1},
                                    {"done", 1},
                                    {"drive_strobe", 1},
                                    {"drive_slice", 7},
                                    {"drive_row_group", 8},
                                    {"sample_strobe", 1},
                                    {"release_strobe", 1},
                                    {"sample_slice", 7},
                                    {"select_strobe", 1},
                                    {"convert_strobe", 1},
                                    {"column_slice", 7},
                                    {"column_group", 13},
                                    {"accumulate_strobe", 1},
                                    {"accumulate_slice", 7},
                                    {"accumulate_group", 13}}};
  return layout;
}

void read_pins(const TdmControllerPins::Outputs& outputs, PinValues& values) {
  using Pins = TdmControllerPins;
  const auto strobe = [&](Pins::Strobe bit) -> std::uint32_t { return (outputs.strobes & bit) != 0 ? 1 : 0; };
  values = {outputs.step_index,       outputs.ready ? 1u : 0u, outputs.busy ? 1u : 0u, strobe(Pins::done),    strobe(Pins::drive),
            outputs.drive_slice,      outputs.drive_row_group, strobe(Pins::sample),   strobe(Pins::release), outputs.sample_slice,
            strobe(Pins::select),     strobe(Pins::convert),   outputs.column_slice,   outputs.column_group,  strobe(Pins::accumulate),
            outputs.accumulate_slice, outputs.accumulate_group};
}

void read_pins(const TdmControllerPins::Inputs& inputs, const TdmControllerPins::Registers& registers, std::uint32_t step_index,
               PinValues& values) {
  const TdmRegisterValues& reg = registers.values;
  const TdmControllerPins::Step& step = registers.steps.at(step_index);
  values = {inputs.reset ? 0u : 1u,
            reg.slices,
            reg.groups,
            reg.settle,
            reg.sample,
            reg.mux,
            reg.adc_latency,
            reg.group_step,
            reg.accumulate_latency,
            reg.held,
            reg.pipelined,
            step.drive,
            step.converts ? 1u : 0u,
            step.row_group,
            inputs.start ? 1u : 0u,
            inputs.abort ? 1u : 0u,
            inputs.adc_stalls ? 0u : 1u,
            inputs.sum_stalls ? 0u : 1u};
}

void TdmStrobePins::new_edge(const TdmControllerPins::Registers& registers, bool stalls) {
  registers_ = &registers;
  stalls_ = stalls;
  pins_.strobes = 0;
}

const TdmControllerPins::Outputs& TdmStrobePins::pins(bool ready, bool busy) {
  pins_.ready = ready;
  pins_.busy = busy;
  return pins_;
}

void TdmStrobePins::raise(TdmControllerPins::Strobe strobe) {
  if ((pins_.strobes & strobe) != 0) throw std::logic_error("two strobes of one kind at one edge");
  pins_.strobes = static_cast<std::uint8_t>(pins_.strobes | strobe);
}

void TdmStrobePins::drive(std::uint32_t slice) {
  raise(TdmControllerPins::drive);
  pins_.drive_slice = slice;
  pins_.drive_row_group = registers_->steps[slice].row_group;
  pins_.step_index = slice + 1 == registers_->values.slices ? 0 : slice + 1;
}

void TdmStrobePins::sample(std::uint32_t slice) {
  raise(TdmControllerPins::sample);
  pins_.sample_slice = slice;
}

void TdmStrobePins::release(std::uint32_t slice) {
  raise(TdmControllerPins::release);
  pins_.sample_slice = slice;
}

void TdmStrobePins::select(std::uint32_t slice, std::uint32_t group) {
  raise(TdmControllerPins::select);
  pins_.column_slice = slice;
  pins_.column_group = group;
}

void TdmStrobePins::convert(std::uint32_t slice, std::uint32_t group) {
  raise(TdmControllerPins::convert);
  if (pins_.column_slice != slice || pins_.column_group != group) throw std::logic_error("a conversion of a group that is not selected");
}

void TdmStrobePins::accumulate(std::uint32_t slice, std::uint32_t group) {
  raise(TdmControllerPins::accumulate);
  pins_.accumulate_slice = slice;
  pins_.accumulate_group = group;
}

}  // namespace memcosim
