// SPDX-License-Identifier: Apache-2.0

// Delays an event by a run-time number of clocks: `fire` is high for the edge that comes `delay` edges after the edge of `load`; with a
// delay of 0, for the same edge. One event at a time: the next `load` may come with `fire`, not before.
module tdm_timer #(
  parameter int WIDTH = 16
) (
  input  logic             clk,
  input  logic             rst_n,
  input  logic             load,
  input  logic [WIDTH-1:0] delay,
  output logic             fire
);

  logic [WIDTH-1:0] clocks_left;

  assign fire = (clocks_left == WIDTH'(1)) || (load && delay == '0);

  always_ff @(posedge clk) begin
    if (!rst_n) clocks_left <= '0;
    else if (load) clocks_left <= delay;
    else if (clocks_left != '0) clocks_left <= clocks_left - WIDTH'(1);
  end

endmodule
