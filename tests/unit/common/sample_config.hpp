// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/common/config.hpp"

namespace memcosim::test {

/// A small configuration with one key of each kind, read the way a specification is read.
struct Sample {
  struct Layer {
    std::string name;
    std::int64_t bits = 0;
  };
  enum class Adc { sar, flash, ramp };

  double read_time = 0.0;
  double full_scale = 0.0;
  double gain = 0.0;
  std::int64_t rows = 0;
  std::int64_t seed = 0;
  bool verbose = false;
  std::string title;
  Adc adc = Adc::sar;
  std::vector<Layer> layers;
};

inline Sample read_sample(const ConfigDocument& document) {
  Sample sample;
  const ConfigNode root = document.root();
  sample.title = root.text("title", "untitled");
  sample.seed = root.integer("seed", 0, std::numeric_limits<std::int64_t>::max(), 1);
  sample.verbose = root.boolean("verbose", false);
  const ConfigNode macro = root.map("macro");
  sample.rows = macro.integer("rows", 1, 1024, 128);
  sample.read_time = macro.quantity("read_time", Dimension::time, Range::positive(), 10e-9);
  sample.gain = macro.number("gain", Range::between(0.0, 1.0), 0.5);
  const ConfigNode adc = macro.map("adc");
  sample.adc =
      adc.one_of<Sample::Adc>("kind", {{"sar", Sample::Adc::sar}, {"flash", Sample::Adc::flash}, {"ramp", Sample::Adc::ramp}}, "sar");
  sample.full_scale = adc.quantity("full_scale", Dimension::current, Range::between(1e-9, 1e-3), 1e-6);
  for (const ConfigNode& layer : root.list("layers")) {
    sample.layers.push_back({layer.text("name"), layer.integer("bits", 1, 8, 4)});
  }
  return sample;
}

inline Sample read_and_finish(const ConfigDocument& document) {
  Sample sample = read_sample(document);
  document.finish();
  return sample;
}

/// The faults of a text, from wherever they are thrown.
inline std::vector<Diagnostic> faults_of(std::string_view text, const std::vector<std::string>& overrides = {}) {
  try {
    const ConfigDocument document = ConfigDocument::from_text(text, "test.yaml", overrides);
    read_and_finish(document);
  } catch (const ConfigError& error) {
    return error.diagnostics();
  }
  return {};
}

}  // namespace memcosim::test
