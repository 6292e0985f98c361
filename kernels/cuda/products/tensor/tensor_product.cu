// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>
#include <vector>

#include <cuda.h>
#include <cuda_runtime.h>

#include "memcosim/kernels/cuda/gpu/cuda_error.cuh"
#include "memcosim/kernels/cuda/gpu/device_memory.cuh"
#include "memcosim/kernels/cuda/gpu/launch_shape.cuh"
#include "memcosim/kernels/cuda/products/tensor/converter_tables.hpp"
#include "memcosim/kernels/cuda/products/tensor/tensor_kernels.cuh"
#include "memcosim/kernels/cuda/products/tensor/tensor_product.hpp"
#include "memcosim/kernels/cuda/products/tensor/work_share.cuh"

namespace memcosim::cuda {

namespace {

constexpr std::size_t codes_of_16_bytes = 16 / sizeof(InputCode);

/// Clears the sums to which both `block` and the block before it add, if there are any; called by all threads.
__device__ void clear_shared_sums(const TensorWork& work, const WorkShares& shares, std::uint32_t block) {
  const WorkUnit unit = shares.first_of(work, block);
  const std::uint32_t block_column = work.passes[unit.pass].pass.block_column;
  if (work.first_pass[block_column] == unit.pass) return;
  const std::size_t first_vector = std::size_t{unit.vector_block} * shares.vectors;
  const std::uint32_t vectors = static_cast<std::uint32_t>(min(work.count - first_vector, std::size_t{shares.vectors}));
  for (std::uint32_t strip = 0; strip < work.strips; ++strip) {
    const StripOutputs& outputs = work.outputs[block_column * work.strips + strip];
    const std::uint32_t columns = work.paired ? (outputs.columns + 1) / 2 : outputs.columns;
    for (std::uint32_t i = threadIdx.x; i < vectors * columns; i += threads_per_block)
      work.sums[(first_vector + i / columns) * work.output_count + outputs.first_output + i % columns] = 0;
  }
}

/// Clears the results to which a product adds: all sums (`all`), or those to which several blocks add. The kernel of the product may start
/// before this one ends; it waits before it writes sums and counts (see wait_for_cleared_results()). This kernel starts after all earlier
/// work of the stream, so the product need not wait for anything else.
__global__ void __launch_bounds__(threads_per_block)
    clear_results(const __grid_constant__ TensorWork work, const __grid_constant__ WorkShares shares, bool all) {
#if __CUDA_ARCH__ >= 900
  asm volatile("griddepcontrol.launch_dependents;");
#endif
  const std::size_t stride = std::size_t{gridDim.x} * threads_per_block;
  for (std::size_t i = this_thread(); i < work.count; i += stride)
    work.clipped[i] = {};
  if (all) {
    for (std::size_t i = this_thread(); i < work.count * work.output_count; i += stride)
      work.sums[i] = 0;
  } else {
    for (std::uint32_t block = blockIdx.x + 1; block < shares.blocks; block += gridDim.x)
      clear_shared_sums(work, shares, block);
  }
}

/// Shared memory that a block can have on the current GPU.
int shared_memory_limit() {
  int gpu = 0;
  int limit = 0;
  succeed(cudaGetDevice(&gpu), "ask for the current GPU");
  succeed(cudaDeviceGetAttribute(&limit, cudaDevAttrMaxSharedMemoryPerBlockOptin, gpu), "ask for a limit of the GPU");
  return limit;
}

/// Upper bound of the shared memory that kernels of converters that differ need: one stage of four digits, and all tables.
int most_curved_bytes() {
  ProductShape shape;
  shape.digits = 4;
  shape.curves = true;
  const TensorKernel kernel = find_warp_kernel(shape);
  ConverterSetting adc;
  adc.bits = most_table_bits;
  return static_cast<int>(kernel.stage_bytes + kernel.other_bytes + most_tables * table_words(adc) * sizeof(std::uint32_t));
}

}  // namespace

class TensorProduct::Impl {
 public:
  Impl(const ProductSpec& spec, const TensorOptions& options, TensorInstructions instructions)
      : layout_(lay_out(spec, options)),
        most_blocks_(options.most_blocks),
        rows_(spec.rows),
        image_(layout_.image),
        first_pass_(layout_.first_pass),
        passes_(layout_.passes),
        outputs_(layout_.outputs),
        variance_units_(layout_.variance_units),
        tables_(layout_.tables),
        single_(spec.arrays.size() == 1) {
    choose_kernels(instructions);
    fill_work(spec);
    layout_.image = {};
    layout_.variance_units = {};
  }

