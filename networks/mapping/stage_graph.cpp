// SPDX-License-Identifier: Apache-2.0
#include "memcosim/networks/mapping/stage_graph.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace memcosim {
namespace {

constexpr std::uint64_t word_bytes = 4;

class StageGraph {
 public:
  StageGraph(const Network& network, const QuantisedNetwork& quantised) : network_(network), quantised_(quantised) {
    for (std::size_t i = 0; i < network.layers.size(); ++i) {
      std::set<std::int32_t> from;
      if (quantised.stage_of_layer[i] >= 0) {
        from.insert(quantised.stage_of_layer[i]);
      } else {
        for (const std::int32_t input : network.layers[i].inputs) {
          const auto& further = sources(input);
          from.insert(further.begin(), further.end());
        }
      }
      sources_.push_back(std::move(from));
    }
  }

  /// The stages (or -1: the network input) from whose results a value is computed without further arrays.
  const std::set<std::int32_t>& sources(std::int32_t value) const {
    static const std::set<std::int32_t> input_alone{network_input};
    return value == network_input ? input_alone : sources_[static_cast<std::size_t>(value)];
  }
  /// The stage whose digital units compute a value: the last of its sources; the first stage for values from the network input alone.
  std::size_t owner(std::int32_t value) const { return static_cast<std::size_t>(std::max(*sources(value).rbegin(), 0)); }
  bool from_input_alone(std::int32_t value) const { return *sources(value).rbegin() == network_input; }
  std::uint64_t elements(std::int32_t value) const { return element_count(network_.shape_of(value)); }
  std::uint64_t code_bytes(std::int32_t value) const { return (elements(value) * quantised_.spec.input_bits + 7) / 8; }

  void count_stage(std::size_t s, StagePlan& plan, const WeightEncoding& encoding) const {
    const Layer& layer = network_.layers[quantised_.stages[s].layer];
    const auto& from = sources(layer.inputs[0]);
    plan.predecessors.assign(from.begin(), from.end());
    plan.input_bytes = code_bytes(layer.inputs[0]);
    const std::uint64_t sums = std::uint64_t{plan.windows} * plan.outputs;
    plan.digital.additions += sums * plan.row_blocks;  // partial sums of the row blocks, and the bias with all constant corrections
    if (encoding.input_factor(quantised_.spec.weight_bits) != 0 || encoding.net_lines_of_output() != 0) {
      // The sum of the inputs of each window, and the subtraction of the contribution of the offsets of levels and conductances from each output.
      plan.digital.additions += std::uint64_t{plan.windows} * (plan.rows - 1) + sums;
    }
  }

  void count_layer(std::int32_t index, DigitalWork& work) const {
    const Layer& layer = network_.layers[static_cast<std::size_t>(index)];
    switch (layer.kind) {
      case LayerKind::relu:
        work.activations += elements(index);
        break;
      case LayerKind::add:
        work.additions += elements(index);
        break;
      case LayerKind::max_pool:
        work.comparisons += elements(index) * (layer.grid.taps() - 1);
        break;
      case LayerKind::average_pool:
        work.additions += elements(index) * (layer.grid.taps() - 1);
        break;
      case LayerKind::dense:
      case LayerKind::convolution:
      case LayerKind::reshape:
        break;
    }
  }

  /// Counts the normalisation of the input, one operation per element, unless all stages that read it take the pixels directly.
  void count_normalisation(MappingPlan& plan) const {
    if (network_.normalisation.empty()) return;
    bool normalised = false;
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      const bool matrix = quantised_.stage_of_layer[i] >= 0;
      const bool pixels = matrix && quantised_.stages[static_cast<std::size_t>(quantised_.stage_of_layer[i])].reads_pixels;
      if (network_.layers[i].kind == LayerKind::reshape) continue;
      for (const std::int32_t input : network_.layers[i].inputs)
        normalised = normalised || (from_input_alone(input) && !pixels);
    }
    if (normalised) plan.stages.front().digital.activations += elements(network_input);
  }

  /// Counts the values that a stage writes: codes for a matrix layer, words for a residual add of a later stage.
  void count_writes(MappingPlan& plan) const {
    std::set<std::int32_t> as_codes;
    std::set<std::int32_t> as_words{network_.output};
    for (std::size_t i = 0; i < network_.layers.size(); ++i) {
      for (const std::int32_t input : network_.layers[i].inputs) {
        if (is_matrix(network_.layers[i].kind)) {
          as_codes.insert(input);
        } else if (owner(input) != owner(static_cast<std::int32_t>(i))) {
          as_words.insert(input);
        }
      }
    }
    for (const std::int32_t value : as_codes) {
      if (from_input_alone(value)) continue;  // pixels arrive as codes
      plan.stages[owner(value)].digital.activations += elements(value);
      plan.stages[owner(value)].output_bytes += code_bytes(value);
    }
    for (const std::int32_t value : as_words) {
      if (!from_input_alone(value)) plan.stages[owner(value)].output_bytes += elements(value) * word_bytes;
    }
  }

 private:
  const Network& network_;
  const QuantisedNetwork& quantised_;
  std::vector<std::set<std::int32_t>> sources_;
};

}  // namespace

void add_digital_work(const Network& network, const QuantisedNetwork& quantised, MappingPlan& plan) {
  const StageGraph graph(network, quantised);
  for (std::size_t s = 0; s < plan.stages.size(); ++s)
    graph.count_stage(s, plan.stages[s], *plan.encoding);
  for (std::size_t i = 0; i < network.layers.size(); ++i) {
    const auto index = static_cast<std::int32_t>(i);
    graph.count_layer(index, plan.stages[graph.owner(index)].digital);
  }
  graph.count_normalisation(plan);
  graph.count_writes(plan);
}

}  // namespace memcosim
