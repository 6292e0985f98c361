// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "memcosim/runs/run_spec.hpp"

namespace memcosim {

/// Warnings about keys that the configuration sets but that have no effect with its other keys: one sentence per reason, with the keys, the
/// reason and how to make them act. A key at its default counts as not set, so an effective configuration gives the same warnings as its
/// original.
std::vector<std::string> idle_key_warnings(const RunSpec& spec);

}  // namespace memcosim
