// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "memcosim/common/detail/yaml_tree.hpp"

namespace memcosim::detail {

/// Copy of `root` with one override "a.b[2].c=value" applied; missing mappings are made. Nodes that are shared with other places (aliases)
/// are not changed there. A faulty override is added to `faults` and changes nothing.
YamlPointer apply_override(const YamlPointer& root, std::string_view text, std::vector<YamlFault>& faults);

}  // namespace memcosim::detail
