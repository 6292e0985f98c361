// SPDX-License-Identifier: Apache-2.0

// Makes the free inputs of a contract into a driver of tdm_controller: registers and steps stay while busy is high. `allowed` is low at an
// edge at which a rule for the driver is broken: those of tdm_controller_rules.
module tdm_contract_driver #(
  parameter bit STEPS_STAY = 1'b1,  // 0: what the pins tell of a step may change at every clock
  localparam int WIDTH = tdm_contract_pkg::VALUES_WIDTH
) (
  input  logic             clk,
  input  logic [WIDTH-1:0] free,
  input  logic             busy,
  input  logic             accept,
  input  logic [1:0]       step_index,

  output logic [1:0]       reg_slices,
  output logic [1:0]       reg_groups,
  output logic             reg_settle,
  output logic             reg_sample,
  output logic             reg_mux,
  output logic [1:0]       reg_adc_latency,
  output logic [1:0]       reg_group_step,
  output logic [1:0]       reg_accumulate_latency,
  output logic [2:0]       reg_held,
  output logic             reg_pipelined,
  output logic [1:0]       last_selection,  // clocks from the first selection of a step to its last

  output logic [1:0]       first_drive,     // of the table of steps
  output logic [1:0]       second_drive,
  output logic             first_converts,
  output logic             first_row_group,
  output logic             second_row_group,
  output logic [1:0]       step_drive,
  output logic             step_converts,
  output logic             step_row_group,

  output logic             allowed
);

  logic [WIDTH-1:0] values, values_before;
  assign values = busy ? values_before : free;
  always_ff @(posedge clk) values_before <= values;

  assign {reg_slices, reg_groups, reg_settle, reg_sample, reg_mux, reg_adc_latency, reg_group_step, reg_accumulate_latency, reg_held,
          reg_pipelined} = values[WIDTH-1:7];
  assign {first_drive, second_drive, first_converts, first_row_group, second_row_group} = STEPS_STAY ? values[6:0] : free[6:0];
  assign last_selection = reg_groups == 2'd2 ? reg_group_step : '0;

  logic is_first, is_last;
  assign is_first = step_index == '0;
  assign is_last = step_index + 2'd1 == reg_slices;
  assign step_drive = is_first ? first_drive : second_drive;
  assign step_converts = is_first ? first_converts : 1'b1;
  assign step_row_group = is_first ? first_row_group : second_row_group;

  logic registers_allowed, step_allowed;
  assign registers_allowed =
      reg_slices >= 2'd1 && reg_slices <= 2'(tdm_contract_pkg::MAX_SLICES)
      && reg_groups >= 2'd1 && reg_groups <= 2'(tdm_contract_pkg::MAX_GROUPS)
      && reg_adc_latency >= 2'd1 && reg_adc_latency <= 2'(tdm_contract_pkg::MAX_ADC_LATENCY)
      && reg_group_step > 2'(reg_mux)
      && reg_accumulate_latency <= 2'(tdm_contract_pkg::MAX_ACCUMULATE_LATENCY)
      && reg_held <= 3'(tdm_contract_pkg::MAX_HELD)
      && reg_held > 3'(last_selection) + 3'(reg_mux);
  assign step_allowed = step_drive != '0 && (step_converts || !is_last);
  assign allowed = accept ? registers_allowed && step_allowed : is_first || step_allowed;

endmodule
