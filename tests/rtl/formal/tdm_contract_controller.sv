// SPDX-License-Identifier: Apache-2.0

// tdm_controller with the sizes of tdm_contract_pkg.
module tdm_contract_controller (
  input  logic       clk,
  input  logic       rst_n,
  input  logic [1:0] reg_slices,
  input  logic [1:0] reg_groups,
  input  logic       reg_settle,
  input  logic       reg_sample,
  input  logic       reg_mux,
  input  logic [1:0] reg_adc_latency,
  input  logic [1:0] reg_group_step,
  input  logic [1:0] reg_accumulate_latency,
  input  logic [2:0] reg_held,
  input  logic       reg_pipelined,
  output logic [1:0] step_index,
  input  logic [1:0] step_drive,
  input  logic       step_converts,
  input  logic       step_row_group,
  input  logic       start,
  input  logic       abort,
  output logic       ready,
  output logic       busy,
  output logic       done,
  input  logic       adc_ready,
  input  logic       sum_ready,
  output logic       drive_strobe,
  output logic [1:0] drive_slice,
  output logic       drive_row_group,
  output logic       sample_strobe,
  output logic       release_strobe,
  output logic [1:0] sample_slice,
  output logic       select_strobe,
  output logic       convert_strobe,
  output logic [1:0] column_slice,
  output logic [1:0] column_group,
  output logic       accumulate_strobe,
  output logic [1:0] accumulate_slice,
  output logic [1:0] accumulate_group
);

  tdm_controller #(
    .MAX_SLICES(tdm_contract_pkg::MAX_SLICES), .MAX_GROUPS(tdm_contract_pkg::MAX_GROUPS), .MAX_SETTLE(tdm_contract_pkg::MAX_SETTLE),
    .MAX_SAMPLE(tdm_contract_pkg::MAX_SAMPLE), .MAX_MUX(tdm_contract_pkg::MAX_MUX),
    .MAX_ADC_LATENCY(tdm_contract_pkg::MAX_ADC_LATENCY), .MAX_GROUP_STEP(tdm_contract_pkg::MAX_GROUP_STEP),
    .MAX_ACCUMULATE_LATENCY(tdm_contract_pkg::MAX_ACCUMULATE_LATENCY), .MAX_HELD(tdm_contract_pkg::MAX_HELD),
    .MAX_DRIVE(tdm_contract_pkg::MAX_DRIVE), .MAX_ROW_GROUP(tdm_contract_pkg::MAX_ROW_GROUP),
    .MAX_CONVERSIONS(tdm_contract_pkg::MAX_CONVERSIONS), .MAX_SUMS(tdm_contract_pkg::MAX_SUMS)
  ) controller (.*);

endmodule
