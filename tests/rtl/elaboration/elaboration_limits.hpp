// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tdm_stimulus.hpp"

namespace memcosim::rtl_test {

/// Those of the elaboration that this program is compiled for. MEMCOSIM_ELABORATION: its parameters, PARAMETER=VALUE and a space after
/// each.
TdmLimits elaboration_limits();

}  // namespace memcosim::rtl_test
