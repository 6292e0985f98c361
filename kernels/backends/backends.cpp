// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/backends/backends.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/kernels/cuda/backend/cuda_backend.hpp"
#include "memcosim/kernels/cuda/gpu/gpus.hpp"
#include "memcosim/kernels/products/cpu/cpu_engine.hpp"
#include "memcosim/kernels/products/cpu/instruction_sets.hpp"
#include "memcosim/kernels/products/reference/reference_engine.hpp"

namespace memcosim {

namespace {

std::unique_ptr<Backend> make_cpu_backend(const BackendOptions& options, const std::string& note) {
  if (options.precision == Precision::double_precision || options.precision == Precision::within_noise) {
    throw InputError(
        fmt::format("simulation.precision: the cpu backend computes in single precision{}: use backend 'cuda' or 'reference' "
                    "for double",
                    note.empty() ? "" : " (" + note + ")"));
  }
  auto backend = cpu_backend(options);
  if (!note.empty()) backend->add_note(note);
  return backend;
}

std::unique_ptr<Backend> make_cpu_backend(const BackendOptions& options) {
  return make_cpu_backend(options, "");
}

std::unique_ptr<Backend> make_cuda_backend(const BackendOptions& options) {
  const cuda::Installation found = cuda::installation(options.gpus);
  if (found.gpus.empty()) {
    throw InputError(fmt::format("simulation.backend: 'cuda': {}. Or use backend 'cpu', or 'auto', which takes a GPU where there is one",
                                 found.why_none));
  }
  return cuda_backend(options, found.gpus);
}

std::unique_ptr<Backend> make_best_backend(const BackendOptions& options) {
  const cuda::Installation found = cuda::installation(options.gpus);
  if (found.gpus.empty()) return make_cpu_backend(options, "no GPU is used: " + found.why_none);
  return cuda_backend(options, found.gpus);
}

std::unique_ptr<Backend> make_reference_backend(const BackendOptions& options) {
  if (options.precision == Precision::single_precision || options.precision == Precision::within_noise) {
    throw InputError("simulation.precision: the reference backend computes in double precision: use backend 'cpu' or 'cuda' for another");
  }
  return reference_backend(options);
}

/// A backend is one row.
struct BackendRow {
  BackendInfo info;
  std::unique_ptr<Backend> (*make)(const BackendOptions&);
};
constexpr BackendRow rows[] = {
    {{"auto", "cuda where there is a GPU, else cpu"}, make_best_backend},
    {{"cpu", "vectorised over columns, threads over vectors; single precision"}, make_cpu_backend},
    {{"cuda", "NVIDIA GPUs; double precision, or single on request"}, make_cuda_backend},
    {{"reference", "plain loops in double precision: slow, for comparison"}, make_reference_backend},
};

}  // namespace

const std::vector<BackendInfo>& backends() {
  static const std::vector<BackendInfo> all = [] {
    std::vector<BackendInfo> infos;
    for (const BackendRow& row : rows)
      infos.push_back(row.info);
    return infos;
  }();
  return all;
}

std::unique_ptr<Backend> make_backend(const BackendOptions& options) {
  std::vector<std::string> names;
  for (const BackendRow& row : rows) {
    if (options.name == row.info.name) return row.make(options);
    names.emplace_back(row.info.name);
  }
  const auto nearest = nearest_name(options.name, names);
  throw InputError(fmt::format("simulation.backend: unknown backend '{}'{}; there are {}", options.name,
                               nearest ? fmt::format(", did you mean '{}'?", *nearest) : "", fmt::join(names, ", ")));
}

std::vector<std::string> cpu_instruction_sets() {
  std::vector<std::string> names;
  for (const cpu::MvmKernel* kernel : cpu::available_kernels())
    names.emplace_back(kernel->name);
  return names;
}

}  // namespace memcosim
