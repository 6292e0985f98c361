// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <gsl/span>

#include "memcosim/common/stop_token.hpp"
#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/converters/converters.hpp"
#include "memcosim/devices/draw_limits.hpp"
#include "memcosim/kernels/arrays/array_wires.hpp"
#include "memcosim/kernels/arrays/cell_array_state.hpp"
#include "memcosim/kernels/arrays/write_verify.hpp"

namespace memcosim {

using ArrayId = std::uint32_t;       ///< dense, in order of creation
using StateVersion = std::uint64_t;  ///< rises with each change of an array's conductances
using InputCode = std::uint16_t;     ///< unsigned input code of one row

/// How bit lines become converted values. Physical columns 2j and 2j+1 are the positive and negative line of output j in the pair modes.
enum class ColumnPairing {
  single,                ///< each bit line is an output
  differential_digital,  ///< both lines converted, codes subtracted
  differential_analog,   ///< currents subtracted before one signed conversion
};

/// A crossbar array to be created: its size, its cells, and the lines that connect them. `window` gives the conductances of the levels, S;
/// every cell of the array follows the one specification `cell`, with its own random draws.
struct ArrayConfig {
  std::uint32_t rows = 0;     ///< word lines
  std::uint32_t columns = 0;  ///< physical bit lines
  CellSpec cell;
  ConductanceWindow window;
  double read_voltage_v = 0.0;  ///< V, above 0: conductances are current over voltage at this voltage
  ArrayWires wires;             ///< resistances of the lines; by default ideal
  std::uint32_t stream = 0;     ///< array part of the addresses of random draws, below 2^24: arrays with the same number draw the same
};

/// How the columns of an array are read out in an MVM.
struct ReadoutConfig {
  unsigned input_bits = 8;  ///< 1 to 16
  DacTransfer dac;
  ColumnPairing pairing = ColumnPairing::differential_digital;
  AdcTransfer adc;
  /// Where each code of a non-linear converter begins (adc_transitions()); null: the converter is linear.
  std::shared_ptr<const std::vector<double>> adc_transitions;
  unsigned slices() const { return slice_count(input_bits, dac.bits); }
};
/// True for the same readout. Tables of transitions are compared by pointer, not by content.
inline bool operator==(const ReadoutConfig& a, const ReadoutConfig& b) {
  return a.input_bits == b.input_bits && a.dac.bits == b.dac.bits && a.pairing == b.pairing && a.adc == b.adc &&
         a.adc_transitions == b.adc_transitions;
}
inline bool operator!=(const ReadoutConfig& a, const ReadoutConfig& b) {
  return !(a == b);
}

/// One cell of a row in a phase of verify reads.
struct VerifyTurn {
  std::uint32_t column = 0;
  std::uint32_t read_index = 0;  ///< earlier reads of the cell in this programming event
};

struct MvmResult;

/// Input vectors for MVMs of one array. Results depend on (array state, inputs, event) alone: not on the batch, the threads or the
/// instruction set.
struct MvmBatch {
  ArrayId array = 0;
  StateVersion version = 0;           ///< must be the array's present version: a stale batch is a std::logic_error
  std::size_t count = 0;              ///< vectors
  const InputCode* inputs = nullptr;  ///< count x rows, row-major; must stay valid until collect()
  std::size_t input_stride = 0;       ///< elements between vectors; 0: rows
  std::uint64_t first_event = 0;      ///< vector v has event first_event + v * event_stride
  std::uint64_t event_stride = 1;
  /// Physical bit lines that hold weights, from line 0 on; 0: all. Values of all columns are computed, but only conversions of these are
  /// counted as clipped: the converters of a macro skip the others.
  std::uint32_t used_columns = 0;
  bool keep_codes = false;      ///< also return each conversion's code
  bool keep_values = false;     ///< also return each conversion's analog value before noise, in the unit of AdcTransfer
  MvmResult* memory = nullptr;  ///< an old result whose memory submit() reuses for this batch; null: none
};

/// Results of a batch of MVMs, row-major, the vectors of the batch outermost. `count`: MvmBatch::count; `slices`: ReadoutConfig::slices();
/// outputs and converted columns: output_columns() and converted_columns() of the array.
struct MvmResult {
  std::vector<std::int32_t> sums;  ///< count x outputs: codes shifted and added over slices, pairs subtracted; units of adc.lsb
  std::vector<double>
      drive_siemens;  ///< count x slices, S: power that the word lines' drivers deliver, over v_read^2, so energy = this * v_read^2 * t.
                      ///< With ideal lines the sum over rows of (v/v_read)^2 times the row's conductance; else cells and lines together
  std::vector<ClipCounts> clipped;  ///< count: conversions of used columns that left the code range
  std::vector<std::int32_t> codes;  ///< count x slices x converted columns, if kept
  std::vector<double> values;       ///< the same shape, if kept
};

/// A submitted batch whose result has not been collected.
struct Ticket {
  std::uint64_t id = 0;
};

/// One array of a matrix product that is spread over several: its rows take the inputs from first_row on; its outputs are added to those
/// from first_output on, shifted left by weight_shift (weight slices).
struct ProductPart {
  ArrayId array = 0;
  StateVersion version = 0;
  std::uint32_t first_row = 0;
  std::uint32_t first_output = 0;
  unsigned weight_shift = 0;
  std::uint32_t used_columns = 0;  ///< see MvmBatch
};
inline bool operator==(const ProductPart& a, const ProductPart& b) {
  return a.array == b.array && a.version == b.version && a.first_row == b.first_row && a.first_output == b.first_output &&
         a.weight_shift == b.weight_shift && a.used_columns == b.used_columns;
}

/// Input vectors for a matrix product that is spread over arrays with the same readout: row partitions add up, weight slices are shifted
/// and added. Whole arrays take part, so `rows` and `outputs` reach to the end of the last one. On every array, vector v has the event
/// first_event + v * event_stride.
struct ProductBatch {
  std::vector<ProductPart> parts;
  std::uint32_t rows = 0;             ///< inputs of the product
  std::uint32_t outputs = 0;          ///< outputs of the product
  std::size_t count = 0;              ///< vectors
  const InputCode* inputs = nullptr;  ///< count x rows, row-major
  std::size_t input_stride = 0;       ///< elements between vectors; 0: rows
  std::uint64_t first_event = 0;
  std::uint64_t event_stride = 1;
};

/// Result of a ProductBatch, row-major.
struct ProductResult {
  std::vector<std::int32_t> sums;   ///< count x outputs
  std::vector<ClipCounts> clipped;  ///< count: conversions of all parts' used columns that left the code range
};

/// The functional core: programs arrays of cells and computes their MVMs in batches. It has no simulated time: a result is the same
/// whenever it is computed.
/// Errors: std::logic_error for misuse (unknown array, stale version, wrong sizes), InputError for impossible specifications.
/// Thread safety: one caller at a time; a backend may work in its own threads between submit() and collect().
class Backend {
 public:
  virtual ~Backend() = default;
  Backend() = default;
  Backend(const Backend&) = delete;
  Backend& operator=(const Backend&) = delete;

