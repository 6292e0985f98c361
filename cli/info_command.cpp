// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <systemc>
#include <thread>

#include <fmt/format.h>

#include "memcosim/cli/commands.hpp"
#include "memcosim/kernels/backend.hpp"

namespace memcosim {

const char* version() {
  return MEMCOSIM_VERSION;
}

int info_command() {
  fmt::print("memcosim {}\n", version());
  fmt::print("  compiler            {}\n", __VERSION__);
  fmt::print("  SystemC             {}\n", sc_core::sc_release());
  fmt::print("  CUDA                {}\n", MEMCOSIM_CUDA_BUILD ? "compiled in (device code tests; no backend yet)" : "not compiled in");
  std::string backends;
  for (const std::string& name : backend_names())
    backends += (backends.empty() ? "" : ", ") + name;
  fmt::print("  backends            {}\n", backends);
  std::string sets;
  for (const std::string& name : cpu_instruction_sets())
    sets += (sets.empty() ? "" : ", ") + name;
  fmt::print("  instruction sets    {} (best first)\n", sets);
  fmt::print("  cores               {}\n", std::thread::hardware_concurrency());
  return 0;
}

}  // namespace memcosim
