// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cells/stanford_pku_cell.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

namespace memcosim::detail {

namespace {

using Parameters = std::vector<std::pair<const char*, double>>;

Parameters multilevel_parameters() {
  return {
      {"r_on", 1e4},  {"r_off", 1e6}, {"k_on", -1.6e-3}, {"k_off", 1.6e-3},   {"alpha_on", 3.0}, {"alpha_off", 3.0}, {"v_on", -0.9},
      {"v_off", 0.8}, {"x_on", 0.0},  {"x_off", 3e-9},   {"resistance", 1.0}, {"window", 0.0},   {"window_p", 1.0},  {"window_j", 1.0},
  };
}

Parameters stanford_pku_parameters(double least_gap_m) {
  return {
      {"g_0", 0.25e-9},
      {"v_0", 0.25},
      {"i_0", 1e-3},
      {"gap_min", least_gap_m},
      {"gap_max", 1.7e-9},
      {"vel_0", 10.0},
      {"e_a", 0.6 * StanfordPkuCell::charge_c},
      {"a_0", 0.25e-9},
      {"gamma_0", 16.0},
      {"beta", 0.8},
      {"t_ox", 12e-9},
      {"f_min", 1.4e9},
      {"r_th", 2.1e3},
      {"t_init", 298.0},
      {"delta_g", 0.0},
      {"t_crit", 450.0},
      {"t_smth", 500.0},
  };
}

void add_transistor(CellSpec& spec) {
  spec.circuit.access.kind = AccessDevice::Kind::transistor;
  spec.circuit.access.on_ohms = 300.0;
  spec.circuit.access.compliance_a = 3e-3;
}

/// Switches read disturb off for a published fit that is not valid at read voltages.
void stand_still_under_reads(CellSpec& spec) {
  spec.nonidealities.read_disturb.law = ReadDisturbSpec::Law::none;
}

void add_threshold_selector(CellSpec& spec) {
  spec.circuit.access.kind = AccessDevice::Kind::selector_threshold;
  spec.circuit.access.on_ohms = 1e3;
  spec.circuit.access.off_ohms = 1e9;
  spec.circuit.access.threshold_v = 0.4;
}

}  // namespace

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
       {2e-3, 15e-3, 0.01, {0.25, 0.01, 0.5, 1e-10}, {0.05, 0.01, 0.2, 1e-9}, 600}},
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
      {"vteam_multilevel_1s1r",
       "vteam",
       "illustrative: the cell of vteam_multilevel behind a threshold selector of 0.4 V, 1 kohm above it and 1 Gohm below",
       "read at 0.6 V, above the selector's threshold; an unselected cell at a third of it carries nothing",
       multilevel_parameters(),
       {2e-6, 80e-6, 0.6, {0.6, 0.05, 2.5, 100e-9}, {0.6, 0.05, 2.5, 100e-9}},
       &add_threshold_selector},
      {"linear_ion_drift_tio2",
       "linear_ion_drift",
       "D. B. Strukov et al., Nature 453, 80 (2008): 10 nm film, mobility 1e-14 m^2/(V s), r_off / r_on = 160",
       "Pt/TiO2/Pt, qualitative; no threshold, so that every read moves the state (0.1 V for 10 us: below 1e-4 of the window)",
       {{"r_on", 100.0},
        {"r_off", 16e3},
        {"mobility", 1e-14},
        {"d", 10e-9},
        {"threshold_set", 0.0},
        {"threshold_reset", 0.0},
        {"window", 0.0},
        {"window_p", 1.0},
        {"window_j", 1.0}},
       {4e-4, 1e-3, 0.1, {0.05, 0.05, 3.0, 1e-3}, {0.05, 0.05, 3.0, 1e-3}, 600}},
      {"team_tio2",
       "team",
       "S. Kvatinsky et al., IEEE TCAS-I 60(1), 2013: TEAM fitted to the Simmons tunnel barrier model of M. D. Pickett et al., J. Appl. "
       "Phys. "
       "106, 074508 (2009); resistances illustrative",
       "Pt/TiO2/Pt; a SET by a voltage runs away, so that the state is set abruptly and approached by RESET, which limits itself",
       {{"r_on", 100.0},
        {"r_off", 1000.0},
        {"k_on", -4.68e-13},
        {"k_off", 1.46e-9},
        {"alpha_on", 10.0},
        {"alpha_off", 10.0},
        {"i_on", -8.9e-6},
        {"i_off", 115e-6},
        {"x_on", 0.0},
        {"x_off", 3e-9},
        {"resistance", 0.0},
        {"window", 0.0},
        {"window_p", 1.0},
        {"window_j", 1.0},
        {"a_on", 1.8e-9},
        {"a_off", 1.2e-9},
        {"w_c", 107e-12}},
       {1.2e-3, 6e-3, 0.001, {0.01, 0.005, 0.5, 1e-6}, {0.04, 0.001, 0.6, 1e-6}, 600}},
      {"stanford_pku_hfox",
       "stanford_pku",
       "Z. Jiang et al., SISPAD 2014: default parameters of the Verilog-A model",
       "TiN/TiOx/HfOx/TiN; pulses of ns to us; gap 0.2 nm to 1.7 nm, 542 ohm to 219 kohm at 0.1 V; SET heats itself",
       stanford_pku_parameters(0.2e-9),
       {2e-5, 1e-3, 0.1, {1.0, 0.01, 1.8, 2e-9}, {1.0, 0.01, 1.8, 2e-9}}},
      {"stanford_pku_hfox_1t1r",
       "stanford_pku",
       "cell: Z. Jiang et al., SISPAD 2014; illustrative: transistor of 300 ohm up to a compliance of 3 mA, filament formed under it to a "
       "gap "
       "of at least 0.8 nm",
       "as stanford_pku_hfox; the transistor keeps a SET from running away and takes a part of the voltage of a RESET",
       stanford_pku_parameters(0.8e-9),
       {1e-5, 1.4e-4, 0.1, {1.0, 0.01, 2.5, 5e-9}, {1.0, 0.01, 2.5, 5e-9}},
       &add_transistor},
      {"data_driven_2018_tiox",
       "data_driven_2018",
       "I. Messaris et al., IEEE TCAD 37(12), 2018, tables I and II, Pt/TiOx/Pt device 2 (r_n1 printed as 23.69e4; 23.69e3 is the value "
       "that "
       "gives the measured range)",
       "9 kohm to 16.7 kohm; pulses of 100 us of 0.5 V to 1 V; r_on and r_off illustrative",
       {{"r_on", 9e3},
        {"r_off", 16.7e3},
        {"A_p", 743.47},
        {"A_n", -6.80e4},
        {"t_p", 6.51},
        {"t_n", 0.31},
        {"k_p", 5.11e-4},
        {"k_n", 1.17e-3},
        {"r_p0", 16.71e3},
        {"r_p1", 0.0},
        {"r_p2", 0.0},
        {"r_n0", 29.30e3},
        {"r_n1", 23.69e3},
        {"r_n2", 0.0},
        {"a_p", 0.24},
        {"a_n", 0.24},
        {"b_p", 2.81},
        {"b_n", 2.81}},
       {4.5e-5, 7.5e-5, 0.2, {0.6, 0.005, 1.0, 100e-6}, {0.5, 0.01, 1.0, 100e-6}}},
      {"data_driven_2018_tiox_slow",
       "data_driven_2018",
       "I. Messaris et al., IEEE TCAD 37(12), 2018, tables I, II and IV, Pt/TiOx/Pt device 1",
       "4.85 kohm to 6 kohm; pulses of 0.1 ms to 1 ms of 1.2 V to 2 V (fitted up to 1.7 V)",
       {{"r_on", 4850.0},
        {"r_off", 6000.0},
        {"A_p", 0.12},
        {"A_n", -79.03},
        {"t_p", 0.59},
        {"t_n", 1.12},
        {"k_p", 8.10e-3},
        {"k_n", 9.43e-3},
        {"r_p0", 3085.0},
        {"r_p1", 1862.0},
        {"r_p2", 0.0},
        {"r_n0", 5193.0},
        {"r_n1", 378.0},
        {"r_n2", 0.0},
        {"a_p", 0.24},
        {"a_n", 0.24},
        {"b_p", 2.81},
        {"b_n", 2.81}},
       {1.55e-4, 1.85e-4, 0.5, {0.8, 0.01, 2.0, 1e-3}, {1.4, 0.01, 2.2, 1e-3}}},
      {"data_driven_2018_taox",
       "data_driven_2018",
       "I. Messaris et al., IEEE TCAD 37(12), 2018, tables I, II and IV, Pt/Ta/TaOx/Pt of P. R. Mickel et al., Appl. Phys. Lett. 102(22), "
       "2013; the voltage is reversed (eta = -1 in the paper)",
       "200 ohm to 1 kohm; fitted to RESET pulses of 1.45 V to 1.75 V; at low voltages the fit moves a cell that a real read would not: "
       "reads are taken to move nothing (read_disturb.law: none)",
       {{"r_on", 200.0},
        {"r_off", 1000.0},
        {"A_p", 7.25e7},
        {"A_n", -6.82e6},
        {"t_p", 0.036},
        {"t_n", 1.08},
        {"k_p", 0.018},
        {"k_n", 0.017},
        {"r_p0", 857.0},
        {"r_p1", -1135.0},
        {"r_p2", 675.0},
        {"r_n0", 2794.0},
        {"r_n1", 4553.0},
        {"r_n2", 1973.0},
        {"a_p", 0.34},
        {"a_n", 0.36},
        {"b_p", 3.50},
        {"b_n", 1.83}},
       {2e-3, 3.8e-3, 0.2, {0.5, 0.005, 1.1, 1e-9}, {1.4, 0.005, 1.75, 1e-9}, 600},
       &stand_still_under_reads},
      {"data_driven_2021",
       "data_driven_2021",
       "model: I. Messaris et al., arXiv:1703.01167; parameters: defaults of MemTorch 1.1 (Data_Driven2021)",
       "metal-oxide device of 1.6 kohm to 3 kohm; pulses of us of up to 2.5 V",
       {{"r_on", 1600.0},
        {"r_off", 3000.0},
        {"A_p", 600.10075},
        {"A_n", -34.5988399},
        {"t_p", -0.0212028},
        {"t_n", -0.05343997},
        {"r_p0", 2699.2336},
        {"r_p1", -672.930205},
        {"r_n0", 649.413746},
        {"r_n1", -1474.32358},
        {"a_p", 0.32046175},
        {"a_n", 0.32046175},
        {"b_p", 2.71689828},
        {"b_n", 2.71689828}},
       {3.3e-4, 5.3e-4, 0.2, {0.3, 0.02, 2.5, 1e-6}, {0.8, 0.02, 2.5, 1e-6}}},
  };
}

}  // namespace memcosim::detail
