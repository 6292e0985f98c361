// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "memcosim/devices/cell_spec.hpp"
#include "memcosim/devices/draw_limits.hpp"
#include "memcosim/kernels/cell_array_state.hpp"
#include "memcosim/kernels/cell_tangent.hpp"
#include "memcosim/kernels/write_verify.hpp"

namespace memcosim {

/// Where a cell array's random draws come from, and its shape.
struct CellArrayPlace {
  std::uint32_t rows;
  std::uint32_t columns;
  double read_voltage_v;
  std::uint64_t seed;
  std::uint32_t stream;  ///< array part of the addresses
};

/// Which of several step tables each cell takes; empty where there are not several.
std::vector<std::uint8_t> choose_tables(const CellSpec& spec, const CellArrayPlace& place);

/// True: current and voltage of the nominal cell are proportional up to this voltage.
bool is_linear_to(const CellSpec& spec, double read_voltage_v, double volts);

/// What a cell array consists of, for code that computes with it elsewhere; valid until the array changes or ends.
struct CellArrayView {
  const CellSpec* spec;
  const CellArrayPlace* place;
  ConductanceRange nominal_range;            ///< S, of the nominal cell
  const std::vector<double>* drawn;          ///< cells x spec->variations: what varies from device to device
  const std::vector<double>* states;         ///< one per cell
  const std::vector<std::uint32_t>* pulses;  ///< that each cell has seen; empty where nothing depends on them
  const std::vector<CellFault>* faults;      ///< one per cell; empty where there are none
  const std::vector<std::uint8_t>* tables;   ///< step table of each cell; empty where there are not several
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
  int set_polarity() const { return model_.set_polarity; }
  /// Cells whose drawn parameters contradicted each other and were made consistent.
  std::size_t adjusted() const { return adjusted_; }
  /// Device-to-device draws that were clamped, for each of the specification's variations.
  std::vector<ClampedDraws> clamped_draws() const;
  /// Cells that are stuck.
  std::size_t faulty() const;
  const ArrayHistory& history() const { return history_; }
  /// Rises with everything that may change what a cell shows.
  std::uint64_t changes() const { return changes_.load(std::memory_order_relaxed); }
  /// What the nominal cell can show, S.
  const ConductanceRange& nominal_range() const { return nominal_range_; }

  CellArrayView view() const { return {&spec_, &place_, nominal_range_, &drawn_, &state_, &pulses_, &faults_, &table_, &history_}; }
  /// What pulses computed elsewhere have left: states that the cells can have, and how many pulses each has seen (empty where they are not
  /// counted).
  void take_pulsed(std::vector<double> states, std::vector<std::uint32_t> pulses);

  CellArrayState state() const { return {state_, pulses_, history_}; }
  /// False, and nothing changes, when a value is not a legal state of its cell or a count is missing.
  bool set_state(const CellArrayState& state);

  /// What a read without noise sees, S.
  double conductance(std::uint32_t cell) const;
  void conductances(double* siemens) const;
  /// Standard deviation of one read of every cell, S; empty without read noise.
  std::vector<double> read_sigmas() const;
  /// Current over voltage at any voltage, S: what the cell shows, at another voltage than the read voltage scaled as its port conductance.
  double conductance_at(std::uint32_t cell, double volts) const;
  void conductances_at(double volts, double* siemens) const;
  /// What the cell shows around a voltage across its port.
  CellTangent tangent(std::uint32_t cell, double volts) const;
  /// True: current and voltage are proportional, up to the read voltage.
  bool linear() const { return linear_; }
  /// True: up to this voltage.
  bool linear_to(double volts) const { return linear_ && (volts <= place_.read_voltage_v || linear_beyond_); }

  /// Sets conductances as asked, without programming error; returns how many cells could not hold their value and were clipped.
  std::size_t set_conductances(const double* siemens);
  /// The same through the device's finite states and its law of programming error; starts a new programming event.
  std::size_t program(const double* siemens);
  /// Starts a new programming event: age and reads return to zero. Called before pulses that rewrite the array.
  void begin_programming();
  /// Lets time pass.
  void advance_age(double seconds);
  void add_reads(double reads);

  /// One pulse from a source behind `series_ohms`; returns the energy that the source delivers, J.
  double pulse(std::uint32_t cell, double volts, double seconds, double series_ohms = 0.0);
  /// What a pulse meant for others does to this cell. It moves cells whose state follows a rate; models that only know whole pulses say
  /// nothing about other voltages and stay. Not one of the pulses that the cell counts.
  void disturb(std::uint32_t cell, double volts, double seconds, double series_ohms = 0.0);
  /// True: reads at this voltage move some cell (`read_disturb: {law: rate}` and a drawn cell whose state has a speed there).
  /// `pulses_follow`: there are pulses in between, each of which may draw other parameters where these vary from cycle to cycle.
  bool moves_when_read(double volts, bool pulses_follow) const;
  /// A read of one cell at this voltage moves it; returns by how much, as a share of the range of its state (0 for a stuck cell). Not one
  /// of the pulses that the cell counts. `purpose` and `number` address its draws: verify_step or read_step, and which read.
  double move_by_read(std::uint32_t cell, double volts, double seconds, Purpose purpose, std::uint64_t number);
  /// One pulse on every cell, each with its own voltage (zero: not selected); returns the energy, J, of each.
  std::vector<double> pulse_all(const double* volts, double seconds);
  /// The code of one verify read in which the converter sees `siemens` of the cell: its read noise, then the converter with its own.
  std::int32_t verify_code(std::uint32_t cell, const VerifyConverter& converter, double siemens, std::uint64_t event,
                           std::uint32_t read_index) const;

 private:
  struct Own;
  PulseDraws draws(std::uint32_t cell) const { return {place_.seed, place_.stream, cell, pulses_.empty() ? 0 : pulses_[cell]}; }
  /// What the last pulse left between the state and what the cell shows, S.
  double write_offset(std::uint32_t cell) const;
  /// Conductance of the state with the write offset, before all that time and wear do to it.
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
  std::atomic<std::uint64_t> changes_{0};  ///< cells of several rows may change at once
  std::size_t adjusted_ = 0;
  bool linear_;
  bool linear_beyond_;  ///< at any voltage that a cell may have
};

/// What a verify read leaves behind, after its code is taken: read `read_index` of programming event `event`.
inline double move_by_verify_read(CellArray& cells, std::uint32_t cell, const VerifyConverter& converter, std::uint64_t event,
                                  std::uint32_t read_index) {
  return cells.move_by_read(cell, converter.read_voltage_v, verify_seconds(converter), Purpose::verify_step,
                            verify_step_number(event, read_index));
}

}  // namespace memcosim
