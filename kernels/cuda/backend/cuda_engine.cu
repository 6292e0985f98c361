// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <deque>
#include <numeric>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "memcosim/common/error.hpp"
#include "memcosim/common/thread_pool.hpp"
#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/cuda/backend/cuda_engine.hpp"
#include "memcosim/kernels/cuda/products/batch_buffers.cuh"
#include "memcosim/kernels/cuda/products/plain/circuit_mvm.cuh"
#include "memcosim/kernels/cuda/products/plain/plain_mvm.cuh"
#include "memcosim/kernels/cuda/products/tensor/tensor_mvm.cuh"
#include "memcosim/kernels/products/product_work.hpp"
#include "memcosim/kernels/products/reference/reference_mvm.hpp"

namespace memcosim::cuda {

namespace {

constexpr std::size_t buffers_per_gpu = 4;                  ///< pieces in progress at the same time, so that copies and kernels overlap
constexpr std::size_t piece_bytes = std::size_t{32} << 20;  ///< of one piece on the GPU
constexpr std::size_t growth = 4;                           ///< factor by which buffers grow, since batches grow at the start of a run

/// A batch under way.
struct Pending {
  ProductWork work;
  std::shared_ptr<const ArrayMvm> product;  ///< null: computed array by array (`parts`), or circuits that the host solves
  std::vector<std::unique_ptr<Pending>> parts;
  std::size_t pieces_under_way = 0;
  std::vector<std::shared_ptr<cpu::ThreadPool::Job>> jobs;  ///< circuits that the host solves

  ArrayId first_array() const { return work.parts.front().place.array; }
};

struct Piece {
  Pending* owner;
  std::unique_ptr<BatchBuffers> buffers;
};

struct GpuQueue {
  explicit GpuQueue(Gpu on) : gpu(std::move(on)) {}
  /// Largest number of vectors in a piece.
  std::size_t most_vectors(const BatchShape& shape) const { return std::max<std::size_t>(1, piece_limit / shape.bytes()); }

  Gpu gpu;
  std::deque<Piece> under_way;  ///< oldest first
  std::vector<std::unique_ptr<BatchBuffers>> free;
  std::size_t piece_limit = piece_bytes;
};

/// The product of an array on the GPU, for one state and readout.
struct KnownArray {
  LevelHandle levels;
  std::shared_ptr<const KnownReadout> readout;
  std::uint32_t used_columns = 0;           ///< see ProductPart
  std::shared_ptr<const ArrayMvm> product;  ///< null: circuits that the GPU does not solve
};

/// The product of several arrays on the GPU.
struct KnownProduct {
  std::vector<ProductPart> parts;
  std::shared_ptr<const ArrayMvm> product;  ///< null: tensor cores cannot take it
};

/// True if the sums of the work are those of its one array as it stands.
bool is_plain_array(const ProductWork& work) {
  const PartWork& part = work.parts.front();
  return work.of_one_array() && part.place.first_row == 0 && part.place.first_output == 0 && part.weight() == 1 &&
         work.rows == part.levels->rows && work.outputs == output_columns(part.readout().pairing, part.levels->columns);
}

/// One array of a product by itself.
ProductWork array_alone(const ProductWork& work, std::size_t index) {
  ProductWork own;
  own.parts = {work.parts[index]};
  PartWork& part = own.parts.front();
  own.rows = part.levels->rows;
  own.outputs = output_columns(part.readout().pairing, part.levels->columns);
  own.count = work.count;
  own.inputs = work.inputs + part.place.first_row;
  own.input_stride = work.input_stride;
  own.first_event = work.first_event;
  own.event_stride = work.event_stride;
  own.keep_codes = work.keep_codes;
  own.keep_values = work.keep_values;
  part.place.first_row = 0;
  part.place.first_output = 0;
  part.place.sign = 1;
  part.place.shift = 0;
  const std::size_t drives = work.count * part.readout().slices();
  const std::size_t conversions = drives * converted_columns(part.readout().pairing, part.levels->columns);
  own.result.sums.resize(work.count * own.outputs);
  own.result.clipped.resize(work.count);
  own.result.drive_siemens.resize(drives);
  own.result.codes.resize(work.keep_codes ? conversions : 0);
  own.result.values.resize(work.keep_values ? conversions : 0);
  return own;
}

/// Adds the result of one array to that of the product.
void add_part(ProductWork& work, const PartWork& part, ProductWork& own) {
  for (std::size_t vector = 0; vector < work.count; ++vector) {
    std::int32_t* to = work.result.sums.data() + vector * work.outputs + part.place.first_output;
    for (std::size_t output = 0; output < own.outputs; ++output)
      to[output] += own.result.sums[vector * own.outputs + output] * part.weight();
    work.result.clipped[vector] += own.result.clipped[vector];
  }
  if (!work.of_one_array()) return;
  work.result.drive_siemens = std::move(own.result.drive_siemens);
  work.result.codes = std::move(own.result.codes);
  work.result.values = std::move(own.result.values);
}

class CudaEngine final : public ProductEngine {
 public:
  CudaEngine(const BackendOptions& options, std::vector<Gpu> gpus, CellStore& cells, CudaCells& accelerator)
      : cells_(cells), accelerator_(accelerator), precision_(options.precision), pool_(cpu::thread_count(options.threads)) {
    for (Gpu& gpu : gpus)
      gpus_.emplace_back(std::move(gpu));
  }