  void run(const TensorRun& run, cudaStream_t stream) const {
    if ((run.codes != nullptr || run.values != nullptr) && !single_) throw std::logic_error("codes and values are kept of one array alone");
    if (run.count == 0) return;
    CurvedWork work = work_;
    work.inputs = run.inputs;
    work.input_stride = run.input_stride > 0 ? run.input_stride : rows_;
    work.count = run.count;
    work.first_event = run.first_event;
    work.event_stride = run.event_stride;
    work.aligned = aligned_rows_ && work.input_stride % codes_of_16_bytes == 0 && reinterpret_cast<std::uintptr_t>(run.inputs) % 16 == 0;
    work.sums = run.sums;
    work.clipped = run.clipped;
    work.codes = run.codes;
    work.values = run.values;
    if (run.codes != nullptr || run.values != nullptr)
      work.trusted = -std::numeric_limits<float>::infinity();  // convert_exactly() stores them
    const bool wgmma = wgmma_.kernel.run != nullptr && map_inputs(work);
    const Launch& launch = wgmma ? wgmma_ : warp_;
    WorkShares shares{block_vectors(layout_.shape.noise), 0, layout_.shape.tall};
    const unsigned blocks = blocks_for(work, launch, shares);
    if (launch.kernel.persistent) shares.blocks = blocks;
    const std::size_t to_clear = layout_.all_outputs ? run.count : run.count * work.output_count;
    const unsigned clearing = std::min(std::max(blocks_of(to_clear), shares.blocks), 1024u);
    clear_results<<<clearing, threads_per_block, 0, stream>>>(work, shares, !layout_.all_outputs);
    succeed_launch("clear the results of a product");
    cudaLaunchAttribute early{};
    early.id = cudaLaunchAttributeProgrammaticStreamSerialization;
    early.val.programmaticStreamSerializationAllowed = 1;
    cudaLaunchConfig_t config{};
    config.gridDim = blocks;
    config.blockDim = launch.kernel.threads;
    config.dynamicSmemBytes = launch.shared_bytes;
    config.stream = stream;
    config.attrs = &early;
    config.numAttrs = wgmma ? 1 : 0;
    // Kernels of converters that are alike take the TensorWork at the begin of `work`.
    unsigned stages = launch.stages;
    void* arguments[] = {&work, &stages};
    succeed(cudaLaunchKernelExC(&config, launch.kernel.run, arguments), "products of arrays");
  }

  const TensorLayout& layout() const { return layout_; }
  const char* instructions() const { return wgmma_.kernel.run != nullptr ? "wgmma" : "mma.sync"; }

 private:
  static TensorLayout lay_out(const ProductSpec& spec, const TensorOptions& options) {
    const std::string reason = why_not_on_tensor_cores(spec);
    if (!reason.empty()) throw std::logic_error("a product with " + reason + " cannot be computed on tensor cores");
    return lay_out_product(spec, options);
  }

  /// A kernel and how it is launched.
  struct Launch {
    TensorKernel kernel;
    unsigned stages = 1;
    std::size_t shared_bytes = 0;
    unsigned resident_blocks = 0;  ///< largest number of blocks on the GPU at the same time
  };

  unsigned blocks_for(const TensorWork& work, const Launch& launch, const WorkShares& shares) const {
    const std::size_t vector_blocks = shares.vector_blocks(work);
    if (launch.kernel.persistent) {
      const unsigned most = most_blocks_ > 0 ? std::min(most_blocks_, launch.resident_blocks) : launch.resident_blocks;
      const auto blocks = static_cast<unsigned>(std::min<std::size_t>(vector_blocks * shares.grains(work), most));
      if (vector_blocks * work.pass_count / blocks >= 2147483647u) throw std::logic_error("too many vectors for one run of a product");
      return blocks;
    }
    const std::size_t blocks = vector_blocks * work.block_columns * (work.strips / launch.kernel.strips);
    if (blocks > 2147483647u) throw std::logic_error("too many vectors for one run of a product");
    return static_cast<unsigned>(blocks);
  }

