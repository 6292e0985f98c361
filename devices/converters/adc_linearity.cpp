// SPDX-License-Identifier: Apache-2.0
#include "memcosim/devices/converters/adc_linearity.hpp"

#include <cmath>
#include <cstddef>
#include <limits>

#include <fmt/format.h>

#include "memcosim/common/csv.hpp"
#include "memcosim/common/error.hpp"

namespace memcosim {

std::vector<double> adc_transitions(const ConverterSetting& adc, const std::vector<double>& inl_lsb) {
  const auto codes = static_cast<std::size_t>(std::int64_t{adc.code_max()} - adc.code_min() + 1);
  if (inl_lsb.size() != codes) {
    throw InputError(fmt::format("an ADC of {} bits has {} codes, the non-linearity has {}", adc.bits, codes, inl_lsb.size()));
  }
  std::vector<double> transitions;
  for (std::size_t k = 0; k < codes; ++k) {
    const double code = static_cast<double>(k) + adc.code_min();
    if (!std::isfinite(inl_lsb[k])) throw InputError(fmt::format("the non-linearity of code {} is not finite", code));
    transitions.push_back(code + inl_lsb[k]);
    if (k > 1 && transitions[k] < transitions[k - 1]) {
      throw InputError(fmt::format(
          "code {} would begin before code {} (differential non-linearity below -1 LSB): the converter is not monotone", code, code - 1));
    }
  }
  return transitions;
}

std::vector<double> read_adc_transitions(const std::filesystem::path& file, const ConverterSetting& adc) {
  CsvReader csv = CsvReader::from_file(file);
  constexpr const char* needed = "a table of an ADC's non-linearity has the columns code and inl_lsb";
  const std::size_t code_column = csv.column("code", needed);
  const std::size_t inl_column = csv.column("inl_lsb", needed);
  const auto codes = static_cast<std::size_t>(std::int64_t{adc.code_max()} - adc.code_min() + 1);
  std::vector<double> inl(codes, std::numeric_limits<double>::quiet_NaN());
  while (csv.next()) {
    const std::int64_t code = csv.whole_number(code_column);
    if (code < adc.code_min() || code > adc.code_max()) {
      csv.refuse(fmt::format("code {}: an ADC of {} bits here has codes {} to {}", code, adc.bits, adc.code_min(), adc.code_max()));
    }
    double& value = inl[static_cast<std::size_t>(code - adc.code_min())];
    if (!std::isnan(value)) csv.refuse(fmt::format("code {} stands here a second time", code));
    value = csv.number(inl_column);
  }
  for (std::size_t k = 0; k < codes; ++k) {
    if (std::isnan(inl[k])) {
      csv.refuse(fmt::format("code {} is missing: expected a row for each code from {} to {}",
                             static_cast<std::int64_t>(k) + adc.code_min(), adc.code_min(), adc.code_max()));
    }
  }
  try {
    return adc_transitions(adc, inl);
  } catch (const InputError& error) {
    throw InputError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

}  // namespace memcosim
