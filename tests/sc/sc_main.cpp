// SPDX-License-Identifier: Apache-2.0
// Shared entry point of SystemC tests: SystemC allows one elaboration per process, so exactly one case may run.
#include <iostream>
#include <string>
#include <systemc>

#include <gtest/gtest.h>

int sc_main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (!GTEST_FLAG_GET(list_tests)) {
    const std::string filter = GTEST_FLAG_GET(filter);
    if (filter.empty() || filter.find_first_of("*:?") != std::string::npos) {
      std::cerr << "SystemC tests run one case per process: use ctest, or --gtest_filter=Suite.Case\n";
      return 2;
    }
  }
  return RUN_ALL_TESTS();
}
