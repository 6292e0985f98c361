// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <vector>

#include "memcosim/devices/converters/converter_setting.hpp"

namespace memcosim {

/// Where each code begins on the code axis (code_between() in column_curve.hpp), from the integral non-linearity of a converter: transition k lies at
/// k + inl_lsb[k - code_min]. Throws InputError for a wrong number of codes, values that are not finite, or transitions that fall (the
/// converter would not be monotone).
std::vector<double> adc_transitions(const ConverterSetting& adc, const std::vector<double>& inl_lsb);

/// Reads a CSV file with the columns `code` and `inl_lsb`, one row for each code of the converter, in any order: how far the transition
/// into the code lies above its nominal place (IEEE Std 1241-2010, 4.7.1). Throws InputError with file and line.
std::vector<double> read_adc_transitions(const std::filesystem::path& file, const ConverterSetting& adc);

}  // namespace memcosim
