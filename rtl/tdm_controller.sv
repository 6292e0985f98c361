// SPDX-License-Identifier: Apache-2.0

// Time-division-multiplexed readout of one array. Edge 0 is the clock edge that samples start & ready; every output is a register and
// changes at an edge. Strobes are high for one clock; slice, row group and column group hold until their next strobe.
//
//   rows       a drive step (slice) drives its rows for front = drive + settle + sample clocks; the sample switches close `sample` clocks
//              before the end (sample) and open at the end (release): the columns are held, the rows free. The next step is driven at the
//              release or, if that is later, when the converters need no more than its own front until `held` clocks after the release
//              (pipelined) or none (not pipelined).
//   columns    of a step that converts: from the release on, group g is selected every group_step clocks, converted `mux` clocks after its
//              selection, accumulated adc_latency clocks after its conversion.
//   done       accumulate_latency clocks after the last code of the last step, which must convert.
//   stall      a group that is due at an edge which samples adc_ready with a low bit, or sum_ready low, is selected at the first edge at
//              which all are high; what has begun goes on. A step that is released meanwhile waits in the second held set, and the step
//              after it is not driven before a set is free: nothing is lost or reordered.
//   ready      sampled high again at the edge at which the first step of the next MVM may be driven. A start while ready is low has no effect.
//   busy       an MVM is in flight, done is high or a held set is not yet free; the registers (reg_*) may change only while busy is low.
//   abort      has the effect of a reset.
//
// step_index is the step that is driven next; step_drive, step_converts and step_row_group describe it, in the same clock cycle. The
// software driver computes group_step (above mux) and held (beyond the last conversion of a step): no multiplier is needed here.
//
// The reset is synchronous and active low: synthesis and timing analysis treat it as data, its release needs no synchroniser, and
// posedge clk is the only event of the block. All outputs are low during reset.
module tdm_controller #(
  parameter int MAX_SLICES = tdm_controller_pkg::MAX_SLICES,
  parameter int MAX_GROUPS = tdm_controller_pkg::MAX_GROUPS,
  parameter int MAX_SETTLE = tdm_controller_pkg::MAX_SETTLE,
  parameter int MAX_SAMPLE = tdm_controller_pkg::MAX_SAMPLE,
  parameter int MAX_MUX = tdm_controller_pkg::MAX_MUX,
  parameter int MAX_ADC_LATENCY = tdm_controller_pkg::MAX_ADC_LATENCY,
  parameter int MAX_GROUP_STEP = tdm_controller_pkg::MAX_GROUP_STEP,
  parameter int MAX_ACCUMULATE_LATENCY = tdm_controller_pkg::MAX_ACCUMULATE_LATENCY,
  parameter int MAX_HELD = tdm_controller_pkg::MAX_HELD,
  parameter int MAX_DRIVE = tdm_controller_pkg::MAX_DRIVE,
  parameter int MAX_ROW_GROUP = tdm_controller_pkg::MAX_ROW_GROUP,
  parameter int MAX_CONVERSIONS = tdm_controller_pkg::MAX_CONVERSIONS,
  parameter int MAX_SUMS = tdm_controller_pkg::MAX_SUMS,
  parameter int ADCS = 1,
  localparam int SLICES_WIDTH = $clog2(MAX_SLICES + 1),
  localparam int GROUPS_WIDTH = $clog2(MAX_GROUPS + 1),
  localparam int SETTLE_WIDTH = MAX_SETTLE == 0 ? 1 : $clog2(MAX_SETTLE + 1),
  localparam int SAMPLE_WIDTH = MAX_SAMPLE == 0 ? 1 : $clog2(MAX_SAMPLE + 1),
  localparam int MUX_WIDTH = MAX_MUX == 0 ? 1 : $clog2(MAX_MUX + 1),
  localparam int ADC_LATENCY_WIDTH = $clog2(MAX_ADC_LATENCY + 1),
  localparam int GROUP_STEP_WIDTH = $clog2(MAX_GROUP_STEP + 1),
  localparam int ACCUMULATE_LATENCY_WIDTH = MAX_ACCUMULATE_LATENCY == 0 ? 1 : $clog2(MAX_ACCUMULATE_LATENCY + 1),
  localparam int HELD_WIDTH = $clog2(MAX_HELD + 2),  // a stall adds a clock
  localparam int DRIVE_WIDTH = $clog2(MAX_DRIVE + 1),
  localparam int ROW_GROUP_WIDTH = MAX_ROW_GROUP == 0 ? 1 : $clog2(MAX_ROW_GROUP + 1)
) (
  input  logic                                clk,
  input  logic                                rst_n,

  input  logic [SLICES_WIDTH-1:0]             reg_slices,
  input  logic [GROUPS_WIDTH-1:0]             reg_groups,
  input  logic [SETTLE_WIDTH-1:0]             reg_settle,
  input  logic [SAMPLE_WIDTH-1:0]             reg_sample,
  input  logic [MUX_WIDTH-1:0]                reg_mux,
  input  logic [ADC_LATENCY_WIDTH-1:0]        reg_adc_latency,
  input  logic [GROUP_STEP_WIDTH-1:0]         reg_group_step,
  input  logic [ACCUMULATE_LATENCY_WIDTH-1:0] reg_accumulate_latency,
  input  logic [HELD_WIDTH-1:0]               reg_held,
  input  logic                                reg_pipelined,

  output logic [SLICES_WIDTH-1:0]             step_index,
  input  logic [DRIVE_WIDTH-1:0]              step_drive,
  input  logic                                step_converts,
  input  logic [ROW_GROUP_WIDTH-1:0]          step_row_group,

  input  logic                                start,
  // verilator lint_off SYMRSVDWORD
  input  logic                                abort,
  // verilator lint_on SYMRSVDWORD
  output logic                                ready,
  output logic                                busy,
  output logic                                done,

  input  logic [ADCS-1:0]                     adc_ready,
  input  logic                                sum_ready,

  output logic                                drive_strobe,
  output logic [SLICES_WIDTH-1:0]             drive_slice,
  output logic [ROW_GROUP_WIDTH-1:0]          drive_row_group,
  output logic                                sample_strobe,
  output logic                                release_strobe,
  output logic [SLICES_WIDTH-1:0]             sample_slice,      // of sample and release
  output logic                                select_strobe,
  output logic                                convert_strobe,
  output logic [SLICES_WIDTH-1:0]             column_slice,      // of select and convert
  output logic [GROUPS_WIDTH-1:0]             column_group,
  output logic                                accumulate_strobe,
  output logic [SLICES_WIDTH-1:0]             accumulate_slice,
  output logic [GROUPS_WIDTH-1:0]             accumulate_group
);

  // Of three numbers below 2^W the sum is below 2^(W + 2).
  localparam int WIDER_FRONT = DRIVE_WIDTH > SETTLE_WIDTH ? DRIVE_WIDTH : SETTLE_WIDTH;
  localparam int FRONT_WIDTH = (WIDER_FRONT > SAMPLE_WIDTH ? WIDER_FRONT : SAMPLE_WIDTH) + 2;
  // Every MVM in flight has a step on the rows or held, a conversion or sums in flight, or ends at this edge.
  localparam int FLIGHT_WIDTH = $clog2(MAX_CONVERSIONS + MAX_SUMS + 5);

  logic run;
  assign run = rst_n && !abort;

  logic [HELD_WIDTH-1:0]   occupied, occupied_after;
  logic                    both_held, both_held_after, columns_idle_after;
  logic                    accept, release_now, release_converts, release_after, release_after_converts;
  logic [SLICES_WIDTH-1:0] release_slice;

  tdm_rows #(
    .SLICES_WIDTH(SLICES_WIDTH), .ROW_GROUP_WIDTH(ROW_GROUP_WIDTH), .DRIVE_WIDTH(DRIVE_WIDTH), .SETTLE_WIDTH(SETTLE_WIDTH),
    .SAMPLE_WIDTH(SAMPLE_WIDTH), .FRONT_WIDTH(FRONT_WIDTH), .HELD_WIDTH(HELD_WIDTH)
  ) rows (
    .clk, .rst_n(run), .reg_slices, .reg_settle, .reg_sample, .reg_pipelined, .step_drive, .step_converts, .step_row_group, .start,
    .occupied, .both_held, .occupied_after, .both_held_after,
    .ready, .step_index, .drive_strobe, .drive_slice, .drive_row_group, .sample_strobe, .release_strobe, .sample_slice,
    .accept, .release_now, .release_converts, .release_slice, .release_after, .release_after_converts);

  logic                    convert_now, convert_first;
  logic [SLICES_WIDTH-1:0] convert_slice;

  tdm_columns #(
    .SLICES_WIDTH(SLICES_WIDTH), .GROUPS_WIDTH(GROUPS_WIDTH), .MUX_WIDTH(MUX_WIDTH), .GROUP_STEP_WIDTH(GROUP_STEP_WIDTH),
    .HELD_WIDTH(HELD_WIDTH)
  ) columns (
    .clk, .rst_n(run), .reg_groups, .reg_mux, .reg_group_step, .reg_held, .stall(!(&adc_ready && sum_ready)),
    .take(release_now && release_converts), .last_slice(release_slice), .take_after(release_after && release_after_converts),
    .occupied, .both_held, .occupied_after, .both_held_after, .idle_after(columns_idle_after),
    .select_strobe, .convert_strobe, .column_slice, .column_group, .convert_now, .convert_slice, .convert_first);

  // Codes, in the order of their conversions.
  logic                    accumulate_now, accumulate_first, last_code_now, done_now;
  logic [SLICES_WIDTH-1:0] code_slice, accumulate_slice_now;
  logic [GROUPS_WIDTH-1:0] accumulate_group_now;
  logic                    unused_no_codes, unused_no_sums, unused_sum;

  tdm_delay_queue #(.DEPTH(MAX_CONVERSIONS), .DELAY_WIDTH(ADC_LATENCY_WIDTH), .DATA_WIDTH(SLICES_WIDTH + 1)) codes (
    .clk, .rst_n(run), .push(convert_now), .delay(reg_adc_latency), .push_data({convert_first, convert_slice}),
    .pop(accumulate_now), .pop_data({accumulate_first, code_slice}), .empty(unused_no_codes));
  assign accumulate_slice_now = accumulate_now ? code_slice : accumulate_slice;
  assign accumulate_group_now = !accumulate_now ? accumulate_group : accumulate_first ? '0 : accumulate_group + GROUPS_WIDTH'(1);

  assign last_code_now = accumulate_now && accumulate_group_now + GROUPS_WIDTH'(1) == reg_groups
      && accumulate_slice_now + SLICES_WIDTH'(1) == reg_slices;
  tdm_delay_queue #(.DEPTH(MAX_SUMS), .DELAY_WIDTH(ACCUMULATE_LATENCY_WIDTH), .DATA_WIDTH(1)) sums (
    .clk, .rst_n(run), .push(last_code_now), .delay(reg_accumulate_latency), .push_data(1'b0),
    .pop(done_now), .pop_data(unused_sum), .empty(unused_no_sums));

  logic [FLIGHT_WIDTH-1:0] in_flight, in_flight_now;
  assign in_flight_now = in_flight + FLIGHT_WIDTH'(accept) - FLIGHT_WIDTH'(done_now);

  always_ff @(posedge clk) begin
    if (!run) begin
      busy <= 1'b0;
      done <= 1'b0;
      in_flight <= '0;
      accumulate_strobe <= 1'b0;
      accumulate_slice <= '0;
      accumulate_group <= '0;
    end else begin
      busy <= in_flight_now != '0 || done_now || !columns_idle_after;
      done <= done_now;
      in_flight <= in_flight_now;
      accumulate_strobe <= accumulate_now;
      accumulate_slice <= accumulate_slice_now;
      accumulate_group <= accumulate_group_now;
    end
  end

