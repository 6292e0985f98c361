// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <new>
#include <stdexcept>
#include <string>
#include <systemc>
#include <vector>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "memcosim/cli/command_line.hpp"
#include "memcosim/cli/commands.hpp"
#include "memcosim/cli/device_options.hpp"
#include "memcosim/cli/solve_options.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/runs/results/host_stamp.hpp"

namespace {

constexpr int exit_failed = 1;
constexpr int exit_bad_input = 2;

using memcosim::CheckOptions;
using memcosim::RunOptions;

void add_config_options(CLI::App& command, std::filesystem::path& config, std::vector<std::string>& overrides) {
  command.add_option("config", config, "configuration file (YAML)")->required();
  command.add_option("--set", overrides, "override one value: path.to.key=value (repeatable)")->take_all()->allow_extra_args(false);
}

CLI::App* add_run(CLI::App& app, RunOptions& options) {
  CLI::App* run = app.add_subcommand("run", "run a network on timed crossbars and report accuracy, time, energy and area");
  add_config_options(*run, options.config, options.overrides);
  run->add_option("--out", options.out, "result folder (default: results/NAME of the configuration)");
  run->add_option("--backend", options.backend, "functional core: auto, cpu, cuda or reference (overrides simulation.backend)");
  run->add_option("--threads", options.threads,
                  "threads that compute values and the software reference, beside that of the simulation; 0: one per core (overrides "
                  "simulation.threads)");
  run->add_option("--images", options.images, "number of images, 0: all (overrides dataset.count)");
  run->add_option("--save-state", options.save_state, "save the programmed arrays to this file");
  run->add_option("--load-state", options.load_state, "take the programmed arrays from this file instead of programming");
  run->add_flag("--force", options.force, "replace what another command of memcosim left in the result folder");
  run->add_flag("--quiet", options.quiet, "no progress bar and no table: only errors");
  run->footer("Example:\n  memcosim run configs/fashion_mnist_mlp.yaml --images 1000 --set macro.adc.bits=6 --out results/adc6");
  return run;
}

CLI::App* add_check(CLI::App& app, CheckOptions& options) {
  CLI::App* check = app.add_subcommand("check", "find what a run would refuse, without running; rewrite old files");
  add_config_options(*check, options.config, options.overrides);
  CLI::Option* state =
      check->add_option("--load-state", options.load_state, "check that this file of programmed arrays belongs to the configuration");
  CLI::Option* effective = check->add_flag("--effective", options.effective, "print the configuration with every default filled in");
  CLI::Option* upgrade = check->add_flag("--upgrade", options.upgrade,
                                         "print the file in the present schema_version: new names of keys, old defaults written out, "
                                         "comments kept");
  upgrade->excludes(effective)->excludes(state);
  check->add_flag("--in-place", options.in_place, "with --upgrade: replace the file instead")->needs(upgrade);
  check->footer(
      "Reads everything that a run reads before it programs: model, data, maps, and whether all of it fits.\n"
      "Examples:\n  memcosim check configs/fashion_mnist_cnn.yaml --effective\n  memcosim check old.yaml --upgrade > new.yaml");
  return check;
}

int dispatch(int argc, char** argv) {
  CLI::App app{"memcosim: timed co-simulation of memristive crossbars", "memcosim"};
  app.set_version_flag("--version", std::string("memcosim ") + memcosim::version());
  app.require_subcommand(1);
  app.footer(
      "Example:\n  memcosim run configs/fashion_mnist_mlp.yaml\n`memcosim COMMAND --help` describes each command.\n"
      "Exit codes: 0 done, 1 failed, 2 bad input.");

  RunOptions run_options;
  CheckOptions check_options;
  std::string list_what;
  for (int i = 0; i < argc; ++i)
    run_options.command_line += (i == 0 ? "memcosim" : std::string(" ") + argv[i]);
  CLI::App* run = add_run(app, run_options);
  CLI::App* check = add_check(app, check_options);
  CLI::App* list = app.add_subcommand("list", "show device models, presets and components with parameters, units and sources");
  list->add_option("what", list_what, "models, presets, converters, costs or backends (default: all)")
      ->check(CLI::IsMember({"models", "presets", "converters", "costs", "backends"}));
  list->footer("Example:\n  memcosim list models");
  const memcosim::DeviceCommand device(app, run_options.command_line);
  memcosim::SolveOptions solve_options;
  solve_options.command_line = run_options.command_line;
  CLI::App* solve = memcosim::add_solve(app, solve_options);
  CLI::App* info = app.add_subcommand("info", "show version, libraries, backends, GPUs and this machine");
  info->footer("Example:\n  memcosim info");

  memcosim::check_option_values(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);  // help or version
    throw memcosim::InputError(memcosim::command_line_fault(app, error));
  }
  if (*run) return memcosim::run_command(run_options);
  if (*check) return memcosim::check_command(check_options);
  if (*list) return memcosim::list_command(list_what);
  if (device) return device.run();
  if (*solve) return memcosim::solve_command(solve_options);
  if (*info) return memcosim::info_command();
  return 0;
}

/// Opens closed standard descriptors. Otherwise the next file opened would get such a descriptor, and output would go into that file.
/// Reading or writing the substitutes fails.
void fill_closed_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) != -1) continue;
    if (open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) return;
  }
}

/// Flushes the output; false if some of it could not be written, for example on a full disk.
bool output_is_out() {
  std::cout.flush();
  return std::cout.good() && std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

int out_of_memory() {
  std::cerr << "memcosim: failed: out of memory. What costs memory: dataset.count and dataset.calibration_images_file, simulation.chunk "
               "(images of which values are ahead), array.rows, array.columns and the number of arrays, simulation.threads; of "
               "`device simulate` --devices and --trace-devices; of `solve` the size of the matrix. Lower them, or free memory.\n";
  return exit_failed;
}

}  // namespace

/// Replaces the main function of the SystemC library, which prints its copyright banner (the licences are in the README).
int main(int argc, char** argv) {
  fill_closed_streams();
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 0);
  return sc_core::sc_elab_and_sim(argc, argv);
}

int sc_main(int argc, char** argv) {
  spdlog::set_default_logger(spdlog::stderr_color_st("memcosim"));
  spdlog::set_pattern("memcosim: %^%l%$: %v");
  sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);  // such as "Simulation stopped by user."
  try {
    const int code = dispatch(argc, argv);
    if (output_is_out()) return code;
    std::cerr << "memcosim: failed: cannot write to standard output\n";
    return code == 0 ? exit_failed : code;
  } catch (const memcosim::InputError& error) {
    std::cerr << "memcosim: " << error.what() << '\n';
    return exit_bad_input;
  } catch (const std::bad_alloc&) {
    return out_of_memory();
  } catch (const std::length_error&) {  // thrown for a container larger than any memory
    return out_of_memory();
  } catch (const std::exception& error) {
    std::cerr << "memcosim: failed: " << error.what() << '\n';
    return exit_failed;
  }
}
