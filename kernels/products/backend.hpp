// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "memcosim/common/stop_token.hpp"
#include "memcosim/kernels/arrays/cell_store.hpp"
#include "memcosim/kernels/products/product_engine.hpp"

namespace memcosim {

/// Arithmetic of products.
enum class Precision {
  automatic,         ///< the backend's own: single for cpu, double for cuda and reference
  single_precision,  ///< sums of float, rows in order
  double_precision,  ///< sums of double, which are exact: levels are multiples of 2^-16
  within_noise,      ///< cuda: as double, but levels lose their lowest digit where that changes less than a tenth of the converters' noise
};

/// Which backend to make, and its resources. Only `seed`, `name` and `precision` may change results.
struct BackendOptions {
  std::string name = "auto";  ///< auto (cuda where there is a GPU, else cpu) | reference | cpu | cuda
  Precision precision = Precision::automatic;
  unsigned threads = 1;         ///< host threads; 0: one per core
  unsigned gpus = 1;            ///< cuda: GPUs that share the arrays; 0: all; more than there are: several parts on one GPU (for tests)
  std::string instruction_set;  ///< empty: best of this machine; else baseline | avx2 | avx512 (for tests)
  std::uint64_t seed = 1;       ///< of all random draws
  StopToken stop;               ///< when it asks to stop, long products throw Stopped
};

/// The functional core on some hardware: the arrays with their cells, and the engine that computes their products.
class Backend {
 public:
  /// `description`: one line for reports, "cpu (avx512, 2 threads)". The engine may refer to the store.
  Backend(std::string description, std::unique_ptr<CellStore> cells, std::unique_ptr<ProductEngine> products);

  const std::string& description() const { return description_; }
  /// Notes of both parts for the user, one line each.
  std::vector<std::string> notes() const;
  void add_note(std::string note) { notes_.push_back(std::move(note)); }

  CellStore& cells() { return *cells_; }
  const CellStore& cells() const { return *cells_; }
  ProductEngine& products() { return *products_; }
  /// Puts another engine in place and returns the former, for an engine that watches the calls of the one it stands for.
  std::unique_ptr<ProductEngine> replace_products(std::unique_ptr<ProductEngine> products) {
    products_.swap(products);
    return products;
  }

 private:
  std::string description_;
  std::vector<std::string> notes_;
  std::unique_ptr<CellStore> cells_;
  std::unique_ptr<ProductEngine> products_;  ///< destroyed first
};

}  // namespace memcosim
