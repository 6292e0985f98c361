// SPDX-License-Identifier: Apache-2.0
// The DAC drives a row with a voltage proportional to the code, for one drive of the step.
#include "memcosim/kernels/encodings/input_coding.hpp"

namespace memcosim {

const InputCoding codings::amplitude = {
    "amplitude", "voltage proportional to the code",
    {true},      false,
    false,       [](unsigned /*bits*/, std::uint32_t unit_clocks) { return std::uint64_t{unit_clocks}; },
};

}  // namespace memcosim
