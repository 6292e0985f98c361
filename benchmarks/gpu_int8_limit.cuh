// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace memcosim {

/// What the tensor cores reach with int8 products of mma.sync out of registers and nothing else to do, TMAC/s.
double int8_limit_tmacs();

}  // namespace memcosim
