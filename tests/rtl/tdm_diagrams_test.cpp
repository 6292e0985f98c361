// SPDX-License-Identifier: Apache-2.0
// The waveform diagrams of docs/rtl.md show the pins of rtl/tdm_controller.sv. With MEMCOSIM_WRITE_DIAGRAMS set, the files are written instead of
// compared; scripts/wavedrom_svg.py then draws them.
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/common/files.hpp"
#include "memcosim/rtl/bridge/tdm_registers.hpp"

#include "tdm_controller_dut.hpp"
#include "tdm_pins.hpp"

namespace memcosim::rtl_test {
namespace {

using Inputs = TdmControllerPins::Inputs;

struct Diagram {
  const char* name;
  std::string title;
  TdmSchedule schedule;
  int edges;                          ///< edge 0 to edges - 1 are shown, and the clock before
  std::function<Inputs(int)> inputs;  ///< that an edge samples
  std::vector<std::string> input_pins;
  bool from_power_up = false;  ///< else from ready on
};

/// The level of each shown clock as WaveDrom writes it.
class Row {
 public:
  explicit Row(const NamedPin& pin) : pin_(pin) {}
  void unknown() { wave_ += 'x'; }
  void add(std::uint32_t value) {
    const bool same = known_ && value == last_;
    known_ = true;
    last_ = value;
    if (same) {
      wave_ += '.';
    } else if (pin_.width == 1) {
      wave_ += value != 0 ? '1' : '0';
    } else {
      wave_ += '=';
      data_ += (data_.empty() ? "\"" : ", \"") + std::to_string(value) + '"';
    }
  }
  std::string text() const {
    return std::string("{\"name\": \"") + pin_.name + "\", \"wave\": \"" + wave_ + '"' +
           (data_.empty() ? "" : ", \"data\": [" + data_ + ']') + '}';
  }

 private:
  NamedPin pin_;
  std::string wave_, data_;
  bool known_ = false;
  std::uint32_t last_ = 0;
};

std::vector<Row> rows(const std::vector<NamedPin>& pins) {
  return {pins.begin(), pins.end()};
}

std::string wavedrom(const Diagram& diagram) {
  const PinLayout& layout = tdm_pin_layout();
  std::vector<Row> inputs = rows(layout.inputs);
  std::vector<Row> outputs = rows(layout.outputs);
  const TdmControllerPins::Registers registers = tdm_registers(diagram.schedule);
  Dut dut;
  dut.configure(diagram.schedule);
  if (!diagram.from_power_up) dut.reset();
  PinValues values;
  // The clock before edge n has the inputs that edge n samples; the outputs change at the edge.
  for (int edge = 0; edge <= diagram.edges; ++edge) {
    const Pins pins = dut.pins();
    const bool known = edge != 0 || !diagram.from_power_up;
    read_pins(pins, values);
    for (std::size_t pin = 0; pin < outputs.size(); ++pin) {
      if (known) {
        outputs[pin].add(values[pin]);
      } else {
        outputs[pin].unknown();
      }
    }
    const Inputs sampled = edge == diagram.edges ? Inputs() : diagram.inputs(edge);
    read_pins(sampled, registers, known ? pins.step_index : 0, values);
    for (std::size_t pin = 0; pin < inputs.size(); ++pin)
      inputs[pin].add(values[pin]);
    if (edge != diagram.edges) dut.clock(sampled);
  }
  const std::string separator = ",\n    ";
  std::string text =
      "{\n  \"head\": {\"text\": \"" + diagram.title + "\", \"tick\": -1},\n  \"config\": {\"hscale\": 1},\n  \"signal\": [\n    ";
  text += "{\"name\": \"clk\", \"wave\": \"p" + std::string(static_cast<std::size_t>(diagram.edges), '.') + "\"}";
  for (std::size_t pin = 0; pin < inputs.size(); ++pin) {
    for (const std::string& shown : diagram.input_pins)
      if (shown == layout.inputs[pin].name) text += separator + inputs[pin].text();
  }
  text += separator + "{}";
  for (std::size_t pin = 0; pin < outputs.size(); ++pin) {
    if (std::string(layout.outputs[pin].name) != "drive_row_group") text += separator + outputs[pin].text();
  }
  return text + "\n  ]\n}\n";
}

/// The schedule of TdmControllerRtl.PlaysASmallScheduleAsCountedByHand, with this many steps.
TdmSchedule small_schedule(std::uint32_t steps) {
  TdmSchedule schedule;
  schedule.steps = equal_steps(steps, 1);
  schedule.groups = 2;
  schedule.settle = 1;
  schedule.adc = {2, 3};
  return schedule;
}

void check_diagram(const Diagram& diagram) {
  const std::string path = std::string(MEMCOSIM_DIAGRAMS) + "/" + diagram.name + ".json";
  const std::string text = wavedrom(diagram);
  if (std::getenv("MEMCOSIM_WRITE_DIAGRAMS") != nullptr) {
    write_file(path, text);
    return;
  }
  std::ifstream file(path);
  const std::string kept{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  EXPECT_EQ(kept, text) << path;
}

TEST(TdmDiagrams, OneMvm) {
  const auto inputs = [](int edge) {
    Inputs at;
    at.start = edge == 0;
    return at;
  };
  check_diagram({"mvm", "one MVM: 2 steps of 2 groups", small_schedule(2), 22, inputs, {"start"}});
}

TEST(TdmDiagrams, StallWithTheSecondHeldSet) {
  TdmSchedule schedule = small_schedule(3);
  schedule.settle = 3;
  const auto inputs = [](int edge) {
    Inputs at;
    at.start = edge == 0;
    at.adc_stalls = edge >= 9 && edge <= 12;
    return at;
  };
  check_diagram({"stall", "3 steps of 2 groups; edges 9 to 12 sample adc_ready low", schedule, 36, inputs, {"start", "adc_ready"}});
}

TEST(TdmDiagrams, ResetAndAbort) {
  const auto inputs = [](int edge) {
    Inputs at;
    at.reset = edge <= 1;
    at.start = edge == 2 || edge == 3 || edge >= 11;
    at.abort = edge == 11;
    return at;
  };
  check_diagram({"abort", "reset at edges 0 and 1, abort at edge 11", small_schedule(2), 18, inputs, {"rst_n", "start", "abort"}, true});
}

}  // namespace
}  // namespace memcosim::rtl_test
