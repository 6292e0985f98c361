// SPDX-License-Identifier: Apache-2.0
#include "memcosim/cli/device_fit_plots.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace memcosim {
namespace {

using ::testing::ElementsAre;

/// Raising and lowering pulses of a few devices, each a little slower than the one before.
PulseTrains trains_of(int devices, bool lowers) {
  PulseTrains trains{"made.csv", {}};
  for (int d = 0; d < devices; ++d) {
    trains.devices.push_back({"dev" + std::to_string(d), {}});
    double siemens = 10e-6;
    for (int pulse = 0; pulse <= 200; ++pulse) {
      const bool up = !lowers || pulse <= 100;
      trains.devices.back().samples.push_back({0, pulse, up ? 1.0 : -1.0, siemens});
      siemens += (pulse < 100 || !lowers ? 1.0 : -1.0) * (0.02 - 0.001 * d) * (pulse < 100 || !lowers ? 100e-6 - siemens : siemens);
    }
  }
  return trains;
}

TEST(FitPlots, DistancesAreOfDevicesCountedFromZeroAsInAllFiles) {
  const PulseTrains trains = trains_of(3, true);
  const std::vector<FitPlot> plots = fit_plots(trains, fit_step_tables(trains, {}), {});
  ASSERT_EQ(plots.size(), 4u);
  EXPECT_EQ(plots[0].file, "set.svg");
  EXPECT_EQ(plots[1].file, "reset.svg");
  for (const PlotSeries& series : plots[3].plot.series)
    EXPECT_THAT(series.x, ElementsAre(0.0, 1.0, 2.0));
}

TEST(FitPlots, APolarityThatWasNotMeasuredHasNoPlot) {
  const PulseTrains trains = trains_of(1, false);
  const TableFit fit = fit_step_tables(trains, {});
  const std::vector<FitPlot> plots = fit_plots(trains, fit, {});
  ASSERT_EQ(plots.size(), 2u);
  EXPECT_EQ(plots[0].file, "set.svg");
  // What the table makes of the train stays within what was measured.
  const PlotSeries& replayed = plots[1].plot.series.back();
  EXPECT_NEAR(replayed.y.back(), trains.devices[0].samples.back().conductance_s, 1e-6);
  EXPECT_LE(*std::max_element(replayed.y.begin(), replayed.y.end()), fit.pool.range.high);
  for (const FitPlot& one : plots)
    EXPECT_NO_THROW(render_plot_file(one.plot));
}

}  // namespace
}  // namespace memcosim
