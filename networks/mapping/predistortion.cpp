// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/mapping/predistortion.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "memcosim/common/error.hpp"
#include "memcosim/kernels/arrays/row_ladder.hpp"
#include "memcosim/kernels/circuits/port_reduction.hpp"
#include "memcosim/networks/mapping/mapping.hpp"

namespace memcosim {
namespace {

constexpr unsigned most_steps = 40;
constexpr double settled = 1e-2;             ///< convergence: no target moves by more than this share of a level
constexpr std::uint32_t finest_target = 64;  ///< steps of a target register per level
constexpr std::uint32_t most_codes = 1u << 16;

std::vector<double> effective(const MappingPlan& plan, const ArrayWires& wires, const std::vector<double>& siemens) {
  return PortReduction(array_circuit(wires, plan.array_rows, plan.array_columns, siemens)).effective_conductance();
}

/// Cells of a weight: the active one, which sets its magnitude, and the opposite one, which is subtracted.
struct WeightPlace {
  std::uint32_t output;  ///< number of the output in the tile
  std::size_t active;
  std::size_t opposite;  ///< the same as `active`: none
  double magnitude;      ///< S
};

template <class Use>
void for_each_weight(const MappingPlan& plan, const TilePlan& tile, Use use) {
  const WeightEncoding& encoding = *plan.encoding;
  const double step = plan.window.step();
  for (std::uint32_t row = 0; row < tile.rows; ++row) {
    const std::uint16_t* levels = tile.levels.data() + std::size_t{row} * tile.columns;
    const std::size_t first = std::size_t{row} * plan.array_columns;
    if (encoding.lines == 1) {  // also a line that all outputs share has a conductance of its own to reach
      for (std::uint32_t line = 0; line < tile.columns; ++line) {
        const std::uint32_t output = line < encoding.shared_lines ? 0 : line - encoding.shared_lines;
        use(WeightPlace{output, first + line, first + line, plan.window.g_min + levels[line] * step});
      }
      continue;
    }
    for (std::uint32_t output = 0; output < tile.outputs; ++output) {
      const std::uint32_t line = encoding.line_number({false, 0, 1}, output);
      const bool negative = levels[line + 1] > levels[line];
      const std::size_t active = first + line + (negative ? 1 : 0);
      const std::size_t opposite = first + line + (negative ? 0 : 1);
      use(WeightPlace{output, active, opposite, std::abs(levels[line] - levels[line + 1]) * step});
    }
  }
}

double weight_of(const WeightPlace& place, const std::vector<double>& siemens) {
  return place.active == place.opposite ? siemens[place.active] : siemens[place.active] - siemens[place.opposite];
}

/// Working data of the tiles of a stage.
struct StageWork {
  std::vector<std::vector<double>> siemens;  ///< per tile, conductances of the cells
  std::vector<std::vector<double>> seen;     ///< per tile, effective conductances
  std::vector<double> gains;                 ///< per output of the stage
};

class Predistorter {
 public:
  Predistorter(MappingPlan& plan, const ArrayWires& wires, const ConductanceRange& range) : plan_(plan), wires_(wires), range_(range) {}

  StageWork solve(std::size_t stage) const {
    const StagePlan& part = plan_.stages[stage];
    StageWork work;
    work.gains.assign(part.outputs, 1.0);
    for (const std::uint32_t tile : part.tiles) {
      work.siemens.push_back(level_conductances(plan_, tile));
      work.seen.push_back(effective(plan_, wires_, work.siemens.back()));
    }
    for (unsigned step = 0; step < most_steps; ++step) {
      if (plan_.encoding->lines == 2) fit_gains(part, work);
      if (move_targets(part, work) <= settled * plan_.window.step()) break;
    }
    return work;
  }

