// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "memcosim/rtl/bridge/verilated_block.hpp"

// Plain C++ interface of the Verilated models: SystemC and Verilator headers both declare sc_time_stamp, in different ways, and cannot be
// included in one source file.

namespace memcosim {

/// Verilated models of one clock domain. They share the simulated time and, optionally, one waveform file with a scope per model.
class VerilatedModels {
 public:
  /// `waves`: path of a waveform file that ends in .vcd or .fst (else InputError); empty: none. open() opens it. `power_up_seed`: registers
  /// of later models power up with random values of this seed; 0: with zeros.
  explicit VerilatedModels(const std::string& waves, int power_up_seed = 0);
  ~VerilatedModels();
  VerilatedModels(const VerilatedModels&) = delete;
  VerilatedModels& operator=(const VerilatedModels&) = delete;

  /// Makes the block with these pins. Each block has a source file, verilated_BLOCK.cpp, that compiles this for its pins.
  template <class Pins>
  std::unique_ptr<VerilatedBlock<Pins>> make(const std::string& scope, const typename Pins::Registers& registers);

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
