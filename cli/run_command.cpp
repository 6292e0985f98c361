// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <string>
#include <systemc>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "memcosim/cli/commands.hpp"
#include "memcosim/common/config.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/common/stop_token.hpp"
#include "memcosim/runs/results/interrupt_watch.hpp"
#include "memcosim/runs/results/result_folder.hpp"
#include "memcosim/runs/run_report.hpp"
#include "memcosim/runs/run_spec.hpp"
#include "memcosim/runs/run_warnings.hpp"
#include "memcosim/runs/schema.hpp"
#include "memcosim/runs/simulation.hpp"
#include "memcosim/runs/summary.hpp"
#include "memcosim/runs/value_files.hpp"

namespace memcosim {
namespace {

constexpr int exit_interrupted = 1;

/// Interrupts of a run: once an image is finished, the first one only ends the simulation, and the results so far are written.
class RunInterrupts {
 public:
  explicit RunInterrupts(ResultFolder& folder) : watch_([this] { return first(); }, [&folder] { return folder.leave(); }) {}

  StopToken stop() const { return source_.token(); }
  std::atomic<std::uint64_t>& images_done() { return images_done_; }

 private:
  std::string first() {
    if (images_done_ == 0) return "";
    source_.request();
    return fmt::format("ends the simulation and writes the results of the {} images done", images_done_.load());
  }

  StopSource source_;
  std::atomic<std::uint64_t> images_done_{0};
  InterruptWatch watch_;  ///< last member: its thread uses the others
};

std::vector<std::string> all_overrides(const RunOptions& options) {
  std::vector<std::string> overrides = options.overrides;
  if (options.backend) overrides.push_back("simulation.backend=" + *options.backend);
  if (options.threads) overrides.push_back(fmt::format("simulation.threads={}", *options.threads));
  if (options.images) overrides.push_back(fmt::format("dataset.count={}", *options.images));
  return overrides;
}

/// Called before the run: the result folder must not replace a file that the run reads, and a state file that cannot be written is found at
/// once.
void check_files(const RunOptions& options, const ConfigDocument& document, const ResultFolder& folder) {
  folder.keep_out(options.config, "the configuration");
  for (const NamedFile& named : document.files())
    folder.keep_out(named.file, named.path);
  folder.keep_out(options.load_state, "--load-state");
  folder.keep_out(options.save_state, "--save-state");
  if (options.save_state.empty()) return;
  const std::filesystem::path parent = std::filesystem::absolute(options.save_state).parent_path();
  if (access(parent.c_str(), W_OK) != 0 || std::filesystem::is_directory(options.save_state)) {
    throw InputError(fmt::format("{}: cannot write the state here; choose a file in a writable folder", options.save_state.string()));
  }
}

nlohmann::ordered_json run_info(const SimulationOutcome& outcome) {
  return {{"systemc", sc_core::sc_release()},
          {"backend", outcome.backend},
          {"backend_notes", outcome.backend_notes},
          {"interrupted", outcome.interrupted},
          {"wall_time_s",
           {{"preparation", outcome.wall.preparation_s},
            {"software_reference", outcome.wall.software_s},
            {"simulation", outcome.wall.simulation_s},
            {"waiting_for_values", outcome.wall.waiting_s}}}};
}

void tell(const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings)
    spdlog::warn("{}", warning);
}

}  // namespace

int run_command(const RunOptions& options) {
  const ConfigDocument document = ConfigDocument::from_file(options.config, all_overrides(options));
  const RunSpec spec = read_run_spec(document);
  const std::filesystem::path out = options.out.empty() ? std::filesystem::path("results") / options.config.stem() : options.out;
  ResultFolder folder(out, "run", options.force);
  check_files(options, document, folder);
  if (!options.quiet) {
    if (const std::string note = old_schema_note(document.root(), spec, options.config); !note.empty()) tell({note});
    tell(configuration_warnings(spec));
  }
  RunInterrupts interrupts(folder);
  SimulationOptions simulation;
  simulation.load_state = options.load_state;
  simulation.waveform = folder.file(spec.output.waveform == Waveform::fst ? "waves.fst" : "waves.vcd");
  simulation.quiet = options.quiet;
  simulation.stop = interrupts.stop();
  simulation.images_done = &interrupts.images_done();
  const SimulationOutcome outcome = simulate(spec, simulation);

  StatisticGroup summary;
  summarise(spec, outcome, summary);
  const std::string effective = effective_config(document);
  folder.write("effective_config.yaml", effective);
  folder.write("predictions.csv", predictions_table(outcome));
  folder.write("arrays.csv", arrays_table(spec, outcome));
  folder.write("stages.csv", stages_table(spec, outcome, summary));
  write_value_files(spec, outcome, [&](const std::string& name, const std::string& content) { folder.write(name, content); });
  if (!outcome.timeline.empty()) folder.write("timeline.json", outcome.timeline);
  folder.write("report.html", render_report(report_data(spec, outcome, summary, options.command_line, effective)));
  folder.write("summary.json", summary.to_json());
  if (!options.save_state.empty()) write_file(options.save_state, to_state_file(outcome.state));
  folder.put_in_place(options.command_line, run_info(outcome));
  if (!options.quiet) {
    fmt::print("{}", summary_text(spec, outcome, summary));
    fmt::print("  {:<28} {}\n", "results", (out / "report.html").string());
    tell(result_warnings(spec, outcome));
  }
  if (outcome.interrupted) {
    spdlog::warn("interrupted after {} of {} images; the results are those of the images done", outcome.activity.image_end_s.size(),
                 outcome.images.count);
    return exit_interrupted;
  }
  return 0;
}

}  // namespace memcosim
