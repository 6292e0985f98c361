// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/reference/reference_backend.hpp"

#include <stdexcept>
#include <vector>

#include "memcosim/common/random.hpp"

namespace memcosim {

namespace {

/// One vector through one array: every formula of the readout in its plainest form.
class ReferenceMvm {
 public:
  ReferenceMvm(const LevelMatrix& levels, const ReadoutConfig& readout, std::uint64_t seed, std::uint32_t stream)
      : levels_(levels),
        readout_(readout),
        seed_(seed),
        stream_(stream),
        converted_(converted_columns(readout.pairing, levels.columns)),
        slice_codes_(levels.rows) {}

  void run(const InputCode* inputs, std::uint64_t event, std::size_t vector, MvmResult& result) {
    const std::size_t outputs = output_columns(readout_.pairing, levels_.columns);
    std::int32_t* sums = result.sums.data() + vector * outputs;
    for (unsigned slice = 0; slice < readout_.slices(); ++slice) {
      for (std::uint32_t row = 0; row < levels_.rows; ++row)
        slice_codes_[row] = (static_cast<unsigned>(inputs[row]) >> (slice * readout_.dac.bits)) & readout_.dac.code_max();
      const std::size_t place = vector * readout_.slices() + slice;
      result.drive_siemens[place] = drive_siemens();
      for (std::uint32_t column = 0; column < converted_; ++column) {
        const double value = analog_value(column);
        const std::int32_t code = readout_.adc.convert(value, noise(column, event, slice), result.clipped[vector]);
        if (!result.codes.empty()) result.codes[place * converted_ + column] = code;
        if (!result.values.empty()) result.values[place * converted_ + column] = value;
        const std::int32_t weighted = code * (std::int32_t{1} << (slice * readout_.dac.bits));
        if (readout_.pairing == ColumnPairing::differential_digital) {
          sums[column / 2] += column % 2 == 0 ? weighted : -weighted;
        } else {
          sums[column] += weighted;
        }
      }
    }
  }

 private:
  double drive_siemens() const {
    double sum = 0.0;
    for (std::uint32_t row = 0; row < levels_.rows; ++row) {
      const double code = slice_codes_[row];
      sum = std::fma(code * code, levels_.row_siemens[row], sum);
    }
    const double full = readout_.dac.code_max();
    return sum / (full * full);
  }

  /// Value of one bit line: level part plus what g_min of every driven row adds.
  double line_value(std::uint32_t line) const {
    double sum = 0.0;
    double codes = 0.0;
    for (std::uint32_t row = 0; row < levels_.rows; ++row) {
      sum += static_cast<double>(slice_codes_[row]) * static_cast<double>(levels_.levels[std::size_t{row} * levels_.columns + line]);
      codes += slice_codes_[row];
    }
    return sum + levels_.offset * codes;
  }

  double analog_value(std::uint32_t column) const {
    if (readout_.pairing != ColumnPairing::differential_analog) return line_value(column);
    double difference = 0.0;  // g_min cancels
    for (std::uint32_t row = 0; row < levels_.rows; ++row) {
      const float* level = levels_.levels.data() + std::size_t{row} * levels_.columns + std::size_t{2} * column;
      difference += static_cast<double>(slice_codes_[row]) * (static_cast<double>(level[0]) - static_cast<double>(level[1]));
    }
    return difference;
  }

  double noise(std::uint32_t column, std::uint64_t event, unsigned slice) const {
    if (!(readout_.adc.noise_lsb > 0.0)) return 0.0;
    return readout_.adc.noise_lsb * random_normal(seed_, {Purpose::adc_noise, stream_, column, event, static_cast<std::uint16_t>(slice)});
  }

  const LevelMatrix& levels_;
  const ReadoutConfig& readout_;
  std::uint64_t seed_;
  std::uint32_t stream_;
  std::uint32_t converted_;
  std::vector<unsigned> slice_codes_;
};

}  // namespace

Ticket ReferenceBackend::submit(const MvmBatch& batch) {
  check_batch(batch);
  const auto matrix = levels(batch.array);
  const std::size_t stride = batch.input_stride == 0 ? matrix->rows : batch.input_stride;
  MvmResult result = empty_result(batch);
  ReferenceMvm mvm(*matrix, readout(batch.array), seed(), config(batch.array).stream);
  for (std::size_t vector = 0; vector < batch.count; ++vector)
    mvm.run(batch.inputs + vector * stride, batch.first_event + vector * batch.event_stride, vector, result);
  results_.emplace(++last_ticket_, std::move(result));
  return {last_ticket_};
}

MvmResult ReferenceBackend::collect(Ticket ticket) {
  const auto found = results_.find(ticket.id);
  if (found == results_.end()) throw std::logic_error("unknown ticket, or collected before");
  MvmResult result = std::move(found->second);
  results_.erase(found);
  return result;
}

}  // namespace memcosim
