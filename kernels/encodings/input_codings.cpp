// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "memcosim/kernels/encodings/input_coding.hpp"
#include "memcosim/kernels/encodings/pulse_width.hpp"

namespace memcosim {

gsl::span<const InputCoding* const> input_codings() {
  static constexpr std::array all = {&codings::amplitude, &codings::pulse_width};
  return all;
}

}  // namespace memcosim