  double square_errors(const StagePlan& part, const StageWork& work) const {
    double squares = 0.0;
    for (std::size_t t = 0; t < part.tiles.size(); ++t) {
      const TilePlan& tile = plan_.tiles[part.tiles[t]];
      for_each_weight(plan_, tile, [&](const WeightPlace& place) {
        const double error = weight_of(place, work.seen[t]) / work.gains[tile.first_output + place.output] - place.magnitude;
        squares += error * error;
      });
    }
    return squares;
  }

  std::uint64_t bounded(const StagePlan& part, const StageWork& work) const {
    std::uint64_t cells = 0;
    for (std::size_t t = 0; t < part.tiles.size(); ++t) {
      for_each_weight(plan_, plan_.tiles[part.tiles[t]], [&](const WeightPlace& place) {
        const double target = work.siemens[t][place.active];
        if (place.magnitude > 0.0 && (target <= range_.low || target >= range_.high)) ++cells;
      });
    }
    return cells;
  }

 private:
  /// Least-squares fit of the gain of each output to its effective weights. While bounded cells are too small, each step lowers it a
  /// little, until the other cells are scaled to what those can reach.
  void fit_gains(const StagePlan& part, StageWork& work) const {
    std::vector<double> products(work.gains.size());
    std::vector<double> squares(work.gains.size());
    for (std::size_t t = 0; t < part.tiles.size(); ++t) {
      const TilePlan& tile = plan_.tiles[part.tiles[t]];
      for_each_weight(plan_, tile, [&](const WeightPlace& place) {
        products[tile.first_output + place.output] += weight_of(place, work.seen[t]) * place.magnitude;
        squares[tile.first_output + place.output] += place.magnitude * place.magnitude;
      });
    }
    for (std::size_t output = 0; output < work.gains.size(); ++output) {
      if (squares[output] > 0.0 && products[output] > 0.0) work.gains[output] = std::min(1.0, products[output] / squares[output]);
    }
  }

  /// Changes each target by the error of its weight; returns the largest change, S.
  double move_targets(const StagePlan& part, StageWork& work) const {
    double largest = 0.0;
    for (std::size_t t = 0; t < part.tiles.size(); ++t) {
      const TilePlan& tile = plan_.tiles[part.tiles[t]];
      std::vector<double>& siemens = work.siemens[t];
      for_each_weight(plan_, tile, [&](const WeightPlace& place) {
        if (place.magnitude == 0.0 || !(work.seen[t][place.active] > 0.0)) return;
        const double wanted = work.gains[tile.first_output + place.output] * place.magnitude;
        const double share = work.seen[t][place.active] / siemens[place.active];  // about d(effective) / d(cell conductance)
        const double next = std::clamp(siemens[place.active] + (wanted - weight_of(place, work.seen[t])) / share, range_.low, range_.high);
        largest = std::max(largest, std::fabs(next - siemens[place.active]));
        siemens[place.active] = next;
      });
      work.seen[t] = effective(plan_, wires_, siemens);
    }
    return largest;
  }

