// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <systemc>

#include <gsl/span>

#include "memcosim/architecture/macro_spec.hpp"

namespace memcosim {

/// Where the code of a conversion is added: sums[output] += sign * code * 2^(shift + shift of the input slice).
struct AccumulatorTerm {
  std::uint32_t output;
  std::uint32_t code;  ///< index of its code among those that are valid at the same time
  std::int8_t sign;    ///< 1 or -1
  std::uint8_t shift;
};

/// The accumulator of a macro in approximately_timed: shifts and adds the codes of one MVM after the other. Its sums are what the host
/// reads.
class Accumulator : public sc_core::sc_module {
 public:
  explicit Accumulator(const sc_core::sc_module_name& name) : sc_module(name) {}
  /// A new MVM begins: sets all sums to zero and saturated() to false. The codes of two MVMs never mix.
  virtual void clear() = 0;
  /// Takes the codes that become valid at the present edge, one from each busy converter. Each code has a term for each output that it is
  /// part of. `slice_shift`: of the input slice.
  virtual void accumulate(gsl::span<const AccumulatorTerm> terms, gsl::span<const std::int32_t> codes, unsigned slice_shift) = 0;
  /// The sums of all outputs of the array; taken when the controller says that the MVM is done, or before clear() where the codes of the
  /// next one come earlier.
  virtual gsl::span<const std::int32_t> sums() const = 0;
  /// True if a sum of this MVM has exceeded the width of the accumulator.
  virtual bool saturated() const = 0;
};

/// Makes an accumulator inside the module under construction. `macro` outlives it; readout.outputs(columns) is the number of outputs.
using AccumulatorFactory = std::function<std::unique_ptr<Accumulator>(const std::string& name, const MacroSpec& macro)>;

}  // namespace memcosim
