// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <gsl/span>

#include "memcosim/architecture/stage_values.hpp"
#include "memcosim/kernels/arrays/cell_store.hpp"
#include "memcosim/networks/values/digital_side.hpp"
#include "memcosim/networks/values/read_epochs.hpp"

namespace memcosim {

/// Common base of AheadValues and EventValues: the images, the digital side, event numbers and results. Images are numbered from 0 in the
/// image set, which must outlive this object, as must the network and the backend. Tile t lives in array t of the backend; the
/// readouts of the plan must be chosen before construction and must not change.
class NetworkValues : public StageValues {
 public:
  /// Is image * windows of the stage.
  std::uint64_t first_event(std::uint32_t stage, std::uint64_t image) const override;

  bool finished(std::uint64_t image) const { return done_.at(image) != 0; }
  std::uint64_t finished_images() const { return finished_images_; }
  /// Logits of an image whose last stage is finished (else std::logic_error).
  gsl::span<const double> logits(std::uint64_t image) const;
  std::uint32_t predicted_class(std::uint64_t image) const;
  /// Number of clipped activations of the finished images, for each stage.
  const std::vector<std::uint64_t>& clipped_activations() const { return clipped_activations_; }
  /// Called when no further image begins: stops computing ahead, after which the backend may be called again. Results stay available.
  virtual void end() {}
  /// Seconds of the host that begin() waited for values that were not ready.
  virtual double waited_s() const { return 0.0; }
  /// Drift compensation (drift_compensation.hpp), before the first image begins.
  void set_drift_factors(const std::vector<std::vector<double>>& factors) { digital_.set_drift_factors(factors); }
  /// Lets reads move the cells of the arrays; call before the first image begins. A slice drives its rows for `slice_s` seconds. Without
  /// this call, or if no cell moves (reads() is null), the arrays do not change.
  void let_reads_move(CellStore& cells, double slice_s);
  const ReadEpochs* reads() const { return reads_.get(); }

 protected:
  /// Throws InputError when the images do not fit the network.
  NetworkValues(const CompiledNetwork& compiled, const ImageSet& images);
  void record(std::uint64_t image, gsl::span<const double> logits, const std::vector<std::uint64_t>& clipped_inputs);

  const CompiledNetwork& compiled_;
  const ImageSet& images_;
  DigitalSide digital_;
  std::unique_ptr<ReadEpochs> reads_;

 private:
  std::size_t classes_;
  std::vector<double> logits_;
  std::vector<char> done_;
  std::uint64_t finished_images_ = 0;
  std::vector<std::uint64_t> clipped_activations_;
};

}  // namespace memcosim
