// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tests of the macro share: arrays with known conductances, and a macro on one of them with its initiator.

#include <cstdint>
#include <memory>
#include <string>
#include <systemc>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "memcosim/devices/presets/cell_presets.hpp"
#include "memcosim/kernels/backends/backends.hpp"
#include "memcosim/sc_models/macro/macro.hpp"

#include "array_batch.hpp"
#include "macro_initiator.hpp"

namespace memcosim::macro_test {

/// Well-mixed bits of two numbers: test data without a random stream.
inline std::uint32_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a * 0x9e3779b97f4a7c15u + b * 0xbf58476d1ce4e5b9u + 1;
  x ^= x >> 31;
  x *= 0xd6e8feb86659fd93u;
  return static_cast<std::uint32_t>(x >> 33);
}

/// A small macro: 16 x 12 cells, 4-bit inputs, 1-bit DAC, 12 converted columns on 3 converters.
inline MacroSpec small_spec(TimingLevel level) {
  MacroSpec spec;
  spec.rows = 16;
  spec.columns = 12;
  spec.columns_per_adc = 4;
  spec.readout.input_bits = 4;
  spec.readout.adc.bits = 6;
  spec.timing.bus_bytes_per_clock = 8;
  spec.level = level;
  spec.programming.set = {1.0, 0.02, 2.5, 100e-9};
  spec.programming.reset = {0.9, 0.02, 2.5, 100e-9};
  spec.programming.verify.full_scale_s = 1e-4;
  spec.programming.verify.read_voltage_v = 0.2;
  spec.programming.verify.read_duration_s = 10e-9;
  spec.programming.tolerance_s = 1e-6;
  return spec;
}

/// A backend that holds one array for each macro of a test.
class Arrays {
 public:
  explicit Arrays(const std::string& backend_name = "reference") {
    BackendOptions options;
    options.name = backend_name;
    backend_ = make_backend(options);
  }
  Backend& backend() { return *backend_; }

  /// Cells with mixed levels 0 to 3 of a window of 4; the same for every array of the same shape.
  ArrayId add(const MacroSpec& spec, const std::string& cell = "ohmic") {
    return add(spec, cell == "ohmic" ? default_cell_spec("ohmic") : preset_cell_spec(cell));
  }
  ArrayId add(const MacroSpec& spec, const CellSpec& cell) {
    ArrayConfig config;
    config.rows = spec.rows;
    config.columns = spec.columns;
    config.cell = cell;
    config.window = {12e-6, 72e-6, 4};
    config.read_voltage_v = spec.read_voltage_v;
    const ArrayId array = backend_->cells().create_array(config);
    std::vector<double> siemens;
    for (std::uint32_t index = 0; index < spec.rows * spec.columns; ++index)
      siemens.push_back(config.window.g_min + (mix(index, 5) % 4) * config.window.step());
    backend_->cells().set_conductance(array, siemens);
    return array;
  }

 private:
  std::unique_ptr<Backend> backend_;
};

inline std::vector<InputCode> input_codes(const MacroSpec& spec, std::uint64_t vector) {
  std::vector<InputCode> codes;
  for (std::uint32_t row = 0; row < spec.rows; ++row)
    codes.push_back(static_cast<InputCode>(mix(row, vector + 100) & ((1u << spec.readout.input_bits) - 1u)));
  return codes;
}

/// Values of one MVM straight from the backend, with codes.
inline ProductResult direct_mvm(Backend& backend, ArrayId array, const ReadoutConfig& readout, const std::vector<InputCode>& codes,
                                std::uint64_t event) {
  test::ArrayBatch batch(backend, array, readout, codes);
  batch.first_event = event;
  batch.keep_codes = true;
  return test::compute(backend, batch);
}

inline sc_core::sc_time clocks(double count) {
  return sc_core::sc_time(count, sc_core::SC_NS);
}

/// Collects errors and fatal errors that are reported, and stops the simulation at the first one. Unlike the default exception this leaves
/// no thread's stack unwound, which address sanitizers cannot follow.
class ReportedErrors {
 public:
  ReportedErrors() {
    messages().clear();
    sc_core::sc_report_handler::set_handler(&ReportedErrors::handle);
  }
  ~ReportedErrors() { sc_core::sc_report_handler::set_handler(&sc_core::sc_report_handler::default_handler); }
  ReportedErrors(const ReportedErrors&) = delete;
  ReportedErrors& operator=(const ReportedErrors&) = delete;
  /// The first message, empty when nothing was reported.
  static std::string first() { return messages().empty() ? "" : messages().front(); }

 private:
  static std::vector<std::string>& messages() {
    static std::vector<std::string> texts;
    return texts;
  }
  static void handle(const sc_core::sc_report& report, const sc_core::sc_actions& actions) {
    if (report.get_severity() < sc_core::SC_ERROR) return sc_core::sc_report_handler::default_handler(report, actions);
    messages().emplace_back(report.get_msg());
    sc_core::sc_stop();
  }
};

/// A macro and the initiator that uses it.
struct Bench {
  Bench(const std::string& name, Backend& backend, ArrayId array, const MacroSpec& spec, Program program, const AgentOptions& options = {},
        const DigitalBlocks& blocks = {})
      : Bench(name, backend, array, spec, std::vector<Program>{std::move(program)}, options, blocks) {}
  Bench(const std::string& name, Backend& backend, ArrayId array, const MacroSpec& spec, std::vector<Program> programs,
        const AgentOptions& options = {}, const DigitalBlocks& blocks = {})
      : macro((name + "_macro").c_str(), spec, backend, array, blocks),
        initiator((name + "_initiator").c_str(), options, std::move(programs)) {
    initiator.socket.bind(macro.socket);
  }
  Macro macro;
  Initiator initiator;
};

}  // namespace memcosim::macro_test
