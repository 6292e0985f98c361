// SPDX-License-Identifier: Apache-2.0
// The physics that is written once for host and device gives the same bits on both.
#include "device_code.hpp"

#include <cstring>
#include <random>

#include <gtest/gtest.h>

#include "memcosim/devices/cells/vteam_cell.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

#include "gpu_test.hpp"

namespace memcosim::testing {
namespace {

class DeviceCode : public GpuTest {};

TEST_F(DeviceCode, DrawsAreTheSameBits) {
  constexpr std::uint64_t seed = 0x123456789abcdefu;
  std::vector<DrawAddress> addresses;
  for (std::uint32_t i = 0; i < 200000; ++i) {
    addresses.push_back(
        {static_cast<Purpose>(i % 5), i % 1000, i * 2654435761u, (std::uint64_t{i} << 20) + 7, static_cast<std::uint16_t>(i)});
  }
  const Draws draws = draw_on_device(seed, addresses);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    const RandomBits bits = random_bits(seed, addresses[i]);
    ASSERT_EQ(std::memcmp(&draws.bits[i], &bits, sizeof bits), 0) << i;
    ASSERT_EQ(draws.uniform[i], random_uniform(seed, addresses[i])) << i;
    ASSERT_EQ(draws.normal[i], random_normal(seed, addresses[i])) << i;
  }
}

std::vector<PulseSequence> random_sequences() {
  std::mt19937_64 generator(4);
  std::uniform_real_distribution<double> volts(-3.0, 3.0);
  std::uniform_real_distribution<double> decades(-12.0, -4.0);
  std::uniform_real_distribution<double> position(0.0, 3e-9);
  std::vector<PulseSequence> sequences(20000);
  for (PulseSequence& sequence : sequences) {
    sequence.state = position(generator);
    for (int i = 0; i < 8; ++i) {
      sequence.volts[i] = volts(generator);
      sequence.seconds[i] = std::pow(10.0, decades(generator));
    }
  }
  return sequences;
}

TEST_F(DeviceCode, VteamStatesAreTheSameBitsAndEnergiesAgree) {
  const auto sequences = random_sequences();
  for (const char* preset : {"vteam_multilevel", "vteam_multilevel_linear", "vteam_memtorch"}) {
    const auto parameters = preset_cell_spec(preset).parameters;
    const auto outcomes = pulse_on_device(parameters, sequences);
    for (std::size_t i = 0; i < sequences.size(); ++i) {
      const PulseOutcome host = pulse_on_host(parameters, sequences[i]);
      for (int k = 0; k < 8; ++k) {
        ASSERT_EQ(outcomes[i].state[k], host.state[k]) << preset << ' ' << i << ' ' << k;
        ASSERT_NEAR(outcomes[i].energy_j[k], host.energy_j[k], 1e-12 * host.energy_j[k]) << preset << ' ' << i << ' ' << k;
        ASSERT_NEAR(outcomes[i].conductance[k] / host.conductance[k], 1.0, 1e-13) << preset << ' ' << i << ' ' << k;
      }
    }
  }
}

TEST_F(DeviceCode, WriteVerifyTakesTheSameSteps) {
  const auto parameters = preset_cell_spec("vteam_multilevel_linear").parameters;
  WriteVerifySpec spec;
  spec.set = {1.0, 0.01, 1.8, 1e-7};
  spec.reset = {0.9, 0.01, 1.6, 1e-7};
  spec.verify = {10, 1.2e-4, 2, 0.8, 0.2, 1e-8};
  spec.tolerance_s = 1.5e-6;
  std::vector<WriteVerifyFsm> machines;
  for (int i = 0; i < 5000; ++i)
    machines.push_back(start_write(spec, 1.2e-5 + i * 1.6e-8));
  const auto outcomes = write_on_device(parameters, spec, machines, 77);
  int done = 0;
  for (std::size_t i = 0; i < machines.size(); ++i) {
    const WriteOutcomeOfCell host = write_on_host(parameters, spec, machines[i], 77, static_cast<std::uint32_t>(i));
    ASSERT_EQ(outcomes[i].state, host.state) << i;
    ASSERT_EQ(outcomes[i].fsm.pulses, host.fsm.pulses) << i;
    ASSERT_EQ(outcomes[i].fsm.reads, host.fsm.reads) << i;
    ASSERT_EQ(outcomes[i].fsm.reversals, host.fsm.reversals) << i;
    ASSERT_EQ(outcomes[i].fsm.amplitude, host.fsm.amplitude) << i;
    ASSERT_EQ(outcomes[i].fsm.outcome, host.fsm.outcome) << i;
    if (host.fsm.outcome == WriteOutcome::done) ++done;
  }
  EXPECT_GT(done, 4000);
}

}  // namespace
}  // namespace memcosim::testing
