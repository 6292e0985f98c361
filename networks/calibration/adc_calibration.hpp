// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/common/progress.hpp"
#include "memcosim/kernels/products/backend.hpp"
#include "memcosim/networks/mapping/compiled_network.hpp"

namespace memcosim {

class ConfigNode;

/// How the LSB of a stage's ADCs is chosen. Unit: one conductance step at one DAC step, so ideal cells give integers and an LSB of 1 is
/// lossless. A smaller LSB adds no information about weights or inputs, so only `fixed` can set one.
enum class AdcRangeMode {
  max,         ///< smallest power of two, at least 1, with which no input can clip, with the programmed levels
  calibrated,  ///< percentile of the values of calibration images, divided by the highest code; at least 1
  fixed,       ///< given by the configuration
};

/// How to choose the LSB, and the parameters of the modes.
struct AdcRangeSpec {
  AdcRangeMode mode = AdcRangeMode::calibrated;
  double percentile = 99.99;  ///< calibrated: of the absolute values before conversion, of all used columns, slices and windows
  std::size_t images = 32;    ///< calibrated: number of calibration images, if there are that many
  double lsb = 1.0;           ///< fixed
};
/// Reads `{mode: max | calibrated | fixed, percentile: 99.99, images: 32, lsb: 1}`.
AdcRangeSpec read_adc_range_spec(const ConfigNode& range);

/// The LSB of a stage and where it came from.
struct StageReadout {
  double lsb = 1.0;               ///< in the unit of ConverterSetting, as the next three
  double bound = 0.0;             ///< largest absolute value that the programmed levels allow
  double percentile_value = 0.0;  ///< calibrated: value at the percentile
  double largest_value = 0.0;     ///< calibrated: largest absolute value seen
  std::uint64_t values = 0;       ///< calibrated: values seen
};

/// Chooses the LSB of each stage and sets StagePlan::readout; the arrays must be programmed (tile t in array t). `readout` gives
/// the converters; its input bits, encoding and sign are set as the network needs them. Calibration measures the programmed arrays stage by
/// stage, each with the inputs that it gets from the calibrated stages before it. Throws InputError without calibration images.
std::vector<StageReadout> calibrate_readouts(CompiledNetwork& compiled, Backend& backend, ReadoutConfig readout, const AdcRangeSpec& spec,
                                             const ImageSet& calibration, const OnProgress& on_progress = {});

/// Largest absolute value before conversion that any input can cause on the programmed levels of a stage, with ideal cells.
double value_bound(const MappingPlan& plan, std::size_t stage, const ReadoutConfig& readout);
/// Smallest power of two, at least 1, with which values within +-bound do not clip.
double lossless_lsb(double bound, const ConverterSetting& adc);

}  // namespace memcosim
