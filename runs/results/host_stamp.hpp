// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace memcosim {

/// Version of the program ("0.1.0").
const char* version();

/// Host, time and program version of a result, for run_info.json; not in summary.json, which must not depend on them.
struct HostStamp {
  std::string version;
  std::string host;
  std::string finished;  ///< time of the call, UTC, ISO 8601
};

HostStamp host_stamp();

}  // namespace memcosim
