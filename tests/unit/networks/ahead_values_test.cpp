// SPDX-License-Identifier: Apache-2.0
// Values that a thread computes ahead: who calls the backend when, how far ahead, how faults arrive, how it ends.
#include "memcosim/networks/values/ahead_values.hpp"

#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include <gmock/gmock.h>

#include "memcosim/common/error.hpp"

#include "forwarding_engine.hpp"
#include "sample_networks.hpp"
#include "value_player.hpp"

namespace memcosim {
namespace {

/// Watches the calls that a thread ahead makes, and fails one on demand.
class WatchedEngine : public test::ForwardingEngine {
 public:
  std::atomic<bool> watching{false};
  std::atomic<std::size_t> submits{0};
  std::atomic<std::size_t> uncollected{0};
  std::atomic<std::size_t> overlapping{0};
  std::atomic<std::size_t> submits_beside{0};   ///< while products of another chunk were with the engine
  std::atomic<std::uint64_t> last_event{0};     ///< of the first array
  std::atomic<std::size_t> fails_at_submit{0};  ///< counted from 1; 0: never
  std::atomic<std::size_t> fails_at_collect{0};
  std::size_t preferred = 64;
  std::set<std::thread::id> callers;  ///< while watching

  std::size_t preferred_vectors() const override { return preferred; }
  Ticket submit(const ProductBatch& batch) override {
    const Watch watch(*this);
    if (++submits == fails_at_submit) throw RunError("no products today");
    const Ticket ticket = inner().submit(batch);
    const bool of_first_array = batch.parts[0].array == 0;
    if (uncollected > 0 && of_first_array) ++submits_beside;
    ++uncollected;
    if (of_first_array) last_event = batch.first_event + batch.count - 1;
    return ticket;
  }
  ProductResult collect(Ticket ticket) override {
    const Watch watch(*this);
    ProductResult result = inner().collect(ticket);
    --uncollected;
    if (++collects_ == fails_at_collect) throw RunError("no results today");
    return result;
  }

 private:
  struct Watch {
    explicit Watch(WatchedEngine& engine) : watched(engine) {
      if (++watched.inside_ > 1) ++watched.overlapping;
      if (watched.watching) watched.callers.insert(std::this_thread::get_id());
    }
    ~Watch() { --watched.inside_; }
    WatchedEngine& watched;
  };
  std::atomic<std::size_t> collects_{0};
  std::atomic<int> inside_{0};
};

class AheadValuesTest : public ::testing::Test {
 protected:
  static constexpr std::size_t image_count = 40;
  const ImageSet images_ = test::random_images(image_count, 8, 8);
  CompiledNetwork compiled_ = compile_network(test::residual_network(), QuantisationSpec{6, 5, 99.0},
                                              test::geometry(16, 8, &encodings::differential_digital, 6), images_);
  const std::unique_ptr<Backend> backend_ = test::make_arrays(compiled_, "cpu");
  WatchedEngine& engine_ = test::surround_products<WatchedEngine>(*backend_);

