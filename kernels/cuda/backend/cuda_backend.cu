// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <deque>
#include <map>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/thread_pool.hpp"
#include "memcosim/kernels/cuda/backend/cuda_backend.hpp"
#include "memcosim/kernels/cuda/cells/cell_mirrors.hpp"
#include "memcosim/kernels/cuda/circuits/port_reductions.hpp"
#include "memcosim/kernels/cuda/gpu/gpus.hpp"
#include "memcosim/kernels/cuda/products/batch_buffers.cuh"
#include "memcosim/kernels/cuda/products/plain/circuit_mvm.cuh"
#include "memcosim/kernels/cuda/products/plain/plain_mvm.cuh"
#include "memcosim/kernels/cuda/products/tensor/tensor_mvm.cuh"
#include "memcosim/kernels/products/reference/reference_mvm.hpp"

namespace memcosim {

namespace {

constexpr std::size_t buffers_per_gpu = 4;                  ///< pieces in progress at the same time, so that copies and kernels overlap
constexpr std::size_t piece_bytes = std::size_t{32} << 20;  ///< of one piece on the GPU
constexpr std::size_t growth = 4;                           ///< factor by which buffers grow, since batches grow at the start of a run

}  // namespace

class CudaBackend::Work {
 public:
  Work(CudaBackend& backend, const BackendOptions& options, const std::vector<cuda::Gpu>& gpus)
      : backend_(backend), precision_(options.precision), pool_(cpu::thread_count(options.threads)) {
    if (gpus.empty()) throw std::logic_error("CudaBackend needs at least one GPU");
    for (std::size_t i = 0; i < (options.gpus == 0 ? gpus.size() : options.gpus); ++i)
      gpus_.emplace_back(gpus[i % gpus.size()]);
  }

  std::string description() const {
    std::string names;
    for (const GpuQueue& queue : gpus_)
      names += (names.empty() ? "" : ", ") + queue.gpu.name;
    return fmt::format("cuda ({}, {} precision)", names, single_precision() ? "single" : "double");
  }

  cuda::CellMirrors& cells(ArrayId array) {
    GpuQueue& queue = queue_of(array);
    if (queue.cells == nullptr) queue.cells = std::make_unique<cuda::CellMirrors>(queue.gpu.index);
    return *queue.cells;
  }

  /// Empty if the GPU cannot reduce such lines, or has no room.
  std::optional<std::vector<EffectiveCircuit>> reduce(const ArrayConfig& array, const std::vector<std::vector<double>>& siemens) {
    queue_of(0);
    try {
      if (!lines_ || !(lines_->wires == array.wires) || lines_->rows != array.rows || lines_->columns != array.columns) {
        const CrossbarCircuit circuit = array_circuit(array.wires, array.rows, array.columns, siemens.front());
        lines_.reset();
        if (!cuda::PortReductions::why_not(circuit).empty()) return std::nullopt;
        lines_.emplace(KnownLines{array.wires, array.rows, array.columns, cuda::PortReductions(circuit)});
      }
      return lines_->reductions.effective(siemens);
    } catch (const cuda::OutOfMemory&) {
      lines_.reset();
      backend_.add_note(fmt::format("{}: memory was short, circuits were reduced on the host", gpus_.front().gpu.name));
      return std::nullopt;
    }
  }

  std::vector<std::string> cell_notes() const {
    std::vector<std::string> notes;
    for (const GpuQueue& queue : gpus_) {
      if (queue.cells != nullptr) notes.insert(notes.end(), queue.cells->notes().begin(), queue.cells->notes().end());
    }
    return notes;
  }

  /// A note on the rounding of levels; empty if none were rounded.
  std::string rounding_note() const {
    if (rounded_arrays_ == 0) return "";
    return fmt::format(
        "levels of {} arrays were rounded (precision: within_noise): a value changes by at most {:.2g} LSB, below a tenth of the ADC's "
        "noise",
        rounded_arrays_, largest_rounding_lsb_);
  }

  Ticket submit(const MvmBatch& batch) {
    auto pending = std::make_unique<Pending>();
    pending->batch = batch;
    const std::shared_ptr<const LevelMatrix> levels = backend_.levels(batch.array);
    if (levels->circuit != nullptr) {
      pending->result = backend_.empty_result(batch);
      start_circuits(*pending, levels);
    } else {
      pending->result = backend_.unwritten_result(batch);
      or_say_full(batch.array, [&] { start(*pending, levels); });
    }
    pending_.emplace(++last_ticket_, std::move(pending));
    return {last_ticket_};
  }

