// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace memcosim::report {

/// The style sheet of the report: light or dark by the reader's setting, and a style for print.
std::string_view style_sheet();

}  // namespace memcosim::report
