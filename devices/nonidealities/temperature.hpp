// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace memcosim {

struct TemperatureSpec {};

}  // namespace memcosim
