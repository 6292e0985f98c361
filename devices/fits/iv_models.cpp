// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/fits/iv_models.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "memcosim/common/error.hpp"
#include "memcosim/devices/cell_base/cell_circuit_config.hpp"
#include "memcosim/devices/cells/data_driven_2021_cell.hpp"
#include "memcosim/devices/cells/ohmic_cell.hpp"
#include "memcosim/devices/cells/vteam_cell.hpp"

namespace memcosim {

namespace {

double logistic(double number) {
  return 1.0 / (1.0 + std::exp(-number));
}
double logit(double share) {
  return std::log(share / (1.0 - share));
}

bool within(double value, double low, double high) {
  return value >= low && value <= high;
}

/// The fitted numbers of a current law, which follow those of the model in the vector.
class LawNumbers {
 public:
  LawNumbers(IvLaw law, const IvData& data) : law_(law) {
    // From a sweep on one side of 0 V only an odd law can be fitted.
    above_v_ = data.highest_v > 0.0 ? data.highest_v : data.lowest_v;
    below_v_ = data.highest_v > 0.0 ? data.lowest_v : 0.0;
    if (law == IvLaw::sinh) {
      starts_ = {{std::log(above_v_)}, {std::log(std::fmax(above_v_ / 3.0, 0.03))}};
    } else if (law == IvLaw::table) {
      starts_ = {measured_curve(data), std::vector<double>(size())};
    } else {
      starts_ = {{}};
    }
  }

  std::size_t size() const { return law_ == IvLaw::model ? 0 : (law_ == IvLaw::sinh ? 1 : knots + (below_v_ > 0.0 ? 1 + knots : 0)); }
  const std::vector<std::vector<double>>& starts() const { return starts_; }

  /// Sets the law; false if the numbers do not give a rising law within its limits.
  bool apply(const double* numbers, CurrentLaw& law) const {
    if (law_ == IvLaw::model) return true;
    if (law_ == IvLaw::sinh) {
      law.kind = CurrentLaw::Kind::sinh;
      law.v0 = std::exp(numbers[0]);
      return within(law.v0, 0.02, 1e3);
    }
    std::vector<std::pair<double, double>> points;
    if (!sample(0.0, numbers, above_v_, 1.0, points)) return false;
    if (below_v_ > 0.0 && !sample(numbers[knots], numbers + knots + 1, below_v_, -1.0, points)) return false;
    law = table_law(std::move(points));
    return true;
  }

  void add_quantities(const double* numbers, std::vector<IvQuantity>& quantities) const {
    if (law_ == IvLaw::sinh) quantities.push_back({"current_law.voltage", "V", std::exp(numbers[0])});
  }

 private:
  static constexpr std::size_t knots = 4;     ///< per side, besides the one at 0 V
  static constexpr std::size_t samples = 32;  ///< per side: points of the resulting table

  /// ln(s / V) at a share of the highest voltage of a side: a Catmull-Rom spline through the knots, with the value `foot` at 0 V (0 on the
  /// positive side, where s begins as V; fitted on the negative side).
  static double curve(double foot, const double* numbers, double share) {
    double value[knots + 1] = {foot};
    std::copy(numbers, numbers + knots, value + 1);
    const auto slope = [&](std::size_t k) {
      if (k == 0) return value[1] - value[0];
      if (k == knots) return value[knots] - value[knots - 1];
      return 0.5 * (value[k + 1] - value[k - 1]);
    };
    const double place = share * static_cast<double>(knots);
    const auto k = std::min(static_cast<std::size_t>(place), knots - 1);
    const double t = place - static_cast<double>(k);
    const double rest = 1.0 - t;
    return rest * rest * ((1.0 + 2.0 * t) * value[k] + t * slope(k)) + t * t * ((3.0 - 2.0 * t) * value[k + 1] - rest * slope(k + 1));
  }

  static bool sample(double foot, const double* numbers, double side_v, double sign, std::vector<std::pair<double, double>>& points) {
    double before = 0.0;
    for (std::size_t i = 1; i <= samples; ++i) {
      const double share = static_cast<double>(i) / static_cast<double>(samples);
      const double volts = side_v * share;
      const double amperes = volts * std::exp(curve(foot, numbers, share));
      if (!(amperes > before * (1.0 + 1e-9)) || !std::isfinite(amperes)) return false;
      before = amperes;
      points.emplace_back(sign * volts, sign * amperes);
    }
    return true;
  }

