// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/common/host_device.hpp"

namespace memcosim {

/// Amplitudes of one polarity: the first pulse after a reversal has `start`, each further one `step` more, up to `limit` (magnitudes, V).
struct PulseRamp {
  double start_v = 0.0;
  double step_v = 0.0;
  double limit_v = 0.0;
  double duration_s = 0.0;
};

/// The converter of verify reads. It sees one cell, so its full scale is of the order of one cell's current, not of a column's.
struct VerifyConverter {
  unsigned bits = 10;
  double full_scale_s = 0.0;  ///< conductance that reads as full code
  unsigned averaging = 1;     ///< conversions averaged per read
  double noise_lsb = 0.0;     ///< standard deviation of one conversion
  double read_voltage_v = 0.0;
  double read_duration_s = 0.0;  ///< of one conversion
};

/// The write-verify loop of a cell: READ -> DECIDE -> SET | RESET -> READ ... -> CONFIRM -> DONE | FAIL.
struct WriteVerifySpec {
  PulseRamp set;
  PulseRamp reset;
  VerifyConverter verify;
  double tolerance_s = 0.0;          ///< half width of the accepted band around the target; at least one verify LSB
  std::uint32_t max_pulses = 200;    ///< per cell; more: the cell has failed
  std::uint32_t max_reversals = 20;  ///< changes of polarity per cell; more: the cell has failed
  std::uint32_t confirm_reads = 1;   ///< further reads that must also be in the band
  bool row_parallel = true;          ///< all cells of a row step together; else one cell after the other
};

/// Next step of the write-verify loop of a cell.
enum class WriteAction : std::uint8_t { read, set_pulse, reset_pulse, done, fail };
/// How the write-verify loop of a cell ended: in its band, or failed for too many pulses or too many reversals of polarity.
enum class WriteOutcome : std::uint8_t { not_written, done, failed_pulses, failed_reversals };

/// Makes the decisions for one cell. Both the bulk loop of the backends and the SystemC programmer run this struct, so their decisions
/// agree by construction; that their counts agree is tested.
/// Use: fsm = start_write(spec, target); read; action = fsm.decide(spec, code); a pulse: apply `amplitude` with the action's sign, then
/// read again; until done or fail. The read number of a verify read is `reads` before decide().
struct WriteVerifyFsm {
  std::int32_t low_code;  ///< accepted band in verify codes, inclusive
  std::int32_t high_code;
  std::uint32_t pulses = 0;  ///< so far, as the next two
  std::uint32_t reads = 0;
  std::uint32_t reversals = 0;
  std::uint32_t confirmed = 0;  ///< consecutive reads within the band
  double amplitude = 0.0;       ///< magnitude of the next pulse, V
  int direction = 0;            ///< of the last pulse: 1 set, -1 reset, 0 none
  WriteOutcome outcome = WriteOutcome::not_written;

  /// The next action, from the code of the read just done.
  MEMCOSIM_HD WriteAction decide(const WriteVerifySpec& spec, std::int32_t code);
};

/// Accepted band of codes for a target conductance. Throws InputError when the band is below one LSB or beyond the full scale.
WriteVerifyFsm start_write(const WriteVerifySpec& spec, double target_s);
/// Throws InputError for an inconsistent specification (band below one LSB, ramps that do not rise, ...).
void check(const WriteVerifySpec& spec);
/// The largest max_pulses that check() accepts beside these: draws of verify reads have addresses of 16 bits.
std::uint32_t most_verified_pulses(std::uint32_t confirm_reads, unsigned averaging);

/// Outcome of one programming event of an array.
struct ProgramResult {
  std::vector<std::uint32_t> pulses;  ///< per cell, rows * columns of the written region, row-major
  std::vector<std::uint32_t> reads;   ///< verify reads (each `averaging` conversions)
  std::vector<double> pulse_energy_j;
  std::vector<double> read_energy_j;
  std::vector<WriteOutcome> outcome;
  std::vector<double> residual_s;  ///< S: conductance that a verify read without noise sees at the end, minus the target
  /// Phases that each row needed when its cells step together: a phase exists when at least one cell of the row takes part.
  struct RowPhases {
    std::uint32_t reads = 0;
    std::uint32_t sets = 0;
    std::uint32_t resets = 0;
  };
  std::vector<RowPhases> rows;

  /// Of a region before its first pulse.
  static ProgramResult of_region(std::uint32_t row_count, std::uint32_t columns) {
    const std::size_t cells = std::size_t{row_count} * columns;
    return {std::vector<std::uint32_t>(cells), std::vector<std::uint32_t>(cells), std::vector<double>(cells),
            std::vector<double>(cells),        std::vector<WriteOutcome>(cells),  std::vector<double>(cells),
            std::vector<RowPhases>(row_count)};
  }
};

}  // namespace memcosim

#include "memcosim/kernels/arrays/write_verify_inline.hpp"
