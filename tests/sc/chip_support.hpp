// SPDX-License-Identifier: Apache-2.0
#pragma once

// A small chip made by hand: mappings, arrays and values that several tests of the chip share.

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/architecture/mapping_plan.hpp"
#include "memcosim/architecture/stage_values.hpp"
#include "memcosim/kernels/arrays/programming_counts.hpp"
#include "memcosim/kernels/backends/backends.hpp"
#include "memcosim/sc_models/chip/chip.hpp"
#include "memcosim/sc_models/chip/host.hpp"

#include "array_batch.hpp"

namespace memcosim::chip_test {

constexpr std::uint32_t array_rows = 16;
constexpr std::uint32_t array_columns = 8;
constexpr std::uint32_t weight_levels = 4;

/// One stage of a mapping; tiles follow from the sizes.
struct StageShape {
  std::vector<std::int32_t> predecessors;
  std::uint32_t windows = 1;
  std::uint32_t rows = array_rows;
  std::uint32_t outputs = array_columns / 2;
};

/// Well-mixed bits of a few numbers: test data without a random stream.
inline std::uint32_t mix(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  std::uint64_t x = a * 0x9e3779b97f4a7c15u + b * 0xbf58476d1ce4e5b9u + c * 0x94d049bb133111ebu + 1;
  x ^= x >> 31;
  x *= 0xd6e8feb86659fd93u;
  return static_cast<std::uint32_t>(x >> 33);
}

inline MappingPlan make_plan(const std::vector<StageShape>& shapes) {
  MappingPlan plan;
  plan.array_rows = array_rows;
  plan.array_columns = array_columns;
  plan.encoding = &encodings::differential_digital;
  plan.window = {1e-6, 1e-4, weight_levels};
  const std::uint32_t outputs_per_array = array_columns / 2;
  for (std::uint32_t s = 0; s < shapes.size(); ++s) {
    const StageShape& shape = shapes[s];
    StagePlan stage;
    stage.name = "layer" + std::to_string(s);
    stage.predecessors = shape.predecessors;
    stage.windows = shape.windows;
    stage.rows = shape.rows;
    stage.outputs = shape.outputs;
    stage.row_blocks = (shape.rows + array_rows - 1) / array_rows;
    stage.input_bytes = std::uint64_t{shape.rows} * shape.windows;
    stage.output_bytes = std::uint64_t{shape.outputs} * shape.windows;
    stage.digital.additions = std::uint64_t{shape.outputs} * stage.row_blocks * shape.windows;
    stage.digital.activations = stage.output_bytes;
    for (std::uint32_t first_output = 0; first_output < shape.outputs; first_output += outputs_per_array) {
      for (std::uint32_t row_block = 0; row_block < stage.row_blocks; ++row_block) {
        TilePlan tile;
        tile.stage = s;
        tile.row_block = row_block;
        tile.column_block = first_output / outputs_per_array;
        tile.first_row = row_block * array_rows;
        tile.rows = std::min(array_rows, shape.rows - tile.first_row);
        tile.first_output = first_output;
        tile.outputs = std::min(outputs_per_array, shape.outputs - first_output);
        tile.columns = 2 * tile.outputs;
        for (std::uint32_t cell = 0; cell < tile.rows * tile.columns; ++cell) {
          tile.levels.push_back(static_cast<std::uint16_t>(mix(s, plan.tiles.size(), cell) % weight_levels));
        }
        stage.tiles.push_back(static_cast<std::uint32_t>(plan.tiles.size()));
        plan.tiles.push_back(std::move(tile));
      }
    }
    plan.stages.push_back(std::move(stage));
  }
  return plan;
}

/// Two stages fork from the input's stage and join; tiles are ragged in both directions.
inline MappingPlan fork_and_join() {
  return make_plan({{{-1}, 3, 20, 6}, {{0}, 5, 6, 4}, {{0}, 2, 33, 3}, {{1, 2}, 1, 10, 5}});
}

inline WriteVerifySpec programming_spec() {
  WriteVerifySpec spec;
  spec.set = {1.2, 0.05, 2.5, 100e-9};
  spec.reset = {1.1, 0.05, 2.5, 50e-9};
  spec.verify.bits = 8;
  spec.verify.full_scale_s = 1.25e-4;
  spec.verify.averaging = 2;
  spec.verify.noise_lsb = 0.3;
  spec.verify.read_voltage_v = 0.2;
  spec.verify.read_duration_s = 10e-9;
  spec.tolerance_s = 3e-6;
  return spec;
}

inline ChipSpec chip_spec(TimingLevel level) {
  ChipSpec spec;
  spec.macro.rows = array_rows;
  spec.macro.columns = array_columns;
  spec.macro.columns_per_adc = 4;
  spec.macro.readout.input_bits = 4;
  spec.macro.readout.encoding = &encodings::differential_digital;
  spec.macro.readout.adc.bits = 8;
  spec.macro.programming = programming_spec();
  spec.macro.level = level;
  spec.macro.costs = cost_preset("isaac_32nm", {});
  spec.buffer_bytes_per_clock = 8;
  spec.units = {4, 2, 2};
  return spec;
}

/// One array per tile, the initial state as made.
inline std::unique_ptr<Backend> make_arrays(const MappingPlan& plan, const ChipSpec& spec, const CellSpec& cell) {
  BackendOptions options;
  options.name = "cpu";
  std::unique_ptr<Backend> backend = make_backend(options);
  for (std::uint32_t tile = 0; tile < plan.tiles.size(); ++tile) {
    ArrayConfig config;
    config.rows = plan.array_rows;
    config.columns = plan.array_columns;
    config.cell = cell;
    config.window = plan.window;
    config.read_voltage_v = spec.macro.read_voltage_v;
    config.stream = tile;
    backend->cells().create_array(config);
  }
  return backend;
}

/// The same with the exact target conductances of ideal cells.
inline std::unique_ptr<Backend> make_ideal_arrays(const MappingPlan& plan, const ChipSpec& spec) {
  std::unique_ptr<Backend> backend = make_arrays(plan, spec, default_cell_spec("ohmic"));
  for (std::uint32_t t = 0; t < plan.tiles.size(); ++t) {
    const TilePlan& tile = plan.tiles[t];
    std::vector<double> siemens(std::size_t{plan.array_rows} * plan.array_columns, plan.window.g_min);
    for (std::uint32_t cell = 0; cell < tile.levels.size(); ++cell) {
      siemens[cell / tile.columns * plan.array_columns + cell % tile.columns] =
          std::min(plan.window.g_min + tile.levels[cell] * plan.window.step(), plan.window.g_max);
    }
    backend->cells().set_conductance(t, siemens);
  }
  return backend;
}

/// Input codes from mix(), independent of what the chip delivers. Checks the order of the calls that StageValues promises, and keeps what
/// was delivered. With `ahead` the results are computed when an image begins, as networks do.
class TestValues : public StageValues {
 public:
  /// `readout`: of the stages for which the plan has none.
  TestValues(const MappingPlan& plan, Backend& backend, const ReadoutConfig& readout, bool ahead)
      : plan_(plan), backend_(backend), readout_(readout), ahead_(ahead) {}

