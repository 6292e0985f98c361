// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/draw_limits.hpp"
#include "memcosim/kernels/arrays/cell_array_state.hpp"
#include "memcosim/kernels/arrays/cell_tangent.hpp"
#include "memcosim/kernels/arrays/write_verify.hpp"

namespace memcosim {

struct CellModel;

/// Shape of a cell array, its read voltage, and the address of its random draws.
struct CellArrayPlace {
  std::uint32_t rows;
  std::uint32_t columns;
  double read_voltage_v;
  std::uint64_t seed;
  std::uint32_t stream;  ///< array part of the addresses
};

/// Index of the step table of each cell; empty where there is at most one table.
std::vector<std::uint8_t> choose_tables(const CellSpec& spec, const CellArrayPlace& place);

/// True if current and voltage of the nominal cell are proportional up to this voltage.
bool is_linear_to(const CellSpec& spec, double read_voltage_v, double volts);

/// The data of a cell array, for code that computes on another device; valid until the array changes or is destroyed.
struct CellArrayView {
  const CellSpec* spec;
  const CellArrayPlace* place;
  ConductanceRange nominal_range;            ///< S, of the nominal cell
  const std::vector<double>* drawn;          ///< cells x spec->variations: the parameters that vary from device to device
  const std::vector<double>* states;         ///< one per cell
  const std::vector<std::uint32_t>* pulses;  ///< pulses that each cell has had; empty where nothing depends on them
  const std::vector<CellFault>* faults;      ///< one per cell; empty where there are none
  const std::vector<std::uint8_t>* tables;   ///< step table of each cell; empty where there is at most one
  const ArrayHistory* history;
};

/// The cells of one array: states, the varied parameters, faults, and the history that drift and wear depend on. Per cell: 8 bytes of
/// state, 8 for each parameter that varies from device to device, 4 where pulses are counted (cycle-to-cycle draws), 1 where there are
/// faults or several step tables. Everything else is drawn again when it is needed.
///
/// Calls for different cells may run in different threads.
class CellArray {
 public:
  CellArray(const CellSpec& spec, const CellArrayPlace& place);
  CellArray(const CellArray&) = delete;
  CellArray& operator=(const CellArray&) = delete;

  /// The same cells in the same states.
  std::unique_ptr<CellArray> copy() const;

  std::size_t size() const { return state_.size(); }
  double read_voltage_v() const { return place_.read_voltage_v; }
  int set_polarity() const;
  /// Number of cells whose drawn parameters contradicted each other and were made consistent.
  std::size_t adjusted() const { return adjusted_; }
  /// Device-to-device draws that were clamped, for each of the specification's variations.
  std::vector<ClampedDraws> clamped_draws() const;
  /// Number of stuck cells.
  std::size_t faulty() const;
  const ArrayHistory& history() const { return history_; }
  /// Rises with every change that may alter the observed conductance of a cell.
  std::uint64_t changes() const { return changes_.load(std::memory_order_relaxed); }
  /// Conductance range of the nominal cell, S.
  const ConductanceRange& nominal_range() const { return nominal_range_; }

  CellArrayView view() const { return {&spec_, &place_, nominal_range_, &drawn_, &state_, &pulses_, &faults_, &table_, &history_}; }
  /// Takes over the outcome of pulses that were computed on another device: the states, which must be legal, and the pulse count of each
  /// cell (empty where pulses are not counted).
  void take_pulsed(std::vector<double> states, std::vector<std::uint32_t> pulses);

  CellArrayState state() const { return {state_, pulses_, history_}; }
  /// Returns false and changes nothing if a value is not a legal state of its cell or a count is missing.
  bool set_state(const CellArrayState& state);

  /// Conductance that a read without noise sees, S.
  double conductance(std::uint32_t cell) const;
  void conductances(double* siemens) const;
  /// Standard deviation of one read of every cell, S; empty without read noise.
  std::vector<double> read_sigmas() const;
  /// Current over voltage at any voltage, S: conductance(), at other voltages than the read voltage scaled as the port conductance of the
  /// cell.
  double conductance_at(std::uint32_t cell, double volts) const;
  void conductances_at(double volts, double* siemens) const;
  /// Tangent of the cell's current at a voltage across its port.
  CellTangent tangent(std::uint32_t cell, double volts) const;
  /// True if current and voltage are proportional up to the read voltage.
  bool linear() const { return linear_; }
  /// True if they are proportional up to this voltage.
  bool linear_to(double volts) const { return linear_ && (volts <= place_.read_voltage_v || linear_beyond_); }

