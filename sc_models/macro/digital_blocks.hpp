// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "memcosim/sc_models/blocks/accumulator.hpp"
#include "memcosim/sc_models/blocks/cell_writer.hpp"
#include "memcosim/sc_models/blocks/converter_logic.hpp"
#include "memcosim/sc_models/blocks/tdm_controller.hpp"

namespace memcosim {

/// Factories of one digital block, by name.
template <typename Factory>
class BlockFactories {
 public:
  /// `key`: of the configuration that chooses among them, for messages. `model`: the SystemC model, called "model".
  BlockFactories(std::string key, Factory model) : key_(std::move(key)), rows_{{model_block, std::move(model)}} {}

  /// Adds a block. A name that is taken is a std::logic_error.
  void add(const std::string& name, Factory factory);
  /// Throws InputError, which lists the names, for a name that nobody added.
  const Factory& at(const std::string& name) const;
  /// In the order in which they were added.
  std::vector<std::string> names() const;

 private:
  std::string key_;
  std::vector<std::pair<std::string, Factory>> rows_;
};

extern template class BlockFactories<TdmControllerFactory>;
extern template class BlockFactories<AccumulatorFactory>;
extern template class BlockFactories<CellWriterFactory>;
extern template class BlockFactories<ConverterLogicFactory>;

/// The digital blocks that a macro can be built of; MacroSpec::digital names one of each kind. Programs add their own.
struct DigitalBlocks {
  DigitalBlocks();  ///< the models

  BlockFactories<TdmControllerFactory> tdm_controller;
  BlockFactories<AccumulatorFactory> accumulator;
  BlockFactories<CellWriterFactory> writer;
  BlockFactories<ConverterLogicFactory> converter_logic;
};

}  // namespace memcosim
