// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/nonidealities/read_noise.hpp"

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

using Law = FlickerSpec::Law;

const std::vector<std::pair<std::string, Law>> laws = {
    {"none", Law::none},
    {"state_independent", Law::state_independent},
    {"pcm_like", Law::pcm_like},
    {"hermes_one_device", Law::hermes_one_device},
    {"hermes_two_devices", Law::hermes_two_devices},
    {"cmo_hfox", Law::cmo_hfox},
};

const Range scales{0.0, 100.0, false};
const Range t_reads{1e-15, 1e6, false};
const Range starts{0.0, 1e12, false};
const Range conductances{1e-15, 1e3, false};
const Range fractions{0.0, 1.0, false};
const Range taus{1e-12, 1e12, false};

bool within(double value, const Range& range) {
  return value >= range.low && value <= range.high;
}

bool is_normalised(Law law) {
  return law == Law::pcm_like || law == Law::hermes_one_device || law == Law::hermes_two_devices;
}

FlickerSpec read_flicker(const ConfigNode& node, const FlickerSpec& fallback) {
  const Law law = node.one_of("law", laws, laws[static_cast<std::size_t>(fallback.law)].first);
  FlickerSpec spec = law == fallback.law ? fallback : flicker_law(law);
  if (law == Law::none) return spec;
  if (law == Law::state_independent) spec.q = node.number("q", scales, spec.q);
  if (is_normalised(law)) spec.g_max = node.quantity("g_max", Dimension::conductance, conductances, spec.g_max);
  spec.scale = node.number("scale", scales, spec.scale);
  spec.t_read_s = node.quantity("t_read", Dimension::time, t_reads, spec.t_read_s);
  spec.t0_s = node.quantity("t0", Dimension::time, starts, spec.t0_s);
  return spec;
}

}  // namespace

FlickerSpec flicker_law(Law law) {
  FlickerSpec spec;
  spec.law = law;
  switch (law) {
    case Law::none:
      break;
    case Law::state_independent:
      // AIHWKit adds 1 uS * g / g_max at its g_max of 25 uS.
      spec.q = 0.04;
      spec.t0_s = 20.0;
      break;
    case Law::pcm_like:
      spec.g_max = 25e-6;
      spec.t0_s = 20.0;
      break;
    case Law::hermes_one_device:
      spec.g_max = 10.35e-6;
      spec.t_read_s = 512e-9;
      spec.t0_s = 200.0;
      spec.curve = {0.1591, -0.0078, 0.0038, 0.0179, 0.04, {0.0088, 0.0768, -0.1352, 0.0664}};
      break;
    case Law::hermes_two_devices:
      spec.g_max = 20.7e-6;
      spec.t_read_s = 512e-9;
      spec.t0_s = 300.0;
      spec.curve = {0.16, -0.0117, -0.0069, 0.015, 0.04, {0.0123, 0.0211, -0.0280, 0.0069}};
      break;
    case Law::cmo_hfox:
      spec.t_read_s = 1e-6;
      break;
  }
  return spec;
}

TelegraphSpec read_telegraph(const ConfigNode& node, const TelegraphSpec& fallback) {
  TelegraphSpec spec = fallback;
  spec.share = node.quantity("share", Dimension::dimensionless, fractions, fallback.share);
  spec.relative_amplitude = node.quantity("relative_amplitude", Dimension::dimensionless, fractions, fallback.relative_amplitude);
  spec.tau_capture_s = node.quantity("tau_capture", Dimension::time, taus, fallback.tau_capture_s);
  spec.tau_emission_s = node.quantity("tau_emission", Dimension::time, taus, fallback.tau_emission_s);
  return spec;
}

void check(const TelegraphSpec& spec) {
  if (!within(spec.share, fractions) || !within(spec.relative_amplitude, fractions) || !within(spec.tau_capture_s, taus) ||
      !within(spec.tau_emission_s, taus)) {
    throw InputError(
        "read_noise.telegraph: share and relative_amplitude must be from 0 to 1, tau_capture and tau_emission from 1 ps to 1e12 s");
  }
}

ReadNoiseSpec read_read_noise(const ConfigNode& device, const ReadNoiseSpec& fallback) {
  const ConfigNode node = device.map("read_noise");
  ReadNoiseSpec spec;
  spec.white = read_spread_law(node.map("white"), SpreadUse::reading, fallback.white);
  spec.flicker = read_flicker(node.map("flicker"), fallback.flicker);
  spec.telegraph = read_telegraph(node.map("telegraph"), fallback.telegraph);
  return spec;
}

void check(const ReadNoiseSpec& spec) {
  check(spec.white, SpreadUse::reading, "read_noise.white");
  check(spec.telegraph);
  const FlickerSpec& flicker = spec.flicker;
  if (flicker.law == Law::none) return;
  if (!within(flicker.scale, scales) || !within(flicker.q, scales) || !within(flicker.t_read_s, t_reads) || !within(flicker.t0_s, starts)) {
    throw InputError("read_noise.flicker: scale and q must be from 0 to 100, t_read from 1 fs to 1e6 s, t0 from 0 s to 1e12 s");
  }
  if (is_normalised(flicker.law) && !within(flicker.g_max, conductances)) {
    throw InputError("read_noise.flicker: g_max must be from 1e-15 S to 1000 S; start from flicker_law()");
  }
}

}  // namespace memcosim
