// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace memcosim::macro_registers {

// Byte addresses of a macro's target socket. All registers are 32 bit, little endian, accessed whole; windows are accessed in any run of
// whole elements. Anything else answers TLM_ADDRESS_ERROR_RESPONSE or TLM_BURST_ERROR_RESPONSE; byte enables and streaming widths below the
// length answer their own error responses; a command that the present state forbids answers TLM_COMMAND_ERROR_RESPONSE.

constexpr std::uint64_t identification = 0x00;  ///< RO: 0x4D435331 ("MCS1")
constexpr std::uint64_t control = 0x04;         ///< WO: bit 0 starts an MVM on the input registers, bit 1 starts programming
constexpr std::uint64_t status = 0x08;          ///< RO: see status_*; reads never wait
constexpr std::uint64_t event_low = 0x0C;       ///< RW: event number of the next MVM (address of its random draws), raised by one at each start
constexpr std::uint64_t event_high = 0x10;
constexpr std::uint64_t rows = 0x14;            ///< RO geometry
constexpr std::uint64_t columns = 0x18;
constexpr std::uint64_t outputs = 0x1C;
constexpr std::uint64_t slices = 0x20;
constexpr std::uint64_t latency_clocks = 0x24;  ///< RO: TdmSchedule::latency()
constexpr std::uint64_t interval_clocks = 0x28; ///< RO: TdmSchedule::interval()
constexpr std::uint64_t program_rows = 0x30;    ///< RW: region to program, from cell (0, 0)
constexpr std::uint64_t program_columns = 0x34;
constexpr std::uint64_t program_pulses = 0x38;  ///< RO: counts of the last programming
constexpr std::uint64_t program_reads = 0x3C;
constexpr std::uint64_t program_failed = 0x40;

constexpr std::uint64_t input_window = 0x10000;        ///< WO: rows x 16-bit input codes
constexpr std::uint64_t input_start_window = 0x20000;  ///< WO: the same; the write that covers the last used row also starts the MVM
constexpr std::uint64_t output_window = 0x30000;       ///< RO: outputs x 32-bit signed sums of the oldest MVM not yet read; waits for done
constexpr std::uint64_t target_window = 0x1000000;     ///< WO: rows x columns x 16-bit target levels

constexpr std::uint32_t identification_value = 0x4D435331;
constexpr std::uint32_t control_start_mvm = 1u << 0;
constexpr std::uint32_t control_start_program = 1u << 1;
constexpr std::uint32_t status_ready = 1u << 0;        ///< the next MVM can start
constexpr std::uint32_t status_busy = 1u << 1;         ///< an MVM is in flight
constexpr std::uint32_t status_result = 1u << 2;       ///< a result waits to be read
constexpr std::uint32_t status_programming = 1u << 3;

}  // namespace memcosim::macro_registers
