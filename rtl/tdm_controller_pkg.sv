// SPDX-License-Identifier: Apache-2.0

// Written by rtl/generate_registers.py from rtl/tdm_controller_registers.csv: change the table, not this file.
package tdm_controller_pkg;

  // Not every bound needs a check, and a parameter override leaves its default unused.
  // verilator lint_off UNUSEDPARAM

  // input slices of one MVM
  localparam int unsigned MIN_SLICES = 1;
  localparam int unsigned MAX_SLICES = 64;

  // column groups in use: converted one after the other
  localparam int unsigned MIN_GROUPS = 1;
  localparam int unsigned MAX_GROUPS = 4096;

  // clocks from driving the rows to settled drivers
  localparam int unsigned MIN_DRIVE = 1;
  localparam int unsigned MAX_DRIVE = 65535;

  // clocks in which the array settles
  localparam int unsigned MIN_SETTLE = 0;
  localparam int unsigned MAX_SETTLE = 65535;

  // clocks in which the sample switches are closed
  localparam int unsigned MIN_SAMPLE = 0;
  localparam int unsigned MAX_SAMPLE = 65535;

  // clocks from selecting a column group to its conversion
  localparam int unsigned MIN_MUX = 0;
  localparam int unsigned MAX_MUX = 65535;

  // clocks from the start of a conversion to its code
  localparam int unsigned MIN_ADC_LATENCY = 1;
  localparam int unsigned MAX_ADC_LATENCY = 65536;

  // clocks between the starts of two column groups (derived by the driver)
  localparam int unsigned MIN_GROUP_STEP = 1;
  localparam int unsigned MAX_GROUP_STEP = 131071;

  // clocks from the last code to the complete sums
  localparam int unsigned MIN_ACCUMULATE_LATENCY = 0;
  localparam int unsigned MAX_ACCUMULATE_LATENCY = 65535;

  // clocks between the starts of two slices (derived by the driver)
  localparam int unsigned MIN_SLOT = 1;
  localparam int unsigned MAX_SLOT = 1073741823;

  // verilator lint_on UNUSEDPARAM

endpackage