  /// Start of the fit: mean of ln(I / V) around each knot, minus that near 0 V. Exact for a cell with one state.
  std::vector<double> measured_curve(const IvData& data) const {
    const auto mean_near = [&](double volts, double half_width) {
      double sum = 0.0;
      double count = 0.0;
      for (const IvPoint& point : data.points) {
        if (std::fabs(point.volts - volts) > half_width || !(point.volts * point.amperes > 0.0)) continue;
        sum += std::log(point.amperes / point.volts);
        count += 1.0;
      }
      return count > 0.0 ? sum / count : HUGE_VAL;
    };
    const double sign = data.highest_v > 0.0 ? 1.0 : -1.0;
    const double foot = mean_near(sign * 0.08 * above_v_, 0.07 * above_v_);
    std::vector<double> numbers;
    const auto add = [&](double volts, double half_width) {
      const double here = mean_near(volts, half_width);
      numbers.push_back(std::isfinite(foot) && std::isfinite(here) ? here - foot : 0.0);
    };
    const auto add_side = [&](double volts) {
      for (std::size_t k = 1; k <= knots; ++k)
        add(volts * static_cast<double>(k) / static_cast<double>(knots), std::fabs(volts) / 16.0);
    };
    add_side(sign * above_v_);
    if (below_v_ > 0.0) {
      add(-0.08 * below_v_, 0.07 * below_v_);
      add_side(-below_v_);
    }
    return numbers;
  }

  IvLaw law_;
  double above_v_;
  double below_v_;
  std::vector<std::vector<double>> starts_;
};

/// Lowest (5th percentile), highest (95th percentile) and first resistance at low voltages, where the state does not change. Only from
/// positive voltages if there are any, since a cell may conduct differently below 0 V.
struct LowVoltageOhms {
  double low;
  double high;
  double first;
};

LowVoltageOhms low_voltage_ohms(const IvData& data) {
  const double largest_v = std::max(data.highest_v, data.lowest_v);
  for (const double share : {0.15, 0.5, 1.0}) {
    std::vector<double> ohms;
    for (const IvPoint& point : data.points) {
      if (std::fabs(point.volts) > share * largest_v || std::fabs(point.volts) < 0.02 * largest_v) continue;
      if (data.highest_v > 0.0 && point.volts < 0.0) continue;
      if (point.volts * point.amperes > 0.0) ohms.push_back(point.volts / point.amperes);
    }
    if (ohms.size() < 3) continue;
    const double first = ohms.front();
    std::sort(ohms.begin(), ohms.end());
    const std::size_t out = ohms.size() / 20;
    return {ohms[out], ohms[ohms.size() - 1 - out], first};
  }
  throw InputError("the currents of the sweep have the signs of their voltages at fewer than 3 points: are the columns exchanged?");
}

/// All combinations of starts of the model and starts of the law.
std::vector<std::vector<double>> combined(const std::vector<std::vector<double>>& model, const std::vector<std::vector<double>>& law) {
  std::vector<std::vector<double>> all;
  for (const std::vector<double>& first : model) {
    for (const std::vector<double>& second : law) {
      all.push_back(first);
      all.back().insert(all.back().end(), second.begin(), second.end());
    }
  }
  return all;
}

/// A cell with one state: only the current law is fitted.
class OhmicIv final : public IvModel {
 public:
  OhmicIv(IvLaw law, IvData data) : data_(std::move(data)), law_(law, data_) {}

  std::optional<IvDevice> device(const std::vector<double>& numbers) const override {
    IvDevice device{default_cell_spec(OhmicCell::name), std::exp(numbers[0])};
    device.spec.parameters = {0.1 * device.state, device.state};
    if (!within(device.state, 1e-15, 1e3) || !law_.apply(numbers.data() + 1, device.spec.circuit.law)) return std::nullopt;
    return device;
  }
  std::vector<IvQuantity> quantities(const std::vector<double>& numbers) const override {
    std::vector<IvQuantity> all = {{"conductance", "S", std::exp(numbers[0])}};
    law_.add_quantities(numbers.data() + 1, all);
    return all;
  }
  std::vector<std::vector<double>> starts() const override {
    const LowVoltageOhms ohms = low_voltage_ohms(data_);
    return combined({{-0.5 * std::log(ohms.low * ohms.high)}}, law_.starts());
  }
  bool has_state() const override { return false; }
  double threshold_v(const IvDevice&, bool) const override { return 0.0; }
  std::vector<double> unvisited(const IvDevice&, const ConductanceRange&) const override { return {}; }
  void narrow(CellSpec&, const ConductanceRange&) const override {}

