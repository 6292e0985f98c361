// SPDX-License-Identifier: Apache-2.0
// Reads that move cells while images run: values do not depend on where and how they are computed.
#include "memcosim/networks/values/read_epochs.hpp"

#include <string>

#include <gmock/gmock.h>

#include "memcosim/devices/cells/vteam_cell.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"
#include "memcosim/networks/values/ahead_values.hpp"
#include "memcosim/networks/values/event_values.hpp"

#include "sample_networks.hpp"
#include "value_player.hpp"

namespace memcosim {
namespace {

constexpr double slice_s = 1e-11;

class ReadEpochsTest : public ::testing::Test {
 protected:
  static constexpr std::size_t image_count = 23;
  const ImageSet images_ = test::random_images(image_count, 8, 8);
  CompiledNetwork compiled_ = compile_network(test::residual_network(), QuantisationSpec{6, 5, 99.0},
                                              test::geometry(16, 8, &encodings::differential_digital, 6), images_);

  static CellSpec still_cell() {
    CellSpec cell = preset_cell_spec("vteam_multilevel");
    cell.parameters[VteamCell::r_off] = 2e6;  // the window begins below 1 uS
    return cell;
  }
  /// Cells that a read at 0.2 V moves by some per mille of their range in each image; each with a threshold of its own.
  static CellSpec moving_cell(std::uint64_t every) {
    CellSpec cell = still_cell();
    cell.parameters[VteamCell::v_off] = 0.05;
    cell.variations = {{VteamCell::v_off, Distribution::normal, 0.005, 0.01, 0.09}};
    cell.nonidealities.read_disturb.every = every;
    return cell;
  }
  std::unique_ptr<Backend> arrays(const CellSpec& cell) {
    auto backend = test::make_arrays(compiled_, "cpu", cell);
    AdcRangeSpec range;
    range.images = 10;
    calibrate_readouts(compiled_, *backend, test::converters(6, 2, 0.5), range, images_);
    return backend;
  }

  struct Run {
    std::vector<double> logits;
    std::vector<std::vector<double>> states;
    double drive_siemens;
    double largest;
    std::uint64_t every;
  };
  static void expect_same(const Run& a, const Run& b) {
    EXPECT_EQ(a.logits, b.logits);
    EXPECT_EQ(a.states, b.states);
    EXPECT_NEAR(a.drive_siemens, b.drive_siemens, 1e-12 * b.drive_siemens);  // added in another order
    EXPECT_EQ(a.largest, b.largest);
    EXPECT_EQ(a.every, b.every);
  }
  Run play(NetworkValues& values, Backend& backend, std::size_t in_flight) const {
    values.let_reads_move(backend.cells(), slice_s);
    test::ValuePlayer player(compiled_, backend, image_count, in_flight);
    player.play(values);
    values.end();
    Run run{};
    for (std::uint64_t image = 0; image < image_count; ++image) {
      const auto logits = values.logits(image);
      run.logits.insert(run.logits.end(), logits.begin(), logits.end());
    }
    for (std::uint32_t tile = 0; tile < compiled_.plan.tiles.size(); ++tile)
      run.states.push_back(backend.cells().state(tile).cells);
    run.drive_siemens = player.drive_siemens;
    run.largest = values.reads() == nullptr ? 0.0 : values.reads()->largest_movement(image_count);
    run.every = values.reads() == nullptr ? 0 : values.reads()->every();
    return run;
  }
  Run by_event(const CellSpec& cell) {
    const auto backend = arrays(cell);
    EventValues values(compiled_, images_);
    return play(values, *backend, 1);
  }
  Run ahead(const CellSpec& cell, const AheadValues::Options& options) {
    const auto backend = arrays(cell);
    AheadValues values(compiled_, images_, *backend, options);
    return play(values, *backend, 4);
  }
};

TEST_F(ReadEpochsTest, AheadInAnyChunkEqualsEventByEvent) {
  for (const std::uint64_t every : {1u, 4u, 10u, 100u}) {
    SCOPED_TRACE(every);
    const Run event = by_event(moving_cell(every));
    EXPECT_EQ(event.every, every);
    for (const AheadValues::Options& options :
         std::vector<AheadValues::Options>{{1, false, 1}, {3, false, 4}, {64, false, 2}, {0, true, 1}}) {
      SCOPED_TRACE("chunk " + std::to_string(options.chunk) + ", threads " + std::to_string(options.threads));
      expect_same(ahead(moving_cell(every), options), event);
    }
  }
}

TEST_F(ReadEpochsTest, CellsMoveAtTheEndsOfEpochsAlone) {
  CellSpec still = moving_cell(1);
  still.nonidealities.read_disturb.law = ReadDisturbSpec::Law::none;
  const Run none = by_event(still);
  EXPECT_EQ(none.every, 0u);
  const Run never = by_event(moving_cell(image_count + 1));
  EXPECT_EQ(never.logits, none.logits);
  EXPECT_EQ(never.states, none.states);
  EXPECT_EQ(never.largest, 0.0);
  // Up to the end of the first epoch, what the cells show is what was programmed.
  const Run ten = by_event(moving_cell(10));
  const std::size_t classes = none.logits.size() / image_count;
  EXPECT_TRUE(std::equal(none.logits.begin(), none.logits.begin() + static_cast<std::ptrdiff_t>(10 * classes), ten.logits.begin()));
  EXPECT_NE(none.logits, ten.logits);
  EXPECT_NE(none.states, ten.states);
  EXPECT_GT(ten.largest, 1e-3);
  // Shorter epochs move the cells less at a time.
  EXPECT_LT(by_event(moving_cell(1)).largest, 0.2 * ten.largest);
}

TEST_F(ReadEpochsTest, AutomaticEpochsMoveTheNominalCellLittle) {
  CellSpec cell = moving_cell(0);
  cell.parameters[VteamCell::k_off] = 2e-5;
  const Run run = by_event(cell);
  EXPECT_GT(run.every, 1u);
  EXPECT_LT(run.every, image_count);
  EXPECT_LT(run.largest, 2e-3);  // cells with a low threshold move more than the nominal one
  expect_same(ahead(cell, {5, false, 2}), run);
}

TEST_F(ReadEpochsTest, ArraysThatStandStillKeepTheirBytesAndChunks) {
  const CellSpec cell = still_cell();
  const auto backend = arrays(cell);
  AheadValues values(compiled_, images_, *backend, {8, false, 1});
  const StateVersion version = backend->cells().version(0);
  const Run run = play(values, *backend, 4);
  EXPECT_EQ(values.reads(), nullptr);
  EXPECT_EQ(backend->cells().version(0), version);
  CellSpec still = cell;
  still.nonidealities.read_disturb.law = ReadDisturbSpec::Law::none;
  expect_same(by_event(still), run);
}

TEST_F(ReadEpochsTest, EventByEventAStageTakesItsImagesInOrder) {
  const auto backend = arrays(moving_cell(4));
  EventValues values(compiled_, images_);
  values.let_reads_move(backend->cells(), slice_s);
  values.begin(0);
  values.begin(1);
  const MvmPosition late{1, 0, 0, compiled_.plan.stages[0].tiles[0]};
  EXPECT_THROW(values.inputs(late), std::logic_error);
}

}  // namespace
}  // namespace memcosim
