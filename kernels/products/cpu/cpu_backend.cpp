// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/cpu/cpu_backend.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "memcosim/kernels/products/column_read_noise.hpp"
#include "memcosim/kernels/products/coupled_drive.hpp"
#include "memcosim/kernels/products/cpu/adc_noise.hpp"
#include "memcosim/kernels/products/cpu/instruction_sets.hpp"
#include "memcosim/kernels/products/exact_inverse.hpp"
#include "memcosim/kernels/products/reference/reference_mvm.hpp"

namespace memcosim {

namespace {

/// Bytes of slice codes per task, which determine its number of vectors: they should stay in the second-level cache.
constexpr std::size_t chunk_bytes = std::size_t{256} << 10;

}  // namespace

/// Memory of one worker, kept between tasks.
struct CpuBackend::Scratch {
  cpu::AlignedBuffer<float> slice_codes;
  cpu::AlignedBuffer<float> slice_sums;
  cpu::AlignedBuffer<float> noise;
  cpu::AlignedBuffer<std::uint16_t> transposed;
  cpu::AlignedBuffer<std::int32_t> line_sums;
  std::vector<unsigned> codes;  ///< of one slice
  std::vector<double> read_variances;
};

/// One submitted batch. It copies the readout and shares the immutable levels, so that later changes of the array do not affect it.
struct CpuBackend::Pending {
  MvmBatch batch;
  ReadoutConfig readout;
  std::uint32_t stream;
  std::shared_ptr<const cpu::PackedLevels> levels;
  std::vector<float> transitions;  ///< of an ADC that is not linear
  std::size_t chunk_vectors;
  MvmResult result;
  std::shared_ptr<cpu::ThreadPool::Job> job;
};

CpuBackend::CpuBackend(const BackendOptions& options)
    : ArrayBackend(options), kernel_(cpu::find_kernel(options.instruction_set)), pool_(cpu::thread_count(options.threads)) {
  for (unsigned worker = 0; worker < pool_.threads(); ++worker)
    scratch_.push_back(std::make_unique<Scratch>());
}

CpuBackend::~CpuBackend() = default;

std::string CpuBackend::description() const {
  return fmt::format("cpu ({}, {} {})", kernel_.name, pool_.threads(), pool_.threads() == 1 ? "thread" : "threads");
}

Ticket CpuBackend::submit(const MvmBatch& batch) {
  check_batch(batch);
  auto pending = std::make_unique<Pending>();
  pending->batch = batch;
  pending->readout = readout(batch.array);
  pending->stream = config(batch.array).stream;
  pending->levels = packed(batch.array);
  if (const auto& transitions = pending->readout.adc_transitions) pending->transitions.assign(transitions->begin(), transitions->end());
  pending->result = empty_result(batch);
  const std::size_t rows = pending->levels->source->rows;
  if (batch.input_stride == 0) pending->batch.input_stride = rows;
  const std::size_t vector_bytes = rows * pending->readout.slices() * sizeof(float);
  pending->chunk_vectors = std::clamp<std::size_t>(chunk_bytes / vector_bytes, 1, cpu::most_lanes);

  Pending* work = pending.get();
  const std::size_t chunks = (batch.count + work->chunk_vectors - 1) / work->chunk_vectors;
  pending->job = pool_.start(chunks, [this, work](std::size_t chunk, unsigned worker) { run_chunk(*work, chunk, *scratch_[worker]); });
  pending_.emplace(++last_ticket_, std::move(pending));
  return {last_ticket_};
}

MvmResult CpuBackend::collect(Ticket ticket) {
  const auto found = pending_.find(ticket.id);
  if (found == pending_.end()) throw std::logic_error("unknown ticket, or collected before");
  pool_.wait(found->second->job);
  MvmResult result = std::move(found->second->result);
  pending_.erase(found);
  return result;
}

void CpuBackend::for_each_row(std::uint32_t rows, const std::function<void(std::uint32_t)>& work) {
  pool_.wait(pool_.start(rows, [&work](std::size_t row, unsigned) { work(static_cast<std::uint32_t>(row)); }));
}

std::shared_ptr<const cpu::PackedLevels> CpuBackend::packed(ArrayId array) {
  if (packed_.size() <= array) packed_.resize(std::size_t{array} + 1);
  auto& known = packed_[array];
  const auto source = levels(array);
  const ColumnPairing pairing = readout(array).pairing;
  if (!known || known->source != source || known->pairing != pairing) {
    known = std::make_shared<const cpu::PackedLevels>(source, pairing, kernel_.panel_width);
  }
  return known;
}

/// Adds the read noise of the cells to the noise of the converters.
void CpuBackend::add_read_noise(const Pending& pending, std::size_t first, std::size_t count, Scratch& scratch) const {
  const MvmBatch& batch = pending.batch;
  const ReadoutConfig& mode = pending.readout;
  const LevelMatrix& matrix = *pending.levels->source;
  const std::size_t columns = pending.levels->columns;
  const std::size_t padded = std::size_t{pending.levels->panel_count} * kernel_.panel_width;
  scratch.codes.resize(matrix.rows);
  scratch.read_variances.resize(columns);
  for (std::size_t vector = 0; vector < count; ++vector) {
    const InputCode* inputs = batch.inputs + (first + vector) * batch.input_stride;
    const std::uint64_t event = batch.first_event + (first + vector) * batch.event_stride;
    for (unsigned slice = 0; slice < mode.slices(); ++slice) {
      for (std::uint32_t row = 0; row < matrix.rows; ++row)
        scratch.codes[row] = (static_cast<unsigned>(inputs[row]) >> (slice * mode.dac.bits)) & mode.dac.code_max();
      column_read_variances(matrix, mode.pairing, scratch.codes.data(), scratch.read_variances.data());
      float* noise = scratch.noise.data() + (vector * mode.slices() + slice) * padded;
      for (std::uint32_t column = 0; column < columns; ++column) {
        noise[column] += static_cast<float>(
            column_read_noise(scratch.read_variances[column], mode.adc.step(), seed(), pending.stream, column, event, slice));
      }
    }
  }
}

/// For arrays with resistive lines: subtracts the power that flows from one driver to another (LevelMatrix::row_coupling) from the drive.
void CpuBackend::subtract_coupled_drive(Pending& pending, std::size_t first, std::size_t count, Scratch& scratch) const {
  const ReadoutConfig& mode = pending.readout;
  const LevelMatrix& matrix = *pending.levels->source;
  const double full = mode.dac.code_max();
  scratch.codes.resize(matrix.rows);
  for (std::size_t vector = first; vector < first + count; ++vector) {
    const InputCode* inputs = pending.batch.inputs + vector * pending.batch.input_stride;
    for (unsigned slice = 0; slice < mode.slices(); ++slice) {
      for (std::uint32_t row = 0; row < matrix.rows; ++row)
        scratch.codes[row] = (static_cast<unsigned>(inputs[row]) >> (slice * mode.dac.bits)) & mode.dac.code_max();
      pending.result.drive_siemens[vector * mode.slices() + slice] -= coupled_drive(matrix, scratch.codes.data()) / (full * full);
    }
  }
}

void CpuBackend::run_chunk(Pending& pending, std::size_t chunk, Scratch& scratch) const {
  const MvmBatch& batch = pending.batch;
  const ReadoutConfig& mode = pending.readout;
  const cpu::PackedLevels& levels = *pending.levels;
  const LevelMatrix& matrix = *levels.source;
  const std::size_t first = chunk * pending.chunk_vectors;
  const std::size_t count = std::min(pending.chunk_vectors, batch.count - first);
  stop().check();
  if (!matrix.codes.empty() || matrix.circuit != nullptr) {
    ReferenceMvm mvm(matrix, mode, seed(), pending.stream, batch.used_columns, stop());
    for (std::size_t vector = first; vector < first + count; ++vector)
      mvm.run(batch.inputs + vector * batch.input_stride, batch.first_event + vector * batch.event_stride, vector, pending.result);
    return;
  }
  const std::size_t slices = mode.slices();
  const std::size_t items = count * slices;
  const std::size_t padded = std::size_t{levels.panel_count} * kernel_.panel_width;

  scratch.slice_codes.reserve(items * matrix.rows);
  scratch.slice_sums.reserve(items);
  scratch.transposed.reserve(matrix.rows * cpu::most_lanes);
  scratch.line_sums.reserve(count * padded);
  std::fill_n(scratch.line_sums.data(), count * padded, 0);
  const bool adc_noisy = mode.adc.noise_lsb > 0.0;
  const bool noisy = adc_noisy || !matrix.read_variance.empty();
  if (noisy) {
    scratch.noise.reserve(items * padded);
    std::fill_n(scratch.noise.data(), items * padded, 0.0f);
    for (std::size_t item = 0; adc_noisy && item < items; ++item) {
      const std::uint64_t event = batch.first_event + (first + item / slices) * batch.event_stride;
      cpu::draw_adc_noise(scratch.noise.data() + item * padded, levels.columns, mode.adc.noise_lsb, seed(), pending.stream, event,
                          static_cast<unsigned>(item % slices));
    }
    if (!matrix.read_variance.empty()) add_read_noise(pending, first, count, scratch);
  }

  cpu::MvmChunk work{};
  work.panels = levels.panels.data();
  work.panel_count = levels.panel_count;
  work.rows = matrix.rows;
  work.columns = levels.columns;
  work.counted_columns = counted_columns(mode.pairing, matrix.columns, batch.used_columns);
  work.offset = levels.offset;
  work.row_siemens = matrix.row_siemens.data();
  work.slices = mode.slices();
  work.dac_bits = mode.dac.bits;
  work.step = static_cast<float>(mode.adc.step());
  work.inverse_step = exact_inverse(work.step);
  work.origin = static_cast<float>(mode.adc.origin());
  work.transitions = pending.transitions.empty() ? nullptr : pending.transitions.data();
  work.code_min = static_cast<float>(mode.adc.code_min());
  work.code_max = static_cast<float>(mode.adc.code_max());
  work.inputs = batch.inputs + first * batch.input_stride;
  work.input_stride = batch.input_stride;
  work.count = count;
  work.noise = noisy ? scratch.noise.data() : nullptr;
  MvmResult& result = pending.result;
  work.drive_siemens = result.drive_siemens.data() + first * slices;
  work.clipped = result.clipped.data() + first;
  work.line_sums = scratch.line_sums.data();
  work.codes = batch.keep_codes ? result.codes.data() + first * slices * levels.columns : nullptr;
  work.values = batch.keep_values ? result.values.data() + first * slices * levels.columns : nullptr;
  work.slice_codes = scratch.slice_codes.data();
  work.slice_sums = scratch.slice_sums.data();
  work.transposed = scratch.transposed.data();
  kernel_.run(work);
  if (!matrix.row_coupling.empty()) subtract_coupled_drive(pending, first, count, scratch);

  const std::size_t outputs = output_columns(mode.pairing, matrix.columns);
  for (std::size_t vector = 0; vector < count; ++vector) {
    const std::int32_t* lines = scratch.line_sums.data() + vector * padded;
    std::int32_t* sums = result.sums.data() + (first + vector) * outputs;
    if (mode.pairing == ColumnPairing::differential_digital) {
      for (std::size_t output = 0; output < outputs; ++output)
        sums[output] = lines[2 * output] - lines[2 * output + 1];
    } else {
      std::copy_n(lines, outputs, sums);
    }
  }
}

}  // namespace memcosim
