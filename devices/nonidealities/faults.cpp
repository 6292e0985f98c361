// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/nonidealities/faults.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/csv.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"
#include "memcosim/common/random.hpp"

namespace memcosim {

namespace {

// Event part of the address of draws with Purpose::faults: what the draw decides.
enum FaultDraw : std::uint64_t { of_cell, of_word_line, of_bit_line, of_cluster };

const std::vector<std::pair<std::string, CellFault>> fault_names = {{"none", CellFault::none},
                                                                    {"low_resistance", CellFault::stuck_low_resistance},
                                                                    {"high_resistance", CellFault::stuck_high_resistance},
                                                                    {"unformed", CellFault::unformed}};
const std::vector<std::pair<std::string, CellFault>> real_fault_names(fault_names.begin() + 1, fault_names.end());

const Range fractions{0.0, 1.0, false};
const Range conductances{0.0, 1e3, false};
constexpr std::uint32_t most_cluster_cells = 1u << 20;

bool is_fraction(double value) {
  return value >= 0.0 && value <= 1.0;
}

std::string name_of(CellFault fault) {
  return fault_names[static_cast<std::size_t>(fault)].first;
}

std::optional<std::uint32_t> index_of(const std::string& text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<CellFault> fault_of(const std::string& text) {
  for (const auto& [name, fault] : fault_names) {
    if (text == name) return fault;
  }
  return std::nullopt;
}

std::vector<FaultSpec::Mapped> read_csv_map(const std::filesystem::path& file, std::uint32_t array) {
  CsvReader rows = CsvReader::from_file(file);
  const std::vector<std::string> plain{"row", "column", "fault"};
  const std::vector<std::string> with_array{"array", "row", "column", "fault"};
  if (rows.header() != plain && rows.header() != with_array) {
    rows.refuse(fmt::format("the header is '{}', expected 'row,column,fault' or 'array,row,column,fault'", fmt::join(rows.header(), ",")));
  }
  const std::size_t first = rows.header() == with_array ? 1 : 0;
  std::vector<FaultSpec::Mapped> map;
  while (rows.next()) {
    const auto place = first == 1 ? index_of(rows.text(0)) : array;
    const auto row = index_of(rows.text(first));
    const auto column = index_of(rows.text(first + 1));
    const auto fault = fault_of(rows.text(first + 2));
    if (!place || !row || !column || !fault) {
      rows.refuse(fmt::format("expected indices from 0 and one of low_resistance, high_resistance, unformed, none: {}",
                              fmt::join(rows.fields(), ",")));
    }
    map.push_back({*place, *row, *column, *fault});
  }
  return map;
}

std::vector<FaultSpec::Mapped> read_npy_map(const std::filesystem::path& file, std::uint32_t array) {
  const NpyArray codes = read_npy(file);
  if (codes.shape.size() != 2)
    throw InputError(fmt::format("{}: {} dimensions, expected rows x columns", file.string(), codes.shape.size()));
  std::vector<FaultSpec::Mapped> map;
  for (std::size_t i = 0; i < codes.values.size(); ++i) {
    const double code = codes.values[i];
    const auto row = static_cast<std::uint32_t>(i / codes.shape[1]);
    const auto column = static_cast<std::uint32_t>(i % codes.shape[1]);
    if (code != 0.0 && code != 1.0 && code != 2.0 && code != 3.0) {
      throw InputError(fmt::format("{}: {} at row {}, column {} is none of 0 (none), 1 (low_resistance), 2 (high_resistance), 3 (unformed)",
                                   file.string(), code, row, column));
    }
    if (code != 0.0) map.push_back({array, row, column, static_cast<CellFault>(static_cast<int>(code))});
  }
  return map;
}

std::vector<FaultSpec::Mapped> read_map(const ConfigNode& node, const std::vector<FaultSpec::Mapped>& fallback) {
  const std::filesystem::path file = node.existing_file("file", "");
  const std::string place = node.text("array", "all");
  std::optional<std::uint32_t> array = FaultSpec::Mapped::every_array;
  if (place != "all") array = index_of(place);
  if (!array) {
    node.fault("array", fmt::format("'{}' is neither the number of an array nor 'all'", place));
    return fallback;
  }
  if (file.empty()) return fallback;
  try {
    return file.extension() == ".npy" ? read_npy_map(file, *array) : read_csv_map(file, *array);
  } catch (const InputError& error) {
    node.fault("file", error.what());
    return fallback;
  }
}

void strike_cells(const FaultSpec& spec, std::vector<CellFault>& faults, std::uint64_t seed, std::uint32_t array) {
  const double low = spec.low_resistance_share;
  const double high = low + spec.high_resistance_share;
  const double all = high + spec.unformed_share;
  if (!(all > 0.0)) return;
  for (std::size_t cell = 0; cell < faults.size(); ++cell) {
    const double u = random_uniform(seed, {Purpose::faults, array, static_cast<std::uint32_t>(cell), of_cell, 0});
    if (u < low) {
      faults[cell] = CellFault::stuck_low_resistance;
    } else if (u < high) {
      faults[cell] = CellFault::stuck_high_resistance;
    } else if (u < all) {
      faults[cell] = CellFault::unformed;
    }
  }
}

void strike_clusters(const FaultSpec::Clusters& clusters, std::vector<CellFault>& faults, std::uint32_t columns, std::uint64_t seed,
                     std::uint32_t array) {
  if (!(clusters.probability > 0.0)) return;
  const auto rows = static_cast<std::uint32_t>(faults.size() / columns);
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t column = 0; column < columns; ++column) {
      if (random_uniform(seed, {Purpose::faults, array, row * columns + column, of_cluster, 0}) >= clusters.probability) continue;
      const std::uint32_t room = clusters.along_rows ? columns - column : rows - row;
      for (std::uint32_t i = 0; i < std::min(clusters.length, room); ++i) {
        const std::size_t cell = clusters.along_rows ? std::size_t{row} * columns + column + i : std::size_t{row + i} * columns + column;
        faults[cell] = clusters.fault;
      }
    }
  }
}

void strike_lines(const FaultSpec::Lines& lines, std::vector<CellFault>& faults, std::uint32_t columns, std::uint64_t seed,
                  std::uint32_t array) {
  const auto rows = static_cast<std::uint32_t>(faults.size() / columns);
  for (std::uint32_t row = 0; row < rows && lines.word_line_share > 0.0; ++row) {
    if (random_uniform(seed, {Purpose::faults, array, row, of_word_line, 0}) >= lines.word_line_share) continue;
    for (std::uint32_t column = 0; column < columns; ++column)
      faults[std::size_t{row} * columns + column] = lines.fault;
  }
  for (std::uint32_t column = 0; column < columns && lines.bit_line_share > 0.0; ++column) {
    if (random_uniform(seed, {Purpose::faults, array, column, of_bit_line, 0}) >= lines.bit_line_share) continue;
    for (std::uint32_t row = 0; row < rows; ++row)
      faults[std::size_t{row} * columns + column] = lines.fault;
  }
}

void strike_mapped(const std::vector<FaultSpec::Mapped>& map, std::vector<CellFault>& faults, std::uint32_t columns, std::uint32_t array) {
  const std::size_t rows = faults.size() / columns;
  for (const FaultSpec::Mapped& cell : map) {
    if (cell.array != FaultSpec::Mapped::every_array && cell.array != array) continue;
    if (cell.row >= rows || cell.column >= columns) {
      throw InputError(fmt::format("the fault map names row {}, column {}, but array {} has {} rows and {} columns", cell.row, cell.column,
                                   array, rows, columns));
    }
    faults[std::size_t{cell.row} * columns + cell.column] = cell.fault;
  }
}

}  // namespace

