// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cells/vteam_cell.hpp"
#include "memcosim/kernels/cuda/gpu/device_memory.cuh"

#include "device_code.hpp"

namespace memcosim::testing {

namespace {

using cuda::DeviceArray;
using cuda::succeed_launch;

constexpr unsigned threads = 128;
unsigned blocks(std::size_t count) {
  return static_cast<unsigned>((count + threads - 1) / threads);
}

__device__ std::size_t element() {
  return std::size_t{blockIdx.x} * blockDim.x + threadIdx.x;
}

__global__ void draw(std::uint64_t seed, const DrawAddress* addresses, std::size_t count, RandomBits* bits, double* uniform,
                     double* normal) {
  const std::size_t i = element();
  if (i >= count) return;
  bits[i] = random_bits(seed, addresses[i]);
  uniform[i] = random_uniform(seed, addresses[i]);
  normal[i] = random_normal(seed, addresses[i]);
}

MEMCOSIM_HD PulseOutcome run_sequence(const double* parameters, const PulseSequence& sequence) {
  PulseOutcome outcome;
  double state = sequence.state;
  for (int i = 0; i < 8; ++i) {
    const CellPulse pulse = VteamCell::closed_form(parameters, state, sequence.volts[i], sequence.seconds[i]);
    state = pulse.state;
    outcome.state[i] = state;
    outcome.energy_j[i] = pulse.energy_j;
    outcome.conductance[i] = VteamCell::conductance(parameters, state);
  }
  return outcome;
}

__global__ void pulse(const double* parameters, const PulseSequence* sequences, std::size_t count, PulseOutcome* outcomes) {
  const std::size_t i = element();
  if (i < count) outcomes[i] = run_sequence(parameters, sequences[i]);
}

MEMCOSIM_HD WriteOutcomeOfCell write_cell(const double* parameters, const WriteVerifySpec& spec, WriteVerifyFsm fsm, std::uint64_t seed,
                                          std::uint32_t cell) {
  double state = VteamCell::initial_state(parameters);
  for (;;) {
    const double siemens = VteamCell::conductance(parameters, state);
    const WriteAction action = fsm.decide(spec, verify_code(spec.verify, siemens, 0.0, {seed, 3, cell, 11}, fsm.reads));
    if (action == WriteAction::done || action == WriteAction::fail) return {fsm, state};
    if (action == WriteAction::read) continue;
    const double volts = pulse_voltage(VteamCell::set_polarity, action, fsm.amplitude);
    const double seconds = action == WriteAction::set_pulse ? spec.set.duration_s : spec.reset.duration_s;
    state = VteamCell::closed_form(parameters, state, volts, seconds).state;
  }
}

__global__ void write(const double* parameters, WriteVerifySpec spec, const WriteVerifyFsm* machines, std::size_t count, std::uint64_t seed,
                      WriteOutcomeOfCell* outcomes) {
  const std::size_t i = element();
  if (i < count) outcomes[i] = write_cell(parameters, spec, machines[i], seed, static_cast<std::uint32_t>(i));
}

}  // namespace

Draws draw_on_device(std::uint64_t seed, const std::vector<DrawAddress>& addresses) {
  const std::size_t count = addresses.size();
  DeviceArray<DrawAddress> on_device(addresses);
  DeviceArray<RandomBits> bits(count);
  DeviceArray<double> uniform(count);
  DeviceArray<double> normal(count);
  draw<<<blocks(count), threads>>>(seed, on_device.data(), count, bits.data(), uniform.data(), normal.data());
  succeed_launch("run device code");
  return {bits.host(), uniform.host(), normal.host()};
}

std::vector<PulseOutcome> pulse_on_device(const std::vector<double>& parameters, const std::vector<PulseSequence>& sequences) {
  DeviceArray<double> on_device(parameters);
  DeviceArray<PulseSequence> from(sequences);
  DeviceArray<PulseOutcome> outcomes(sequences.size());
  pulse<<<blocks(sequences.size()), threads>>>(on_device.data(), from.data(), sequences.size(), outcomes.data());
  succeed_launch("run device code");
  return outcomes.host();
}

PulseOutcome pulse_on_host(const std::vector<double>& parameters, const PulseSequence& sequence) {
  return run_sequence(parameters.data(), sequence);
}

std::vector<WriteOutcomeOfCell> write_on_device(const std::vector<double>& parameters, const WriteVerifySpec& spec,
                                                const std::vector<WriteVerifyFsm>& machines, std::uint64_t seed) {
  DeviceArray<double> on_device(parameters);
  DeviceArray<WriteVerifyFsm> from(machines);
  DeviceArray<WriteOutcomeOfCell> outcomes(machines.size());
  write<<<blocks(machines.size()), threads>>>(on_device.data(), spec, from.data(), machines.size(), seed, outcomes.data());
  succeed_launch("run device code");
  return outcomes.host();
}

WriteOutcomeOfCell write_on_host(const std::vector<double>& parameters, const WriteVerifySpec& spec, const WriteVerifyFsm& machine,
                                 std::uint64_t seed, std::uint32_t cell) {
  return write_cell(parameters.data(), spec, machine, seed, cell);
}

}  // namespace memcosim::testing