  using Key = std::tuple<std::uint64_t, std::uint32_t, std::uint32_t>;  ///< image, window, tile
  const std::map<Key, std::vector<std::int32_t>>& delivered() const { return delivered_; }
  std::uint64_t finished_stages() const { return finished_.size(); }

  InputCode code(std::uint64_t image, std::uint32_t stage, std::uint32_t window, std::uint32_t row) const {
    return static_cast<InputCode>(mix(image, stage * 1000 + window, row) % (1u << readout_.input_bits));
  }

  void begin(std::uint64_t image) override {
    EXPECT_EQ(image, images_begun_++);
    for (std::uint32_t t = 0; t < plan_.tiles.size(); ++t) {
      const TilePlan& tile = plan_.tiles[t];
      const std::uint32_t windows = plan_.stages[tile.stage].windows;
      std::vector<InputCode>& codes = inputs_[{image, t}];
      codes.assign(std::size_t{windows} * plan_.array_rows, 0);
      for (std::uint32_t window = 0; window < windows; ++window) {
        for (std::uint32_t row = 0; row < tile.rows; ++row)
          codes[std::size_t{window} * plan_.array_rows + row] = code(image, tile.stage, window, tile.first_row + row);
      }
      if (!ahead_) continue;
      test::ArrayBatch batch(backend_, t, plan_.stages[tile.stage].readout.value_or(readout_), codes);
      batch.part.used_outputs = tile.outputs;
      batch.first_event = first_event(tile.stage, image);
      results_[{image, t}] = test::compute(backend_, batch);
    }
  }
  gsl::span<const TileValues> ahead(std::uint32_t stage, std::uint64_t image) override {
    expect_ready(stage, image);
    known_[stage].clear();
    if (!ahead_) return {};
    for (const std::uint32_t t : plan_.stages[stage].tiles) {
      const ProductResult& result = results_.at({image, t});
      const std::size_t windows = result.clipped.size();
      TileValues values;
      values.inputs = {inputs_.at({image, t}).data(), plan_.array_rows, plan_.tiles[t].rows};
      values.sums = {result.sums.data(), result.sums.size() / windows, result.sums.size() / windows};
      values.used_outputs = plan_.tiles[t].outputs;
      values.drive_siemens = {result.drive_siemens.data(), result.drive_siemens.size() / windows, result.drive_siemens.size() / windows};
      values.clipped = result.clipped.data();
      known_[stage].push_back(values);
    }
    return known_[stage];
  }
  gsl::span<const InputCode> inputs(const MvmPosition& position) override {
    expect_ready(position.stage, position.image);
    EXPECT_FALSE(ahead_) << "inputs are asked for that are known";
    const InputCode* codes = inputs_.at({position.image, position.tile}).data() + std::size_t{position.window} * plan_.array_rows;
    return {codes, plan_.tiles[position.tile].rows};
  }
  void deliver(const MvmPosition& position, gsl::span<const std::int32_t> sums) override {
    EXPECT_FALSE(ahead_) << "other sums than were known";
    EXPECT_EQ(sums.size(), plan_.tiles[position.tile].outputs);
    EXPECT_FALSE(finished_.count({position.image, position.stage}));
    const bool first = delivered_.insert({{position.image, position.window, position.tile}, {sums.begin(), sums.end()}}).second;
    EXPECT_TRUE(first) << "delivered twice";
    ++delivered_of_[{position.image, position.stage}];
  }
  void finish(std::uint32_t stage, std::uint64_t image) override {
    const StagePlan& plan = plan_.stages[stage];
    if (ahead_) {
      agreed(stage, image);
    } else {
      EXPECT_EQ(delivered_of_[std::make_pair(image, stage)], std::uint64_t{plan.windows} * plan.tiles.size());
    }
    EXPECT_TRUE(finished_.insert({image, stage}).second);
  }
  std::uint64_t first_event(std::uint32_t stage, std::uint64_t image) const override { return image * plan_.stages[stage].windows; }

