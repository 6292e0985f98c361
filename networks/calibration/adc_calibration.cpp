// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/calibration/adc_calibration.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/kernels/products/readout.hpp"
#include "memcosim/networks/quantisation/float_network.hpp"
#include "memcosim/networks/quantisation/magnitude_histogram.hpp"
#include "memcosim/networks/values/batch_pass.hpp"

namespace memcosim {
namespace {

constexpr std::size_t images_per_pass = 8;
constexpr std::size_t values_per_batch = std::size_t{1} << 22;  // 32 MiB

/// Measures the values before conversion on all tiles of a stage, used columns only.
void measure(Backend& backend, const MappingPlan& plan, std::size_t stage, const StageInputs& inputs, std::uint64_t first_event,
             MagnitudeHistogram& histogram) {
  const std::size_t converted = plan.encoding->conversions_in(plan.array_columns);
  const std::size_t slices = readout_of(plan, stage).slices();
  for (const std::uint32_t tile : plan.stages[stage].tiles) {
    const std::size_t used = plan.encoding->conversions_of(plan.tiles[tile].outputs);
    ProductPart part;
    part.array = tile;
    part.version = backend.cells().version(tile);
    part.readout = backend.products().add(readout_of(plan, stage));
    const std::size_t block = std::max<std::size_t>(1, values_per_batch / (slices * converted));
    for (std::size_t first = 0; first < inputs.vectors(); first += block) {
      ProductBatch batch;
      batch.parts = {&part, 1};
      batch.count = std::min(block, inputs.vectors() - first);
      batch.inputs = inputs.codes.data() + first * inputs.stride + plan.tiles[tile].first_row;
      batch.input_stride = inputs.stride;
      batch.first_event = first_event + first;
      batch.keep_values = true;
      const ProductResult result = backend.products().collect(backend.products().submit(batch));
      for (std::size_t conversion = 0; conversion < batch.count * slices; ++conversion) {
        histogram.add({result.values.data() + conversion * converted, used});
      }
    }
  }
}

class Calibrator {
 public:
  Calibrator(CompiledNetwork& compiled, Backend& backend, const ReadoutConfig& readout, const AdcRangeSpec& spec)
      : compiled_(compiled), backend_(backend), readout_(readout), spec_(spec), digital_(compiled, set_all(1.0)) {}

  /// `on_progress` counts arrays: for each pass every array is used twice, to measure it and to compute the inputs of later stages.
  std::vector<StageReadout> run(const ImageSet& calibration, const OnProgress& on_progress) {
    std::vector<BatchPass> passes;
    const std::size_t images = std::min(spec_.images, calibration.count);
    for (std::size_t first = 0; first < images; first += images_per_pass) {
      passes.emplace_back(digital_, calibration, first, std::min(images_per_pass, images - first));
    }
    std::vector<StageReadout> result;
    std::uint64_t uses = 0;
    for (std::size_t stage = 0; stage < compiled_.plan.stages.size(); ++stage) {
      const auto used = [&] {
        uses += compiled_.plan.stages[stage].tiles.size();
        if (on_progress) on_progress(uses / (2 * passes.size()), compiled_.plan.tiles.size());
      };
      MagnitudeHistogram histogram;
      for (BatchPass& pass : passes) {
        measure(backend_, compiled_.plan, stage, pass.inputs(stage), pass.first_event(stage), histogram);
        used();
      }
      StageReadout chosen;
      chosen.bound = value_bound(compiled_.plan, stage, readout_);
      chosen.percentile_value = histogram.percentile(spec_.percentile);
      chosen.largest_value = histogram.maximum();
      chosen.values = histogram.count();
      chosen.lsb = std::max(smallest_gain(stage), chosen.percentile_value / readout_.adc.code_max());
      set(stage, chosen.lsb);
      digital_.set_scale(stage, sum_scales(compiled_)[stage]);
      for (BatchPass& pass : passes) {
        const StageInputs inputs = pass.inputs(stage);
        std::uint64_t clipped = 0;  // ignored: the percentile determines how many values clip
        pass.finish(stage, inputs, pass.multiply(backend_, stage, inputs, clipped));
        used();
      }
      result.push_back(chosen);
    }
    return result;
  }

  void set(std::size_t stage, double lsb) {
    readout_.adc.lsb = lsb;
    for (const std::uint32_t tile : compiled_.plan.stages[stage].tiles)
      check_readout(backend_.cells(), tile, readout_);
    compiled_.plan.stages[stage].readout = readout_;
  }

