// SPDX-License-Identifier: Apache-2.0
// `memcosim solve`: reads the circuit, solves it and writes the results.
#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "memcosim/cli/solve_options.hpp"
#include "memcosim/cli/solve_problem.hpp"
#include "memcosim/cli/solve_results.hpp"
#include "memcosim/cli/solve_run.hpp"
#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/kernels/circuits/spice_netlist.hpp"
#include "memcosim/runs/results/interrupt_watch.hpp"
#include "memcosim/runs/results/result_folder.hpp"

namespace memcosim {
namespace {

void check_netlist(const std::filesystem::path& file) {
  if (file.empty()) return;
  const std::filesystem::path parent = std::filesystem::absolute(file).parent_path();
  if (access(parent.c_str(), W_OK) != 0 || std::filesystem::is_directory(file)) {
    throw InputError(fmt::format("--spice {}: cannot write a netlist here; choose a file in a writable folder", file.string()));
  }
}

void print_outcome(const StatisticGroup& summary, const std::vector<std::string>& remarks, const SolveOptions& options) {
  const auto value = [&](const char* path) {
    const Statistic* statistic = summary.find(path);
    return format_quantity(std::get<double>(statistic->value), statistic->dimension);
  };
  const auto count = [&](const char* path) { return std::get<std::uint64_t>(summary.find(path)->value); };
  const auto text = [&](const char* path) { return std::get<std::string>(summary.find(path)->value); };
  fmt::print("{} x {} cells, {} input{}: {} ({})\n", count("circuit.rows"), count("circuit.columns"), count("solution.inputs"),
             count("solution.inputs") == 1 ? "" : "s", text("solution.method"), text("solution.choice"));
  fmt::print("  column currents  {} to {}", value("shown_input.lowest_column_current"), value("shown_input.highest_column_current"));
  if (summary.find("shown_input.deviation_from_ideal") != nullptr) {
    fmt::print(", up to {:.3g} % off lines without resistance",
               100.0 * std::get<double>(summary.find("shown_input.deviation_from_ideal")->value));
  }
  fmt::print("\n  cell voltages    {} to {}\n", value("shown_input.lowest_cell_voltage"), value("shown_input.highest_cell_voltage"));
  fmt::print("  power            {}: {} in cells, {} in lines\n", value("shown_input.source_power"), value("shown_input.cell_power"),
             value("shown_input.wire_power"));
  fmt::print("  residual         {:.1e} after {} iterations", std::get<double>(summary.find("solution.residual")->value),
             count("solution.iterations"));
  if (summary.find("solution.current_error_bound") != nullptr) {
    fmt::print("; currents off by at most {}", value("solution.current_error_bound"));
  }
  fmt::print("\n");
  if (summary.find("settling.slowest") != nullptr) {
    fmt::print("  settling         within 0.1 % after {}, slowest time constant {}\n", value("settling.to_1e-3"),
               value("settling.slowest"));
  }
  for (const std::string& remark : remarks)
    fmt::print("  {}\n", remark);
  fmt::print("  results          {}\n", (options.out / "report.html").string());
}

}  // namespace

int solve_command(const SolveOptions& options) {
  if (!(options.tolerance > 0.0 && options.tolerance < 1.0)) {
    throw InputError(fmt::format("--tolerance {}: expected a residual between 0 and 1, such as 1e-12", options.tolerance));
  }
  const SolveProblem problem = read_solve_problem(options);
  ResultFolder folder(options.out, "solve", options.force);
  const InterruptWatch interrupts({}, [&] { return folder.leave(); });
  folder.keep_out(options.spice, "--spice");
  for (const NamedFile& named : problem.files)
    folder.keep_out(named.file, named.path);
  check_netlist(options.spice);
  const auto start = std::chrono::steady_clock::now();
  const SolveResult result = run_solve(problem, options);
  const double solve_s = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();

  const StatisticGroup summary = summarise_solve(problem, options, result);
  folder.write("currents.csv", column_currents_csv(result, problem.circuit.columns));
  folder.write("rows.csv", row_currents_csv(result, problem.circuit.rows));
  folder.write("voltages.csv", voltages_csv(result.shown, problem.circuit.columns));
  if (options.voltages) {
    folder.write("cell_voltages.npy", to_npy({{problem.inputs(), problem.circuit.rows, problem.circuit.columns}, result.cell_volts}));
  }
  if (result.settling) folder.write("delays.csv", delays_csv(*result.settling));
  folder.write("summary.json", summary.to_json());
  folder.write("report.html", render_solve_page(problem, options, result, summary));
  if (!options.spice.empty()) {
    const SpiceNetlist netlist = spice_netlist(problem.circuit_of(options.show), problem.voltages(options.show), problem.sinh_volts);
    write_file(options.spice, spice_operating_point(netlist));
  }
  folder.put_in_place(options.command_line, {{"wall_time_s", {{"solve", solve_s}}}});
  if (!options.quiet) print_outcome(summary, solve_remarks(problem, options, result), options);
  return 0;
}

}  // namespace memcosim
