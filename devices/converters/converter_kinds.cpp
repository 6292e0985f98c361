// SPDX-License-Identifier: Apache-2.0
#include <stdexcept>
#include <tuple>

#include <fmt/format.h>

#include "memcosim/common/config.hpp"
#include "memcosim/common/error.hpp"
#include "memcosim/devices/converters/charge_decrement_converter.hpp"
#include "memcosim/devices/converters/flash_converter.hpp"
#include "memcosim/devices/converters/pipeline_converter.hpp"
#include "memcosim/devices/converters/ramp_converter.hpp"
#include "memcosim/devices/converters/sar_converter.hpp"

namespace memcosim {

namespace {

template <typename... Kinds>
std::vector<const ConverterKind*> table_of_kinds() {
  static const std::tuple<Kinds...> kinds;
  return {&std::get<Kinds>(kinds)...};
}

}  // namespace

const std::vector<const ConverterKind*>& converter_kinds() {
  static const std::vector<const ConverterKind*> table =
      table_of_kinds<SarConverter, RampConverter, FlashConverter, PipelineConverter, ChargeDecrementConverter>();
  return table;
}

const ConverterKind& converter_kind(const std::string& name) {
  std::vector<std::string> names;
  for (const ConverterKind* kind : converter_kinds()) {
    if (name == kind->name()) return *kind;
    names.emplace_back(kind->name());
  }
  const auto nearest = nearest_name(name, names);
  throw InputError(fmt::format("unknown kind of converter '{}'{}; known: {}", name,
                               nearest ? fmt::format(", did you mean '{}'?", *nearest) : "", fmt::join(names, ", ")));
}

void check(const ConverterSetting& setting) {
  if (setting.bits < 1 || setting.bits > 24) throw std::logic_error("a converter has 1 to 24 bits");
}

}  // namespace memcosim
