// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "memcosim/devices/costs/component_cost.hpp"

namespace memcosim {

/// Converter at the lower envelope of published designs: energy per conversion and area by the regression of Andrulis et al. (CiMLoop,
/// ISPASS 2024; arXiv 2404.06553) on B. Murmann's ADC survey 1997-2023. `bits` counts as effective bits; below 4 the value for 4 is used.
ComponentCost survey_adc(unsigned bits, double rate_hz, double technology_m);

/// Message for a converter outside the range of survey_adc() (4 to 17 bits, 1 kS/s to 10 GS/s, 4 nm to 1 um): the value, the range, and the
/// value used instead. Empty inside the range.
std::string beyond_adc_survey(unsigned bits, double rate_hz, double technology_m);

/// The successive-approximation converter of ISAAC (Shafiee et al., ISCA 2016), 8 bits at 1.2 GS/s in 32 nm; other converters by the ratio
/// of survey_adc().
ComponentCost isaac_adc(unsigned bits, double rate_hz, double technology_m);

/// A converter in words: "8 bits at 1.2 GS/s".
std::string converter_text(unsigned bits, double rate_hz);

}  // namespace memcosim
