// SPDX-License-Identifier: Apache-2.0
// These tests run no kernel, but the SystemC library refers to an entry point.
#include <systemc>

int sc_main(int, char**) {
  return 0;
}
