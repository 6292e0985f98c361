// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "memcosim/kernels/cuda/products/tensor/tensor_layout.hpp"
#include "memcosim/kernels/products/product_spec.hpp"

namespace memcosim::cuda {

/// Inputs and results of a run of a product: all pointers are to memory of the product's GPU.
struct TensorRun {
  const std::uint16_t* inputs = nullptr;  ///< count x input_stride; of each vector the first ProductSpec::rows are codes
  std::size_t input_stride = 0;           ///< 0: rows. Fastest where it is a multiple of 8 (wgmma needs that)
  std::size_t count = 0;
  std::uint64_t first_event = 0;
  std::uint64_t event_stride = 1;
  std::int32_t* sums = nullptr;   ///< count x outputs, set
  ClipCounts* clipped = nullptr;  ///< count, set
  std::int32_t* codes = nullptr;  ///< count x slices x converted columns, set; null: not kept. A product of one array alone
  double* values = nullptr;       ///< the same shape; null: not kept
};

/// Instructions that multiply.
enum class TensorInstructions {
  best,      ///< the fastest on the GPU
  mma_sync,  ///< on every GPU
};

/// Arrays that make one matrix product, with their converters, on the tensor cores of one GPU: the bits of run_reference_product().
///
/// Levels are integers (units of 2^-16) and input codes too, so sums of products are computed exactly, in any order, from signed bytes.
/// A value is then converted in single precision where an error bound shows that the code cannot differ, else in double precision as in the
/// reference. Keeping codes or values takes several times as long.
class TensorProduct {
 public:
  /// The reason why the product cannot be made on the current GPU; empty: it can. Throws as check_product_spec().
  static std::string why_not(const ProductSpec& spec);

  /// Copies the arrays to the current GPU. Throws OutOfMemory or RunError, std::logic_error if why_not() is not empty.
  explicit TensorProduct(const ProductSpec& spec, const TensorOptions& options = {},
                         TensorInstructions instructions = TensorInstructions::best);
  ~TensorProduct();
  TensorProduct(TensorProduct&&) noexcept;
  TensorProduct& operator=(TensorProduct&&) noexcept;

  /// Queues the products on a stream (cudaStream_t) of the product's GPU, which must be the current one. Results do not depend on the
  /// stream or on the split of vectors into batches.
  void run(const TensorRun& run, void* stream) const;

  /// Layout of the product.
  const TensorLayout& layout() const;
  /// "wgmma" or "mma.sync"
  std::string instructions() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace memcosim::cuda
