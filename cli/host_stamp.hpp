// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace memcosim {

/// Version of the program ("0.1.0").
const char* version();

/// Where, when and by what a result was made: for run_info.json, never part of a summary.
struct HostStamp {
  std::string version;
  std::string host;
  std::string finished;  ///< now, UTC, ISO 8601
};

HostStamp host_stamp();

}  // namespace memcosim
