// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "memcosim/kernels/products/backend.hpp"
#include "memcosim/kernels/products/circuit_products.hpp"
#include "memcosim/kernels/products/level_matrix.hpp"

namespace memcosim {

/// Computes one MVM of one array with every formula of the readout in its plainest form. Also used for arrays whose cells conduct
/// differently at each DAC code, or lie in a non-linear circuit, for which there is no matrix product.
class ReferenceMvm {
 public:
  /// `used_columns` as in MvmBatch; `stop`: run() throws Stopped once it is requested.
  ReferenceMvm(const LevelMatrix& levels, const ReadoutConfig& readout, std::uint64_t seed, std::uint32_t stream,
               std::uint32_t used_columns, const StopToken& stop = {});

  /// Fills element `vector` of a zeroed result.
  void run(const InputCode* inputs, std::uint64_t event, std::size_t vector, MvmResult& result);

 private:
  double drive_siemens() const;
  double circuit_value(std::uint32_t column) const;
  double line_value(std::uint32_t line) const;
  double analog_value(std::uint32_t column) const;
  double noise_lsb(std::uint32_t column, std::uint64_t event, unsigned slice) const;

  const LevelMatrix& levels_;
  const ReadoutConfig& readout_;
  std::uint64_t seed_;
  std::uint32_t stream_;
  StopToken stop_;
  std::uint32_t converted_;
  std::uint32_t counted_;  ///< of the converted columns, those whose conversions count as clipped
  std::vector<unsigned> slice_codes_;
  std::optional<CircuitProducts::Solver> circuit_;
  const std::vector<double>* circuit_values_ = nullptr;  ///< of this slice
  std::vector<double> variances_;                        ///< of the converted columns in this slice; empty without read noise
};

}  // namespace memcosim
