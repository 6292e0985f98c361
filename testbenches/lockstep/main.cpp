// SPDX-License-Identifier: Apache-2.0
// Runs the SystemC model and the RTL of the TDM controller in lockstep.
#include <exception>
#include <iostream>
#include <string>
#include <systemc>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "tdm_lockstep.hpp"

namespace {

constexpr const char* description =
    "Runs the SystemC model and the RTL of the TDM controller side by side and compares every output pin after every clock.\n"
    "The inputs are random: registers over their whole range that change whenever the controller is not busy, MVMs at any distance, "
    "starts\n"
    "while it is not ready, stalls, resets and aborts at any clock. With an option of the schedule, its registers stay.\n"
    "Prints how much was identical (exit code 0), or the first difference (exit code 1) with a waveform file of the clocks around it.\n"
    "Takes --clocks clocks at most, whatever the RTL does.\n\n"
    "Example: a pipelined converter with several codes in flight, without stalls, with the inner signals of the RTL in run.fst\n"
    "  memcosim_lockstep --slices 8 --groups 8 --settle 5 --adc-latency 9 --adc-interval 3 --no-stalls --clocks 5000 --waves run.fst";

struct Options {
  memcosim::TdmSchedule schedule;
  std::uint32_t slices = 1;
  std::uint32_t drive = 1;
  bool slice_overlap = true;
  bool fixed = false;  ///< an option of the schedule was given
  std::uint64_t clocks = 10'000'000;
  std::uint64_t seed = 1;
  memcosim::TdmStimulus::Kinds kinds;
  std::string waves;
  std::string vectors;
  std::string difference = "lockstep_difference.vcd";
};

void declare(CLI::App& app, Options& options) {
  memcosim::TdmSchedule& schedule = options.schedule;
  app.add_option("--clocks", options.clocks, "clocks to compare")->capture_default_str()->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "seed of all that is random")->capture_default_str();
  app.add_flag("!--no-stalls", options.kinds.stalls, "converters and accumulator are always ready");
  app.add_flag("!--no-resets", options.kinds.resets, "no reset or abort but those that end a long MVM");
  app.add_option("--waves", options.waves, "waveform file of the RTL with its inner signals, .vcd or .fst");
  app.add_option("--difference", options.difference, "waveform file of the clocks around the first difference; empty: none")
      ->capture_default_str();
  app.add_option("--vectors", options.vectors,
                 "folder for inputs.hex and outputs.hex: the inputs and the outputs of the model at every clock, one line each, for\n"
                 "testbenches/replay/tdm_controller_replay.sv");
  const auto fixes = [&](CLI::Option* option) {
    option->capture_default_str()->group("Schedule")->each([&](const std::string&) { options.fixed = true; });
  };
  fixes(app.add_option("--slices", options.slices, "input slices"));
  fixes(app.add_option("--groups", schedule.groups, "column groups"));
  fixes(app.add_option("--drive", options.drive, "clocks to drive the rows"));
  fixes(app.add_option("--settle", schedule.settle, "clocks to settle"));
  fixes(app.add_option("--sample", schedule.sample, "clocks to sample"));
  fixes(app.add_option("--mux", schedule.mux, "clocks to switch the column multiplexers"));
  fixes(app.add_option("--adc-latency", schedule.adc.latency, "clocks of one conversion"));
  fixes(app.add_option("--adc-interval", schedule.adc.interval, "clocks between two conversions"));
  fixes(app.add_option("--accumulate-latency", schedule.accumulate_latency, "clocks from the last code to done"));
  fixes(app.add_option("--accumulate-interval", schedule.accumulate_interval, "clocks between two accumulations"));
  fixes(app.add_flag("!--unpipelined", schedule.pipelined, "a slice waits for the conversions of the one before"));
  fixes(app.add_flag("!--converter-overlap", options.slice_overlap, "slices overlap until the converters are free (overlap: converter)"));
}

int run(Options options) {
  options.schedule.steps = memcosim::equal_steps(options.slices, options.drive);
  options.schedule.overlap = options.slice_overlap ? memcosim::StepOverlap::slice : memcosim::StepOverlap::converter;
  memcosim::TdmStimulus stimulus(options.seed, memcosim::tdm_limits(), options.kinds);
  if (options.fixed) stimulus.fix_schedule(options.schedule);
  memcosim::TdmLockstep bench("bench", stimulus, options.clocks, sc_core::sc_time(1, sc_core::SC_NS), options.waves);
  sc_core::sc_report_handler::set_actions("/OSCI/SystemC", sc_core::SC_INFO, sc_core::SC_DO_NOTHING);  // "simulation stopped by user"
  memcosim::PinVectors vectors(memcosim::tdm_pin_layout());
  if (!options.vectors.empty()) bench.export_to(vectors);
  sc_core::sc_start();
  if (!options.vectors.empty()) vectors.write(options.vectors);
  const memcosim::PinComparison& comparison = bench.comparison();
  if (!bench.stopped().empty()) {
    std::cout << fmt::format("after {} clocks: {}\n", comparison.clocks(), bench.stopped());
    return 1;
  }
  if (comparison.difference().empty()) {
    std::cout << fmt::format("{} clocks, {} MVMs started, identical\n", comparison.clocks(), bench.stimulus().started());
    return 0;
  }
  std::cout << fmt::format("first difference at {}\n", comparison.difference());
  if (!options.difference.empty()) {
    comparison.write_waves(options.difference);
    std::cout << fmt::format("the clocks around it: {}\n", options.difference);
  }
  return 1;
}

}  // namespace

int sc_main(int argc, char** argv) {
  Options options;
  CLI::App app(description, "memcosim_lockstep");
  declare(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  try {
    return run(options);
  } catch (const std::exception& error) {
    std::cerr << "memcosim_lockstep: " << error.what() << '\n';
    return 2;
  }
}
