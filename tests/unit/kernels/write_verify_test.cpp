// SPDX-License-Identifier: Apache-2.0
// The decisions of the write-verify loop, without cells.
#include "memcosim/kernels/arrays/write_verify.hpp"

#include <limits>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "memcosim/common/error.hpp"

namespace memcosim {
namespace {

using ::testing::HasSubstr;

WriteVerifySpec specification() {
  WriteVerifySpec spec;
  spec.set = {1.0, 0.1, 1.3, 1e-7};
  spec.reset = {0.9, 0.2, 1.2, 2e-7};
  spec.verify = {8, 255e-6, 1, 0.0, 0.2, 1e-8};  // one LSB is 1 uS
  spec.tolerance_s = 2e-6;
  spec.max_pulses = 6;
  spec.max_reversals = 2;
  spec.confirm_reads = 1;
  return spec;
}

TEST(WriteVerifyFsm, AcceptsAfterTheConfirmingReads) {
  WriteVerifySpec spec = specification();
  for (std::uint32_t confirm = 0; confirm < 4; ++confirm) {
    spec.confirm_reads = confirm;
    WriteVerifyFsm fsm = start_write(spec, 100e-6);
    for (std::uint32_t read = 0; read < confirm; ++read)
      EXPECT_EQ(fsm.decide(spec, 100), WriteAction::read);
    EXPECT_EQ(fsm.decide(spec, 100), WriteAction::done);
    EXPECT_EQ(fsm.reads, confirm + 1);
    EXPECT_EQ(fsm.pulses, 0u);
    EXPECT_EQ(fsm.outcome, WriteOutcome::done);
  }
}

TEST(WriteVerifyFsm, AReadOutsideDuringConfirmationWritesOn) {
  const WriteVerifySpec spec = specification();
  WriteVerifyFsm fsm = start_write(spec, 100e-6);
  EXPECT_EQ(fsm.decide(spec, 102), WriteAction::read);
  EXPECT_EQ(fsm.decide(spec, 103), WriteAction::reset_pulse);
  EXPECT_EQ(fsm.decide(spec, 102), WriteAction::read);  // confirmation starts again
  EXPECT_EQ(fsm.decide(spec, 98), WriteAction::done);
  EXPECT_EQ(fsm.reads, 4u);
}

TEST(WriteVerifyFsm, AmplitudeGrowsToTheLimitAndRestartsOnReversal) {
  WriteVerifySpec spec = specification();
  spec.max_pulses = 100;
  WriteVerifyFsm fsm = start_write(spec, 100e-6);
  for (const double amplitude : {1.0, 1.1, 1.2, 1.3, 1.3, 1.3}) {
    EXPECT_EQ(fsm.decide(spec, 50), WriteAction::set_pulse);
    EXPECT_NEAR(fsm.amplitude, amplitude, 1e-12);
  }
  EXPECT_EQ(fsm.reversals, 0u);
  for (const double amplitude : {0.9, 1.1, 1.2}) {
    EXPECT_EQ(fsm.decide(spec, 150), WriteAction::reset_pulse);
    EXPECT_NEAR(fsm.amplitude, amplitude, 1e-12);
  }
  EXPECT_EQ(fsm.reversals, 1u);
  EXPECT_EQ(fsm.decide(spec, 97), WriteAction::set_pulse);
  EXPECT_EQ(fsm.amplitude, 1.0);
  EXPECT_EQ(fsm.reversals, 2u);
}

TEST(WriteVerifyFsm, GivesUpAfterTheLastPulse) {
  const WriteVerifySpec spec = specification();
  WriteVerifyFsm fsm = start_write(spec, 100e-6);
  for (int pulse = 0; pulse < 6; ++pulse)
    EXPECT_EQ(fsm.decide(spec, 0), WriteAction::set_pulse);
  EXPECT_EQ(fsm.decide(spec, 0), WriteAction::fail);
  EXPECT_EQ(fsm.outcome, WriteOutcome::failed_pulses);
  EXPECT_EQ(fsm.pulses, 6u);
  EXPECT_EQ(fsm.reads, 7u);
}

TEST(WriteVerifyFsm, TheLastPulseMayStillSucceed) {
  const WriteVerifySpec spec = specification();
  WriteVerifyFsm fsm = start_write(spec, 100e-6);
  for (int pulse = 0; pulse < 6; ++pulse)
    fsm.decide(spec, 0);
  EXPECT_EQ(fsm.decide(spec, 100), WriteAction::read);
  EXPECT_EQ(fsm.decide(spec, 100), WriteAction::done);
}

TEST(WriteVerifyFsm, GivesUpAfterTheLastReversal) {
  const WriteVerifySpec spec = specification();
  WriteVerifyFsm fsm = start_write(spec, 100e-6);
  EXPECT_EQ(fsm.decide(spec, 90), WriteAction::set_pulse);
  EXPECT_EQ(fsm.decide(spec, 110), WriteAction::reset_pulse);
  EXPECT_EQ(fsm.decide(spec, 90), WriteAction::set_pulse);
  EXPECT_EQ(fsm.decide(spec, 110), WriteAction::fail);
  EXPECT_EQ(fsm.outcome, WriteOutcome::failed_reversals);
  EXPECT_EQ(fsm.reversals, 2u);
  EXPECT_EQ(fsm.pulses, 3u);
}

TEST(StartWrite, BandHoldsTheCodesWhoseCentreIsWithinTheTolerance) {
  WriteVerifySpec spec = specification();
  WriteVerifyFsm fsm = start_write(spec, 100e-6);
  EXPECT_EQ(fsm.low_code, 98);
  EXPECT_EQ(fsm.high_code, 102);
  fsm = start_write(spec, 100.4e-6);
  EXPECT_EQ(fsm.low_code, 99);
  EXPECT_EQ(fsm.high_code, 102);
  fsm = start_write(spec, 1e-6);
  EXPECT_EQ(fsm.low_code, 0);
  EXPECT_EQ(fsm.high_code, 3);
  spec.tolerance_s = 1e-6;
  fsm = start_write(spec, 7e-6);
  EXPECT_EQ(fsm.low_code, 6);
  EXPECT_EQ(fsm.high_code, 8);
}

TEST(StartWrite, BandBeyondTheFullScaleIsRefused) {
  const WriteVerifySpec spec = specification();
  EXPECT_EQ(start_write(spec, 253e-6).high_code, 255);
  EXPECT_THROW(start_write(spec, 254e-6), InputError);
  EXPECT_THROW(start_write(spec, -1e-6), InputError);
  EXPECT_THROW(start_write(spec, std::numeric_limits<double>::quiet_NaN()), InputError);
}

std::string message(const WriteVerifySpec& spec) {
  try {
    check(spec);
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(CheckWriteVerify, BandBelowOneLsbSaysWhatWouldDo) {
  WriteVerifySpec spec = specification();
  spec.tolerance_s = 1e-6;
  EXPECT_EQ(message(spec), "");
  spec.tolerance_s = 0.9e-6;
  EXPECT_THAT(message(spec), HasSubstr("9 verify bits"));
  EXPECT_THAT(message(spec), HasSubstr("229.5 uS"));
  spec.verify.bits = 9;  // what the message said is enough
  EXPECT_EQ(message(spec), "");
  spec.verify.bits = 8;
  spec.verify.full_scale_s = 229.5e-6;
  EXPECT_EQ(message(spec), "");
  spec.tolerance_s = 0.0;
  EXPECT_NE(message(spec), "");
}

TEST(CheckWriteVerify, RefusesWhatContradictsItself) {
  const auto refused = [](auto change) {
    WriteVerifySpec spec = specification();
    change(spec);
    EXPECT_NE(message(spec), "");
  };
  EXPECT_EQ(message(specification()), "");
  refused([](WriteVerifySpec& s) { s.set.limit_v = 0.9; });
  refused([](WriteVerifySpec& s) { s.reset.step_v = -0.1; });
  refused([](WriteVerifySpec& s) { s.set.duration_s = 0.0; });
  refused([](WriteVerifySpec& s) { s.verify.bits = 0; });
  refused([](WriteVerifySpec& s) { s.verify.averaging = 0; });
  refused([](WriteVerifySpec& s) { s.verify.full_scale_s = 0.0; });
  refused([](WriteVerifySpec& s) { s.verify.noise_lsb = -1.0; });
  refused([](WriteVerifySpec& s) { s.max_pulses = 0; });
  refused([](WriteVerifySpec& s) { s.verify.averaging = 65536; });  // draw indices have 16 bits
  refused([](WriteVerifySpec& s) { s.max_pulses = 1u << 20; });
}

TEST(VerifyCode, RoundsUpAndClips) {
  VerifyConverter converter{8, 255.0, 1, 0.0, 0.2, 1e-8};  // code = conductance
  EXPECT_EQ(verify_code(converter, 17.4999, 0.0, {}, 0), 17);
  EXPECT_EQ(verify_code(converter, 17.5, 0.0, {}, 0), 18);
  EXPECT_EQ(verify_code(converter, 0.0, 0.0, {}, 0), 0);
  EXPECT_EQ(verify_code(converter, 300.0, 0.0, {}, 0), 255);
}

TEST(VerifyCode, NoiseIsAddressedAndAveraged) {
  VerifyConverter converter{12, 4095.0, 1, 3.0, 0.2, 1e-8};
  const VerifyStream stream{1, 2, 3, 4};
  const auto deviation = [&] {
    double square = 0.0;
    for (std::uint32_t read = 0; read < 4000; ++read) {
      const double error = verify_code(converter, 1000.0, 0.0, stream, read) - 1000.0;
      square += error * error / 4000.0;
    }
    return std::sqrt(square);
  };
  // Rounding adds a variance of 1/12 of each code.
  EXPECT_NEAR(deviation(), std::sqrt(9.0 + 1.0 / 12.0), 5.0 * 3.0 / std::sqrt(8000.0));
  converter.averaging = 9;
  EXPECT_NEAR(deviation(), std::sqrt(1.0 + 1.0 / 108.0 + 1.0 / 12.0), 5.0 * 1.05 / std::sqrt(8000.0));
  EXPECT_EQ(verify_code(converter, 1000.0, 0.0, stream, 5), verify_code(converter, 1000.0, 0.0, stream, 5));
  std::set<std::int32_t> codes;
  converter.noise_lsb = 100.0;
  for (std::uint32_t cell = 0; cell < 4; ++cell) {
    for (std::uint64_t event = 0; event < 4; ++event)
      codes.insert(verify_code(converter, 1000.0, 0.0, {1, 2, cell, event}, 0));
  }
  EXPECT_GT(codes.size(), 10u);
}

TEST(VerifyCode, TheAverageOfCodesRoundsUp) {
  // Independent of the converter's own loop: conversions one by one, then the mean by definition.
  VerifyConverter average{8, 255.0, 4, 1.5, 0.2, 1e-8};
  VerifyConverter single = average;
  single.averaging = 1;
  int ties = 0;
  for (std::uint32_t read = 0; read < 500; ++read) {
    int sum = 0;
    for (std::uint32_t k = 0; k < 4; ++k)
      sum += verify_code(single, 100.2, 0.0, {9, 0, 0, 0}, read * 4 + k);
    if (sum % 4 == 2) ++ties;
    ASSERT_EQ(verify_code(average, 100.2, 0.0, {9, 0, 0, 0}, read), static_cast<int>(std::floor(sum / 4.0 + 0.5)));
  }
  EXPECT_GT(ties, 50);
}

TEST(VerifyEnergy, GrowsWithTheSquareOfTheVoltage) {
  VerifyConverter converter{8, 255e-6, 3, 0.0, 0.2, 1e-8};
  EXPECT_DOUBLE_EQ(verify_energy(converter, 1e-5), 0.04 * 1e-5 * 3e-8);
  converter.read_voltage_v = 0.1;
  EXPECT_DOUBLE_EQ(verify_energy(converter, 1e-5), 0.01 * 1e-5 * 3e-8);
}

TEST(PulseVoltage, TakesTheSignOfTheCell) {
  EXPECT_EQ(pulse_voltage(-1, WriteAction::set_pulse, 1.2), -1.2);
  EXPECT_EQ(pulse_voltage(-1, WriteAction::reset_pulse, 1.2), 1.2);
  EXPECT_EQ(pulse_voltage(1, WriteAction::set_pulse, 1.2), 1.2);
  EXPECT_EQ(pulse_voltage(0, WriteAction::set_pulse, 1.2), 1.2);
  EXPECT_EQ(pulse_voltage(0, WriteAction::reset_pulse, 1.2), -1.2);
}

}  // namespace
}  // namespace memcosim
