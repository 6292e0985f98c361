// SPDX-License-Identifier: Apache-2.0
// The register map: what every address answers, to right and to wrong accesses.

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <numeric>
#include <systemc>
#include <vector>

#include <gtest/gtest.h>

#include "macro_bench.hpp"

namespace memcosim::macro_test {
namespace {

/// Runs one program on a loosely_timed and an approximately_timed macro.
void run_on_both_levels(const std::function<void(Agent&, const MacroSpec&)>& program, AgentOptions options = {}) {
  Arrays arrays;
  std::vector<std::unique_ptr<Bench>> benches;
  for (const TimingLevel level : {TimingLevel::loosely_timed, TimingLevel::approximately_timed}) {
    const MacroSpec spec = small_spec(level);
    benches.push_back(std::make_unique<Bench>(
        "bench" + std::to_string(benches.size()), arrays.backend(), arrays.add(spec), spec,
        [&program, spec](Agent& agent) { program(agent, spec); }, options));
  }
  sc_core::sc_start();
  for (const auto& bench : benches)
    EXPECT_TRUE(bench->initiator.finished());
}

constexpr std::uint64_t read_only[] = {reg::identification, reg::status,        reg::rows,           reg::columns,
                                       reg::outputs,        reg::slices,        reg::latency_clocks, reg::interval_clocks,
                                       reg::program_pulses, reg::program_reads, reg::program_failed};

TEST(MacroRegisters, ShowTheGeometry) {
  run_on_both_levels([](Agent& agent, const MacroSpec& spec) {
    EXPECT_EQ(agent.read(reg::identification), 0x4D435331u);
    EXPECT_EQ(agent.read(reg::rows), 16u);
    EXPECT_EQ(agent.read(reg::columns), 12u);
    EXPECT_EQ(agent.read(reg::outputs), 6u);
    EXPECT_EQ(agent.read(reg::slices), 4u);
    EXPECT_EQ(agent.read(reg::latency_clocks), spec.schedule().latency());
    EXPECT_EQ(agent.read(reg::interval_clocks), spec.schedule().interval());
    EXPECT_EQ(agent.read(reg::status), reg::status_ready);
    EXPECT_EQ(agent.read(reg::event_low), 0u);
    EXPECT_EQ(agent.read(reg::event_high), 0u);
    EXPECT_EQ(agent.read(reg::used_rows), 16u);
    EXPECT_EQ(agent.read(reg::used_outputs), 6u);
    EXPECT_EQ(agent.read(reg::program_rows), 16u);
    EXPECT_EQ(agent.read(reg::program_columns), 12u);
    EXPECT_EQ(agent.now(), clocks(14));  // one clock each
  });
}

TEST(MacroRegisters, KeepWhatIsWrittenInRange) {
  run_on_both_levels([](Agent& agent, const MacroSpec&) {
    const struct {
      std::uint64_t address;
      std::uint32_t highest;
    } rows[] = {{reg::used_rows, 16}, {reg::used_outputs, 6}, {reg::program_rows, 16}, {reg::program_columns, 12}};
    for (const auto& row : rows) {
      EXPECT_EQ(agent.write(row.address, 3), tlm::TLM_OK_RESPONSE);
      EXPECT_EQ(agent.write(row.address, 0), tlm::TLM_GENERIC_ERROR_RESPONSE);
      EXPECT_EQ(agent.write(row.address, row.highest + 1), tlm::TLM_GENERIC_ERROR_RESPONSE);
      EXPECT_EQ(agent.read(row.address), 3u);
    }
    EXPECT_EQ(agent.write(reg::event_low, 0xfedcba98u), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(agent.write(reg::event_high, 0xffffu), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(agent.write(reg::event_high, 0x10000u), tlm::TLM_GENERIC_ERROR_RESPONSE);  // events have 48 bits
    EXPECT_EQ(agent.read(reg::event_low), 0xfedcba98u);
    EXPECT_EQ(agent.read(reg::event_high), 0xffffu);
  });
}

TEST(MacroRegisters, RefuseAccessesThatTheMapDoesNotHave) {
  run_on_both_levels([](Agent& agent, const MacroSpec&) {
    std::vector<unsigned char> bytes(64, 0);
    const auto access = [&](tlm::tlm_command command, std::uint64_t address, std::size_t length) {
      return agent.access(command, address, bytes.data(), length);
    };
    const tlm::tlm_command read = tlm::TLM_READ_COMMAND;
    const tlm::tlm_command write = tlm::TLM_WRITE_COMMAND;
    for (const std::uint64_t address : read_only)
      EXPECT_EQ(access(write, address, 4), tlm::TLM_COMMAND_ERROR_RESPONSE) << address;
    EXPECT_EQ(access(read, reg::control, 4), tlm::TLM_COMMAND_ERROR_RESPONSE);
    EXPECT_EQ(access(read, reg::input_window, 4), tlm::TLM_COMMAND_ERROR_RESPONSE);
    EXPECT_EQ(access(read, reg::input_start_window, 4), tlm::TLM_COMMAND_ERROR_RESPONSE);
    EXPECT_EQ(access(read, reg::target_window, 4), tlm::TLM_COMMAND_ERROR_RESPONSE);
    EXPECT_EQ(access(write, reg::output_window, 4), tlm::TLM_COMMAND_ERROR_RESPONSE);
    for (const std::uint64_t hole : {0x48u, 0xFFFCu, 0x10020u, 0x1FFFEu, 0x20020u, 0x30018u, 0xFFFFFEu, 0x1000180u})
      EXPECT_EQ(access(write, hole, 4), tlm::TLM_ADDRESS_ERROR_RESPONSE) << hole;
    EXPECT_EQ(access(read, 0xFFFF'FFFF'FFFF'FFFCu, 4), tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_EQ(access(read, reg::used_outputs, 5), tlm::TLM_ADDRESS_ERROR_RESPONSE) << "a run that ends behind the last register";
    EXPECT_EQ(access(write, reg::used_rows - 1, 2), tlm::TLM_COMMAND_ERROR_RESPONSE) << "a byte of a register that is read-only";
    EXPECT_EQ(access(read, reg::status - 1, 2), tlm::TLM_COMMAND_ERROR_RESPONSE) << "a byte of control";
    EXPECT_EQ(access(read, reg::rows, 0), tlm::TLM_BURST_ERROR_RESPONSE);
    EXPECT_EQ(access(write, reg::input_window + 30, 4), tlm::TLM_BURST_ERROR_RESPONSE);
    EXPECT_EQ(access(read, reg::output_window + 20, 8), tlm::TLM_BURST_ERROR_RESPONSE);
    EXPECT_EQ(access(write, reg::target_window + 382, 4), tlm::TLM_BURST_ERROR_RESPONSE);
    EXPECT_EQ(access(tlm::TLM_IGNORE_COMMAND, reg::rows, 4), tlm::TLM_OK_RESPONSE);
    // A range fault changes nothing.
    const std::vector<InputCode> too_large = {3, 16};
    EXPECT_EQ(agent.write_codes(reg::input_window, too_large), tlm::TLM_GENERIC_ERROR_RESPONSE);
    EXPECT_EQ(agent.write_codes(reg::target_window, {3, 4}), tlm::TLM_GENERIC_ERROR_RESPONSE);
    EXPECT_EQ(agent.write(reg::control, 4), tlm::TLM_GENERIC_ERROR_RESPONSE);
    EXPECT_EQ(agent.write(reg::control, 3), tlm::TLM_COMMAND_ERROR_RESPONSE);
    EXPECT_EQ(agent.write(reg::control, 0), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(agent.read(reg::status), reg::status_ready);
  });
}

/// Access of some bytes with byte enables, which repeat; empty: without.
tlm::tlm_response_status enabled_access(Agent& agent, tlm::tlm_command command, std::uint64_t address, void* data, std::size_t bytes,
                                        std::vector<unsigned char> enables) {
  auto& payload = agent.initiator().payload(command, address, data, bytes);
  if (!enables.empty()) payload.set_byte_enable_ptr(enables.data());
  payload.set_byte_enable_length(static_cast<unsigned>(enables.size()));
  agent.synchronise();
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  agent.initiator().socket->b_transport(payload, delay);
  agent.advance(delay);
  const tlm::tlm_response_status status = payload.get_response_status();
  payload.set_byte_enable_ptr(nullptr);
  payload.set_byte_enable_length(0);
  payload.release();
  return status;
}

TEST(MacroRegisters, RefuseStreamingAndByteEnablesOfNoLength) {
  run_on_both_levels([](Agent& agent, const MacroSpec&) {
    std::uint32_t value = 0;
    unsigned char enables[4] = {0xff, 0xff, 0xff, 0xff};
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    const auto response = [&](const std::function<void(tlm::tlm_generic_payload&)>& change) {
      auto& payload = agent.initiator().payload(tlm::TLM_READ_COMMAND, reg::rows, &value, 4);
      change(payload);
      agent.initiator().socket->b_transport(payload, delay);
      const tlm::tlm_response_status status = payload.get_response_status();
      payload.set_byte_enable_ptr(nullptr);
      payload.release();
      return status;
    };
    EXPECT_EQ(response([&](auto& payload) {
                payload.set_byte_enable_ptr(enables);
                payload.set_byte_enable_length(0);
              }),
              tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    EXPECT_EQ(response([](auto& payload) { payload.set_streaming_width(2); }), tlm::TLM_BURST_ERROR_RESPONSE);
    EXPECT_EQ(response([](auto& payload) { payload.set_streaming_width(0); }), tlm::TLM_BURST_ERROR_RESPONSE);
    EXPECT_EQ(response([](auto& payload) { payload.set_streaming_width(8); }), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(value, 16u);
  });
}

/// Every run of bytes of the readable registers, against the registers read one by one.
TEST(MacroRegisters, AreReadInRunsOfAnyBytes) {
  run_on_both_levels([](Agent& agent, const MacroSpec&) {
    std::vector<unsigned char> expected;
    for (std::uint64_t address = reg::status; address <= reg::used_outputs; address += 4) {
      const std::uint32_t word = agent.read(address);
      for (unsigned byte = 0; byte < 4; ++byte)
        expected.push_back(static_cast<unsigned char>(word >> (8 * byte)));
    }
    for (std::size_t first = 0; first < expected.size(); ++first) {
      for (std::size_t length = 1; first + length <= expected.size(); ++length) {
        std::vector<unsigned char> data(length, 0xAA);
        const std::vector<unsigned char> enables =
            first % 3 == 0 ? std::vector<unsigned char>{0xff, 0, 0xff} : std::vector<unsigned char>{};
        EXPECT_EQ(enabled_access(agent, tlm::TLM_READ_COMMAND, reg::status + first, data.data(), length, enables), tlm::TLM_OK_RESPONSE);
        for (std::size_t byte = 0; byte < length; ++byte) {
          const bool read = enables.empty() || enables[byte % 3] != 0;
          ASSERT_EQ(data[byte], read ? expected[first + byte] : 0xAA) << first << " " << length << " " << byte;
        }
      }
    }
  });
}

TEST(MacroRegisters, AreWrittenInRunsOfAnyBytes) {
  run_on_both_levels([](Agent& agent, const MacroSpec&) {
    std::uint64_t events = 0x0000'1234'5678'9abcu;  // as a bus of 64 bits writes both words
    EXPECT_EQ(enabled_access(agent, tlm::TLM_WRITE_COMMAND, reg::event_low, &events, 8, {}), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(agent.read(reg::event_low), 0x5678'9abcu);
    EXPECT_EQ(agent.read(reg::event_high), 0x1234u);
    unsigned char byte = 0xEE;
    EXPECT_EQ(enabled_access(agent, tlm::TLM_WRITE_COMMAND, reg::event_low + 2, &byte, 1, {}), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(agent.read(reg::event_low), 0x56EE'9abcu) << "the other bytes stay";
    events = 0xffff'ffff'ffff'ffffu;
    EXPECT_EQ(enabled_access(agent, tlm::TLM_WRITE_COMMAND, reg::event_low, &events, 8, {}), tlm::TLM_GENERIC_ERROR_RESPONSE);
    EXPECT_EQ(agent.read(reg::event_low), 0x56EE'9abcu) << "the high word is out of range: neither is stored";
    // One register of a word of 64 bits whose other half is read-only.
    std::uint32_t words[2] = {0xdead, 3};
    const std::vector<unsigned char> upper = {0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff};
    EXPECT_EQ(enabled_access(agent, tlm::TLM_WRITE_COMMAND, reg::program_failed, words, 8, {}), tlm::TLM_COMMAND_ERROR_RESPONSE);
    EXPECT_EQ(enabled_access(agent, tlm::TLM_WRITE_COMMAND, reg::program_failed, words, 8, upper), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(agent.read(reg::used_outputs), 3u);
    EXPECT_EQ(enabled_access(agent, tlm::TLM_WRITE_COMMAND, reg::rows, words, 8, {0}), tlm::TLM_OK_RESPONSE) << "no byte is enabled";
  });
}

TEST(MacroRegisters, StartsThroughEveryWidth) {
  run_on_both_levels([](Agent& agent, const MacroSpec& spec) {
    const std::vector<InputCode> codes = input_codes(spec, 0);
    agent.start(codes);
    const std::vector<std::int32_t> expected = agent.read_outputs(6);
    // control in the upper half of a word of 64 bits, and alone in one byte.
    std::uint32_t words[2] = {0, reg::control_start_mvm};
    const std::vector<unsigned char> upper = {0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff};
    EXPECT_EQ(enabled_access(agent, tlm::TLM_WRITE_COMMAND, 0, words, 8, upper), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(agent.read_outputs(6), expected);
    unsigned char byte = reg::control_start_mvm;
    EXPECT_EQ(enabled_access(agent, tlm::TLM_WRITE_COMMAND, reg::control, &byte, 1, {}), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(agent.read_outputs(6), expected);
    std::uint32_t both[4] = {reg::control_start_mvm, 0, 5, 0};
    EXPECT_EQ(enabled_access(agent, tlm::TLM_WRITE_COMMAND, reg::control, both, 16, {}), tlm::TLM_COMMAND_ERROR_RESPONSE);

    // Input codes byte by byte: the last byte of the last row starts, no other does. Sums byte by byte: the last byte retires.
    const auto* bytes = reinterpret_cast<const unsigned char*>(codes.data());
    for (std::size_t at = 0; at < 2 * codes.size(); ++at) {
      EXPECT_EQ(agent.read(reg::status), reg::status_ready) << at;
      unsigned char one = bytes[at];
      EXPECT_EQ(enabled_access(agent, tlm::TLM_WRITE_COMMAND, reg::input_start_window + at, &one, 1, {}), tlm::TLM_OK_RESPONSE);
    }
    std::vector<std::int32_t> sums(6);
    for (std::size_t at = 0; at < 24; at += 3) {
      EXPECT_EQ(
          enabled_access(agent, tlm::TLM_READ_COMMAND, reg::output_window + at, reinterpret_cast<unsigned char*>(sums.data()) + at, 3, {}),
          tlm::TLM_OK_RESPONSE);
    }
    EXPECT_EQ(sums, expected);
    EXPECT_EQ(agent.read(reg::status), reg::status_ready);
  });
}

TEST(MacroRegisters, RefuseDirectMemoryAccess) {
  run_on_both_levels([](Agent& agent, const MacroSpec&) {
    std::uint32_t value = 0;
    auto& payload = agent.initiator().payload(tlm::TLM_READ_COMMAND, reg::rows, &value, 4);
    payload.set_dmi_allowed(true);
    tlm::tlm_dmi dmi;
    EXPECT_FALSE(agent.initiator().socket->get_direct_mem_ptr(payload, dmi));
    EXPECT_FALSE(payload.is_dmi_allowed());
    EXPECT_TRUE(dmi.is_none_allowed());
    payload.release();
  });
}

TEST(MacroRegisters, DebugAccessHasNoSideEffectsAndTakesNoTime) {
  run_on_both_levels([](Agent& agent, const MacroSpec& spec) {
    const auto debug = [&](tlm::tlm_command command, std::uint64_t address, void* data, std::size_t bytes) {
      auto& payload = agent.initiator().payload(command, address, data, bytes);
      const unsigned moved = agent.initiator().socket->transport_dbg(payload);
      payload.release();
      return moved;
    };
    std::uint32_t word = 0;
    EXPECT_EQ(debug(tlm::TLM_READ_COMMAND, reg::identification, &word, 4), 4u);
    EXPECT_EQ(word, reg::identification_value);
    std::vector<InputCode> codes = input_codes(spec, 0);
    EXPECT_EQ(debug(tlm::TLM_WRITE_COMMAND, reg::input_start_window, codes.data(), 32), 32u);
    EXPECT_EQ(agent.read(reg::status), reg::status_ready) << "a debug write starts nothing";
    std::vector<InputCode> seen(16);
    EXPECT_EQ(debug(tlm::TLM_READ_COMMAND, reg::input_window, seen.data(), 32), 32u);
    EXPECT_EQ(seen, codes);
    std::uint16_t levels[2] = {1, 3};
    EXPECT_EQ(debug(tlm::TLM_WRITE_COMMAND, reg::target_window + 4, levels, 4), 4u);
    std::uint16_t seen_levels[3] = {9, 9, 9};
    EXPECT_EQ(debug(tlm::TLM_READ_COMMAND, reg::target_window + 2, seen_levels, 6), 6u);
    EXPECT_EQ(seen_levels[0], 0u);
    EXPECT_EQ(seen_levels[2], 3u);
    word = reg::control_start_mvm;
    EXPECT_EQ(debug(tlm::TLM_WRITE_COMMAND, reg::control, &word, 4), 0u);
    EXPECT_EQ(debug(tlm::TLM_WRITE_COMMAND, reg::rows, &word, 4), 0u);
    EXPECT_EQ(debug(tlm::TLM_READ_COMMAND, 0x48, &word, 4), 0u);
    std::vector<std::uint32_t> dump(64, 0);
    EXPECT_EQ(debug(tlm::TLM_READ_COMMAND, reg::identification, dump.data(), 64), 64u) << "as debuggers dump memory";
    EXPECT_EQ(dump[reg::rows / 4], 16u);
    EXPECT_EQ(debug(tlm::TLM_READ_COMMAND, reg::identification, dump.data(), 256), 0x48u) << "up to the hole";
    EXPECT_EQ(debug(tlm::TLM_READ_COMMAND, reg::input_window + 30, dump.data(), 64), 2u) << "up to the end of the window";

    std::vector<std::int32_t> sums(6);
    agent.write(reg::control, reg::control_start_mvm);
    agent.synchronise();
    EXPECT_EQ(debug(tlm::TLM_READ_COMMAND, reg::output_window, sums.data(), 24), 0u) << "the result is not there yet";
    agent.advance(clocks(1000));
    agent.synchronise();
    EXPECT_EQ(debug(tlm::TLM_READ_COMMAND, reg::output_window, sums.data(), 24), 24u);
    EXPECT_EQ(agent.read(reg::status), reg::status_ready | reg::status_result) << "a debug read retires nothing";
    EXPECT_EQ(agent.read_outputs(6), sums);
  });
}

/// A tile that uses a part of its array: the last used row starts, the last used output retires, further rows are not driven.
TEST(MacroRegisters, UsedRowsAndOutputsEndAVector) {
  run_on_both_levels([](Agent& agent, const MacroSpec& spec) {
    const std::vector<InputCode> all = input_codes(spec, 0);
    std::vector<InputCode> first_five = all;
    std::fill(first_five.begin() + 5, first_five.end(), InputCode{0});
    agent.start(first_five);
    const std::vector<std::int32_t> expected = agent.read_outputs(6);
    agent.start(all);
    EXPECT_NE(agent.read_outputs(6), expected);

    agent.write(reg::used_rows, 5);
    agent.write(reg::used_outputs, 2);
    EXPECT_EQ(agent.write_codes(reg::input_start_window, {all[0], all[1]}), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(agent.read(reg::status), reg::status_ready) << "row 4 is missing";
    EXPECT_EQ(agent.write_codes(reg::input_start_window + 4, {all[2], all[3], all[4]}), tlm::TLM_OK_RESPONSE);
    EXPECT_EQ(agent.read(reg::status), reg::status_busy);
    EXPECT_EQ(agent.read_outputs(1), std::vector<std::int32_t>(expected.begin(), expected.begin() + 1));
    EXPECT_EQ(agent.read(reg::status) & reg::status_result, reg::status_result) << "output 1 is missing";
    EXPECT_EQ(agent.read_outputs(2), std::vector<std::int32_t>(expected.begin(), expected.begin() + 2));
    EXPECT_EQ(agent.read(reg::status), reg::status_ready);
  });
}

/// Reading in pieces takes each piece's own clocks.
TEST(MacroRegisters, WindowsTakeBytesOverBusWidthClocks) {
  run_on_both_levels([](Agent& agent, const MacroSpec& spec) {
    const auto taken = [&](const std::function<void()>& access) {
      const sc_core::sc_time begin = agent.now();
      access();
      return agent.now() - begin;
    };
    EXPECT_EQ(taken([&] { agent.write_codes(reg::input_window, {1}); }), clocks(1));
    EXPECT_EQ(taken([&] { agent.write_codes(reg::input_window, {1, 2, 3, 4}); }), clocks(1));
    EXPECT_EQ(taken([&] { agent.write_codes(reg::input_window, {1, 2, 3, 4, 5}); }), clocks(2));
    EXPECT_EQ(taken([&] { agent.write_codes(reg::target_window, std::vector<InputCode>(100, 1)); }), clocks(25));
    agent.start(input_codes(spec, 0));
    agent.advance(clocks(1000));
    EXPECT_EQ(taken([&] { agent.read_outputs(2); }), clocks(1));
    EXPECT_EQ(taken([&] { agent.read_outputs(3); }), clocks(2));
    EXPECT_EQ(taken([&] { agent.read_outputs(6); }), clocks(3));
  });
}

}  // namespace
}  // namespace memcosim::macro_test
