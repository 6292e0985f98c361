// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/devices/converters/converter_kind.hpp"

namespace memcosim {

/// One step of an MVM: the rows are driven once, with a part of the input codes (an input slice, or pulses as long as the codes say).
struct DriveStep {
  std::uint32_t clocks = 1;  ///< of the drive, until the drivers have settled or the longest pulse has ended
  bool converts = true;      ///< false: the columns keep what they hold, and a later step converts it
};
std::vector<DriveStep> equal_steps(std::uint32_t count, std::uint32_t clocks);

/// When the held columns of a step are free for the next one, if steps overlap.
enum class StepOverlap {
  slice,      ///< when the sums of the step are complete
  converter,  ///< when the converters can begin another conversion: latencies of converter and accumulator overlap with the next step
};

/// Time-division-multiplexed readout of one array, all in clocks: what TdmTimes makes edges of. Pure arithmetic: the loosely timed model
/// annotates it, the event-driven controller follows it, and the RTL controller is compared with it clock by clock.
struct TdmSchedule {
  std::vector<DriveStep> steps = std::vector<DriveStep>(1);
  std::uint32_t groups = 1;  ///< k: column groups converted one after the other; at most those of ColumnMultiplexer
  std::uint32_t settle = 0;  ///< in which the array settles
  std::uint32_t sample = 1;  ///< in which the sample switches are closed
  std::uint32_t mux = 1;     ///< from selecting a column group to its conversion
  AdcTiming adc = {9, 9};
  std::uint32_t accumulate_latency = 1;   ///< from the last code to the complete sums
  std::uint32_t accumulate_interval = 1;  ///< between the codes of two column groups, at least
  bool pipelined = true;                  ///< a step is driven while the one before it is converted
  StepOverlap overlap = StepOverlap::slice;
  bool during_drive = false;  ///< the converters work while the rows are driven (ConverterKind::during_drive)

  std::uint32_t slices() const { return static_cast<std::uint32_t>(steps.size()); }
  std::uint32_t converting_steps() const;
  /// Clocks for which a step drives the rows: drive, settle and sample, for each group again if the converters work during the drive.
  std::uint64_t driven(std::uint32_t step) const;
  /// Clocks between the starts of two column groups of a step that converts.
  std::uint64_t group_step(std::uint32_t step) const;
  /// From the edge that samples start to the edge that shows done.
  std::uint64_t latency() const;
  /// Earliest edge that can sample the next start.
  std::uint64_t interval() const;
  /// Earliest edge that can sample a start with another number of groups: that number is a register of the controller, which is busy until
  /// the clock after done and until its held sets are free, and samples its registers one edge later.
  std::uint64_t change_interval() const;
};

/// Throws InputError when a phase that cannot be skipped has no clocks, a count is zero, the last step does not convert, or a step would be converted
/// within the interval of the conversion before it.
void check(const TdmSchedule& schedule);

}  // namespace memcosim
