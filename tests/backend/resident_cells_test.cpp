// SPDX-License-Identifier: Apache-2.0
// Cells on the GPU do what CellArray does: every model and preset, plain and with everything that can happen to a cell.
#include "memcosim/kernels/cuda/cells/resident_cells.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "memcosim/devices/cell_base/cell_circuit_config.hpp"
#include "memcosim/devices/cells/cell_models.hpp"
#include "memcosim/devices/cells/step_tables.hpp"

#include "resident_cells_cases.hpp"

namespace memcosim::testing {
namespace {

using ResidentCells = GpuTest;

/// Pulses of all kinds, age, reads and a write-verify, on both.
void compare(const CellCase& given, const WriteVerifySpec& spec) {
  SCOPED_TRACE(given.name);
  const double bound = bound_of(given.spec);
  CellArray cells(given.spec, test_place);
  cuda::ResidentCells resident({&cells});
  expect_same_cells(resident, cells, given, "at first");
  for (unsigned round = 0; round < 4; ++round) {
    const std::vector<double> volts = random_volts(given.use, cells.size(), round);
    const double seconds = round % 2 == 0 ? given.use.set.duration_s : given.use.reset.duration_s;
    const std::vector<double> host = cells.pulse_all(volts.data(), seconds);
    expect_relative(resident.pulse_all(volts.data(), seconds), host, bound, given.name + " energy");
    expect_same_cells(resident, cells, given, "after pulses");
  }
  for (const double age_s : {0.0, 1e3, 1e5}) {
    if (age_s > 0.0) cells.advance_age(age_s);
    cells.add_reads(1e4 * age_s);
    resident.set_history(cells.history());
    std::vector<double> host(cells.size());
    cells.conductances(host.data());
    expect_near(resident.conductances(), host, bound * given.use.g_max, given.name + " conductance");
    std::vector<double> sigmas = cells.read_sigmas();
    if (sigmas.empty()) sigmas.resize(cells.size());
    expect_near(resident.read_sigmas(), sigmas, bound * given.use.g_max, given.name + " read noise");
  }
  if (cell_model(given.spec.model).set_polarity == 0) return;
  const std::uint32_t rows = 17;
  const std::uint32_t columns = 19;
  const std::vector<double> targets = random_targets(given.use, rows * columns, 9);
  cells.begin_programming();
  resident.set_history(cells.history());
  const ProgramResult host = write_on_host(cells, spec, rows, columns, targets, 3);
  expect_same_result(resident.write_verify(spec, rows, columns, targets.data(), 3), host, given);
  expect_same_cells(resident, cells, given, "after write-verify");
}

TEST_F(ResidentCells, KnowsEveryModelOfTheLibrary) {
  for (const CellModel& model : cell_models())
    EXPECT_TRUE(cuda::ResidentCells::supports(default_cell_spec(model.name))) << model.name;
}

TEST_F(ResidentCells, EveryPresetDoesAsOnTheHost) {
  for (const CellPreset& preset : cell_presets()) {
    const CellCase given = case_of_preset(preset.name);
    compare(given, write_spec(given.use));
  }
}

TEST_F(ResidentCells, EveryModelWithVariationsFaultsAndNoiseDoesAsOnTheHost) {
  for (const CellModel& model : cell_models()) {
    CellSpec cell = default_cell_spec(model.name);
    vary(cell, Distribution::normal, false);
    cell.nonidealities.faults.low_resistance_share = 0.02;
    cell.nonidealities.faults.high_resistance_share = 0.02;
    cell.nonidealities.faults.unformed_share = 0.01;
    const CellUse use = cell_use(cell);
    WriteVerifySpec spec = write_spec(use);
    spec.verify.noise_lsb = 0.7;
    spec.verify.averaging = 3;
    spec.confirm_reads = 2;
    compare({std::string(model.name) + " varied", cell, use}, spec);
  }
}

TEST_F(ResidentCells, StepTablesWhosePolaritiesHaveRangesOfTheirOwnDoAsOnTheHost) {
  const StepCurves set{{10e-6, 60e-6}, {{0.5e-6, 2e-6}, {-0.1e-6, 0.6e-6}}};
  const StepCurves reset{{30e-6, 50e-6, 90e-6}, {{-0.6e-6, -0.1e-6}, {-1e-6, -0.4e-6}, {-3e-6, -1e-6}}};
  CellCase given{"ranges of their own", default_cell_spec("step_table"), {}};
  given.spec.tables = std::make_shared<const StepTables>(make_step_tables(
      {{"both", set, reset}, {"wider", set, reset, ConductanceRange{5e-6, 95e-6}}, {"raised alone", set, {}}, {"lowered alone", {}, reset}},
      {1.2, 100e-9, 1.1, 100e-9, 0.2}));
  given.use = cell_use(given.spec);
  compare(given, write_spec(given.use));
}

TEST_F(ResidentCells, EveryKindOfVariationDoesAsOnTheHost) {
  for (const Distribution distribution : {Distribution::normal, Distribution::log_normal, Distribution::uniform}) {
    for (const bool truncated : {false, true}) {
      CellCase given = case_of_preset("vteam_multilevel_linear");
      vary(given.spec, distribution, truncated);
      given.name += " distribution " + std::to_string(static_cast<int>(distribution)) + (truncated ? " truncated" : "");
      compare(given, write_spec(given.use));
    }
  }
}

TEST_F(ResidentCells, EverySurroundingDoesAsOnTheHost) {
  for (const char* preset : {"vteam_multilevel_linear", "stanford_pku_hfox", "data_driven_2018_tiox"}) {
    const CellCase plain = case_of_preset(preset);
    for (int kind = 0; kind < 6; ++kind) {
      CellCase given = plain;
      given.name += " surrounding " + std::to_string(kind);
      AccessDevice& access = given.spec.circuit.access;
      CurrentLaw& law = given.spec.circuit.law;
      given.spec.stepping.mode = Stepping::automatic;
      access.on_ohms = 1e3;
      if (kind == 0) {
        access.kind = AccessDevice::Kind::transistor;
        access.compliance_a = 1e-3;
      } else if (kind == 1) {
        access.kind = AccessDevice::Kind::selector_exponential;
        access.i0_a = 1e-6;
        access.v0_v = 0.1;
      } else if (kind == 2) {
        access.kind = AccessDevice::Kind::selector_threshold;
        access.off_ohms = 1e6;
        access.threshold_v = 0.4;
      } else if (kind == 3) {
        law.kind = CurrentLaw::Kind::sinh;
      } else if (kind == 4) {
        law = table_law({{-2.0, -1.0}, {-0.4, -0.1}, {0.2, 1.0}, {1.0, 6.0}, {2.0, 15.0}});
      } else {
        law.kind = CurrentLaw::Kind::table;
        law.points = 3;
        const double volts[] = {0.2, 1.0, 2.0};
        const double relative[] = {1.0, 6.0, 15.0};
        std::copy(volts, volts + 3, law.volts);
        std::copy(relative, relative + 3, law.relative);
      }
      compare(given, write_spec(given.use));
    }
  }
}

TEST_F(ResidentCells, EveryEffectDoesAsOnTheHost) {
  CellCase given = case_of_preset("vteam_multilevel_linear");
  given.name = "all effects";
  CellNonidealities& effects = given.spec.nonidealities;
  effects.write_noise_s = 3e-7;
  effects.relaxation.law = RelaxationSpec::Law::log_time;
  effects.retention.law = RetentionSpec::Law::power;
  effects.retention.nu_mean = 0.01;
  effects.retention.nu_sigma = 0.003;
  effects.read_disturb.law = ReadDisturbSpec::Law::jiang_2021;
  effects.temperature.temperature_k = 330.0;
  effects.temperature.activation_energy_j = 1e-21;
  effects.read_noise.white = spread_law("normal_proportional", 0.01, given.use.g_max);
  effects.read_noise.telegraph = {0.3, 0.05, 1e2, 1e3};
  compare(given, write_spec(given.use));
}

TEST_F(ResidentCells, RowsThatAreWrittenCellByCellHaveTheSamePhases) {
  const CellCase given = case_of_preset("vteam_multilevel_linear");
  WriteVerifySpec spec = write_spec(given.use);
  spec.row_parallel = false;
  spec.verify.noise_lsb = 0.5;
  compare(given, spec);
}

TEST_F(ResidentCells, RoundsBeyondTheFirstWordAreCounted) {
  const CellCase given = case_of_preset("vteam_multilevel_linear");
  WriteVerifySpec spec = write_spec(given.use);
  spec.verify.noise_lsb = 12.0;  // the band is narrower than the noise: cells need hundreds of reads
  spec.max_pulses = 400;
  spec.max_reversals = 400;
  spec.confirm_reads = 1;
  CellArray cells(given.spec, test_place);
  const ProgramResult host = write_on_host(cells, spec, test_place.rows, test_place.columns, random_targets(given.use, cells.size(), 1), 0);
  ASSERT_GT(*std::max_element(host.reads.begin(), host.reads.end()), 130u);
  compare(given, spec);
}

}  // namespace
}  // namespace memcosim::testing
