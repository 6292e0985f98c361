// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "memcosim/devices/cell_base/cell.hpp"

namespace memcosim {

/// One pulse of constant source voltage: start and bounds of the state, and the tolerance of its end.
struct PulsePath {
  double low;  ///< bounds of the state
  double high;
  double state;  ///< at the start
  double volts;  ///< of the source
  double seconds;
  double tolerance;  ///< of the state's end, relative to high - low
};

namespace detail {

/// The polynomial of degree 4 through the values at c = (1 - cos(k pi / 4)) / 2, k = 0..4, as Chebyshev coefficients on [0, 1].
struct Quartic {
  double a0, a1, a2, a3, a4;

  MEMCOSIM_HD static Quartic through(const double* value) {
    constexpr double root_half = 0.70710678118654752440;
    const double ends = 0.5 * (value[0] + value[4]);
    const double slant = 0.5 * (value[4] - value[0]);
    const double inner = value[1] + value[3];
    const double inner_slant = root_half * (value[3] - value[1]);
    return {0.25 * (ends + inner + value[2]), 0.5 * (slant + inner_slant), 0.5 * (ends - value[2]), 0.5 * (slant - inner_slant),
            0.25 * (ends - inner + value[2])};
  }

  MEMCOSIM_HD double at(double c) const {
    const double u = 2.0 * c - 1.0;
    return a0 - a2 + a4 + u * (a1 - 3.0 * a3 + u * (2.0 * a2 - 8.0 * a4 + u * (4.0 * a3 + u * 8.0 * a4)));
  }

  /// Integral from 0 to c; written with c as a factor, so that a short part keeps its digits.
  MEMCOSIM_HD double integral(double c) const {
    // In powers of c: T1 = 2c - 1, T2 = 8c^2 - 8c + 1, T3 = 32c^3 - 48c^2 + 18c - 1, T4 = 128c^4 - 256c^3 + 160c^2 - 32c + 1.
    const double b0 = a0 - a1 + a2 - a3 + a4;
    const double b1 = 2.0 * a1 - 8.0 * a2 + 18.0 * a3 - 32.0 * a4;
    const double b2 = 8.0 * a2 - 48.0 * a3 + 160.0 * a4;
    const double b3 = 32.0 * a3 - 256.0 * a4;
    const double b4 = 128.0 * a4;
    return c * (b0 + c * (b1 / 2.0 + c * (b2 / 3.0 + c * (b3 / 4.0 + c * (b4 / 5.0)))));
  }

  /// What the terms beyond degree 4 may add: the last two, times twice the share by which pairs of terms shrink (at most 1, at least 0.02).
  MEMCOSIM_HD double rest() const {
    const double tail = ::fabs(a3) + ::fabs(a4);
    const double front = ::fabs(a1) + ::fabs(a2);
    const double share = tail < 0.01 * front ? 0.02 : (2.0 * tail < front ? 2.0 * tail / front : 1.0);
    return tail * share;
  }
};

/// A part of the path of the state, x from `from` to `from + length`, mapped on c in [0, 1] so that a speed linear in x is integrated
/// exactly: x(c) = from + length * (q^c - 1) / (q - 1), with q the ratio of the speeds at the two ends. Where q is near 1, the parabola
/// whose slopes have the same ratio replaces it, which needs no libm.
struct Stretch {
  double length;     ///< signed
  double ratio;      ///< q
  double log_ratio;  ///< ln q; of a parabola: zero
  double bend;       ///< of a parabola: x = from + length c (1 + bend (c - 1))
  double offset[5];  ///< x - from at the nodes
  double slope[5];   ///< dx/dc at the nodes

  MEMCOSIM_HD static Stretch between(double length, double from_rate, double to_rate, double parabola_below) {
    constexpr double node[5] = {0.0, 0.14644660940672623780, 0.5, 0.85355339059327376220, 1.0};
    Stretch stretch{};
    stretch.length = length;
    stretch.ratio = to_rate / from_rate;
    stretch.offset[4] = length;
    if (::fabs(stretch.ratio - 1.0) < parabola_below) {
      stretch.bend = (stretch.ratio - 1.0) / (stretch.ratio + 1.0);
      for (int k = 1; k < 4; ++k)
        stretch.offset[k] = stretch.offset_at(node[k]);
      for (int k = 0; k < 5; ++k)
        stretch.slope[k] = stretch.slope_at(node[k]);
      return stretch;
    }
    stretch.log_ratio = ::log(stretch.ratio);
    const double per_growth = length / (stretch.ratio - 1.0);
    const double early = ::exp(node[1] * stretch.log_ratio);
    const double growth[5] = {1.0, early, ::sqrt(stretch.ratio), stretch.ratio / early, stretch.ratio};
    for (int k = 1; k < 4; ++k)
      stretch.offset[k] = per_growth * (growth[k] - 1.0);
    for (int k = 0; k < 5; ++k)
      stretch.slope[k] = per_growth * stretch.log_ratio * growth[k];
    return stretch;
  }