  /// Describes the inputs to the tensor memory accelerator; false if it cannot copy them. Each copy must begin at a multiple of 16 bytes
  /// (otherwise it is an illegal instruction), so the first rows of all arrays must, too.
  bool map_inputs(TensorWork& work) const {
    static_assert(sizeof(CUtensorMap) == sizeof(InputMap), "the kernel takes it as it is");
    if (!work.aligned || work.count > 2147483647u) return false;
    const cuuint64_t size[] = {rows_, work.count};
    const cuuint64_t stride[] = {work.input_stride * sizeof(std::uint16_t)};
    const cuuint32_t box[] = {32, block_vectors(layout_.shape.noise)};
    const cuuint32_t element_strides[] = {1, 1};
    return encode_(reinterpret_cast<CUtensorMap*>(&work.input_map), CU_TENSOR_MAP_DATA_TYPE_UINT16, 2,
                   const_cast<std::uint16_t*>(work.inputs), size, stride, box, element_strides, CU_TENSOR_MAP_INTERLEAVE_NONE,
                   CU_TENSOR_MAP_SWIZZLE_NONE, CU_TENSOR_MAP_L2_PROMOTION_L2_256B, CU_TENSOR_MAP_FLOAT_OOB_FILL_NONE) == CUDA_SUCCESS;
  }

  std::size_t other_bytes(const TensorKernel& kernel) const { return kernel.other_bytes + layout_.tables.size() * sizeof(std::uint32_t); }

  Launch prepare(const TensorKernel& kernel, std::size_t shared_limit) const {
    Launch launch{kernel, kernel.stages, kernel.stages * kernel.stage_bytes + other_bytes(kernel)};
    if (launch.shared_bytes > shared_limit) launch = {kernel, 1, kernel.stage_bytes + other_bytes(kernel)};
    succeed(cudaFuncSetAttribute(kernel.run, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(launch.shared_bytes)),
            "give the products of arrays their shared memory");
    launch.resident_blocks = std::max(1u, resident_blocks(kernel.run, kernel.threads, launch.shared_bytes));
    return launch;
  }

  void choose_kernels(TensorInstructions instructions) {
    int gpu = 0;
    int major = 0;
    const int shared_limit = shared_memory_limit();
    succeed(cudaGetDevice(&gpu), "ask for the current GPU");
    succeed(cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, gpu), "ask for the kind of GPU");
    warp_ = prepare(find_warp_kernel(layout_.shape), static_cast<std::size_t>(shared_limit));
    if (instructions != TensorInstructions::best || major != 9) return;
    const TensorKernel wgmma = find_wgmma_kernel(layout_.shape);
    void* encode = nullptr;
    cudaDriverEntryPointQueryResult found{};
    if (wgmma.run == nullptr || wgmma.stages * wgmma.stage_bytes + other_bytes(wgmma) > static_cast<std::size_t>(shared_limit)) return;
    if (cudaGetDriverEntryPointByVersion("cuTensorMapEncodeTiled", &encode, 12000, cudaEnableDefault, &found) != cudaSuccess ||
        found != cudaDriverEntryPointSuccess) {
      cudaGetLastError();
      return;
    }
    encode_ = reinterpret_cast<decltype(encode_)>(encode);
    wgmma_ = prepare(wgmma, static_cast<std::size_t>(shared_limit));
  }

  /// What kernels of converters that differ need besides.
  void fill_curved_work(const ReadoutConfig& readout) {
    std::vector<double> transitions;
    std::map<const std::vector<double>*, std::size_t> begins;  // converters may share a table
    for (const ConverterCurve& curve : readout.curves) {
      if (!curve.transitions || !begins.emplace(curve.transitions.get(), transitions.size()).second) continue;
      transitions.insert(transitions.end(), curve.transitions->begin(), curve.transitions->end());
    }
    transitions_ = DeviceArray<double>(transitions);
    std::vector<ExactConverter> converters;
    for (const ConverterCurve& curve : readout.curves) {
      const double* own = curve.transitions ? transitions_.data() + begins.at(curve.transitions.get()) : nullptr;
      converters.push_back(
          {{curve.step(readout.adc), 0.0, curve.origin(), readout.adc.code_min(), readout.adc.code_max(), own}, curve.noise_lsb});
    }
    converters_ = DeviceArray<ExactConverter>(converters);
    converter_of_ = DeviceArray<std::uint16_t>(readout.converter_of);
    work_.tables = tables_.data();
    work_.table_words = static_cast<std::uint32_t>(layout_.tables.size());
    work_.intervals = static_cast<float>(table_intervals(readout.adc));
    work_.converters = converters_.data();
    work_.converter_of = readout.converter_of.empty() ? nullptr : converter_of_.data();
    work_.trusted = -certain_distance(layout_.margin);
  }

