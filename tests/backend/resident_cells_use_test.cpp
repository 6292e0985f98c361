// SPDX-License-Identifier: Apache-2.0
// Resident cells in use: alone, together and again, trains, cells made on the GPU, and a store that lets a GPU work on its cells.
#include <cmath>
#include <memory>
#include <stdexcept>

#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"
#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/kernels/arrays/cell_accelerator.hpp"
#include "memcosim/kernels/arrays/cell_store.hpp"
#include "memcosim/kernels/cuda/cells/cell_mirrors.hpp"

#include "resident_cells_cases.hpp"

namespace memcosim::testing {
namespace {

using ResidentCellsUse = GpuTest;

/// What resident cells end up with.
struct Ended {
  std::vector<double> states;
  ProgramResult result;
};

bool operator==(const Ended& a, const Ended& b) {
  return a.states == b.states && a.result.pulses == b.result.pulses && a.result.reads == b.result.reads &&
         a.result.pulse_energy_j == b.result.pulse_energy_j && a.result.read_energy_j == b.result.read_energy_j &&
         a.result.outcome == b.result.outcome && a.result.residual_s == b.result.residual_s;
}

TEST_F(ResidentCellsUse, ResultsAreTheSameBitsAloneTogetherAndAgain) {
  for (const char* preset : {"vteam_multilevel_linear", "stanford_pku_hfox"}) {
    CellCase given = case_of_preset(preset);
    vary(given.spec, Distribution::normal, false);
    if (std::string(preset) == "vteam_multilevel_linear") given.spec.cycle_variations.clear();
    WriteVerifySpec spec = write_spec(given.use);
    spec.verify.noise_lsb = 0.5;
    constexpr std::size_t arrays = 5;
    const std::size_t cells_per_array = std::size_t{test_place.rows} * test_place.columns;
    const std::vector<double> targets = random_targets(given.use, arrays * cells_per_array, 2);
    std::vector<std::unique_ptr<CellArray>> owned;
    std::vector<const CellArray*> all;
    for (std::uint32_t k = 0; k < arrays; ++k) {
      CellArrayPlace place = test_place;
      place.stream += k;
      owned.push_back(std::make_unique<CellArray>(given.spec, place));
      all.push_back(owned.back().get());
    }
    const auto run = [&](const std::vector<const CellArray*>& some, const double* wanted) {
      cuda::ResidentCells resident(some);
      Ended ended;
      ended.result = resident.write_verify(spec, test_place.rows, test_place.columns, wanted, 8);
      ended.states = resident.states();
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
      ASSERT_EQ(alone.result.rows[3].sets, together.result.rows[k * test_place.rows + 3].sets);
    }
  }
}

TEST_F(ResidentCellsUse, CellsMadeOnTheGpuAreThoseOfTheHost) {
  for (const char* preset : {"vteam_multilevel_linear", "vteam_multilevel", "stanford_pku_hfox"}) {
    for (const Distribution distribution : {Distribution::normal, Distribution::uniform, Distribution::log_normal}) {
      CellCase given = case_of_preset(preset);
      vary(given.spec, distribution, distribution == Distribution::uniform);
      given.spec.cycle_variations.clear();
      given.spec.nonidealities.faults.unformed_share = 0.05;
      CellArray cells(given.spec, test_place);
      cuda::ResidentCells resident(given.spec, test_place);
      EXPECT_EQ(resident.adjusted(), cells.adjusted());
      ASSERT_EQ(resident.states(), cells.state().cells) << preset;
      const std::vector<double> volts = random_volts(given.use, cells.size(), 3);
      const std::vector<double> host = cells.pulse_all(volts.data(), given.use.set.duration_s);
      expect_relative(resident.pulse_all(volts.data(), given.use.set.duration_s), host, bound_of(given.spec), preset);
      expect_same_cells(resident, cells, given, "made on the GPU");
    }
  }
}

TEST_F(ResidentCellsUse, ATrainIsItsPulsesOneAfterTheOther) {
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
      CellArray cells(given.spec, test_place);
      cuda::ResidentCells resident({&cells});
      resident.pulse_train(train, 3);
      std::vector<double> energy(cells.size());
      for (int repeat = 0; repeat < 3; ++repeat) {
        for (const cuda::PulseStep& step : train) {
          for (std::uint32_t cell = 0; cell < cells.size(); ++cell)
            energy[cell] += cells.pulse(cell, step.volts, step.seconds);
        }
      }
      expect_relative(resident.energies(), energy, bound_of(given.spec), preset);
      expect_same_cells(resident, cells, given, "after a train");
    }
  }
}

