// SPDX-License-Identifier: Apache-2.0

// The column side of tdm_controller: which column group of a held step is selected and converted when. While `stall` is high no group is
// selected, and all that has not begun moves on by a clock. A step that is released while the one before it is still being converted waits
// in the second held set.
module tdm_columns #(
  parameter int SLICES_WIDTH = 7,
  parameter int GROUPS_WIDTH = 13,
  parameter int MUX_WIDTH = 16,
  parameter int GROUP_STEP_WIDTH = 17,
  parameter int HELD_WIDTH = 30
) (
  input  logic                        clk,
  input  logic                        rst_n,

  input  logic [GROUPS_WIDTH-1:0]     reg_groups,
  input  logic [MUX_WIDTH-1:0]        reg_mux,
  input  logic [GROUP_STEP_WIDTH-1:0] reg_group_step,
  input  logic [HELD_WIDTH-1:0]       reg_held,
  input  logic                        stall,

  // From the rows: releases of steps that convert, at this edge and at the next one.
  input  logic                        take,
  input  logic [SLICES_WIDTH-1:0]     last_slice,         // released last, or at this edge: no other is driven while one waits
  input  logic                        take_after,

  // To the rows, if no group has to wait: clocks that the converters are still occupied, and whether a step waits in the second held set,
  // at this edge and at the next one.
  output logic [HELD_WIDTH-1:0]       occupied,
  output logic                        both_held,
  output logic [HELD_WIDTH-1:0]       occupied_after,
  output logic                        both_held_after,
  output logic                        idle_after,         // no step is held after this edge

  output logic                        select_strobe,
  output logic                        convert_strobe,
  output logic [SLICES_WIDTH-1:0]     column_slice,       // of select and convert
  output logic [GROUPS_WIDTH-1:0]     column_group,
  output logic                        convert_now,        // a conversion begins at this edge, of:
  output logic [SLICES_WIDTH-1:0]     convert_slice,
  output logic                        convert_first       // the first group of its step
);

  // Clocks until the held set of the present step is free, as the next edge finds them if nothing stalls: 1 at the last edge before it.
  logic [HELD_WIDTH-1:0]       left, left_next;
  logic                        waiting, waiting_next;  // a step in the second held set: the last one released
  logic [SLICES_WIDTH-1:0]     slice, slice_now;
  logic [GROUPS_WIDTH-1:0]     group, group_now;       // selected next
  logic [GROUP_STEP_WIDTH-1:0] step_left;              // clocks until that; 0 or 1: at the next edge
  logic                        more;                   // a group is left to be selected
  logic                        free, begin_now, due, select_now, begin_after;

  // The converters take the step that waits or, if there is none, the one that is released.
  assign free = left <= HELD_WIDTH'(1);
  assign begin_now = free && (waiting || take);
  assign waiting_next = (waiting || take) && !free;
  assign slice_now = begin_now ? last_slice : slice;

  assign due = begin_now || (more && (step_left == '0 || step_left == GROUP_STEP_WIDTH'(1)));
  assign select_now = due && !stall;
  assign group_now = begin_now ? '0 : group;

  assign occupied = begin_now ? reg_held : free ? '0 : left - HELD_WIDTH'(1);
  assign both_held = waiting_next;
  assign left_next = due && stall ? occupied + HELD_WIDTH'(1) : occupied;

  // The same for the next edge, with no stall at it.
  assign begin_after = left_next <= HELD_WIDTH'(1) && (waiting_next || take_after);
  assign occupied_after = begin_after ? reg_held : left_next <= HELD_WIDTH'(1) ? '0 : left_next - HELD_WIDTH'(1);
  assign both_held_after = (waiting_next || take_after) && left_next > HELD_WIDTH'(1);
  assign idle_after = occupied == '0 && !waiting_next;

  tdm_timer #(.WIDTH(MUX_WIDTH)) mux_timer (.clk, .rst_n, .load(select_now), .delay(reg_mux), .fire(convert_now));
  assign convert_slice = select_now ? slice_now : column_slice;
  assign convert_first = select_now ? group_now == '0 : column_group == '0;

  always_ff @(posedge clk) begin
    if (!rst_n) begin
      left <= '0;
      waiting <= 1'b0;
      slice <= '0;
      group <= '0;
      step_left <= '0;
      more <= 1'b0;
      select_strobe <= 1'b0;
      convert_strobe <= 1'b0;
      column_slice <= '0;
      column_group <= '0;
    end else begin
      left <= left_next;
      waiting <= waiting_next;
      slice <= slice_now;
      if (select_now) begin
        group <= group_now + GROUPS_WIDTH'(1);
        more <= group_now + GROUPS_WIDTH'(1) != reg_groups;
        step_left <= reg_group_step;
        column_slice <= slice_now;
        column_group <= group_now;
      end else begin
        group <= group_now;
        if (due) more <= 1'b1;
        step_left <= due ? '0 : step_left == '0 ? '0 : step_left - GROUP_STEP_WIDTH'(1);
      end
      select_strobe <= select_now;
      convert_strobe <= convert_now;
    end
  end

endmodule
