// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/reference/reference_mvm.hpp"

#include <cmath>

#include "memcosim/kernels/encodings/code_energy.hpp"
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
      lines_(*readout_.encoding, levels_.columns),
      converted_(lines_.conversions()),
      counted_(part.counted()),
      net_lines_(readout_.encoding->net_lines()),
      slice_codes_(levels_.rows),
      cell_variances_(conversion_variances(levels_, lines_)),
      variances_(cell_variances_.empty() ? 0 : converted_) {
  for (const ConverterCurve& curve : readout_.curves)
    curves_.push_back({curve.step(readout_.adc), 0.0, curve.origin(), readout_.adc.code_min(), readout_.adc.code_max(),
                       curve.transitions ? curve.transitions->data() : nullptr});
  if (levels_.circuit != nullptr) circuit_.emplace(*levels_.circuit, stop);
}

void ReferenceMvm::run(const ProductWork& work, std::size_t vector, ProductResult& result) {
  const InputCode* inputs = work.inputs_of(part_, vector);
  const std::uint64_t event = work.event(vector);
  std::int32_t* sums = result.sums.data() + vector * work.outputs + part_.place.first_output;
  const std::uint32_t outputs = part_.outputs();
  for (unsigned slice = 0; slice < readout_.slices(); ++slice) {
    stop_.check();
    for (std::uint32_t row = 0; row < levels_.rows; ++row)
      slice_codes_[row] = (static_cast<unsigned>(inputs[row]) >> (slice * readout_.dac.bits)) & readout_.dac.code_max();
    if (!variances_.empty()) column_read_variances(cell_variances_, slice_codes_, variances_);
    if (circuit_) circuit_values_ = &circuit_->solve(slice_codes_.data(), readout_.dac.code_max());
    const std::size_t place = vector * readout_.slices() + slice;
    if (!result.drive_siemens.empty()) result.drive_siemens[place] = drive_siemens();
    ClipCounts ignored{};
    for (std::uint32_t column = 0; column < converted_; ++column) {
      const double value = analog_value(column);
      ClipCounts& clipped = column < counted_ ? result.clipped[vector] : ignored;
      const std::int32_t code = code_of(curves_[readout_.converter_of.empty() ? 0 : readout_.converter_of[column]], value,
                                        noise_lsb(column, event, slice), clipped);
      if (!result.codes.empty()) result.codes[place * converted_ + column] = code;
      if (!result.values.empty()) result.values[place * converted_ + column] = value;
      const std::int32_t weighted = code * (std::int32_t{1} << (slice * readout_.dac.bits)) * part_.weight();
      readout_.encoding->for_each_output(column, outputs, [&](std::uint32_t output, std::int8_t sign, std::uint8_t shift) {
        sums[output] += sign * weighted * (std::int32_t{1} << shift);
      });
    }
  }
}

double ReferenceMvm::drive_siemens() const {
  if (circuit_) return circuit_->drive_siemens();
  const CodeWeights weights = readout_.coding->weights;
  double sum = 0.0;
  for (std::uint32_t row = 0; row < levels_.rows; ++row) {
    const double code = slice_codes_[row];
    sum = std::fma(own_energy(weights, code), levels_.at_code(slice_codes_[row]).row_siemens[row], sum);
  }
  const double full = own_energy(weights, readout_.dac.code_max());
  const double own = sum / full;
  return levels_.row_coupling.empty() ? own : own - coupled_drive(levels_, slice_codes_.data(), weights) / full;
}

/// Value of one conversion: the part of the levels, plus that of g_min in every driven row, which cancels where lines are subtracted.
double ReferenceMvm::analog_value(std::uint32_t column) const {
  if (circuit_) return lines_.sum(column, circuit_values_->data());
  double sum = 0.0;
  double codes = 0.0;
  for (std::uint32_t row = 0; row < levels_.rows; ++row) {
    const LevelMatrix& levels = levels_.at_code(slice_codes_[row]);
    sum += static_cast<double>(slice_codes_[row]) * lines_.sum(column, levels.levels.data() + std::size_t{row} * levels_.columns);
    codes += slice_codes_[row];
  }
  return net_lines_ == 0 ? sum : sum + net_lines_ * levels_.offset * codes;
}

double ReferenceMvm::noise_lsb(std::uint32_t column, std::uint64_t event, unsigned slice) const {
  double noise = 0.0;
  const ConverterCurve& curve = readout_.curve_of(column);
  if (curve.noise_lsb > 0.0) {
    const DrawAddress address{Purpose::adc_noise, part_.stream, column, event, static_cast<std::uint16_t>(slice)};
    noise = curve.noise_lsb * column_normal(seed_, address);
  }
  if (!variances_.empty()) {
    noise += column_read_noise(variances_[column], curve.step(readout_.adc), seed_, part_.stream, column, event, slice);
  }
  return noise;
}

}  // namespace memcosim
