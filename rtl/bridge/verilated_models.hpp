// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "memcosim/rtl/bridge/tdm_controller_registers.hpp"

// Verilated models behind plain C++: neither SystemC nor Verilator headers, which disagree about sc_time_stamp, meet in one source file.

namespace memcosim {

/// Output pins of rtl/tdm_controller.sv after an edge, without the numbers.
struct TdmPins {
  enum Strobe : std::uint8_t { drive = 1, sample = 2, release = 4, select = 8, convert = 16, accumulate = 32, done = 64 };
  std::uint8_t strobes = 0;  ///< of Strobe
  bool ready = false;
  bool busy = false;
};

/// The numbers beside the strobes.
struct TdmNumbers {
  std::uint32_t drive_slice = 0;
  std::uint32_t sample_slice = 0;
  std::uint32_t column_slice = 0;
  std::uint32_t column_group = 0;
  std::uint32_t accumulate_slice = 0;
  std::uint32_t accumulate_group = 0;
};

/// The Verilated TDM controller, out of reset. Its clock is low after construction.
class VerilatedTdmController {
 public:
  virtual ~VerilatedTdmController() = default;
  virtual void fall() = 0;
  /// The rising edge that samples `start`.
  virtual void rise(bool start) = 0;
  virtual TdmPins pins() const = 0;
  virtual TdmNumbers numbers() const = 0;
  /// Registers from the next edge on; only while busy is low.
  virtual void set_registers(const TdmRegisterValues& registers) = 0;
  /// Remembers the state; restore() goes back to it.
  virtual void save() = 0;
  virtual void restore() = 0;
};

/// Verilated models of one clock domain: they share the time and, on request, one waveform file with a scope per model.
class VerilatedModels {
 public:
  /// `waves` ends in .vcd or .fst, or is empty. The file is opened by open().
  explicit VerilatedModels(const std::string& waves);
  ~VerilatedModels();
  VerilatedModels(const VerilatedModels&) = delete;
  VerilatedModels& operator=(const VerilatedModels&) = delete;

  std::unique_ptr<VerilatedTdmController> make_tdm_controller(const std::string& scope, const TdmRegisterValues& registers);

  /// Begins recording; all models exist. Throws RunError when the file cannot be written.
  void open();
  bool recording() const;
  /// Writes the present state of all models; times never go back.
  void record(std::uint64_t picoseconds);
  /// Ends recording; called before the first model goes.
  void close();
  /// Called before models are evaluated: makes this domain and its time the ones that messages and $time refer to.
  void enter(std::uint64_t picoseconds);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace memcosim
