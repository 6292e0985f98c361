// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cuda_runtime.h>

#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"

namespace memcosim::cuda {

/// A queue of work on the GPU that is current when it is made; it does not wait for the default stream.
class Stream {
 public:
  Stream() { succeed(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking), "make a stream"); }
  ~Stream() { cudaStreamDestroy(stream_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  cudaStream_t get() const { return stream_; }
  void wait() const { succeed(cudaStreamSynchronize(stream_), "wait for work"); }

 private:
  cudaStream_t stream_ = nullptr;
};

/// A place in a queue; `timed` ones can tell the time between them.
class Event {
 public:
  explicit Event(bool timed = false) {
    succeed(cudaEventCreateWithFlags(&event_, timed ? cudaEventDefault : cudaEventDisableTiming), "make an event");
  }
  ~Event() { cudaEventDestroy(event_); }
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void record(cudaStream_t stream) { succeed(cudaEventRecord(event_, stream), "record an event"); }
  void wait() const { succeed(cudaEventSynchronize(event_), "wait for work"); }
  cudaEvent_t get() const { return event_; }
  /// Milliseconds from `first` to this one, both passed.
  float milliseconds_since(const Event& first) const {
    float milliseconds = 0.0f;
    succeed(cudaEventElapsedTime(&milliseconds, first.event_, event_), "read the time between events");
    return milliseconds;
  }

 private:
  cudaEvent_t event_ = nullptr;
};

}  // namespace memcosim::cuda
