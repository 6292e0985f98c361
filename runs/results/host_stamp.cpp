// SPDX-License-Identifier: Apache-2.0
#include "memcosim/runs/results/host_stamp.hpp"

#include <ctime>

#include <unistd.h>

namespace memcosim {

const char* version() {
  return MEMCOSIM_VERSION;
}

HostStamp host_stamp() {
  char host[256] = "";
  gethostname(host, sizeof host - 1);
  const std::time_t now = std::time(nullptr);
  char date[32] = "";
  std::tm utc = {};
  gmtime_r(&now, &utc);
  std::strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return {version(), host, date};
}

}  // namespace memcosim
