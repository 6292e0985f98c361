// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace memcosim {

/// Throws InputError for a given option of `memcosim device simulate` that has no effect on this kind of simulation. `kind`: sine,
/// triangle, pulses, csv or retention; `given`: names of the options with their dashes.
void refuse_idle_options(const std::vector<std::string>& given, const std::string& kind);

}  // namespace memcosim
