// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/cell_model.hpp"
#include "memcosim/devices/cells/ohmic_cell.hpp"
#include "memcosim/devices/cells/vteam_cell.hpp"

namespace memcosim {

template <typename... Models>
struct CellModelList {};

/// The table of cell models: a new model is its file and one name here.
using CellModels = CellModelList<OhmicCell, VteamCell>;

}  // namespace memcosim
