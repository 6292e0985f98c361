// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <systemc>

#include "memcosim/rtl/bridge/rtl_clock_domain.hpp"

namespace memcosim {

/// Clock domains of the factories of Verilated blocks, by period. Each is owned by its blocks.
class RtlClockDomains {
 public:
  /// `waves`: see rtl_tdm_controller_factory().
  explicit RtlClockDomains(std::string waves);
  /// The domain of this period, which is made inside the module under construction if there is none.
  std::shared_ptr<RtlClockDomain> at(const sc_core::sc_time& period);

 private:
  std::string waves_file(std::size_t index) const;

  std::string waves_;
  std::map<sc_core::sc_time::value_type, std::weak_ptr<RtlClockDomain>> domains_;
};

}  // namespace memcosim
