// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace memcosim {

/// A pin of a block and its bits (at most 32).
struct NamedPin {
  const char* name;
  unsigned width;
};

/// The pins of a block, as a bench drives and compares them.
struct PinLayout {
  std::vector<NamedPin> inputs;
  std::vector<NamedPin> outputs;
};

/// One value for each input or output of a layout.
using PinValues = std::vector<std::uint32_t>;

/// Compares two blocks that get the same inputs: every output after every clock. Keeps the clocks around the first difference.
class PinComparison {
 public:
  /// Clocks that are kept on either side of the first difference.
  static constexpr std::size_t window = 25;

  /// `left` and `right` name the blocks. `period_ps`: of the clock in the waveform file.
  PinComparison(PinLayout layout, std::string left, std::string right, std::uint64_t period_ps);

  /// The outputs of both after one clock edge that sampled the inputs.
  void clock(const PinValues& inputs, const PinValues& left, const PinValues& right);
  /// True if no further clock is wanted: the window after the first difference is full.
  bool over() const { return !difference_.empty() && clocks_ > difference_clock_ + window; }
  /// The first difference: its clock, each pin that differs and both values; empty: none.
  const std::string& difference() const { return difference_; }
  std::uint64_t clocks() const { return clocks_; }
  /// The kept clocks as a VCD file: inputs, the outputs of both blocks, and `differs`. Throws RunError if it cannot be written.
  void write_waves(const std::string& path) const;

 private:
  struct Clock {
    PinValues inputs, left, right;
  };
  const PinLayout layout_;
  const std::string left_, right_;
  const std::uint64_t period_ps_;
  std::vector<Clock> kept_;  ///< ring
  std::uint64_t clocks_ = 0;
  std::uint64_t difference_clock_ = 0;
  std::string difference_;
};

}  // namespace memcosim
