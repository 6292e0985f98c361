// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/products/array_drive.cuh"
#include "memcosim/kernels/cuda/products/tensor/tensor_mvm.cuh"
#include "memcosim/kernels/cuda/products/tensor/tensor_product.hpp"

namespace memcosim::cuda {

namespace {

ProductSpec product_of(const LevelMatrix& matrix, const ReadoutConfig& readout, std::uint64_t seed, std::uint32_t stream,
                       std::uint32_t used_outputs) {
  ProductSpec spec;
  spec.rows = matrix.rows;
  spec.outputs = readout.outputs(matrix.columns);
  spec.readout = readout;
  spec.arrays = {{&matrix, stream, 0, 0, 0, used_outputs}};
  spec.seed = seed;
  return spec;
}

class TensorProductMvm final : public ArrayMvm {
 public:
  TensorProductMvm(const ProductSpec& spec, const TensorOptions& options) : product_(spec, options) {}

  void run(const MvmWork& work, cudaStream_t stream) const override {
    TensorRun run;
    run.inputs = work.inputs;
    run.input_stride = work.input_stride;
    run.count = work.count;
    run.first_event = work.first_event;
    run.event_stride = work.event_stride;
    run.sums = work.sums;
    run.clipped = work.clipped;
    run.codes = work.codes;
    run.values = work.values;
    product_.run(run, stream);
  }
  double rounding_lsb() const override { return product_.layout().dropped_lsb; }

 private:
  TensorProduct product_;
};

class TensorMvm final : public ArrayMvm {
 public:
  TensorMvm(const LevelMatrix& matrix, const ProductSpec& spec, const TensorOptions& options)
      : product_(spec, options), drive_(matrix, spec.readout) {}

  void run(const MvmWork& work, cudaStream_t stream) const override {
    product_.run(work, stream);
    drive_.run(work, stream);
  }
  double rounding_lsb() const override { return product_.rounding_lsb(); }

 private:
  TensorProductMvm product_;
  ArrayDrive drive_;
};

}  // namespace

std::unique_ptr<ArrayMvm> make_tensor_mvm(const LevelMatrix& matrix, const ReadoutConfig& readout, std::uint64_t seed, std::uint32_t stream,
                                          std::uint32_t used_outputs, const TensorOptions& options) {
  const ProductSpec spec = product_of(matrix, readout, seed, stream, used_outputs);
  if (!TensorProduct::why_not(spec).empty()) return nullptr;
  return std::make_unique<TensorMvm>(matrix, spec, options);
}

std::unique_ptr<ArrayMvm> make_tensor_product(const ProductSpec& spec, const TensorOptions& options) {
  if (!TensorProduct::why_not(spec).empty()) return nullptr;
  return std::make_unique<TensorProductMvm>(spec, options);
}

}  // namespace memcosim::cuda
