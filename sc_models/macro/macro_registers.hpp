// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace memcosim::macro_registers {

// Byte addresses of a macro's target socket. All registers are 32 bit, in the host's byte order as TLM-2.0 asks. An access is any run of bytes
// of registers or of one window, with or without byte enables: a write keeps the other bytes of the registers and elements that it touches,
// and stores all values or, if one is out of range, none. Responses other than TLM_OK_RESPONSE:
//   TLM_ADDRESS_ERROR_RESPONSE      an enabled byte of no register, or outside the windows
//   TLM_BURST_ERROR_RESPONSE        no bytes, a run beyond its window, a streaming width below the length
//   TLM_BYTE_ENABLE_ERROR_RESPONSE  byte enables of length 0
//   TLM_COMMAND_ERROR_RESPONSE      a write of RO, a read of WO, control together with other registers, or a command that the present state
//                                   forbids: a start of an MVM while programming or the reverse, a read of outputs when no MVM is unread or
//                                   started
//   TLM_GENERIC_ERROR_RESPONSE      a value out of range: an input code above input_bits, a level above the window, a region beyond the
//                                   array; a start of programming with targets or a MacroSpec::programming that cannot be written
// Debug transport moves what the map has from its address on without a hole: what is write-only on the bus too, and to all but control and
// what is read-only.
//
// An access of up to 4 bytes of registers takes one clock, any other ceil(bytes / bus_bytes_per_clock) clocks. Writes act in order. A write that starts an
// MVM is answered at the edge that samples the start: the next edge at or after its last clock at which the macro is ready and has room for
// the result (two results are kept). The number of column groups follows from used_outputs; an MVM whose number differs from that of the
// MVMs in flight starts when the controller is no longer busy, at the second clock after done. A read of outputs waits until its MVM is
// done, then takes its clocks. A read that covers the last output which its MVM uses retires it; reads of a part of the window before that
// return sums of the same MVM.

constexpr std::uint64_t identification = 0x00;  ///< RO: 0x4D435331 ("MCS1")
constexpr std::uint64_t control = 0x04;         ///< WO: bit 0 starts an MVM on the input registers, bit 1 starts programming
constexpr std::uint64_t status = 0x08;          ///< RO: see status_*; reads never wait
constexpr std::uint64_t event_low = 0x0C;  ///< RW: event number of the next MVM (address of its random draws), raised by one at each start
                                           ///< of an MVM (unless its extension names the event) and of a programming
constexpr std::uint64_t event_high = 0x10;
constexpr std::uint64_t rows = 0x14;  ///< RO geometry
constexpr std::uint64_t columns = 0x18;
constexpr std::uint64_t outputs = 0x1C;
constexpr std::uint64_t slices = 0x20;
constexpr std::uint64_t latency_clocks = 0x24;  ///< RO: TdmSchedule::latency() of an MVM that uses used_outputs, a bound where codes decide
constexpr std::uint64_t interval_clocks = 0x28;  ///< RO: TdmSchedule::interval() of the same
constexpr std::uint64_t used_rows = 0x2C;        ///< RW: rows in use, from row 0 (reset: all); further rows are not driven
constexpr std::uint64_t program_rows = 0x30;     ///< RW: region to program, from cell (0, 0)
constexpr std::uint64_t program_columns = 0x34;
constexpr std::uint64_t program_pulses = 0x38;  ///< RO: counts of the last programming; reads wait for the end of a running one
constexpr std::uint64_t program_reads = 0x3C;
constexpr std::uint64_t program_failed = 0x40;
constexpr std::uint64_t used_outputs = 0x44;  ///< RW: outputs in use, from output 0 (reset: all); columns of further ones are not
                                              ///< converted, their sums are zero

constexpr std::uint64_t input_window = 0x10000;  ///< WO: rows x 16-bit input codes
constexpr std::uint64_t input_start_window =
    0x20000;  ///< WO: the same; the write that covers the last byte of the last used row also starts the
              ///< MVM
constexpr std::uint64_t output_window = 0x30000;    ///< RO: outputs x 32-bit signed sums of the oldest MVM not yet read; waits for done
constexpr std::uint64_t target_window = 0x1000000;  ///< WO: rows x columns x 16-bit target levels

constexpr std::uint32_t identification_value = 0x4D435331;
constexpr std::uint32_t control_start_mvm = 1u << 0;
constexpr std::uint32_t control_start_program = 1u << 1;
constexpr std::uint32_t status_ready = 1u << 0;   ///< the next MVM can start
constexpr std::uint32_t status_busy = 1u << 1;    ///< an MVM is in flight
constexpr std::uint32_t status_result = 1u << 2;  ///< a result waits to be read
constexpr std::uint32_t status_programming = 1u << 3;

}  // namespace memcosim::macro_registers
