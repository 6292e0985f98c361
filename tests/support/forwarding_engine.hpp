// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "memcosim/kernels/products/backend.hpp"

namespace memcosim::test {

/// An engine that hands every call on to another one: tests derive from it to see or to disturb some of them.
class ForwardingEngine : public ProductEngine {
 public:
  /// Sets the engine that does the work; before any other call.
  void set_inner(std::unique_ptr<ProductEngine> inner) { inner_ = std::move(inner); }
  ProductEngine& inner() const { return *inner_; }

  std::vector<std::string> notes() const override { return inner_->notes(); }
  ReadoutId add(const ReadoutConfig& readout) override { return inner_->add(readout); }
  std::size_t preferred_vectors() const override { return inner_->preferred_vectors(); }
  Ticket submit(const ProductBatch& batch) override { return inner_->submit(batch); }
  ProductResult collect(Ticket ticket) override { return inner_->collect(ticket); }

 private:
  std::unique_ptr<ProductEngine> inner_;
};

/// Puts an engine derived from ForwardingEngine around that of a backend, which owns both; returns the outer one.
template <typename Engine>
Engine& surround_products(Backend& backend) {
  auto outer = std::make_unique<Engine>();
  Engine& engine = *outer;
  engine.set_inner(backend.replace_products(std::move(outer)));
  return engine;
}

}  // namespace memcosim::test
