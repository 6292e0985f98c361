// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace memcosim {

/// Where and when a result was made: for run_info.json, never part of a summary.
struct HostStamp {
  std::string host;
  std::string finished;  ///< now, UTC, ISO 8601
};

HostStamp host_stamp();

}  // namespace memcosim
