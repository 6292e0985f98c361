// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <ostream>
#include <stdexcept>

#include <verilated.h>

#include "memcosim/architecture/tdm_schedule.hpp"

#include "Vtdm_controller.h"

namespace memcosim::rtl_test {

/// Thrown where the RTL stops the simulation: a failed assertion.
class RtlStopped : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Every output pin.
struct Pins {
  bool ready = false;
  bool busy = false;
  bool done = false;
  bool drive = false;
  bool sample = false;
  bool release = false;
  bool select = false;
  bool convert = false;
  bool accumulate = false;
  std::uint32_t drive_slice = 0;
  std::uint32_t sample_slice = 0;
  std::uint32_t column_slice = 0;
  std::uint32_t column_group = 0;
  std::uint32_t accumulate_slice = 0;
  std::uint32_t accumulate_group = 0;
};
bool operator==(const Pins& a, const Pins& b);
std::ostream& operator<<(std::ostream& out, const Pins& pins);

/// The Verilated controller, clocked by hand. Registers power up with random values: only the reset makes them known.
class Dut {
 public:
  explicit Dut(int power_up_seed = 1);
  ~Dut();

  /// Writes the registers as the driver does: derived numbers are computed here.
  void configure(const TdmSchedule& schedule);
  /// Two clocks in reset and one after it, which makes ready true.
  void reset();
  /// One clock edge that samples `start`.
  void clock(bool start);
  Pins pins() const;
  Vtdm_controller& model() { return model_; }

 private:
  VerilatedContext context_;
  Vtdm_controller model_;
};

}  // namespace memcosim::rtl_test
