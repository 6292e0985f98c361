// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/fits/iv_sweep.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "memcosim/common/csv.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/devices/fits/measured_columns.hpp"

namespace memcosim {

namespace {

constexpr const char* needed = "voltage and current, and a column of times if there is one, such as voltage_v,current_a,time_s";
constexpr double usual_rate_v_per_s = 1.0;

/// Sets the times of points without times: the voltage changes at a constant rate; a repeated voltage takes as long as the mean step.
void assign_times(std::vector<IvPoint>& points, double rate) {
  double way = 0.0;
  for (std::size_t i = 1; i < points.size(); ++i)
    way += std::fabs(points[i].volts - points[i - 1].volts);
  const double mean = way / static_cast<double>(points.size() - 1);
  for (std::size_t i = 1; i < points.size(); ++i) {
    const double step = std::fabs(points[i].volts - points[i - 1].volts);
    points[i].time_s = points[i - 1].time_s + (step > 0.0 ? step : mean) / rate;
  }
}

IvSweep read(CsvReader rows, double rate_v_per_s) {
  const MeasuredColumns columns(rows);
  std::optional<std::size_t> voltage = columns.find(MeasuredQuantity::voltage);
  std::optional<std::size_t> current = columns.find(MeasuredQuantity::current);
  std::optional<std::size_t> time = columns.find(MeasuredQuantity::time);
  const std::optional<std::size_t> device = columns.find(MeasuredQuantity::device);
  IvSweep sweep;
  sweep.source = rows.name();
  if (!rows.has_header()) {
    if (columns.size() != 2 && columns.size() != 3)
      rows.refuse(fmt::format("{} columns without titles: expected {}", columns.size(), needed));
    voltage = 0;
    current = 1;
    if (columns.size() == 3) time = 2;
    sweep.assumptions.emplace_back(columns.size() == 3 ? "no header: the columns are voltage, current and time"
                                                       : "no header: the columns are voltage and current");
  }
  if (!voltage || !current) {
    rows.refuse(fmt::format("the header '{}' has no column {}: expected {}", fmt::join(rows.header(), ","), voltage ? "current" : "voltage",
                            needed));
  }
  if (time && rate_v_per_s > 0.0) throw InputError(fmt::format("{}: has a column of times: leave --sweep-rate out", rows.name()));
  std::string name;
  while (rows.next()) {
    const IvPoint point{time ? columns[*time].unit * rows.number(*time) : 0.0, columns[*voltage].unit * rows.number(*voltage),
                        columns[*current].unit * rows.number(*current)};
    if (device && !sweep.points.empty() && rows.text(*device) != name) {
      rows.refuse(fmt::format("device '{}' after device '{}': a fit is of one device, keep its rows alone", rows.text(*device), name));
    }
    if (device) name = rows.text(*device);
    if (time && !sweep.points.empty() && !(point.time_s > sweep.points.back().time_s)) {
      rows.refuse(fmt::format("{} is {}, expected more than in the row before", rows.header()[*time], rows.text(*time)));
    }
    sweep.points.push_back(point);
  }
  if (sweep.points.size() < 3) throw InputError(fmt::format("{}: {} points, at least 3 are needed", rows.name(), sweep.points.size()));
  const auto [low, high] =
      std::minmax_element(sweep.points.begin(), sweep.points.end(), [](const IvPoint& a, const IvPoint& b) { return a.volts < b.volts; });
  if (!(low->volts < high->volts)) throw InputError(fmt::format("{}: the voltage is {} V at all points", rows.name(), low->volts));
  if (!time) {
    const double rate = rate_v_per_s > 0.0 ? rate_v_per_s : usual_rate_v_per_s;
    assign_times(sweep.points, rate);
    if (!(rate_v_per_s > 0.0)) sweep.assumed_rate_v_per_s = rate;
  }
  return sweep;
}

}  // namespace

IvSweep parse_iv_sweep(std::string_view text, const std::string& name, double rate_v_per_s) {
  return read(CsvReader::with_or_without_header(std::string(text), name), rate_v_per_s);
}

IvSweep read_iv_sweep(const std::filesystem::path& file, double rate_v_per_s) {
  return parse_iv_sweep(read_file(file), file.string(), rate_v_per_s);
}

bool is_iv_sweep(const std::filesystem::path& file) {
  const CsvReader rows = CsvReader::with_or_without_header(read_file(file), file.string());
  const MeasuredColumns columns(rows);
  return columns.find(MeasuredQuantity::voltage) && columns.find(MeasuredQuantity::current) && !columns.find(MeasuredQuantity::pulse);
}

}  // namespace memcosim
