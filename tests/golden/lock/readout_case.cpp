// SPDX-License-Identifier: Apache-2.0
#include "readout_case.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "memcosim/common/config.hpp"
#include "memcosim/devices/converters/adc_linearity.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"
#include "memcosim/runs/results/state_file.hpp"

#include "array_batch.hpp"

namespace memcosim::test {
namespace {

/// Draws from the raw numbers of the generator, which the standard defines; its distributions are each library's own.
class Draws {
 public:
  explicit Draws(std::uint64_t seed) : generator_(seed * 0x9e3779b97f4a7c15 + 1) {}
  std::uint32_t below(std::uint32_t count) { return static_cast<std::uint32_t>(generator_() % count); }
  std::uint32_t between(std::uint32_t low, std::uint32_t high) { return low + below(high - low + 1); }
  double uniform(double low, double high) { return low + (high - low) * (static_cast<double>(generator_() >> 11) * 0x1p-53); }
  template <typename T>
  T one_of(const std::vector<T>& all) {
    return all[below(static_cast<std::uint32_t>(all.size()))];
  }

 private:
  std::mt19937_64 generator_;
};

enum class State { set, programmed, aged, written, moved };

struct Case {
  ArrayConfig array;
  ReadoutConfig readout;
  State state = State::set;
  std::string device;
};

std::string random_device(Draws& draws, State state) {
  std::string yaml =
      state == State::written ? "{preset: vteam_multilevel" : (state == State::moved ? "{preset: vteam_memtorch" : "{model: ohmic");
  if (state == State::programmed || state == State::aged) yaml += ", programming_error: {law: normal_proportional, magnitude: 0.05}";
  if (state == State::aged) yaml += ", retention: {law: power, time: 1 day, nu_mean: 0.05, nu_sigma: 0.01}";
  std::vector<std::string> noises;
  if (draws.below(3) == 0) noises.emplace_back("white: {law: normal_proportional, magnitude: 0.02}");
  if (draws.below(5) == 0) noises.emplace_back("telegraph: {share: 0.1, relative_amplitude: 0.2, tau_capture: 1 ms, tau_emission: 2 ms}");
  if (!noises.empty()) yaml += fmt::format(", read_noise: {{{}}}", fmt::join(noises, ", "));
  if (draws.below(3) == 0) yaml += ", faults: {low_resistance_share: 0.01, high_resistance_share: 0.02}";
  return yaml + "}";
}

CellSpec read_device(const std::string& yaml) {
  const ConfigDocument document = ConfigDocument::from_text("device: " + yaml, "lock");
  CellSpec spec = read_cell_spec(document.root().map("device"));
  document.finish();
  return spec;
}

ReadoutConfig random_readout(Draws& draws) {
  ReadoutConfig readout;
  readout.pairing = draws.one_of<ColumnPairing>({ColumnPairing::single, ColumnPairing::differential_digital,
                                                 ColumnPairing::differential_digital, ColumnPairing::differential_analog});
  readout.dac.bits = draws.one_of<unsigned>({1, 1, 2, 3, 4, 5});
  readout.input_bits = draws.between(readout.dac.bits, 9);
  readout.adc.is_signed = readout.pairing == ColumnPairing::differential_analog;
  readout.adc.bits = draws.between(4, 12);
  readout.adc.noise_lsb = draws.one_of<double>({0.0, 0.0, 0.4});
  readout.adc.gain = draws.one_of<double>({1.0, 1.03});
  readout.adc.offset_lsb = draws.one_of<double>({0.0, -0.7});
  return readout;
}

Case random_case(Draws& draws) {
  Case made;
  made.state = draws.one_of<State>({State::set, State::set, State::programmed, State::aged, State::written, State::moved});
  made.device = random_device(draws, made.state);
  made.array.rows = draws.between(3, made.state == State::written ? 24 : 200);
  made.array.columns = 2 * draws.between(1, made.state == State::written ? 10 : 40);
  made.array.cell = read_device(made.device);
  made.array.stream = draws.below(1000);
  const CellUse use = cell_use(made.array.cell);
  const bool ohmic = made.array.cell.model == "ohmic";
  made.array.read_voltage_v = made.state == State::moved ? 0.03 : use.read_voltage_v;
  made.array.window = {use.g_min, use.g_max, draws.one_of<std::uint32_t>({2, 16, 64})};
  if (ohmic) {
    // Steps that are powers of two: many values lie on the transitions of the converter.
    made.array.window.g_min = draws.below(2) == 0 ? 0x1p-20 : 0x1p-19;
    made.array.window.g_max = made.array.window.g_min + 0x1p-20 * (made.array.window.levels - 1);
    made.array.cell.parameters = {made.array.window.g_min, made.array.window.g_max};
  }
  if (draws.below(6) == 0) made.array.wires.word_line_ohms = made.array.wires.bit_line_ohms = draws.uniform(0.1, 2.0);
  made.readout = random_readout(draws);
  // From clipping often to never.
  const double largest = made.array.rows * made.array.window.levels * static_cast<double>(made.readout.dac.code_max());
  const double lsb = largest / static_cast<double>(std::uint64_t{1} << made.readout.adc.bits) * draws.uniform(0.05, 0.6);
  made.readout.adc.lsb = lsb < 1.0 || draws.below(2) == 0 ? std::max(1.0, std::floor(lsb)) : lsb;
  if (draws.below(4) == 0) {
    std::vector<double> inl(static_cast<std::size_t>(std::int64_t{made.readout.adc.code_max()} - made.readout.adc.code_min() + 1));
    for (double& value : inl)
      value = draws.uniform(-0.45, 0.45);
    made.readout.adc_transitions = std::make_shared<const std::vector<double>>(adc_transitions(made.readout.adc, inl));
  }
  return made;
}

std::vector<double> random_targets(Draws& draws, const ArrayConfig& array) {
  std::vector<double> siemens(std::size_t{array.rows} * array.columns);
  const bool levels = draws.below(2) == 0;
  for (double& value : siemens) {
    value = levels ? array.window.g_min + draws.below(array.window.levels) * array.window.step()
                   : draws.uniform(array.window.g_min, array.window.g_max);
  }
  return siemens;
}

WriteVerifySpec write_spec(const Case& made) {
  const CellUse use = cell_use(made.array.cell);
  WriteVerifySpec spec;
  spec.set = {use.set.start_v, use.set.step_v, use.set.limit_v, use.set.duration_s};
  spec.reset = {use.reset.start_v, use.reset.step_v, use.reset.limit_v, use.reset.duration_s};
  spec.verify = {8, 1.2 * made.array.window.g_max, 2, 0.3, made.array.read_voltage_v, 10e-9};
  spec.tolerance_s = 0.02 * made.array.window.g_max;
  spec.max_pulses = 60;
  return spec;
}

ArrayId make_array(const Case& made, Draws& draws, Backend& backend) {
  const ArrayId id = backend.cells().create_array(made.array);
  const std::vector<double> targets = random_targets(draws, made.array);
  switch (made.state) {
    case State::set:
      backend.cells().set_conductance(id, targets);
      break;
    case State::programmed:
      backend.cells().program(id, targets);
      break;
    case State::aged:
      backend.cells().program(id, targets);
      backend.cells().advance_age(id, draws.uniform(1.0, 1e6));
      break;
    case State::written:
      backend.cells().write_verify(id, write_spec(made), made.array.rows, made.array.columns, targets, 5);
      break;
    case State::moved: {
      backend.cells().set_conductance(id, targets);
      std::vector<std::uint64_t> slices(std::size_t{made.array.rows} * made.readout.dac.code_max());
      for (std::uint64_t& count : slices)
        count = draws.below(50);
      backend.cells().move_by_reads(id, relative_voltages(made.readout.dac), slices, 7e-9, 2);
      break;
    }
  }
  return id;
}

template <typename T>
void add(std::uint64_t& hash, const std::vector<T>& values) {
  hash = fingerprint64({reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)}, hash);
}

void add_clipped(std::uint64_t& hash, const std::vector<ClipCounts>& clipped) {
  std::vector<std::uint64_t> counts;
  for (const ClipCounts& one : clipped) {
    counts.push_back(one.low);
    counts.push_back(one.high);
  }
  add(hash, counts);
}

std::vector<InputCode> random_inputs(Draws& draws, std::size_t count, unsigned bits) {
  std::vector<InputCode> inputs(count);
  for (InputCode& code : inputs)
    code = draws.below(4) == 0 ? InputCode{0} : static_cast<InputCode>(draws.below(1u << bits));
  return inputs;
}

}  // namespace