  MvmResult collect(Ticket ticket) {
    const auto found = pending_.find(ticket.id);
    if (found == pending_.end()) throw std::logic_error("unknown ticket, or collected before");
    Pending& pending = *found->second;
    GpuQueue& queue = queue_of(pending.batch.array);
    while (pending.pieces_under_way > 0)
      finish_oldest(queue);
    for (const auto& job : pending.jobs)
      pool_.wait(job);
    MvmResult result = std::move(pending.result);
    pending_.erase(found);
    return result;
  }

  /// Empty if tensor cores cannot compute the product, or if several GPUs are used.
  std::optional<ProductResult> multiply(const ProductBatch& batch) {
    if (single_precision() || gpus_.size() > 1) return std::nullopt;
    return or_say_full(batch.parts.front().array, [&] { return multiply_whole(batch); });
  }

 private:
  /// A submitted batch. It shares the immutable data of the present state of its array, so that later changes do not affect it.
  struct Pending {
    MvmBatch batch;
    std::shared_ptr<const cuda::ArrayMvm> array;  ///< null: the host solves its circuits
    MvmResult result;
    std::shared_ptr<const LevelMatrix> levels;  ///< only for circuits, as the next
    ReadoutConfig readout;
    std::size_t pieces_under_way = 0;
    std::vector<std::shared_ptr<cpu::ThreadPool::Job>> jobs;  ///< circuits that the host solves
  };
  struct Piece {
    Pending* owner;
    std::unique_ptr<cuda::BatchBuffers> buffers;
  };
  struct GpuQueue {
    explicit GpuQueue(cuda::Gpu on) : gpu(std::move(on)) {}
    /// Largest number of vectors in a piece.
    std::size_t most_vectors(const cuda::BatchShape& shape) const { return std::max<std::size_t>(1, piece_limit / shape.bytes()); }

    cuda::Gpu gpu;
    std::deque<Piece> under_way;  ///< oldest first
    std::vector<std::unique_ptr<cuda::BatchBuffers>> free;
    std::size_t piece_limit = piece_bytes;
    std::unique_ptr<cuda::CellMirrors> cells;  ///< made when they are first needed
  };
  /// The circuits that were reduced last.
  struct KnownLines {
    ArrayWires wires;
    std::uint32_t rows;
    std::uint32_t columns;
    cuda::PortReductions reductions;
  };
  /// The product of an array on the GPU, for one state and readout.
  struct Known {
    std::shared_ptr<const LevelMatrix> levels;
    ReadoutConfig readout;
    std::uint32_t used_columns = 0;                 ///< see MvmBatch
    std::shared_ptr<const cuda::ArrayMvm> product;  ///< null: circuits that the GPU does not solve
  };

  /// The product of several arrays on the GPU.
  struct KnownProduct {
    std::vector<ProductPart> parts;
    ReadoutConfig readout;
    std::shared_ptr<const cuda::ArrayMvm> product;  ///< null: tensor cores cannot take it
  };

  /// Calls use(); if the GPU has no room even for its smallest need, throws RunError with advice.
  template <typename Use>
  std::invoke_result_t<Use> or_say_full(ArrayId array, Use use) {
    try {
      return use();
    } catch (const cuda::OutOfMemory& error) {
      throw RunError(
          fmt::format("the memory of GPU {} ({}) is full: close other programs that use it, or run with --backend cpu (simulation.backend: "
                      "cpu). {}",
                      queue_of(array).gpu.index, queue_of(array).gpu.name, error.what()));
    }
  }

  void start(Pending& pending, const std::shared_ptr<const LevelMatrix>& levels) {
    pending.array = product(pending.batch, levels);
    queue(pending, shape_of(pending.batch, *pending.array));
  }

