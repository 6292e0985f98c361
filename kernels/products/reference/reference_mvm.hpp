// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "memcosim/devices/converters/column_curve.hpp"
#include "memcosim/kernels/arrays/circuit_products.hpp"
#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/products/conversion_lines.hpp"
#include "memcosim/kernels/products/product_work.hpp"

namespace memcosim {

/// Computes the MVMs of one array of a product with every formula of the readout in its plainest form. Also used for arrays whose cells conduct
/// differently at each DAC code, or lie in a non-linear circuit, for which there is no matrix product.
class ReferenceMvm {
 public:
  /// `part` must outlive this object; `stop`: run() throws Stopped once it is requested.
  ReferenceMvm(const PartWork& part, std::uint64_t seed, const StopToken& stop = {});

  /// Adds the sums of one vector to those of a result, and the counts of clipped conversions; sets what else of the result is not empty.
  void run(const ProductWork& work, std::size_t vector, ProductResult& result);

 private:
  double drive_siemens() const;
  double analog_value(std::uint32_t column) const;
  double noise_lsb(std::uint32_t column, std::uint64_t event, unsigned slice) const;

  const PartWork& part_;
  const LevelMatrix& levels_;
  const ReadoutConfig& readout_;
  std::uint64_t seed_;
  StopToken stop_;
  ConversionLines lines_;
  std::uint32_t converted_;
  std::uint32_t counted_;                    ///< of the converted columns, those whose conversions count as clipped
  std::vector<ColumnCurve<double>> curves_;  ///< of the converters
  std::int32_t net_lines_;                   ///< WeightEncoding::net_lines()
  std::vector<unsigned> slice_codes_;
  std::optional<CircuitProducts::Solver> circuit_;
  const std::vector<double>* circuit_values_ = nullptr;  ///< of this slice
  std::vector<double> cell_variances_;                   ///< conversion_variances()
  std::vector<double> variances_;                        ///< of the converted columns in this slice; empty without read noise
};

}  // namespace memcosim
