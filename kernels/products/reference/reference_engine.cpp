// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/reference/reference_engine.hpp"

#include "memcosim/kernels/arrays/cell_accelerator.hpp"
#include "memcosim/kernels/products/product_work.hpp"
#include "memcosim/kernels/products/reference/reference_mvm.hpp"

namespace memcosim {

namespace {

class ReferenceEngine final : public ProductEngine {
 public:
  explicit ReferenceEngine(CellStore& cells) : cells_(cells) {}

  ReadoutId add(const ReadoutConfig& readout) override { return readouts_.add(readout); }

  Ticket submit(const ProductBatch& batch) override {
    auto work = std::make_unique<ProductWork>(prepare(batch, cells_, readouts_, ResultMemory::cleared));
    check_codes(*work);
    for (const PartWork& part : work->parts) {
      ReferenceMvm mvm(part, cells_.seed(), cells_.stop());
      for (std::size_t vector = 0; vector < work->count; ++vector)
        mvm.run(*work, vector, work->result);
    }
    return tickets_.add(std::move(work));
  }

  ProductResult collect(Ticket ticket) override {
    ProductResult result = std::move(tickets_.at(ticket).result);
    tickets_.remove(ticket);
    return result;
  }

 private:
  CellStore& cells_;
  ReadoutTable readouts_;
  Tickets<ProductWork> tickets_;
};

}  // namespace

std::unique_ptr<Backend> reference_backend(const BackendOptions& options) {
  auto cells = std::make_unique<CellStore>(options.seed, options.stop, std::make_unique<CellAccelerator>());
  auto engine = std::make_unique<ReferenceEngine>(*cells);
  return std::make_unique<Backend>("reference (double precision, 1 thread)", std::move(cells), std::move(engine));
}

}  // namespace memcosim
