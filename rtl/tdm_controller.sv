// SPDX-License-Identifier: Apache-2.0

// Time-division-multiplexed readout of one array. Edge 0 is the clock edge that samples start & ready; every output is a register and
// changes at an edge. Strobes are high for one clock; the slice and group numbers hold until their next strobe.
//
//   rows       slice s is driven from edge s * slot; the sample switches close drive + settle clocks later, and open (release)
//              `sample` clocks after that.
//   columns    from the release on, group g is selected every group_step clocks, converted `mux` clocks after its selection,
//              accumulated adc_latency clocks after its conversion.
//   done       accumulate_latency clocks after the last code of the last slice.
//   ready      sampled high again at edge slices * slot. A start while ready is low has no effect.
//   busy       an MVM is in flight or done is high; the registers (reg_*) may change only while busy is low.
//
// The software driver computes group_step and slot, so that no multiplier or divider is needed here. It guarantees
// slot >= max(front, back) (see the assertions below); hence at most one slice is in front of the sample switches and one behind them at
// any time. The codes of a slice leave the converters at the intervals at which its conversions began: a second sequencer, started
// adc_latency after the first conversion, repeats these intervals. It replaces a shift register of tokens, for any latency and number of
// conversions in flight.
//
// The reset is synchronous and active low: synthesis and timing analysis treat it as data, its release needs no synchroniser, and
// posedge clk is the only event of the block. ready is low during reset.
module tdm_controller #(
  parameter int unsigned MAX_SLICES = tdm_controller_pkg::MAX_SLICES,
  parameter int unsigned MAX_GROUPS = tdm_controller_pkg::MAX_GROUPS,
  parameter int unsigned MAX_DRIVE = tdm_controller_pkg::MAX_DRIVE,
  parameter int unsigned MAX_SETTLE = tdm_controller_pkg::MAX_SETTLE,
  parameter int unsigned MAX_SAMPLE = tdm_controller_pkg::MAX_SAMPLE,
  parameter int unsigned MAX_MUX = tdm_controller_pkg::MAX_MUX,
  parameter int unsigned MAX_ADC_LATENCY = tdm_controller_pkg::MAX_ADC_LATENCY,
  parameter int unsigned MAX_GROUP_STEP = tdm_controller_pkg::MAX_GROUP_STEP,
  parameter int unsigned MAX_ACCUMULATE_LATENCY = tdm_controller_pkg::MAX_ACCUMULATE_LATENCY,
  parameter int unsigned MAX_SLOT = tdm_controller_pkg::MAX_SLOT,
  localparam int unsigned SLICES_WIDTH = $clog2(MAX_SLICES + 1),
  localparam int unsigned GROUPS_WIDTH = $clog2(MAX_GROUPS + 1),
  localparam int unsigned DRIVE_WIDTH = $clog2(MAX_DRIVE + 1),
  localparam int unsigned SETTLE_WIDTH = $clog2(MAX_SETTLE + 1),
  localparam int unsigned SAMPLE_WIDTH = $clog2(MAX_SAMPLE + 1),
  localparam int unsigned MUX_WIDTH = $clog2(MAX_MUX + 1),
  localparam int unsigned ADC_LATENCY_WIDTH = $clog2(MAX_ADC_LATENCY + 1),
  localparam int unsigned GROUP_STEP_WIDTH = $clog2(MAX_GROUP_STEP + 1),
  localparam int unsigned ACCUMULATE_LATENCY_WIDTH = $clog2(MAX_ACCUMULATE_LATENCY + 1),
  localparam int unsigned SLOT_WIDTH = $clog2(MAX_SLOT + 1)
) (
  input  logic                                clk,
  input  logic                                rst_n,

  input  logic [SLICES_WIDTH-1:0]             reg_slices,
  input  logic [GROUPS_WIDTH-1:0]             reg_groups,
  input  logic [DRIVE_WIDTH-1:0]              reg_drive,
  input  logic [SETTLE_WIDTH-1:0]             reg_settle,
  input  logic [SAMPLE_WIDTH-1:0]             reg_sample,
  input  logic [MUX_WIDTH-1:0]                reg_mux,
  input  logic [ADC_LATENCY_WIDTH-1:0]        reg_adc_latency,
  input  logic [GROUP_STEP_WIDTH-1:0]         reg_group_step,
  input  logic [ACCUMULATE_LATENCY_WIDTH-1:0] reg_accumulate_latency,
  input  logic [SLOT_WIDTH-1:0]               reg_slot,

  input  logic                                start,
  output logic                                ready,
  output logic                                busy,
  output logic                                done,

  output logic                                drive_strobe,
  output logic [SLICES_WIDTH-1:0]             drive_slice,
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

  // Signals that end in _now are the next values of the pins, which take them at the coming edge.

  // Rows.
  logic accept, drive_now, driven_now, sample_now, release_now, ready_now;
  logic [SLICES_WIDTH-1:0] drive_slice_now, sample_slice_now;

  assign accept = start && ready;

  tdm_sequencer #(.COUNT_WIDTH(SLICES_WIDTH), .STEP_WIDTH(SLOT_WIDTH)) slices (
    .clk, .rst_n, .first(accept), .count(reg_slices), .step(reg_slot),
    .fire(drive_now), .index(drive_slice_now), .free(ready_now));
  tdm_timer #(.WIDTH(DRIVE_WIDTH)) drive_timer (.clk, .rst_n, .load(drive_now), .delay(reg_drive), .fire(driven_now));
  tdm_timer #(.WIDTH(SETTLE_WIDTH)) settle_timer (.clk, .rst_n, .load(driven_now), .delay(reg_settle), .fire(sample_now));
  tdm_timer #(.WIDTH(SAMPLE_WIDTH)) sample_timer (.clk, .rst_n, .load(sample_now), .delay(reg_sample), .fire(release_now));

  // With front == slot and sample == 0 a slice is sampled at the edge that drives the next one; drive_slice still has its number.
  assign sample_slice_now = sample_now ? drive_slice : sample_slice;

  // Columns.
  logic select_now, convert_now, unused_select_free;
  logic [SLICES_WIDTH-1:0] column_slice_now;
  logic [GROUPS_WIDTH-1:0] column_group_now;

  assign column_slice_now = release_now ? sample_slice_now : column_slice;

  tdm_sequencer #(.COUNT_WIDTH(GROUPS_WIDTH), .STEP_WIDTH(GROUP_STEP_WIDTH)) selections (
    .clk, .rst_n, .first(release_now), .count(reg_groups), .step(reg_group_step),
    .fire(select_now), .index(column_group_now), .free(unused_select_free));
  tdm_timer #(.WIDTH(MUX_WIDTH)) mux_timer (.clk, .rst_n, .load(select_now), .delay(reg_mux), .fire(convert_now));

  // Codes.
  logic first_code_now, accumulate_now, unused_codes_free, last_code_now, done_now;
  logic [SLICES_WIDTH-1:0] accumulate_slice_now;
  logic [GROUPS_WIDTH-1:0] accumulate_group_now;

  tdm_timer #(.WIDTH(ADC_LATENCY_WIDTH)) adc_timer (
    .clk, .rst_n, .load(convert_now && column_group_now == '0), .delay(reg_adc_latency), .fire(first_code_now));
  tdm_sequencer #(.COUNT_WIDTH(GROUPS_WIDTH), .STEP_WIDTH(GROUP_STEP_WIDTH)) codes (
    .clk, .rst_n, .first(first_code_now), .count(reg_groups), .step(reg_group_step),
    .fire(accumulate_now), .index(accumulate_group_now), .free(unused_codes_free));

  // The first code of a slice may come at the edge that selects columns of the next slice; column_slice still has its number.
  assign accumulate_slice_now = first_code_now ? column_slice : accumulate_slice;

  assign last_code_now = accumulate_now && accumulate_group_now + GROUPS_WIDTH'(1) == reg_groups
      && accumulate_slice_now + SLICES_WIDTH'(1) == reg_slices;
  tdm_timer #(.WIDTH(ACCUMULATE_LATENCY_WIDTH)) accumulate_timer (
    .clk, .rst_n, .load(last_code_now), .delay(reg_accumulate_latency), .fire(done_now));

  // At most two MVMs are in flight, since latency <= (slices + 1) * slot <= 2 * slices * slot.
  logic [1:0] in_flight, in_flight_now;
  assign in_flight_now = in_flight + 2'(accept) - 2'(done_now);

  always_ff @(posedge clk) begin
    if (!rst_n) begin
      ready <= 1'b0;
      busy <= 1'b0;
      done <= 1'b0;
      in_flight <= '0;
      drive_strobe <= 1'b0;
      drive_slice <= '0;
      sample_strobe <= 1'b0;
      release_strobe <= 1'b0;
      sample_slice <= '0;
      select_strobe <= 1'b0;
      convert_strobe <= 1'b0;
      column_slice <= '0;
      column_group <= '0;
      accumulate_strobe <= 1'b0;
      accumulate_slice <= '0;
      accumulate_group <= '0;
    end else begin
      ready <= ready_now;
      busy <= in_flight_now != '0 || done_now;
      done <= done_now;
      in_flight <= in_flight_now;
      drive_strobe <= drive_now;
      drive_slice <= drive_slice_now;
      sample_strobe <= sample_now;
      release_strobe <= release_now;
      sample_slice <= sample_slice_now;
      select_strobe <= select_now;
      convert_strobe <= convert_now;
      column_slice <= column_slice_now;
      column_group <= column_group_now;
      accumulate_strobe <= accumulate_now;
      accumulate_slice <= accumulate_slice_now;
      accumulate_group <= accumulate_group_now;
    end
  end

