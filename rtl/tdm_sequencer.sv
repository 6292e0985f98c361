// SPDX-License-Identifier: Apache-2.0

// Repeats an event: `fire` is high for the edge of `first` and for count - 1 further edges, `step` clocks apart; `index` numbers them.
// The next `first` may come `step` clocks after the last event; `free` says so one edge earlier, for a registered ready.
module tdm_sequencer #(
  parameter int unsigned COUNT_WIDTH = 8,
  parameter int unsigned STEP_WIDTH = 16
) (
  input  logic                   clk,
  input  logic                   rst_n,
  input  logic                   first,
  input  logic [COUNT_WIDTH-1:0] count,
  input  logic [STEP_WIDTH-1:0]  step,
  output logic                   fire,
  output logic [COUNT_WIDTH-1:0] index,
  output logic                   free
);

  logic [STEP_WIDTH-1:0]  clocks_left, clocks_left_next;  // to the end of the present step; 0: idle
  logic [COUNT_WIDTH-1:0] index_held;
  logic                   more, more_next;                // another event comes at the end of the present step

  always_comb begin
    fire = first || (more && clocks_left == STEP_WIDTH'(1));
    index = index_held;
    if (first) index = '0;
    else if (fire) index = index_held + COUNT_WIDTH'(1);

    // `count` may change during the step after the last event, for the next schedule: compare it at the event.
    more_next = more;
    if (fire) more_next = index + COUNT_WIDTH'(1) != count;

    clocks_left_next = clocks_left;
    if (fire) clocks_left_next = step;
    else if (clocks_left != '0) clocks_left_next = clocks_left - STEP_WIDTH'(1);
    free = clocks_left_next == '0 || (clocks_left_next == STEP_WIDTH'(1) && !more_next);
  end

  always_ff @(posedge clk) begin
    if (!rst_n) begin
      index_held <= '0;
      more <= 1'b0;
      clocks_left <= '0;
    end else begin
      index_held <= index;
      more <= more_next;
      clocks_left <= clocks_left_next;
    end
  end

endmodule
