// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/mapping/mapping.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/networks/mapping/stage_graph.hpp"

namespace memcosim {
namespace {

void check(const ArrayGeometry& geometry) {
  if (geometry.rows == 0 || geometry.columns == 0) throw InputError("the array needs at least one row and one column");
  if (!geometry.encoding->fits(geometry.columns)) {
    throw InputError(fmt::format("an array with {} columns cannot hold weights in encoding {}, which has {} bit lines for each output",
                                 geometry.columns, geometry.encoding->name, geometry.encoding->lines));
  }
  if (!(geometry.g_min_s >= 0.0 && geometry.g_max_s > geometry.g_min_s) || !std::isfinite(geometry.g_max_s)) {
    throw InputError(
        fmt::format("the conductance window {} S to {} S is empty; g_max must be above g_min", geometry.g_min_s, geometry.g_max_s));
  }
}

std::vector<std::uint16_t> tile_levels(const QuantisedStage& stage, std::uint32_t stage_outputs, const TilePlan& tile,
                                       const WeightEncoding& encoding, unsigned weight_bits) {
  std::vector<std::uint16_t> levels(std::size_t{tile.rows} * tile.columns, 0);
  const auto place = [&](std::uint16_t* row_levels, std::uint32_t output, std::int32_t weight, EncodedLine line) {
    row_levels[encoding.line_number(line, output)] = encoding.level(weight, weight_bits, line);
  };
  for (std::uint32_t row = 0; row < tile.rows; ++row) {
    std::uint16_t* row_levels = &levels[std::size_t{row} * tile.columns];
    for (std::uint8_t line = 0; line < encoding.shared_lines; ++line)
      place(row_levels, 0, 0, {true, line, 1});
    for (std::uint32_t output = 0; output < tile.outputs; ++output) {
      const std::int32_t weight = stage.weights[std::size_t{tile.first_row + row} * stage_outputs + tile.first_output + output];
      for (std::uint8_t line = 0; line < encoding.lines; ++line)
        place(row_levels, output, weight, {false, line, 1});
    }
  }
  return levels;
}

}  // namespace

MappingPlan map_network(const Network& network, const QuantisedNetwork& quantised, const ArrayGeometry& geometry) {
  check(geometry);
  const WeightEncoding& encoding = *geometry.encoding;
  const unsigned weight_bits = quantised.spec.weight_bits;
  const std::uint32_t outputs_per_array = encoding.outputs_of(geometry.columns);

  MappingPlan plan;
  plan.array_rows = geometry.rows;
  plan.array_columns = geometry.columns;
  plan.encoding = &encoding;
  plan.window = {geometry.g_min_s, geometry.g_max_s, encoding.levels(weight_bits)};
  for (std::uint32_t s = 0; s < quantised.stages.size(); ++s) {
    const QuantisedStage& stage = quantised.stages[s];
    const Layer& layer = network.layers[stage.layer];
    StagePlan stage_plan;
    stage_plan.name = layer.name;
    stage_plan.windows = static_cast<std::uint32_t>(layer.grid.windows());
    stage_plan.rows = static_cast<std::uint32_t>(layer.grid.rows());
    stage_plan.outputs = layer.outputs;
    stage_plan.row_blocks = (stage_plan.rows - 1) / geometry.rows + 1;
    for (std::uint32_t first_output = 0; first_output < layer.outputs; first_output += outputs_per_array) {
      for (std::uint32_t row_block = 0; row_block < stage_plan.row_blocks; ++row_block) {
        TilePlan tile;
        tile.stage = s;
        tile.row_block = row_block;
        tile.column_block = first_output / outputs_per_array;
        tile.first_row = row_block * geometry.rows;
        tile.rows = std::min(geometry.rows, stage_plan.rows - tile.first_row);
        tile.first_output = first_output;
        tile.outputs = std::min(outputs_per_array, layer.outputs - first_output);
        tile.columns = encoding.lines_of(tile.outputs);
        tile.levels = tile_levels(stage, layer.outputs, tile, encoding, weight_bits);
        stage_plan.tiles.push_back(static_cast<std::uint32_t>(plan.tiles.size()));
        plan.tiles.push_back(std::move(tile));
      }
    }
    plan.stages.push_back(std::move(stage_plan));
  }
  add_digital_work(network, quantised, plan);
  return plan;
}

std::vector<double> target_conductances(const MappingPlan& plan, std::uint32_t tile) {
  const TilePlan& part = plan.tiles.at(tile);
  return part.cell_targets_s.empty() ? level_conductances(plan, tile) : part.cell_targets_s;
}

std::vector<double> level_conductances(const MappingPlan& plan, std::uint32_t tile) {
  const TilePlan& part = plan.tiles.at(tile);
  std::vector<double> siemens(std::size_t{plan.array_rows} * plan.array_columns, plan.window.g_min);
  for (std::uint32_t row = 0; row < part.rows; ++row) {
    for (std::uint32_t column = 0; column < part.columns; ++column) {
      const std::uint16_t level = part.levels[std::size_t{row} * part.columns + column];
      // The highest level must not exceed g_max by a rounding error, since the cell could not hold it.
      siemens[std::size_t{row} * plan.array_columns + column] = std::min(plan.window.g_min + level * plan.window.step(), plan.window.g_max);
    }
  }
  return siemens;
}

}  // namespace memcosim
