// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/values/value_pipeline.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace memcosim {
namespace {

constexpr std::size_t chunks_ahead = 2;        ///< chunks in computation or computed, and not taken yet
constexpr std::size_t first_chunk_share = 16;  ///< the first chunk is this fraction of a full one; each further one is twice as large

}  // namespace

ValuePipeline::ValuePipeline(const DigitalSide& digital, const ImageSet& images, Backend& backend, const Options& options)
    : digital_(digital),
      images_(images),
      backend_(backend),
      options_(options),
      workers_(cpu::thread_count(options.threads)),
      thread_([this] { run(); }) {}

std::unique_ptr<ValueChunk> ValuePipeline::next() {
  std::unique_lock<std::mutex> lock(mutex_);
  if (stopping_) throw std::logic_error("ValuePipeline: a chunk is asked for after the end");
  changed_.wait(lock, [this] { return !computed_.empty() || fault_; });
  if (computed_.empty()) std::rethrow_exception(fault_);
  std::unique_ptr<ValueChunk> chunk = std::move(computed_.front());
  computed_.pop_front();
  changed_.notify_all();
  return chunk;
}

void ValuePipeline::recycle(std::unique_ptr<ValueChunk> chunk) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (recycled_.size() < chunks_ahead) recycled_.push_back(std::move(chunk));
}

void ValuePipeline::stop() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void ValuePipeline::run() {
  std::exception_ptr fault;
  try {
    compute();
    fault = std::make_exception_ptr(std::logic_error("ValuePipeline: more chunks are asked for than there are"));
  } catch (...) {
    fault = std::current_exception();
  }
  const std::lock_guard<std::mutex> lock(mutex_);
  fault_ = fault;
  changed_.notify_all();
}

/// True if one more chunk may begin; call with the mutex locked.
bool ValuePipeline::may_start(const Passes& passes) const {
  if (next_image_ >= images_.count || passes.size() + computed_.size() >= chunks_ahead) return false;
  // A chunk must not begin a stage before the previous chunk has moved its cells. Since chunks advance in turn, one stage behind is enough.
  return options_.reads == nullptr || passes.empty() || passes.back()->stage() > 0;
}

void ValuePipeline::compute() {
  Passes passes;  // oldest first
  while (next_image_ < images_.count || !passes.empty()) {
    bool starts = false;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      changed_.wait(lock, [&] { return stopping_ || !passes.empty() || may_start(passes); });
      if (stopping_) return;
      starts = may_start(passes);
    }
    if (starts) {
      passes.push_back(start_pass());
      continue;
    }
    // Passes advance in turn: while the host works on one, the backend computes the products of the other.
    std::unique_ptr<ChunkPass> pass = std::move(passes.front());
    passes.pop_front();
    if (pass->advance()) {
      passes.push_back(std::move(pass));
      continue;
    }
    const std::lock_guard<std::mutex> lock(mutex_);
    computed_.push_back(pass->take());
    changed_.notify_all();
  }
}

std::size_t ValuePipeline::next_size() const {
  const std::size_t smallest = (options_.chunk + first_chunk_share - 1) / first_chunk_share;
  const std::size_t size = started_ < first_chunk_share ? std::min(options_.chunk, smallest << started_) : options_.chunk;
  const std::uint64_t left = images_.count - next_image_;
  return std::min<std::size_t>(size, options_.reads == nullptr ? left : std::min(left, options_.reads->images_left(next_image_)));
}

std::unique_ptr<ChunkPass> ValuePipeline::start_pass() {
  std::unique_ptr<ValueChunk> memory;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!recycled_.empty()) {
      memory = std::move(recycled_.back());
      recycled_.pop_back();
    }
  }
  if (memory == nullptr) memory = std::make_unique<ValueChunk>();
  const std::size_t size = next_size();
  auto pass = std::make_unique<ChunkPass>(digital_, images_, backend_, workers_, ChunkPass::Options{options_.keep_codes, options_.reads},
                                          next_image_, size, std::move(memory));
  next_image_ += size;
  ++started_;
  return pass;
}

}  // namespace memcosim