TEST_F(ResidentCellsUse, StatesGoBackToTheArray) {
  CellCase given = case_of_preset("stanford_pku_hfox");
  vary(given.spec, Distribution::normal, false);
  CellArray cells(given.spec, test_place);
  CellArray same(given.spec, test_place);
  cuda::ResidentCells resident({&cells});
  const std::vector<double> volts = random_volts(given.use, cells.size(), 1);
  resident.pulse_all(volts.data(), given.use.set.duration_s);
  const std::uint64_t before = cells.changes();
  resident.save(cells);
  EXPECT_GT(cells.changes(), before);
  EXPECT_EQ(cells.state().cells, resident.states());
  EXPECT_EQ(cells.state().pulses, resident.pulses());
  resident.load(same);
  EXPECT_EQ(resident.states(), same.state().cells);
}

TEST_F(ResidentCellsUse, ImpossibleTargetsAreRefusedBeforeTheFirstPulse) {
  const CellCase given = case_of_preset("vteam_multilevel_linear");
  CellArray cells(given.spec, test_place);
  cuda::ResidentCells resident({&cells});
  std::vector<double> targets = random_targets(given.use, cells.size(), 2);
  targets[7] = 2.0 * given.use.g_max;
  EXPECT_THROW(resident.write_verify(write_spec(given.use), test_place.rows, test_place.columns, targets.data(), 0), InputError);
  targets[7] = std::nan("");
  EXPECT_THROW(resident.write_verify(write_spec(given.use), test_place.rows, test_place.columns, targets.data(), 0), InputError);
  EXPECT_EQ(resident.states(), cells.state().cells);
  EXPECT_THROW(resident.set_targets(test_place.rows + 1, 1, targets.data()), std::logic_error);
}

/// Counts what the GPU did.
class CountedMirrors final : public CellAccelerator {
 public:
  bool write(ArrayId array, CellArray& cells, const WriteRegion& region, ProgramResult& result) override {
    return count(mirrors_.write(array, cells, *region.spec, region.rows, region.columns, region.targets_s, region.event, result));
  }
  bool pulse(ArrayId array, CellArray& cells, const double* volts, double seconds, std::vector<double>& energy_j) override {
    return count(mirrors_.pulse(array, cells, volts, seconds, energy_j));
  }
  bool conductances(ArrayId array, const CellArray& cells, std::vector<double>& siemens) override {
    return count(mirrors_.observe(array, cells, siemens));
  }
  int calls() const { return calls_; }

 private:
  bool count(bool done) {
    if (done) ++calls_;
    return done;
  }
  cuda::CellMirrors mirrors_{0};
  int calls_ = 0;
};

/// A store whose cells the host works on, and one whose cells the GPU works on.
struct HostAndGpu {
  CellStore host{test_place.seed, {}, std::make_unique<CellAccelerator>()};
  CellStore gpu{test_place.seed, {}, std::make_unique<CountedMirrors>()};
  int calls() const { return static_cast<const CountedMirrors&>(gpu.accelerator()).calls(); }
};

TEST_F(ResidentCellsUse, AStoreMayHaveItsCellsWorkedOnByTheGpu) {
  CellCase given = case_of_preset("vteam_multilevel_linear");
  vary(given.spec, Distribution::normal, false);
  given.spec.nonidealities.relaxation.law = RelaxationSpec::Law::log_time;
  ArrayConfig config;
  config.rows = test_place.rows;
  config.columns = test_place.columns;
  config.cell = given.spec;
  config.window = {given.use.g_min, given.use.g_max, 16};
  config.read_voltage_v = test_place.read_voltage_v;
  HostAndGpu stores;
  CellStore& host = stores.host;
  CellStore& gpu = stores.gpu;
  const std::size_t cells = std::size_t{config.rows} * config.columns;
  for (std::uint32_t stream = 0; stream < 2; ++stream) {
    config.stream = stream;
    const ArrayId array = host.create_array(config);
    ASSERT_EQ(gpu.create_array(config), array);
    for (CellStore* store : {&host, &gpu}) {
      // Steps on the host between those on the GPU: the mirror follows.
      store->pulse_all(array, random_volts(given.use, cells, 1), given.use.set.duration_s);
      store->pulse(array, 3, -given.use.set.start_v, given.use.set.duration_s);
      store->write_verify(array, write_spec(given.use), 11, 9, random_targets(given.use, 99, stream), 4);
      store->advance_age(array, 1e4);
    }
    EXPECT_EQ(gpu.state(array), host.state(array));
    expect_near(gpu.conductance(array), host.conductance(array), 1e-12 * given.use.g_max, "conductance");
  }
  EXPECT_EQ(stores.calls(), 6);
}