  std::vector<std::string> notes() const override {
    std::vector<std::string> notes = notes_;
    if (rounded_arrays_ > 0) {
      notes.push_back(
          fmt::format("levels of {} arrays were rounded (precision: within_noise): a value changes by at most {:.2g} LSB, below a tenth of "
                      "the ADC's noise",
                      rounded_arrays_, largest_rounding_lsb_));
    }
    return notes;
  }

  /// Enough for the GPU's full speed; with more, the values of a chunk would leave the processor's caches before they are used.
  std::size_t preferred_vectors() const override { return 128; }
  ReadoutId add(const ReadoutConfig& readout) override { return readouts_.add(readout); }

  Ticket submit(const ProductBatch& batch) override {
    auto pending = std::make_unique<Pending>();
    pending->work = prepare(batch, cells_, readouts_, ResultMemory::unwritten);
    if (is_plain_array(pending->work)) {
      start_array(*pending);
    } else if (!start_whole(*pending)) {
      start_parts(*pending);
    }
    return tickets_.add(std::move(pending));
  }

  ProductResult collect(Ticket ticket) override {
    Pending& pending = tickets_.at(ticket);
    finish(pending);
    if (!pending.parts.empty()) {
      std::fill(pending.work.result.sums.begin(), pending.work.result.sums.end(), 0);
      std::fill(pending.work.result.clipped.begin(), pending.work.result.clipped.end(), ClipCounts{});
    }
    for (std::size_t index = 0; index < pending.parts.size(); ++index) {
      finish(*pending.parts[index]);
      add_part(pending.work, pending.work.parts[index], pending.parts[index]->work);
    }
    ProductResult result = std::move(pending.work.result);
    tickets_.remove(ticket);
    return result;
  }

 private:
  /// Calls use(); if the GPU has no room even for its smallest need, throws RunError with advice.
  template <typename Use>
  std::invoke_result_t<Use> or_say_full(ArrayId array, Use use) {
    try {
      return use();
    } catch (const OutOfMemory& error) {
      throw RunError(
          fmt::format("the memory of GPU {} ({}) is full: close other programs that use it, or run with --backend cpu (simulation.backend: "
                      "cpu). {}",
                      queue_of(array).gpu.index, queue_of(array).gpu.name, error.what()));
    }
  }

  void add_note(const std::string& note) {
    if (std::find(notes_.begin(), notes_.end(), note) == notes_.end()) notes_.push_back(note);
  }

  /// Waits until all of a batch has been computed.
  void finish(Pending& pending) {
    GpuQueue& queue = queue_of(pending.first_array());
    while (pending.pieces_under_way > 0)
      finish_oldest(queue);
    for (const auto& job : pending.jobs)
      pool_.wait(job);
  }

  void start_array(Pending& pending) {
    if (pending.work.parts.front().levels->circuit != nullptr) return start_circuits(pending);
    or_say_full(pending.first_array(), [&] {
      pending.product = product(pending.work.parts.front());
      queue(pending, shape_of(pending.work, *pending.product));
    });
  }

  /// Starts a product of several arrays array by array.
  void start_parts(Pending& pending) {
    try {
      for (std::size_t index = 0; index < pending.work.parts.size(); ++index) {
        pending.parts.push_back(std::make_unique<Pending>());
        pending.parts.back()->work = array_alone(pending.work, index);
        start_array(*pending.parts.back());
      }
    } catch (...) {
      for (const auto& part : pending.parts)
        abandon(*part, queue_of(part->first_array()));
      throw;
    }
  }

