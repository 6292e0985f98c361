// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

#include "memcosim/kernels/arrays/cell_store.hpp"
#include "memcosim/kernels/arrays/level_matrix.hpp"
#include "memcosim/kernels/products/product_engine.hpp"

namespace memcosim {

/// A readout with what follows from it alone.
struct KnownReadout {
  ReadoutConfig config;
  std::vector<double> relative_volts;  ///< relative_voltages()
};

/// The readouts that an engine knows.
class ReadoutTable {
 public:
  /// See ProductEngine::add().
  ReadoutId add(const ReadoutConfig& readout);
  /// std::logic_error for an unknown id.
  const std::shared_ptr<const KnownReadout>& at(ReadoutId id) const;
  /// check_readout(), unless the array was last read out in the same way: neither changes.
  void check(const CellStore& cells, ArrayId array, ReadoutId id);

 private:
  std::vector<std::shared_ptr<const KnownReadout>> readouts_;
  std::vector<std::optional<ReadoutId>> checked_;  ///< per array: the last one that suits it
};

/// One array of a batch, with the immutable data of its present state.
struct PartWork {
  ProductPart place;
  std::shared_ptr<const KnownReadout> known;
  LevelHandle levels;
  std::uint32_t stream = 0;  ///< array part of the addresses of its random draws

  const ReadoutConfig& readout() const { return known->config; }
  std::uint32_t outputs() const { return readout().outputs(levels->columns); }
  std::uint32_t conversions() const { return readout().conversions(levels->columns); }
  /// Conversions that count as clipped, from conversion 0 on.
  std::uint32_t counted() const { return place.used_outputs == 0 ? conversions() : readout().encoding->conversions_of(place.used_outputs); }
  /// Factor of its codes in the sums.
  std::int32_t weight() const { return place.sign * (std::int32_t{1} << place.shift); }
};

/// A batch that has been checked, as the engines compute it: later changes of the arrays do not affect it.
struct ProductWork {
  std::vector<PartWork> parts;
  std::uint32_t rows = 0;
  std::uint32_t outputs = 0;
  std::size_t count = 0;
  const InputCode* inputs = nullptr;
  std::size_t input_stride = 0;  ///< elements between vectors, not 0
  std::uint64_t first_event = 0;
  std::uint64_t event_stride = 1;
  bool keep_codes = false;
  bool keep_values = false;
  ProductResult result;  ///< of the right shape

  bool of_one_array() const { return parts.size() == 1; }
  const InputCode* inputs_of(const PartWork& part, std::size_t vector) const {
    return inputs + vector * input_stride + part.place.first_row;
  }
  std::uint64_t event(std::size_t vector) const { return first_event + vector * event_stride; }
};

/// What a result is made of.
enum class ResultMemory {
  cleared,    ///< zeros
  unwritten,  ///< any values, for engines that write every element
};

/// Checks a batch, except its input codes, and gives it the levels of its arrays and a result of its shape.
ProductWork prepare(const ProductBatch& batch, CellStore& cells, ReadoutTable& readouts, ResultMemory memory);

// Throw std::logic_error unless every input code fits the input bits of the parts' readouts. `used_bits`: bitwise or of all codes.
void check_codes(const ProductWork& work);
void check_codes(const ProductWork& work, unsigned used_bits);

/// Batches under way by their tickets.
template <typename Pending>
class Tickets {
 public:
  Ticket add(std::unique_ptr<Pending> pending) {
    pending_.emplace(++last_, std::move(pending));
    return {last_};
  }
  /// std::logic_error for a ticket that is unknown or was removed before.
  Pending& at(Ticket ticket) { return *found(ticket)->second; }
  void remove(Ticket ticket) { pending_.erase(found(ticket)); }

 private:
  auto found(Ticket ticket) {
    const auto place = pending_.find(ticket.id);
    if (place == pending_.end()) throw std::logic_error("unknown ticket, or collected before");
    return place;
  }

  std::map<std::uint64_t, std::unique_ptr<Pending>> pending_;
  std::uint64_t last_ = 0;
};

}  // namespace memcosim
