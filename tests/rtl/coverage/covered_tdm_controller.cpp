// SPDX-License-Identifier: Apache-2.0
// The Verilated controller that counts what is covered. Verilator does not support saving such a model, and nothing here does.
#include <stdexcept>

#include <verilated_save.h>

#include "Vtdm_controller.h"

inline VerilatedSerialize& operator<<(VerilatedSerialize& /*state*/, Vtdm_controller& /*model*/) {
  throw std::logic_error("a model that counts coverage cannot be saved");
}

inline VerilatedDeserialize& operator>>(VerilatedDeserialize& /*state*/, Vtdm_controller& /*model*/) {
  throw std::logic_error("a model that counts coverage cannot be restored");
}

// NOLINTNEXTLINE(bugprone-suspicious-include): it must see the operators above
#include "../../../rtl/bridge/verilated_tdm_controller.cpp"
