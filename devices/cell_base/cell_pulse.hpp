// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <type_traits>
#include <utility>

#include "memcosim/devices/cell_base/cell.hpp"
#include "memcosim/devices/cell_base/cell_circuit.hpp"
#include "memcosim/devices/cell_base/pulse_integrator.hpp"

namespace memcosim {

template <typename Model>
MEMCOSIM_HD double clamp_state(const CellParameters& p, double state) {
  const double low = Model::state_low(p);
  const double high = Model::state_high(p);
  return state < low ? low : (state > high ? high : state);
}

namespace detail {

template <typename Model, typename = void>
struct HasClosedForm : std::false_type {};
template <typename Model>
struct HasClosedForm<Model, std::void_t<decltype(Model::closed_form(std::declval<const CellParameters&>(), 0.0, 0.0, 0.0))>>
    : std::true_type {};

template <typename Model, typename = void>
struct HasDerived : std::false_type {};
template <typename Model>
struct HasDerived<Model, std::void_t<typename Model::Derived>> : std::true_type {};

template <typename Model, typename = void>
struct HasMotion : std::false_type {};
template <typename Model>
struct HasMotion<Model, std::void_t<decltype(&Model::motion)>> : std::true_type {};

template <typename Model, typename = void>
struct HasAgitation : std::false_type {};
template <typename Model>
struct HasAgitation<Model, std::void_t<decltype(&Model::agitation)>> : std::true_type {};

/// Random number that is constant during one pulse; agitation * agitation_speed(p, state, volts) is added to the rate (StanfordPkuCell).
template <typename Model>
MEMCOSIM_HD double pulse_agitation(const CellParameters& p, const PulseDraws& draws) {
  if constexpr (HasAgitation<Model>::value) return Model::agitation(p, draws);
  (void)p;
  (void)draws;
  return 0.0;
}

/// True if the pulse is computed by the model's closed form.
template <typename Model>
MEMCOSIM_HD bool takes_closed_form(const CellParameters& p, const CellCircuit& circuit, const PulseDrive& drive) {
  static_assert(!(HasClosedForm<Model>::value && HasAgitation<Model>::value), "a closed form knows no random drive");
  if constexpr (HasClosedForm<Model>::value) {
    const bool wanted = drive.stepping.mode == Stepping::automatic || drive.stepping.mode == Stepping::exact;
    return wanted && !(drive.series_ohms > 0.0) && circuit.is_plain() && Model::has_closed_form(p);
  }
  return false;
}

/// Speed of the state and current at the port, as functions of the state, at a constant source voltage.
template <typename Model>
struct PortMotion {
  CellParameters p;
  const CellCircuit* circuit;
  double series_ohms;
  double volts;  ///< of the source
  double agitation;

