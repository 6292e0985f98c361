// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace memcosim::cpu {

/// `wanted` threads; 0: one per core.
unsigned thread_count(unsigned wanted);

/// A fixed set of threads for jobs of independent tasks. With a thread count of 1 no thread is made: tasks run inside start().
class ThreadPool {
 public:
  /// A task: its index and the index of the worker that runs it (below threads()), for scratch memory.
  using Task = std::function<void(std::size_t task, unsigned worker)>;

  explicit ThreadPool(unsigned threads);
  ~ThreadPool();  ///< waits for all started work
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  unsigned threads() const { return threads_; }

  class Job;
  std::shared_ptr<Job> start(std::size_t tasks, Task task);
  /// Waits for the job; rethrows the first exception of its tasks.
  void wait(const std::shared_ptr<Job>& job);

 private:
  void work(unsigned worker);

  unsigned threads_;
  bool stopping_ = false;
  std::mutex mutex_;
  std::condition_variable more_;
  std::condition_variable finished_;
  std::deque<std::shared_ptr<Job>> queue_;  ///< jobs with tasks that no thread has taken yet
  std::vector<std::thread> workers_;
};

}  // namespace memcosim::cpu
