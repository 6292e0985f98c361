// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <tlm>
#include <vector>

#include <gsl/span>

#include "memcosim/kernels/products/backend.hpp"
#include "memcosim/sc_models/blocks/macro_context.hpp"

namespace memcosim {

/// Kind of an access, from the address map alone.
enum class AccessKind : std::uint8_t {
  refused,        ///< only its response status is returned
  register_read,  ///< never waits
  register_write,
  control_write,
  input_write,
  input_start_write,
  target_write,
  output_read,
  program_read,  ///< a count of the last programming; waits for a running one
};

/// A decoded transaction: the elements of a window, or the registers, of which it touches any bytes.
struct MacroRequest {
  AccessKind kind = AccessKind::refused;
  tlm::tlm_response_status response = tlm::TLM_OK_RESPONSE;  ///< the error, if the access is refused
  std::uint32_t first = 0;                                   ///< element; of registers, byte address / 4
  std::uint32_t count = 0;
  std::uint32_t clocks = 1;         ///< clocks of the access on the bus
  std::uint32_t element_bytes = 4;  ///< of a register too
  std::uint32_t begin = 0;          ///< first byte, from the begin of the window
  std::uint32_t end = 0;            ///< behind the last byte
  bool whole = true;                ///< every byte of every element: the data of the payload are the elements
};

/// The bytes of the payload that are enabled.
class EnabledBytes {
 public:
  explicit EnabledBytes(const tlm::tlm_generic_payload& payload)
      : pattern_(payload.get_byte_enable_ptr()), length_(payload.get_byte_enable_length()) {}
  bool operator()(unsigned byte) const { return pattern_ == nullptr || pattern_[byte % length_] == TLM_BYTE_ENABLED; }

 private:
  const unsigned char* pattern_;
  unsigned length_;
};

/// Address decoder and plain registers of a macro (map: macro_registers.hpp), without timing.
class MacroRegisterFile {
 public:
  MacroRegisterFile(const MacroContext& context, const ConductanceWindow& window);

  MacroRequest decode(const tlm::tlm_generic_payload& payload) const;
  /// For debug transport, of the first bytes that the map has without a hole and, for a write, that can be written: byte enables and streaming
  /// have no meaning there, and what is write-only on the bus can be read. `end - begin` is the number of those bytes, 0 if refused.
  MacroRequest decode_debug(const tlm::tlm_generic_payload& payload) const;

  /// Value of a register that does not depend on operations in progress; 0 for one that is write-only.
  std::uint32_t read(std::uint32_t address) const;
  /// Stores registers, input codes or target levels, of which an access that is not whole keeps the other bytes; a value out of range changes
  /// nothing and returns an error.
  tlm::tlm_response_status write(const MacroRequest& request, const tlm::tlm_generic_payload& payload);
  /// The word that a write of the control register writes.
  static std::uint32_t control_word(const MacroRequest& request, const tlm::tlm_generic_payload& payload);
  /// Gives an access that reads its bytes out of one of the elements that it touches, from element `first` on.
  static void give(const MacroRequest& request, std::uint32_t element, const void* value, tlm::tlm_generic_payload& payload);

  bool covers_last_row(const MacroRequest& request) const { return request.end >= used_rows_ * sizeof(InputCode); }
  std::uint32_t used_outputs() const { return used_outputs_; }
  /// Input codes of the used rows, up to the last row ever written; all further codes are zero.
  gsl::span<const InputCode> inputs() const { return {inputs_.data(), std::min<std::size_t>(reached_rows_, used_rows_)}; }
  /// Returns the event number for the next start and increments it.
  std::uint64_t take_event() { return event_++; }
  std::uint32_t program_rows() const { return program_rows_; }
  std::uint32_t program_columns() const { return program_columns_; }
  /// Targets of the region to program in S, row-major.
  std::vector<double> program_targets() const;

  /// Copies elements of a window that is write-only on the bus.
  void read_window(const MacroRequest& request, std::uint16_t* elements) const;

 private:
  struct Window {
    std::uint64_t begin = 0;
    std::uint64_t elements = 0;
    unsigned element_bytes = 4;
    AccessKind kind = AccessKind::refused;

    std::uint64_t end() const { return begin + element_bytes * elements; }
  };
  /// The window of an address; refused: none.
  Window window_of(std::uint64_t address) const;
  MacroRequest decode_registers(const tlm::tlm_generic_payload& payload) const;
  MacroRequest decode_window(const Window& window, const tlm::tlm_generic_payload& payload) const;
  void span(MacroRequest& request, std::uint64_t begin, unsigned length) const;
  tlm::tlm_response_status write_elements(const MacroRequest& request, const unsigned char* data);
  tlm::tlm_response_status write_registers(const MacroRequest& request, const tlm::tlm_generic_payload& payload);
  tlm::tlm_response_status write_register(std::uint32_t address, std::uint32_t value, bool keep);
  tlm::tlm_response_status write_inputs(const MacroRequest& request, const unsigned char* data);
  tlm::tlm_response_status write_targets(const MacroRequest& request, const unsigned char* data);

  const MacroContext& context_;
  const ConductanceWindow window_;
  std::vector<InputCode> inputs_;
  std::size_t reached_rows_ = 0;
  std::vector<std::uint16_t> levels_;  ///< rows x columns
  std::uint64_t event_ = 0;
  std::uint32_t used_rows_;
  std::uint32_t used_outputs_;
  std::uint32_t program_rows_;
  std::uint32_t program_columns_;
};

}  // namespace memcosim
