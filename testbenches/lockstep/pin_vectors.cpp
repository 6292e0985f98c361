// SPDX-License-Identifier: Apache-2.0
#include "pin_vectors.hpp"

#include <cstddef>
#include <numeric>
#include <system_error>
#include <utility>
#include <vector>

#include "memcosim/common/error.hpp"
#include "memcosim/common/files.hpp"

namespace memcosim {

namespace {

constexpr unsigned bits_per_digit = 4;

void append_line(std::string& text, const PinValues& values, const std::vector<NamedPin>& pins) {
  const unsigned bits = std::accumulate(pins.begin(), pins.end(), 0u, [](unsigned sum, const NamedPin& pin) { return sum + pin.width; });
  unsigned left = bits;  // bits that are not yet written
  unsigned digit = 0;
  for (std::size_t pin = 0; pin < pins.size(); ++pin) {
    for (unsigned bit = pins[pin].width; bit-- > 0;) {
      digit = digit << 1u | (values[pin] >> bit & 1u);
      if (--left % bits_per_digit != 0) continue;
      text += "0123456789abcdef"[digit];
      digit = 0;
    }
  }
  text += '\n';
}

}  // namespace

PinVectors::PinVectors(PinLayout layout) : layout_(std::move(layout)) {}

void PinVectors::clock(const PinValues& inputs, const PinValues& outputs) {
  append_line(inputs_, inputs, layout_.inputs);
  append_line(outputs_, outputs, layout_.outputs);
}

void PinVectors::write(const std::filesystem::path& folder) const {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw RunError("cannot make the folder " + folder.string() + ": " + error.message());
  write_file(folder / "inputs.hex", inputs_);
  write_file(folder / "outputs.hex", outputs_);
}

}  // namespace memcosim