 private:
  using ImageTile = std::pair<std::uint64_t, std::uint32_t>;

  /// What was known ahead came from the macros.
  void agreed(std::uint32_t stage, std::uint64_t image) {
    for (std::size_t place = 0; place < plan_.stages[stage].tiles.size(); ++place) {
      const TileValues& known = known_[stage].at(place);
      for (std::uint32_t window = 0; window < plan_.stages[stage].windows; ++window) {
        const auto sums = known.sums.row(window).first(known.used_outputs);
        delivered_[{image, window, plan_.stages[stage].tiles[place]}] = {sums.begin(), sums.end()};
      }
    }
  }
  void expect_ready(std::uint32_t stage, std::uint64_t image) const {
    for (const std::int32_t predecessor : plan_.stages[stage].predecessors) {
      if (predecessor >= 0) {
        EXPECT_TRUE(finished_.count({image, static_cast<std::uint32_t>(predecessor)}));
      }
    }
  }

  const MappingPlan& plan_;
  Backend& backend_;
  ReadoutConfig readout_;
  bool ahead_;
  std::uint64_t images_begun_ = 0;
  std::map<ImageTile, std::vector<InputCode>> inputs_;  ///< windows x array rows
  std::map<ImageTile, ProductResult> results_;
  std::map<std::uint32_t, std::vector<TileValues>> known_;  ///< for each stage, of the image that it plays
  std::map<Key, std::vector<std::int32_t>> delivered_;
  std::map<std::pair<std::uint64_t, std::uint32_t>, std::uint64_t> delivered_of_;
  std::set<std::pair<std::uint64_t, std::uint32_t>> finished_;
};

/// A chip with its arrays, values and host.
struct Bench {
  enum class Source { none, ahead, at_event };