  MEMCOSIM_HD double offset_at(double c) const {
    if (log_ratio == 0.0) return length * c * (1.0 + bend * (c - 1.0));
    return length * (::expm1(c * log_ratio) / (ratio - 1.0));
  }
  MEMCOSIM_HD double slope_at(double c) const {
    if (log_ratio == 0.0) return length * (1.0 + bend * (2.0 * c - 1.0));
    return length * (log_ratio * ::exp(c * log_ratio) / (ratio - 1.0));
  }
};

/// One pass along the path with a given error bound per stretch; returns the resulting error bound of the state.
template <typename Motion>
MEMCOSIM_HD CellPulse follow_path(const Motion& motion, const PulsePath& path, double goal, double share) {
  constexpr std::uint32_t most_evaluations = 20000;
  double x = path.state;
  double left_s = path.seconds;
  double charge = 0.0;
  double lag_s = 0.0;  // bound of the error of the time at which the state is at x
  CellMotion here = motion(x);
  std::uint32_t evaluations = 1;
  // The parabola is used where its error, of third order in the ratio, is below the tolerance.
  const double parabola_below = ::fmin(0.25, 40.0 * ::sqrt(path.tolerance));
  double reach = HUGE_VAL;    // stretch length suggested by the error of the last stretch
  double barrier = HUGE_VAL;  // distance from x to the nearest known place that the state cannot pass
  const double rounding = 4e-13 * (path.high - path.low);
  const auto rest = [&](double state_error) {
    charge = ::fma(here.amperes, left_s, charge);
    return CellPulse{x, path.volts * charge, state_error > 0.0 ? state_error + rounding : 0.0, evaluations};
  };
  while (true) {
    const double speed = ::fabs(here.rate);
    const double sign = here.rate < 0.0 ? -1.0 : 1.0;
    const double bound = sign < 0.0 ? path.low : path.high;
    const double room = ::fabs(bound - x);
    if (!(speed > 0.0) || !(room > 0.0)) return rest(0.0);
    // The state ends between x and the barrier; if these are close enough, x is taken.
    if (barrier <= 0.125 * share * goal) return rest(barrier + lag_s * speed);
    if (evaluations > most_evaluations) return rest(room);

    double length = 1.25 * speed * left_s;
    if (!(length < room)) length = room;
    if (length > reach) length = reach;
    if (barrier < HUGE_VAL) {
      const double near_barrier = ::fmax(0.99 * barrier, barrier - 0.1 * share * goal);
      if (length > near_barrier) length = near_barrier;
    }
    Stretch stretch{};
    Quartic time{};
    Quartic current{};
    CellMotion node[5];
    node[0] = here;
    double end_speed = 0.0;
    while (true) {
      if (x + sign * length == x) return rest(length + lag_s * speed);  // below the rounding of x
      if (evaluations > most_evaluations) return rest(room);
      const bool to_bound = length == room;
      node[4] = motion(to_bound ? bound : x + sign * length);
      ++evaluations;
      if (!(sign * node[4].rate > 0.0)) {  // the state stops before the end of the stretch
        if (length < barrier) barrier = length;
        if (barrier <= 0.125 * share * goal) return rest(barrier + lag_s * speed);
        const double back = ::fabs(node[4].rate);
        double cut = 0.5;
        if (back > 0.0) {
          cut = 0.95 * speed / (speed + back);
          cut = cut < 0.1 ? 0.1 : cut;
        } else if (to_bound) {
          cut = 0.99;
        }
        length *= cut;
        continue;
      }
      if (node[4].rate / here.rate > 1e30 || node[4].rate / here.rate < 1e-30) {  // no polynomial can follow this
        length *= 0.5;
        continue;
      }
      stretch = Stretch::between(sign * length, here.rate, node[4].rate, parabola_below);
      bool turns = false;
      for (int k = 1; k < 4 && !turns; ++k) {
        node[k] = motion(x + stretch.offset[k]);
        ++evaluations;
        turns = !(sign * node[k].rate > 0.0);
        if (turns) {
          const double distance = ::fabs(stretch.offset[k]);
          if (distance < barrier) barrier = distance;
          length = 0.5 * distance;
        }
      }
      if (turns) continue;
      double seconds[5];
      double flow[5];
      for (int k = 0; k < 5; ++k) {
        seconds[k] = stretch.slope[k] / node[k].rate;
        flow[k] = seconds[k] * node[k].amperes;
      }
      time = Quartic::through(seconds);
      current = Quartic::through(flow);
      end_speed = ::fabs(node[4].rate);
      // Errors of the state and of the energy, relative to the allowed ones.
      const double after_s = left_s - time.integral(1.0);
      const double end_speed_here = after_s > 0.0 ? end_speed : ::fmax(speed, end_speed);  // the pulse may end anywhere on the stretch
      const double state_ratio = time.rest() * end_speed_here / (0.5 * share * goal);
      const double whole_charge = ::fabs(charge) + ::fabs(current.a0) + ::fabs(node[4].amperes) * ::fmax(after_s, 0.0);
      const double energy_ratio = whole_charge > 0.0 ? current.rest() / (path.tolerance * whole_charge) : 0.0;
      const double ratio = state_ratio > energy_ratio ? state_ratio : energy_ratio;
      const double growth = ratio > 0.0 ? 0.8 / ::sqrt(::sqrt(ratio)) : 5.0;
      if (ratio <= 1.0) {
        reach = length * (growth > 5.0 ? 5.0 : (growth < 0.5 ? 0.5 : growth));
        break;
      }
      length *= growth > 0.7 ? 0.7 : (growth < 0.1 ? 0.1 : growth);
    }

    const double whole_s = time.integral(1.0);
    if (whole_s < left_s) {
      lag_s += time.rest() + 1e-15 * whole_s;
      charge += current.integral(1.0);
      left_s -= whole_s;
      const bool arrived = length == room;
      x = arrived ? bound : x + sign * length;
      here = node[4];
      if (barrier < HUGE_VAL) barrier -= length;
      // It rests at the bound; within the error of the time it may just not have arrived.
      if (arrived) return rest(lag_s < left_s ? 0.0 : (lag_s - left_s) * end_speed);
      continue;
    }
    // The pulse ends on this stretch, at the c where the integrated time equals the time left.
    double c = left_s / whole_s;
    for (int i = 0; i < 30; ++i) {
      const double step = (time.integral(c) - left_s) / time.at(c);
      c -= step;
      c = c < 0.0 ? 0.0 : (c > 1.0 ? 1.0 : c);
      if (::fabs(step) < 1e-15) break;
    }
    charge += current.integral(c);
    lag_s += time.rest() + 1e-15 * path.seconds;
    const double rate = stretch.slope_at(c) / time.at(c);
    double end = x + stretch.offset_at(c);
    end = end < path.low ? path.low : (end > path.high ? path.high : end);
    return {end, path.volts * charge, ::fma(1.2 * lag_s, ::fabs(rate), rounding), evaluations};
  }
}

}  // namespace detail

/// Integrates d(state)/dt = motion(state).rate over a pulse of constant source voltage, with the energy, the integral of volts * amperes.
///
/// At constant voltage the equation is autonomous, so the state only ever runs one way, and the time it needs is an integral over the
/// state, t = integral of dx / rate(x): no stability limit, and no step that could leave the bounds or jump over a fixed point. The way is
/// cut in stretches; on each, dx is substituted so that a speed linear in x is exact, and the integrand is a polynomial through five
/// points. Runaway is harmless (1 / rate falls), a fixed point is a barrier that the stretches approach.
///
/// An error dt of the time at which a state is reached is an error dt * rate at the end of the pulse, whatever lies between: the errors of
/// all stretches add up to dt, and dt * rate, with 4e-13 of the range for rounding, is `state_error`. When it comes out above the
/// tolerance, the path is followed again with a tighter bound. motion(state) must be deterministic and finite between the bounds. Cost: 5
/// evaluations for a pulse that fits one stretch.
template <typename Motion>
MEMCOSIM_HD CellPulse integrate_pulse(const Motion& motion, const PulsePath& path) {
  const double goal = path.tolerance * (path.high - path.low);
  double share = 1.0;
  std::uint32_t evaluations = 0;
  for (int attempt = 0;; ++attempt) {
    CellPulse pulse = detail::follow_path(motion, path, goal, share);
    evaluations += pulse.rate_evaluations;
    pulse.rate_evaluations = evaluations;
    if (pulse.state_error <= goal || attempt == 4) return pulse;
    const double wanted = 0.25 * goal / pulse.state_error;
    share *= wanted < 1e-6 ? 1e-6 : wanted;
  }
}

}  // namespace memcosim
