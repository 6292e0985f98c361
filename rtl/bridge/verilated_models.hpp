// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "memcosim/rtl/bridge/tdm_controller_registers.hpp"

// Plain C++ interface of the Verilated models: SystemC and Verilator headers both declare sc_time_stamp, in different ways, and cannot be
// included in one source file.

namespace memcosim {

/// One-bit output pins of rtl/tdm_controller.sv after an edge.
struct TdmPins {
  enum Strobe : std::uint8_t { drive = 1, sample = 2, release = 4, select = 8, convert = 16, accumulate = 32, done = 64 };
  std::uint8_t strobes = 0;  ///< bits of Strobe
  bool ready = false;
  bool busy = false;
};

/// Slice and group numbers that belong to the strobes.
struct TdmNumbers {
  std::uint32_t drive_slice = 0;
  std::uint32_t sample_slice = 0;
  std::uint32_t column_slice = 0;
  std::uint32_t column_group = 0;
  std::uint32_t accumulate_slice = 0;
  std::uint32_t accumulate_group = 0;
};

/// A Verilated TDM controller. After construction reset is over and the clock is low.
class VerilatedTdmController {
 public:
  virtual ~VerilatedTdmController() = default;
  /// Falling clock edge.
  virtual void fall() = 0;
  /// Rising clock edge, which samples `start`.
  virtual void rise(bool start) = 0;
  virtual TdmPins pins() const = 0;
  virtual TdmNumbers numbers() const = 0;
  /// Sets the registers, effective from the next edge on. Only allowed while busy is low.
  virtual void set_registers(const TdmRegisterValues& registers) = 0;
  /// Saves the state to which restore() returns.
  virtual void save() = 0;
  virtual void restore() = 0;
};

/// Verilated models of one clock domain. They share the simulated time and, optionally, one waveform file with a scope per model.
class VerilatedModels {
 public:
  /// `waves`: path of a waveform file that ends in .vcd or .fst (else InputError); empty: none. open() opens it.
  explicit VerilatedModels(const std::string& waves);
  ~VerilatedModels();
  VerilatedModels(const VerilatedModels&) = delete;
  VerilatedModels& operator=(const VerilatedModels&) = delete;

  std::unique_ptr<VerilatedTdmController> make_tdm_controller(const std::string& scope, const TdmRegisterValues& registers);

  /// Begins recording; to be called after all models are made. Throws RunError if the file cannot be written.
  void open();
  bool recording() const;
  /// Writes the present values of all models. Times must not decrease.
  void record(std::uint64_t picoseconds);
  /// Ends recording; to be called before the first model is destroyed.
  void close();
  /// To be called before models are evaluated: makes $time and messages of the RTL refer to this domain and its time.
  void enter(std::uint64_t picoseconds);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace memcosim
