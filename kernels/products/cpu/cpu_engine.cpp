// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/cpu/cpu_engine.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "memcosim/common/thread_pool.hpp"
#include "memcosim/kernels/arrays/cell_accelerator.hpp"
#include "memcosim/kernels/encodings/code_energy.hpp"
#include "memcosim/kernels/products/column_read_noise.hpp"
#include "memcosim/kernels/products/coupled_drive.hpp"
#include "memcosim/kernels/products/cpu/adc_noise.hpp"
#include "memcosim/kernels/products/cpu/instruction_sets.hpp"
#include "memcosim/kernels/products/cpu/mvm_kernel.hpp"
#include "memcosim/kernels/products/cpu/packed_curves.hpp"
#include "memcosim/kernels/products/cpu/packed_levels.hpp"
#include "memcosim/kernels/products/product_work.hpp"
#include "memcosim/kernels/products/reference/reference_mvm.hpp"

namespace memcosim {

namespace {

/// Bytes of slice codes per task, which determine its number of vectors: they should stay in the second-level cache.
constexpr std::size_t chunk_bytes = std::size_t{256} << 10;

/// Memory of one worker, kept between tasks.
struct Scratch {
  cpu::AlignedBuffer<float> slice_codes;
  cpu::AlignedBuffer<float> slice_sums;
  cpu::AlignedBuffer<float> noise;
  cpu::AlignedBuffer<std::uint16_t> transposed;
  cpu::AlignedBuffer<std::int32_t> line_sums;
  cpu::AlignedBuffer<double> drive;  ///< of products of several arrays, whose drive is not asked for
  std::vector<unsigned> codes;       ///< of one slice
  std::vector<double> read_variances;
};

/// What the kernel needs of one array of a batch.
struct PackedPart {
  std::shared_ptr<const cpu::PackedLevels> levels;
  std::shared_ptr<const KnownReadout> readout;
  std::shared_ptr<const cpu::PackedCurves> curves;  ///< of `readout`
};

struct CpuBatch {
  ProductWork work;
  std::vector<PackedPart> packed;  ///< one for each part
  std::size_t chunk_vectors = 1;
  std::shared_ptr<cpu::ThreadPool::Job> job;
};

/// Vectors of one task.
struct Chunk {
  std::size_t first;
  std::size_t count;
};

/// Programs rows in the threads of the engine.
class PooledRows final : public CellAccelerator {
 public:
  explicit PooledRows(cpu::ThreadPool& pool) : pool_(pool) {}
  void for_each_row(std::uint32_t rows, const std::function<void(std::uint32_t)>& work) override {
    pool_.wait(pool_.start(rows, [&work](std::size_t row, unsigned) { work(static_cast<std::uint32_t>(row)); }));
  }

 private:
  cpu::ThreadPool& pool_;
};

class CpuEngine final : public ProductEngine {
 public:
  CpuEngine(CellStore& cells, const cpu::MvmKernel& kernel, std::unique_ptr<cpu::ThreadPool> pool)
      : cells_(cells), kernel_(kernel), pool_(std::move(pool)) {
    for (unsigned worker = 0; worker < pool_->threads(); ++worker)
      scratch_.push_back(std::make_unique<Scratch>());
  }

  ReadoutId add(const ReadoutConfig& readout) override { return readouts_.add(readout); }
  Ticket submit(const ProductBatch& batch) override;
  ProductResult collect(Ticket ticket) override;

 private:
  const PackedPart& packed(const PartWork& part);
  void run_chunk(CpuBatch& batch, Chunk chunk, Scratch& scratch) const;
  void run_part(CpuBatch& batch, std::size_t index, Chunk chunk, Scratch& scratch) const;
  void draw_noise(const ProductWork& work, const PartWork& part, const PackedPart& packed, Chunk chunk, Scratch& scratch) const;
  void add_read_noise(const ProductWork& work, const PartWork& part, const PackedPart& packed, Chunk chunk, Scratch& scratch) const;
  std::size_t padded_columns(const cpu::PackedLevels& levels) const { return std::size_t{levels.panel_count} * kernel_.panel_width; }

