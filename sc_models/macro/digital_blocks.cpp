// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/macro/digital_blocks.hpp"

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/sc_models/blocks/model_tdm_controller.hpp"
#include "memcosim/sc_models/blocks/shift_add.hpp"
#include "memcosim/sc_models/blocks/write_verify_programmer.hpp"

namespace memcosim {

template <typename Factory>
void BlockFactories<Factory>::add(const std::string& name, Factory factory) {
  const std::vector<std::string> taken = names();
  if (std::find(taken.begin(), taken.end(), name) != taken.end()) {
    throw std::logic_error(key_ + ": there is a block \"" + name + "\" already: give the new one another name");
  }
  rows_.emplace_back(name, std::move(factory));
}

template <typename Factory>
const Factory& BlockFactories<Factory>::at(const std::string& name) const {
  for (const auto& [known, factory] : rows_) {
    if (known == name) return factory;
  }
  std::string list;
  for (const std::string& known : names())
    list += (list.empty() ? "" : ", ") + known;
  const auto nearest = nearest_name(name, names());
  throw InputError(key_ + ": there is no block \"" + name + "\": expected one of " + list +
                   (nearest ? "; did you mean \"" + *nearest + "\"?" : ""));
}

template <typename Factory>
std::vector<std::string> BlockFactories<Factory>::names() const {
  std::vector<std::string> names;
  for (const auto& row : rows_)
    names.push_back(row.first);
  return names;
}

template class BlockFactories<TdmControllerFactory>;
template class BlockFactories<AccumulatorFactory>;
template class BlockFactories<CellWriterFactory>;
template class BlockFactories<ConverterLogicFactory>;

DigitalBlocks::DigitalBlocks()
    : tdm_controller("macro.digital.tdm_controller",
                     [](const std::string& name, const TdmSchedule& schedule, const sc_core::sc_time& period, TdmStrobes& strobes) {
                       return std::make_unique<ModelTdmController>(name.c_str(), schedule, period, strobes);
                     }),
      accumulator("macro.digital.accumulator",
                  [](const std::string& name, const MacroSpec& macro) {
                    return std::make_unique<ShiftAdd>(name.c_str(), macro.readout.outputs(macro.columns));
                  }),
      writer("macro.digital.writer",
             [](const std::string& name, CellStore& store, ArrayId array, const MacroSpec& macro, MacroActivity& activity) {
               return std::make_unique<WriteVerifyProgrammer>(name.c_str(), store, array, macro, activity);
             }),
      converter_logic("macro.digital.converter_logic",
                      [](const std::string& name, const MacroSpec&) { return std::make_unique<ModelConverterLogic>(name.c_str()); }) {}

}  // namespace memcosim
