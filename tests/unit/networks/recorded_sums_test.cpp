// SPDX-License-Identifier: Apache-2.0
// Sums of a stage, whichever way they come: added over row blocks, each at the place of its outputs.
#include "memcosim/networks/values/recorded_sums.hpp"

#include <stdexcept>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace memcosim {
namespace {

constexpr std::uint32_t windows = 2;
constexpr std::uint32_t outputs = 5;

/// Two stages; the second lies on 2 row blocks x 2 column blocks of 3 and 2 outputs.
MappingPlan two_stages() {
  MappingPlan plan;
  plan.stages.resize(2);
  for (StagePlan& stage : plan.stages) {
    stage.windows = windows;
    stage.outputs = outputs;
  }
  for (const std::uint32_t first_output : {0u, 3u}) {
    for (std::uint32_t row_block = 0; row_block < 2; ++row_block) {
      TilePlan tile;
      tile.stage = 1;
      tile.first_output = first_output;
      tile.outputs = first_output == 0 ? 3 : 2;
      plan.stages[1].tiles.push_back(static_cast<std::uint32_t>(plan.tiles.size()));
      plan.tiles.push_back(tile);
    }
  }
  return plan;
}

/// Another number for each image, window, tile and output.
std::vector<std::int32_t> sums_of(const MvmPosition& position, std::uint32_t count) {
  std::vector<std::int32_t> sums;
  for (std::uint32_t output = 0; output < count; ++output) {
    sums.push_back(static_cast<std::int32_t>(1000 * position.image + 100 * position.window + 10 * position.tile + output));
  }
  return sums;
}

/// Knows all sums ahead, or none.
class Source : public StageValues {
 public:
  Source(const MappingPlan& plan, bool knows) : plan_(plan), knows_(knows) {}
  void begin(std::uint64_t) override {}
  gsl::span<const TileValues> ahead(std::uint32_t stage, std::uint64_t image) override {
    known_.clear();
    sums_.clear();
    if (!knows_) return {};
    for (const std::uint32_t tile : plan_.stages[stage].tiles) {
      sums_.emplace_back();
      for (std::uint32_t window = 0; window < windows; ++window) {
        const std::vector<std::int32_t> part = sums_of({image, stage, window, tile}, outputs);
        sums_.back().insert(sums_.back().end(), part.begin(), part.end());
      }
    }
    for (const std::vector<std::int32_t>& sums : sums_) {
      known_.emplace_back();
      known_.back().sums = {sums.data(), outputs, outputs};
    }
    return known_;
  }
  gsl::span<const InputCode> inputs(const MvmPosition&) override { return {}; }
  void deliver(const MvmPosition&, gsl::span<const std::int32_t>) override { ++delivered; }
  void finish(std::uint32_t, std::uint64_t) override {}
  std::uint64_t first_event(std::uint32_t, std::uint64_t image) const override { return image; }

  int delivered = 0;

 private:
  const MappingPlan& plan_;
  bool knows_;
  std::vector<std::vector<std::int32_t>> sums_;
  std::vector<TileValues> known_;
};

std::vector<std::int64_t> expected(const MappingPlan& plan, std::uint64_t images) {
  std::vector<std::int64_t> all;
  for (std::uint64_t image = 0; image < images; ++image) {
    for (std::uint32_t window = 0; window < windows; ++window) {
      for (std::uint32_t output = 0; output < outputs; ++output) {
        std::int64_t sum = 0;
        for (const std::uint32_t t : plan.stages[1].tiles) {
          const TilePlan& tile = plan.tiles[t];
          if (output < tile.first_output || output >= tile.first_output + tile.outputs) continue;
          sum += sums_of({image, 1, window, t}, tile.outputs)[output - tile.first_output];
        }
        all.push_back(sum);
      }
    }
  }
  return all;
}

TEST(RecordedSums, OfValuesAhead) {
  const MappingPlan plan = two_stages();
  Source source(plan, true);
  RecordedSums recorded(plan, source, {1}, 3);
  for (std::uint64_t image = 0; image < 3; ++image)
    EXPECT_EQ(recorded.ahead(1, image).size(), plan.tiles.size());
  EXPECT_EQ(recorded.sums(1), expected(plan, 3));
  EXPECT_TRUE(recorded.sums(0).empty()) << "not asked for";
}

TEST(RecordedSums, OfValuesAtTheirEvents) {
  const MappingPlan plan = two_stages();
  Source source(plan, false);
  RecordedSums recorded(plan, source, {1}, 2);
  for (std::uint64_t image = 0; image < 2; ++image) {
    EXPECT_TRUE(recorded.ahead(1, image).empty());
    for (std::uint32_t window = 0; window < windows; ++window) {
      for (const std::uint32_t tile : plan.stages[1].tiles)
        recorded.deliver({image, 1, window, tile}, sums_of({image, 1, window, tile}, plan.tiles[tile].outputs));
    }
  }
  EXPECT_EQ(recorded.sums(1), expected(plan, 2));
  EXPECT_EQ(source.delivered, 16) << "passed on";
}

TEST(RecordedSums, OfNoStageThatIsNotThere) {
  const MappingPlan plan = two_stages();
  Source source(plan, true);
  EXPECT_THROW(RecordedSums(plan, source, {2}, 1), std::logic_error);
}

}  // namespace
}  // namespace memcosim