  Bench(const char* name, const MappingPlan& plan, const ChipSpec& spec, std::unique_ptr<Backend> arrays, Source source, HostSpec run)
      : backend(std::move(arrays)), values(plan, *backend, spec.macro.readout, source == Source::ahead) {
    run.stop = false;  // several benches share one simulation
    const std::string prefix = name;
    chip = std::make_unique<Chip>((prefix + "_chip").c_str(), spec, plan, *backend, source == Source::none ? nullptr : &values);
    const auto note = [this](std::uint64_t done) { progress.push_back(done); };
    Host::Progress listener;
    listener.images = note;
    host = std::make_unique<Host>((prefix + "_host").c_str(), *chip, run, listener);
  }

  std::unique_ptr<Backend> backend;
  TestValues values;
  std::unique_ptr<Chip> chip;
  std::unique_ptr<Host> host;
  std::vector<std::uint64_t> progress;
};

inline HostSpec run_images(std::uint64_t images, bool program = false) {
  HostSpec run;
  run.images = images;
  run.program = program;
  return run;
}

inline void expect_same_activity(const MacroActivity& a, const MacroActivity& b) {
  programming_count_fields.for_each([&](const auto& field) { EXPECT_EQ(a.*field.member, b.*field.member) << field.name; });
  macro_activity_fields.for_each([&](const auto& field) {
    if constexpr (!std::is_same_v<std::decay_t<decltype(field)>, BaseField<ProgrammingCounts>>) {
      EXPECT_EQ(a.*field.member, b.*field.member) << field.name;
    }
  });
}

/// Values, activities and times, bit for bit.
inline void expect_same_run(const Bench& a, const Bench& b) {
  ASSERT_TRUE(a.host->finished());
  ASSERT_TRUE(b.host->finished());
  EXPECT_EQ(a.values.delivered(), b.values.delivered());
  EXPECT_EQ(a.host->programming_time(), b.host->programming_time());
  EXPECT_EQ(a.host->inference_time(), b.host->inference_time());
  ASSERT_EQ(a.chip->images().size(), b.chip->images().size());
  for (std::size_t image = 0; image < a.chip->images().size(); ++image) {
    EXPECT_EQ(a.chip->images()[image].begin, b.chip->images()[image].begin) << "image " << image;
    EXPECT_EQ(a.chip->images()[image].end, b.chip->images()[image].end) << "image " << image;
  }
  for (std::uint32_t s = 0; s < a.chip->plan().stages.size(); ++s)
    EXPECT_EQ(a.chip->stage(s).busy, b.chip->stage(s).busy) << "stage " << s;
  for (std::uint32_t tile = 0; tile < a.chip->plan().tiles.size(); ++tile) {
    SCOPED_TRACE("tile " + std::to_string(tile));
    expect_same_activity(a.chip->macro(tile).activity(), b.chip->macro(tile).activity());
  }
}

}  // namespace memcosim::chip_test
