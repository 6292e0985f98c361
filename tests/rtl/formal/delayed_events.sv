// SPDX-License-Identifier: Apache-2.0

// Specification of a delay: an event is due `delay` edges after it came, with its data. The delay stays while an event flies.
module delayed_events #(
  parameter int LONGEST = 3,
  parameter int DELAY_WIDTH = 2,
  parameter int DATA_WIDTH = 1
) (
  input  logic                   clk,
  input  logic                   rst_n,
  input  logic                   comes,
  input  logic [DATA_WIDTH-1:0]  data,
  input  logic [DELAY_WIDTH-1:0] delay,
  output logic                   due,
  output logic [DATA_WIDTH-1:0]  due_data,
  output logic                   flies,   // an earlier event is due now or later
  output logic [LONGEST:1]       flying   // by the age in edges
);

  logic [DATA_WIDTH-1:0] flying_data[1:LONGEST];
  assign flies = flying != '0;

  always_comb begin
    due = comes && delay == '0;
    due_data = data;
    for (int age = 1; age <= LONGEST; age++) begin
      if (flying[age] && 32'(delay) == age) begin
        due = 1'b1;
        due_data = flying_data[age];
      end
    end
  end

  always_ff @(posedge clk) begin
    flying[1] <= rst_n && comes && delay != '0;
    flying_data[1] <= data;
    for (int age = 2; age <= LONGEST; age++) begin
      flying[age] <= rst_n && flying[age-1] && 32'(delay) != age - 1;
      flying_data[age] <= flying_data[age-1];
    end
  end

endmodule
