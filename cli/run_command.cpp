// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <csignal>
#include <systemc>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "memcosim/cli/commands.hpp"
#include "memcosim/cli/host_stamp.hpp"
#include "memcosim/cli/run_report.hpp"
#include "memcosim/cli/run_spec.hpp"
#include "memcosim/cli/run_warnings.hpp"
#include "memcosim/cli/simulation.hpp"
#include "memcosim/cli/summary.hpp"
#include "memcosim/common/files.hpp"

namespace memcosim {
namespace {

constexpr int exit_interrupted = 1;

std::atomic<bool> interrupt_requested{false};

extern "C" void request_interrupt(int) {
  interrupt_requested = true;
}

/// The first Ctrl-C ends the run after the image at hand and still writes its results; a second one ends the program.
void catch_interrupts() {
  struct sigaction action = {};
  action.sa_handler = request_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

std::vector<std::string> all_overrides(const RunOptions& options) {
  std::vector<std::string> overrides = options.overrides;
  if (options.backend) overrides.push_back("simulation.backend=" + *options.backend);
  if (options.threads) overrides.push_back(fmt::format("simulation.threads={}", *options.threads));
  if (options.images) overrides.push_back(fmt::format("dataset.count={}", *options.images));
  return overrides;
}

/// Makes the result folder before the long work, so that a folder that cannot be written costs no run.
std::filesystem::path prepare_folder(const RunOptions& options) {
  const std::filesystem::path out = options.out.empty() ? std::filesystem::path("results") / options.config.stem() : options.out;
  std::error_code error;
  std::filesystem::create_directories(out, error);
  if (error || !std::filesystem::is_directory(out) || access(out.c_str(), W_OK) != 0) {
    throw InputError(fmt::format("{}: cannot write results here ({}); choose another folder with --out DIR", out.string(),
                                 error ? error.message() : "not a writable folder"));
  }
  if (!options.save_state.empty()) {
    const std::filesystem::path parent = std::filesystem::absolute(options.save_state).parent_path();
    if (access(parent.c_str(), W_OK) != 0 || std::filesystem::is_directory(options.save_state)) {
      throw InputError(fmt::format("{}: cannot write the state here; choose a file in a writable folder", options.save_state.string()));
    }
  }
  return out;
}

std::string run_info(const RunOptions& options, const SimulationOutcome& outcome) {
  const HostStamp stamp = host_stamp();
  nlohmann::ordered_json info = {{"command", options.command_line},
                                 {"version", version()},
                                 {"systemc", sc_core::sc_release()},
                                 {"backend", outcome.backend},
                                 {"backend_notes", outcome.backend_notes},
                                 {"host", stamp.host},
                                 {"finished", stamp.finished},
                                 {"interrupted", outcome.interrupted},
                                 {"wall_time_s",
                                  {{"preparation", outcome.wall.preparation_s},
                                   {"software_reference", outcome.wall.software_s},
                                   {"simulation", outcome.wall.simulation_s},
                                   {"waiting_for_values", outcome.wall.waiting_s}}}};
  return info.dump(2) + "\n";
}

}  // namespace

int run_command(const RunOptions& options) {
  const ConfigDocument document = ConfigDocument::from_file(options.config, all_overrides(options));
  const RunSpec spec = read_run_spec(document);
  const std::filesystem::path out = prepare_folder(options);
  for (const std::string& warning : configuration_warnings(spec))
    spdlog::warn("{}", warning);
  catch_interrupts();
  SimulationOptions simulation;
  simulation.load_state = options.load_state;
  simulation.waveform = out / (spec.output.waveform == Waveform::fst ? "waves.fst" : "waves.vcd");
  simulation.quiet = options.quiet;
  simulation.stop = &interrupt_requested;
  const SimulationOutcome outcome = simulate(spec, simulation);

  StatisticGroup summary;
  summarise(spec, outcome, summary);
  const std::string effective = document.effective_yaml();
  if (!options.save_state.empty()) write_file(options.save_state, to_state_file(outcome.state));
  write_file(out / "effective_config.yaml", effective);
  write_file(out / "predictions.csv", predictions_table(outcome));
  write_file(out / "arrays.csv", arrays_table(outcome));
  write_file(out / "stages.csv", stages_table(outcome));
  if (!outcome.timeline.empty()) write_file(out / "timeline.json", outcome.timeline);
  write_file(out / "report.html", render_report(report_data(spec, outcome, summary, options.command_line, effective)));
  write_file(out / "run_info.json", run_info(options, outcome));
  write_file(out / "summary.json", summary.to_json());
  if (!options.quiet) {
    fmt::print("{}", summary_text(spec, outcome, summary));
    fmt::print("  {:<28} {}\n", "results", (out / "report.html").string());
  }
  for (const std::string& warning : result_warnings(spec, outcome))
    spdlog::warn("{}", warning);
  if (outcome.interrupted) {
    spdlog::warn("interrupted after {} of {} images; the results are those of the images done", outcome.activity.image_end_s.size(),
                 outcome.images.count);
    return exit_interrupted;
  }
  return 0;
}

}  // namespace memcosim
