// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <gsl/span>

#include "memcosim/kernels/arrays/array_config.hpp"
#include "memcosim/kernels/products/readout.hpp"

namespace memcosim {

/// A readout that an engine knows.
struct ReadoutId {
  std::uint32_t index = 0;
};
inline bool operator==(ReadoutId a, ReadoutId b) {
  return a.index == b.index;
}

/// The place of one array in a matrix product: its rows take the inputs from first_row on; its outputs, times `sign` and shifted left by
/// `shift` (weight slices), are added to those from first_output on.
struct ProductPart {
  ArrayId array = 0;
  StateVersion version = 0;  ///< must be the array's present version: a stale part is a std::logic_error
  ReadoutId readout;
  std::uint32_t first_row = 0;
  std::uint32_t first_output = 0;
  std::int8_t sign = 1;  ///< 1 or -1
  std::uint8_t shift = 0;
  /// Physical bit lines that hold weights, from line 0 on; 0: all. Values of all columns are computed, but only conversions of these are
  /// counted as clipped: the converters of a macro skip the others.
  std::uint32_t used_columns = 0;
};
inline bool operator==(const ProductPart& a, const ProductPart& b) {
  return a.array == b.array && a.version == b.version && a.readout == b.readout && a.first_row == b.first_row &&
         a.first_output == b.first_output && a.sign == b.sign && a.shift == b.shift && a.used_columns == b.used_columns;
}

/// Results of a batch, row-major, the vectors of the batch outermost. `outputs`: ProductBatch::outputs; slices: ReadoutConfig::slices();
/// converted columns: converted_columns() of the array.
struct ProductResult {
  std::vector<std::int32_t> sums;   ///< count x outputs: codes shifted and added over slices and parts, pairs subtracted; units of adc.lsb
  std::vector<ClipCounts> clipped;  ///< count: conversions of all parts' used columns that left the code range
  // The next are of one array: they stay empty in a product of several parts.
  std::vector<double>
      drive_siemens;  ///< count x slices, S: power that the word lines' drivers deliver, over v_read^2, so energy = this * v_read^2 * t.
                      ///< With ideal lines the sum over rows of (v/v_read)^2 times the row's conductance; else cells and lines together
  std::vector<std::int32_t> codes;  ///< count x slices x converted columns, if kept
  std::vector<double> values;       ///< the same shape, if kept
};

/// Input vectors for the product of one array, or of a matrix that is spread over several: row partitions add up, weight slices are shifted
/// and added. Whole arrays take part, so `rows` and `outputs` reach to the end of the last one. On every array, vector v has the event
/// first_event + v * event_stride. Results depend on (state of the arrays, readouts, inputs, event) alone: not on the batch, the threads or
/// the instruction set.
struct ProductBatch {
  gsl::span<const ProductPart> parts;  ///< at least one; read by submit() only
  std::uint32_t rows = 0;              ///< inputs of the product; 0: to the end of the last part
  std::uint32_t outputs = 0;           ///< outputs of the product; 0: to the end of the last part
  std::size_t count = 0;               ///< vectors
  const InputCode* inputs = nullptr;   ///< count x rows, row-major; must stay valid until collect()
  std::size_t input_stride = 0;        ///< elements between vectors; 0: rows
  std::uint64_t first_event = 0;
  std::uint64_t event_stride = 1;
  bool keep_codes = false;          ///< also return each conversion's code; of one part only
  bool keep_values = false;         ///< also return each conversion's analog value before noise, in the unit of AdcTransfer; of one part
  ProductResult* memory = nullptr;  ///< an old result whose memory submit() reuses for this batch; null: none
};

/// A submitted batch whose result has not been collected.
struct Ticket {
  std::uint64_t id = 0;
};

/// Computes products of arrays in batches, from the levels of a CellStore. It has no simulated time: a result is the same whenever it is
/// computed.
/// Errors: std::logic_error for misuse (unknown array, stale version, wrong sizes), InputError for impossible readouts.
/// Thread safety: one caller at a time; an engine may work in its own threads between submit() and collect().
class ProductEngine {
 public:
  virtual ~ProductEngine() = default;
  ProductEngine() = default;
  ProductEngine(const ProductEngine&) = delete;
  ProductEngine& operator=(const ProductEngine&) = delete;

  /// Notes for the user, one line each: why no GPU is used, that memory was short.
  virtual std::vector<std::string> notes() const { return {}; }
  /// Makes a readout known; the same id for the same readout. Whether an array can be read out like this is checked by submit().
  virtual ReadoutId add(const ReadoutConfig& readout) = 0;
  /// Batch size from which on products reach their full speed; callers that compute ahead choose their batches by it.
  virtual std::size_t preferred_vectors() const { return 64; }
  /// Throws std::logic_error for parts that do not fit the product or their arrays, or whose sums could overflow 32 bits.
  virtual Ticket submit(const ProductBatch& batch) = 0;
  /// Waits for the result and forgets the ticket; a ticket collected twice is a std::logic_error.
  virtual ProductResult collect(Ticket ticket) = 0;
};

}  // namespace memcosim
