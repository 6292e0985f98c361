// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

namespace memcosim {

/// Tables of one or more measured devices for a model that is built from tables. Each device's numbers lie in one block, in the layout of
/// the model; a cell takes one device at random (device to device).
struct StepTables {
  std::vector<std::vector<double>> devices;
};

}  // namespace memcosim
