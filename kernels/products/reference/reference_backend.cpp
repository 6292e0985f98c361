// SPDX-License-Identifier: Apache-2.0
#include "memcosim/kernels/products/reference/reference_backend.hpp"

#include <stdexcept>
#include <vector>

#include "memcosim/kernels/products/reference/reference_mvm.hpp"

namespace memcosim {

Ticket ReferenceBackend::submit(const MvmBatch& batch) {
  check_batch(batch);
  const auto matrix = levels(batch.array);
  const std::size_t stride = batch.input_stride == 0 ? matrix->rows : batch.input_stride;
  MvmResult result = empty_result(batch);
  ReferenceMvm mvm(*matrix, readout(batch.array), seed(), config(batch.array).stream, batch.used_columns, stop());
  for (std::size_t vector = 0; vector < batch.count; ++vector)
    mvm.run(batch.inputs + vector * stride, batch.first_event + vector * batch.event_stride, vector, result);
  results_.emplace(++last_ticket_, std::move(result));
  return {last_ticket_};
}

MvmResult ReferenceBackend::collect(Ticket ticket) {
  const auto found = results_.find(ticket.id);
  if (found == results_.end()) throw std::logic_error("unknown ticket, or collected before");
  MvmResult result = std::move(found->second);
  results_.erase(found);
  return result;
}

}  // namespace memcosim
