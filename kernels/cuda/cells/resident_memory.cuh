// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "memcosim/kernels/arrays/cell_array.hpp"
#include "memcosim/kernels/cuda/cells/resident_view.cuh"
#include "memcosim/kernels/cuda/gpu/device_memory.cuh"
#include "memcosim/kernels/cuda/gpu/stream.cuh"

namespace memcosim::cuda {

/// Resident cells in the memory of the current GPU, and the ResidentView for kernels.
class ResidentMemory {
 public:
  explicit ResidentMemory(const std::vector<const CellArray*>& arrays);
  /// Throws std::logic_error where the cells are too many to be numbered.
  ResidentMemory(const CellSpec& spec, const CellArrayPlace& place);
  ResidentMemory(const ResidentMemory&) = delete;
  ResidentMemory& operator=(const ResidentMemory&) = delete;

  const ResidentView& view() const { return view_; }
  const CellKernels& kernels() const { return *kernels_; }
  const Stream& stream() const { return stream_; }
  std::uint32_t rows() const { return place_.rows; }
  std::uint32_t columns() const { return place_.columns; }
  std::uint32_t cells_per_array() const { return view_.cells_per_array; }
  std::uint32_t arrays() const { return static_cast<std::uint32_t>(histories_.size()); }
  std::uint32_t adjusted() const { return adjusted_; }

  void load(const CellArray& source, std::size_t array);
  void save(CellArray& target, std::size_t array) const;
  void set_states(const std::vector<double>& states);
  void set_history(const ArrayHistory& history, std::size_t array);
  /// True if some cell moves under reads at this voltage, as CellArray::moves_when_read(). The first call for a voltage copies the drawn
  /// parameters to the host.
  bool moves_when_read(double volts);
  /// True if the conductance that a read sees depends on its voltage between the read voltage and this one.
  bool differs_at(double volts) const;
  std::vector<double> states() const;
  std::vector<std::uint32_t> pulses() const;

 private:
  /// What all cells share.
  void set_spec(const CellSpec& spec, const ConductanceRange& nominal_range, std::size_t arrays);
  void set_streams(const std::vector<std::uint32_t>& streams);
  void set_drawn(const std::vector<CellArrayView>& arrays);
  /// Parameters and initial states of new cells.
  void draw(const CellSpec& spec);
  void check_array(std::size_t array) const;
  void finish_copies() const;
  /// In the stream; nothing for no values.
  template <typename Value>
  void copy_in(Value* place, const std::vector<Value>& values) const;

  Stream stream_;
  CellSpec spec_;
  CellArrayPlace place_;
  double movement_asked_v_ = 0.0;  ///< 0: not yet
  bool movement_ = false;
  const CellKernels* kernels_ = nullptr;
  ResidentView view_;
  std::uint32_t adjusted_ = 0;
  DeviceArray<std::uint32_t> streams_;
  DeviceArray<ArrayHistory> histories_;
  DeviceArray<double> drawn_;
  DeviceArray<double> states_;
  DeviceArray<std::uint32_t> pulses_;
  DeviceArray<CellFault> faults_;
  DeviceArray<std::uint8_t> table_choice_;
  DeviceArray<double> tables_;
  DeviceArray<std::uint32_t> table_starts_;
};

}  // namespace memcosim::cuda
