// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/draw_limits.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "memcosim/common/units.hpp"
#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cell_variation.hpp"
#include "memcosim/devices/cells/cell_model.hpp"

namespace memcosim {
namespace {

constexpr double far_off = 100.0;       ///< ratio to the nominal value beyond which no real device spreads
constexpr double rare_share = 1e-6;     ///< warned share of draws clamped to a far limit: one such cell can carry most of the current
constexpr double common_share = 0.01;   ///< warned share of other clamped draws
constexpr double adjusted_share = 0.1;  ///< warned share of adjusted cells: measured arrays of wide spread have 6 % (presets_pulse.cpp)

/// True if `count` of `cells` exceeds the share by more than three standard deviations, so not by chance.
bool is_more(std::size_t count, double share, std::size_t cells) {
  const double expected = share * static_cast<double>(cells);
  return static_cast<double>(count) > expected + 3.0 * std::sqrt(expected * (1.0 - share));
}

struct Limits {
  double low;
  double high;
};

Limits limits_of(const Variation& variation, const Range& range) {
  return {std::max(variation.low, range.low), std::min(variation.high, range.high)};
}

bool is_far(double limit, double nominal) {
  const double ratio = std::fabs(limit / nominal);
  return std::isfinite(ratio) && ratio > 0.0 && !(ratio <= far_off && ratio >= 1.0 / far_off);
}

/// One limit of a variation, for a warning.
struct Side {
  const Variation* variation;
  const ParameterInfo* info;
  double nominal;
  bool low;

  double limit() const {
    const Limits limits = limits_of(*variation, info->range);
    return low ? limits.low : limits.high;
  }
  bool is_worth_a_sentence(double share) const {
    const bool own_range = limit() == (low ? info->range.low : info->range.high);
    return own_range && share > (is_far(limit(), nominal) ? rare_share : common_share);
  }
  std::string key(const char* kind) const { return fmt::format("device.variability.{}.{}", kind, info->name); }
  std::string limit_text() const {
    return fmt::format("the limit, {}, where the nominal value is {}", format_quantity(limit(), info->dimension),
                       format_quantity(nominal, info->dimension));
  }
  std::string advice() const {
    const bool may_be_log_normal =
        variation->distribution != Distribution::log_normal && nominal != 0.0 && (limit() == 0.0 || low == (nominal > 0.0));
    return fmt::format("Choose {}'limits: truncated' with a '{}' that such devices have, or a smaller sigma.",
                       may_be_log_normal ? "'distribution: log_normal', " : "", low ? "low" : "high");
  }
};

void warn_expected(const CellSpec& spec, const std::vector<Variation>& variations, const char* kind, std::vector<std::string>& warnings) {
  const CellModel& model = cell_model(spec.model);
  for (const Variation& variation : variations) {
    const ParameterInfo& info = model.parameters[variation.parameter];
    const double nominal = spec.parameters[variation.parameter];
    const ClampedShares shares = expected_clamped_shares(variation, nominal, info.range);
    for (const bool low : {true, false}) {
      const Side side{&variation, &info, nominal, low};
      const double share = low ? shares.low : shares.high;
      if (!side.is_worth_a_sentence(share)) continue;
      warnings.push_back(fmt::format("{}: {:.2g} % of the draws lie beyond what the model takes and become {}. {}", side.key(kind),
                                     100.0 * share, side.limit_text(), side.advice()));
    }
  }
}

}  // namespace

void count_clamped(const Variation& variation, const Range& range, double drawn, ClampedDraws& count) {
  if (variation.truncated || variation.sigma == 0.0) return;
  const Limits limits = limits_of(variation, range);
  if (drawn <= limits.low) ++count.low;
  if (drawn >= limits.high) ++count.high;
}

ClampedShares expected_clamped_shares(const Variation& variation, double mean, const Range& range) {
  if (variation.truncated || variation.sigma == 0.0) return {};
  const Limits limits = limits_of(variation, range);
  const double below = detail::varied_share(variation, mean, limits.low);
  // The upper tail is computed as the lower tail of the mirrored distribution, since 1 - share would cancel.
  double above = 0.0;
  if (variation.distribution == Distribution::normal) {
    above = detail::varied_share(variation, -mean, -limits.high);
  } else if (variation.distribution == Distribution::log_normal) {
    above = limits.high / mean > 0.0 ? detail::varied_share(variation, 1.0, mean / limits.high) : 0.0;
  } else {
    above = 1.0 - detail::varied_share(variation, mean, limits.high);
  }
  // For a negative parameter the tails are exchanged: it falls as the logarithm of its magnitude rises.
  if (variation.distribution == Distribution::log_normal && mean < 0.0) {
    return {limits.low / mean > 0.0 ? detail::varied_share(variation, 1.0, mean / limits.low) : 0.0,
            limits.high / mean > 0.0 ? detail::varied_share(variation, mean, limits.high) : 0.0};
  }
  return {below, above};
}

std::vector<std::string> spread_warnings(const CellSpec& spec) {
  std::vector<std::string> warnings;
  warn_expected(spec, spec.variations, "device_to_device", warnings);
  warn_expected(spec, spec.cycle_variations, "cycle_to_cycle", warnings);
  return warnings;
}

std::vector<std::string> counted_spread_warnings(const CellSpec& spec, const std::vector<ClampedDraws>& clamped, std::size_t adjusted,
                                                 std::size_t cells) {
  std::vector<std::string> warnings;
  const CellModel& model = cell_model(spec.model);
  const auto percent = [&](std::size_t count) { return 100.0 * static_cast<double>(count) / static_cast<double>(cells); };
  for (std::size_t i = 0; i < clamped.size(); ++i) {
    const Variation& variation = spec.variations[i];
    const ParameterInfo& info = model.parameters[variation.parameter];
    const double nominal = spec.parameters[variation.parameter];
    const ClampedShares expected = expected_clamped_shares(variation, nominal, info.range);
    for (const bool low : {true, false}) {
      const Side side{&variation, &info, nominal, low};
      const std::size_t count = low ? clamped[i].low : clamped[i].high;
      if (count == 0 || !side.is_worth_a_sentence(low ? expected.low : expected.high)) continue;
      warnings.push_back(fmt::format("{}: {} of {} cells ({:.2g} %) drew a value beyond what the model takes and got {}.",
                                     side.key("device_to_device"), count, cells, percent(count), side.limit_text()));
    }
  }
  if (is_more(adjusted, adjusted_share, cells)) {
    warnings.push_back(
        fmt::format("{} of {} cells ({:.2g} %) drew parameters that contradict each other, such as r_off below r_on, and were moved to the "
                    "nearest that do not: choose smaller sigmas, or 'low' and 'high' in device.variability that keep them apart.",
                    adjusted, cells, percent(adjusted)));
  }
  return warnings;
}

}  // namespace memcosim