 private:
  IvData data_;
  LawNumbers law_;
};

/// VTEAM. The fitted number for the speed of a polarity is the logarithm of the distance that the state would move in the sweep without
/// bounds, relative to its range: it is nearly independent of threshold and exponent.
class VteamIv final : public IvModel {
 public:
  VteamIv(IvLaw law, IvData data) : data_(std::move(data)), law_(law, data_) {
    polarities_ = (data_.highest_v > 0.0 ? 1 : 0) + (data_.lowest_v > 0.0 ? 1 : 0);
  }

  std::optional<IvDevice> device(const std::vector<double>& numbers) const override {
    using Cell = VteamCell;
    IvDevice device{default_cell_spec(Cell::name), 0.0};
    std::vector<double>& p = device.spec.parameters;
    p[Cell::r_on] = std::exp(numbers[0]);
    p[Cell::r_off] = p[Cell::r_on] * (1.0 + std::exp(numbers[1]));
    const double sine = std::sin(numbers[2]);
    const double length = p[Cell::x_off] - p[Cell::x_on];
    device.state = p[Cell::x_on] + length * sine * sine;
    const double* polarity = numbers.data() + common;
    for (const double sign : {1.0, -1.0}) {
      const double side_v = sign > 0.0 ? data_.highest_v : data_.lowest_v;
      if (!(side_v > 0.0)) continue;
      const double threshold = side_v * logistic(polarity[0]);
      const double exponent = std::exp(polarity[1]);
      const double seconds = overdrive_seconds(sign, threshold, exponent);
      const double speed = length * std::exp(polarity[2]) / seconds;
      if (!within(threshold, 1e-6, 1e3) || !within(exponent, 0.05, 32.0) || !within(speed, 1e-30, 1e12)) return std::nullopt;
      p[sign > 0.0 ? Cell::v_off : Cell::v_on] = sign * threshold;
      p[sign > 0.0 ? Cell::alpha_off : Cell::alpha_on] = exponent;
      p[sign > 0.0 ? Cell::k_off : Cell::k_on] = sign * speed;
      polarity += per_polarity;
    }
    if (!within(p[Cell::r_on], 1e-3, 1e15) || !within(p[Cell::r_off], p[Cell::r_on] * Cell::least_ratio, 1e15)) return std::nullopt;
    if (!law_.apply(polarity, device.spec.circuit.law)) return std::nullopt;
    return device;
  }

  std::vector<IvQuantity> quantities(const std::vector<double>& numbers) const override {
    const std::optional<IvDevice> found = device(numbers);
    if (!found) return {};
    std::vector<IvQuantity> all;
    const auto add = [&](std::size_t parameter) {
      const ParameterInfo& info = VteamCell::parameters[parameter];
      all.push_back({info.name, std::string(unit_symbol(info.dimension)), found->spec.parameters[parameter]});
    };
    for (const std::size_t parameter : {VteamCell::r_on, VteamCell::r_off})
      add(parameter);
    if (data_.highest_v > 0.0) {
      for (const std::size_t parameter : {VteamCell::v_off, VteamCell::k_off, VteamCell::alpha_off})
        add(parameter);
    }
    if (data_.lowest_v > 0.0) {
      for (const std::size_t parameter : {VteamCell::v_on, VteamCell::k_on, VteamCell::alpha_on})
        add(parameter);
    }
    law_.add_quantities(numbers.data() + common + polarities_ * per_polarity, all);
    return all;
  }

