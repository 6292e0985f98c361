// SPDX-License-Identifier: Apache-2.0

// Written by rtl/generate_registers.py from rtl/tdm_controller_registers.csv: change the table, not this file.
package tdm_controller_pkg;

  // Not every bound needs a check, and a parameter override leaves its default unused.
  // verilator lint_off UNUSEDPARAM

  // drive steps (input slices) of one MVM
  localparam int MIN_SLICES = 1;
  localparam int MAX_SLICES = 64;

  // column groups in use: converted one after the other
  localparam int MIN_GROUPS = 1;
  localparam int MAX_GROUPS = 4096;

  // clocks in which the array settles
  localparam int MIN_SETTLE = 0;
  localparam int MAX_SETTLE = 65535;

  // clocks in which the sample switches are closed
  localparam int MIN_SAMPLE = 0;
  localparam int MAX_SAMPLE = 65535;

  // clocks from selecting a column group to its conversion
  localparam int MIN_MUX = 0;
  localparam int MAX_MUX = 65535;

  // clocks from the start of a conversion to its code
  localparam int MIN_ADC_LATENCY = 1;
  localparam int MAX_ADC_LATENCY = 65536;

  // clocks between the starts of two column groups (derived by the driver)
  localparam int MIN_GROUP_STEP = 1;
  localparam int MAX_GROUP_STEP = 131071;

  // clocks from the last code to the complete sums
  localparam int MIN_ACCUMULATE_LATENCY = 0;
  localparam int MAX_ACCUMULATE_LATENCY = 65535;

  // clocks from the release of a step that converts until its held set is free (derived by the driver)
  localparam int MIN_HELD = 1;
  localparam int MAX_HELD = 1073741822;

  // 1: a step is driven while the one before it is converted
  localparam int MIN_PIPELINED = 0;
  localparam int MAX_PIPELINED = 1;

  // clocks from driving the rows to settled drivers
  localparam int MIN_DRIVE = 1;
  localparam int MAX_DRIVE = 65535;

  // number of the rows that the step drives
  localparam int MIN_ROW_GROUP = 0;
  localparam int MAX_ROW_GROUP = 255;

  // conversions in flight: begun and without a code
  localparam int MIN_CONVERSIONS = 1;
  localparam int MAX_CONVERSIONS = 16;

  // MVMs with all codes whose sums are not yet complete
  localparam int MIN_SUMS = 1;
  localparam int MAX_SUMS = 4;

  // verilator lint_on UNUSEDPARAM

endpackage
