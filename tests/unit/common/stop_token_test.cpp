// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/stop_token.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace memcosim {
namespace {

TEST(StopToken, WithoutASourceNeverStops) {
  const StopToken token;
  EXPECT_FALSE(token.requested());
  EXPECT_NO_THROW(token.check());
}

TEST(StopToken, SeesTheRequestOfItsSourceFromAnyThread) {
  StopSource source;
  const StopToken token = source.token();
  EXPECT_NO_THROW(token.check());
  std::thread([&] { source.request(); }).join();
  EXPECT_TRUE(token.requested());
  EXPECT_TRUE(source.token().requested());
  EXPECT_THROW(token.check(), Stopped);
  EXPECT_FALSE(StopSource().token().requested()) << "another source";
}

TEST(StopToken, CallsBackOnceWhileTheCallbackLives) {
  StopSource source;
  int early = 0;
  int ended = 0;
  int late = 0;
  const StopCallback of_none(StopToken(), [&] { ++ended; });
  const StopCallback kept(source.token(), [&] { ++early; });
  {
    const StopCallback gone(source.token(), [&] { ++ended; });
  }
  source.request();
  source.request();
  const StopCallback after(source.token(), [&] { ++late; });
  EXPECT_EQ(early, 1);
  EXPECT_EQ(ended, 0);
  EXPECT_EQ(late, 1) << "the stop was requested before";
}

}  // namespace
}  // namespace memcosim
