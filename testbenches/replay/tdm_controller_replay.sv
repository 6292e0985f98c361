// SPDX-License-Identifier: Apache-2.0

// Plays the vectors of `memcosim_lockstep --vectors DIR` on tdm_controller as it is delivered, and compares every output after every
// clock: a bit that is X or Z is a difference. The block powers up unknown, and all its inputs are X until the first vector, a reset.
//   +vectors=DIR   folder of inputs.hex and outputs.hex
// The first difference, files that do not end together and vectors that cannot be read end the simulation with an error.
module tdm_controller_replay;

  import tdm_controller_pkg::*;

  localparam int X_CLOCKS = 5;

  localparam int SLICES_WIDTH = $clog2(MAX_SLICES + 1);
  localparam int GROUPS_WIDTH = $clog2(MAX_GROUPS + 1);
  localparam int ROW_GROUP_WIDTH = $clog2(MAX_ROW_GROUP + 1);

  // As the lines have them, the first in the most significant bits.
  typedef struct packed {
    logic                                          rst_n;
    logic [SLICES_WIDTH-1:0]                       reg_slices;
    logic [GROUPS_WIDTH-1:0]                       reg_groups;
    logic [$clog2(MAX_SETTLE + 1)-1:0]             reg_settle;
    logic [$clog2(MAX_SAMPLE + 1)-1:0]             reg_sample;
    logic [$clog2(MAX_MUX + 1)-1:0]                reg_mux;
    logic [$clog2(MAX_ADC_LATENCY + 1)-1:0]        reg_adc_latency;
    logic [$clog2(MAX_GROUP_STEP + 1)-1:0]         reg_group_step;
    logic [$clog2(MAX_ACCUMULATE_LATENCY + 1)-1:0] reg_accumulate_latency;
    logic [$clog2(MAX_HELD + 2)-1:0]               reg_held;
    logic                                          reg_pipelined;
    logic [$clog2(MAX_DRIVE + 1)-1:0]              step_drive;
    logic                                          step_converts;
    logic [ROW_GROUP_WIDTH-1:0]                    step_row_group;
    logic                                          start;
    logic                                          abort;
    logic                                          adc_ready;
    logic                                          sum_ready;
  } inputs_t;

  typedef struct packed {
    logic [SLICES_WIDTH-1:0]    step_index;
    logic                       ready;
    logic                       busy;
    logic                       done;
    logic                       drive_strobe;
    logic [SLICES_WIDTH-1:0]    drive_slice;
    logic [ROW_GROUP_WIDTH-1:0] drive_row_group;
    logic                       sample_strobe;
    logic                       release_strobe;
    logic [SLICES_WIDTH-1:0]    sample_slice;
    logic                       select_strobe;
    logic                       convert_strobe;
    logic [SLICES_WIDTH-1:0]    column_slice;
    logic [GROUPS_WIDTH-1:0]    column_group;
    logic                       accumulate_strobe;
    logic [SLICES_WIDTH-1:0]    accumulate_slice;
    logic [GROUPS_WIDTH-1:0]    accumulate_group;
  } outputs_t;

  logic     clk = 1'b0;
  inputs_t  inputs = 'x;
  outputs_t outputs, expected;

  logic [SLICES_WIDTH-1:0]    step_index, drive_slice, sample_slice, column_slice, accumulate_slice;
  logic [GROUPS_WIDTH-1:0]    column_group, accumulate_group;
  logic [ROW_GROUP_WIDTH-1:0] drive_row_group;
  logic                       ready, busy, done;
  logic                       drive_strobe, sample_strobe, release_strobe, select_strobe, convert_strobe, accumulate_strobe;

  tdm_controller dut (
    .clk, .rst_n(inputs.rst_n), .reg_slices(inputs.reg_slices), .reg_groups(inputs.reg_groups), .reg_settle(inputs.reg_settle),
    .reg_sample(inputs.reg_sample), .reg_mux(inputs.reg_mux), .reg_adc_latency(inputs.reg_adc_latency),
    .reg_group_step(inputs.reg_group_step), .reg_accumulate_latency(inputs.reg_accumulate_latency), .reg_held(inputs.reg_held),
    .reg_pipelined(inputs.reg_pipelined), .step_index, .step_drive(inputs.step_drive), .step_converts(inputs.step_converts),
    .step_row_group(inputs.step_row_group), .start(inputs.start), .abort(inputs.abort), .ready, .busy, .done,
    .adc_ready(inputs.adc_ready), .sum_ready(inputs.sum_ready), .drive_strobe, .drive_slice, .drive_row_group, .sample_strobe,
    .release_strobe, .sample_slice, .select_strobe, .convert_strobe, .column_slice, .column_group, .accumulate_strobe, .accumulate_slice,
    .accumulate_group);

  assign outputs = {step_index, ready, busy, done, drive_strobe, drive_slice, drive_row_group, sample_strobe, release_strobe, sample_slice,
                    select_strobe, convert_strobe, column_slice, column_group, accumulate_strobe, accumulate_slice, accumulate_group};

  reg [8*1024-1:0] folder;
  int              inputs_file, outputs_file, clocks;
  int              input_lines, output_lines;  // 1, or something else at the end of the file or at a line that is no number

  `define SHOW(pin) if (outputs.pin !== expected.pin) \
      $display("clock %0d: %s is %b, expected %b", clocks, `"pin`", outputs.pin, expected.pin)

  task show_difference;
    `SHOW(step_index);
    `SHOW(ready);
    `SHOW(busy);
    `SHOW(done);
    `SHOW(drive_strobe);
    `SHOW(drive_slice);
    `SHOW(drive_row_group);
    `SHOW(sample_strobe);
    `SHOW(release_strobe);
    `SHOW(sample_slice);
    `SHOW(select_strobe);
    `SHOW(convert_strobe);
    `SHOW(column_slice);
    `SHOW(column_group);
    `SHOW(accumulate_strobe);
    `SHOW(accumulate_slice);
    `SHOW(accumulate_group);
  endtask

  initial begin
    if (!$value$plusargs("vectors=%s", folder)) $fatal(1, "no +vectors=DIR");
    inputs_file = $fopen($sformatf("%0s/inputs.hex", folder), "r");
    outputs_file = $fopen($sformatf("%0s/outputs.hex", folder), "r");
    if (inputs_file == 0 || outputs_file == 0) $fatal(1, "no inputs.hex and outputs.hex in %0s", folder);
    repeat (X_CLOCKS) begin
      #1 clk = 1'b1;
      #1 clk = 1'b0;
    end
    input_lines = $fscanf(inputs_file, "%h\n", inputs);
    output_lines = $fscanf(outputs_file, "%h\n", expected);
    for (clocks = 0; input_lines == 1 && output_lines == 1; clocks = clocks + 1) begin
      #1 clk = 1'b1;
      #1 clk = 1'b0;
      if (outputs !== expected) begin
        show_difference;
        $fatal(1, "first difference at clock %0d", clocks);
      end
      input_lines = $fscanf(inputs_file, "%h\n", inputs);
      output_lines = $fscanf(outputs_file, "%h\n", expected);
    end
    if (input_lines == 1 || output_lines == 1 || !$feof(inputs_file) || !$feof(outputs_file) || clocks == 0)
      $fatal(1, "inputs.hex and outputs.hex do not end together, or have a line that is no number: after clock %0d", clocks);
    $display("%0d clocks, identical", clocks);
    $finish;
  end

endmodule
