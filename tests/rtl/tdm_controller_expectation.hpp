// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "memcosim/architecture/tdm_times.hpp"

#include "tdm_controller_dut.hpp"

namespace memcosim::rtl_test {

/// The pins that the formulas of TdmSchedule ask for: every accepted start writes the strobes of its whole MVM into a calendar of edges.
class Expectation {
 public:
  explicit Expectation(const TdmSchedule& schedule) : schedule_(schedule), times_(schedule) {}

  /// The pins after the next edge (the first is edge 0), which samples `start`.
  Pins edge(bool start);
  /// MVMs accepted so far.
  std::uint64_t accepted() const { return accepted_; }
  bool idle() const { return calendar_.empty() && !last_.busy; }

 private:
  struct Strobe {
    TdmControllerPins::Strobe kind;
    std::uint32_t slice = 0;
    std::uint32_t group = 0;
  };
  void accept();
  void apply(const Strobe& strobe);

  const TdmSchedule schedule_;
  const TdmTimes times_;
  std::uint64_t edge_ = 0;
  std::uint64_t ready_edge_ = 0;  ///< earliest edge that takes the next start
  std::uint64_t idle_edge_ = 0;   ///< earliest edge that samples busy low after the youngest MVM
  std::uint64_t accepted_ = 0;
  std::map<std::uint64_t, std::vector<Strobe>> calendar_;
  Pins last_;
};

}  // namespace memcosim::rtl_test
