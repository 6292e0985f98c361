// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "memcosim/cli/commands.hpp"
#include "memcosim/cli/run_spec.hpp"
#include "memcosim/cli/run_warnings.hpp"

namespace memcosim {

int check_command(const CheckOptions& options) {
  const ConfigDocument document = ConfigDocument::from_file(options.config, options.overrides);
  const RunSpec spec = read_run_spec(document);
  const Network network = load_network_data(spec.network, spec.dataset, 1).network;
  for (const std::string& warning : configuration_warnings(spec))
    spdlog::warn("{}", warning);
  if (options.effective) {
    fmt::print("{}", document.effective_yaml());
  } else {
    fmt::print("{}: valid; network {} with {} layers and {} classes\n", options.config.string(), spec.network.model.filename().string(),
               network.layers.size(), network.classes());
  }
  return 0;
}

}  // namespace memcosim
