// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/reference/reference_mvm.hpp"

#include <cmath>

#include "memcosim/kernels/products/column_draw.hpp"
#include "memcosim/kernels/products/column_read_noise.hpp"
#include "memcosim/kernels/products/coupled_drive.hpp"

namespace memcosim {

ReferenceMvm::ReferenceMvm(const PartWork& part, std::uint64_t seed, const StopToken& stop)
    : part_(part),
      levels_(*part.levels),
      readout_(part.readout()),
      seed_(seed),
      stop_(stop),
      converted_(converted_columns(readout_.pairing, levels_.columns)),
      counted_(counted_columns(readout_.pairing, levels_.columns, part.place.used_columns)),
      slice_codes_(levels_.rows),
      variances_(levels_.read_variance.empty() ? 0 : converted_) {
  if (levels_.circuit != nullptr) circuit_.emplace(*levels_.circuit, stop);
}

void ReferenceMvm::run(const ProductWork& work, std::size_t vector, ProductResult& result) {
  const InputCode* inputs = work.inputs_of(part_, vector);
  const std::uint64_t event = work.event(vector);
  std::int32_t* sums = result.sums.data() + vector * work.outputs + part_.place.first_output;
  const double* transitions = readout_.adc_transitions ? readout_.adc_transitions->data() : nullptr;
  for (unsigned slice = 0; slice < readout_.slices(); ++slice) {
    stop_.check();
    for (std::uint32_t row = 0; row < levels_.rows; ++row)
      slice_codes_[row] = (static_cast<unsigned>(inputs[row]) >> (slice * readout_.dac.bits)) & readout_.dac.code_max();
    if (!variances_.empty()) column_read_variances(levels_, readout_.pairing, slice_codes_.data(), variances_.data());
    if (circuit_) circuit_values_ = &circuit_->solve(slice_codes_.data(), readout_.dac.code_max());
    const std::size_t place = vector * readout_.slices() + slice;
    if (!result.drive_siemens.empty()) result.drive_siemens[place] = drive_siemens();
    ClipCounts ignored{};
    for (std::uint32_t column = 0; column < converted_; ++column) {
      const double value = analog_value(column);
      ClipCounts& clipped = column < counted_ ? result.clipped[vector] : ignored;
      const std::int32_t code = readout_.adc.convert(value, noise_lsb(column, event, slice), clipped, transitions);
      if (!result.codes.empty()) result.codes[place * converted_ + column] = code;
      if (!result.values.empty()) result.values[place * converted_ + column] = value;
      const std::int32_t weighted = code * (std::int32_t{1} << (slice * readout_.dac.bits)) * part_.weight();
      if (readout_.pairing == ColumnPairing::differential_digital) {
        sums[column / 2] += column % 2 == 0 ? weighted : -weighted;
      } else {
        sums[column] += weighted;
      }
    }
  }
}

double ReferenceMvm::drive_siemens() const {
  if (circuit_) return circuit_->drive_siemens();
  double sum = 0.0;
  for (std::uint32_t row = 0; row < levels_.rows; ++row) {
    const double code = slice_codes_[row];
    sum = std::fma(code * code, levels_.at_code(slice_codes_[row]).row_siemens[row], sum);
  }
  const double full = readout_.dac.code_max();
  const double own = sum / (full * full);
  return levels_.row_coupling.empty() ? own : own - coupled_drive(levels_, slice_codes_.data()) / (full * full);
}

/// Value of one bit line: the part of the levels, plus that of g_min in every driven row.
double ReferenceMvm::line_value(std::uint32_t line) const {
  double sum = 0.0;
  double codes = 0.0;
  for (std::uint32_t row = 0; row < levels_.rows; ++row) {
    const LevelMatrix& levels = levels_.at_code(slice_codes_[row]);
    sum += static_cast<double>(slice_codes_[row]) * static_cast<double>(levels.levels[std::size_t{row} * levels_.columns + line]);
    codes += slice_codes_[row];
  }
  return sum + levels_.offset * codes;
}

double ReferenceMvm::circuit_value(std::uint32_t column) const {
  const std::vector<double>& lines = *circuit_values_;
  if (readout_.pairing == ColumnPairing::differential_analog) return lines[std::size_t{2} * column] - lines[std::size_t{2} * column + 1];
  return lines[column];
}

double ReferenceMvm::analog_value(std::uint32_t column) const {
  if (circuit_) return circuit_value(column);
  if (readout_.pairing != ColumnPairing::differential_analog) return line_value(column);
  double difference = 0.0;  // g_min cancels in the difference
  for (std::uint32_t row = 0; row < levels_.rows; ++row) {
    const LevelMatrix& levels = levels_.at_code(slice_codes_[row]);
    const float* level = levels.levels.data() + std::size_t{row} * levels_.columns + std::size_t{2} * column;
    difference += static_cast<double>(slice_codes_[row]) * (static_cast<double>(level[0]) - static_cast<double>(level[1]));
  }
  return difference;
}

double ReferenceMvm::noise_lsb(std::uint32_t column, std::uint64_t event, unsigned slice) const {
  double noise = 0.0;
  if (readout_.adc.noise_lsb > 0.0) {
    const DrawAddress address{Purpose::adc_noise, part_.stream, column, event, static_cast<std::uint16_t>(slice)};
    noise = readout_.adc.noise_lsb * column_normal(seed_, address);
  }
  if (!variances_.empty()) {
    noise += column_read_noise(variances_[column], readout_.adc.step(), seed_, part_.stream, column, event, slice);
  }
  return noise;
}

}  // namespace memcosim
