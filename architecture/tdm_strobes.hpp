// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace memcosim {

/// Strobes from a TDM controller to the datapath. A slice is a drive step of the schedule; select, convert and accumulate come for those that
/// convert. Each call happens at the simulated time of the clock edge at which the pin changes; calls at one edge come in the order of this
/// list, done last.
class TdmStrobes {
 public:
  virtual ~TdmStrobes() = default;
  virtual void drive(std::uint32_t slice) = 0;                            ///< rows begin to be driven
  virtual void sample(std::uint32_t slice) = 0;                           ///< sample switches close (settling is over)
  virtual void release(std::uint32_t slice) = 0;                          ///< columns are held; rows are released
  virtual void select(std::uint32_t slice, std::uint32_t group) = 0;      ///< column multiplexers switch to a group
  virtual void convert(std::uint32_t slice, std::uint32_t group) = 0;     ///< converters start
  virtual void accumulate(std::uint32_t slice, std::uint32_t group) = 0;  ///< codes are valid: shift-and-add takes them
  virtual void done() = 0;                                                ///< all sums of the oldest MVM in flight are valid
  /// Asked at each edge at which a column group is due: true if it has to wait for the next edge, because a converter or the accumulator is
  /// not ready for it.
  virtual bool stalls() { return false; }
};

}  // namespace memcosim
