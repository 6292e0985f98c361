// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace memcosim::report {

/// The style sheet of the report: light and dark by the reader's setting, and paper.
std::string_view style_sheet();

}  // namespace memcosim::report
