// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/progress.hpp"

#include <algorithm>

#include <gmock/gmock.h>

namespace memcosim {
namespace {

/// What is printed while standard error is a file, as it is under capture.
std::string printed(std::uint64_t total, bool quiet, std::uint64_t step) {
  testing::internal::CaptureStderr();
  {
    Progress progress("inference", "images", total, quiet, std::chrono::seconds(0));
    for (std::uint64_t done = 0; done <= total; done += step)
      progress.update(done);
  }
  return testing::internal::GetCapturedStderr();
}

TEST(Progress, PrintsALineForEachTenthOfAFile) {
  const std::string text = printed(1000, false, 1);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
  EXPECT_THAT(text, testing::HasSubstr("inference  50 % 500/1000 images"));
  EXPECT_THAT(text, testing::HasSubstr("inference 100 % 1000/1000 images"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("\r")));
}

TEST(Progress, PrintsAJumpOverSeveralTenthsOnce) {
  const std::string text = printed(4, false, 2);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

TEST(Progress, PrintsNothingWhenQuiet) {
  EXPECT_EQ(printed(1000, true, 1), "");
}

TEST(Progress, PrintsNothingOfShortWork) {
  testing::internal::CaptureStderr();
  {
    Progress progress("inference", "images", 10, false, std::chrono::hours(1));
    for (std::uint64_t done = 0; done <= 10; ++done)
      progress.update(done);
    const OnProgress on_progress = draw_progress("calibration", "arrays", true);
    on_progress(1, 2);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Progress, SurvivesATotalOfZero) {
  EXPECT_NO_THROW(printed(0, false, 1));
}

}  // namespace
}  // namespace memcosim
