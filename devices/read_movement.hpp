// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "memcosim/devices/cell_spec.hpp"

namespace memcosim {

struct CellModel;

/// state_after_read() of cell_pulse.hpp for a model known at run time.
double state_after_read(const CellModel& model, const CellParameters& p, const CellCircuit& circuit, double state, const PulseDrive& drive,
                        const PulseDraws& draws);

/// Largest movement of the nominal cell, from any of its states, by a read of `volts` for `seconds`, as a share of the range of its state.
/// 0 without `read_disturb: {law: rate}` and below the thresholds of the model.
double nominal_read_movement(const CellSpec& spec, double read_voltage_v, double volts, double seconds);

/// Images (or MVMs) of an epoch: `read_disturb.every`, or the most, from 1 to `most`, with which the nominal cell moves by less than
/// least_read_movement per epoch if its row is driven with the read voltage for all of `seconds_each`.
std::uint64_t read_epoch_length(const CellSpec& spec, double read_voltage_v, double seconds_each, std::uint64_t most);

inline constexpr double least_read_movement = 1e-3;     ///< share of the range of a state: limit per epoch for an automatic epoch length
inline constexpr double warned_read_movement = 1e-2;    ///< per epoch: above this a warning, since cells should have moved within the epoch
inline constexpr double warned_single_movement = 1e-4;  ///< by a single read: above this a warning

/// Warnings about reads that move the nominal cell: by one driven slice of an MVM of `slice_s`, and by one verify read of `verify_s`
/// (0: there are none) at `verify_v`.
std::vector<std::string> read_movement_warnings(const CellSpec& spec, double read_voltage_v, double slice_s, double verify_v,
                                                double verify_s);

}  // namespace memcosim
