// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/architecture/ledger.hpp"
#include "memcosim/sc_models/chip/chip.hpp"
#include "memcosim/sc_models/chip/host.hpp"

namespace memcosim {

/// Collects the activity of a chip and its host after the run.
RunActivity run_activity(const Chip& chip, const Host& host);

}  // namespace memcosim