  /// Starts a batch of circuits: on the GPU if it can solve them and has room, else on the host.
  void start_circuits(Pending& pending, const std::shared_ptr<const LevelMatrix>& levels) {
    const ArrayId array = pending.batch.array;
    pending.levels = levels;
    pending.readout = backend_.readout(array);
    try {
      pending.array = product(pending.batch, levels);
      if (pending.array != nullptr) return queue(pending, shape_of(pending.batch, *pending.array));
    } catch (const cuda::OutOfMemory&) {
      backend_.add_note(
          fmt::format("{}: memory was short, circuits of cells that are not linear were solved on the host", queue_of(array).gpu.name));
    }
    backend_.check_batch(pending.batch);
    std::vector<std::size_t> all(pending.batch.count);
    std::iota(all.begin(), all.end(), std::size_t{0});
    solve_on_host(pending, all);
  }

  std::optional<ProductResult> multiply_whole(const ProductBatch& batch) {
    Pending pending;
    pending.array = whole_product(batch);
    if (pending.array == nullptr) return std::nullopt;
    pending.batch.array = batch.parts.front().array;
    pending.batch.count = batch.count;
    pending.batch.inputs = batch.inputs;
    pending.batch.input_stride = batch.input_stride;
    pending.batch.first_event = batch.first_event;
    pending.batch.event_stride = batch.event_stride;
    pending.result.sums.resize(batch.count * batch.outputs);
    pending.result.clipped.resize(batch.count);
    queue(pending, {batch.rows, batch.outputs, 0, 0, 0});
    while (pending.pieces_under_way > 0)
      finish_oldest(queue_of(pending.batch.array));
    return ProductResult{std::move(pending.result.sums), std::move(pending.result.clipped)};
  }

  bool single_precision() const { return precision_ == Precision::single_precision; }

  GpuQueue& queue_of(ArrayId array) {
    GpuQueue& queue = gpus_[array % gpus_.size()];
    cuda::succeed(cudaSetDevice(queue.gpu.index), "choose the GPU");
    return queue;
  }

  std::shared_ptr<const cuda::ArrayMvm> product(const MvmBatch& batch, const std::shared_ptr<const LevelMatrix>& levels) {
    const ArrayId array = batch.array;
    if (known_.size() <= array) known_.resize(std::size_t{array} + 1);
    Known& known = known_[array];
    const ReadoutConfig& readout = backend_.readout(array);
    if (known.levels != levels || known.readout != readout || known.used_columns != batch.used_columns) {
      queue_of(array);
      known = {};  // free the old product before the new one takes memory
      known = {levels, readout, batch.used_columns, make_product(*levels, readout, backend_.config(array).stream, batch.used_columns)};
      if (known.product != nullptr) count_rounding(*known.product, 1);
    }
    return known.product;
  }

  std::shared_ptr<const cuda::ArrayMvm> make_product(const LevelMatrix& levels, const ReadoutConfig& readout, std::uint32_t stream,
                                                     std::uint32_t used_columns) const {
    if (levels.circuit != nullptr) return cuda::make_circuit_mvm(levels, readout, backend_.seed(), stream, used_columns);
    std::unique_ptr<cuda::ArrayMvm> product;
    if (!single_precision()) product = cuda::make_tensor_mvm(levels, readout, backend_.seed(), stream, used_columns, tensor_options());
    if (product == nullptr) product = cuda::make_plain_mvm(levels, readout, single_precision(), backend_.seed(), stream, used_columns);
    return product;
  }

  cuda::TensorOptions tensor_options() const {
    cuda::TensorOptions options;
    options.within_noise = precision_ == Precision::within_noise;
    return options;
  }

  void count_rounding(const cuda::ArrayMvm& product, std::size_t arrays) {
    if (!(product.rounding_lsb() > 0.0)) return;
    rounded_arrays_ += arrays;
    largest_rounding_lsb_ = std::max(largest_rounding_lsb_, product.rounding_lsb());
  }

  /// The product of several arrays; the last one is kept for each first array.
  std::shared_ptr<const cuda::ArrayMvm> whole_product(const ProductBatch& batch) {
    KnownProduct& known = products_[batch.parts.front().array];
    const ReadoutConfig& readout = backend_.readout(batch.parts.front().array);
    if (known.parts == batch.parts && known.readout == readout) return known.product;
    known = {};
    std::vector<std::shared_ptr<const LevelMatrix>> levels;
    ProductSpec spec;
    spec.rows = batch.rows;
    spec.outputs = batch.outputs;
    spec.readout = readout;
    spec.seed = backend_.seed();
    for (const ProductPart& part : batch.parts) {
      levels.push_back(backend_.levels(part.array));
      spec.arrays.push_back({levels.back().get(), backend_.config(part.array).stream, part.first_row, part.first_output, part.weight_shift,
                             part.used_columns});
    }
    queue_of(batch.parts.front().array);
    known = {batch.parts, readout, cuda::make_tensor_product(spec, tensor_options())};
    if (known.product != nullptr) count_rounding(*known.product, batch.parts.size());
    return known.product;
  }