`ifndef SYNTHESIS
  // Checks of what the driver must guarantee. Simulation only, since they need a multiplication.
  localparam int unsigned REGISTERS_WIDTH = SLICES_WIDTH + GROUPS_WIDTH + DRIVE_WIDTH + SETTLE_WIDTH + SAMPLE_WIDTH + MUX_WIDTH
      + ADC_LATENCY_WIDTH + GROUP_STEP_WIDTH + ACCUMULATE_LATENCY_WIDTH + SLOT_WIDTH;
  logic [REGISTERS_WIDTH-1:0] registers, registers_before;
  logic [63:0] front, back;

  assign registers = {reg_slices, reg_groups, reg_drive, reg_settle, reg_sample, reg_mux, reg_adc_latency, reg_group_step,
                      reg_accumulate_latency, reg_slot};
  assign front = 64'(reg_drive) + 64'(reg_settle) + 64'(reg_sample);
  assign back = 64'(reg_mux) + 64'(reg_adc_latency) + 64'(reg_accumulate_latency)
      + (64'(reg_groups) - 64'd1) * 64'(reg_group_step);

  always_ff @(posedge clk) begin
    registers_before <= registers;
    if (rst_n && busy) assert (registers == registers_before) else $error("registers changed while an MVM was in flight");
    if (rst_n && accept) begin
      // With some parameters the widths of the registers make a bound impossible to violate, which the linter would report.
      // verilator lint_off CMPCONST
      assert (32'(reg_slices) inside {[tdm_controller_pkg::MIN_SLICES:MAX_SLICES]}) else $error("slices out of range");
      assert (32'(reg_groups) inside {[tdm_controller_pkg::MIN_GROUPS:MAX_GROUPS]}) else $error("groups out of range");
      assert (32'(reg_drive) inside {[tdm_controller_pkg::MIN_DRIVE:MAX_DRIVE]}) else $error("drive out of range");
      assert (32'(reg_settle) <= MAX_SETTLE) else $error("settle out of range");
      assert (32'(reg_sample) <= MAX_SAMPLE) else $error("sample out of range");
      assert (32'(reg_mux) <= MAX_MUX) else $error("mux out of range");
      assert (32'(reg_adc_latency) inside {[tdm_controller_pkg::MIN_ADC_LATENCY:MAX_ADC_LATENCY]}) else $error("adc_latency out of range");
      assert (32'(reg_group_step) inside {[tdm_controller_pkg::MIN_GROUP_STEP:MAX_GROUP_STEP]}) else $error("group_step out of range");
      assert (32'(reg_group_step) > 32'(reg_mux)) else $error("group_step: a group must be converted before the next is selected");
      assert (32'(reg_accumulate_latency) <= MAX_ACCUMULATE_LATENCY) else $error("accumulate_latency out of range");
      assert (32'(reg_slot) inside {[tdm_controller_pkg::MIN_SLOT:MAX_SLOT]}) else $error("slot out of range");
      assert (64'(reg_slot) >= front && 64'(reg_slot) >= back) else $error("slot is shorter than front or back");
      // verilator lint_on CMPCONST
    end
  end
`endif

endmodule
