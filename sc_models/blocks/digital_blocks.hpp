// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "memcosim/sc_models/blocks/tdm_controller.hpp"

namespace memcosim {

/// Factories of the digital blocks of a macro; an empty one stands for the SystemC model.
struct DigitalBlocks {
  TdmControllerFactory controller;  ///< any other needs approximately_timed
};

}  // namespace memcosim
