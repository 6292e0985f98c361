// SPDX-License-Identifier: Apache-2.0
#include "memcosim/rtl/bridge/verilated_runtime.hpp"

#include <verilated.h>

// Verilator's hooks, replacing its own ones (VL_USER_FINISH, VL_USER_STOP, VL_USER_FATAL), which print and abort.

void vl_finish(const char* filename, int linenum, const char* hier) {
  memcosim::report_rtl_stop("$finish", filename, linenum, hier);
}

void vl_stop(const char* filename, int linenum, const char* hier) {
  memcosim::report_rtl_stop("failed assertion or $stop (its message is on the standard output)", filename, linenum, hier);
}

void vl_fatal(const char* filename, int linenum, const char* hier, const char* msg) {
  memcosim::report_rtl_stop(msg, filename, linenum, hier);
}
