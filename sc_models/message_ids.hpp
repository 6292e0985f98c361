// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Message types of the SystemC reports (SC_REPORT_ERROR, SC_REPORT_FATAL) of the modules, by which sc_report_handler selects its actions.
namespace memcosim::message_ids {

inline constexpr const char* accumulator = "memcosim/accumulator";
inline constexpr const char* adc_bank = "memcosim/adc_bank";
inline constexpr const char* crossbar = "memcosim/crossbar";
inline constexpr const char* macro = "memcosim/macro";
inline constexpr const char* macro_datapath = "memcosim/macro_datapath";
inline constexpr const char* row_drivers = "memcosim/row_drivers";
inline constexpr const char* sample_hold = "memcosim/sample_hold";
inline constexpr const char* tdm_controller = "memcosim/tdm_controller";

}  // namespace memcosim::message_ids
