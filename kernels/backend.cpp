// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/backend.hpp"

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/kernels/cpu/cpu_backend.hpp"
#include "memcosim/kernels/cpu/instruction_sets.hpp"
#include "memcosim/kernels/cuda/cuda_backend.hpp"
#include "memcosim/kernels/cuda/gpus.hpp"
#include "memcosim/kernels/reference/reference_backend.hpp"

namespace memcosim {

namespace {

std::unique_ptr<Backend> make_cpu_backend(const BackendOptions& options, const std::string& note) {
  if (options.precision == Precision::double_precision || options.precision == Precision::within_noise) {
    throw InputError(
        fmt::format("simulation.precision: the cpu backend computes in single precision{}: use backend 'cuda' or 'reference' for double",
                    note.empty() ? "" : " (" + note + ")"));
  }
  auto backend = std::make_unique<CpuBackend>(options);
  if (!note.empty()) backend->add_note(note);
  return backend;
}

}  // namespace

const std::vector<BackendInfo>& backends() {
  static const std::vector<BackendInfo> all = {
      {"auto", "cuda where there is a GPU, else cpu"},
      {"cpu", "vectorised over columns, threads over vectors; single precision"},
      {"cuda", "NVIDIA GPUs; double precision, or single on request"},
      {"reference", "plain loops in double precision: slow, for comparison"},
  };
  return all;
}

std::unique_ptr<Backend> make_backend(const BackendOptions& options) {
  if (options.name == "cpu") return make_cpu_backend(options, "");
  if (options.name == "auto") {
    const cuda::Installation found = cuda::installation(options.gpus);
    if (found.gpus.empty()) return make_cpu_backend(options, "no GPU is used: " + found.why_none);
    return std::make_unique<CudaBackend>(options, found.gpus);
  }
  if (options.name == "cuda") {
    const cuda::Installation found = cuda::installation(options.gpus);
    if (found.gpus.empty()) {
      throw InputError(fmt::format("simulation.backend: 'cuda': {}. Or use backend 'cpu', or 'auto', which takes a GPU where there is one",
                                   found.why_none));
    }
    return std::make_unique<CudaBackend>(options, found.gpus);
  }
  if (options.name == "reference") {
    if (options.precision == Precision::single_precision || options.precision == Precision::within_noise) {
      throw InputError("simulation.precision: the reference backend computes in double precision: use backend 'cpu' or 'cuda' for another");
    }
    return std::make_unique<ReferenceBackend>(options);
  }
  std::vector<std::string> names;
  for (const BackendInfo& backend : backends())
    names.emplace_back(backend.name);
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

std::uint32_t converted_columns(ColumnPairing pairing, std::uint32_t physical_columns) {
  return pairing == ColumnPairing::differential_analog ? physical_columns / 2 : physical_columns;
}

std::uint32_t output_columns(ColumnPairing pairing, std::uint32_t physical_columns) {
  return pairing == ColumnPairing::single ? physical_columns : physical_columns / 2;
}

std::uint32_t physical_columns(ColumnPairing pairing, std::uint32_t outputs) {
  return pairing == ColumnPairing::single ? outputs : 2 * outputs;
}

std::uint32_t counted_columns(ColumnPairing pairing, std::uint32_t physical_columns, std::uint32_t used_columns) {
  return converted_columns(pairing, used_columns == 0 ? physical_columns : used_columns);
}

}  // namespace memcosim
