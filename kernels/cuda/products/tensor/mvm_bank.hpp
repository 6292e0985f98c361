// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "memcosim/kernels/cuda/products/tensor/bank_layout.hpp"
#include "memcosim/kernels/products/bank.hpp"

namespace memcosim::cuda {

/// Inputs and results of a run of a bank: all pointers are to memory of the bank's GPU.
struct BankRun {
  const std::uint16_t* inputs = nullptr;  ///< count x input_stride; of each vector the first BankSpec::rows are codes
  std::size_t input_stride = 0;           ///< 0: rows. Fastest where it is a multiple of 8 (wgmma needs that)
  std::size_t count = 0;
  std::uint64_t first_event = 0;
  std::uint64_t event_stride = 1;
  std::int32_t* sums = nullptr;   ///< count x outputs, set
  ClipCounts* clipped = nullptr;  ///< count, set
  std::int32_t* codes = nullptr;  ///< count x slices x converted columns, set; null: not kept. A bank of one array alone
  double* values = nullptr;       ///< the same shape; null: not kept
};

/// Instructions for the products.
enum class BankProducts {
  best,  ///< the fastest on the GPU
  warp,  ///< mma.sync, on every GPU
};

/// Arrays that make one matrix product, with their converters, on the tensor cores of one GPU: the bits of run_reference_bank().
///
/// Levels are integers (units of 2^-16) and input codes too, so sums of products are computed exactly, in any order, from signed bytes.
/// A value is then converted in single precision where an error bound shows that the code cannot differ, else in double precision as in the
/// reference. Keeping codes or values takes several times as long.
class MvmBank {
 public:
  /// The reason why the bank cannot be made; empty: it can. Throws as check_bank().
  static std::string why_not(const BankSpec& spec) { return why_not_on_tensor_cores(spec); }

  /// Copies the bank to the current GPU. Throws OutOfMemory or RunError, std::logic_error if why_not() is not empty.
  explicit MvmBank(const BankSpec& spec, const BankOptions& options = {}, BankProducts products = BankProducts::best);
  ~MvmBank();
  MvmBank(MvmBank&&) noexcept;
  MvmBank& operator=(MvmBank&&) noexcept;

  /// Queues the products on a stream (cudaStream_t) of the bank's GPU, which must be the current one. Results do not depend on the stream
  /// or on the split of vectors into batches.
  void run(const BankRun& run, void* stream) const;

  /// Layout of the bank.
  const BankLayout& layout() const;
  /// "wgmma" or "mma.sync".
  std::string products() const;

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

}  // namespace memcosim::cuda
