// SPDX-License-Identifier: Apache-2.0

// What tdm_timer promises: `fire` at the edge that comes `delay` edges after a load, and at no other. Outputs wrong_* must stay low,
// outputs seen_* must rise in some run: they show that there is something to prove.
module timer_contract #(
  parameter int WIDTH = 5
) (
  input  logic             clk,
  input  logic             rst_n,
  input  logic             load,
  input  logic [WIDTH-1:0] delay,
  output logic             wrong_fire,
  output logic             seen_longest
);

  logic fire;
  tdm_timer #(.WIDTH(WIDTH)) timer (.*);

  // The age of the event in flight counts up, where the timer counts down.
  logic             flies;
  logic [WIDTH-1:0] age, length;
  logic             due;
  assign due = flies && age == length;

  always_ff @(posedge clk) begin
    if (!rst_n) begin
      flies <= 1'b0;
    end else if (load) begin
      flies <= delay != '0;
      length <= delay;
      age <= WIDTH'(1);
    end else begin
      flies <= flies && !due;
      age <= age + WIDTH'(1);
    end
  end

  // The user begins with a reset and has one event in flight at a time; after a breach nothing is promised.
  logic begun = 1'b0, breached = 1'b0, breach, checked;
  assign breach = breached || (!begun && rst_n) || (load && flies && !due);
  assign checked = begun && rst_n && !breach;
  always_ff @(posedge clk) begin
    begun <= 1'b1;
    breached <= breach;
  end

  assign wrong_fire = checked && fire != (due || (load && delay == '0));
  assign seen_longest = checked && fire && due && length == '1;

endmodule
