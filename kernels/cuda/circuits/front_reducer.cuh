// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>

#include <cuda_runtime.h>

#include "memcosim/kernels/cuda/circuits/front_kernels.cuh"
#include "memcosim/kernels/cuda/circuits/front_plan.hpp"
#include "memcosim/kernels/cuda/gpu/device_memory.cuh"
#include "memcosim/kernels/cuda/gpu/work_graph.cuh"

namespace memcosim::cuda {

/// Executes a plan for many arrays at once. Results do not depend on the number of arrays. Work is enqueued into one stream at a time.
class FrontReducer {
 public:
  /// Memory for up to `most_arrays` at the same time, less where the GPU has not enough; throws OutOfMemory where it has not enough for
  /// one.
  FrontReducer(FrontPlan plan, std::size_t most_arrays);

  const FrontPlan& plan() const { return plan_; }
  std::size_t arrays_at_once() const { return capacity_; }

  /// Destinations of results, in the GPU's memory; nullptr: not wanted. All row-major, in S.
  struct Results {
    double* ports = nullptr;      ///< arrays x ports x ports: as PortReducer::reduce()
    double* effective = nullptr;  ///< arrays x rows x columns: as PortReduction::effective_conductance()
    double* coupling = nullptr;   ///< arrays x rows x rows: as PortReduction::word_line_coupling()
  };
  /// siemens: arrays x rows x columns, in the GPU's memory.
  void reduce(const double* siemens, std::size_t arrays, const Results& results, cudaStream_t stream);
  /// After the stream was waited for: throws RunError when a conductance since the last check has left the range of double precision.
  void check_range();

 private:
  FrontBatch batch(std::size_t arrays);
  void enqueue(std::size_t arrays, cudaStream_t stream);

  FrontPlan plan_;
  std::size_t capacity_ = 0;
  DeviceArray<FrontPlan::Front> fronts_;
  DeviceArray<FrontPlan::Node> nodes_;
  DeviceArray<FrontPlan::Branch> branches_;
  DeviceArray<FrontPlan::Leaf> leaves_;
  DeviceArray<FrontPlan::Block> blocks_;
  DeviceArray<double> word_siemens_;
  DeviceArray<double> bit_siemens_;
  DeviceArray<std::uint32_t> port_place_;
  DeviceArray<int2> word_ports_;  ///< per word line: terminals at its start and end, the latter -1 where it is the same
  DeviceArray<int2> bit_ports_;
  DeviceArray<int> out_of_range_;
  DeviceArray<double> conductance_;
  DeviceArray<double> workspace_;
  FrontTables tables_;
  std::map<std::size_t, WorkGraph> graphs_;  ///< per number of arrays
};

}  // namespace memcosim::cuda
