// SPDX-License-Identifier: Apache-2.0
// Written by rtl/generate_registers.py from rtl/tdm_controller_registers.csv: change the table, not this file.
#pragma once

#include <array>
#include <cstdint>

#include "memcosim/rtl/bridge/rtl_register.hpp"

namespace memcosim {

/// Values of the run-time registers of rtl/tdm_controller.sv.
struct TdmRegisterValues {
  /// input slices of one MVM
  std::uint32_t slices = 1;
  /// column groups in use: converted one after the other
  std::uint32_t groups = 1;
  /// clocks from driving the rows to settled drivers
  std::uint32_t drive = 1;
  /// clocks in which the array settles
  std::uint32_t settle = 0;
  /// clocks in which the sample switches are closed
  std::uint32_t sample = 0;
  /// clocks from selecting a column group to its conversion
  std::uint32_t mux = 0;
  /// clocks from the start of a conversion to its code
  std::uint32_t adc_latency = 1;
  /// clocks between the starts of two column groups (derived by the driver)
  std::uint32_t group_step = 1;
  /// clocks from the last code to the complete sums
  std::uint32_t accumulate_latency = 0;
  /// clocks between the starts of two slices (derived by the driver)
  std::uint32_t slot = 1;
};

constexpr std::array<RtlRegister<TdmRegisterValues>, 10> tdm_registers = {{
    {"slices", &TdmRegisterValues::slices, 1, 64},
    {"groups", &TdmRegisterValues::groups, 1, 4096},
    {"drive", &TdmRegisterValues::drive, 1, 65535},
    {"settle", &TdmRegisterValues::settle, 0, 65535},
    {"sample", &TdmRegisterValues::sample, 0, 65535},
    {"mux", &TdmRegisterValues::mux, 0, 65535},
    {"adc_latency", &TdmRegisterValues::adc_latency, 1, 65536},
    {"group_step", &TdmRegisterValues::group_step, 1, 131071},
    {"accumulate_latency", &TdmRegisterValues::accumulate_latency, 0, 65535},
    {"slot", &TdmRegisterValues::slot, 1, 1073741823},
}};

}  // namespace memcosim