  CellStore& cells_;
  const cpu::MvmKernel& kernel_;
  ReadoutTable readouts_;
  std::vector<PackedPart> packed_;                 ///< per array; brought up to date when next used
  std::vector<std::unique_ptr<Scratch>> scratch_;  ///< per worker
  Tickets<CpuBatch> tickets_;
  std::unique_ptr<cpu::ThreadPool> pool_;  ///< last member: its threads must end before the members that they use
};

Ticket CpuEngine::submit(const ProductBatch& batch) {
  auto pending = std::make_unique<CpuBatch>();
  pending->work = prepare(batch, cells_, readouts_, ResultMemory::cleared);
  const ProductWork& work = pending->work;
  check_codes(work);
  std::size_t vector_bytes = 1;
  for (const PartWork& part : work.parts) {
    pending->packed.push_back(packed(part));
    vector_bytes = std::max(vector_bytes, part.levels->rows * part.readout().slices() * sizeof(float));
  }
  pending->chunk_vectors = std::clamp<std::size_t>(chunk_bytes / vector_bytes, 1, cpu::most_lanes);
  CpuBatch* own = pending.get();
  const std::size_t chunks = (batch.count + own->chunk_vectors - 1) / own->chunk_vectors;
  pending->job = pool_->start(chunks, [this, own](std::size_t chunk, unsigned worker) {
    const std::size_t first = chunk * own->chunk_vectors;
    run_chunk(*own, {first, std::min(own->chunk_vectors, own->work.count - first)}, *scratch_[worker]);
  });
  return tickets_.add(std::move(pending));
}

ProductResult CpuEngine::collect(Ticket ticket) {
  CpuBatch& batch = tickets_.at(ticket);
  pool_->wait(batch.job);
  ProductResult result = std::move(batch.work.result);
  tickets_.remove(ticket);
  return result;
}

const PackedPart& CpuEngine::packed(const PartWork& part) {
  const ArrayId array = part.place.array;
  if (packed_.size() <= array) packed_.resize(std::size_t{array} + 1);
  PackedPart& known = packed_[array];
  const WeightEncoding& encoding = *part.readout().encoding;
  if (!known.levels || known.levels->source != part.levels || known.levels->encoding != &encoding)
    known.levels = std::make_shared<const cpu::PackedLevels>(part.levels, encoding, kernel_.panel_width);
  if (known.readout != part.known) {
    known.readout = part.known;
    known.curves = std::make_shared<const cpu::PackedCurves>(part.readout(), part.conversions(), padded_columns(*known.levels));
  }
  return known;
}

/// DAC codes of the rows of one array in one slice of one vector.
void cut_slice(const ProductWork& work, const PartWork& part, std::size_t vector, unsigned slice, std::vector<unsigned>& codes) {
  const ReadoutConfig& mode = part.readout();
  const InputCode* inputs = work.inputs_of(part, vector);
  codes.resize(part.levels->rows);
  for (std::size_t row = 0; row < codes.size(); ++row)
    codes[row] = (static_cast<unsigned>(inputs[row]) >> (slice * mode.dac.bits)) & mode.dac.code_max();
}

/// Adds the read noise of the cells to the noise of the converters.
void CpuEngine::add_read_noise(const ProductWork& work, const PartWork& part, const PackedPart& packed, Chunk chunk,
                               Scratch& scratch) const {
  const ReadoutConfig& mode = part.readout();
  const cpu::PackedLevels& levels = *packed.levels;
  const std::uint32_t columns = levels.columns;
  const std::size_t padded = padded_columns(levels);
  scratch.read_variances.resize(columns);
  for (std::size_t vector = 0; vector < chunk.count; ++vector) {
    const std::uint64_t event = work.event(chunk.first + vector);
    for (unsigned slice = 0; slice < mode.slices(); ++slice) {
      cut_slice(work, part, chunk.first + vector, slice, scratch.codes);
      column_read_variances(levels.variances, scratch.codes, scratch.read_variances);
      float* noise = scratch.noise.data() + (vector * mode.slices() + slice) * padded;
      for (std::uint32_t column = 0; column < columns; ++column) {
        noise[column] += static_cast<float>(column_read_noise(scratch.read_variances[column], packed.curves->exact_steps[column],
                                                              cells_.seed(), part.stream, column, event, slice));
      }
    }
  }
}

/// Noise of all conversions of a chunk, LSB.
void CpuEngine::draw_noise(const ProductWork& work, const PartWork& part, const PackedPart& packed, Chunk chunk, Scratch& scratch) const {
  const ReadoutConfig& mode = part.readout();
  const std::size_t slices = mode.slices();
  const std::size_t items = chunk.count * slices;
  const std::size_t padded = padded_columns(*packed.levels);
  scratch.noise.reserve(items * padded);
  std::fill_n(scratch.noise.data(), items * padded, 0.0f);
  for (std::size_t item = 0; !packed.curves->noise_lsb.empty() && item < items; ++item) {
    cpu::draw_adc_noise(scratch.noise.data() + item * padded, packed.curves->noise_lsb, cells_.seed(), part.stream,
                        work.event(chunk.first + item / slices), static_cast<unsigned>(item % slices));
  }
  if (!part.levels->read_variance.empty()) add_read_noise(work, part, packed, chunk, scratch);
}

/// For arrays with resistive lines: subtracts the power that flows from one driver to another (LevelMatrix::row_coupling) from the drive.
void subtract_coupled_drive(ProductWork& work, const PartWork& part, Chunk chunk, Scratch& scratch) {
  const ReadoutConfig& mode = part.readout();
  const CodeWeights weights = mode.coding->weights;
  const double full = own_energy(weights, mode.dac.code_max());
  for (std::size_t vector = chunk.first; vector < chunk.first + chunk.count; ++vector) {
    for (unsigned slice = 0; slice < mode.slices(); ++slice) {
      cut_slice(work, part, vector, slice, scratch.codes);
      work.result.drive_siemens[vector * mode.slices() + slice] -= coupled_drive(*part.levels, scratch.codes.data(), weights) / full;
    }
  }
}

/// Adds the sums of a chunk's conversions, `padded` elements per vector, to the outputs.
void add_sums(ProductWork& work, const PartWork& part, const std::int32_t* code_sums, std::size_t padded, Chunk chunk) {
  const WeightEncoding& encoding = *part.readout().encoding;
  const std::uint32_t outputs = part.outputs();
  for (std::size_t vector = 0; vector < chunk.count; ++vector) {
    const std::int32_t* codes = code_sums + vector * padded;
    std::int32_t* sums = work.result.sums.data() + (chunk.first + vector) * work.outputs + part.place.first_output;
    for (const EncodedTerm& term : encoding.terms) {
      const std::int32_t weight = part.weight() * term.sign * (std::int32_t{1} << term.shift);
      const std::size_t first = encoding.conversion_number(term, 0);
      const std::size_t step = term.shared ? 0 : encoding.conversions.size();
      for (std::size_t output = 0; output < outputs; ++output)
        sums[output] += codes[first + step * output] * weight;
    }
  }
}

void CpuEngine::run_chunk(CpuBatch& batch, Chunk chunk, Scratch& scratch) const {
  cells_.stop().check();
  for (std::size_t index = 0; index < batch.work.parts.size(); ++index)
    run_part(batch, index, chunk, scratch);
}

void CpuEngine::run_part(CpuBatch& batch, std::size_t index, Chunk chunk, Scratch& scratch) const {
  ProductWork& work = batch.work;
  const PartWork& part = work.parts[index];
  const LevelMatrix& matrix = *part.levels;
  if (!matrix.codes.empty() || matrix.circuit != nullptr) {
    ReferenceMvm mvm(part, cells_.seed(), cells_.stop());
    for (std::size_t vector = chunk.first; vector < chunk.first + chunk.count; ++vector)
      mvm.run(work, vector, work.result);
    return;
  }
  const ReadoutConfig& mode = part.readout();
  const cpu::PackedLevels& levels = *batch.packed[index].levels;
  const cpu::PackedCurves& curves = *batch.packed[index].curves;
  const std::size_t slices = mode.slices();
  const std::size_t items = chunk.count * slices;
  const std::size_t padded = padded_columns(levels);
  const bool noisy = !curves.noise_lsb.empty() || !matrix.read_variance.empty();
  if (noisy) draw_noise(work, part, batch.packed[index], chunk, scratch);
  scratch.slice_codes.reserve(items * matrix.rows);
  scratch.slice_sums.reserve(items);
  scratch.transposed.reserve(matrix.rows * cpu::most_lanes);
  scratch.line_sums.reserve(chunk.count * padded);
  std::fill_n(scratch.line_sums.data(), chunk.count * padded, 0);
  ProductResult& result = work.result;
  const bool alone = work.of_one_array();
  if (!alone) scratch.drive.reserve(items);

  cpu::MvmChunk kernel_work{};
  kernel_work.panels = levels.panels.data();
  kernel_work.panel_count = levels.panel_count;
  kernel_work.rows = matrix.rows;
  kernel_work.columns = levels.columns;
  kernel_work.counted_columns = part.counted();
  kernel_work.offset = levels.offset;
  kernel_work.row_siemens = matrix.row_siemens.data();
  kernel_work.slices = static_cast<std::uint32_t>(slices);
  kernel_work.dac_bits = mode.dac.bits;
  kernel_work.weights = mode.coding->weights;
  kernel_work.steps = curves.steps.data();
  kernel_work.inverse_steps = curves.inverse_steps.data();
  kernel_work.origins = curves.origins.data();
  kernel_work.exact_inverses = curves.exact_inverses;
  kernel_work.transitions = curves.transitions.empty() ? nullptr : curves.transitions.data();
  kernel_work.code_min = static_cast<float>(mode.adc.code_min());
  kernel_work.code_max = static_cast<float>(mode.adc.code_max());
  kernel_work.inputs = work.inputs_of(part, chunk.first);
  kernel_work.input_stride = work.input_stride;
  kernel_work.count = chunk.count;
  kernel_work.noise = noisy ? scratch.noise.data() : nullptr;
  kernel_work.drive_siemens = alone ? result.drive_siemens.data() + chunk.first * slices : scratch.drive.data();
  kernel_work.clipped = result.clipped.data() + chunk.first;
  kernel_work.line_sums = scratch.line_sums.data();
  kernel_work.codes = work.keep_codes ? result.codes.data() + chunk.first * slices * levels.columns : nullptr;
  kernel_work.values = work.keep_values ? result.values.data() + chunk.first * slices * levels.columns : nullptr;
  kernel_work.slice_codes = scratch.slice_codes.data();
  kernel_work.slice_sums = scratch.slice_sums.data();
  kernel_work.transposed = scratch.transposed.data();
  kernel_.run(kernel_work);
  if (alone && !matrix.row_coupling.empty()) subtract_coupled_drive(work, part, chunk, scratch);
  add_sums(work, part, scratch.line_sums.data(), padded, chunk);
}

}  // namespace

std::unique_ptr<Backend> cpu_backend(const BackendOptions& options) {
  const cpu::MvmKernel& kernel = cpu::find_kernel(options.instruction_set);
  auto pool = std::make_unique<cpu::ThreadPool>(cpu::thread_count(options.threads));
  const std::string description = fmt::format("cpu ({}, {} {})", kernel.name, pool->threads(), pool->threads() == 1 ? "thread" : "threads");
  auto cells = std::make_unique<CellStore>(options.seed, options.stop, std::make_unique<PooledRows>(*pool));
  auto engine = std::make_unique<CpuEngine>(*cells, kernel, std::move(pool));
  return std::make_unique<Backend>(description, std::move(cells), std::move(engine));
}

}  // namespace memcosim
