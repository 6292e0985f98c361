// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/blocks/tdm_controller.hpp"

#include "memcosim/sc_models/message_ids.hpp"

namespace memcosim {

void TdmController::set_conversion_clocks(gsl::span<const std::uint32_t> /*clocks*/) {
  SC_REPORT_ERROR(message_ids::tdm_controller, "all conversions of this controller take the same time");
}

}  // namespace memcosim
