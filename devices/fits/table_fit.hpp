// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/devices/cell_base/conductance_range.hpp"
#include "memcosim/devices/cells/step_tables.hpp"
#include "memcosim/devices/fits/pulse_trains.hpp"

namespace memcosim {

/// Options of fit_step_tables().
struct FitOptions {
  std::size_t grid_points = 51;  ///< of the conductance axis, 2 to 4096
  std::size_t cdf_points = 101;  ///< of the probability axis, 2 to 4096
  double bandwidth = 1.0;        ///< half width of the window around a grid point in grid spacings, at least 0.5
  /// A window is widened until it holds this many samples (or all samples of the polarity). 0: a tenth of the polarity's samples, but at
  /// least 4 and at most 30.
  std::size_t minimum_samples = 0;
  /// Conductance that a step belongs to: `before` the pulse is what the model starts from; `middle` is the mean of before and after, as
  /// CrossSim has it, less biased where reads are noisier than steps.
  enum class Abscissa { before, middle };
  Abscissa abscissa = Abscissa::before;
  double trim = 0.001;     ///< share of the reads at each end that may not stretch a range: stray reads; 0 to 0.1
  std::uint64_t seed = 1;  ///< of the resampling that the Kolmogorov-Smirnov distance compares with
};

/// Agreement of a table with measured steps.
struct TableMatch {
  std::size_t compared = 0;       ///< steps from conductances within the polarity's range
  double residual_mean_s = 0.0;   ///< mean of measured step less the table's mean step
  double residual_sigma_s = 0.0;  ///< standard deviation of the same
  /// Kolmogorov-Smirnov distance: the greatest one between the distributions of the measured steps and of as many steps drawn from the
  /// table at the same conductances.
  double ks_distance = 0.0;
  double ks_limit = 0.0;  ///< what two samples of this size of one distribution exceed in 1 % of cases
};

/// One polarity of one device: the data and their agreement with the table.
struct PolarityReport : TableMatch {
  std::size_t samples = 0;  ///< steps: pairs of neighbouring reads
  std::size_t trains = 0;   ///< unbroken runs of pulses of this polarity
  double mean_voltage_v = 0.0;
  double lowest_v = 0.0;         ///< least magnitude, with its sign
  double highest_v = 0.0;        ///< greatest magnitude, with its sign
  double mean_duration_s = 0.0;  ///< 0: not known of all pulses
  double shortest_s = 0.0;
  double longest_s = 0.0;
  double g_low_s = 0.0;  ///< lowest and highest conductance at which a pulse started
  double g_high_s = 0.0;
  std::vector<double> g_s;       ///< the grid
  std::vector<double> mean_s;    ///< mean step at each grid point, of the table
  std::vector<double> sigma_s;   ///< standard deviation of the step at each grid point, of the table
  std::vector<double> window_s;  ///< half width of the window at each grid point
  TableMatch match;              ///< the table against the data that it was made from
};

/// Fit of one device.
struct DeviceFitReport {
  std::string name;
  ConductanceRange range{0.0, 0.0};  ///< of the table: all that was read before or after a pulse, without stray reads
  PolarityReport set;                ///< the polarity that raises the conductance
  PolarityReport reset;              ///< the one that lowers it
};

/// Result of fit_step_tables(): tables and a report per device.
struct TableFit {
  StepTableFile per_device;  ///< one table per device that had enough data
  StepTableFile pooled;      ///< one table from the data of all devices
  std::vector<DeviceFitReport> devices;
  DeviceFitReport pool;
  bool inverted = false;  ///< negative voltages raise the conductance; the tables' set is still the raising polarity
  std::vector<std::string> warnings;
};

/// Step tables from measured trains. Per polarity (sign of the voltage) every pair of reads around a pulse is a step dG at the conductance
/// before it. The mean step m(G) is a local linear fit with triangular weights around each grid point; the quantiles at a grid point are
/// those of m(G_grid) + dG - m(G) over the samples of its window, empirical CDF (rank + 1/2) / n, linear between. (CrossSim interpolates
/// each train to the grid first; that averages neighbouring steps and so loses up to a third of their variance.) Each polarity has a grid
/// of its own, over the conductances at which its pulses started; the device's range is that of all reads. A polarity without pulses has
/// no steps. Throws InputError when there is no step at all, or none that moves the conductance.
TableFit fit_step_tables(const PulseTrains& trains, const FitOptions& options);

/// A table against trains that need not be those it was made from. Polarities by the sign of the voltage: set is positive.
struct DeviceMatch {
  TableMatch set;
  TableMatch reset;
};
DeviceMatch match_table(const DeviceStepTable& table, const DevicePulses& device, const FitOptions& options);

}  // namespace memcosim
