// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "memcosim/kernels/products/backend.hpp"

namespace memcosim::test {

/// A batch of one array in its present state.
struct ArrayBatch : ProductBatch {
  ArrayBatch(Backend& backend, ArrayId array, const ReadoutConfig& readout) {
    check_readout(backend.cells(), array, readout);
    part.array = array;
    part.version = backend.cells().version(array);
    part.readout = backend.products().add(readout);
    parts = {&part, 1};
  }
  /// As many vectors as `codes` has; they must outlive the batch.
  ArrayBatch(Backend& backend, ArrayId array, const ReadoutConfig& readout, const std::vector<InputCode>& codes)
      : ArrayBatch(backend, array, readout) {
    count = codes.size() / backend.cells().config(array).rows;
    inputs = codes.data();
  }
  ArrayBatch(const ArrayBatch&) = delete;
  ArrayBatch& operator=(const ArrayBatch&) = delete;

  ProductPart part;
};

/// Computes a batch.
inline ProductResult compute(Backend& backend, const ProductBatch& batch) {
  return backend.products().collect(backend.products().submit(batch));
}

}  // namespace memcosim::test
