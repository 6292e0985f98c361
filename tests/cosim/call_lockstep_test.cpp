// SPDX-License-Identifier: Apache-2.0
// The lockstep bench on a block that is no TDM controller: which differences it sees, and in which words.
#include "call_lockstep.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <systemc>
#include <vector>

#include <gtest/gtest.h>

namespace memcosim {
namespace {

const sc_core::sc_time clock_period(1, sc_core::SC_NS);

/// A block that answers a request at once with an operation of three numbers, and toggles a level.
struct Toy {
  std::uint32_t row = 0;
  bool level = false;
};

/// Makes one request at every third clock; `spoil` changes what the right side does with the request of that number.
class ToyLockstep : public CallLockstep {
 public:
  using Spoil = std::function<void(std::uint64_t request, CallSide& side, Toy& toy)>;

  explicit ToyLockstep(const std::string& name, Spoil spoil = {})
      : CallLockstep(name.c_str(), {{"full", "half"}, {{"op", {"row", "column", "clocks"}}, {"tick", {}}}}, clock_period, false),
        spoil_(std::move(spoil)) {}

 private:
  void sample_levels() override {
    left().set_level(1, left_.level);
    right().set_level(1, right_.level);
  }
  bool over() const override { return clocks() == 12; }
  std::optional<std::uint32_t> next_stimulus() override { return clocks() % 3 == 1 ? std::optional<std::uint32_t>(2) : std::nullopt; }
  void stimulate() override {
    ++requests_;
    request(left(), left_);
    request(right(), right_);
    if (spoil_) spoil_(requests_, right(), right_);
  }
  static void request(CallSide& side, Toy& toy) {
    side.strobe(0, {++toy.row, 7, 30});
    side.strobe(1, {});
    toy.level = !toy.level;
  }

  Spoil spoil_;
  std::uint64_t requests_ = 0;
  Toy left_;
  Toy right_;
};

TEST(CallLockstep, SeesDifferencesOfAnyBlock) {
  const ToyLockstep same("same");
  const ToyLockstep level("level", [](std::uint64_t request, CallSide&, Toy& toy) { toy.level ^= request == 2; });
  const ToyLockstep number("number", [](std::uint64_t, CallSide&, Toy& toy) { toy.row = 4; });
  const ToyLockstep more("more", [](std::uint64_t request, CallSide& side, Toy&) {
    if (request == 3) side.strobe(1, {});
  });
  const ToyLockstep last("last", [](std::uint64_t request, CallSide& side, Toy&) {
    if (request == 4) side.strobe(0, {1, 2, 3});
  });
  sc_core::sc_start();
  EXPECT_TRUE(same.passed());
  EXPECT_EQ(same.difference(), "");
  EXPECT_EQ(same.clocks(), 12u);
  EXPECT_EQ(level.difference(), "half at 4 ns: low on the left, high on the right");
  EXPECT_EQ(number.difference(),
            "op at 3 ns for row 2 column 7 clocks 30 on the left, op at 3 ns for row 5 column 7 clocks 30 on the right");
  EXPECT_EQ(more.difference(), "nothing on the left, tick at 6 ns on the right");
  EXPECT_EQ(last.difference(), "nothing on the left, op at 9 ns for row 1 column 2 clocks 3 on the right");
  EXPECT_FALSE(last.passed());
}

/// Two strobes of one edge, the one order on the left and the other on the right.
class SwappedLockstep : public CallLockstep {
 public:
  SwappedLockstep(const std::string& name, bool any_order)
      : CallLockstep(name.c_str(), {{}, {{"a", {}}, {"b", {}}}}, clock_period, any_order) {}

 private:
  void sample_levels() override {}
  bool over() const override { return clocks() == 3; }
  std::optional<std::uint32_t> next_stimulus() override { return clocks() == 1 ? std::optional<std::uint32_t>(0) : std::nullopt; }
  void stimulate() override {
    left().strobe(0, {});
    left().strobe(1, {});
    right().strobe(1, {});
    right().strobe(0, {});
  }
};

TEST(CallLockstep, ComparesTheOrderWithinAnEdgeUnlessToldNotTo) {
  const SwappedLockstep ordered("ordered", false);
  const SwappedLockstep any("any", true);
  sc_core::sc_start();
  EXPECT_EQ(ordered.difference(), "a at 0 s on the left, b at 0 s on the right");
  EXPECT_TRUE(any.passed());
}

TEST(CallLockstep, RefusesMoreNumbersThanACallHolds) {
  const CallLayout pins{{}, {{"op", std::vector<const char*>(CallLayout::most_numbers + 1, "n")}}};
  EXPECT_THROW(CallSide{pins}, std::logic_error);
}

}  // namespace
}  // namespace memcosim
