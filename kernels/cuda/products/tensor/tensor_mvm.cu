// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/products/array_drive.cuh"
#include "memcosim/kernels/cuda/products/tensor/mvm_bank.hpp"
#include "memcosim/kernels/cuda/products/tensor/tensor_mvm.cuh"

namespace memcosim::cuda {

namespace {

BankSpec bank_of(const LevelMatrix& matrix, const ReadoutConfig& readout, std::uint64_t seed, std::uint32_t stream,
                 std::uint32_t used_outputs) {
  BankSpec spec;
  spec.rows = matrix.rows;
  spec.outputs = readout.outputs(matrix.columns);
  spec.readout = readout;
  spec.tiles = {{&matrix, stream, 0, 0, 0, used_outputs}};
  spec.seed = seed;
  return spec;
}

class TensorProduct final : public ArrayMvm {
 public:
  TensorProduct(const BankSpec& spec, const BankOptions& options) : bank_(spec, options) {}

  void run(const MvmWork& work, cudaStream_t stream) const override {
    BankRun products;
    products.inputs = work.inputs;
    products.input_stride = work.input_stride;
    products.count = work.count;
    products.first_event = work.first_event;
    products.event_stride = work.event_stride;
    products.sums = work.sums;
    products.clipped = work.clipped;
    products.codes = work.codes;
    products.values = work.values;
    bank_.run(products, stream);
  }
  double rounding_lsb() const override { return bank_.layout().dropped_lsb; }

 private:
  MvmBank bank_;
};

class TensorMvm final : public ArrayMvm {
 public:
  TensorMvm(const LevelMatrix& matrix, const BankSpec& spec, const BankOptions& options)
      : product_(spec, options), drive_(matrix, spec.readout) {}

  void run(const MvmWork& work, cudaStream_t stream) const override {
    product_.run(work, stream);
    drive_.run(work, stream);
  }
  double rounding_lsb() const override { return product_.rounding_lsb(); }

 private:
  TensorProduct product_;
  ArrayDrive drive_;
};

}  // namespace

std::unique_ptr<ArrayMvm> make_tensor_mvm(const LevelMatrix& matrix, const ReadoutConfig& readout, std::uint64_t seed, std::uint32_t stream,
                                          std::uint32_t used_outputs, const BankOptions& options) {
  const BankSpec spec = bank_of(matrix, readout, seed, stream, used_outputs);
  if (!MvmBank::why_not(spec).empty()) return nullptr;
  return std::make_unique<TensorMvm>(matrix, spec, options);
}

std::unique_ptr<ArrayMvm> make_tensor_product(const BankSpec& spec, const BankOptions& options) {
  if (!MvmBank::why_not(spec).empty()) return nullptr;
  return std::make_unique<TensorProduct>(spec, options);
}

}  // namespace memcosim::cuda
