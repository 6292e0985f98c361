// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cell_spec.hpp"

namespace memcosim {

const std::vector<CellPreset>& cell_presets() {
  static const std::vector<CellPreset> table = {
      {"vteam_memtorch",
       "vteam",
       "defaults of MemTorch 1.1 (coreylammie/MemTorch, bh/memristor/VTEAM.py); thresholds of 20 mV and -0.2 V: a read of 0.2 V disturbs "
       "it",
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
        {"resistance", 0.0}}},
      {"vteam_multilevel",
       "vteam",
       "illustrative parameters of a multi-level filamentary cell (not fitted to a device): 10 kohm to 1 Mohm, exponential; about 150 "
       "pulses of "
       "100 ns at 1.5 times the threshold cross the whole range, 3 % of resistance each; reads of 0.2 V do not disturb it",
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
        {"resistance", 1.0}}},
      {"vteam_multilevel_linear",
       "vteam",
       "illustrative parameters (not fitted to a device): 10 kohm to 100 kohm, linear over position, so that a pulse changes the "
       "conductance "
       "most near the low-resistance end; speeds and thresholds as vteam_multilevel",
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
        {"resistance", 0.0}}},
      {"ohmic_ideal",
       "ohmic",
       "ideal resistor of 1 uS to 100 uS: an illustrative range for studies without device physics",
       {{"g_min", 1e-6}, {"g_max", 1e-4}}},
  };
  return table;
}

}  // namespace memcosim
