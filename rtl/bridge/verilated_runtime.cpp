// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <verilated.h>

#include "memcosim/rtl/bridge/rtl_stopped.hpp"

namespace {

[[noreturn]] void stop(const char* what, const char* file, int line, const char* scope) {
  throw memcosim::RtlStopped(std::string("RTL stopped the simulation: ") + what + " at " + file + ":" + std::to_string(line) + " in " +
                             scope);
}

}  // namespace

// Verilator's hooks, replacing its own ones (VL_USER_FINISH, VL_USER_STOP, VL_USER_FATAL), which print and abort.

void vl_finish(const char* filename, int linenum, const char* hier) {
  stop("$finish", filename, linenum, hier);
}

void vl_stop(const char* filename, int linenum, const char* hier) {
  stop("failed check or $stop (its message is on the standard output)", filename, linenum, hier);
}

void vl_fatal(const char* filename, int linenum, const char* hier, const char* msg) {
  stop(msg, filename, linenum, hier);
}