  cuda::BatchShape shape_of(const MvmBatch& batch, const cuda::ArrayMvm& product) const {
    const ReadoutConfig& readout = backend_.readout(batch.array);
    const std::uint32_t columns = backend_.config(batch.array).columns;
    const std::size_t conversions = std::size_t{converted_columns(readout.pairing, columns)} * readout.slices();
    return {backend_.config(batch.array).rows,
            output_columns(readout.pairing, columns),
            readout.slices(),
            batch.keep_codes ? conversions : 0,
            batch.keep_values ? conversions : 0,
            product.scratch(),
            product.is_iterative()};
  }

  /// Cuts the batch into pieces and starts them; if memory is short, smaller pieces and fewer at the same time.
  void queue(Pending& pending, const cuda::BatchShape& shape) {
    GpuQueue& queue = queue_of(pending.batch.array);
    try {
      start_pieces(pending, shape, queue);
    } catch (...) {
      abandon(pending, queue);
      throw;
    }
  }

  /// Waits for the pieces and jobs of a failed batch, which write to memory that is freed after it.
  void abandon(Pending& pending, GpuQueue& queue) {
    while (pending.pieces_under_way > 0)
      finish_oldest(queue);
    for (const auto& job : pending.jobs) {
      try {
        pool_.wait(job);
      } catch (const std::exception&) {  // the first failure of the batch is reported
      }
    }
    pending.jobs.clear();
  }

  void start_pieces(Pending& pending, const cuda::BatchShape& shape, GpuQueue& queue) {
    const MvmBatch& batch = pending.batch;
    for (std::size_t first = 0; first < batch.count;) {
      std::size_t count = std::min(batch.count - first, queue.most_vectors(shape));
      std::unique_ptr<cuda::BatchBuffers> buffers = reserved(queue, shape, count);
      backend_.check_codes(batch, buffers->gather(batch, shape, first, count, pool_));
      buffers->start(batch, *pending.array);
      queue.under_way.push_back({&pending, std::move(buffers)});
      ++pending.pieces_under_way;
      first += count;
    }
  }

  /// Buffers for `count` vectors, or for fewer if memory is short: `count` is then reduced.
  std::unique_ptr<cuda::BatchBuffers> reserved(GpuQueue& queue, const cuda::BatchShape& shape, std::size_t& count) {
    while (true) {
      if (queue.free.empty() && queue.under_way.size() >= buffers_per_gpu) finish_oldest(queue);
      std::unique_ptr<cuda::BatchBuffers> buffers;
      try {
        if (queue.free.empty()) {
          buffers = std::make_unique<cuda::BatchBuffers>();
        } else {
          buffers = std::move(queue.free.back());
          queue.free.pop_back();
        }
        buffers->reserve(shape, count, std::min(growth * count, queue.most_vectors(shape)));
        return buffers;
      } catch (const cuda::OutOfMemory&) {
        buffers.reset();
        while (!queue.under_way.empty())
          finish_oldest(queue);
        queue.free.clear();
        if (lines_) {
          lines_.reset();
          continue;
        }
        if (count == 1) throw;
        count = (count + 1) / 2;
        queue.piece_limit = count * shape.bytes();
        backend_.add_note(fmt::format("{}: memory was short, products went through it in smaller pieces", queue.gpu.name));
      }
    }
  }

  void finish_oldest(GpuQueue& queue) {
    Piece piece = std::move(queue.under_way.front());
    queue.under_way.pop_front();
    --piece.owner->pieces_under_way;
    const std::vector<std::size_t> unsolved = piece.buffers->finish(piece.owner->result, pool_);
    queue.free.push_back(std::move(piece.buffers));
    if (unsolved.empty()) return;
    backend_.add_note(fmt::format("{}: circuits that conjugate gradients could not solve were solved on the host", queue.gpu.name));
    solve_on_host(*piece.owner, unsolved);
  }

