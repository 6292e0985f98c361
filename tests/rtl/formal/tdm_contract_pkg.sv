// SPDX-License-Identifier: Apache-2.0

// The controller that the contracts instantiate: small, so that all its register values can be searched, but with two steps, two groups,
// overlapping conversions and sums, and held times both shorter and longer than the front of a step.
package tdm_contract_pkg;

  localparam int MAX_SLICES = 2;
  localparam int MAX_GROUPS = 2;
  localparam int MAX_SETTLE = 1;
  localparam int MAX_SAMPLE = 1;
  localparam int MAX_MUX = 1;
  localparam int MAX_ADC_LATENCY = 2;
  localparam int MAX_GROUP_STEP = 3;
  localparam int MAX_ACCUMULATE_LATENCY = 2;
  localparam int MAX_HELD = 6;
  localparam int MAX_DRIVE = 3;
  localparam int MAX_ROW_GROUP = 1;
  localparam int MAX_CONVERSIONS = MAX_ADC_LATENCY;
  localparam int MAX_SUMS = MAX_ACCUMULATE_LATENCY;

  localparam int VALUES_WIDTH = 24;  // registers and steps together

endpackage
