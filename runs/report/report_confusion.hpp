// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace memcosim::report {

/// The confusion matrix (classes x classes, row: label) with recall, precision and the most frequent mistakes; with many classes only the
/// mistakes. Empty text for an empty matrix; classes without a name are numbered.
std::string confusion_table(const std::vector<std::string>& class_names, const std::vector<std::uint64_t>& confusion);

}  // namespace memcosim::report
