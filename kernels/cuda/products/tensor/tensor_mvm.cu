// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <vector>

#include "memcosim/kernels/cuda/gpu/device_memory.cuh"
#include "memcosim/kernels/cuda/gpu/launch_shape.cuh"
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

/// A conversion in the sum of an output of a product.
struct OutputTerm {
  std::uint32_t conversion;
  std::int32_t weight;
};

/// One thread per output: adds up the sums of its conversions.
__global__ void __launch_bounds__(threads_per_block)
    add_terms(const std::int32_t* conversions, std::uint32_t conversion_count, const OutputTerm* terms, const std::uint32_t* ends,
              std::size_t count, std::uint32_t outputs, std::int32_t* sums) {
  const std::size_t place = this_thread();
  if (place >= count * outputs) return;
  const std::int32_t* own = conversions + place / outputs * conversion_count;
  const auto output = static_cast<std::uint32_t>(place % outputs);
  std::int32_t sum = 0;
  for (std::uint32_t i = ends[output]; i < ends[output + 1]; ++i)
    sum += own[terms[i].conversion] * terms[i].weight;
  sums[place] = sum;
}

/// The kernels form outputs that are conversions or differences of neighbours; others are formed from the conversions' sums afterwards.
bool needs_terms(const ProductSpec& spec) {
  return !spec.readout.encoding->is_identity() && !spec.paired();
}

/// The same product with the sums of its conversions. Arrays with the same outputs share their conversions.
ProductSpec with_conversion_sums(const ProductSpec& spec) {
  ProductSpec made = spec;
  made.conversion_sums = true;
  made.outputs = 0;
  std::map<std::uint32_t, std::uint32_t> first_conversion;  // by the first output
  for (ProductArray& array : made.arrays) {
    const auto found = first_conversion.emplace(array.first_output, made.outputs);
    array.first_output = found.first->second;
    if (found.second) made.outputs += made.outputs_of(array);
  }
  return made;
}

class TensorProductMvm final : public ArrayMvm {
 public:
  TensorProductMvm(const ProductSpec& spec, const TensorOptions& options)
      : product_(needs_terms(spec) ? with_conversion_sums(spec) : spec, options), outputs_(spec.outputs) {
    if (needs_terms(spec)) take_terms(spec, with_conversion_sums(spec));
  }

  void run(const MvmWork& work, cudaStream_t stream) const override {
    TensorRun run;
    run.inputs = work.inputs;
    run.input_stride = work.input_stride;
    run.count = work.count;
    run.first_event = work.first_event;
    run.event_stride = work.event_stride;
    run.sums = conversions_ == 0 ? work.sums : static_cast<std::int32_t*>(work.scratch);
    run.clipped = work.clipped;
    run.codes = work.codes;
    run.values = work.values;
    product_.run(run, stream);
    if (conversions_ == 0) return;
    add_terms<<<blocks_of(work.count * outputs_), threads_per_block, 0, stream>>>(run.sums, conversions_, terms_.data(), ends_.data(),
                                                                                  work.count, outputs_, work.sums);
    succeed_launch("add the conversions of outputs");
  }
  ScratchNeed scratch() const override { return {conversions_ * sizeof(std::int32_t), 0, 0}; }
  double rounding_lsb() const override { return product_.layout().dropped_lsb; }

 private:
  void take_terms(const ProductSpec& spec, const ProductSpec& of_conversions) {
    std::vector<std::vector<OutputTerm>> terms(spec.outputs);
    for (std::size_t a = 0; a < spec.arrays.size(); ++a) {
      const std::uint32_t columns = spec.arrays[a].levels->columns;
      for (std::uint32_t output = 0; output < spec.readout.outputs(columns); ++output) {
        std::vector<OutputTerm>& own = terms[spec.arrays[a].first_output + output];
        if (!own.empty()) continue;  // the next row partition of the same outputs
        for (const EncodedTerm& term : spec.readout.encoding->terms) {
          const std::uint32_t conversion = of_conversions.arrays[a].first_output + spec.readout.encoding->conversion_number(term, output);
          own.push_back({conversion, term.sign * (std::int32_t{1} << term.shift)});
        }
      }
    }
    std::vector<OutputTerm> all;
    std::vector<std::uint32_t> ends = {0};
    for (const std::vector<OutputTerm>& own : terms) {
      all.insert(all.end(), own.begin(), own.end());
      ends.push_back(static_cast<std::uint32_t>(all.size()));
    }
    terms_ = DeviceArray<OutputTerm>(all);
    ends_ = DeviceArray<std::uint32_t>(ends);
    conversions_ = of_conversions.outputs;
  }

  TensorProduct product_;
  std::uint32_t outputs_;
  std::uint32_t conversions_ = 0;  ///< sums of conversions of one vector; 0: the kernel forms the outputs
  DeviceArray<OutputTerm> terms_;  ///< output after output
  DeviceArray<std::uint32_t> ends_;
};

/// Empty if tensor cores can compute the product.
std::string why_not_at_all(const ProductSpec& spec) {
  return TensorProduct::why_not(needs_terms(spec) ? with_conversion_sums(spec) : spec);
}

class TensorMvm final : public ArrayMvm {
 public:
  TensorMvm(const LevelMatrix& matrix, const ProductSpec& spec, const TensorOptions& options)
      : product_(spec, options), drive_(matrix, spec.readout) {}

  void run(const MvmWork& work, cudaStream_t stream) const override {
    product_.run(work, stream);
    drive_.run(work, stream);
  }
  ScratchNeed scratch() const override { return product_.scratch(); }
  double rounding_lsb() const override { return product_.rounding_lsb(); }

 private:
  TensorProductMvm product_;
  ArrayDrive drive_;
};

}  // namespace

std::unique_ptr<ArrayMvm> make_tensor_mvm(const LevelMatrix& matrix, const ReadoutConfig& readout, std::uint64_t seed, std::uint32_t stream,
                                          std::uint32_t used_outputs, const TensorOptions& options) {
  const ProductSpec spec = product_of(matrix, readout, seed, stream, used_outputs);
  if (!why_not_at_all(spec).empty()) return nullptr;
  return std::make_unique<TensorMvm>(matrix, spec, options);
}

std::unique_ptr<ArrayMvm> make_tensor_product(const ProductSpec& spec, const TensorOptions& options) {
  if (!why_not_at_all(spec).empty()) return nullptr;
  return std::make_unique<TensorProductMvm>(spec, options);
}

}  // namespace memcosim::cuda
