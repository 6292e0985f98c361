// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include <gsl/span>

#include "memcosim/kernels/products/backend.hpp"
#include "memcosim/networks/layers/window_unroll.hpp"
#include "memcosim/networks/mapping/compiled_network.hpp"

namespace memcosim {

/// Conversion of the sums that the arrays of a stage deliver to integers of the quantised network.
struct SumScale {
  double lsb = 1.0;                   ///< value of one unit of a sum, in weight steps times input code steps
  double input_offset = 0.0;          ///< added to every output per unit of input code: level offset and g_min of single lines; 0 on pairs
  std::vector<double> drift_factors;  ///< corrections of lsb: none, one for the stage, or one for each output
  std::vector<double> output_gains;   ///< of the stage (StagePlan): lsb is divided by them; empty: 1
  double factor(std::size_t output) const {
    const double drift = drift_factors.empty() ? 1.0 : drift_factors[drift_factors.size() == 1 ? 0 : output];
    return output_gains.empty() ? drift : drift / output_gains[output];
  }
};

/// Scale of each stage from the readouts of the plan, which must be chosen and suit the network (std::logic_error otherwise).
std::vector<SumScale> sum_scales(const CompiledNetwork& compiled);

/// The values of one image on its way through the network.
struct ImageValues {
  std::vector<double> input;                  ///< normalised
  std::vector<double> pixels;                 ///< before the normalisation; empty where there is none
  std::vector<std::vector<double>> layers;    ///< real-valued results of the computed layers that are still needed
  std::vector<char> ready;                    ///< for each layer: computed
  std::vector<std::uint32_t> readers_left;    ///< for each layer: number of layers that still need its result
  std::vector<std::uint64_t> clipped_inputs;  ///< for each stage: number of clipped activations at its input
};

/// Input codes of one stage, vectors in order of images, then windows: vectors x stride, where row block r of the weight matrix starts at
/// r * array_rows, so that each tile's rows are contiguous. After the last row there are zeros.
struct StageInputs {
  std::size_t stride = 0;  ///< elements from one vector to the next
  std::vector<InputCode> codes;
  std::vector<std::int64_t> sums;  ///< sum of the codes of each vector
  std::size_t vectors() const { return sums.size(); }
};

/// All computation outside of the arrays, for one image at a time: input codes of the stages, and everything between the sums of one stage
/// and the codes of the next. Every way of running a network uses this class, so that all agree bit for bit.
///   real = (lsb * (drift factor / output gain) * sum - input_offset * sum of codes - zero offset) * (weight_scale * input_scale) + bias
/// in double, left to right; integers below 2^53 are exact. Activations stay real until a stage input quantises them. A result is released
/// as soon as all layers that read it are computed, to save memory. Different threads may work on different images at the same time.
class DigitalSide {
 public:
  DigitalSide(const CompiledNetwork& compiled, std::vector<SumScale> scales);

  const CompiledNetwork& compiled() const { return compiled_; }
  void set_scale(std::size_t stage, SumScale scale) { scales_[stage] = std::move(scale); }
  /// Drift compensation: one list of factors for each stage.
  void set_drift_factors(const std::vector<std::vector<double>>& factors);
  /// Elements between vectors of StageInputs.
  std::size_t stride(std::size_t stage) const;
  std::size_t windows(std::size_t stage) const { return compiled_.plan.stages[stage].windows; }

  /// Reads an image and computes all layers that depend on no stage.
  ImageValues start(const ImageSet& images, std::size_t index) const;
  bool can_run(const ImageValues& image, std::size_t stage) const;
  /// Makes room for `images` images; reuses the memory of `inputs`.
  void prepare_inputs(std::size_t stage, std::size_t images, StageInputs& inputs) const;
  /// Writes the codes of a stage into place `slot` of `inputs`; counts clipped activations in the image.
  void write_inputs(ImageValues& image, std::size_t stage, StageInputs& inputs, std::size_t slot) const;
  /// Takes the sums of a stage, windows x outputs, all row partitions added, and the code sums of the windows; computes all layers that
  /// this makes ready. The stage's inputs cannot be written afterwards.
  void finish_stage(ImageValues& image, std::size_t stage, gsl::span<const std::int64_t> sums,
                    gsl::span<const std::int64_t> input_sums) const;
  gsl::span<const double> logits(const ImageValues& image) const;

 private:
  gsl::span<const double> value(const ImageValues& image, std::int32_t index) const;
  bool is_ready(const ImageValues& image, std::int32_t index) const;
  bool is_there(const ImageValues& image, std::int32_t index) const;
  void release(ImageValues& image, std::int32_t index) const;
  void run_ready_layers(ImageValues& image) const;
  void run_layer(ImageValues& image, std::size_t index, gsl::span<const gsl::span<const double>> inputs) const;

  const CompiledNetwork& compiled_;
  std::vector<SumScale> scales_;
  std::vector<WindowUnroll> unrolls_;   ///< for each stage
  std::vector<std::uint32_t> readers_;  ///< for each layer: number of readers of its result, the reader of the logits included
};

}  // namespace memcosim
