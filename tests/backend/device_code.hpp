// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "memcosim/common/random.hpp"
#include "memcosim/kernels/arrays/write_verify.hpp"

// Functions that run memcosim's host + device code in CUDA kernels, one thread per element, and bring the results back.
namespace memcosim::testing {

struct Draws {
  std::vector<RandomBits> bits;
  std::vector<double> uniform;
  std::vector<double> normal;
};
Draws draw_on_device(std::uint64_t seed, const std::vector<DrawAddress>& addresses);

struct PulseSequence {
  double state;
  double volts[8];
  double seconds[8];
};
struct PulseOutcome {
  double state[8];
  double energy_j[8];
  double conductance[8];
};
/// Runs each sequence from its state with the VTEAM parameters `parameters`.
std::vector<PulseOutcome> pulse_on_device(const std::vector<double>& parameters, const std::vector<PulseSequence>& sequences);
PulseOutcome pulse_on_host(const std::vector<double>& parameters, const PulseSequence& sequence);

struct WriteOutcomeOfCell {
  WriteVerifyFsm fsm;
  double state;
};
/// Runs the write-verify loop of cells 0, 1, ... (VTEAM, linear resistance) to their machines' bands.
std::vector<WriteOutcomeOfCell> write_on_device(const std::vector<double>& parameters, const WriteVerifySpec& spec,
                                                const std::vector<WriteVerifyFsm>& machines, std::uint64_t seed);
WriteOutcomeOfCell write_on_host(const std::vector<double>& parameters, const WriteVerifySpec& spec, const WriteVerifyFsm& machine,
                                 std::uint64_t seed, std::uint32_t cell);

}  // namespace memcosim::testing
