// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/thread_pool.hpp"

#include <algorithm>
#include <utility>

namespace memcosim::cpu {

unsigned thread_count(unsigned wanted) {
  return wanted > 0 ? wanted : std::max(1u, std::thread::hardware_concurrency());
}

/// One call of the pool. All members are guarded by the mutex of the pool, except `task`, which does not change.
class ThreadPool::Job {
 public:
  Job(std::size_t count, Task work) : tasks(count), task(std::move(work)) {}
  const std::size_t tasks;
  const Task task;
  std::size_t taken = 0;
  std::size_t done = 0;
  std::exception_ptr fault;
};

ThreadPool::ThreadPool(unsigned threads) : threads_(threads) {
  if (threads_ < 2) return;
  for (unsigned worker = 0; worker < threads_; ++worker)
    workers_.emplace_back([this, worker] { work(worker); });
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  more_.notify_all();
  for (std::thread& worker : workers_)
    worker.join();
}

std::shared_ptr<ThreadPool::Job> ThreadPool::start(std::size_t tasks, Task task) {
  auto job = std::make_shared<Job>(tasks, std::move(task));
  if (workers_.empty()) {
    for (; job->done < tasks; ++job->done)
      job->task(job->done, 0);
    return job;
  }
  if (tasks > 0) {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      queue_.push_back(job);
    }
    more_.notify_all();
  }
  return job;
}

void ThreadPool::wait(const std::shared_ptr<Job>& job) {
  std::unique_lock<std::mutex> lock(mutex_);
  finished_.wait(lock, [&] { return job->done == job->tasks; });
  if (job->fault) std::rethrow_exception(job->fault);
}

void ThreadPool::work(unsigned worker) {
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    more_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const std::shared_ptr<Job> job = queue_.front();
    const std::size_t index = job->taken++;
    if (job->taken == job->tasks) queue_.pop_front();
    lock.unlock();
    std::exception_ptr fault;
    try {
      job->task(index, worker);
    } catch (...) {
      fault = std::current_exception();
    }
    lock.lock();
    if (fault && !job->fault) job->fault = fault;
    if (++job->done == job->tasks) finished_.notify_all();
  }
}

}  // namespace memcosim::cpu