  /// Starts a batch of circuits: on the GPU if it can solve them and has room, else on the host.
  void start_circuits(Pending& pending) {
    try {
      pending.product = product(pending.work.parts.front());
      if (pending.product != nullptr) return queue(pending, shape_of(pending.work, *pending.product));
    } catch (const OutOfMemory&) {
      add_note(fmt::format("{}: memory was short, circuits of cells that are not linear were solved on the host",
                           queue_of(pending.first_array()).gpu.name));
    }
    check_codes(pending.work);
    std::vector<std::size_t> all(pending.work.count);
    std::iota(all.begin(), all.end(), std::size_t{0});
    solve_on_host(pending, all);
  }

  /// Starts a product of several arrays as one kernel; false if tensor cores cannot compute it, or if several GPUs are used.
  bool start_whole(Pending& pending) {
    if (single_precision() || gpus_.size() > 1 || pending.work.of_one_array()) return false;
    return or_say_full(pending.first_array(), [&] {
      pending.product = whole_product(pending.work);
      if (pending.product == nullptr) return false;
      queue(pending, {pending.work.rows, pending.work.outputs, 0, 0, 0});
      return true;
    });
  }

  bool single_precision() const { return precision_ == Precision::single_precision; }

  GpuQueue& queue_of(ArrayId array) {
    GpuQueue& queue = gpus_[array % gpus_.size()];
    succeed(cudaSetDevice(queue.gpu.index), "choose the GPU");
    return queue;
  }

  std::shared_ptr<const ArrayMvm> product(const PartWork& part) {
    const ArrayId array = part.place.array;
    if (known_.size() <= array) known_.resize(std::size_t{array} + 1);
    KnownArray& known = known_[array];
    if (known.levels != part.levels || known.readout != part.known || known.used_columns != part.place.used_columns) {
      queue_of(array);
      known = {};  // free the old product before the new one takes memory
      known = {part.levels, part.known, part.place.used_columns, make_product(part)};
      if (known.product != nullptr) count_rounding(*known.product, 1);
    }
    return known.product;
  }

  std::shared_ptr<const ArrayMvm> make_product(const PartWork& part) const {
    const LevelMatrix& levels = *part.levels;
    const std::uint32_t used = part.place.used_columns;
    if (levels.circuit != nullptr) return make_circuit_mvm(levels, part.readout(), cells_.seed(), part.stream, used);
    std::unique_ptr<ArrayMvm> product;
    if (!single_precision()) product = make_tensor_mvm(levels, part.readout(), cells_.seed(), part.stream, used, bank_options());
    if (product == nullptr) product = make_plain_mvm(levels, part.readout(), single_precision(), cells_.seed(), part.stream, used);
    return product;
  }

  BankOptions bank_options() const {
    BankOptions options;
    options.within_noise = precision_ == Precision::within_noise;
    return options;
  }

  void count_rounding(const ArrayMvm& product, std::size_t arrays) {
    if (!(product.rounding_lsb() > 0.0)) return;
    rounded_arrays_ += arrays;
    largest_rounding_lsb_ = std::max(largest_rounding_lsb_, product.rounding_lsb());
  }

  /// The product of several arrays; the last one is kept for each first array.
  std::shared_ptr<const ArrayMvm> whole_product(const ProductWork& work) {
    KnownProduct& known = products_[work.parts.front().place.array];
    std::vector<ProductPart> places;
    for (const PartWork& part : work.parts)
      places.push_back(part.place);
    if (known.parts == places) return known.product;
    known = {};
    queue_of(work.parts.front().place.array);
    known = {places, make_whole_product(work)};
    if (known.product != nullptr) count_rounding(*known.product, work.parts.size());
    return known.product;
  }

  std::shared_ptr<const ArrayMvm> make_whole_product(const ProductWork& work) const {
    BankSpec spec;
    spec.rows = work.rows;
    spec.outputs = work.outputs;
    spec.readout = work.parts.front().readout();
    spec.seed = cells_.seed();
    for (const PartWork& part : work.parts) {
      if (part.known != work.parts.front().known || part.place.sign != 1) return nullptr;
      spec.tiles.push_back(
          {part.levels.get(), part.stream, part.place.first_row, part.place.first_output, part.place.shift, part.place.used_columns});
    }
    return make_tensor_product(spec, bank_options());
  }

  static BatchShape shape_of(const ProductWork& work, const ArrayMvm& product) {
    const ReadoutConfig& readout = work.parts.front().readout();
    const std::size_t conversions = std::size_t{converted_columns(readout.pairing, work.parts.front().levels->columns)} * readout.slices();
    return {
        work.rows,         work.outputs,          readout.slices(), work.keep_codes ? conversions : 0, work.keep_values ? conversions : 0,
        product.scratch(), product.is_iterative()};
  }

