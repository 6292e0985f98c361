// SPDX-License-Identifier: Apache-2.0

// The row side of tdm_controller: which step is driven when, until its columns are held (released). The next step may be driven once the
// rows are free, the converters will be free when its columns are held (or, not pipelined, are free now), and one of the two held sets is.
module tdm_rows #(
  parameter int SLICES_WIDTH = 7,
  parameter int ROW_GROUP_WIDTH = 8,
  parameter int DRIVE_WIDTH = 16,
  parameter int SETTLE_WIDTH = 16,
  parameter int SAMPLE_WIDTH = 16,
  parameter int FRONT_WIDTH = 18,
  parameter int HELD_WIDTH = 30
) (
  input  logic                       clk,
  input  logic                       rst_n,

  input  logic [SLICES_WIDTH-1:0]    reg_slices,
  input  logic [SETTLE_WIDTH-1:0]    reg_settle,
  input  logic [SAMPLE_WIDTH-1:0]    reg_sample,
  input  logic                       reg_pipelined,
  input  logic [DRIVE_WIDTH-1:0]     step_drive,
  input  logic                       step_converts,
  input  logic [ROW_GROUP_WIDTH-1:0] step_row_group,

  input  logic                       start,
  // The converters, if no column group has to wait: clocks that they are still occupied, and whether the second held set is in use, at this
  // edge and at the next one.
  input  logic [HELD_WIDTH-1:0]      occupied,
  input  logic                       both_held,
  input  logic [HELD_WIDTH-1:0]      occupied_after,
  input  logic                       both_held_after,

  output logic                       ready,
  output logic [SLICES_WIDTH-1:0]    step_index,
  output logic                       drive_strobe,
  output logic [SLICES_WIDTH-1:0]    drive_slice,
  output logic [ROW_GROUP_WIDTH-1:0] drive_row_group,
  output logic                       sample_strobe,
  output logic                       release_strobe,
  output logic [SLICES_WIDTH-1:0]    sample_slice,

  output logic                       accept,
  output logic                       release_now,         // the step on the rows is released at this edge
  output logic                       release_converts,
  output logic [SLICES_WIDTH-1:0]    release_slice,
  output logic                       release_after,       // ... at the next edge
  output logic                       release_after_converts
);

  localparam int COMPARED_WIDTH = HELD_WIDTH > FRONT_WIDTH ? HELD_WIDTH : FRONT_WIDTH;

  // Signals that end in _now are of this edge; registers take them.
  logic [FRONT_WIDTH-1:0]  rows_left, rows_left_next;  // clocks until the release; 0: no step on the rows
  logic [FRONT_WIDTH-1:0]  front, first_front, first_front_next;
  logic [SLICES_WIDTH-1:0] step_index_next, last_slice;
  logic                    drive_now, sample_now, more, may_drive, converts, ready_next;

  assign front = FRONT_WIDTH'(step_drive) + FRONT_WIDTH'(reg_settle) + FRONT_WIDTH'(reg_sample);
  assign last_slice = reg_slices - SLICES_WIDTH'(1);
  assign more = step_index != '0;  // steps of the present MVM are left

  assign release_now = rows_left == FRONT_WIDTH'(1);
  assign release_converts = converts;
  assign release_slice = drive_slice;
  assign sample_now = rows_left == FRONT_WIDTH'(reg_sample) + FRONT_WIDTH'(1);

  assign may_drive = rows_left <= FRONT_WIDTH'(1) && !both_held && COMPARED_WIDTH'(occupied) <= (reg_pipelined ? COMPARED_WIDTH'(front) : '0);
  assign accept = start && ready;
  assign drive_now = more ? may_drive : accept;
  assign step_index_next = !drive_now ? step_index : step_index == last_slice ? '0 : step_index + SLICES_WIDTH'(1);
  assign rows_left_next = drive_now ? front : rows_left == '0 ? '0 : rows_left - FRONT_WIDTH'(1);
  assign release_after = rows_left_next == FRONT_WIDTH'(1);
  assign release_after_converts = drive_now ? step_converts : converts;

  // ready is a register, and step_* may describe another step than the first when it must be known: the front of the first is kept.
  assign first_front_next = drive_now && !more ? front : first_front;
  assign ready_next = step_index_next == '0 && rows_left_next <= FRONT_WIDTH'(1) && !both_held_after
      && COMPARED_WIDTH'(occupied_after) <= (reg_pipelined ? COMPARED_WIDTH'(first_front_next) : '0);

  always_ff @(posedge clk) begin
    if (!rst_n) begin
      ready <= 1'b0;
      step_index <= '0;
      rows_left <= '0;
      first_front <= '0;
      converts <= 1'b0;
      drive_strobe <= 1'b0;
      drive_slice <= '0;
      drive_row_group <= '0;
      sample_strobe <= 1'b0;
      release_strobe <= 1'b0;
      sample_slice <= '0;
    end else begin
      ready <= ready_next;
      step_index <= step_index_next;
      rows_left <= rows_left_next;
      first_front <= first_front_next;
      converts <= release_after_converts;
      drive_strobe <= drive_now;
      if (drive_now) begin
        drive_slice <= step_index;
        drive_row_group <= step_row_group;
      end
      sample_strobe <= sample_now;
      release_strobe <= release_now;
      // A step may be released at the edge that drives the next one; drive_slice still has its number.
      if (sample_now || release_now) sample_slice <= drive_slice;
    end
  end

endmodule
