// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/iv_sweep.hpp"

namespace memcosim {

/// The current laws that are tried: the model's own, sinh, and a table whose logarithm of I / V is a smooth curve through a few points on
/// either side of 0 V, so that it may rectify.
enum class IvLaw { model, sinh, table };
const char* law_name(IvLaw law);

/// What a model is fitted to, in its own signs.
struct IvData {
  std::vector<IvPoint> points;
  double highest_v;  ///< above 0 V; 0: not measured there
  double lowest_v;   ///< magnitude, below 0 V; 0: not measured there
  double read_voltage_v;
};

/// A device and the state in which a sweep begins.
struct IvDevice {
  CellSpec spec;
  double state;
};

/// A parameter as the user sees it.
struct IvQuantity {
  std::string name;
  std::string unit;
  double value;
};

/// A model in terms of unbounded numbers that a least-squares fit can move.
class IvModel {
 public:
  virtual ~IvModel() = default;
  IvModel(const IvModel&) = delete;
  IvModel& operator=(const IvModel&) = delete;

  /// Nothing for numbers out of the model's range.
  virtual std::optional<IvDevice> device(const std::vector<double>& numbers) const = 0;
  /// The parameters that were fitted, always the same ones in the same order; none for numbers out of the model's range.
  virtual std::vector<IvQuantity> quantities(const std::vector<double>& numbers) const = 0;
  virtual std::vector<std::vector<double>> starts() const = 0;
  virtual bool has_state() const { return true; }
  /// Voltage above 0 V (or below) at which the state begins to move.
  virtual double threshold_v(const IvDevice& device, bool positive) const = 0;
  /// How much wider the range of the state is than what it visited, as logarithms of ratios of conductances. A sweep that does not reach a
  /// bound says nothing of it: the fit keeps these near 0. Empty for models whose bounds are not fitted.
  virtual std::vector<double> unvisited(const IvDevice& device, const ConductanceRange& visited) const = 0;
  /// Keeps the state within what the sweep showed, for models whose bounds are not fitted.
  virtual void narrow(CellSpec& spec, const ConductanceRange& visited) const = 0;

 protected:
  IvModel() = default;
};

/// `vteam`, `data_driven_2021` or `ohmic`.
std::unique_ptr<IvModel> make_iv_model(const std::string& name, IvLaw law, IvData data);

}  // namespace memcosim