  /// Cuts the batch into pieces and starts them; if memory is short, smaller pieces and fewer at the same time.
  void queue(Pending& pending, const BatchShape& shape) {
    GpuQueue& queue = queue_of(pending.first_array());
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

  void start_pieces(Pending& pending, const BatchShape& shape, GpuQueue& queue) {
    const ProductWork& work = pending.work;
    for (std::size_t first = 0; first < work.count;) {
      std::size_t count = std::min(work.count - first, queue.most_vectors(shape));
      std::unique_ptr<BatchBuffers> buffers = reserved(queue, shape, count);
      check_codes(work, buffers->gather(work, shape, first, count, pool_));
      buffers->start(work, *pending.product);
      queue.under_way.push_back({&pending, std::move(buffers)});
      ++pending.pieces_under_way;
      first += count;
    }
  }

  /// Buffers for `count` vectors, or for fewer if memory is short: `count` is then reduced.
  std::unique_ptr<BatchBuffers> reserved(GpuQueue& queue, const BatchShape& shape, std::size_t& count) {
    while (true) {
      if (queue.free.empty() && queue.under_way.size() >= buffers_per_gpu) finish_oldest(queue);
      std::unique_ptr<BatchBuffers> buffers;
      try {
        if (queue.free.empty()) {
          buffers = std::make_unique<BatchBuffers>();
        } else {
          buffers = std::move(queue.free.back());
          queue.free.pop_back();
        }
        buffers->reserve(shape, count, std::min(growth * count, queue.most_vectors(shape)));
        return buffers;
      } catch (const OutOfMemory&) {
        buffers.reset();
        while (!queue.under_way.empty())
          finish_oldest(queue);
        queue.free.clear();
        if (accelerator_.release_memory()) continue;
        if (count == 1) throw;
        count = (count + 1) / 2;
        queue.piece_limit = count * shape.bytes();
        add_note(fmt::format("{}: memory was short, products went through it in smaller pieces", queue.gpu.name));
      }
    }
  }

  void finish_oldest(GpuQueue& queue) {
    Piece piece = std::move(queue.under_way.front());
    queue.under_way.pop_front();
    --piece.owner->pieces_under_way;
    const std::vector<std::size_t> unsolved = piece.buffers->finish(piece.owner->work.result, pool_);
    queue.free.push_back(std::move(piece.buffers));
    if (unsolved.empty()) return;
    add_note(fmt::format("{}: circuits that conjugate gradients could not solve were solved on the host", queue.gpu.name));
    solve_on_host(*piece.owner, unsolved);
  }

  /// Starts solving the circuits of these vectors in the threads of the pool; existing results of them are replaced.
  void solve_on_host(Pending& pending, const std::vector<std::size_t>& vectors) {
    const std::size_t tasks = std::min<std::size_t>(vectors.size(), 4 * std::size_t{pool_.threads()});
    pending.jobs.push_back(pool_.start(tasks, [this, &pending, vectors, tasks](std::size_t task, unsigned) {
      ProductWork& work = pending.work;
      ReferenceMvm mvm(work.parts.front(), cells_.seed(), cells_.stop());
      for (std::size_t index = task; index < vectors.size(); index += tasks) {
        const std::size_t vector = vectors[index];
        std::fill_n(work.result.sums.begin() + static_cast<std::ptrdiff_t>(vector * work.outputs), work.outputs, 0);
        work.result.clipped[vector] = {};
        mvm.run(work, vector, work.result);
      }
    }));
  }

  CellStore& cells_;
  CudaCells& accelerator_;
  ReadoutTable readouts_;
  Precision precision_;
  std::deque<GpuQueue> gpus_;
  std::vector<KnownArray> known_;             ///< per array
  std::map<ArrayId, KnownProduct> products_;  ///< by their first array
  std::vector<std::string> notes_;
  std::size_t rounded_arrays_ = 0;
  double largest_rounding_lsb_ = 0.0;
  Tickets<Pending> tickets_;
  cpu::ThreadPool pool_;  ///< last member: its threads end before the members that they use
};

}  // namespace

std::unique_ptr<ProductEngine> make_cuda_engine(const BackendOptions& options, std::vector<Gpu> gpus, CellStore& cells,
                                                CudaCells& accelerator) {
  return std::make_unique<CudaEngine>(options, std::move(gpus), cells, accelerator);
}

}  // namespace memcosim::cuda
