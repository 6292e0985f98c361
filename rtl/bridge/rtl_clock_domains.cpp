// SPDX-License-Identifier: Apache-2.0
#include "memcosim/rtl/bridge/rtl_clock_domains.hpp"

#include <utility>

namespace memcosim {

RtlClockDomains::RtlClockDomains(std::string waves) : waves_(std::move(waves)) {}

std::shared_ptr<RtlClockDomain> RtlClockDomains::at(const sc_core::sc_time& period) {
  std::weak_ptr<RtlClockDomain>& known = domains_[period.value()];
  std::shared_ptr<RtlClockDomain> domain = known.lock();
  if (!domain) {
    domain = std::make_shared<RtlClockDomain>(sc_core::sc_gen_unique_name("rtl_clock"), period, waves_file(domains_.size() - 1));
    known = domain;
  }
  return domain;
}

std::string RtlClockDomains::waves_file(std::size_t index) const {
  if (waves_.empty() || index == 0) return waves_;
  const std::size_t dot = waves_.rfind('.');
  return dot == std::string::npos ? waves_ : waves_.substr(0, dot) + "." + std::to_string(index) + waves_.substr(dot);
}

}  // namespace memcosim
