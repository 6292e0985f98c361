// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/thread_pool.hpp"

#include <atomic>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

namespace memcosim::cpu {
namespace {

TEST(ThreadPool, RunsEachTaskOnceWithALegalWorker) {
  for (const unsigned threads : {1u, 2u, 5u}) {
    ThreadPool pool(threads);
    std::vector<std::atomic<int>> runs(1000);
    std::atomic<bool> legal{true};
    pool.wait(pool.start(runs.size(), [&](std::size_t task, unsigned worker) {
      ++runs[task];
      if (worker >= pool.threads()) legal = false;
    }));
    for (const auto& count : runs)
      EXPECT_EQ(count, 1);
    EXPECT_TRUE(legal);
  }
}

TEST(ThreadPool, NoTasksIsDone) {
  ThreadPool pool(2);
  pool.wait(pool.start(0, [](std::size_t, unsigned) { FAIL(); }));
}

TEST(ThreadPool, AnExceptionReachesTheOneWhoWaits) {
  ThreadPool pool(2);
  const auto job = pool.start(10, [](std::size_t task, unsigned) {
    if (task == 3) throw std::runtime_error("task 3");
  });
  EXPECT_THROW(pool.wait(job), std::runtime_error);
  std::atomic<int> runs{0};
  pool.wait(pool.start(4, [&](std::size_t, unsigned) { ++runs; }));  // the pool still works
  EXPECT_EQ(runs, 4);
}

TEST(ThreadPool, StartedWorkEndsBeforeThePool) {
  std::atomic<int> runs{0};
  {
    ThreadPool pool(3);
    for (int job = 0; job < 20; ++job)
      pool.start(10, [&](std::size_t, unsigned) { ++runs; });
  }
  EXPECT_EQ(runs, 200);
}

}  // namespace
}  // namespace memcosim::cpu
