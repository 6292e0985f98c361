// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/nonidealities/endurance.hpp"

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

using Law = EnduranceSpec::Law;
const std::vector<std::pair<std::string, Law>> laws = {
    {"none", Law::none}, {"lammie_gradual", Law::lammie_gradual}, {"lammie_sudden", Law::lammie_sudden}};

}  // namespace

EnduranceSpec read_endurance(const ConfigNode& device, const EnduranceSpec& fallback) {
  const ConfigNode node = device.map("endurance");
  EnduranceSpec spec = fallback;
  spec.law = node.one_of("law", laws, laws[static_cast<std::size_t>(fallback.law)].first);
  spec.initial_cycles = node.number("initial_cycles", Range::between(0.0, 1e18), fallback.initial_cycles);
  if (spec.law == Law::none) return spec;
  if (spec.law != fallback.law) {
    spec.lammie = spec.law == Law::lammie_gradual ? lammie_hfalo_endurance_gradual() : lammie_hfalo_endurance_sudden();
  }
  spec.lammie = read_lammie_law(node, spec.lammie);
  return spec;
}

void check(const EnduranceSpec& spec) {
  if (!(spec.initial_cycles >= 0.0 && spec.initial_cycles <= 1e18)) {
    throw InputError("endurance: initial_cycles must be from 0 to 1e18");
  }
  if (spec.law == Law::none) return;
  if (spec.lammie.sudden != (spec.law == Law::lammie_sudden)) throw InputError("endurance: the law and its 'sudden' contradict each other");
  check(spec.lammie, "endurance");
}

}  // namespace memcosim