ReadoutOutcome run_readout_case(std::uint64_t seed, Backend& backend) {
  Draws draws(seed);
  const Case made = random_case(draws);
  const ArrayConfig& array = made.array;
  ReadoutOutcome outcome;
  outcome.description =
      fmt::format("{} x {}, {} levels, state {}, {}, pairing {}, DAC {} bits of {}, ADC {} bits, lsb {}, noise {}, {}", array.rows,
                  array.columns, array.window.levels, static_cast<int>(made.state), made.device, static_cast<int>(made.readout.pairing),
                  made.readout.dac.bits, made.readout.input_bits, made.readout.adc.bits, made.readout.adc.lsb, made.readout.adc.noise_lsb,
                  made.readout.adc_transitions == nullptr ? "linear" : "table");
  const ArrayId first = make_array(made, draws, backend);
  const std::size_t count = draws.between(1, 12);
  const std::vector<InputCode> inputs = random_inputs(draws, count * array.rows, made.readout.input_bits);
  ArrayBatch batch(backend, first, made.readout);
  batch.count = count;
  batch.inputs = inputs.data();
  batch.first_event = draws.below(1000);
  batch.event_stride = draws.between(1, 3);
  batch.part.used_columns = draws.below(3) == 0 ? 2 * draws.between(1, array.columns / 2) : 0;
  batch.keep_codes = true;
  const ProductResult result = compute(backend, batch);
  outcome.hash = fingerprint64("");
  add(outcome.hash, result.codes);
  add(outcome.hash, result.sums);
  add_clipped(outcome.hash, result.clipped);
  if (draws.below(2) == 0) return outcome;

  // A product of two row partitions.
  Case other = made;
  other.array.rows = draws.between(1, array.rows);
  other.array.stream = array.stream + 1;
  const ArrayId second = make_array(other, draws, backend);
  ProductPart parts[] = {batch.part, batch.part};
  parts[1].array = second;
  parts[1].version = backend.cells().version(second);
  parts[1].first_row = array.rows;
  parts[1].shift = static_cast<std::uint8_t>(draws.below(3));
  ProductBatch product;
  product.parts = parts;
  product.rows = array.rows + other.array.rows;
  product.outputs = output_columns(made.readout.pairing, array.columns);
  product.count = draws.between(1, 100);
  const std::vector<InputCode> more = random_inputs(draws, product.count * product.rows, made.readout.input_bits);
  product.inputs = more.data();
  product.first_event = batch.first_event;
  const ProductResult products = compute(backend, product);
  add(outcome.hash, products.sums);
  add_clipped(outcome.hash, products.clipped);
  return outcome;
}

}  // namespace memcosim::test
