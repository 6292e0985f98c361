// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "memcosim/cli/commands.hpp"
#include "memcosim/common/config.hpp"
#include "memcosim/runs/preparation.hpp"
#include "memcosim/runs/run_spec.hpp"
#include "memcosim/runs/run_warnings.hpp"
#include "memcosim/runs/schema.hpp"

namespace memcosim {
namespace {

void upgrade(const CheckOptions& options) {
  if (!options.overrides.empty()) {
    throw InputError("--upgrade rewrites what the file says: leave out --set, and edit the file for other values");
  }
  const std::string text = upgraded_schema(options.config);
  if (options.in_place) {
    write_file(options.config, text);
  } else {
    fmt::print("{}", text);
  }
}

}  // namespace

int check_command(const CheckOptions& options) {
  if (options.upgrade) {
    upgrade(options);
    return 0;
  }
  const ConfigDocument document = ConfigDocument::from_file(options.config, options.overrides);
  const RunSpec spec = read_run_spec(document);
  const Preparation prepared = prepare_run(spec, options.load_state, spec.backend);
  try_first_macro(spec, prepared);
  if (const std::string note = old_schema_note(document.root(), spec, options.config); !note.empty()) spdlog::warn("{}", note);
  for (const std::string& warning : configuration_warnings(spec))
    spdlog::warn("{}", warning);
  if (options.effective) {
    fmt::print("{}", effective_config(document));
  } else {
    fmt::print("{}: valid; network {} with {} layers and {} classes on {} arrays, {} images\n", options.config.string(),
               spec.network.model.filename().string(), prepared.compiled.network.layers.size(), prepared.compiled.network.classes(),
               prepared.compiled.plan.tiles.size(), prepared.images.count);
  }
  return 0;
}

}  // namespace memcosim
