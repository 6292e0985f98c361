// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/cells/step_device.hpp"

namespace memcosim {

/// Constant step: dG = +-dg_min (1 +- up_down)(1 + cycle_sigma xi) between hard bounds (ConstantStep of AIHWKit; T. Gokmen, Y. Vlasov,
/// "Acceleration of Deep Neural Network Training with Resistive Cross-Point Devices", Front. Neurosci. 10:333, 2016).
struct ConstantStepCell : StepDeviceCell {
  static constexpr const char* name = "constant_step";
  static constexpr const char* summary =
      "constant step per pulse between hard bounds (Gokmen, Vlasov, Front. Neurosci. 10:333, 2016; AIHWKit)";

  static constexpr ParameterInfo parameters[] = {g_min_info,       g_max_info,  v_set_info,   v_reset_info,
                                                 pulse_width_info, dg_min_info, up_down_info, cycle_sigma_info};

  MEMCOSIM_HD static double step(const CellParameters& p, double state, double volts, double seconds, const PulseDraws& draws) {
    const int towards = direction(p, volts, seconds);
    return towards == 0 ? state : multiplicative(p, state, towards, 1.0, draws);
  }
};

}  // namespace memcosim
