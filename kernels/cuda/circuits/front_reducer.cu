// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>
#include <vector>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/cuda/circuits/front_reducer.cuh"
#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"

namespace memcosim::cuda {

namespace {

constexpr unsigned threads = 256;

/// The last front of the plan, with the ports of the whole array, for one or many arrays.
struct WholeArray {
  FrontPlan::Front front;
  const double* workspace;
  std::size_t workspace_stride;
  const std::uint32_t* port_place;

  __device__ double between(unsigned array, unsigned a, unsigned b) const {
    const std::uint32_t low = min(port_place[a], port_place[b]);
    const std::uint32_t high = max(port_place[a], port_place[b]);
    if (a == b || high == FrontPlan::none) return 0.0;
    return workspace[array * workspace_stride + front.kept_at + std::uint64_t{low} * front.kept_stride + high];
  }
  /// Conductance between all terminals of two lines.
  __device__ double between(unsigned array, int2 line, int2 other) const {
    double siemens = 0.0;
    for (const int a : {line.x, line.y}) {
      for (const int b : {other.x, other.y})
        if (a >= 0 && b >= 0) siemens += between(array, static_cast<unsigned>(a), static_cast<unsigned>(b));
    }
    return siemens;
  }
};

__global__ void __launch_bounds__(threads) port_kernel(WholeArray whole, unsigned ports, double* to, int* out_of_range) {
  const unsigned index = blockIdx.x * threads + threadIdx.x;
  if (index >= ports * ports) return;
  const double siemens = whole.between(blockIdx.y, index / ports, index % ports);
  if (!isfinite(siemens)) *out_of_range = 1;
  to[std::size_t{blockIdx.y} * ports * ports + index] = siemens;
}

/// Conductances between lines of the two kinds, or of the same kind.
__global__ void __launch_bounds__(threads) line_kernel(WholeArray whole, const int2* lines, unsigned count, const int2* others,
                                                       unsigned other_count, double* to, int* out_of_range) {
  const unsigned index = blockIdx.x * threads + threadIdx.x;
  if (index >= count * other_count) return;
  const unsigned line = index / other_count;
  const unsigned other = index % other_count;
  double siemens = 0.0;
  if (lines != others) {
    siemens = whole.between(blockIdx.y, lines[line], others[other]);
  } else if (line != other) {  // the same order for both, so that the result is exactly symmetric
    siemens = whole.between(blockIdx.y, lines[max(line, other)], lines[min(line, other)]);
  }
  if (!isfinite(siemens)) *out_of_range = 1;
  to[std::size_t{blockIdx.y} * count * other_count + index] = siemens;
}

std::vector<int2> ports_of(const std::vector<LinePorts>& lines) {
  std::vector<int2> ports;
  for (const LinePorts& line : lines)
    ports.push_back({line.start, line.end == line.start ? -1 : line.end});
  return ports;
}

std::size_t bytes_per_array(const FrontPlan& plan) {
  return (plan.workspace + std::size_t{plan.rows} * plan.columns) * sizeof(double);
}

}  // namespace

FrontReducer::FrontReducer(FrontPlan plan, std::size_t most_arrays)
    : plan_(std::move(plan)),
      fronts_(plan_.fronts),
      nodes_(plan_.nodes),
      branches_(plan_.branches),
      leaves_(plan_.leaves),
      blocks_(plan_.blocks),
      word_siemens_(plan_.word_siemens),
      bit_siemens_(plan_.bit_siemens),
      port_place_(plan_.port_place),
      word_ports_(ports_of(plan_.word_lines)),
      bit_ports_(ports_of(plan_.bit_lines)),
      out_of_range_(std::vector<int>{0}) {
  prepare_small_fronts();
  prepare_large_fronts();
  tables_ = {fronts_.data(), nodes_.data(),        branches_.data(),    leaves_.data(),
             blocks_.data(), word_siemens_.data(), bit_siemens_.data(), plan_.columns};
  std::size_t free_bytes = 0;
  std::size_t total_bytes = 0;
  succeed(cudaMemGetInfo(&free_bytes, &total_bytes), "ask for free memory");
  constexpr std::size_t most_in_a_launch = 65535;
  // Half of the free memory, to leave some for other users.
  capacity_ = std::clamp<std::size_t>(free_bytes / 2 / bytes_per_array(plan_), 1, std::min(most_arrays, most_in_a_launch));
  for (;; capacity_ /= 2) {
    try {
      conductance_ = DeviceArray<double>(capacity_ * plan_.rows * plan_.columns);
      workspace_ = DeviceArray<double>(capacity_ * plan_.workspace);
      return;
    } catch (const OutOfMemory&) {
      if (capacity_ == 1) throw;
      conductance_ = DeviceArray<double>();
    }
  }
}

FrontBatch FrontReducer::batch(std::size_t arrays) {
  return {workspace_.data(), plan_.workspace, conductance_.data(), std::size_t{plan_.rows} * plan_.columns, static_cast<unsigned>(arrays)};
}

void FrontReducer::enqueue(std::size_t arrays, cudaStream_t stream) {
  for (const FrontPlan::Step& step : plan_.steps) {
    switch (step.work) {
      case FrontPlan::Work::leaves:
        reduce_leaves(tables_, batch(arrays), step, stream);
        break;
      case FrontPlan::Work::small:
        reduce_small_fronts(tables_, batch(arrays), step, stream);
        break;
      default:
        work_on_large_fronts(tables_, batch(arrays), step, stream);
    }
  }
}

void FrontReducer::reduce(const double* siemens, std::size_t arrays, const Results& results, cudaStream_t stream) {
  const std::size_t cells = std::size_t{plan_.rows} * plan_.columns;
  const auto blocks = [](std::size_t values) { return static_cast<unsigned>((values + threads - 1) / threads); };
  for (std::size_t first = 0; first < arrays; first += capacity_) {
    const std::size_t count = std::min(capacity_, arrays - first);
    succeed(cudaMemcpyAsync(conductance_.data(), siemens + first * cells, count * cells * sizeof(double), cudaMemcpyDeviceToDevice, stream),
            "copy conductances");
    auto graph = graphs_.find(count);
    if (graph == graphs_.end()) graph = graphs_.emplace(count, WorkGraph([&](cudaStream_t captured) { enqueue(count, captured); })).first;
    graph->second.launch(stream);
    const WholeArray whole{plan_.fronts.back(), workspace_.data(), plan_.workspace, port_place_.data()};
    const auto lines = [&](const DeviceArray<int2>& others, double* to) {
      const std::size_t values = plan_.rows * others.size();
      line_kernel<<<dim3(blocks(values), static_cast<unsigned>(count)), threads, 0, stream>>>(
          whole, word_ports_.data(), plan_.rows, others.data(), static_cast<unsigned>(others.size()), to + first * values,
          out_of_range_.data());
      succeed_launch("collect effective conductances");
    };
    if (results.effective != nullptr) lines(bit_ports_, results.effective);
    if (results.coupling != nullptr) lines(word_ports_, results.coupling);
    if (results.ports == nullptr) continue;
    const std::size_t values = std::size_t{plan_.ports} * plan_.ports;
    port_kernel<<<dim3(blocks(values), static_cast<unsigned>(count)), threads, 0, stream>>>(
        whole, plan_.ports, results.ports + first * values, out_of_range_.data());
    succeed_launch("collect conductances between terminals");
  }
}

void FrontReducer::check_range() {
  int out_of_range = 0;
  out_of_range_.download(&out_of_range, 1);
  if (out_of_range == 0) return;
  out_of_range = 0;
  out_of_range_.upload(&out_of_range, 1);
  throw RunError("the circuit's resistances are too far apart for double precision");
}

}  // namespace memcosim::cuda
