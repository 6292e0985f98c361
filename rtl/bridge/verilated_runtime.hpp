// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace memcosim {

/// What Verilator calls when RTL stops the simulation; reports a fatal error to SystemC. Apart from the run-time's own hooks because those
/// need Verilator headers.
void report_rtl_stop(const char* what, const char* file, int line, const char* scope);

}  // namespace memcosim
