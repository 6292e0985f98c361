// SPDX-License-Identifier: Apache-2.0
// Cells on the GPU do what CellArray does: every model and preset, plain and with everything that can happen to a cell.
#include "memcosim/kernels/cuda/cell_bank.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "memcosim/devices/cell_models.hpp"
#include "memcosim/devices/cell_variation.hpp"
#include "memcosim/kernels/array_backend.hpp"
#include "memcosim/kernels/cuda/cell_banks.hpp"
#include "memcosim/kernels/cuda/gpus.hpp"
#include "memcosim/kernels/reference/reference_backend.hpp"

#include "cell_bank_cases.hpp"

namespace memcosim::testing {
namespace {

/// Models whose functions are products, sums, roots and quotients alone: states are the same bits.
bool is_free_of_libm(const CellSpec& spec) {
  static const std::set<std::string> models = {"ohmic",       "vteam",       "crosssim_linear", "constant_step",
                                               "linear_step", "soft_bounds", "piecewise_step",  "step_table"};
  const auto uses = [](const Variation& variation) { return uses_libm(variation); };
  if (std::any_of(spec.cycle_variations.begin(), spec.cycle_variations.end(), uses)) return false;
  if (spec.model == "vteam") return spec.circuit.is_plain() && cell_model(spec.model).has_closed_form(spec.parameters.data());
  return models.count(spec.model) == 1 && spec.circuit.is_plain();
}

/// Relative to the range of the state: rounding of libm. Behind an access device the voltage is the root of an equation with exponentials
/// in it, which magnifies that.
double bound_of(const CellSpec& spec) {
  return spec.circuit.is_plain() ? 1e-12 : 1e-11;
}

class CellBank : public ::testing::Test {
 protected:
  void SetUp() override {
    const cuda::Installation found = cuda::installation();
    if (found.gpus.empty()) GTEST_SKIP() << found.why_none;
  }
};

void expect_near(const std::vector<double>& gpu, const std::vector<double>& host, double bound, const std::string& what) {
  ASSERT_EQ(gpu.size(), host.size()) << what;
  for (std::size_t i = 0; i < host.size(); ++i)
    ASSERT_LE(std::fabs(gpu[i] - host[i]), bound) << what << ", cell " << i << ": " << gpu[i] << ", host " << host[i];
}

void expect_relative(const std::vector<double>& gpu, const std::vector<double>& host, double bound, const std::string& what) {
  ASSERT_EQ(gpu.size(), host.size()) << what;
  for (std::size_t i = 0; i < host.size(); ++i)
    ASSERT_LE(std::fabs(gpu[i] - host[i]), bound * std::fabs(host[i])) << what << ", cell " << i << ": " << gpu[i] << ", host " << host[i];
}

double state_range(const CellArray& cells, const CellSpec& spec) {
  const CellModel& model = cell_model(spec.model);
  const CellParameters nominal = nominal_cell(spec, cells.read_voltage_v());
  return model.state_high(nominal) - model.state_low(nominal);
}

void expect_same_cells(const cuda::CellBank& bank, const CellArray& cells, const CellCase& given, const std::string& when) {
  const CellArrayState host = cells.state();
  const std::vector<double> states = bank.states();
  const std::string what = given.name + " " + when;
  if (is_free_of_libm(given.spec)) {
    ASSERT_EQ(states, host.cells) << what;
  } else {
    expect_near(states, host.cells, bound_of(given.spec) * state_range(cells, given.spec), what);
  }
  ASSERT_EQ(bank.pulses(), host.pulses) << what;
}

void expect_same_result(const ProgramResult& gpu, const ProgramResult& host, const CellCase& given) {
  const double bound = bound_of(given.spec);
  ASSERT_EQ(gpu.pulses, host.pulses) << given.name;
  ASSERT_EQ(gpu.reads, host.reads) << given.name;
  ASSERT_EQ(gpu.outcome, host.outcome) << given.name;
  expect_relative(gpu.pulse_energy_j, host.pulse_energy_j, bound, given.name + " pulse energy");
  expect_relative(gpu.read_energy_j, host.read_energy_j, bound, given.name + " read energy");
  expect_near(gpu.residual_s, host.residual_s, bound * given.use.g_max, given.name + " residual");
  ASSERT_EQ(gpu.rows.size(), host.rows.size());
  for (std::size_t row = 0; row < host.rows.size(); ++row) {
    ASSERT_EQ(gpu.rows[row].reads, host.rows[row].reads) << given.name << " row " << row;
    ASSERT_EQ(gpu.rows[row].sets, host.rows[row].sets) << given.name << " row " << row;
    ASSERT_EQ(gpu.rows[row].resets, host.rows[row].resets) << given.name << " row " << row;
  }
}

/// Pulses of all kinds, age, reads and a write-verify, on both.
void compare(const CellCase& given, const WriteVerifySpec& spec) {
  SCOPED_TRACE(given.name);
  const double bound = bound_of(given.spec);
  CellArray cells(given.spec, bank_place);
  cuda::CellBank bank({&cells});
  expect_same_cells(bank, cells, given, "at first");
  for (unsigned round = 0; round < 4; ++round) {
    const std::vector<double> volts = random_volts(given.use, cells.size(), round);
    const double seconds = round % 2 == 0 ? given.use.set.duration_s : given.use.reset.duration_s;
    const std::vector<double> host = cells.pulse_all(volts.data(), seconds);
    expect_relative(bank.pulse_all(volts.data(), seconds), host, bound, given.name + " energy");
    expect_same_cells(bank, cells, given, "after pulses");
  }
  for (const double age_s : {0.0, 1e3, 1e5}) {
    if (age_s > 0.0) cells.advance_age(age_s);
    cells.add_reads(1e4 * age_s);
    bank.set_history(cells.history());
    std::vector<double> host(cells.size());
    cells.conductances(host.data());
    expect_near(bank.conductances(), host, bound * given.use.g_max, given.name + " conductance");
    std::vector<double> sigmas = cells.read_sigmas();
    if (sigmas.empty()) sigmas.resize(cells.size());
    expect_near(bank.read_sigmas(), sigmas, bound * given.use.g_max, given.name + " read noise");
  }
  if (cell_model(given.spec.model).set_polarity == 0) return;
  const std::uint32_t rows = 17;
  const std::uint32_t columns = 19;
  const std::vector<double> targets = random_targets(given.use, rows * columns, 9);
  cells.begin_programming();
  bank.set_history(cells.history());
  const ProgramResult host = write_on_host(cells, spec, rows, columns, targets, 3);
  expect_same_result(bank.write_verify(spec, rows, columns, targets.data(), 3), host, given);
  expect_same_cells(bank, cells, given, "after write-verify");
}

CellCase case_of_preset(const std::string& preset) {
  const CellSpec spec = preset_cell_spec(preset);
  return {preset, spec, cell_use(spec)};
}

TEST_F(CellBank, KnowsEveryModelOfTheLibrary) {
  for (const CellModel& model : cell_models())
    EXPECT_TRUE(cuda::CellBank::supports(default_cell_spec(model.name))) << model.name;
}

TEST_F(CellBank, EveryPresetDoesAsOnTheHost) {
  for (const CellPreset& preset : cell_presets()) {
    const CellCase given = case_of_preset(preset.name);
    compare(given, write_spec(given.use));
  }
}

TEST_F(CellBank, EveryModelWithVariationsFaultsAndNoiseDoesAsOnTheHost) {
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

TEST_F(CellBank, EveryKindOfVariationDoesAsOnTheHost) {
  for (const Distribution distribution : {Distribution::normal, Distribution::log_normal, Distribution::uniform}) {
    for (const bool truncated : {false, true}) {
      CellCase given = case_of_preset("vteam_multilevel_linear");
      vary(given.spec, distribution, truncated);
      given.name += " distribution " + std::to_string(static_cast<int>(distribution)) + (truncated ? " truncated" : "");
      compare(given, write_spec(given.use));
    }
  }
}

TEST_F(CellBank, EverySurroundingDoesAsOnTheHost) {
  for (const char* preset : {"vteam_multilevel_linear", "stanford_pku_hfox", "data_driven_2018_tiox"}) {
    const CellCase plain = case_of_preset(preset);
    for (int kind = 0; kind < 5; ++kind) {
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

TEST_F(CellBank, EveryEffectDoesAsOnTheHost) {
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

TEST_F(CellBank, RowsThatAreWrittenCellByCellHaveTheSamePhases) {
  const CellCase given = case_of_preset("vteam_multilevel_linear");
  WriteVerifySpec spec = write_spec(given.use);
  spec.row_parallel = false;
  spec.verify.noise_lsb = 0.5;
  compare(given, spec);
}

TEST_F(CellBank, RoundsBeyondTheFirstWordAreCounted) {
  const CellCase given = case_of_preset("vteam_multilevel_linear");
  WriteVerifySpec spec = write_spec(given.use);
  spec.verify.noise_lsb = 12.0;  // the band is narrower than the noise: cells need hundreds of reads
  spec.max_pulses = 400;
  spec.max_reversals = 400;
  spec.confirm_reads = 1;
  CellArray cells(given.spec, bank_place);
  const ProgramResult host = write_on_host(cells, spec, bank_place.rows, bank_place.columns, random_targets(given.use, cells.size(), 1), 0);
  ASSERT_GT(*std::max_element(host.reads.begin(), host.reads.end()), 130u);
  compare(given, spec);
}

/// What a bank ends up with.
struct Ended {
  std::vector<double> states;
  ProgramResult result;
};

bool operator==(const Ended& a, const Ended& b) {
  return a.states == b.states && a.result.pulses == b.result.pulses && a.result.reads == b.result.reads &&
         a.result.pulse_energy_j == b.result.pulse_energy_j && a.result.read_energy_j == b.result.read_energy_j &&
         a.result.outcome == b.result.outcome && a.result.residual_s == b.result.residual_s;
}

TEST_F(CellBank, ResultsAreTheSameBitsAloneTogetherAndAgain) {
  for (const char* preset : {"vteam_multilevel_linear", "stanford_pku_hfox"}) {
    CellCase given = case_of_preset(preset);
    vary(given.spec, Distribution::normal, false);
    if (std::string(preset) == "vteam_multilevel_linear") given.spec.cycle_variations.clear();
    WriteVerifySpec spec = write_spec(given.use);
    spec.verify.noise_lsb = 0.5;
    constexpr std::size_t arrays = 5;
    const std::size_t cells_per_array = std::size_t{bank_place.rows} * bank_place.columns;
    const std::vector<double> targets = random_targets(given.use, arrays * cells_per_array, 2);
    std::vector<std::unique_ptr<CellArray>> owned;
    std::vector<const CellArray*> all;
    for (std::uint32_t k = 0; k < arrays; ++k) {
      CellArrayPlace place = bank_place;
      place.stream += k;
      owned.push_back(std::make_unique<CellArray>(given.spec, place));
      all.push_back(owned.back().get());
    }
    const auto run = [&](const std::vector<const CellArray*>& some, const double* wanted) {
      cuda::CellBank bank(some);
      Ended ended;
      ended.result = bank.write_verify(spec, bank_place.rows, bank_place.columns, wanted, 8);
      ended.states = bank.states();
      return ended;
    };
    const Ended together = run(all, targets.data());
    EXPECT_TRUE(run(all, targets.data()) == together) << preset;
    for (std::size_t k = 0; k < arrays; ++k) {
      const Ended alone = run({all[k]}, targets.data() + k * cells_per_array);
      for (std::size_t cell = 0; cell < cells_per_array; ++cell) {
        ASSERT_EQ(alone.states[cell], together.states[k * cells_per_array + cell]) << preset << ' ' << k << ' ' << cell;
        ASSERT_EQ(alone.result.reads[cell], together.result.reads[k * cells_per_array + cell]);
        ASSERT_EQ(alone.result.pulse_energy_j[cell], together.result.pulse_energy_j[k * cells_per_array + cell]);
      }
      ASSERT_EQ(alone.result.rows[3].sets, together.result.rows[k * bank_place.rows + 3].sets);
    }
  }
}

TEST_F(CellBank, CellsMadeOnTheGpuAreThoseOfTheHost) {
  for (const char* preset : {"vteam_multilevel_linear", "vteam_multilevel", "stanford_pku_hfox"}) {
    for (const Distribution distribution : {Distribution::normal, Distribution::uniform, Distribution::log_normal}) {
      CellCase given = case_of_preset(preset);
      vary(given.spec, distribution, distribution == Distribution::uniform);
      given.spec.cycle_variations.clear();
      given.spec.nonidealities.faults.unformed_share = 0.05;
      CellArray cells(given.spec, bank_place);
      cuda::CellBank bank(given.spec, bank_place);
      EXPECT_EQ(bank.adjusted(), cells.adjusted());
      ASSERT_EQ(bank.states(), cells.state().cells) << preset;
      const std::vector<double> volts = random_volts(given.use, cells.size(), 3);
      const std::vector<double> host = cells.pulse_all(volts.data(), given.use.set.duration_s);
      expect_relative(bank.pulse_all(volts.data(), given.use.set.duration_s), host, bound_of(given.spec), preset);
      expect_same_cells(bank, cells, given, "made on the GPU");
    }
  }
}

TEST_F(CellBank, ATrainIsItsPulsesOneAfterTheOther) {
  for (const char* preset : {"vteam_multilevel_linear", "vteam_multilevel", "stanford_pku_hfox"}) {
    CellCase given = case_of_preset(preset);
    vary(given.spec, Distribution::normal, false);
    given.spec.cycle_variations.clear();
    const int polarity = cell_model(given.spec.model).set_polarity;
    const std::vector<std::vector<cuda::PulseStep>> trains = {
        {{polarity * given.use.set.limit_v, given.use.set.duration_s}},
        {{polarity * given.use.set.start_v, given.use.set.duration_s}, {-polarity * given.use.reset.start_v, given.use.reset.duration_s}},
        {{0.0, 1e-7}, {polarity * given.use.set.limit_v, 1e-6}, {-polarity * given.use.reset.limit_v, 1e-3}}};
    for (const std::vector<cuda::PulseStep>& train : trains) {
      CellArray cells(given.spec, bank_place);
      cuda::CellBank bank({&cells});
      bank.pulse_train(train, 3);
      std::vector<double> energy(cells.size());
      for (int repeat = 0; repeat < 3; ++repeat) {
        for (const cuda::PulseStep& step : train) {
          for (std::uint32_t cell = 0; cell < cells.size(); ++cell)
            energy[cell] += cells.pulse(cell, step.volts, step.seconds);
        }
      }
      expect_relative(bank.energies(), energy, bound_of(given.spec), preset);
      expect_same_cells(bank, cells, given, "after a train");
    }
  }
}

TEST_F(CellBank, StatesGoBackToTheArray) {
  CellCase given = case_of_preset("stanford_pku_hfox");
  vary(given.spec, Distribution::normal, false);
  CellArray cells(given.spec, bank_place);
  CellArray same(given.spec, bank_place);
  cuda::CellBank bank({&cells});
  const std::vector<double> volts = random_volts(given.use, cells.size(), 1);
  bank.pulse_all(volts.data(), given.use.set.duration_s);
  const std::uint64_t before = cells.changes();
  bank.save(cells);
  EXPECT_GT(cells.changes(), before);
  EXPECT_EQ(cells.state().cells, bank.states());
  EXPECT_EQ(cells.state().pulses, bank.pulses());
  bank.load(same);
  EXPECT_EQ(bank.states(), same.state().cells);
}

TEST_F(CellBank, ImpossibleTargetsAreRefusedBeforeTheFirstPulse) {
  const CellCase given = case_of_preset("vteam_multilevel_linear");
  CellArray cells(given.spec, bank_place);
  cuda::CellBank bank({&cells});
  std::vector<double> targets = random_targets(given.use, cells.size(), 2);
  targets[7] = 2.0 * given.use.g_max;
  EXPECT_THROW(bank.write_verify(write_spec(given.use), bank_place.rows, bank_place.columns, targets.data(), 0), InputError);
  targets[7] = std::nan("");
  EXPECT_THROW(bank.write_verify(write_spec(given.use), bank_place.rows, bank_place.columns, targets.data(), 0), InputError);
  EXPECT_EQ(bank.states(), cells.state().cells);
  EXPECT_THROW(bank.set_targets(bank_place.rows + 1, 1, targets.data()), std::logic_error);
}

/// A backend that has its cells worked on by the GPU, and none of its products.
class BankBackend final : public ArrayBackend {
 public:
  BankBackend() : ArrayBackend(bank_place.seed), banks_(0) {}
  std::string description() const override { return "cells on a GPU"; }
  Ticket submit(const MvmBatch&) override { return {}; }
  MvmResult collect(Ticket) override { return {}; }
  int calls() const { return calls_; }

 protected:
  bool write_cells(ArrayId array, CellArray& cells, const WriteRegion& region, ProgramResult& result) override {
    return count(banks_.write(array, cells, *region.spec, region.rows, region.columns, region.targets_s, region.event, result));
  }
  bool pulse_cells(ArrayId array, CellArray& cells, const double* volts, double seconds, std::vector<double>& energy_j) override {
    return count(banks_.pulse(array, cells, volts, seconds, energy_j));
  }
  bool observe_cells(ArrayId array, const CellArray& cells, std::vector<double>& siemens) const override {
    return count(banks_.observe(array, cells, siemens));
  }

 private:
  bool count(bool done) const {
    if (done) ++calls_;
    return done;
  }
  mutable cuda::CellBanks banks_;
  mutable int calls_ = 0;
};

TEST_F(CellBank, ABackendMayHaveItsCellsWorkedOnByTheGpu) {
  CellCase given = case_of_preset("vteam_multilevel_linear");
  vary(given.spec, Distribution::normal, false);
  given.spec.nonidealities.relaxation.law = RelaxationSpec::Law::log_time;
  ArrayConfig config;
  config.rows = bank_place.rows;
  config.columns = bank_place.columns;
  config.cell = given.spec;
  config.window = {given.use.g_min, given.use.g_max, 16};
  config.read_voltage_v = bank_place.read_voltage_v;
  ReferenceBackend host(bank_place.seed);
  BankBackend gpu;
  const std::size_t cells = std::size_t{config.rows} * config.columns;
  for (std::uint32_t stream = 0; stream < 2; ++stream) {
    config.stream = stream;
    const ArrayId array = host.create_array(config);
    ASSERT_EQ(gpu.create_array(config), array);
    for (Backend* backend : {static_cast<Backend*>(&host), static_cast<Backend*>(&gpu)}) {
      // Steps on the host between those on the GPU: the bank follows.
      backend->pulse_all(array, random_volts(given.use, cells, 1), given.use.set.duration_s);
      backend->pulse(array, 3, -given.use.set.start_v, given.use.set.duration_s);
      backend->write_verify(array, write_spec(given.use), 11, 9, random_targets(given.use, 99, stream), 4);
      backend->advance_age(array, 1e4);
    }
    EXPECT_EQ(gpu.state(array), host.state(array));
    expect_near(gpu.conductance(array), host.conductance(array), 1e-12 * given.use.g_max, "conductance");
  }
  EXPECT_EQ(gpu.calls(), 6);
}

}  // namespace
}  // namespace memcosim::testing
