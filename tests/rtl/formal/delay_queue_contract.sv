// SPDX-License-Identifier: Apache-2.0

// What tdm_delay_queue promises: every pushed event comes out `delay` edges later with its data, and nothing else does; since the delay
// changes only while nothing is in flight, that keeps the order. Outputs wrong_* must stay low, outputs seen_* must rise in some run.
module delay_queue_contract #(
  parameter int DEPTH = 3,
  parameter int DELAY_WIDTH = 2,
  localparam int LONGEST = (1 << DELAY_WIDTH) - 1
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

  logic pop, pop_data, empty;
  tdm_delay_queue #(.DEPTH(DEPTH), .DELAY_WIDTH(DELAY_WIDTH), .DATA_WIDTH(1)) queue (.*);

  // Events in flight by age: bit i is of a push i edges ago. Bit 0 is of this edge.
  logic [LONGEST:1]       flying, flying_data;
  logic [LONGEST:0]       all, all_data;
  logic [DELAY_WIDTH-1:0] delay_before;
  logic                   due;
  int unsigned            stored;
  assign all = {flying, push};
  assign all_data = {flying_data, push_data};
  assign due = all[delay];

  always_comb begin
    stored = 0;
    for (int age = 1; age <= LONGEST; age++) stored += 32'(flying[age]);
  end

  always_ff @(posedge clk) begin
    delay_before <= delay;
    for (int age = 1; age <= LONGEST; age++) flying[age] <= rst_n && all[age-1] && DELAY_WIDTH'(age-1) != delay;
    flying_data <= all_data[LONGEST-1:0];
  end

  // The user begins with a reset, keeps the delay while an event is in flight, and pushes nothing into a full queue; after a breach nothing is
  // promised.
  logic begun = 1'b0, breached = 1'b0, breach, checked;
  assign breach = breached || (!begun && rst_n) || (flying != '0 && delay != delay_before)
      || (push && delay != '0 && stored == DEPTH && !due);
  assign checked = begun && rst_n && !breach;
  always_ff @(posedge clk) begin
    begun <= 1'b1;
    breached <= breach;
  end

  assign wrong_pop = checked && pop != due;
  assign wrong_data = checked && due && pop_data != all_data[delay];
  assign wrong_empty = checked && empty != (flying == '0);
  assign seen_longest = checked && due && delay == DELAY_WIDTH'(LONGEST);
  assign seen_full = checked && due && push && delay != '0 && stored == DEPTH;

endmodule
