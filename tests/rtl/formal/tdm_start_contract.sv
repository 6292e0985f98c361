// SPDX-License-Identifier: Apache-2.0

// A start while ready is low has no effect: a second controller sees only the starts with ready, and its pins are always the same. No rule
// for the driver is needed. Output wrong_pins must stay low, outputs seen_* must rise in some run.
module tdm_start_contract (
  input  logic                                      clk,
  input  logic                                      rst_n,
  input  logic                                      start,
  input  logic                                      abort,
  input  logic                                      adc_ready,
  input  logic                                      sum_ready,
  input  logic [tdm_contract_pkg::VALUES_WIDTH-1:0] free,
  output logic                                      wrong_pins,
  output logic                                      seen_ignored
);

  logic [1:0] reg_slices, reg_groups, reg_adc_latency, reg_group_step, reg_accumulate_latency;
  logic       reg_settle, reg_sample, reg_mux, reg_pipelined;
  logic [2:0] reg_held;
  logic [1:0] step_drive;
  logic       step_converts, step_row_group;
  assign {reg_slices, reg_groups, reg_settle, reg_sample, reg_mux, reg_adc_latency, reg_group_step, reg_accumulate_latency, reg_held,
          reg_pipelined, step_drive, step_converts, step_row_group} = free[tdm_contract_pkg::VALUES_WIDTH-1:3];

  logic [23:0] pins[0:1];
  for (genvar i = 0; i < 2; i++) begin : controllers
    logic       ready, busy, done, drive_strobe, sample_strobe, release_strobe, select_strobe, convert_strobe, accumulate_strobe;
    logic [1:0] step_index, drive_slice, sample_slice, column_slice, column_group, accumulate_slice, accumulate_group;
    logic       drive_row_group;
    assign pins[i] = {ready, busy, done, drive_strobe, sample_strobe, release_strobe, select_strobe, convert_strobe, accumulate_strobe,
                      step_index, drive_slice, sample_slice, column_slice, column_group, accumulate_slice, accumulate_group,
                      drive_row_group};
    tdm_contract_controller controller (.*, .start(i == 0 ? start : start && pins[0][23]));
  end

  logic begun = 1'b0, breached = 1'b0, breach;
  assign breach = breached || (!begun && rst_n);
  always_ff @(posedge clk) begin
    begun <= 1'b1;
    breached <= breach;
  end
  assign wrong_pins = begun && !breach && pins[0] != pins[1];
  assign seen_ignored = begun && !breach && start && !pins[0][23] && pins[0][22];

endmodule