  void SetUp() override {
    test::set_max_range(compiled_, *backend_, test::converters(8));
    engine_.watching = true;
  }
  std::uint64_t windows() const { return compiled_.plan.stages[0].windows; }
  /// Plays one image as a chip would.
  void play(AheadValues& values, std::uint64_t image) const {
    values.begin(image);
    for (std::uint32_t stage = 0; stage < compiled_.plan.stages.size(); ++stage)
      values.finish(stage, image);
  }
};

TEST_F(AheadValuesTest, OneThreadOfItsOwnCallsTheBackendUntilTheEnd) {
  AheadValues values(compiled_, images_, *backend_, {8, false, 3});
  const std::size_t submits = engine_.submits;
  for (std::uint64_t image = 0; image < image_count; ++image)
    play(values, image);
  values.end();
  EXPECT_EQ(values.finished_images(), image_count);
  EXPECT_EQ(engine_.callers.size(), 1u);
  EXPECT_EQ(engine_.callers.count(std::this_thread::get_id()), 0u);
  EXPECT_EQ(engine_.overlapping, 0u);
  EXPECT_EQ(engine_.uncollected, 0u);
  // Chunks of 1, 2, 4, 8, 8, 8, 8 and 1 images.
  EXPECT_EQ(engine_.submits - submits, 8 * compiled_.plan.tiles.size());
  EXPECT_GT(engine_.submits_beside, 0u);
}

TEST_F(AheadValuesTest, NeverMoreThanTwoChunksAreAhead) {
  AheadValues values(compiled_, images_, *backend_, {4, false});
  const auto until_computed = [&](std::uint64_t images) {
    while (engine_.last_event + 1 < images * windows())
      std::this_thread::yield();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));  // for those that must not come
    EXPECT_EQ(engine_.last_event + 1, images * windows());
  };
  values.begin(0);
  until_computed(1 + 2 + 4);  // the first chunk, and two ahead
  values.begin(1);
  until_computed(1 + 2 + 4 + 4);
  values.end();
}

TEST_F(AheadValuesTest, AutomaticChunksFollowTheBackendAndTheMemory) {
  EXPECT_EQ(AheadValues(compiled_, images_, *backend_, {}).chunk(), 64u);
  engine_.preferred = 512;
  EXPECT_EQ(AheadValues(compiled_, images_, *backend_, {}).chunk(), 512u);
  engine_.preferred = std::size_t{1} << 40;
  const std::size_t all = AheadValues(compiled_, images_, *backend_, {}).chunk();
  const std::size_t with_codes = AheadValues(compiled_, images_, *backend_, {0, true}).chunk();
  EXPECT_LT(all, std::size_t{1} << 28);  // an image takes more than a byte of 256 MiB
  EXPECT_LT(with_codes, all);
  EXPECT_GE(with_codes, 1u);
}

TEST_F(AheadValuesTest, FaultsReachTheOneWhoBegins) {
  for (const bool at_submit : {true, false}) {
    AheadValues values(compiled_, images_, *backend_, {1, false});
    values.begin(0);
    (at_submit ? engine_.fails_at_submit : engine_.fails_at_collect) = engine_.submits + 4 * compiled_.plan.tiles.size();
    std::uint64_t image = 1;
    EXPECT_THROW(
        {
          for (; image < image_count; ++image)
            values.begin(image);
        },
        RunError);
    EXPECT_LT(image, 10u);
    EXPECT_THROW(values.begin(image), RunError);
    EXPECT_FALSE(values.ahead(0, 0).empty());  // what was computed before stays
    EXPECT_EQ(engine_.uncollected, 0u);
    engine_.fails_at_submit = 0;
    engine_.fails_at_collect = 0;
  }
}

TEST_F(AheadValuesTest, MayBeDroppedAtAnyTime) {
  for (const std::uint64_t begun : {0u, 1u, 5u, 20u}) {
    {
      AheadValues values(compiled_, images_, *backend_, {4, false, 2});
      for (std::uint64_t image = 0; image < begun; ++image)
        play(values, image);
    }
    EXPECT_EQ(engine_.uncollected, 0u) << begun << " images";
  }
}

TEST_F(AheadValuesTest, AfterTheEndResultsStayAndNothingBegins) {
  AheadValues values(compiled_, images_, *backend_, {4, false});
  for (std::uint64_t image = 0; image < 6; ++image)
    play(values, image);
  values.begin(6);
  values.end();
  const std::size_t submits = engine_.submits;
  EXPECT_EQ(values.logits(5).size(), 3u);
  EXPECT_FALSE(values.ahead(0, 6).empty());
  for (std::uint32_t stage = 0; stage < compiled_.plan.stages.size(); ++stage)
    values.finish(stage, 6);
  EXPECT_EQ(values.finished_images(), 7u);
  EXPECT_THROW(values.begin(7), std::logic_error);
  EXPECT_EQ(engine_.submits, submits);
}

}  // namespace
}  // namespace memcosim