  void fill_work(const ProductSpec& spec) {
    const ReadoutConfig& readout = spec.readout;
    const ConverterCurve& curve = readout.curves.front();
    const double range = static_cast<double>(std::int64_t{1} << readout.adc.bits);
    work_.image = image_.data();
    work_.first_pass = first_pass_.data();
    work_.passes = passes_.data();
    work_.outputs = outputs_.data();
    work_.variance_units = variance_units_.data();
    work_.pass_count = static_cast<std::uint32_t>(layout_.passes.size());
    work_.block_columns = static_cast<std::uint32_t>(layout_.first_pass.size() - 1);
    work_.strips = layout_.shape.strips();
    work_.output_count = spec.outputs;
    work_.code_columns = readout.conversions(spec.arrays.front().levels->columns);
    work_.curve = {curve.step(readout.adc), 0.0, curve.origin(), readout.adc.code_min(), readout.adc.code_max(), nullptr};
    work_.noise_lsb = curve.noise_lsb;
    work_.seed = spec.seed;
    work_.keys = philox_keys(spec.seed);
    work_.dac_bits = readout.dac.bits;
    work_.slices = readout.slices();
    work_.slices_per_byte = 8 / readout.dac.bits;
    work_.paired = spec.paired();
    work_.row_terms = false;
    aligned_rows_ = true;
    for (const PassHeader& header : layout_.passes) {
      if (header.pass.first_row % codes_of_16_bytes != 0) aligned_rows_ = false;
      for (const Strip& strip : header.strips) {
        if (strip.bias != 0 || strip.offset != 0.0) work_.row_terms = true;
      }
    }
    work_.centre = static_cast<float>((curve.origin() - readout.adc.code_min()) / range);
    work_.range = std::nextafter(static_cast<float>(range), 0.0f);
    work_.trusted = static_cast<float>(0.5 - layout_.margin - 0x1p-24);
    work_.noise_slope = static_cast<float>(curve.noise_lsb / range);
    if (layout_.shape.curves) fill_curved_work(readout);
  }

  TensorLayout layout_;
  unsigned most_blocks_;
  std::size_t rows_;
  DeviceArray<std::uint8_t> image_;
  DeviceArray<std::uint32_t> first_pass_;
  DeviceArray<PassHeader> passes_;
  DeviceArray<StripOutputs> outputs_;
  DeviceArray<double> variance_units_;
  // Where converters differ or are not linear, else empty.
  DeviceArray<std::uint32_t> tables_;
  DeviceArray<double> transitions_;  ///< of all converters that have some
  DeviceArray<ExactConverter> converters_;
  DeviceArray<std::uint16_t> converter_of_;
  bool single_;
  bool aligned_rows_ = true;
  Launch warp_;
  Launch wgmma_;  ///< for inputs that map_inputs() can describe; may have no kernel
  decltype(&cuTensorMapEncodeTiled) encode_ = nullptr;
  CurvedWork work_{};
};

std::string TensorProduct::why_not(const ProductSpec& spec) {
  std::string reason = why_not_on_tensor_cores(spec);
  if (reason.empty() && !converters_are_alike(spec.readout) && most_curved_bytes() > shared_memory_limit())
    reason = "converters that differ or are not linear, on a GPU with little shared memory";
  return reason;
}
TensorProduct::TensorProduct(const ProductSpec& spec, const TensorOptions& options, TensorInstructions instructions)
    : impl_(std::make_unique<Impl>(spec, options, instructions)) {}
TensorProduct::~TensorProduct() = default;
TensorProduct::TensorProduct(TensorProduct&&) noexcept = default;
TensorProduct& TensorProduct::operator=(TensorProduct&&) noexcept = default;

void TensorProduct::run(const TensorRun& run, void* stream) const {
  impl_->run(run, static_cast<cudaStream_t>(stream));
}
const TensorLayout& TensorProduct::layout() const {
  return impl_->layout();
}
std::string TensorProduct::instructions() const {
  return impl_->instructions();
}

}  // namespace memcosim::cuda