 private:
  /// Value on the columns of a weight of one level, relative to ideal lines: the smallest of all outputs.
  double smallest_gain(std::size_t stage) const {
    const std::vector<double>& gains = compiled_.plan.stages[stage].output_gains;
    return gains.empty() ? 1.0 : *std::min_element(gains.begin(), gains.end());
  }
  std::vector<SumScale> set_all(double lsb) {
    for (std::size_t stage = 0; stage < compiled_.plan.stages.size(); ++stage)
      set(stage, lsb);
    return sum_scales(compiled_);
  }

  CompiledNetwork& compiled_;
  Backend& backend_;
  ReadoutConfig readout_;
  const AdcRangeSpec& spec_;
  DigitalSide digital_;
};

}  // namespace

AdcRangeSpec read_adc_range_spec(const ConfigNode& range) {
  AdcRangeSpec spec;
  spec.mode = range.one_of<AdcRangeMode>(
      "mode", {{"max", AdcRangeMode::max}, {"calibrated", AdcRangeMode::calibrated}, {"fixed", AdcRangeMode::fixed}}, "calibrated");
  if (spec.mode == AdcRangeMode::calibrated) {
    spec.percentile = range.number("percentile", Range{0.0, 100.0, true}, spec.percentile);
    spec.images = static_cast<std::size_t>(range.integer("images", 1, 100000, static_cast<std::int64_t>(spec.images)));
  }
  if (spec.mode == AdcRangeMode::fixed) spec.lsb = range.number("lsb", Range::positive());
  return spec;
}

double value_bound(const MappingPlan& plan, std::size_t stage, const ReadoutConfig& readout) {
  const WeightEncoding& encoding = *plan.encoding;
  const double offset = std::abs(encoding.net_lines()) * (plan.window.g_min / plan.window.step());
  std::uint64_t largest_levels = 0;
  std::uint32_t largest_rows = 0;
  for (const std::uint32_t t : plan.stages[stage].tiles) {
    const TilePlan& tile = plan.tiles[t];
    std::vector<std::uint64_t> sums(tile.columns, 0);
    for (std::size_t i = 0; i < tile.levels.size(); ++i)
      sums[i % tile.columns] += tile.levels[i];
    for (std::uint32_t conversion = 0; conversion < encoding.conversions_of(tile.outputs); ++conversion) {
      std::uint64_t of_sign[2] = {0, 0};  // inputs may drive the rows of one sign alone
      encoding.for_each_line(conversion, [&](std::uint32_t line, std::int8_t sign) { of_sign[sign > 0] += sums[line]; });
      largest_levels = std::max({largest_levels, of_sign[0], of_sign[1]});
    }
    largest_rows = std::max(largest_rows, tile.rows);
  }
  const auto slice_max = static_cast<double>((1u << std::min(readout.dac.bits, readout.input_bits)) - 1u);
  return slice_max * (static_cast<double>(largest_levels) + offset * largest_rows);
}

double lossless_lsb(double bound, const ConverterSetting& adc) {
  double lsb = 1.0;
  while (std::floor(bound / lsb + 0.5) > adc.code_max())
    lsb *= 2.0;
  return lsb;
}

std::vector<StageReadout> calibrate_readouts(CompiledNetwork& compiled, Backend& backend, ReadoutConfig readout, const AdcRangeSpec& spec,
                                             const ImageSet& calibration, const OnProgress& on_progress) {
  readout.input_bits = compiled.quantised.spec.input_bits;
  readout.encoding = compiled.plan.encoding;
  readout.adc.is_signed = readout.encoding->converts_signed();
  check_signed_codes(readout.adc);
  Calibrator calibrator(compiled, backend, readout, spec);
  if (spec.mode == AdcRangeMode::calibrated) {
    check_images(compiled.network, calibration);
    if (calibration.count == 0) throw InputError(compiled.network.file + ": the calibration of the ADCs needs at least one image");
    return calibrator.run(calibration, on_progress);
  }
  std::vector<StageReadout> result;
  for (std::size_t stage = 0; stage < compiled.plan.stages.size(); ++stage) {
    StageReadout chosen;
    chosen.bound = value_bound(compiled.plan, stage, readout);
    chosen.lsb = spec.mode == AdcRangeMode::fixed ? spec.lsb : lossless_lsb(chosen.bound, readout.adc);
    calibrator.set(stage, chosen.lsb);
    result.push_back(chosen);
  }
  return result;
}

}  // namespace memcosim
