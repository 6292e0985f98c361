// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <systemc>
#include <vector>

namespace memcosim {

/// The output pins of a block, as a lockstep bench compares them.
struct CallLayout {
  static constexpr std::size_t most_numbers = 8;
  /// A pin that is high for one clock, and the numbers that belong to it.
  struct Strobe {
    const char* name;
    std::vector<const char*> numbers;  ///< at most most_numbers
  };
  std::vector<const char*> levels;  ///< pins that are compared as each edge samples them
  std::vector<Strobe> strobes;      ///< in the order in which they come at one edge
};

/// One of the two blocks of a lockstep bench: takes its strobes and levels, and shows them as pins.
class CallSide {
 public:
  using Numbers = std::array<std::uint32_t, CallLayout::most_numbers>;
  struct Call {
    sc_core::sc_time time;
    std::size_t strobe;  ///< index in CallLayout::strobes
    Numbers numbers;     ///< of the strobe, then zeros

    bool operator==(const Call& other) const { return time == other.time && strobe == other.strobe && numbers == other.numbers; }
  };

  /// `pins` outlive the side. More numbers than most_numbers are a std::logic_error.
  explicit CallSide(const CallLayout& pins);

  /// A strobe rises at the present time.
  void strobe(std::size_t index, const Numbers& numbers);
  /// A level as the present edge samples it.
  void set_level(std::size_t index, bool high) { levels_[index].high = high; }
  bool level(std::size_t index) const { return levels_[index].high; }
  /// Strobes of earlier edges fall.
  void new_edge();
  /// Takes the calls of earlier edges out; those of the present one may not all have come.
  std::vector<Call> take_past_calls();
  /// A call in words; "nothing" beyond the last.
  std::string text(const std::vector<Call>& calls, std::size_t index) const;
  void trace(sc_core::sc_trace_file* file, const std::string& name) const;

 private:
  struct Level {
    bool high = false;
  };
  struct Pin {
    bool high = false;
    Numbers numbers{};
    sc_core::sc_time risen;
  };
  const CallLayout& pins_;
  std::vector<Level> levels_;
  std::vector<Pin> strobes_;
  std::vector<Call> calls_;  ///< not yet taken
};

}  // namespace memcosim