  MEMCOSIM_HD_CALLED CellMotion operator()(double state) const {
    const double cell_v = cell_voltage<Model>(p, *circuit, series_ohms, state, volts);
    CellMotion motion{};
    if constexpr (HasMotion<Model>::value) {
      motion = Model::motion(p, state, cell_v);
      if (circuit->law.kind != CurrentLaw::Kind::model) motion.amperes = cell_current<Model>(p, circuit->law, state, cell_v);
    } else {
      motion = {Model::rate(p, state, cell_v), cell_current<Model>(p, circuit->law, state, cell_v)};
    }
    if constexpr (HasAgitation<Model>::value) {
      if (agitation != 0.0) motion.rate = ::fma(agitation, Model::agitation_speed(p, state, cell_v), motion.rate);
    }
    return motion;
  }
};

}  // namespace detail

/// A model whose pulse is one step: the voltage across the cell before the step decides; the energy is the mean of before and after.
template <typename Model>
MEMCOSIM_HD CellPulse step_pulse(const CellParameters& p, const CellCircuit& circuit, double state, const PulseDrive& drive,
                                 const PulseDraws& draws) {
  const double before_v = cell_voltage<Model>(p, circuit, drive.series_ohms, state, drive.volts);
  const double end = clamp_state<Model>(p, Model::step(p, state, before_v, drive.seconds, draws));
  const double after_v = cell_voltage<Model>(p, circuit, drive.series_ohms, end, drive.volts);
  const double amperes = 0.5 * (cell_current<Model>(p, circuit.law, state, before_v) + cell_current<Model>(p, circuit.law, end, after_v));
  return {end, drive.volts * amperes * drive.seconds};
}

/// Explicit Euler at a fixed spacing, as published codes do it: speed and current at the start of each sample, the state clamped after it,
/// the last sample shorter. If a sample leaves the state unchanged, so do all later ones: the energy of the rest is one product.
template <typename Motion>
MEMCOSIM_HD CellPulse sampled_pulse(const Motion& motion, const PulsePath& path, double sample_s) {
  CellPulse pulse{path.state, 0.0};
  double charge = 0.0;
  double done_s = 0.0;
  for (double count = 0.0; done_s < path.seconds;) {
    const CellMotion now = motion(pulse.state);
    ++pulse.rate_evaluations;
    count += 1.0;
    const double next_s = ::fmin(count * sample_s, path.seconds);  // a product, so that the spacing does not drift
    const double width_s = next_s - done_s;
    double end = ::fma(now.rate, width_s, pulse.state);
    end = end < path.low ? path.low : (end > path.high ? path.high : end);
    if (end == pulse.state && width_s >= 0.5 * sample_s) {
      charge = ::fma(now.amperes, path.seconds - done_s, charge);
      break;
    }
    charge = ::fma(now.amperes, width_s, charge);
    pulse.state = end;
    done_s = next_s;
  }
  pulse.energy_j = path.volts * charge;
  return pulse;
}

/// One pulse on one cell.
template <typename Model>
MEMCOSIM_HD CellPulse apply_pulse(const CellParameters& p, const CellCircuit& circuit, double state, const PulseDrive& drive,
                                  const PulseDraws& draws) {
  if (!(drive.seconds > 0.0)) return {state, 0.0};
  if constexpr (Model::follows_rate) {
    if (detail::takes_closed_form<Model>(p, circuit, drive)) {
      if constexpr (detail::HasClosedForm<Model>::value) return Model::closed_form(p, state, drive.volts, drive.seconds);
    }
    const Stepping mode = drive.stepping.mode;
    const double agitation = detail::pulse_agitation<Model>(p, draws);
    const detail::PortMotion<Model> motion{p, &circuit, drive.series_ohms, drive.volts, agitation};
    const PulsePath path{Model::state_low(p), Model::state_high(p), state, drive.volts, drive.seconds, drive.stepping.tolerance};
    if (mode == Stepping::sampled) return sampled_pulse(motion, path, drive.stepping.sample_s);
    return integrate_pulse(motion, path);
  } else {
    return step_pulse<Model>(p, circuit, state, drive, draws);
  }
}

/// State of a cell after a read of any length (an epoch of reads may last for minutes): applies pulses of at most longest_pulse_s until the
/// time is over or the state no longer changes; never with Stepping::sampled. apply(state, drive) is the state after one pulse.
#ifdef __CUDACC__
#pragma nv_exec_check_disable  // `apply` may be code for one side alone
#endif
template <typename Apply>
MEMCOSIM_HD double state_after_read(const Apply& apply, double state, PulseDrive drive) {
  if (drive.stepping.mode == Stepping::sampled) drive.stepping.mode = Stepping::automatic;
  double left_s = drive.seconds;
  while (left_s > 0.0) {
    drive.seconds = ::fmin(left_s, longest_pulse_s);
    left_s -= drive.seconds;
    const double after = apply(state, drive);
    if (after == state) break;
    state = after;
  }
  return state;
}

/// True if the state has a non-zero speed, drawn speeds included, somewhere in its range, bounds included, at this voltage across cell and
/// access device. False for a model whose pulses are whole steps.
template <typename Model>
MEMCOSIM_HD bool moves_at(const CellParameters& p, const CellCircuit& circuit, double volts) {
  if constexpr (Model::follows_rate) {
    constexpr int parts = 4;
    const double low = Model::state_low(p);
    const double range = Model::state_high(p) - low;
    for (int part = 0; part <= parts; ++part) {
      const double state = ::fma(range, static_cast<double>(part) / parts, low);
      const double cell_v = cell_voltage<Model>(p, circuit, 0.0, state, volts);
      if (Model::rate(p, state, cell_v) != 0.0) return true;
      if constexpr (detail::HasAgitation<Model>::value) {
        if (Model::agitates(p) && Model::agitation_speed(p, state, cell_v) != 0.0) return true;
      }
    }
  }
  (void)p;
  (void)circuit;
  (void)volts;
  return false;
}

}  // namespace memcosim
