// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/results/earlier_results.hpp"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <vector>

#include <nlohmann/json.hpp>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"

namespace memcosim {
namespace {

using Names = std::set<std::string>;

/// Files that a command of an older version wrote, before run_info.json named writer and files.
struct OldWriter {
  const char* name;
  const char* command;  ///< start of the command line in run_info.json; null: the command wrote no run_info.json
  Names files;
  Names always;  ///< files by whose presence a folder without run_info.json is recognised
};

const std::vector<OldWriter>& old_writers() {
  static const std::vector<OldWriter> writers = {
      {"run",
       "memcosim run ",
       {"effective_config.yaml", "predictions.csv", "arrays.csv", "stages.csv", "timeline.json", "report.html", "run_info.json",
        "summary.json", "waves.vcd", "waves.fst"},
       {}},
      {"solve",
       "memcosim solve ",
       {"currents.csv", "rows.csv", "voltages.csv", "cell_voltages.npy", "delays.csv", "summary.json", "run_info.json", "report.html"},
       {}},
      {"device simulate",
       nullptr,
       {"trace.csv", "population.csv", "device.yaml", "summary.json", "plot.svg", "report.html"},
       {"trace.csv", "population.csv", "device.yaml", "summary.json"}},
      {"device fit", nullptr, {"summary.json", "set.svg", "reset.svg", "report.html"}, {"summary.json", "set.svg", "reset.svg"}},
  };
  return writers;
}

Names entries_of(const std::filesystem::path& folder) {
  Names names;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    names.insert(entry->path().filename().string());
  return names;
}

bool contains_all(const Names& whole, const Names& part) {
  return std::includes(whole.begin(), whole.end(), part.begin(), part.end());
}

/// In old versions each RTL controller wrote a separate waveform file.
bool is_old_waveform(const std::string& name) {
  const std::string end = ".fst";
  return name.rfind("waves", 0) == 0 && name.size() > end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0;
}

EarlierResults old_results(const Names& entries, const std::string& command) {
  EarlierResults results;
  bool made_here = false;
  for (const OldWriter& writer : old_writers()) {
    const bool recognised = writer.command != nullptr ? command.rfind(writer.command, 0) == 0 : contains_all(entries, writer.always);
    made_here = made_here || recognised;
    Names files = writer.files;
    if (writer.name == std::string("run")) std::copy_if(entries.begin(), entries.end(), std::inserter(files, files.end()), is_old_waveform);
    if (recognised && contains_all(files, entries)) results.writer = writer.name;
    results.files.merge(files);
  }
  return made_here ? results : EarlierResults{};
}

}  // namespace

EarlierResults earlier_results(const std::filesystem::path& folder) {
  const Names entries = entries_of(folder);
  nlohmann::json info;
  if (entries.count("run_info.json") != 0) {
    try {
      info = nlohmann::json::parse(read_file(folder / "run_info.json"), nullptr, false);
    } catch (const InputError&) {  // not readable: treated as absent
    }
  }
  if (!info.is_object()) return old_results(entries, "");
  const auto text = [&](const char* key) { return info.contains(key) && info[key].is_string() ? info[key].get<std::string>() : ""; };
  EarlierResults results{text("writer"), {}};
  if (results.writer.empty()) return old_results(entries, text("command"));
  if (!info.contains("files") || !info["files"].is_array()) return {};
  for (const nlohmann::json& name : info["files"]) {
    if (name.is_string()) results.files.insert(name.get<std::string>());
  }
  return results;
}

std::string foreign_entry(const std::filesystem::path& folder, const EarlierResults& results) {
  for (const std::string& name : entries_of(folder)) {
    std::error_code error;
    if (results.files.count(name) == 0 || !std::filesystem::is_regular_file(std::filesystem::symlink_status(folder / name, error)))
      return name;
  }
  return "";
}

}  // namespace memcosim
