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

#include "memcosim/networks/values/value_chunk.hpp"

namespace memcosim {

/// Computes the chunks of an image set in order in a separate thread, ahead of their use. Two chunks are in work at a time and alternate
/// stage by stage: the digital side works on one while the backend computes the products of the other. At most two chunks, in work or
/// complete, wait to be taken, so memory does not grow with the number of images.
/// From construction to stop() (or destruction, or the end of the last chunk) that thread owns the backend: no other code may call it.
/// The values of an image depend neither on the chunks nor on the threads.
class ValuePipeline {
 public:
  struct Options {
    std::size_t chunk = 64;       ///< images of a chunk; the first ones are smaller, so that the first images come soon
    bool keep_codes = false;      ///< also keep the code of each conversion
    unsigned threads = 1;         ///< of the digital side; 0: one per core
    ReadEpochs* reads = nullptr;  ///< null: reads move no cells; else chunks end at ends of epochs
  };
  /// All references outlive the pipeline.
  ValuePipeline(const DigitalSide& digital, const ImageSet& images, Backend& backend, const Options& options);
  ~ValuePipeline() { stop(); }
  ValuePipeline(const ValuePipeline&) = delete;
  ValuePipeline& operator=(const ValuePipeline&) = delete;

  /// Waits for the next chunk in order of the images and returns it. Rethrows an exception of the thread, also at every later call.
  std::unique_ptr<ValueChunk> next();
  /// Returns a chunk that is no longer needed, for its memory to be reused.
  void recycle(std::unique_ptr<ValueChunk> chunk);
  /// Ends the thread as soon as the backend has finished its present products; next() must not be called afterwards.
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

  // Used by the thread alone.
  std::uint64_t next_image_ = 0;
  std::size_t started_ = 0;  ///< chunks

  std::mutex mutex_;  ///< protects the members that follow
  std::condition_variable changed_;
  std::deque<std::unique_ptr<ValueChunk>> computed_;
  std::vector<std::unique_ptr<ValueChunk>> recycled_;
  std::exception_ptr fault_;
  bool stopping_ = false;

  std::thread thread_;  ///< last member, since it uses all others
};

}  // namespace memcosim
