// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/cuda/mvm_bank.hpp"

#include <algorithm>
#include <stdexcept>

#include <cuda_runtime.h>

#include "memcosim/kernels/cuda/bank_kernels.cuh"
#include "memcosim/kernels/cuda/cuda_error.cuh"
#include "memcosim/kernels/cuda/device_memory.cuh"

namespace memcosim::cuda {

class MvmBank::Work {
 public:
  Work(const BankSpec& spec, const BankOptions& options, BankProducts products)
      : layout_(lay_out(spec, options)),
        rows_(spec.rows),
        image_(layout_.image),
        first_step_(layout_.first_step),
        steps_(layout_.steps),
        groups_(layout_.groups),
        outputs_(layout_.outputs),
        single_(spec.tiles.size() == 1) {
    choose_kernel(products);
    fill_work(spec);
    layout_.image = {};
  }

  void run(const BankRun& run, cudaStream_t stream) const {
    if ((run.codes != nullptr || run.values != nullptr) && !single_) throw std::logic_error("codes and values are kept of one array alone");
    if (run.count == 0) return;
    BankWork work = work_;
    work.inputs = run.inputs;
    work.input_stride = run.input_stride > 0 ? run.input_stride : rows_;
    work.count = run.count;
    work.first_event = run.first_event;
    work.event_stride = run.event_stride;
    work.aligned = aligned_rows_ && work.input_stride % 8 == 0 && reinterpret_cast<std::uintptr_t>(run.inputs) % 16 == 0;
    work.sums = run.sums;
    work.clipped = run.clipped;
    work.codes = run.codes;
    work.values = run.values;
    if (run.codes != nullptr || run.values != nullptr) work.trusted = -1.0f;  // convert_exactly() stores them
    if (!layout_.all_outputs)
      succeed(cudaMemsetAsync(run.sums, 0, run.count * work.output_count * sizeof(std::int32_t), stream), "clear the sums of a bank");
    succeed(cudaMemsetAsync(run.clipped, 0, run.count * sizeof(std::uint32_t), stream), "clear the counts of a bank");
    const std::size_t blocks = (run.count + block_vectors - 1) / block_vectors * work.block_columns;
    if (blocks > 2147483647u) throw std::logic_error("too many vectors for one run of a bank");
    kernel_<<<static_cast<unsigned>(blocks), block_threads, shared_bytes_, stream>>>(work, stages_);
    succeed_launch("products of a bank");
  }

  const BankLayout& layout() const { return layout_; }
  const char* products() const { return products_; }

 private:
  static BankLayout lay_out(const BankSpec& spec, const BankOptions& options) {
    const std::string reason = why_not_on_tensor_cores(spec);
    if (!reason.empty()) throw std::logic_error("a bank with " + reason + " cannot be computed on tensor cores");
    return lay_out_bank(spec, options);
  }

  void choose_kernel(BankProducts products) {
    int gpu = 0;
    int shared_limit = 0;
    int major = 0;
    succeed(cudaGetDevice(&gpu), "ask for the current GPU");
    succeed(cudaDeviceGetAttribute(&shared_limit, cudaDevAttrMaxSharedMemoryPerBlockOptin, gpu), "ask for a limit of the GPU");
    succeed(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, gpu), "ask for the kind of GPU");
    if (products == BankProducts::best && major == 9) kernel_ = find_wgmma_kernel(layout_.shape);
    products_ = kernel_ != nullptr ? "wgmma" : "mma.sync";
    if (kernel_ == nullptr) kernel_ = find_warp_kernel(layout_.shape);
    const std::size_t stage = input_stage_bytes + layout_.shape.chunk_bytes();
    stages_ = 2 * stage <= static_cast<std::size_t>(shared_limit) ? 2 : 1;
    shared_bytes_ = stages_ * stage;
    succeed(cudaFuncSetAttribute(kernel_, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(shared_bytes_)),
            "give the products of a bank their shared memory");
  }

  void fill_work(const BankSpec& spec) {
    const ReadoutConfig& readout = spec.readout;
    const double range = static_cast<double>(std::int64_t{1} << readout.adc.bits);
    work_.image = image_.data();
    work_.first_step = first_step_.data();
    work_.steps = steps_.data();
    work_.groups = groups_.data();
    work_.outputs = outputs_.data();
    work_.block_columns = static_cast<std::uint32_t>(layout_.first_step.size() - 1);
    work_.output_count = spec.outputs;
    work_.code_columns = converted_columns(readout.pairing, spec.tiles.front().levels->columns);
    work_.adc = readout.adc;
    work_.seed = spec.seed;
    work_.keys = philox_keys(spec.seed);
    work_.dac_bits = readout.dac.bits;
    work_.slices = readout.slices();
    work_.slices_per_byte = 8 / readout.dac.bits;
    work_.paired = readout.pairing == ColumnPairing::differential_digital;
    work_.row_terms = std::any_of(layout_.groups.begin(), layout_.groups.end(),
                                  [](const BankGroup& group) { return group.bias != 0 || group.offset != 0.0; });
    work_.wide_squares = readout.dac.bits > 4;
    work_.centre = static_cast<float>((readout.adc.origin() - readout.adc.code_min()) / range);
    work_.range = static_cast<float>(range);
    work_.trusted = static_cast<float>(0.5 - layout_.margin - 0x1p-24);
    work_.noise_slope = static_cast<float>(readout.adc.noise_lsb / range);
    aligned_rows_ = std::all_of(layout_.steps.begin(), layout_.steps.end(), [](const BankStep& step) { return step.first_row % 8 == 0; });
  }

  BankLayout layout_;
  std::size_t rows_;
  DeviceArray<std::uint8_t> image_;
  DeviceArray<std::uint32_t> first_step_;
  DeviceArray<BankStep> steps_;
  DeviceArray<BankGroup> groups_;
  DeviceArray<BankOutputs> outputs_;
  bool single_;
  bool aligned_rows_ = true;
  BankKernel kernel_ = nullptr;
  const char* products_ = "";
  unsigned stages_ = 1;
  std::size_t shared_bytes_ = 0;
  BankWork work_{};
};

MvmBank::MvmBank(const BankSpec& spec, const BankOptions& options, BankProducts products)
    : work_(std::make_unique<Work>(spec, options, products)) {}
MvmBank::~MvmBank() = default;
MvmBank::MvmBank(MvmBank&&) noexcept = default;
MvmBank& MvmBank::operator=(MvmBank&&) noexcept = default;

void MvmBank::run(const BankRun& run, void* stream) const { work_->run(run, static_cast<cudaStream_t>(stream)); }
const BankLayout& MvmBank::layout() const { return work_->layout(); }
std::string MvmBank::products() const { return work_->products(); }

}  // namespace memcosim::cuda
