// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "memcosim/networks/detail/value_chunk.hpp"

namespace memcosim {

/// Computes the chunks of an image set one after the other in a thread of its own, ahead of whoever takes them. Two chunks are under way at
/// a time, stage by stage in turn: the digital side works on one while the backend has the products of the other. At most two chunks are
/// computed or under way that nobody has taken, so memory does not grow with the number of images.
/// From construction to stop() (or destruction, or the end of the last chunk) the backend belongs to that thread: nobody else may call it.
/// The values of an image depend neither on the chunks nor on the threads.
class ValuePipeline {
 public:
  struct Options {
    std::size_t chunk = 64;       ///< images of a chunk; the first ones are smaller, so that the first images come soon
    bool keep_codes = false;      ///< also keep the code of each conversion
    unsigned threads = 1;         ///< of the digital side; 0: one per core
    ReadEpochs* reads = nullptr;  ///< null: reads move no cells; else chunks end with its epochs
  };
  /// All references outlive the pipeline.
  ValuePipeline(const DigitalSide& digital, const ImageSet& images, Backend& backend, const Options& options);
  ~ValuePipeline() { stop(); }
  ValuePipeline(const ValuePipeline&) = delete;
  ValuePipeline& operator=(const ValuePipeline&) = delete;

  /// The next chunk in order of the images; waits for it. Throws what its computation threw, now and at every later call.
  std::unique_ptr<ValueChunk> next();
  /// Takes back the memory of a chunk that is not needed any more.
  void recycle(std::unique_ptr<ValueChunk> chunk);
  /// Ends the thread as soon as the backend has given back what it has; next() must not be called any more.
  void stop();

 private:
  using Passes = std::deque<std::unique_ptr<ChunkPass>>;

  void run();
  void compute();
  bool may_start(const Passes& passes) const;
  std::unique_ptr<ChunkPass> start_pass();
  std::size_t next_size() const;

  const DigitalSide& digital_;
  const ImageSet& images_;
  Backend& backend_;
  const Options options_;
  cpu::ThreadPool workers_;

  // The thread's own.
  std::uint64_t next_image_ = 0;
  std::size_t started_ = 0;  ///< chunks

  std::mutex mutex_;  ///< of all that follows
  std::condition_variable changed_;
  std::deque<std::unique_ptr<ValueChunk>> computed_;
  std::vector<std::unique_ptr<ValueChunk>> recycled_;
  std::exception_ptr fault_;
  bool stopping_ = false;

  std::thread thread_;  ///< last: it uses all the others
};

}  // namespace memcosim
