// SPDX-License-Identifier: Apache-2.0
// Runs the SystemC model and the RTL of the TDM controller in lockstep.
#include <exception>
#include <iostream>
#include <string>
#include <systemc>

#include <CLI/CLI.hpp>

#include "memcosim/rtl/bridge/rtl_tdm_controller.hpp"

#include "tdm_lockstep.hpp"

namespace {

constexpr const char* description =
    "Runs the SystemC model and the RTL of the TDM controller side by side on one schedule and compares every pin at every clock.\n"
    "Prints the first difference (exit code 1) or how much was identical.\n\n"
    "Example: a pipelined converter with several codes in flight, MVMs at random distances, waveforms in run.fst and run.pins.vcd\n"
    "  memcosim_lockstep --slices 8 --groups 8 --settle 5 --adc-latency 9 --adc-interval 1 --mvms 100 --max-gap 20 --waves run.fst";

struct Options {
  memcosim::TdmSchedule schedule;
  std::uint32_t slices = 1;
  std::uint32_t drive = 1;
  memcosim::TdmStimulus stimulus;
  double period_ns = 1.0;
  std::string waves;
};

void declare(CLI::App& app, Options& options) {
  memcosim::TdmSchedule& schedule = options.schedule;
  app.add_option("--slices", options.slices, "input slices")->capture_default_str();
  app.add_option("--groups", schedule.groups, "column groups")->capture_default_str();
  app.add_option("--drive", options.drive, "clocks to drive the rows")->capture_default_str();
  app.add_option("--settle", schedule.settle, "clocks to settle")->capture_default_str();
  app.add_option("--sample", schedule.sample, "clocks to sample")->capture_default_str();
  app.add_option("--mux", schedule.mux, "clocks to switch the column multiplexers")->capture_default_str();
  app.add_option("--adc-latency", schedule.adc.latency, "clocks of one conversion")->capture_default_str();
  app.add_option("--adc-interval", schedule.adc.interval, "clocks between two conversions")->capture_default_str();
  app.add_option("--accumulate-latency", schedule.accumulate_latency, "clocks from the last code to done")->capture_default_str();
  app.add_option("--accumulate-interval", schedule.accumulate_interval, "clocks between two accumulations")->capture_default_str();
  app.add_flag("!--unpipelined", schedule.pipelined, "a slice waits for the conversions of the one before");
  app.add_option("--mvms", options.stimulus.mvms, "matrix-vector products")->capture_default_str();
  app.add_option("--max-gap", options.stimulus.max_gap, "clocks from ready to start, drawn from 0 to this")->capture_default_str();
  app.add_flag("--vary-groups", options.stimulus.vary_groups, "MVMs use different numbers of column groups, up to --groups");
  app.add_option("--seed", options.stimulus.seed, "seed of the gaps and groups")->capture_default_str();
  app.add_option("--period", options.period_ns, "clock period in ns")->capture_default_str()->check(CLI::Range(0.001, 1e6));
  app.add_option("--waves", options.waves, "waveform file of the RTL, .vcd or .fst; the pins of both sides go beside it to NAME.pins.vcd");
}

/// Simulates a bench of any block. `waves`: of the RTL; the pins of both sides go beside it. Empty: no waveforms.
void simulate(const memcosim::Lockstep& bench, const std::string& waves) {
  sc_core::sc_trace_file* pins = nullptr;
  if (!waves.empty()) {
    pins = sc_core::sc_create_vcd_trace_file((waves.substr(0, waves.rfind('.')) + ".pins").c_str());
    pins->set_time_unit(1, sc_core::SC_PS);
    bench.trace(pins, "model", "rtl");
  }
  sc_core::sc_start();
  if (pins != nullptr) sc_core::sc_close_vcd_trace_file(pins);
}

int run(Options options) {
  options.schedule.steps = memcosim::equal_steps(options.slices, options.drive);
  const sc_core::sc_time period(options.period_ns, sc_core::SC_NS);
  const memcosim::TdmLockstep bench("bench", options.schedule, period, memcosim::model_tdm_controller_factory(),
                                    memcosim::rtl_tdm_controller_factory(options.waves), options.stimulus);
  simulate(bench, options.waves);
  if (bench.passed()) {
    std::cout << bench.mvms() << " MVMs, " << bench.clocks() << " clocks, identical\n";
    return 0;
  }
  std::cout << "first difference (left: model, right: RTL): " << bench.difference() << '\n';
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
