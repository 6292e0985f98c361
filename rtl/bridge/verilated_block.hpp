// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace memcosim {

/// A Verilated block behind plain C++. `Pins` describes its pins: Inputs, Outputs and Registers are plain structs, whose defaults are those
/// of an idle block; Inputs has a bool `reset`. After construction reset is over and the clock is low.
template <class Pins>
class VerilatedBlock {
 public:
  virtual ~VerilatedBlock() = default;
  /// Falling clock edge.
  virtual void fall() = 0;
  /// Rising clock edge, which samples the inputs.
  virtual void rise(const typename Pins::Inputs& inputs) = 0;
  virtual typename Pins::Outputs outputs() const = 0;
  /// Sets the registers, effective from the next edge on. Only allowed when the contract of the block says so.
  virtual void set_registers(const typename Pins::Registers& registers) = 0;
  /// Saves the state to which restore() returns.
  virtual void save() = 0;
  virtual void restore() = 0;
};

}  // namespace memcosim
