// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/costs/adc_costs.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "memcosim/common/units.hpp"

namespace memcosim {

namespace {

constexpr double milliwatt = 1e-3;
constexpr double picojoule = 1e-12;
constexpr double square_micrometre = 1e-12;

// Ranges of the ADC survey (B. Murmann, 1997-2023: 3.4 to 17.2 effective bits, 4 nm to 1 um, from 1 kS/s) and of the regression, which
// excludes converters below 4 bits and above 10 GS/s.
constexpr unsigned fewest_survey_bits = 4;
constexpr unsigned most_survey_bits = 17;
constexpr double lowest_survey_rate_hz = 1e3;
constexpr double highest_survey_rate_hz = 1e10;
constexpr double smallest_survey_node_m = 4e-9;
constexpr double largest_survey_node_m = 1e-6;

std::string rate_text(double rate_hz) {
  std::string text = format_quantity(rate_hz, Dimension::frequency);
  return text.replace(text.size() - 2, 2, "S/s");  // samples per second instead of Hz
}

}  // namespace

ComponentCost survey_adc(unsigned bits, double rate_hz, double technology_m) {
  const double enob = std::max(bits, fewest_survey_bits);
  const double log_rate = std::log(rate_hz);
  const double log_technology = std::log(technology_m * 1e9);
  const double schreier_db = std::min(213.781 - 2.8719 * log_rate, 128.307 + 3.2205 * enob);
  const double sndr_db = 6.0206 * enob + 1.7609;
  const double energy_pj = 0.5 * std::pow(10.0, -(schreier_db - sndr_db) / 10.0) *
                           std::exp(26.0496 + 1.8800 * log_technology - 2.8291 * std::log(enob) - 1.4702);
  const double area_um2 = std::exp(0.9933 * log_technology + 0.1807 * log_rate + 0.2991 * std::log(energy_pj) + 1.3462);
  return {energy_pj * picojoule, 0.0, area_um2 * square_micrometre,
          "best case of the ADC survey, regression of CiMLoop (Andrulis et al., ISPASS 2024), 4 bits at least; here " +
              converter_text(bits, rate_hz) + ", " + format_quantity(technology_m, Dimension::length)};
}

std::string beyond_adc_survey(unsigned bits, double rate_hz, double technology_m) {
  std::string faults;
  const auto add = [&faults](const std::string& text) { faults += (faults.empty() ? "" : "; ") + text; };
  if (bits < fewest_survey_bits) {
    add(fmt::format("{} bits: the fit begins at {} bits, whose energy and area stand instead", bits, fewest_survey_bits));
  } else if (bits > most_survey_bits) {
    add(fmt::format("{} bits: the survey ends at {} effective bits, the fit is extrapolated", bits, most_survey_bits));
  }
  if (rate_hz < lowest_survey_rate_hz || rate_hz > highest_survey_rate_hz) {
    add(fmt::format("{}: the fit is for {} to {} and is extrapolated", rate_text(rate_hz), rate_text(lowest_survey_rate_hz),
                    rate_text(highest_survey_rate_hz)));
  }
  if (technology_m < smallest_survey_node_m || technology_m > largest_survey_node_m) {
    add(fmt::format("a node of {}: the survey has {} to {}, the fit is extrapolated", format_quantity(technology_m, Dimension::length),
                    format_quantity(smallest_survey_node_m, Dimension::length), format_quantity(largest_survey_node_m, Dimension::length)));
  }
  return faults;
}

ComponentCost isaac_adc(unsigned bits, double rate_hz, double technology_m) {
  // The converter of the paper is that of Kull et al., ISSCC 2013, here at the rate published there; the table of the tile runs it at 1.28
  // GS/s.
  const double paper_rate_hz = 1.2e9;
  const ComponentCost survey = survey_adc(bits, rate_hz, technology_m);
  const ComponentCost survey_of_paper = survey_adc(8, paper_rate_hz, 32e-9);
  // Compute the ratios first: they are exactly 1 for the converter of the paper, which then has exactly the figures of the paper.
  return {2.0 * milliwatt / paper_rate_hz * (survey.energy_j / survey_of_paper.energy_j), 0.0,
          1200.0 * square_micrometre * (survey.area_m2 / survey_of_paper.area_m2),
          "Shafiee et al., ISCA 2016 (32 nm): 2 mW at 1.2 GS/s, 1200 um^2 for 8 bits; other bits and rates by the ratio of the ADC survey "
          "regression (Andrulis et al., CiMLoop, ISPASS 2024), 4 bits at least; here " +
              converter_text(bits, rate_hz)};
}

std::string converter_text(unsigned bits, double rate_hz) {
  return fmt::format("{} bits at {}", bits, rate_text(rate_hz));
}

}  // namespace memcosim