double read_conductance_or_range(const ConfigNode& node, const char* key, double fallback) {
  const std::string word = node.text(key, fallback < 0.0 ? "range" : exact_quantity(fallback, Dimension::conductance));
  if (word == "range") return -1.0;
  try {
    const double value = parse_quantity(word, Dimension::conductance);
    if (value >= conductances.low && value <= conductances.high) return value;
    node.fault(key, fmt::format("{} is outside 0 S to 1000 S", word));
  } catch (const InputError& error) {
    node.fault(key, fmt::format("{}; or 'range' for the end of the cell's range", error.what()));
  }
  return fallback;
}

bool FaultSpec::is_off() const {
  return low_resistance_share == 0.0 && high_resistance_share == 0.0 && unformed_share == 0.0 && clusters.probability == 0.0 &&
         lines.word_line_share == 0.0 && lines.bit_line_share == 0.0 && map.empty();
}

std::vector<CellFault> make_faults(const FaultSpec& spec, std::uint32_t rows, std::uint32_t columns, std::uint64_t seed,
                                   std::uint32_t array) {
  if (spec.is_off() || rows == 0 || columns == 0) return {};
  std::vector<CellFault> faults(std::size_t{rows} * columns, CellFault::none);
  strike_cells(spec, faults, seed, array);
  strike_clusters(spec.clusters, faults, columns, seed, array);
  strike_lines(spec.lines, faults, columns, seed, array);
  strike_mapped(spec.map, faults, columns, array);
  const bool any = std::any_of(faults.begin(), faults.end(), [](CellFault fault) { return fault != CellFault::none; });
  if (!any) faults.clear();
  return faults;
}

