// SPDX-License-Identifier: Apache-2.0
// Written by rtl/generate_registers.py from rtl/tdm_controller_registers.csv: change the table, not this file.
#pragma once

#include <array>
#include <cstdint>

#include "memcosim/rtl/bridge/rtl_register.hpp"

namespace memcosim {

/// Values of the run-time registers of rtl/tdm_controller.sv.
struct TdmRegisterValues {
  /// drive steps (input slices) of one MVM
  std::uint32_t slices = 1;
  /// column groups in use: converted one after the other
  std::uint32_t groups = 1;
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
  /// clocks from the release of a step that converts until its held set is free (derived by the driver)
  std::uint32_t held = 1;
  /// 1: a step is driven while the one before it is converted
  std::uint32_t pipelined = 0;
};
constexpr std::array<RtlRegister<TdmRegisterValues>, 10> tdm_register_ranges = {{
    {"slices", &TdmRegisterValues::slices, 1, 64},
    {"groups", &TdmRegisterValues::groups, 1, 4096},
    {"settle", &TdmRegisterValues::settle, 0, 65535},
    {"sample", &TdmRegisterValues::sample, 0, 65535},
    {"mux", &TdmRegisterValues::mux, 0, 65535},
    {"adc_latency", &TdmRegisterValues::adc_latency, 1, 65536},
    {"group_step", &TdmRegisterValues::group_step, 1, 131071},
    {"accumulate_latency", &TdmRegisterValues::accumulate_latency, 0, 65535},
    {"held", &TdmRegisterValues::held, 1, 1073741822},
    {"pipelined", &TdmRegisterValues::pipelined, 0, 1},
}};

/// What rtl/tdm_controller.sv is told of a drive step.
struct TdmStepValues {
  /// clocks from driving the rows to settled drivers
  std::uint32_t drive = 1;
  /// number of the rows that the step drives
  std::uint32_t row_group = 0;
};
constexpr std::array<RtlRegister<TdmStepValues>, 2> tdm_step_ranges = {{
    {"drive", &TdmStepValues::drive, 1, 65535},
    {"row_group", &TdmStepValues::row_group, 0, 255},
}};

/// What rtl/tdm_controller.sv has room for.
struct TdmSizes {
  /// conversions in flight: begun and without a code
  std::uint32_t conversions = 1;
  /// MVMs with all codes whose sums are not yet complete
  std::uint32_t sums = 1;
};
constexpr std::array<RtlRegister<TdmSizes>, 2> tdm_size_ranges = {{
    {"conversions", &TdmSizes::conversions, 1, 16},
    {"sums", &TdmSizes::sums, 1, 4},
}};

}  // namespace memcosim
