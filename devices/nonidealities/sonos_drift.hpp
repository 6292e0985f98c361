// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

#include "memcosim/common/host_device.hpp"

namespace memcosim {

/// Charge loss of a 40 nm SONOS array: V. Agrawal et al., IEEE IEDM 2022, paper 21.7, Figs. 10 and 11; fit of CrossSim. Currents in nA, up
/// to 1800 nA; times from 0 to 5 days, coefficients linear between the days, held after the last. The spread is that of a device whose
/// current has drifted: it is taken at the mean current of that age.
struct SonosDrift {
  static constexpr int last_day = 5;
  static constexpr double highest_na = 1800.0;

  double mean_na;   ///< mean change of the current
  double sigma_na;  ///< standard deviation of the current about it, programming error included

  MEMCOSIM_HD static SonosDrift at(double current_na, double age_s) {
    // Degree 10 over three decades of current: terms of 1e5 nA cancel to a few nA, so this needs double precision and Horner's order.
    constexpr double mean[last_day + 1][11] = {
        {},
        {1.72684e-1, 5.72552e-2, -6.85715e-4, 3.50271e-6, -9.37682e-9, 1.40575e-11, -1.19803e-14, 5.41293e-18, -8.85448e-22, -1.66869e-25,
         5.95180e-29},
        {2.50712e-1, 6.62195e-2, -6.83218e-4, 2.99442e-6, -6.78255e-9, 7.70482e-12, -3.04983e-15, -2.15919e-18, 2.94617e-21, -1.23359e-24,
         1.85329e-28},
        {-1.75300e-2, 9.76883e-2, -9.63791e-4, 4.55551e-6, -1.22391e-8, 1.93786e-11, -1.85899e-14, 1.07659e-17, -3.58211e-21, 5.96785e-25,
         -3.30410e-29},
        {4.03338e-2, 1.03111e-1, -1.04740e-3, 4.83961e-6, -1.28132e-8, 1.99484e-11, -1.85139e-14, 1.00008e-17, -2.84944e-21, 3.01008e-25,
         1.18747e-29},
        {3.19927e-1, 1.06596e-1, -1.04054e-3, 4.50290e-6, -1.10352e-8, 1.56477e-11, -1.27592e-14, 5.45513e-18, -7.26841e-22, -2.43893e-25,
         7.14608e-29},
    };
    constexpr double spread[last_day + 1][2] = {{19.88665, 176.3115},  {25.59102, 186.85544}, {28.72753, 193.56834},
                                                {31.04318, 198.90332}, {33.76214, 204.77023}, {34.57909, 207.34309}};
    const double days = ::fmin(::fmax(age_s / 86400.0, 0.0), static_cast<double>(last_day));
    const int before = days >= static_cast<double>(last_day) ? last_day - 1 : static_cast<int>(days);
    const double part = days - static_cast<double>(before);
    const double current = ::fmin(::fmax(current_na, 0.0), highest_na);
    double change = 0.0;
    for (int k = 10; k >= 0; --k) {
      const double coefficient = ::fma(part, mean[before + 1][k] - mean[before][k], mean[before][k]);
      change = ::fma(change, current, coefficient);
    }
    const double a = ::fma(part, spread[before + 1][0] - spread[before][0], spread[before][0]);
    const double b = ::fma(part, spread[before + 1][1] - spread[before][1], spread[before][1]);
    const double drifted = ::fmax(::fmax(current_na, 0.0) + change, 0.0);
    return {change, -a * ::expm1(-drifted / b)};
  }
};

}  // namespace memcosim
