// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/digital_blocks.hpp"

#include <utility>

#include <fmt/format.h>

#include "memcosim/rtl/bridge/rtl_tdm_controller.hpp"

namespace memcosim {

DigitalBlocks with_rtl_blocks(DigitalBlocks own, const std::string& waves) {
  own.tdm_controller.add(rtl_block, rtl_tdm_controller_factory(waves));
  return own;
}

DigitalSpec read_digital_spec(const ConfigNode& digital, const DigitalBlocks& blocks) {
  const auto name = [&](const char* key, const auto& factories) {
    const std::vector<std::string> names = factories.names();
    return names[digital.choice(key, names, model_block)];
  };
  DigitalSpec spec;
  spec.tdm_controller = name("tdm_controller", blocks.tdm_controller);
  spec.accumulator = name("accumulator", blocks.accumulator);
  spec.writer = name("writer", blocks.writer);
  spec.converter_logic = name("converter_logic", blocks.converter_logic);
  spec.compare = digital.one_of<SumComparison>("compare", {{"stop", SumComparison::stop}, {"count", SumComparison::count}}, "stop");
  return spec;
}

void check_digital_spec(const ConfigNode& root, const RunSpec& spec) {
  const DigitalSpec& digital = spec.chip.macro.digital;
  const bool loose = spec.chip.macro.level == TimingLevel::loosely_timed;
  const auto clocked = [&](const char* key, const std::string& name) {
    if (!loose || name == model_block) return;
    root.map("simulation")
        .fault("level", fmt::format("the {0} \"{1}\" works clock by clock, loosely_timed has no clocks: set simulation.level to "
                                    "approximately_timed, or macro.digital.{0} to {2}",
                                    key, name, model_block));
  };
  clocked("tdm_controller", digital.tdm_controller);
  clocked("accumulator", digital.accumulator);
  clocked("converter_logic", digital.converter_logic);
  if (digital.compare == SumComparison::stop) return;
  const auto refuse = [&](const char* why) { root.map("macro").map("digital").fault("compare", why); };
  if (loose) {
    refuse(
        "loosely_timed takes the sums of the functional core and has none to compare: expected stop, or simulation.level: "
        "approximately_timed");
  } else if (spec.values == ValueMode::ahead) {
    refuse("values computed ahead of time cannot follow an accumulator whose sums differ: expected stop, or simulation.values: at_event");
  } else if (spec.values == ValueMode::none) {
    refuse("simulation.values: none computes no sums to compare: expected stop, or simulation.values: at_event");
  }
}

}  // namespace memcosim
