// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstddef>

#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/cells/constant_step_cell.hpp"
#include "memcosim/devices/cells/exp_step_cell.hpp"
#include "memcosim/devices/cells/linear_step_cell.hpp"
#include "memcosim/devices/cells/one_sided_cell.hpp"
#include "memcosim/devices/cells/soft_bounds_cell.hpp"
#include "memcosim/devices/cells/soft_bounds_reference_cell.hpp"
#include "memcosim/devices/presets/cell_presets.hpp"

namespace memcosim::detail {

namespace {

using Parameters = std::vector<std::pair<const char*, double>>;

struct NeuroSimDevice {
  double r_on;    ///< ohm
  double on_off;  ///< ratio
  double states;
  double label_set;
  double label_reset;
  double cycle_sigma;
  double set_v;
  double set_s;
  double reset_v;  ///< magnitude
  double reset_s;
};

/// Thresholds at 0.9 of the published amplitudes: pulses above them act as the published pulse.
Parameters neurosim_parameters(const NeuroSimDevice& d) {
  return {{"g_min", 1.0 / (d.r_on * d.on_off)},
          {"g_max", 1.0 / d.r_on},
          {"v_set", 0.9 * d.set_v},
          {"v_reset", 0.9 * d.reset_v},
          {"pulse_width", std::fmin(d.set_s, d.reset_s)},
          {"pulses_set", d.states},
          {"pulses_reset", d.states},
          {"nonlinearity_set", d.label_set},
          {"nonlinearity_reset", d.label_reset},
          {"cycle_sigma", d.cycle_sigma}};
}

/// Identical pulses, and the middle 90 % of the range as window.
CellUse neurosim_use(const NeuroSimDevice& d) {
  const double high = 1.0 / d.r_on;
  const double low = high / d.on_off;
  const double margin = 0.05 * (high - low);
  return {low + margin, high - margin, 0.2, {d.set_v, 0.0, d.set_v, d.set_s}, {d.reset_v, 0.0, d.reset_v, d.reset_s}, 2000, 500};
}

CellPreset neurosim_preset(const char* name, const char* source, const char* validity, const NeuroSimDevice& d) {
  return {name, "exponential_pulse", source, validity, neurosim_parameters(d), neurosim_use(d), nullptr};
}

// AIHWKit has weights instead of conductances. Here weight w is 50 uS + 20 uS w (illustrative), so that the drawn bounds stay above zero.
constexpr double zero_s = 50e-6;
constexpr double unit_s = 20e-6;
constexpr double of_weight(double w) {
  return zero_s + unit_s * w;
}

/// Parameters that all presets of AIHWKit have: bounds, illustrative pulses, step. u: AIHWKit's up_down (see StepDeviceCell).
Parameters weight_parameters(double w_min, double w_max, double dw_min, double u, double cycle_sigma) {
  return {{"g_min", of_weight(w_min)},
          {"g_max", of_weight(w_max)},
          {"v_set", 0.8},
          {"v_reset", 0.8},
          {"pulse_width", 100e-9},
          {"dg_min", dw_min * unit_s * (1.0 - 0.5 * u)},
          {"up_down", 0.5 * u / (1.0 - 0.5 * u)},
          {"cycle_sigma", cycle_sigma}};
}

Parameters with(Parameters all, const Parameters& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

constexpr PulseHint one_volt = {1.0, 0.0, 1.0, 100e-9};

/// Devices with small steps need many pulses; those with steps as large as the tolerance band need many reversals until one ends inside.
CellUse weight_use(double w_min, double w_max, std::uint32_t max_pulses, std::uint32_t max_reversals) {
  const double margin = 0.1 * (w_max - w_min);
  return {of_weight(w_min + margin), of_weight(w_max - margin), 0.2, one_volt, one_volt, max_pulses, max_reversals};
}

/// Adds a device-to-device variation, limited to the range of the parameter.
void vary(CellSpec& spec, std::size_t parameter, Distribution distribution, double sigma) {
  const Range& range = cell_model(spec.model).parameters[parameter].range;
  spec.variations.push_back({parameter, distribution, sigma, range.low, range.high});
}

/// Adds the variations that all presets of AIHWKit have, with its parameters: bounds and asymmetry in weights, the step relative to itself.
void vary_weights(CellSpec& spec, double w_min_sigma, double w_max_sigma, double step_sigma, Distribution step, double up_down_sigma) {
  vary(spec, StepDeviceCell::g_min, Distribution::normal, w_min_sigma * unit_s);
  vary(spec, StepDeviceCell::g_max, Distribution::normal, w_max_sigma * unit_s);
  const double dg = spec.parameters[StepDeviceCell::dg_min];
  vary(spec, StepDeviceCell::dg_min, step, step == Distribution::log_normal ? step_sigma : step_sigma * dg);
  if (up_down_sigma > 0.0) vary(spec, StepDeviceCell::up_down, Distribution::normal, up_down_sigma);
}

void reram_es(CellSpec& spec) {
  vary_weights(spec, 0.3, 0.3, 0.2, Distribution::normal, 0.05);
}
void reram_sb(CellSpec& spec) {
  vary_weights(spec, 0.3, 0.3, 0.3, Distribution::normal, 0.01);
}
void reram_array_om(CellSpec& spec) {
  vary_weights(spec, 0.5695, 0.3499, 0.7829, Distribution::log_normal, 0.01);
  vary(spec, SoftBoundsReferenceCell::reference, Distribution::normal, 0.05 * unit_s);
}
void reram_array_hfo2(CellSpec& spec) {
  vary_weights(spec, 0.5990, 0.4295, 0.7125, Distribution::log_normal, 0.01);
  vary(spec, SoftBoundsReferenceCell::reference, Distribution::normal, 0.05 * unit_s);
}
void linear_slopes(CellSpec& spec, double sigma) {
  vary(spec, LinearStepCell::gamma_up, Distribution::normal, sigma);
  vary(spec, LinearStepCell::gamma_down, Distribution::normal, sigma);
}
void capacitor(CellSpec& spec) {
  vary_weights(spec, 0.07, 0.07, 0.1, Distribution::normal, 0.06);
  linear_slopes(spec, 0.01);
}
void ecram_li(CellSpec& spec) {
  vary_weights(spec, 0.05 * 0.8276, 0.05 * 1.1724, 0.1, Distribution::normal, 0.01);
  linear_slopes(spec, 0.05);
}
void ecram_mo(CellSpec& spec) {
  vary_weights(spec, 0.05 * 0.8286, 0.05 * 1.1714, 0.1, Distribution::normal, 0.01);
  linear_slopes(spec, 0.05);
}
void gokmen_vlasov(CellSpec& spec) {
  vary_weights(spec, 0.3, 0.3, 0.3, Distribution::normal, 0.01);
}
void idealized(CellSpec& spec) {
  vary_weights(spec, 0.3, 0.3, 0.3, Distribution::normal, 0.0);
}
void pcm_gst(CellSpec& spec) {
  vary(spec, OneSidedCell::g_max, Distribution::normal, 0.1 * 20e-6);
  vary(spec, OneSidedCell::dg_min, Distribution::normal, 0.2 * spec.parameters[OneSidedCell::dg_min]);
}

std::vector<CellPreset> neurosim_presets() {
  return {
      neurosim_preset(
          "fefet_hzo",
          "M. Jerry et al., \"Ferroelectric FET analog synapse for acceleration of deep neural network training\", IEDM 2017, with "
          "the fit used by NeuroSim (P.-Y. Chen, X. Peng, S. Yu, IEEE TCAD 37(12), 2018)",
          "HfZrO FeFET, channel conductance 40 nS to 1.8 uS, trains of identical 75 ns gate pulses of 3.65 V and -2.95 V; the "
          "energy here is that of a two-terminal cell, the gate of a real one takes hardly any",
          {559.28e3, 45.0, 32.0, 1.75, 1.46, 0.005, 3.65, 75e-9, 2.95, 75e-9}),
      neurosim_preset(
          "reram_alox_hfo2",
          "J. Woo et al., \"Improved synaptic behavior under identical pulses using AlOx/HfO2 bilayer RRAM array for neuromorphic "
          "systems\", IEEE EDL 37(8), 2016, with the fit used by NeuroSim (Chen, Peng, Yu, IEEE TCAD 37(12), 2018)",
          "AlOx/HfO2, 13 uS to 59 uS, trains of identical 100 us pulses of 0.9 V and -1 V",
          {16.9e3, 4.43, 40.0, 1.94, -0.61, 0.05, 0.9, 100e-6, 1.0, 100e-6}),
      neurosim_preset("reram_taox_tio2",
                      "L. Gao et al., \"Fully parallel write/read in resistive synaptic array for accelerating on-chip learning\", "
                      "Nanotechnology 26, 455204, 2015, with the fit used by NeuroSim (Chen, Peng, Yu, IEEE TCAD 37(12), 2018)",
                      "TaOx/TiO2, 100 nS to 200 nS, trains of identical pulses of 3 V, 40 ms and -3 V, 10 ms",
                      {5e6, 2.0, 102.0, 1.85, -1.79, 0.01, 3.0, 40e-3, 3.0, 10e-3}),
      neurosim_preset("reram_epiram",
                      "S. Choi et al., \"SiGe epitaxial memory for neuromorphic computing with reproducible high performance based on "
                      "engineered dislocations\", Nature Materials 17, 2018, with the fit used by NeuroSim",
                      "SiGe epitaxial RRAM, 0.25 uS to 12 uS, trains of identical 5 us pulses of 5 V and -3 V",
                      {81e3, 50.2, 64.0, 0.5, -0.5, 0.02, 5.0, 5e-6, 3.0, 5e-6}),
      {"reram_ag_asi",
       "exponential_pulse",
       "S. H. Jo et al., \"Nanoscale memristor device as synapse in neuromorphic systems\", Nano Letters 10, 2010, with the fit used by "
       "NeuroSim, as the device AnalyticalReal of XBTorch",
       "Ag:a-Si, 3 nS to 38 nS in 500 pulses, identical 300 us pulses of 3.2 V and -2.8 V",
       {{"g_min", 3e-9},
        {"g_max", 38e-9},
        {"v_set", 2.88},
        {"v_reset", 2.52},
        {"pulse_width", 300e-6},
        {"pulses_set", 500.0},
        {"pulses_reset", 500.0},
        {"nonlinearity_set", 2.4},
        {"nonlinearity_reset", -4.88},
        {"cycle_sigma", 0.035}},
       {5e-9, 36e-9, 0.2, {3.2, 0.0, 3.2, 300e-6}, {2.8, 0.0, 2.8, 300e-6}, 2000, 500},
       nullptr},
  };
}

std::vector<CellPreset> weight_presets() {
  const std::pair<const char*, double> at_zero = {"g_zero", zero_s};
  const Parameters om = {at_zero, {"noise_law", 1.0}, {"reference", 0.0}, {"subtract_symmetry_point", 1.0}};
  return {
      {"reram_es_gong2018", "exp_step",
       "N. Gong et al., \"Signal and noise extraction from analog memory elements for neuromorphic computing\", Nat. Commun. 9:2102, 2018, "
       "fit of IBM AIHWKit (ReRamES)",
       "HfO2 ReRAM in normalised weights of -1 to 1; window of 30 uS to 70 uS and pulses illustrative; its write noise, 75 steps, is not "
       "included (write_noise: 2 uS)",
       with(weight_parameters(-1.0, 1.0, 0.00135, 0.259359, 5.0), {at_zero,
                                                                   {"a", -0.5},
                                                                   {"b", -0.5},
                                                                   {"amplitude_up", -1.18445},
                                                                   {"amplitude_down", -0.081404},
                                                                   {"gamma_up", 5.0},
                                                                   {"gamma_down", 5.0},
                                                                   {"noise_offset", 0.0},
                                                                   {"noise_slope", 0.0}}),
       weight_use(-1.0, 1.0, 5000, 2000), reram_es},
      {"reram_sb_gong2018", "soft_bounds",
       "N. Gong et al., Nat. Commun. 9:2102, 2018, loose fit of IBM AIHWKit (ReRamSB), calibrated to the symmetry point",
       "HfO2 ReRAM in normalised weights of -0.75 to 1.25; window of 35 uS to 75 uS and pulses illustrative; its write noise, 56 steps, is "
       "not included (write_noise: 2.2 uS)",
       with(weight_parameters(-0.75, 1.25, 0.002, 0.0, 3.75), {at_zero, {"noise_law", 1.0}}), weight_use(-0.75, 1.25, 5000, 2000),
       reram_sb},
      {"reram_array_om_2022", "soft_bounds_reference",
       "N. Gong, M. J. Rasch et al., \"Deep learning acceleration in 14nm CMOS compatible ReRAM array: device, material and algorithm "
       "co-optimization\", IEDM 2022, optimised material, fit of IBM AIHWKit (ReRamArrayOM)",
       "14 nm ReRAM array in normalised weights of -1 to 1; window of 30 uS to 70 uS and pulses illustrative; not included: write noise of "
       "1.41 steps (2.7 uS), 13.5 % corrupt cells (faults)",
       with(weight_parameters(-1.0, 1.0, 0.0949, 0.0, 0.4158), om), weight_use(-1.0, 1.0, 2000, 1000), reram_array_om},
      {"reram_array_hfo2_2022", "soft_bounds_reference",
       "N. Gong, M. J. Rasch et al., IEDM 2022, baseline HfO2, fit of IBM AIHWKit (ReRamArrayHfO2)",
       "14 nm HfO2 ReRAM array in normalised weights of -1 to 1, about five steps across; window of 30 uS to 70 uS and pulses "
       "illustrative; "
       "not included: write noise of 0.584 steps (5.4 uS), 9.8 % corrupt cells (faults)",
       with(weight_parameters(-1.0, 1.0, 0.4622, 0.0, 0.2174), om), weight_use(-1.0, 1.0, 2000, 1000), reram_array_hfo2},
      {"ecram_li_tang2018", "linear_step",
       "J. Tang et al., \"ECRAM as scalable synaptic cell for high-speed, low-power neuromorphic computing\", IEDM 2018, fit of IBM "
       "AIHWKit "
       "(EcRam)",
       "lithium ECRAM in normalised weights of -0.8276 to 1.1724 about its symmetry point; window of 33 uS to 73 uS and pulses "
       "illustrative",
       with(weight_parameters(-0.8276, 1.1724, 0.002, 0.0, 0.3),
            {at_zero, {"gamma_up", 0.1153}, {"gamma_down", 0.5085}, {"noise_law", 0.0}}),
       weight_use(-0.8276, 1.1724, 3000, 200), ecram_li},
      {"ecram_mo_kim2019", "linear_step",
       "S. Kim et al., \"Metal-oxide based, CMOS-compatible ECRAM for deep learning accelerator\", IEDM 2019, fit of IBM AIHWKit (EcRamMO)",
       "metal-oxide ECRAM in normalised weights of -0.8286 to 1.1714 about its symmetry point; window of 33 uS to 73 uS and pulses "
       "illustrative",
       with(weight_parameters(-0.8286, 1.1714, 2.8214e-4, 0.0, 2.0),
            {at_zero, {"gamma_up", 0.4152}, {"gamma_down", 0.7342}, {"noise_law", 0.0}}),
       weight_use(-0.8286, 1.1714, 20000, 1000), ecram_mo},
      {"capacitor_li2018", "linear_step",
       "Y. Li et al., \"Capacitor-based cross-point array for analog neural network with record symmetry and linearity\", VLSI 2018, fit "
       "of "
       "IBM AIHWKit (Capacitor)",
       "capacitor and read transistor in normalised weights of -1 to 1; window of 30 uS to 70 uS and pulses illustrative; leakage is not "
       "included",
       with(weight_parameters(-1.0, 1.0, 0.005, 0.0, 0.3), {at_zero, {"gamma_up", 0.05}, {"gamma_down", 0.05}, {"noise_law", 1.0}}),
       weight_use(-1.0, 1.0, 1000, 200), capacitor},
      {"gokmen_vlasov2016", "constant_step",
       "T. Gokmen, Y. Vlasov, \"Acceleration of Deep Neural Network Training with Resistive Cross-Point Devices\", Front. Neurosci. "
       "10:333, "
       "2016, specification of a training device, as in IBM AIHWKit (GokmenVlasov)",
       "a specification, not a measured device: 1200 states; window of 30 uS to 70 uS and pulses illustrative",
       weight_parameters(-1.0, 1.0, 0.0016, 0.0, 0.3), weight_use(-1.0, 1.0, 4000, 200), gokmen_vlasov},
      {"idealized_rasch2019", "constant_step",
       "M. J. Rasch, T. Gokmen, W. Haensch, \"Training large-scale artificial neural networks on simulated resistive crossbar arrays\", "
       "IEEE "
       "Design & Test 37(2), 2019, as in IBM AIHWKit (Idealized)",
       "a specification, not a measured device: 10,000 states, symmetric; window of 30 uS to 70 uS and pulses illustrative",
       weight_parameters(-1.0, 1.0, 0.0002, 0.0, 0.3), weight_use(-1.0, 1.0, 20000, 200), idealized},
      {"pcm_gst_nandakumar2020",
       "one_sided",
       "S. R. Nandakumar et al., \"Mixed-Precision Deep Learning Based on Computational Memory\", Front. Neurosci. 14:406, 2020, fit of "
       "IBM "
       "AIHWKit (PCM)",
       "Ge2Sb2Te5 mushroom cell, partial set pulses only raise it, reset pulses melt it; weights of 0 to 2 stand for 0.1 uS to 20.1 uS "
       "(illustrative), as do voltages and duration of the pulses; drift is a matter of `retention`",
       {{"g_min", 0.1e-6},
        {"g_max", 20.1e-6},
        {"v_set", 0.8},
        {"v_reset", 0.8},
        {"pulse_width", 50e-9},
        {"dg_min", 0.01 * 10e-6},
        {"a", -1.0},
        {"b", 0.0},
        {"amplitude", -27.235},
        {"gamma", 2.5},
        {"cycle_sigma", 0.6},
        {"noise_offset", 0.042 * 10e-6},
        {"noise_slope", 0.108},
        {"reset_sigma", 0.01 * 10e-6}},
       {0.6e-6, 16e-6, 0.2, {1.0, 0.0, 1.0, 50e-9}, {1.0, 0.0, 1.0, 50e-9}, 2000, 1000},
       pcm_gst},
  };
}

std::vector<CellPreset> mtj_presets() {
  return {
      {"mtj_cofeb_ikeda2010",
       "mtj",
       "S. Ikeda et al., \"A perpendicular-anisotropy CoFeB-MgO magnetic tunnel junction\", Nature Materials 9, 2010: 40 nm, "
       "magnetoresistance "
       "124 %, 18 ohm um^2, stability factor 43, critical current 49 uA",
       "perpendicular CoFeB/MgO junction of 40 nm at room temperature; critical voltage of both directions 49 uA times 14.3 kohm; attempt "
       "time "
       "1 ns as customary, relaxation time and the voltage that halves the magnetoresistance illustrative",
       {{"ra_ohm_um2", 18.0},
        {"diameter", 40e-9},
        {"tmr", 1.24},
        {"v_half", 0.5},
        {"delta", 43.0},
        {"tau_0", 1e-9},
        {"tau_d", 1e-9},
        {"v_c0_set", 0.70},
        {"v_c0_reset", 0.70}},
       {3.1845e-5, 6.9813e-5, 0.1, {0.70, 0.05, 1.5, 10e-9}, {0.70, 0.05, 1.5, 10e-9}},
       nullptr},
  };
}

}  // namespace

std::vector<CellPreset> pulse_presets() {
  std::vector<CellPreset> all;
  for (const auto& family : {neurosim_presets(), weight_presets(), mtj_presets()})
    all.insert(all.end(), family.begin(), family.end());
  return all;
}

}  // namespace memcosim::detail
