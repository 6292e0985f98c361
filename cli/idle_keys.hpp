// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "memcosim/cli/run_spec.hpp"

namespace memcosim {

/// Keys that the configuration sets and that cannot act together with its other keys, one sentence for each reason: the keys, why, and what
/// makes them act. A key at its default counts as not set, so an effective configuration gives the same sentences as its original.
std::vector<std::string> idle_key_warnings(const RunSpec& spec);

}  // namespace memcosim
