// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <systemc>
#include <thread>

#include <fmt/format.h>

#include "memcosim/cli/commands.hpp"
#include "memcosim/kernels/backends/backends.hpp"
#include "memcosim/kernels/cuda/gpu/gpus.hpp"
#include "memcosim/runs/results/host_stamp.hpp"

namespace memcosim {
namespace {

std::string cuda_version(int version) {
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

std::string cuda_text(const cuda::Installation& found) {
  if (!found.built) return "not compiled in";
  return fmt::format("{}, compiled for compute capability {}; driver {}", cuda_version(found.runtime_version), found.architectures,
                     found.driver_version == 0 ? "none" : "for CUDA up to " + cuda_version(found.driver_version));
}

std::string gpu_text(const cuda::Gpu& gpu) {
  constexpr double gib = 1024.0 * 1024.0 * 1024.0;
  return fmt::format("{}, compute capability {}.{}, {} multiprocessors, {:.1f} GiB, {:.1f} GiB free", gpu.name, gpu.compute_major,
                     gpu.compute_minor, gpu.multiprocessors, static_cast<double>(gpu.memory_bytes) / gib,
                     static_cast<double>(gpu.free_bytes) / gib);
}

}  // namespace

int info_command() {
  fmt::print("memcosim {}\n", version());
  fmt::print("  compiler            {}\n", __VERSION__);
  fmt::print("  SystemC             {}\n", sc_core::sc_release());
  const cuda::Installation gpus = cuda::installation();
  fmt::print("  CUDA                {}\n", cuda_text(gpus));
  for (const cuda::Gpu& gpu : gpus.gpus)
    fmt::print("  GPU {}               {}\n", gpu.index, gpu_text(gpu));
  if (gpus.gpus.empty()) fmt::print("  GPU                 none: {}\n", gpus.why_none);
  std::string names;
  for (const BackendInfo& backend : backends())
    names += fmt::format("{}{}", names.empty() ? "" : ", ", backend.name);
  fmt::print("  backends            {}\n", names);
  std::string sets;
  for (const std::string& name : cpu_instruction_sets())
    sets += (sets.empty() ? "" : ", ") + name;
  fmt::print("  instruction sets    {} (best first)\n", sets);
  fmt::print("  cores               {}\n", std::thread::hardware_concurrency());
  return 0;
}

}  // namespace memcosim
