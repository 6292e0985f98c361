// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "memcosim/cli/device_source.hpp"

namespace memcosim {

// Default waveforms for `memcosim device simulate`, found by trials on the nominal cell.

/// The lowest amplitude (V, magnitude) between start and limit of the device's pulses at which `count` identical pulses of `seconds` s move
/// the nominal cell from one end of its range over 90 % of the conductance window; the limit if none does.
double crossing_amplitude(const DeviceSource& source, bool set, double seconds, std::uint32_t count);

/// The lowest of the counts 100, 200, 500, ... 10000 with which pulses of `volts` (signed) cross 90 % of the window in the same way; 100 if
/// none does.
std::uint32_t crossing_count(const DeviceSource& source, bool set, double volts, double seconds);

/// The highest frequency (Hz; 1, 2 or 5 times a power of ten) at which one period of a sine moves the nominal cell over 80 % of its window;
/// the lowest frequency tried if none does. `pulse_s`: duration of a suitable pulse; quarter periods of 2 to 2e6 pulse durations are tried.
double loop_frequency(const DeviceSource& source, double amplitude_v, double pulse_s);

}  // namespace memcosim