  std::vector<std::vector<double>> starts() const override {
    const LowVoltageOhms ohms = low_voltage_ohms(data_);
    std::vector<std::vector<double>> starts;
    for (const double wider : {1.0, 2.0}) {
      const double low = ohms.low / wider;
      const double high = std::fmax(ohms.high * wider, 1.2 * low);
      const double share = std::clamp((ohms.first - low) / (high - low), 0.03, 0.97);
      const std::vector<double> first = {std::log(low), std::log(high / low - 1.0), std::asin(std::sqrt(share))};
      std::vector<std::vector<double>> sides = {{}};
      for (unsigned side = 0; side < polarities_; ++side) {
        std::vector<std::vector<double>> longer;
        for (const std::vector<double>& before : sides) {
          for (const double threshold : {0.3, 0.6, 0.85}) {
            for (const double exponent : {1.0, 3.0}) {
              for (const double way : {0.7, 4.0}) {
                longer.push_back(before);
                longer.back().insert(longer.back().end(), {logit(threshold), std::log(exponent), std::log(way)});
              }
            }
          }
        }
        sides = std::move(longer);
      }
      for (const std::vector<double>& side : sides) {
        starts.push_back(first);
        starts.back().insert(starts.back().end(), side.begin(), side.end());
      }
    }
    return combined(starts, law_.starts());
  }

  double threshold_v(const IvDevice& device, bool positive) const override {
    return device.spec.parameters[positive ? VteamCell::v_off : VteamCell::v_on];
  }
  std::vector<double> unvisited(const IvDevice& device, const ConductanceRange& visited) const override {
    const std::vector<double>& p = device.spec.parameters;
    return {std::log(p[VteamCell::r_off] * visited.low), std::log(p[VteamCell::r_on] * visited.high)};
  }
  void narrow(CellSpec&, const ConductanceRange&) const override {}

 private:
  static constexpr std::size_t common = 3;
  static constexpr std::size_t per_polarity = 3;

  /// Integral of (V / threshold - 1)^exponent over the time above the threshold, s.
  double overdrive_seconds(double sign, double threshold, double exponent) const {
    double sum = 0.0;
    for (std::size_t i = 1; i < data_.points.size(); ++i) {
      const double over = sign * data_.points[i].volts / threshold - 1.0;
      if (over > 0.0) sum += std::pow(over, exponent) * (data_.points[i].time_s - data_.points[i - 1].time_s);
    }
    return sum;
  }

  IvData data_;
  LawNumbers law_;
  unsigned polarities_;
};

/// The data-driven model of 2021 with its own current law, scaled so that a state R has the conductance 1 / R at low positive voltages. The
/// limits of the state are fitted by their values at the highest voltage and at half of it.
class DataDrivenIv final : public IvModel {
 public:
  explicit DataDrivenIv(IvData data) : data_(std::move(data)), ohms_(low_voltage_ohms(data_)) {
    if (!(data_.highest_v > 0.0 && data_.lowest_v > 0.0)) {
      throw InputError("--model data_driven_2021: needs a sweep on both sides of 0 V; vteam and ohmic do not");
    }
  }

  std::optional<IvDevice> device(const std::vector<double>& numbers) const override {
    using Cell = DataDriven2021Cell;
    IvDevice device{default_cell_spec(Cell::name), std::exp(numbers[0])};
    std::vector<double>& p = device.spec.parameters;
    p[Cell::r_on] = ohms_.low / spare;
    p[Cell::r_off] = ohms_.high * spare;
    if (!within(device.state, p[Cell::r_on], p[Cell::r_off])) return std::nullopt;
    const double span = ohms_.high - ohms_.low;
    for (const bool positive : {true, false}) {
      const double* n = numbers.data() + (positive ? 1 : 5);
      const double sign = positive ? 1.0 : -1.0;
      const double side_v = positive ? data_.highest_v : data_.lowest_v;
      const double at_end = std::exp(n[2]);
      const double at_half = std::exp(n[3]);
      const double slope = (at_end - at_half) / (0.5 * side_v) * sign;
      p[positive ? Cell::r_p1 : Cell::r_n1] = slope;
      p[positive ? Cell::r_p0 : Cell::r_n0] = at_end - slope * sign * side_v;
      p[positive ? Cell::A_p : Cell::A_n] = sign * std::exp(n[0]) / (span * seconds(sign));
      p[positive ? Cell::t_p : Cell::t_n] = -side_v * std::exp(n[1]);
    }
    const double* current = numbers.data() + 9;
    p[Cell::b_p] = std::exp(current[0]) / data_.highest_v;
    p[Cell::b_n] = std::exp(current[1]) / data_.lowest_v;
    p[Cell::a_p] = 1.0 / p[Cell::b_p];
    p[Cell::a_n] = std::exp(current[2]) / p[Cell::b_n];
    for (std::size_t i = 0; i < p.size(); ++i) {
      if (!within(p[i], Cell::parameters[i].range.low, Cell::parameters[i].range.high)) return std::nullopt;
    }
    if (Cell::inconsistency(p.data()).message != nullptr) return std::nullopt;
    return device;
  }

