// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "memcosim/common/host_device.hpp"
#include "memcosim/devices/cell_base/conductance_range.hpp"

namespace memcosim {

class ConfigNode;

/// Empirical failure of metal-oxide RRAM with cycles (endurance) or seconds (retention): C. Lammie, M. Rahimi Azghadi, D. Ielmini,
/// "Empirical metal-oxide RRAM device endurance and retention model for deep learning simulations", Semicond. Sci. Technol. 36, 2021.
/// For the low- and the high-resistance states separately, with s = p1 cell_size + p2 T_c, T_c = min(T_threshold / T, 1):
///   threshold = p0 exp(s);   below it nothing changes, above it
///   gradual:  R = R_0 (x / threshold)^(p3 s)
///   sudden:   R = stable resistance
/// States above the convergence conductance are low-resistance states. A gradual failure moves both kinds towards it and ends there.
struct LammieLaw {
  struct Branch {
    double p0 = 1.0;  ///< cycles or s
    double p1_per_nm = 0.0;
    double p2 = 0.0;
    double p3 = 0.0;
    double stable_s = 0.0;  ///< S, conductance after a sudden failure
  };
  bool sudden = false;
  Branch low_resistance;
  Branch high_resistance;
  double cell_nm = 10.0;
  double threshold_k = 298.0;     ///< T_threshold
  bool uses_temperature = false;  ///< false: T_c = 0, as in data without temperature
  double convergence_s = 0.0;     ///< S; 0: the conductance halfway between the cell's highest and lowest resistance

  MEMCOSIM_HD double convergence(const ConductanceRange& range) const {
    if (convergence_s > 0.0) return convergence_s;
    return range.low > 0.0 ? 2.0 / (1.0 / range.low + 1.0 / range.high) : 0.0;
  }

  /// Exponent s of a branch, kept where its exponential is finite.
  MEMCOSIM_HD double exponent(const Branch& branch, double temperature_k) const {
    const double t_c = uses_temperature ? ::fmin(threshold_k / temperature_k, 1.0) : 0.0;
    return ::fmin(::fmax(::fma(branch.p1_per_nm, cell_nm, branch.p2 * t_c), -600.0), 600.0);
  }

  /// Cycles or seconds up to which a branch is unchanged.
  MEMCOSIM_HD double threshold(const Branch& branch, double temperature_k) const {
    return branch.p0 * ::exp(exponent(branch, temperature_k));
  }

  /// Conductance after `x` cycles or seconds of a cell that had `g`.
  MEMCOSIM_HD double after(double g, double x, double temperature_k, const ConductanceRange& range) const {
    const double split = convergence(range);
    const bool low = g > split;
    const Branch& branch = low ? low_resistance : high_resistance;
    const double limit = threshold(branch, temperature_k);
    if (!(x > limit)) return g;
    if (sudden) return branch.stable_s;
    const double moved = g * ::pow(x / limit, -branch.p3 * exponent(branch, temperature_k));
    return low ? ::fmax(moved, split) : ::fmin(moved, split);
  }
};

/// Reads the keys of the law: cell_size, threshold_temperature, convergence, and the maps low_resistance and high_resistance.
LammieLaw read_lammie_law(const ConfigNode& node, const LammieLaw& fallback);
void check(const LammieLaw& law, const char* what);

/// Published parameter sets, from the authors' companion scripts (coreylammie/SST-Reproducibility).
/// TiN/Hf(Al)O/Hf/TiN endurance, gradual: 10 nm to 20 nm.
LammieLaw lammie_hfalo_endurance_gradual();
/// The same stack, sudden failure: 20 nm to 40 nm.
LammieLaw lammie_hfalo_endurance_sudden();
/// Pt/Cu:MoOx/GdOx/Pt retention, sudden failure of the low-resistance state: 473 K to 523 K.
LammieLaw lammie_gdox_retention_sudden();

}  // namespace memcosim
