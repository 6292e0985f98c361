// SPDX-License-Identifier: Apache-2.0

// Delays events by a run-time number of clocks, with up to DEPTH of them in flight: `pop` is high for the edge that comes `delay` edges
// after the edge of a `push`, with what was pushed; with a delay of 0, for the same edge. The delay may change only while `empty` is high.
// A push into a full queue is an error of the user, unless an event leaves at the same edge.
module tdm_delay_queue #(
  parameter int DEPTH = 8,
  parameter int DELAY_WIDTH = 16,
  parameter int DATA_WIDTH = 1
) (
  input  logic                   clk,
  input  logic                   rst_n,
  input  logic                   push,
  input  logic [DELAY_WIDTH-1:0] delay,
  input  logic [DATA_WIDTH-1:0]  push_data,
  output logic                   pop,
  output logic [DATA_WIDTH-1:0]  pop_data,
  output logic                   empty
);

  localparam int INDEX_WIDTH = DEPTH == 1 ? 1 : $clog2(DEPTH);
  localparam int COUNT_WIDTH = $clog2(DEPTH + 1);
  localparam int TIME_WIDTH = DELAY_WIDTH + 1;  // two times in flight are less than half of the range apart

  logic [TIME_WIDTH-1:0]  now;  // counts while an event is in flight, else 0: an idle queue does not change
  logic [TIME_WIDTH-1:0]  due[0:DEPTH-1];
  logic [DATA_WIDTH-1:0]  data[0:DEPTH-1];
  logic [INDEX_WIDTH-1:0] first, last;  // oldest event, and the place of the next one
  logic [COUNT_WIDTH-1:0] count, count_next;
  logic                   passes, enters, leaves;

  function automatic logic [INDEX_WIDTH-1:0] after(input logic [INDEX_WIDTH-1:0] index);
    after = index == INDEX_WIDTH'(DEPTH - 1) ? '0 : index + INDEX_WIDTH'(1);
  endfunction

  assign empty = count == '0;
  assign passes = push && delay == '0;
  assign enters = push && delay != '0;
  assign leaves = !empty && due[first] == now;
  assign pop = passes || leaves;
  assign pop_data = leaves ? data[first] : push_data;
  assign count_next = count + COUNT_WIDTH'(enters) - COUNT_WIDTH'(leaves);

  always_ff @(posedge clk) begin
    if (enters) begin
      due[last] <= now + TIME_WIDTH'(delay);
      data[last] <= push_data;
    end
    if (!rst_n) begin
      now <= '0;
      count <= '0;
      first <= '0;
      last <= '0;
    end else begin
      now <= count_next == '0 ? '0 : now + TIME_WIDTH'(1);
      count <= count_next;
      // An empty queue begins at its first place again: what it holds follows from the events alone.
      first <= count_next == '0 ? '0 : leaves ? after(first) : first;
      last <= count_next == '0 ? '0 : enters ? after(last) : last;
    end
  end

`ifndef SYNTHESIS
  always @(posedge clk) begin
    if (rst_n && enters && !leaves && count == COUNT_WIDTH'(DEPTH)) $error("more than %0d events in flight", DEPTH);
  end
`endif

endmodule
