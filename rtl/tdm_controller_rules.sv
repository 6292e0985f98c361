// SPDX-License-Identifier: Apache-2.0

// What the driver of tdm_controller must guarantee, as checks. Simulation only: they need a multiplication.
`ifndef SYNTHESIS
module tdm_controller_rules #(
  parameter int MAX_SLICES = 1,
  parameter int MAX_GROUPS = 1,
  parameter int MAX_SETTLE = 0,
  parameter int MAX_SAMPLE = 0,
  parameter int MAX_MUX = 0,
  parameter int MAX_ADC_LATENCY = 1,
  parameter int MAX_GROUP_STEP = 1,
  parameter int MAX_ACCUMULATE_LATENCY = 0,
  parameter int MAX_HELD = 1,
  parameter int MAX_DRIVE = 1,
  parameter int MAX_ROW_GROUP = 0
) (
  input logic        clk,
  input logic        rst_n,
  input logic [31:0] slices,
  input logic [31:0] groups,
  input logic [31:0] settle,
  input logic [31:0] sample,
  input logic [31:0] mux,
  input logic [31:0] adc_latency,
  input logic [31:0] group_step,
  input logic [31:0] accumulate_latency,
  input logic [31:0] held,
  input logic        pipelined,
  input logic [31:0] drive,
  input logic        converts,
  input logic [31:0] row_group,
  input logic [31:0] step_index,
  input logic        accept,
  input logic        busy
);

  logic [288:0] registers, registers_before;
  logic [63:0]  last_selection;

  assign registers = {slices, groups, settle, sample, mux, adc_latency, group_step, accumulate_latency, held, pipelined};
  assign last_selection = (64'(groups) - 64'd1) * 64'(group_step);

  always @(posedge clk) begin
    registers_before <= registers;
    if (rst_n && busy && registers != registers_before) $error("registers changed while busy is high");
    if (rst_n && accept) begin
      if (slices < 1 || slices > MAX_SLICES) $error("slices out of range");
      if (groups < 1 || groups > MAX_GROUPS) $error("groups out of range");
      if (settle > MAX_SETTLE) $error("settle out of range");
      if (sample > MAX_SAMPLE) $error("sample out of range");
      if (mux > MAX_MUX) $error("mux out of range");
      if (adc_latency < 1 || adc_latency > MAX_ADC_LATENCY) $error("adc_latency out of range");
      if (group_step < 1 || group_step > MAX_GROUP_STEP) $error("group_step out of range");
      if (group_step <= mux) $error("group_step: a group must be converted before the next is selected");
      if (accumulate_latency > MAX_ACCUMULATE_LATENCY) $error("accumulate_latency out of range");
      if (held > MAX_HELD) $error("held out of range");
      if (64'(held) <= last_selection + 64'(mux)) $error("held: the last group must be converted before the held set is free");
    end
    if (rst_n && (accept || step_index != 0)) begin
      if (drive < 1 || drive > MAX_DRIVE) $error("drive out of range");
      if (row_group > MAX_ROW_GROUP) $error("row_group out of range");
      if (step_index + 1 == slices && !converts) $error("the last step must convert");
    end
  end

endmodule
`endif
