// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/backend.hpp"

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/kernels/cpu/cpu_backend.hpp"
#include "memcosim/kernels/cpu/instruction_sets.hpp"
#include "memcosim/kernels/reference/reference_backend.hpp"

namespace memcosim {

std::vector<std::string> backend_names() {
  return {"cpu", "reference"};
}

std::unique_ptr<Backend> make_backend(const BackendOptions& options) {
  if (options.name == "auto" || options.name == "cpu") return std::make_unique<CpuBackend>(options);
  if (options.name == "reference") return std::make_unique<ReferenceBackend>(options.seed);
  const std::string built = fmt::format("{}", fmt::join(backend_names(), ", "));
  if (options.name == "cuda") throw InputError(fmt::format("backend 'cuda' is not built; built: {}", built));
  const auto nearest = nearest_name(options.name, {"auto", "cpu", "reference"});
  throw InputError(
      fmt::format("unknown backend '{}'{}; built: {}", options.name, nearest ? fmt::format(", did you mean '{}'?", *nearest) : "", built));
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

}  // namespace memcosim
