// SPDX-License-Identifier: Apache-2.0
#include "pin_comparison.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

#include "memcosim/common/files.hpp"

namespace memcosim {

namespace {

/// Name of a variable in a VCD file: printable characters from '!' on.
std::string vcd_code(std::size_t index) {
  constexpr std::size_t characters = 94;
  std::string code;
  do {
    code += static_cast<char>('!' + index % characters);
    index /= characters;
  } while (index != 0);
  return code;
}

std::string vcd_value(std::uint32_t value, const NamedPin& pin, const std::string& code) {
  if (pin.width == 1) return (value != 0 ? "1" : "0") + code + "\n";
  std::string bits;
  for (unsigned bit = pin.width; bit-- > 0;)
    bits += (value >> bit & 1u) != 0 ? '1' : '0';
  return "b" + bits + " " + code + "\n";
}

}  // namespace

PinComparison::PinComparison(PinLayout layout, std::string left, std::string right, std::uint64_t period_ps)
    : layout_(std::move(layout)), left_(std::move(left)), right_(std::move(right)), period_ps_(period_ps), kept_(2 * window) {}

void PinComparison::clock(const PinValues& inputs, const PinValues& left, const PinValues& right) {
  Clock& kept = kept_[clocks_ % kept_.size()];  // assigned one by one: memory is kept too
  kept.inputs = inputs;
  kept.left = left;
  kept.right = right;
  if (difference_.empty() && left != right) {
    difference_clock_ = clocks_;
    difference_ = "clock " + std::to_string(clocks_) + ":";
    for (std::size_t pin = 0; pin < left.size(); ++pin) {
      if (left[pin] == right[pin]) continue;
      difference_ += std::string(" ") + layout_.outputs[pin].name + " " + std::to_string(left[pin]) + " (" + left_ + ") " +
                     std::to_string(right[pin]) + " (" + right_ + "),";
    }
    difference_.pop_back();
  }
  ++clocks_;
}

void PinComparison::write_waves(const std::string& path) const {
  std::ostringstream out;
  out << "$timescale 1ps $end\n";
  std::size_t variable = 0;
  const auto declare = [&](const std::string& scope, const std::vector<NamedPin>& pins) {
    out << "$scope module " << scope << " $end\n";
    for (const NamedPin& pin : pins)
      out << "$var wire " << pin.width << ' ' << vcd_code(variable++) << ' ' << pin.name << " $end\n";
    out << "$upscope $end\n";
  };
  declare("inputs", layout_.inputs);
  declare(left_, layout_.outputs);
  declare(right_, layout_.outputs);
  declare("bench", {{"differs", 1}});
  out << "$enddefinitions $end\n";
  const std::uint64_t kept = std::min<std::uint64_t>(clocks_, kept_.size());
  for (std::uint64_t number = clocks_ - kept; number < clocks_; ++number) {
    const Clock& clock = kept_[number % kept_.size()];
    out << '#' << number * period_ps_ << '\n';
    variable = 0;
    const auto write = [&](const PinValues& values, const std::vector<NamedPin>& pins) {
      for (std::size_t pin = 0; pin < pins.size(); ++pin)
        out << vcd_value(values[pin], pins[pin], vcd_code(variable++));
    };
    write(clock.inputs, layout_.inputs);
    write(clock.left, layout_.outputs);
    write(clock.right, layout_.outputs);
    write({clock.left != clock.right ? 1u : 0u}, {{"differs", 1}});
  }
  out << '#' << clocks_ * period_ps_ << '\n';
  write_file(path, out.str());
}

}  // namespace memcosim
