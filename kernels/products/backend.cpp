// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/backend.hpp"

#include <utility>

#include "memcosim/kernels/arrays/cell_accelerator.hpp"

namespace memcosim {

Backend::Backend(std::string description, std::unique_ptr<CellStore> cells, std::unique_ptr<ProductEngine> products)
    : description_(std::move(description)), cells_(std::move(cells)), products_(std::move(products)) {}

std::vector<std::string> Backend::notes() const {
  std::vector<std::string> all = notes_;
  for (const auto& part : {cells_->accelerator().notes(), products_->notes()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

}  // namespace memcosim
