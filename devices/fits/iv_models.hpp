// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/fits/iv_sweep.hpp"

namespace memcosim {

/// The current laws that are tried: the model's own, sinh, and a table whose logarithm of I / V is a smooth curve through a few points on
/// either side of 0 V, so that it may rectify.
enum class IvLaw { model, sinh, table };
const char* law_name(IvLaw law);

/// Data to which a model is fitted, with the model's signs of voltage and current.
struct IvData {
  std::vector<IvPoint> points;
  double highest_v;  ///< above 0 V; 0: not measured there
  double lowest_v;   ///< magnitude, below 0 V; 0: not measured there
  double read_voltage_v;
};

/// A device and the state in which a sweep begins.
struct IvDevice {
  CellSpec spec;
  double state;  ///< in the model's unit
};

/// A parameter as shown to the user.
struct IvQuantity {
  std::string name;
  std::string unit;
  double value;
};

/// A model parametrised by unbounded numbers, for a least-squares fit.
class IvModel {
 public:
  virtual ~IvModel() = default;
  IvModel(const IvModel&) = delete;
  IvModel& operator=(const IvModel&) = delete;

  /// Device of these numbers; nothing for numbers out of the model's range.
  virtual std::optional<IvDevice> device(const std::vector<double>& numbers) const = 0;
  /// The parameters that were fitted, always the same ones in the same order; none for numbers out of the model's range.
  virtual std::vector<IvQuantity> quantities(const std::vector<double>& numbers) const = 0;
  virtual std::vector<std::vector<double>> starts() const = 0;
  virtual bool has_state() const { return true; }
  /// Voltage above 0 V (or below) at which the state begins to move.
  virtual double threshold_v(const IvDevice& device, bool positive) const = 0;
  /// By how much the range of the state exceeds the visited range, as logarithms of ratios of conductances. A sweep does not determine a
  /// bound that it does not reach, so the fit keeps these near 0. Empty for models whose bounds are not fitted.
  virtual std::vector<double> unvisited(const IvDevice& device, const ConductanceRange& visited) const = 0;
  /// Limits the state to the range visited by the sweep, for models whose bounds are not fitted.
  virtual void narrow(CellSpec& spec, const ConductanceRange& visited) const = 0;

 protected:
  IvModel() = default;
};

/// `vteam`, `data_driven_2021` or `ohmic`.
std::unique_ptr<IvModel> make_iv_model(const std::string& name, IvLaw law, IvData data);

}  // namespace memcosim
