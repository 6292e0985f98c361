// SPDX-License-Identifier: Apache-2.0

// What tdm_delay_queue promises: every pushed event comes out `delay` edges later with its data, and nothing else does; since the delay
// stays while an event is in flight, that keeps the order. Outputs wrong_* must stay low, outputs seen_* must rise in some run.
module delay_queue_contract #(
  parameter int DEPTH = 3,
  parameter int DELAY_WIDTH = 2
) (
  input  logic                   clk,
  input  logic                   rst_n,
  input  logic                   push,
  input  logic [DELAY_WIDTH-1:0] delay,
  input  logic                   push_data,
  output logic                   wrong_pop,
  output logic                   wrong_data,
  output logic                   wrong_empty,
  output logic                   seen_longest,
  output logic                   seen_full
);

  localparam int LONGEST = (1 << DELAY_WIDTH) - 1;

  logic pop, pop_data, empty;
  tdm_delay_queue #(.DEPTH(DEPTH), .DELAY_WIDTH(DELAY_WIDTH), .DATA_WIDTH(1)) queue (.*);

  logic             due, due_data, flies;
  logic [LONGEST:1] flying;
  delayed_events #(.LONGEST(LONGEST), .DELAY_WIDTH(DELAY_WIDTH)) expected (
    .clk, .rst_n, .comes(push), .data(push_data), .delay, .due, .due_data, .flies, .flying);

  logic [DELAY_WIDTH:0]   stored;
  logic [DELAY_WIDTH-1:0] delay_before;
  logic                   full;
  always_comb begin
    stored = '0;
    for (int age = 1; age <= LONGEST; age++) stored = stored + (DELAY_WIDTH + 1)'(flying[age]);
  end
  assign full = 32'(stored) == DEPTH;

  // The user begins with a reset, keeps the delay while an event is in flight, and pushes nothing into a full queue; after a breach
  // nothing is promised.
  logic begun = 1'b0, breached = 1'b0, breach, checked;
  assign breach = breached || (!begun && rst_n) || (flies && delay != delay_before) || (push && delay != '0 && full && !due);
  assign checked = begun && rst_n && !breach;
  always_ff @(posedge clk) begin
    begun <= 1'b1;
    breached <= breach;
    delay_before <= delay;
  end

  assign wrong_pop = checked && pop != due;
  assign wrong_data = checked && due && pop_data != due_data;
  assign wrong_empty = checked && empty == flies;
  assign seen_longest = checked && due && delay == '1;
  assign seen_full = checked && due && push && delay != '0 && full;

endmodule
