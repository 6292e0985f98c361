// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace memcosim {

/// Reports to SystemC, as a fatal error, that RTL stopped the simulation. Called by Verilator's hooks, which are in another source file
/// because they need Verilator headers.
void report_rtl_stop(const char* what, const char* file, int line, const char* scope);

}  // namespace memcosim
