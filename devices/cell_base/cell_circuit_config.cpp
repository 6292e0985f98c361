// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/cell_base/cell_circuit_config.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/csv.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {

namespace {

/// From 0.02 V on, since sinh(10 V / 0.02 V) is about the largest value with which all products stay finite.
constexpr Range shape_voltage_range = {0.02, 1e3, false};
constexpr Range ohms_range = {0.0, 1e15, false};
constexpr Range positive_ohms_range = {1e-3, 1e15, false};
constexpr Range compliance_range = {1e-15, 1e3, false};
constexpr Range selector_current_range = {1e-30, 1.0, false};
constexpr Range threshold_range = {0.0, 1e3, false};

const char* law_word(CurrentLaw::Kind kind) {
  switch (kind) {
    case CurrentLaw::Kind::model:
      return "model";
    case CurrentLaw::Kind::sinh:
      return "sinh";
    case CurrentLaw::Kind::polynomial:
      return "polynomial";
    case CurrentLaw::Kind::table:
      return "table";
  }
  return "model";
}

const char* access_word(AccessDevice::Kind kind) {
  switch (kind) {
    case AccessDevice::Kind::none:
      return "none";
    case AccessDevice::Kind::transistor:
      return "transistor";
    case AccessDevice::Kind::selector_exponential:
      return "selector_exponential";
    case AccessDevice::Kind::selector_threshold:
      return "selector_threshold";
  }
  return "none";
}

const char* stepping_word(Stepping mode) {
  switch (mode) {
    case Stepping::automatic:
      return "automatic";
    case Stepping::exact:
      return "exact";
    case Stepping::adaptive:
      return "adaptive";
    case Stepping::sampled:
      return "sampled";
  }
  return "automatic";
}

/// Voltage up to which v + c2 v^2 + c3 v^3 is monotonic; at most `limit`.
double rising_up_to(double c2, double c3, double limit) {
  // First positive root of the slope 1 + 2 c2 v + 3 c3 v^2, in the form without cancellation.
  const double discriminant = c2 * c2 - 3.0 * c3;
  if (discriminant < 0.0) return limit;
  const double divisor = -c2 + std::sqrt(discriminant);
  if (divisor > 0.0) {
    const double root = 1.0 / divisor;
    return std::fmin(root, limit);
  }
  return limit;
}

/// Message for a polynomial law that does not rise everywhere; else empty.
std::string polynomial_fault(const CurrentLaw& law) {
  const double rises = rising_up_to(law.c2, law.c3, 2.0 * law.straight_above_v);
  if (rises > law.straight_above_v) return {};
  return fmt::format(
      "the current V + ({}) V |V| + ({}) V^3 falls above {:.6g} V: set 'straight_above' to a lower voltage, from which on the current is a "
      "straight line",
      exact_number(law.c2), exact_number(law.c3), rises);
}

/// Message for faults in one side of a table, empty if there are none; `sign`: sign of its voltages.
std::string side_fault(const CurrentLaw& law, int first, int count, double sign) {
  for (int i = first; i < first + count; ++i) {
    const double before_v = i == first ? 0.0 : law.volts[i - 1];
    const double before_i = i == first ? 0.0 : law.relative[i - 1];
    if (!(law.volts[i] > before_v && law.relative[i] > before_i && std::isfinite(law.volts[i]) && std::isfinite(law.relative[i]))) {
      return fmt::format("the current must rise strictly with the voltage and pass through 0 A at 0 V: the point at {} V does not",
                         sign * law.volts[i]);
    }
  }
  return {};
}

std::string table_fault(const CurrentLaw& law) {
  if (law.points < 1 || law.points_below < 0 || law.points + law.points_below > CurrentLaw::max_points) {
    return fmt::format("needs at least 1 point above 0 V and at most {} points in all, has {} above and {} below 0 V",
                       CurrentLaw::max_points, law.points, law.points_below);
  }
  const std::string fault = side_fault(law, 0, law.points, 1.0);
  return fault.empty() ? side_fault(law, law.points, law.points_below, -1.0) : fault;
}

/// Reads a CSV file with the columns voltage_v and current_a, rows in any order. A point at 0 V is ignored, since every law passes through
/// the origin.
CurrentLaw read_table(const std::filesystem::path& file) {
  CsvReader rows = CsvReader::from_file(file);
  const std::size_t volts = rows.column("voltage_v", "voltage_v and current_a");
  const std::size_t amperes = rows.column("current_a", "voltage_v and current_a");
  std::vector<std::pair<double, double>> points;
  while (rows.next()) {
    if (rows.number(volts) == 0.0 && rows.number(amperes) == 0.0) continue;
    if (points.size() == CurrentLaw::max_points) rows.refuse(fmt::format("more than {} points", CurrentLaw::max_points));
    points.emplace_back(rows.number(volts), rows.number(amperes));
  }
  const CurrentLaw law = table_law(std::move(points));
  const std::string fault = table_fault(law);
  if (!fault.empty()) throw InputError(fmt::format("{}: {}", file.string(), fault));
  return law;
}

CurrentLaw read_current_law(const ConfigNode& node, const CurrentLaw& fallback) {
  enum class Word { model, sinh, cubic, polynomial, table };
  CurrentLaw law = fallback;
  const Word word = node.one_of<Word>(
      "law",
      {{"model", Word::model}, {"sinh", Word::sinh}, {"cubic", Word::cubic}, {"polynomial", Word::polynomial}, {"table", Word::table}},
      law_word(fallback.kind));
  switch (word) {
    case Word::model:
      law.kind = CurrentLaw::Kind::model;
      break;
    case Word::sinh:
      law.kind = CurrentLaw::Kind::sinh;
      law.v0 = node.quantity("voltage", Dimension::voltage, shape_voltage_range, fallback.v0);
      break;
    case Word::cubic:
    case Word::polynomial: {
      law.kind = CurrentLaw::Kind::polynomial;
      const Range coefficient = Range::between(-1e6, 1e6);
      law.c2 = word == Word::cubic ? 0.0 : node.quantity("c2", Dimension::inverse_voltage, coefficient, fallback.c2);
      law.c3 = node.quantity("c3", Dimension::inverse_square_voltage, coefficient, fallback.c3);
      law.straight_above_v = node.quantity("straight_above", Dimension::voltage, {1e-3, 1e3, false}, fallback.straight_above_v);
      const std::string fault = polynomial_fault(law);
      if (!fault.empty()) node.fault("", fault);
      break;
    }
    case Word::table: {
      law.kind = CurrentLaw::Kind::table;
      const bool has_points = fallback.kind == CurrentLaw::Kind::table;
      const auto file = has_points ? node.existing_file("file", "") : node.existing_file("file");
      if (file.empty()) break;
      try {
        law = read_table(file);
      } catch (const InputError& error) {
        node.fault("file", error.what());
        law = {};
      }
      break;
    }
  }
  return law;
}

AccessDevice read_access(const ConfigNode& node, const AccessDevice& fallback) {
  using Kind = AccessDevice::Kind;
  AccessDevice access = fallback;
  access.kind = node.one_of<Kind>("kind",
                                  {{"none", Kind::none},
                                   {"transistor", Kind::transistor},
                                   {"selector_exponential", Kind::selector_exponential},
                                   {"selector_threshold", Kind::selector_threshold}},
                                  access_word(fallback.kind));
  // Keys of other kinds are not read, and so reported as unknown.
  switch (access.kind) {
    case Kind::none:
      break;
    case Kind::transistor:
      access.on_ohms = node.quantity("resistance", Dimension::resistance, ohms_range, fallback.on_ohms);
      // The default of 1 A, more than any cell carries, means no limit.
      access.compliance_a = node.quantity("compliance", Dimension::current, compliance_range, std::fmin(fallback.compliance_a, 1.0));
      break;
    case Kind::selector_exponential:
      access.i0_a = node.quantity("current", Dimension::current, selector_current_range, fallback.i0_a > 0.0 ? fallback.i0_a : 1e-9);
      access.v0_v = node.quantity("voltage", Dimension::voltage, shape_voltage_range, fallback.v0_v > 0.0 ? fallback.v0_v : 0.1);
      break;
    case Kind::selector_threshold:
      access.on_ohms = node.quantity("resistance", Dimension::resistance, ohms_range, fallback.on_ohms);
      access.off_ohms =
          node.quantity("off_resistance", Dimension::resistance, positive_ohms_range, fallback.off_ohms > 0.0 ? fallback.off_ohms : 1e9);
      access.threshold_v = node.quantity("threshold", Dimension::voltage, threshold_range, fallback.threshold_v);
      if (access.off_ohms < access.on_ohms) node.fault("off_resistance", "must not be below 'resistance', which holds above the threshold");
      break;
  }
  return access;
}

void require(bool fine, const char* message) {
  if (!fine) throw InputError(message);
}

bool within(double value, const Range& range) {
  return value >= range.low && value <= range.high;
}

}  // namespace