  MappingPlan& plan_;
  const ArrayWires& wires_;
  const ConductanceRange& range_;
};

/// Conductances that verify reads see, with the lines of their row, when every cell is on target.
std::vector<double> verify_targets(const MappingPlan& plan, const ArrayWires& wires, const std::vector<double>& siemens,
                                   const std::vector<double>& effective_s) {
  // In a passive array a verify read is a product with one input, so it sees the effective conductance itself.
  if (wires.selector == CellSelector::none) return effective_s;
  std::vector<double> seen(siemens.size());
  const std::vector<double> grounded(plan.array_columns);
  std::vector<CellTangent> cells(plan.array_columns);
  std::vector<RowLadder::Port> ports;
  for (std::uint32_t row = 0; row < plan.array_rows; ++row) {
    const double* own = siemens.data() + std::size_t{row} * plan.array_columns;
    for (std::uint32_t column = 0; column < plan.array_columns; ++column)
      cells[column] = {0.0, 0.0, own[column]};
    RowLadder(wires, plan.array_rows, plan.array_columns, row).solve(1.0, grounded.data(), cells, ports);
    for (std::uint32_t column = 0; column < plan.array_columns; ++column) {
      seen[std::size_t{row} * plan.array_columns + column] =
          own[column] * ports[column].open_volts / (1.0 + own[column] * ports[column].ohms);
    }
  }
  return seen;
}

/// Sets the codes of the target registers of all tiles, in the finest steps with which 16 bits reach the largest target; returns the steps
/// per level.
std::uint32_t set_target_codes(MappingPlan& plan, const std::vector<std::vector<double>>& verified) {
  double largest = plan.window.g_max;
  for (const std::vector<double>& tile : verified)
    largest = std::max(largest, *std::max_element(tile.begin(), tile.end()));
  std::uint32_t steps = finest_target;
  while (steps > 1 && (largest - plan.window.g_min) / plan.window.step() * steps + 1.0 > most_codes)
    steps /= 2;
  const double step = plan.window.step() / steps;
  for (std::size_t index = 0; index < plan.tiles.size(); ++index) {
    TilePlan& tile = plan.tiles[index];
    tile.target_codes.resize(tile.levels.size());
    for (std::size_t place = 0; place < tile.levels.size(); ++place) {
      const std::size_t cell = place / tile.columns * plan.array_columns + place % tile.columns;
      const double code = std::floor((verified[index][cell] - plan.window.g_min) / step + 0.5);
      tile.target_codes[place] = static_cast<std::uint16_t>(std::clamp(code, 0.0, double{most_codes - 1}));
    }
  }
  return steps;
}

double weights(const MappingPlan& plan) {
  double count = 0.0;
  for (const TilePlan& tile : plan.tiles)
    count += static_cast<double>(tile.rows) * (plan.encoding->lines == 1 ? tile.columns : tile.outputs);
  return count;
}

}  // namespace

LineEffects line_effects(const MappingPlan& plan, const ArrayWires& wires, const OnProgress& on_progress) {
  LineEffects result;
  double squares = 0.0;
  for (std::uint32_t index = 0; index < plan.tiles.size(); ++index) {
    const std::vector<double> seen = effective(plan, wires, level_conductances(plan, index));
    for_each_weight(plan, plan.tiles[index], [&](const WeightPlace& place) {
      const double error = weight_of(place, seen) - place.magnitude;
      squares += error * error;
    });
    if (on_progress) on_progress(index + 1, plan.tiles.size());
  }
  result.loss_rms_s = result.residual_rms_s = std::sqrt(squares / weights(plan));
  return result;
}

LineEffects predistort(MappingPlan& plan, const ArrayWires& wires, const ConductanceRange& range, const OnProgress& on_progress) {
  if (!wires.resistive()) throw InputError("targets that make up for the lines need lines with a resistance");
  LineEffects result = line_effects(plan, wires);
  const Predistorter predistorter(plan, wires, range);
  std::vector<std::vector<double>> verified(plan.tiles.size());
  double squares = 0.0;
  std::uint64_t done = 0;
  for (std::size_t stage = 0; stage < plan.stages.size(); ++stage) {
    StagePlan& part = plan.stages[stage];
    const StageWork work = predistorter.solve(stage);
    squares += predistorter.square_errors(part, work);
    result.bounded_cells += predistorter.bounded(part, work);
    result.smallest_gain = std::min(result.smallest_gain, *std::min_element(work.gains.begin(), work.gains.end()));
    part.output_gains = work.gains;
    for (std::size_t t = 0; t < part.tiles.size(); ++t) {
      verified[part.tiles[t]] = verify_targets(plan, wires, work.siemens[t], work.seen[t]);
      plan.tiles[part.tiles[t]].cell_targets_s = work.siemens[t];
    }
    done += part.tiles.size();
    if (on_progress) on_progress(done, plan.tiles.size());
  }
  result.residual_rms_s = std::sqrt(squares / weights(plan));
  result.steps_per_level = set_target_codes(plan, verified);
  return result;
}

}  // namespace memcosim