  /// Starts solving the circuits of these vectors in the threads of the pool; existing results of them are replaced.
  void solve_on_host(Pending& pending, const std::vector<std::size_t>& vectors) {
    const std::size_t tasks = std::min<std::size_t>(vectors.size(), 4 * std::size_t{pool_.threads()});
    const std::size_t stride = pending.batch.input_stride == 0 ? pending.levels->rows : pending.batch.input_stride;
    const std::size_t outputs = output_columns(pending.readout.pairing, pending.levels->columns);
    const std::uint32_t stream = backend_.config(pending.batch.array).stream;
    pending.jobs.push_back(pool_.start(tasks, [this, &pending, vectors, tasks, stride, outputs, stream](std::size_t task, unsigned) {
      const MvmBatch& batch = pending.batch;
      ReferenceMvm mvm(*pending.levels, pending.readout, backend_.seed(), stream, pending.batch.used_columns, backend_.stop());
      for (std::size_t index = task; index < vectors.size(); index += tasks) {
        const std::size_t vector = vectors[index];
        std::fill_n(pending.result.sums.begin() + static_cast<std::ptrdiff_t>(vector * outputs), outputs, 0);
        pending.result.clipped[vector] = {};
        mvm.run(batch.inputs + vector * stride, batch.first_event + vector * batch.event_stride, vector, pending.result);
      }
    }));
  }

  CudaBackend& backend_;
  Precision precision_;
  std::deque<GpuQueue> gpus_;
  std::vector<Known> known_;                  ///< per array
  std::map<ArrayId, KnownProduct> products_;  ///< by their first array
  std::optional<KnownLines> lines_;           ///< on the first GPU
  std::size_t rounded_arrays_ = 0;
  double largest_rounding_lsb_ = 0.0;
  std::map<std::uint64_t, std::unique_ptr<Pending>> pending_;
  std::uint64_t last_ticket_ = 0;
  cpu::ThreadPool pool_;  ///< last member: its threads end before the members that they use
};

CudaBackend::CudaBackend(const BackendOptions& options, const std::vector<cuda::Gpu>& gpus)
    : ArrayBackend(options), work_(std::make_unique<Work>(*this, options, gpus)) {}

CudaBackend::~CudaBackend() = default;

std::string CudaBackend::description() const {
  return work_->description();
}

Ticket CudaBackend::submit(const MvmBatch& batch) {
  check_shape(batch);
  return work_->submit(batch);
}

MvmResult CudaBackend::collect(Ticket ticket) {
  return work_->collect(ticket);
}

ProductResult CudaBackend::multiply(const ProductBatch& batch) {
  check_product(batch);
  std::optional<ProductResult> result = work_->multiply(batch);
  return result ? std::move(*result) : ArrayBackend::multiply(batch);
}

std::vector<std::string> CudaBackend::notes() const {
  std::vector<std::string> notes = ArrayBackend::notes();
  for (std::string& note : work_->cell_notes())
    notes.push_back(std::move(note));
  const std::string rounding = work_->rounding_note();
  if (!rounding.empty()) notes.push_back(rounding);
  return notes;
}

bool CudaBackend::write_cells(ArrayId array, CellArray& cells, const WriteRegion& region, ProgramResult& result) {
  return work_->cells(array).write(array, cells, *region.spec, region.rows, region.columns, region.targets_s, region.event, result);
}

bool CudaBackend::pulse_cells(ArrayId array, CellArray& cells, const double* volts, double seconds, std::vector<double>& energy_j) {
  return work_->cells(array).pulse(array, cells, volts, seconds, energy_j);
}

bool CudaBackend::observe_cells(ArrayId array, const CellArray& cells, std::vector<double>& siemens) const {
  return work_->cells(array).observe(array, cells, siemens);
}

bool CudaBackend::observe_sigmas(ArrayId array, const CellArray& cells, std::vector<double>& sigmas_s) const {
  return work_->cells(array).read_sigmas(array, cells, sigmas_s);
}

std::vector<EffectiveCircuit> CudaBackend::reduce_circuits(const ArrayConfig& array, const std::vector<std::vector<double>>& siemens) {
  auto reduced = work_->reduce(array, siemens);
  return reduced ? std::move(*reduced) : ArrayBackend::reduce_circuits(array, siemens);
}

}  // namespace memcosim