CurrentLaw table_law(std::vector<std::pair<double, double>> points) {
  CurrentLaw law;
  law.kind = CurrentLaw::Kind::table;
  std::sort(points.begin(), points.end());
  if (points.size() > CurrentLaw::max_points)
    throw InputError(fmt::format("current law table: more than {} points", CurrentLaw::max_points));
  int place = 0;
  for (const auto& [volts, amperes] : points) {
    if (volts < 0.0) continue;
    law.volts[place] = volts;
    law.relative[place++] = amperes;
    ++law.points;
  }
  for (auto point = points.rbegin(); point != points.rend(); ++point) {
    if (!(point->first < 0.0)) continue;
    law.volts[place] = -point->first;
    law.relative[place++] = -point->second;
    ++law.points_below;
  }
  return law;
}

CellCircuit read_cell_circuit(const ConfigNode& device, const CellCircuit& fallback) {
  return {read_current_law(device.map("current_law"), fallback.law), read_access(device.map("access"), fallback.access)};
}

SteppingSpec read_stepping(const ConfigNode& device, const SteppingSpec& fallback) {
  const ConfigNode node = device.map("stepping");
  SteppingSpec spec = fallback;
  spec.mode = node.one_of<Stepping>(
      "mode",
      {{"automatic", Stepping::automatic}, {"exact", Stepping::exact}, {"adaptive", Stepping::adaptive}, {"sampled", Stepping::sampled}},
      stepping_word(fallback.mode));
  spec.tolerance = node.number("tolerance", Range::between(1e-12, 1e-2), fallback.tolerance);
  spec.sample_s = node.quantity("sample", Dimension::time, Range::between(1e-15, 1.0), fallback.sample_s);
  return spec;
}

