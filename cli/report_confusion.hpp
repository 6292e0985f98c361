// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace memcosim::report {

/// Counts of predictions by label, with recall and precision and the most frequent mistakes. With many classes only the mistakes are
/// listed. Nothing for an empty matrix; classes without a name are numbered.
std::string confusion_table(const std::vector<std::string>& class_names, const std::vector<std::uint64_t>& confusion);

}  // namespace memcosim::report