`ifndef SYNTHESIS
  tdm_controller_rules #(
    .MAX_SLICES(MAX_SLICES), .MAX_GROUPS(MAX_GROUPS), .MAX_SETTLE(MAX_SETTLE), .MAX_SAMPLE(MAX_SAMPLE), .MAX_MUX(MAX_MUX),
    .MAX_ADC_LATENCY(MAX_ADC_LATENCY), .MAX_GROUP_STEP(MAX_GROUP_STEP), .MAX_ACCUMULATE_LATENCY(MAX_ACCUMULATE_LATENCY),
    .MAX_HELD(MAX_HELD), .MAX_DRIVE(MAX_DRIVE), .MAX_ROW_GROUP(MAX_ROW_GROUP)
  ) rules (
    .clk, .rst_n(run), .slices(32'(reg_slices)), .groups(32'(reg_groups)), .settle(32'(reg_settle)), .sample(32'(reg_sample)),
    .mux(32'(reg_mux)), .adc_latency(32'(reg_adc_latency)), .group_step(32'(reg_group_step)),
    .accumulate_latency(32'(reg_accumulate_latency)), .held(32'(reg_held)), .pipelined(reg_pipelined),
    .drive(32'(step_drive)), .converts(step_converts), .row_group(32'(step_row_group)), .step_index(32'(step_index)),
    .accept, .busy);
`endif

endmodule