void check(const CellCircuit& circuit) {
  const CurrentLaw& law = circuit.law;
  switch (law.kind) {
    case CurrentLaw::Kind::model:
      break;
    case CurrentLaw::Kind::sinh:
      require(within(law.v0, shape_voltage_range), "current law sinh: its voltage must be 20 mV to 1 kV");
      break;
    case CurrentLaw::Kind::polynomial: {
      require(std::isfinite(law.c2) && std::isfinite(law.c3) && law.straight_above_v > 0.0 && std::isfinite(law.straight_above_v),
              "current law polynomial: needs finite coefficients and a positive voltage from which on it is straight");
      const std::string fault = polynomial_fault(law);
      if (!fault.empty()) throw InputError("current law polynomial: " + fault);
      break;
    }
    case CurrentLaw::Kind::table: {
      const std::string fault = table_fault(law);
      if (!fault.empty()) throw InputError("current law table: " + fault);
      break;
    }
  }
  const AccessDevice& access = circuit.access;
  switch (access.kind) {
    case AccessDevice::Kind::none:
      break;
    case AccessDevice::Kind::transistor:
      require(within(access.on_ohms, ohms_range) && access.compliance_a >= compliance_range.low,
              "access transistor: needs a resistance of 0 to 1e15 ohm and a compliance current above 1 fA");
      break;
    case AccessDevice::Kind::selector_exponential:
      require(within(access.i0_a, selector_current_range) && within(access.v0_v, shape_voltage_range),
              "exponential selector: needs a current of 1e-30 to 1 A and a voltage of 20 mV to 1 kV");
      break;
    case AccessDevice::Kind::selector_threshold:
      require(
          within(access.on_ohms, ohms_range) && within(access.off_ohms, positive_ohms_range) && access.off_ohms >= access.on_ohms &&
              within(access.threshold_v, threshold_range),
          "threshold selector: needs resistances of 0 to 1e15 ohm, the one below the threshold not smaller, and a threshold of 0 to 1 kV");
      break;
  }
}

void check(const SteppingSpec& stepping) {
  require(stepping.tolerance >= 1e-12 && stepping.tolerance <= 1e-2, "stepping: the tolerance must be 1e-12 to 1e-2");
  require(stepping.sample_s >= 1e-15 && stepping.sample_s <= 1.0, "stepping: the sample spacing must be 1 fs to 1 s");
}

}  // namespace memcosim
