// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/presets/cell_presets.hpp"

namespace memcosim::detail {

namespace {

using Retention = RetentionSpec::Law;
using Flicker = FlickerSpec::Law;

/// Sets the ends of the finite states and the conductances of stuck cells to the measured window. The range of the cell is wider, so that
/// programming errors are not clipped.
void use_window(CellSpec& spec, double low_s, double high_s) {
  ConductanceEffects& effects = spec.nonidealities;
  effects.states_low_s = low_s;
  effects.states_high_s = high_s;
  effects.stuck.high_resistance_s = low_s;
  effects.stuck.low_resistance_s = high_s;
}

void set_laws(CellSpec& spec, const char* error, Retention retention, Flicker flicker) {
  spec.nonidealities.programming_error.law = spread_law(error);
  spec.nonidealities.retention = retention_law(retention);
  spec.nonidealities.read_noise.flicker = flicker_law(flicker);
}

void complete_pcm_joshi(CellSpec& spec) {
  use_window(spec, 0.25e-6, 25e-6);
  set_laws(spec, "pcm_joshi_2020", Retention::none, Flicker::none);
}

void complete_pcm_like(CellSpec& spec) {
  use_window(spec, 0.0, 25e-6);
  set_laws(spec, "pcm_like", Retention::pcm_like, Flicker::pcm_like);
}

void complete_hermes_one_device(CellSpec& spec) {
  use_window(spec, 0.0, 10.35e-6);
  set_laws(spec, "hermes_one_device", Retention::hermes_one_device, Flicker::hermes_one_device);
}

void complete_hermes_two_devices(CellSpec& spec) {
  use_window(spec, 0.0, 20.7e-6);
  set_laws(spec, "hermes_two_devices", Retention::hermes_two_devices, Flicker::hermes_two_devices);
}

void complete_rram_milo(CellSpec& spec) {
  use_window(spec, 50e-6, 225e-6);
  set_laws(spec, "rram_milo_2021", Retention::none, Flicker::none);
}

void complete_rram_wan(CellSpec& spec) {
  use_window(spec, 1e-6, 40e-6);
  set_laws(spec, "rram_wan_2022", Retention::rram_wan_2022, Flicker::none);
}

void complete_sonos(CellSpec& spec) {
  use_window(spec, 0.0, 16e-6);
  set_laws(spec, "sonos_agrawal_2022", Retention::sonos_agrawal_2022, Flicker::none);
  spec.nonidealities.read_noise.white = spread_law("sonos_read_agrawal_2022");
}

void complete_cmo_hfox(CellSpec& spec) {
  use_window(spec, 9e-6, 88.2e-6);
  set_laws(spec, "cmo_hfox", Retention::cmo_hfox, Flicker::cmo_hfox);
}

void complete_state_independent(CellSpec& spec) {
  use_window(spec, 0.0, 25e-6);
  set_laws(spec, "state_independent", Retention::state_independent, Flicker::state_independent);
}

}  // namespace

// The last numbers of a row: conductances and read voltage of the run that uses the preset. Read voltages are typical of the material; no
// law but SONOS depends on them.
std::vector<CellPreset> statistical_presets() {
  return {
      {"ohmic_ideal",
       "ohmic",
       "illustrative",
       "ideal resistor of 1 uS to 100 uS, for studies without device physics",
       {{"g_min", 1e-6}, {"g_max", 1e-4}},
       {2e-6, 80e-6, 0.2, {}, {}}},
      {"pcm_joshi_2020",
       "ohmic",
       "V. Joshi et al., Nature Communications 11:2473, 2020, Fig. 3b",
       "doped GST PCM, 90 nm; 0.25 uS to 25 uS; programming error 27 s after programming, no drift after it",
       {{"g_min", 0.0}, {"g_max", 31e-6}},
       {0.25e-6, 25e-6, 0.2, {}, {}},
       complete_pcm_joshi},
      {"pcm_like",
       "ohmic",
       "S. R. Nandakumar et al., IEEE ICECS 2019; curves of IBM AIHWKit",
       "doped GST PCM, 1 million devices; 0 to 25 uS; programming error, drift from 20 s on, 1/f read noise",
       {{"g_min", 0.0}, {"g_max", 32e-6}},
       {0.0, 25e-6, 0.2, {}, {}},
       complete_pcm_like},
      {"hermes_one_device",
       "ohmic",
       "M. Le Gallo et al., Nature Electronics 6, 2023; curves of IBM AIHWKit",
       "PCM of the HERMES project chip, 14 nm, one device per cell; 0 to 10.35 uS; drift from 200 s on, 1/f read noise",
       {{"g_min", 0.0}, {"g_max", 16e-6}},
       {0.0, 10.35e-6, 0.2, {}, {}},
       complete_hermes_one_device},
      {"hermes_two_devices",
       "ohmic",
       "M. Le Gallo et al., Nature Electronics 6, 2023; Vasilopoulos et al., IEEE TED, 2023; curves of IBM AIHWKit",
       "PCM of the HERMES project chip, 14 nm, two devices in parallel per cell; 0 to 20.7 uS; drift from 300 s on, 1/f read noise",
       {{"g_min", 0.0}, {"g_max", 27e-6}},
       {0.0, 20.7e-6, 0.2, {}, {}},
       complete_hermes_two_devices},
      {"rram_milo_2021",
       "ohmic",
       "V. Milo et al., IEEE IRPS 2021, Fig. 4 (IGVVA-100); line of CrossSim",
       "HfO2 RRAM, 4 kbit array; 50 uS to 225 uS; programming error only. Its I-V curve bends differently in each state, which no current "
       "law here has: reads are linear",
       {{"g_min", 25e-6}, {"g_max", 240e-6}},
       {50e-6, 225e-6, 0.2, {}, {}},
       complete_rram_milo},
      {"rram_wan_2022",
       "ohmic",
       "W. Wan et al., Nature 608, 2022, Extended Data Fig. 3; polynomials of IBM AIHWKit",
       "HfOx RRAM of the NeuRRAM chip, 130 nm; 1 uS to 40 uS; spread measured 1 s, 1 day and 2 days after programming",
       {{"g_min", 0.0}, {"g_max", 48e-6}},
       {1e-6, 40e-6, 0.2, {}, {}},
       complete_rram_wan},
      {"sonos_agrawal_2022",
       "ohmic",
       "V. Agrawal et al., IEEE IEDM 2022, paper 21.7, Figs. 10 and 11; fits of CrossSim",
       "40 nm SONOS, 128 thousand devices; currents to 1600 nA (16 uS at 0.1 V); charge loss over 5 days, read noise",
       {{"g_min", 0.0}, {"g_max", 18e-6}},
       {0.0, 16e-6, 0.1, {}, {}},
       complete_sonos},
      {"cmo_hfox",
       "ohmic",
       "D. F. Falcone et al., arXiv 2502.04524, 2025; read noise D. G. F. Lombardo et al., DRC 2024; fits of IBM AIHWKit",
       "CMO/HfOx RRAM; 9 uS to 88.2 uS; verified to 0.2 %, relaxation from 1 s on, 1/f read noise",
       {{"g_min", 5e-6}, {"g_max", 95e-6}},
       {9e-6, 88.2e-6, 0.2, {}, {}},
       complete_cmo_hfox},
      {"pcm_state_independent",
       "ohmic",
       "illustrative: state-independent model of IBM AIHWKit (error 0.2 uS, drift exponent 0.1 +- 0.05)",
       "0 to 25 uS; noise and drift that do not depend on the state, for comparison",
       {{"g_min", 0.0}, {"g_max", 27e-6}},
       {0.0, 25e-6, 0.2, {}, {}},
       complete_state_independent},
  };
}

}  // namespace memcosim::detail
