// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/cli/device_source.hpp"

namespace memcosim {

// Waveforms that show what a device does, where the user gave none: found by trying the nominal cell.

/// The weakest amplitude (magnitude) between the first and the limit of `hint` with which `count` identical pulses of `seconds` move the
/// nominal cell from one end of its range to 90 % of its window; the limit if none does.
double crossing_amplitude(const DeviceSource& source, bool set, double seconds, std::uint32_t count);

/// The least of 100, 200, 500, ... 10000 pulses of `volts` (with its sign) that cross the window likewise; 100 if none does.
std::uint32_t crossing_count(const DeviceSource& source, bool set, double volts, double seconds);

/// The highest of the frequencies 1, 2, 5 times a power of ten at which one period of a sine moves the nominal cell over 80 % of its
/// window; the lowest that is tried if none does. `pulse_s` is the duration of a pulse that suits the device: quarter periods from 2 to
/// 2e6 of them are tried.
double loop_frequency(const DeviceSource& source, double amplitude_v, double pulse_s);

}  // namespace memcosim
