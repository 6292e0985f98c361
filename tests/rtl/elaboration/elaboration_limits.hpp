// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/architecture/tdm_schedule.hpp"

#include "tdm_stimulus.hpp"

namespace memcosim::rtl_test {

/// Those of the elaboration that this program is compiled for. MEMCOSIM_ELABORATION: its parameters, PARAMETER=VALUE and a space after
/// each.
TdmLimits elaboration_limits();

/// MVMs of a clock: a start at every clock, and as many conversions and sums in flight as the elaboration has room for.
TdmSchedule crowded_schedule();

}  // namespace memcosim::rtl_test