  /// One line for reports: "cpu (avx512, 2 threads)".
  virtual std::string description() const = 0;
  /// Notes for the user, one line each: why no GPU is used, that memory was short.
  virtual std::vector<std::string> notes() const { return {}; }

  /// Makes an array with every cell in its initial (high-resistance) state and draws its device-to-device parameters.
  virtual ArrayId create_array(const ArrayConfig& config) = 0;
  virtual const ArrayConfig& config(ArrayId array) const = 0;
  virtual StateVersion version(ArrayId array) const = 0;
  /// Sets the readout of later MVMs; does not change the state version.
  virtual void set_readout(ArrayId array, const ReadoutConfig& readout) = 0;
  virtual const ReadoutConfig& readout(ArrayId array) const = 0;
  /// Number of cells whose drawn parameters contradicted each other (r_off below r_on) and were moved to the nearest consistent ones.
  virtual std::size_t adjusted_cells(ArrayId) const { return 0; }
  /// Counts of device-to-device draws that were clamped, one element for each variation of the array's cells.
  virtual std::vector<ClampedDraws> clamped_draws(ArrayId) const { return {}; }
  /// Number of stuck cells (device faults).
  virtual std::size_t faulty_cells(ArrayId) const { return 0; }

  /// Sets conductances directly (ideal programming, measured maps), rows * columns values in S, clipped to the range of each cell; returns
  /// the number of clipped cells. A new programming event: the age of the array is zero again.
  virtual std::size_t set_conductance(ArrayId array, gsl::span<const double> siemens) = 0;
  /// Programs with the finite states and the programming error of the device: each cell gets its target with an error drawn from the
  /// device's law, which is clipped only where the law has a range. Returns and resets as set_conductance().
  virtual std::size_t program(ArrayId array, gsl::span<const double> targets) = 0;
  /// Conductance of every cell at the read voltage as a read without noise sees it now, S: drift, faults and all other effects included.
  virtual std::vector<double> conductance(ArrayId array) const = 0;
  /// Internal state of every cell and the history of the array, for saving; set_state restores it bit for bit.
  virtual CellArrayState state(ArrayId array) const = 0;
  virtual void set_state(ArrayId array, const CellArrayState& state) = 0;

  /// Lets an array age (drift, relaxation, telegraph noise); seconds > 0. Values see time through this call alone.
  virtual void advance_age(ArrayId array, double seconds) = 0;
  /// Adds to the reads that the array has had (read_disturb.law: jiang_2021).
  virtual void add_reads(ArrayId array, double reads) = 0;
  /// True if MVMs move cells of this array: read_disturb.law is `rate`, and the state of some cell, with its present parameters, has a
  /// speed at the read voltage.
  virtual bool moves_when_read(ArrayId array) const = 0;
  /// Ends an epoch of MVMs: every cell makes one step for each DAC code c with which its row was driven, codes rising, at the voltage of
  /// the code for slices[row * code_max + c - 1] * slice_s seconds. `epoch` addresses the draws. Returns the largest movement of a cell, as
  /// a share of the range of its state; raises the state version where that is not 0. The array needs a readout.
  virtual double move_by_reads(ArrayId array, gsl::span<const std::uint64_t> slices, double slice_s, std::uint64_t epoch) = 0;
  virtual ArrayHistory history(ArrayId array) const = 0;