  std::vector<IvQuantity> quantities(const std::vector<double>& numbers) const override {
    using Cell = DataDriven2021Cell;
    const std::optional<IvDevice> found = device(numbers);
    if (!found) return {};
    const std::pair<std::size_t, const char*> fitted[] = {{Cell::A_p, "1/(ohm s)"}, {Cell::t_p, "V"},         {Cell::r_p0, "ohm"},
                                                          {Cell::r_p1, "ohm/V"},    {Cell::A_n, "1/(ohm s)"}, {Cell::t_n, "V"},
                                                          {Cell::r_n0, "ohm"},      {Cell::r_n1, "ohm/V"},    {Cell::a_p, "V"},
                                                          {Cell::b_p, "1/V"},       {Cell::a_n, "V"},         {Cell::b_n, "1/V"}};
    std::vector<IvQuantity> all;
    for (const auto& [parameter, unit] : fitted)
      all.push_back({Cell::parameters[parameter].name, unit, found->spec.parameters[parameter]});
    return all;
  }

  std::vector<std::vector<double>> starts() const override {
    std::vector<std::vector<double>> starts;
    for (const double pace_p : {1.0, 10.0, 100.0}) {
      for (const double pace_n : {1.0, 10.0, 100.0}) {
        for (const double saturation : {0.1, 1.0}) {
          for (const double bend : {0.3, 2.0}) {
            starts.push_back({std::log(ohms_.first), std::log(pace_p), std::log(saturation), std::log(0.9 * ohms_.low),
                              std::log(ohms_.high), std::log(pace_n), std::log(saturation), std::log(1.1 * ohms_.high), std::log(ohms_.low),
                              std::log(bend), std::log(bend), 0.0});
          }
        }
      }
    }
    return starts;
  }

  double threshold_v(const IvDevice&, bool positive) const override {
    // The model has no threshold: start ramps at half of the highest measured voltage.
    return positive ? 0.5 * data_.highest_v : -0.5 * data_.lowest_v;
  }

  std::vector<double> unvisited(const IvDevice&, const ConductanceRange&) const override { return {}; }
  void narrow(CellSpec& spec, const ConductanceRange& visited) const override {
    using Cell = DataDriven2021Cell;
    const CellParameters p(spec.parameters.data(), data_.read_voltage_v, nullptr);
    const double unit = Cell::conductance(p, 1.0);
    const double low = unit / visited.high;
    const double high = unit / visited.low;
    spec.parameters[Cell::r_on] = low * (1.0 - 1e-9);
    spec.parameters[Cell::r_off] = std::fmax(high * (1.0 + 1e-9), low * (1.0 + 2e-6));
  }

 private:
  static constexpr double spare = 10.0;  ///< factor by which the bounds are widened during the fit

  double seconds(double sign) const {
    double sum = 0.0;
    for (std::size_t i = 1; i < data_.points.size(); ++i) {
      if (sign * data_.points[i].volts > 0.0) sum += data_.points[i].time_s - data_.points[i - 1].time_s;
    }
    return sum;
  }

  IvData data_;
  LowVoltageOhms ohms_;
};

}  // namespace

const char* law_name(IvLaw law) {
  switch (law) {
    case IvLaw::model:
      return "model";
    case IvLaw::sinh:
      return "sinh";
    case IvLaw::table:
      return "table";
  }
  return "";
}

std::unique_ptr<IvModel> make_iv_model(const std::string& name, IvLaw law, IvData data) {
  if (name == VteamCell::name) return std::make_unique<VteamIv>(law, std::move(data));
  if (name == DataDriven2021Cell::name) return std::make_unique<DataDrivenIv>(std::move(data));
  return std::make_unique<OhmicIv>(law, std::move(data));
}

}  // namespace memcosim