FaultSpec read_faults(const ConfigNode& device, const FaultSpec& fallback, StuckConductances& stuck) {
  const ConfigNode node = device.map("faults");
  FaultSpec spec = fallback;
  spec.low_resistance_share = node.quantity("low_resistance_share", Dimension::dimensionless, fractions, fallback.low_resistance_share);
  spec.high_resistance_share = node.quantity("high_resistance_share", Dimension::dimensionless, fractions, fallback.high_resistance_share);
  spec.unformed_share = node.quantity("unformed_share", Dimension::dimensionless, fractions, fallback.unformed_share);
  if (spec.low_resistance_share + spec.high_resistance_share + spec.unformed_share > 1.0) {
    node.fault("", "the shares low_resistance_share, high_resistance_share and unformed_share add up to more than 1: lower them");
  }

  const ConfigNode clusters = node.map("clusters");
  spec.clusters.probability = clusters.quantity("probability", Dimension::dimensionless, fractions, fallback.clusters.probability);
  spec.clusters.length = static_cast<std::uint32_t>(clusters.integer("length", 1, most_cluster_cells, fallback.clusters.length));
  spec.clusters.along_rows =
      clusters.one_of<bool>("along", {{"rows", true}, {"columns", false}}, fallback.clusters.along_rows ? "rows" : "columns");
  spec.clusters.fault = clusters.one_of("fault", real_fault_names, name_of(fallback.clusters.fault));

  const ConfigNode lines = node.map("lines");
  spec.lines.word_line_share = lines.quantity("word_line_share", Dimension::dimensionless, fractions, fallback.lines.word_line_share);
  spec.lines.bit_line_share = lines.quantity("bit_line_share", Dimension::dimensionless, fractions, fallback.lines.bit_line_share);
  spec.lines.fault = lines.one_of("fault", real_fault_names, name_of(fallback.lines.fault));

  spec.map = read_map(node.map("map"), fallback.map);
  stuck.low_resistance_s = read_conductance_or_range(node, "low_resistance", stuck.low_resistance_s);
  stuck.high_resistance_s = read_conductance_or_range(node, "high_resistance", stuck.high_resistance_s);
  stuck.unformed_s = node.quantity("unformed", Dimension::conductance, conductances, stuck.unformed_s);
  return spec;
}

void check(const FaultSpec& spec) {
  const double sum = spec.low_resistance_share + spec.high_resistance_share + spec.unformed_share;
  if (!is_fraction(spec.low_resistance_share) || !is_fraction(spec.high_resistance_share) || !is_fraction(spec.unformed_share) ||
      !is_fraction(sum)) {
    throw InputError("faults: shares must be from 0 to 1, and their sum too");
  }
  if (!is_fraction(spec.clusters.probability) || spec.clusters.length < 1 || spec.clusters.length > most_cluster_cells ||
      !is_fraction(spec.lines.word_line_share) || !is_fraction(spec.lines.bit_line_share)) {
    throw InputError("faults: probabilities of clusters and lines must be from 0 to 1, the length of a cluster at least 1");
  }
}

void check(const StuckConductances& stuck) {
  if (!(stuck.low_resistance_s <= 1e3) || !(stuck.high_resistance_s <= 1e3) || !(stuck.unformed_s >= 0.0 && stuck.unformed_s <= 1e3)) {
    throw InputError("faults: stuck conductances must be from 0 S to 1000 S");
  }
}

}  // namespace memcosim