  /// Begins a programming event: age and reads are zero again. write_verify() calls it; a caller that steps cells with verify_read() and
  /// pulse() calls it before the first step.
  virtual void begin_programming(ArrayId array) = 0;
  /// Runs the whole write-verify loop on the region rows x columns from cell (0, 0); targets in S, row-major over the region. `event`
  /// addresses the draws of this programming.
  virtual ProgramResult write_verify(ArrayId array, const WriteVerifySpec& spec, std::uint32_t rows, std::uint32_t columns,
                                     gsl::span<const double> targets, std::uint64_t event) = 0;
  /// Conductance of every cell as the converter sees it when its row is verified at this voltage, without noise, S: through the lines.
  virtual std::vector<double> verified_conductance(ArrayId array, double read_voltage_v) const = 0;
  /// One phase of verify reads of cells of a row, columns rising: the row is read once, then its cells move if their reads move them
  /// (`read_disturb: {law: rate}`; raises the state version). Returns the codes and adds the energy of each to energy_j[k].
  virtual std::vector<std::int32_t> verify_row(ArrayId array, std::uint32_t row, gsl::span<const VerifyTurn> turns,
                                               const VerifyConverter& converter, std::uint64_t event, gsl::span<double> energy_j) = 0;
  /// Reads one cell alone (cell = row * columns + column of the array); adds the energy to *energy_j unless it is null.
  virtual std::int32_t verify_read(ArrayId array, std::uint32_t cell, const VerifyConverter& converter, std::uint64_t event,
                                   std::uint32_t read_index, double* energy_j) = 0;
  /// One pulse on one cell, signed voltage from word line to bit line; returns the energy that the drivers deliver. Raises the state
  /// version.
  virtual double pulse(ArrayId array, std::uint32_t cell, double voltage_v, double duration_s) = 0;
  /// One pulse on some cells of a row at once: voltages_v has one value per column (zero: not selected); returns the energy of each, J.
  virtual std::vector<double> pulse_row(ArrayId array, std::uint32_t row, gsl::span<const double> voltages_v, double duration_s) = 0;
  /// One pulse on every cell at once, each with its own voltage (training updates; zero: not selected); returns the energy of each, J.
  /// For ideal lines only: a std::logic_error for any other array.
  virtual std::vector<double> pulse_all(ArrayId array, gsl::span<const double> voltages_v, double duration_s) = 0;

  /// Batch size from which on products reach their full speed; callers that compute ahead choose their batches by it.
  virtual std::size_t preferred_vectors() const { return 64; }
  virtual Ticket submit(const MvmBatch& batch) = 0;
  /// Waits for the result and forgets the ticket; a ticket collected twice is a std::logic_error.
  virtual MvmResult collect(Ticket ticket) = 0;

  /// Computes a whole product, sums without energies: the same sums as those of all parts one by one. Throws std::logic_error for parts
  /// that do not fit, differ in their readout, or whose sums could overflow 32 bits.
  virtual ProductResult multiply(const ProductBatch& batch) = 0;
};

/// Arithmetic of products.
enum class Precision {
  automatic,         ///< the backend's own: single for cpu, double for cuda and reference
  single_precision,  ///< sums of float, rows in order
  double_precision,  ///< sums of double, which are exact: levels are multiples of 2^-16
  within_noise,      ///< cuda: as double, but levels lose their lowest digit where that changes less than a tenth of the converters' noise
};

/// Which backend to make, and its resources. Only `seed`, `name` and `precision` may change results.
struct BackendOptions {
  std::string name = "auto";  ///< auto (cuda where there is a GPU, else cpu) | reference | cpu | cuda
  Precision precision = Precision::automatic;
  unsigned threads = 1;         ///< host threads; 0: one per core
  unsigned gpus = 1;            ///< cuda: GPUs that share the arrays; 0: all; more than there are: several parts on one GPU (for tests)
  std::string instruction_set;  ///< empty: best of this machine; else baseline | avx2 | avx512 (for tests)
  std::uint64_t seed = 1;       ///< of all random draws
  StopToken stop;               ///< when it asks to stop, long products throw Stopped
};

/// Columns that are converted in each slice, and outputs after pairing.
std::uint32_t converted_columns(ColumnPairing pairing, std::uint32_t physical_columns);
std::uint32_t output_columns(ColumnPairing pairing, std::uint32_t physical_columns);
/// Number of bit lines that hold the first `outputs` outputs.
std::uint32_t physical_columns(ColumnPairing pairing, std::uint32_t outputs);
/// Number of converted columns whose conversions count, of an array with `physical_columns` bit lines; `used_columns` as in MvmBatch.
std::uint32_t counted_columns(ColumnPairing pairing, std::uint32_t physical_columns, std::uint32_t used_columns);

}  // namespace memcosim
