// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cell_presets.hpp"

namespace memcosim::detail {

std::vector<CellPreset> state_presets() {
  return {
      {"vteam_memtorch",
       "vteam",
       "defaults of MemTorch 1.1 (coreylammie/MemTorch, bh/memristor/VTEAM.py); thresholds of 20 mV and -0.2 V: a read of 0.2 V disturbs "
       "it",
       "resistance 50 ohm to 1 kohm; written for circuit studies, not fitted to a material",
       {{"r_on", 50.0},
        {"r_off", 1000.0},
        {"k_on", -10.0},
        {"k_off", 5e-4},
        {"alpha_on", 3.0},
        {"alpha_off", 1.0},
        {"v_on", -0.2},
        {"v_off", 0.02},
        {"x_on", 0.0},
        {"x_off", 3e-9},
        {"resistance", 0.0},
        {"window", 0.0},
        {"window_p", 1.0},
        {"window_j", 1.0}},
       {2e-3, 15e-3, 0.01, {0.25, 0.01, 0.5, 1e-10}, {0.05, 0.01, 0.2, 1e-9}}},
      {"vteam_multilevel",
       "vteam",
       "illustrative parameters of a multi-level filamentary cell (not fitted to a device): 10 kohm to 1 Mohm, exponential; about 150 "
       "pulses of "
       "100 ns at 1.5 times the threshold cross the whole range, 3 % of resistance each; reads of 0.2 V do not disturb it",
       "illustrative",
       {{"r_on", 1e4},
        {"r_off", 1e6},
        {"k_on", -1.6e-3},
        {"k_off", 1.6e-3},
        {"alpha_on", 3.0},
        {"alpha_off", 3.0},
        {"v_on", -0.9},
        {"v_off", 0.8},
        {"x_on", 0.0},
        {"x_off", 3e-9},
        {"resistance", 1.0},
        {"window", 0.0},
        {"window_p", 1.0},
        {"window_j", 1.0}},
       {2e-6, 80e-6, 0.2, {0.6, 0.05, 2.5, 100e-9}, {0.6, 0.05, 2.5, 100e-9}}},
      {"vteam_multilevel_linear",
       "vteam",
       "illustrative parameters (not fitted to a device): 10 kohm to 100 kohm, linear over position, so that a pulse changes the "
       "conductance "
       "most near the low-resistance end; speeds and thresholds as vteam_multilevel",
       "illustrative",
       {{"r_on", 1e4},
        {"r_off", 1e5},
        {"k_on", -1.6e-3},
        {"k_off", 1.6e-3},
        {"alpha_on", 3.0},
        {"alpha_off", 3.0},
        {"v_on", -0.9},
        {"v_off", 0.8},
        {"x_on", 0.0},
        {"x_off", 3e-9},
        {"resistance", 0.0},
        {"window", 0.0},
        {"window_p", 1.0},
        {"window_j", 1.0}},
       {12e-6, 80e-6, 0.2, {0.6, 0.05, 2.5, 100e-9}, {0.6, 0.05, 2.5, 100e-9}}},
  };
}

}  // namespace memcosim::detail