  /// Starts a programming event and sets conductances without programming error; returns the number of cells whose value was clipped to
  /// their range.
  std::size_t set_conductances(const double* siemens);
  /// The same with the device's finite states and its law of programming error.
  std::size_t program(const double* siemens);
  /// Starts a new programming event: age and reads return to zero. Called before pulses that rewrite the array.
  void begin_programming();
  /// Lets time pass.
  void advance_age(double seconds);
  void add_reads(double reads);

  /// One pulse from a source behind `series_ohms`; returns the energy that the source delivers, J.
  double pulse(std::uint32_t cell, double volts, double seconds, double series_ohms = 0.0);
  /// Applies the part of another cell's pulse that this cell sees. Moves only cells whose state follows a rate: models of whole pulses are
  /// not valid at other voltages. Not counted as a pulse of the cell.
  void disturb(std::uint32_t cell, double volts, double seconds, double series_ohms = 0.0);
  /// True if reads at this voltage move some cell (`read_disturb: {law: rate}` and a drawn cell whose state has a speed there).
  /// `pulses_follow`: pulses come between the reads, each of which draws new parameters where these vary from cycle to cycle.
  bool moves_when_read(double volts, bool pulses_follow) const;
  /// Moves one cell by a read at this voltage; returns the movement as a share of the range of its state (0 for a stuck cell). Not counted
  /// as a pulse of the cell. `purpose` and `number` address its draws: verify_step or read_step, and the number of the read.
  double move_by_read(std::uint32_t cell, double volts, double seconds, Purpose purpose, std::uint64_t number);
  /// One pulse on every cell, each with its own voltage (zero: not selected); returns the energy, J, of each.
  std::vector<double> pulse_all(const double* volts, double seconds);
  /// Code of one verify read of a cell with the conductance `siemens`, with the cell's read noise and the converter's noise.
  std::int32_t verify_code(std::uint32_t cell, const VerifyConverter& converter, double siemens, std::uint64_t event,
                           std::uint32_t read_index) const;

 private:
  struct Own;
  PulseDraws draws(std::uint32_t cell) const { return {place_.seed, place_.stream, cell, pulses_.empty() ? 0 : pulses_[cell]}; }
  /// Write noise of the last pulse, S: offset of the cell's conductance from that of its state.
  double write_offset(std::uint32_t cell) const;
  /// Conductance of the state with the write offset, S, before ageing, wear and faults.
  double written_conductance(std::uint32_t cell, const Own& own) const;
  PulseDrive drive(double volts, double seconds, double series_ohms) const { return {volts, seconds, series_ohms, spec_.stepping}; }
  CellAddress address(std::uint32_t cell) const { return {place_.seed, place_.stream, cell}; }
  void count_change() { changes_.fetch_add(1, std::memory_order_relaxed); }

  CellSpec spec_;
  const CellModel& model_;
  CellArrayPlace place_;
  ConductanceRange nominal_range_;
  std::vector<std::size_t> varied_;
  std::vector<double> drawn_;
  std::vector<double> state_;
  std::vector<std::uint32_t> pulses_;
  std::vector<CellFault> faults_;
  std::vector<std::uint8_t> table_;
  ArrayHistory history_;
  std::atomic<std::uint64_t> changes_{0};  ///< atomic, because threads may write several rows at once
  std::size_t adjusted_ = 0;
  bool linear_;
  bool linear_beyond_;  ///< at any voltage that a cell may have
};

/// Moves a cell by verify read `read_index` of programming event `event`, after its code was taken.
inline double move_by_verify_read(CellArray& cells, std::uint32_t cell, const VerifyConverter& converter, std::uint64_t event,
                                  std::uint32_t read_index) {
  return cells.move_by_read(cell, converter.read_voltage_v, verify_seconds(converter), Purpose::verify_step,
                            verify_step_number(event, read_index));
}

}  // namespace memcosim
