// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/devices/cells/cell_model.hpp"
#include "memcosim/devices/cells/constant_step_cell.hpp"
#include "memcosim/devices/cells/crosssim_asymmetric_cell.hpp"
#include "memcosim/devices/cells/crosssim_linear_cell.hpp"
#include "memcosim/devices/cells/crosssim_symmetric_cell.hpp"
#include "memcosim/devices/cells/data_driven_2018_cell.hpp"
#include "memcosim/devices/cells/data_driven_2021_cell.hpp"
#include "memcosim/devices/cells/exp_step_cell.hpp"
#include "memcosim/devices/cells/exponential_pulse_cell.hpp"
#include "memcosim/devices/cells/linear_ion_drift_cell.hpp"
#include "memcosim/devices/cells/linear_step_cell.hpp"
#include "memcosim/devices/cells/mtj_cell.hpp"
#include "memcosim/devices/cells/ohmic_cell.hpp"
#include "memcosim/devices/cells/one_sided_cell.hpp"
#include "memcosim/devices/cells/piecewise_step_cell.hpp"
#include "memcosim/devices/cells/pow_step_cell.hpp"
#include "memcosim/devices/cells/soft_bounds_cell.hpp"
#include "memcosim/devices/cells/soft_bounds_reference_cell.hpp"
#include "memcosim/devices/cells/stanford_pku_cell.hpp"
#include "memcosim/devices/cells/step_table_cell.hpp"
#include "memcosim/devices/cells/team_cell.hpp"
#include "memcosim/devices/cells/vteam_cell.hpp"

namespace memcosim {

/// A list of types of cell models.
template <typename... Models>
struct CellModelList {};

/// The table of cell models: a new model is its file and one name here.
using CellModels = CellModelList<OhmicCell, VteamCell, LinearIonDriftCell, TeamCell, StanfordPkuCell, DataDriven2018Cell,
                                 DataDriven2021Cell, ExponentialPulseCell, CrossSimLinearCell, CrossSimAsymmetricCell,
                                 CrossSimSymmetricCell, ConstantStepCell, LinearStepCell, SoftBoundsCell, SoftBoundsReferenceCell,
                                 ExpStepCell, PowStepCell, PiecewiseStepCell, OneSidedCell, StepTableCell, MtjCell>;

}  // namespace memcosim
