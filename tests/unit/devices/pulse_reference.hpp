// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

namespace memcosim {

/// End of a pulse by the classical embedded Runge-Kutta pair of Dormand and Prince in long double: independent of everything in the
/// library.
struct ReferencePulse {
  double state;
  double energy_j;
};

/// Integrates dx/dt = rate(x), dE/dt = power(x) from x over `seconds`; a state that reaches `low` or `high` rests there, as long as the
/// rate points outward. Local errors of the state are at most `tolerance` of the range; those of the energy about 1e-12 of it.
template <typename Rate, typename Power>
ReferencePulse reference_pulse(const Rate& rate, const Power& power, double low, double high, double start, double seconds,
                               double tolerance = 1e-13) {
  using Real = long double;
  const Real range = static_cast<Real>(high) - static_cast<Real>(low);
  const auto f = [&](Real x) { return static_cast<Real>(rate(static_cast<double>(std::clamp<Real>(x, low, high)))); };
  const auto w = [&](Real x) { return static_cast<Real>(power(static_cast<double>(std::clamp<Real>(x, low, high)))); };
  Real x = start;
  Real energy = 0;
  Real left = seconds;
  const Real first = std::fabs(f(x));
  Real h = first > 0 ? std::min<Real>(left, 1e-3L * range / first) : left;
  while (left > 0) {
    const Real now = f(x);
    const Real room = now < 0 ? x - low : static_cast<Real>(high) - x;
    if (now == 0 || room <= 0) {
      energy += left * w(x);
      break;
    }
    h = std::min(h, left);
    std::array<Real, 7> k{};
    k[0] = now;
    k[1] = f(x + h * (k[0] / 5));
    k[2] = f(x + h * (3 * k[0] / 40 + 9 * k[1] / 40));
    k[3] = f(x + h * (44 * k[0] / 45 - 56 * k[1] / 15 + 32 * k[2] / 9));
    k[4] = f(x + h * (19372 * k[0] / 6561 - 25360 * k[1] / 2187 + 64448 * k[2] / 6561 - 212 * k[3] / 729));
    k[5] = f(x + h * (9017 * k[0] / 3168 - 355 * k[1] / 33 + 46732 * k[2] / 5247 + 49 * k[3] / 176 - 5103 * k[4] / 18656));
    const Real step = h * (35 * k[0] / 384 + 500 * k[2] / 1113 + 125 * k[3] / 192 - 2187 * k[4] / 6784 + 11 * k[5] / 84);
    k[6] = f(x + step);
    const Real error =
        std::fabs(h * (71 * k[0] / 57600 - 71 * k[2] / 16695 + 71 * k[3] / 1920 - 17253 * k[4] / 339200 + 22 * k[5] / 525 - k[6] / 40));
    const Real allowed = static_cast<Real>(tolerance) * range;
    // The bound is found by ever shorter steps that still stay inside.
    const bool beyond = std::fabs(step) > room;
    const bool turned = step * now < 0;
    if (error <= allowed && !beyond && !turned) {
      // Boole's rule over the step, with the state at the quarters by the cubic through the ends, against Simpson's.
      const auto inside = [&](Real t) {
        const Real t2 = t * t;
        return x + step * t2 * (3 - 2 * t) + h * k[0] * t * (1 - t) * (1 - t) - h * k[6] * t2 * (1 - t);
      };
      const Real ends = w(x) + w(x + step);
      const Real middle = w(inside(0.5L));
      const Real boole = h / 90 * (7 * ends + 32 * w(inside(0.25L)) + 12 * middle + 32 * w(inside(0.75L)));
      if (std::fabs(boole - h / 6 * (ends + 4 * middle)) > 1e-10L * std::fabs(boole)) {
        h *= 0.5L;
        continue;
      }
      energy += boole;
      x += step;
      left -= h;
      const Real factor = error > 0 ? 0.9L * std::pow(allowed / error, 0.2L) : 3.0L;
      h *= std::clamp<Real>(factor, 0.3L, 3.0L);
      continue;
    }
    if (beyond && h * std::fabs(now) < 1e-16L * range) {  // there
      x = now < 0 ? low : high;
      continue;
    }
    if (turned && h * std::fabs(now) < 1e-16L * range) {
      energy += left * w(x);
      break;
    }
    h *= beyond || turned ? 0.5L : std::clamp<Real>(0.9L * std::pow(allowed / error, 0.2L), 0.1L, 0.8L);
  }
  return {static_cast<double>(std::clamp<Real>(x, low, high)), static_cast<double>(energy)};
}

}  // namespace memcosim
