// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "memcosim/devices/cell_base/parameter_info.hpp"
#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/cells/cell_model.hpp"

namespace memcosim {

/// A state-based model as its paper writes it, coded again without the library, with pulses that move it visibly.
struct PublishedCell {
  std::string name;
  std::string model;
  std::vector<double> parameters;
  std::function<double(double, double)> rate;     ///< of state and voltage
  std::function<double(double, double)> current;  ///< of state and voltage
  double low;
  double high;
  std::vector<double> volts;
  std::vector<double> seconds;
  bool exact;  ///< a pulse has a closed form
};

inline std::vector<double> with(const std::string& model, const std::vector<std::pair<std::string, double>>& changes) {
  std::vector<double> values = default_cell_spec(model).parameters;
  const CellModel& info = cell_model(model);
  for (const auto& [name, value] : changes) {
    for (std::size_t i = 0; i < info.parameter_count; ++i) {
      if (name == info.parameters[i].name) values[i] = value;
    }
  }
  return values;
}

/// The window functions of the literature (devices/cell_base/windows.hpp names the papers); `up`: the state rises.
inline double literature_window(const std::string& name, double x, bool up, double p, double j) {
  if (name == "strukov") return x - x * x;
  if (name == "joglekar") return 1.0 - std::pow(std::fabs(2.0 * x - 1.0), 2.0 * p);
  if (name == "biolek") return 1.0 - std::pow(std::fabs(x - (up ? 0.0 : 1.0)), 2.0 * p);
  if (name == "prodromakis") return j * (1.0 - std::pow((x - 0.5) * (x - 0.5) + 0.75, p));
  return 1.0;
}

inline double window_index(const std::string& name) {
  const std::vector<std::string> names = {"none", "strukov", "joglekar", "biolek", "prodromakis", "team"};
  return static_cast<double>(std::find(names.begin(), names.end(), name) - names.begin());
}

inline PublishedCell published_ion_drift(const std::string& window, double p) {
  const double r_on = 100.0;
  const double r_off = 16e3;
  const auto ohms = [=](double x) { return r_on * x + r_off * (1.0 - x); };
  PublishedCell cell{
      "ion drift " + window,
      "linear_ion_drift",
      with("linear_ion_drift", {{"window", window_index(window)}, {"window_p", p}, {"window_j", 0.8}}),
      [=](double x, double v) { return 1e-14 * r_on / (10e-9 * 10e-9) * v / ohms(x) * literature_window(window, x, v > 0.0, p, 0.8); },
      [=](double x, double v) { return v / ohms(x); },
      0.0,
      1.0,
      {1.0, -1.0, 3.0},
      {1e-6, 1e-2, 0.3, 1.0},
      window == "none"};
  return cell;
}

inline PublishedCell published_vteam(const std::string& window, bool exponential, double p) {
  const double r_on = 1e4;
  const double r_off = 1e6;
  const double length = 3e-9;
  const auto ohms = [=](double x) { return exponential ? r_on * std::pow(r_off / r_on, x / length) : r_on + (r_off - r_on) * x / length; };
  return {"vteam " + window + (exponential ? " exponential" : " linear"),
          "vteam",
          with("vteam", {{"r_on", r_on},
                         {"r_off", r_off},
                         {"k_on", -1.6e-3},
                         {"k_off", 1.6e-3},
                         {"alpha_on", 3.0},
                         {"alpha_off", 2.5},
                         {"v_on", -0.9},
                         {"v_off", 0.8},
                         {"resistance", exponential ? 1.0 : 0.0},
                         {"window", window_index(window)},
                         {"window_p", p},
                         {"window_j", 0.8}}),
          [=](double x, double v) {
            const double factor = literature_window(window, x / length, v > 0.0, p, 0.8);
            if (v > 0.8) return 1.6e-3 * std::pow(v / 0.8 - 1.0, 2.5) * factor;
            if (v < -0.9) return -1.6e-3 * std::pow(v / -0.9 - 1.0, 3.0) * factor;
            return 0.0;
          },
          [=](double x, double v) { return v / ohms(x); },
          0.0,
          length,
          {1.3, -1.5, 2.2, 0.5},
          {1e-8, 1e-6, 2e-5},
          window == "none"};
}

inline PublishedCell published_team(const std::string& window, bool exponential) {
  const double r_on = 100.0;
  const double r_off = 1000.0;
  const double length = 3e-9;
  const auto ohms = [=](double x) {
    return exponential ? r_on * std::exp(std::log(r_off / r_on) * x / length) : r_on + (r_off - r_on) * x / length;
  };
  return {"team " + window + (exponential ? " exponential" : " linear"),
          "team",
          with("team", {{"resistance", exponential ? 1.0 : 0.0},
                        {"window", window_index(window)},
                        {"k_on", -2e-3},
                        {"k_off", 3e-3},
                        {"alpha_on", 2.0},
                        {"alpha_off", 3.0},
                        {"i_on", -1e-3},
                        {"i_off", 1e-3},
                        {"a_on", 0.3e-9},
                        {"a_off", 2.5e-9},
                        {"w_c", 0.2e-9}}),
          [=](double x, double v) {
            const double i = v / ohms(x);
            const bool up = i > 0.0;
            double factor = literature_window(window, x / length, up, 1.0, 1.0);
            if (window == "team") factor = std::exp(-std::exp(up ? (x - 2.5e-9) / 0.2e-9 : -(x - 0.3e-9) / 0.2e-9));
            if (i > 1e-3) return 3e-3 * std::pow(i / 1e-3 - 1.0, 3.0) * factor;
            if (i < -1e-3) return -2e-3 * std::pow(i / -1e-3 - 1.0, 2.0) * factor;
            return 0.0;
          },
          [=](double x, double v) { return v / ohms(x); },
          0.0,
          length,
          {0.8, -1.3, 2.0},
          {1e-8, 1e-6, 1e-5},
          false};
}

inline PublishedCell published_stanford_pku() {
  const auto current = [](double gap, double v) { return 1e-3 * std::exp(-gap / 0.25e-9) * std::sinh(v / 0.25); };
  const double q = 1.602176634e-19;
  const double k = 1.380649e-23;
  return {"stanford_pku",
          "stanford_pku",
          with("stanford_pku", {}),
          [=](double gap, double v) {
            const double kelvin = 298.0 + std::fabs(v * current(gap, v)) * 2.1e3;
            double gamma = 16.0 - 0.8 * std::pow(gap / 1e-9, 3.0);
            if (gamma * std::fabs(v) / 12e-9 < 1.4e9) gamma = 0.0;
            return -10.0 * std::exp(-q * 0.6 / (k * kelvin)) * std::sinh(gamma * 0.25e-9 / 12e-9 * q * v / (k * kelvin));
          },
          current,
          0.2e-9,
          1.7e-9,
          {1.3, 1.6, -1.3, -1.6},
          {1e-9, 1e-8, 3e-7},
          false};
}

inline PublishedCell published_data_driven_2018() {
  return {"data_driven_2018",
          "data_driven_2018",
          with("data_driven_2018", {}),
          [](double ohms, double v) {
            if (v > 0.0 && ohms < 16.71e3) return 743.47 * (std::exp(6.51 * v) - 1.0) * (std::exp(5.11e-4 * (16.71e3 - ohms)) - 1.0);
            const double limit = 29.30e3 + 23.69e3 * v;
            if (v < 0.0 && ohms > limit) return -6.80e4 * (std::exp(0.31 * -v) - 1.0) * (std::exp(1.17e-3 * (ohms - limit)) - 1.0);
            return 0.0;
          },
          [](double ohms, double v) { return 0.24 / ohms * std::sinh(2.81 * v); },
          2e3,
          16.7e3,
          {0.7, 0.9, -0.6, -0.9},
          {1e-7, 1e-5, 1e-3},
          true};
}

inline PublishedCell published_data_driven_2021() {
  return {"data_driven_2021",
          "data_driven_2021",
          with("data_driven_2021", {}),
          [](double ohms, double v) {
            if (v > 0.0) {
              const double limit = 2699.2336 - 672.930205 * v;
              return ohms > limit ? 600.10075 * (std::exp(v / -0.0212028) - 1.0) * (limit - ohms) * (limit - ohms) : 0.0;
            }
            const double limit = 649.413746 - 1474.32358 * v;
            return ohms < limit ? -34.5988399 * (std::exp(-v / -0.05343997) - 1.0) * (ohms - limit) * (ohms - limit) : 0.0;
          },
          [](double ohms, double v) { return 0.32046175 / ohms * std::sinh(2.71689828 * v); },
          1600.0,
          3000.0,
          {0.3, 1.0, -1.0, -1.5},
          {1e-8, 1e-6, 1e-4},
          true};
}

inline std::vector<PublishedCell> published_cells() {
  std::vector<PublishedCell> cells = {published_vteam("none", false, 1.0),
                                      published_vteam("none", true, 1.0),
                                      published_vteam("joglekar", true, 2.0),
                                      published_vteam("biolek", false, 3.0),
                                      published_vteam("prodromakis", true, 2.5),
                                      published_ion_drift("none", 1.0),
                                      published_ion_drift("strukov", 1.0),
                                      published_ion_drift("biolek", 2.0),
                                      published_team("none", false),
                                      published_team("none", true),
                                      published_team("team", false),
                                      published_team("biolek", true),
                                      published_stanford_pku(),
                                      published_data_driven_2018(),
                                      published_data_driven_2021()};
  return cells;
}

}  // namespace memcosim