TEST_F(ResidentCellsUse, AThousandOnAGpuLeaveNoMemoryBehind) {
  const CellCase given = case_of_preset("vteam_multilevel_linear");
  const CellArray cells(given.spec, test_place);
  const std::vector<double> targets = random_targets(given.use, cells.size(), 2);
  const auto use_one = [&] {
    cuda::ResidentCells resident({&cells});
    resident.write_verify(write_spec(given.use), test_place.rows, test_place.columns, targets.data(), 0);
    resident.conductances();
  };
  use_one();
  const std::size_t before = cuda::installation().gpus.front().free_bytes;
  for (int k = 0; k < 1000; ++k)
    use_one();
  // A leak of the states alone would be 4 MB.
  EXPECT_GE(cuda::installation().gpus.front().free_bytes + (std::size_t{2} << 20), before);
}

/// Verify reads that move cells, and such at another voltage than the reads': the GPU does what the host does.
TEST_F(ResidentCellsUse, VerifyReadsOfAnyVoltageAreThoseOfTheHost) {
  struct Verify {
    const char* preset;
    double volts;
    double seconds;
    bool moves;
  };
  for (const Verify& verify : {Verify{"vteam_memtorch", 0.03, 1e-9, true}, Verify{"vteam_memtorch", 0.01, 1e-6, false},
                               Verify{"vteam_multilevel", 0.9, 1e-9, true}, Verify{"data_driven_2021", 0.5, 1e-8, true}}) {
    for (const bool varied : {false, true}) {
      SCOPED_TRACE(std::string(verify.preset) + (varied ? ", varied" : ""));
      CellCase given = case_of_preset(verify.preset);
      if (varied) vary(given.spec, Distribution::normal, false);
      given.spec.cycle_variations.clear();
      ArrayConfig config;
      config.rows = test_place.rows;
      config.columns = test_place.columns;
      config.cell = given.spec;
      config.window = {given.use.g_min, given.use.g_max, 16};
      config.read_voltage_v = given.use.read_voltage_v;
      WriteVerifySpec spec = write_spec(given.use);
      spec.verify.read_voltage_v = verify.volts;
      spec.verify.read_duration_s = verify.seconds;
      spec.verify.full_scale_s *= 1.5;
      spec.confirm_reads = 2;
      HostAndGpu stores;
      CellStore& host = stores.host;
      CellStore& gpu = stores.gpu;
      const std::size_t cells = std::size_t{config.rows} * config.columns;
      const std::vector<double> targets = random_targets(given.use, cells, 5);
      const ArrayId array = host.create_array(config);
      ASSERT_EQ(gpu.create_array(config), array);
      const ProgramResult a = host.write_verify(array, spec, config.rows, config.columns, targets, 4);
      const ProgramResult b = gpu.write_verify(array, spec, config.rows, config.columns, targets, 4);
      EXPECT_GT(stores.calls(), 0);
      EXPECT_EQ(a.pulses, b.pulses);
      EXPECT_EQ(a.reads, b.reads);
      EXPECT_EQ(a.outcome, b.outcome);
      expect_relative(b.read_energy_j, a.read_energy_j, 1e-9, "read energy");
      expect_relative(gpu.conductance(array), host.conductance(array), 1e-9, "conductances");
      for (std::size_t cell = 0; cell < cells; ++cell)
        EXPECT_NEAR(b.residual_s[cell], a.residual_s[cell], 1e-9 * given.use.g_max);
      // The step of a read is not a pulse at the read voltage that changes nothing.
      config.cell.nonidealities.read_disturb.law = ReadDisturbSpec::Law::none;
      const ArrayId still = host.create_array(config);
      host.write_verify(still, spec, config.rows, config.columns, targets, 4);
      EXPECT_EQ(host.state(still).cells != host.state(array).cells, verify.moves);
    }
  }
}

}  // namespace
}  // namespace memcosim::testing
