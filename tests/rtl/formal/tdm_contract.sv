// SPDX-License-Identifier: Apache-2.0

// The schedule of tdm_controller: every pin at every edge of the first MVM after a reset, with no stall, for every register value and every
// table of at most two steps. The edges are the formulas of architecture/tdm_times.hpp, with the `held` that the driver computed. Outputs
// wrong_* must stay low, outputs seen_* must rise in some run: they show that there is something to prove.
module tdm_contract (
  input  logic                                      clk,
  input  logic                                      rst_n,
  input  logic                                      start,
  input  logic [tdm_contract_pkg::VALUES_WIDTH-1:0] free,
  output logic                                      wrong_drive,
  output logic                                      wrong_sample,
  output logic                                      wrong_release,
  output logic                                      wrong_select,
  output logic                                      wrong_convert,
  output logic                                      wrong_accumulate,
  output logic                                      wrong_done,
  output logic                                      wrong_busy,
  output logic                                      wrong_ready,
  output logic                                      wrong_step_index,
  output logic                                      seen_unequal_steps,
  output logic                                      seen_sums_first,
  output logic                                      seen_one_step,
  output logic                                      seen_longest
);

  logic [1:0] reg_slices, reg_groups, reg_adc_latency, reg_group_step, reg_accumulate_latency;
  logic       reg_settle, reg_sample, reg_mux, reg_pipelined;
  logic [2:0] reg_held;
  logic [1:0] last_selection;
  logic [1:0] first_drive, second_drive, step_index, step_drive;
  logic       first_converts, first_row_group, second_row_group, step_converts, step_row_group, allowed, accept;
  logic       started;
  tdm_contract_driver driver (.*, .busy(busy || started));  // the formulas need the values of the one MVM

  logic       ready, busy, done, drive_strobe, sample_strobe, release_strobe, select_strobe, convert_strobe, accumulate_strobe;
  logic [1:0] drive_slice, sample_slice, column_slice, column_group, accumulate_slice, accumulate_group;
  logic       drive_row_group;
  assign accept = start && ready;
  tdm_contract_controller controller (.*, .abort(1'b0), .adc_ready(1'b1), .sum_ready(1'b1));

  // The schedule, in edges after the edge that took the start.
  logic  two_steps, two_groups;
  logic [5:0] held, group_step, front_0, front_1, back, release_0, drive_1, release_1, held_0, last_release, select_0, select_1;
  logic [5:0] latency, interval, idle;
  assign two_steps = reg_slices == 2'd2;
  assign two_groups = reg_groups == 2'd2;
  assign held = 6'(reg_held);
  assign group_step = 6'(reg_group_step);
  assign front_0 = 6'(first_drive) + 6'(reg_settle) + 6'(reg_sample);
  assign front_1 = 6'(second_drive) + 6'(reg_settle) + 6'(reg_sample);
  assign back = 6'(last_selection) + 6'(reg_mux) + 6'(reg_adc_latency) + 6'(reg_accumulate_latency);

  function automatic logic [5:0] next_drive(input logic [5:0] released, input logic [5:0] occupied, input logic [5:0] front,
      input logic pipelined);
    next_drive = released + (!pipelined ? occupied : occupied > front ? occupied - front : '0);
  endfunction
  assign release_0 = front_0;
  assign held_0 = first_converts ? held : '0;
  assign drive_1 = next_drive(release_0, held_0, front_1, reg_pipelined);
  assign release_1 = drive_1 + front_1;
  assign last_release = two_steps ? release_1 : release_0;
  assign latency = last_release + back;
  assign interval = next_drive(last_release, held, front_0, reg_pipelined);
  assign idle = last_release + held > latency + 6'(1) ? last_release + held : latency + 6'(1);

  // Edges since the start, as the pins show them.
  logic  begun = 1'b0, breached = 1'b0, rests = 1'b0, breach, checked;
  logic [5:0] now;
  assign breach = breached || begun != rst_n || (rests && start == started) || !allowed;  // one reset, one start at once
  assign checked = rests && !breach;
  always_ff @(posedge clk) begin
    begun <= 1'b1;
    breached <= breach;
    rests <= rst_n;  // the pins show an edge without reset
    started <= rst_n && (started || accept);
    now <= started ? now + 6'(1) : '0;
  end

  // True at the edges of a strobe: once in each step, after its release in each group of the steps that convert.
  function automatic logic at(input logic [5:0] time_0, input logic [5:0] time_1);
    at = started && (now == time_0 || (two_steps && now == time_1));
  endfunction
  function automatic logic at_group(input logic [5:0] delay);
    at_group = started && ((first_converts && (now == release_0 + delay || (two_groups && now == release_0 + group_step + delay)))
        || (two_steps && (now == release_1 + delay || (two_groups && now == release_1 + group_step + delay))));
  endfunction

  // The numbers beside the strobes hold: the second step has them from its first edge on.
  function automatic logic [1:0] slice(input logic [5:0] time_1);
    slice = {1'b0, started && two_steps && now >= time_1};
  endfunction
  function automatic logic [1:0] group(input logic [5:0] delay);
    group = {1'b0, started && two_groups && (two_steps && now >= release_1 + delay ? now >= release_1 + group_step + delay
                                             : first_converts && now >= release_0 + group_step + delay)};
  endfunction
  logic [5:0] to_convert, to_code, sample;
  logic  driven_row_group;
  assign sample = 6'(reg_sample);
  assign to_convert = 6'(reg_mux);
  assign to_code = 6'(reg_mux) + 6'(reg_adc_latency);
  assign driven_row_group = !started ? 1'b0 : slice(drive_1) == 2'd1 ? second_row_group : first_row_group;

  assign wrong_drive = checked && (drive_strobe != at('0, drive_1) || drive_slice != slice(drive_1)
      || drive_row_group != driven_row_group);
  assign wrong_sample = checked && (sample_strobe != at(release_0 - sample, release_1 - sample)
      || sample_slice != slice(release_1 - sample));
  assign wrong_release = checked && release_strobe != at(release_0, release_1);
  assign wrong_select = checked && (select_strobe != at_group('0) || column_slice != slice(release_1) || column_group != group('0));
  assign wrong_convert = checked && convert_strobe != at_group(to_convert);
  assign wrong_accumulate = checked && (accumulate_strobe != at_group(to_code) || accumulate_slice != slice(release_1 + to_code)
      || accumulate_group != group(to_code));
  assign wrong_done = checked && done != (started && now == latency);
  assign wrong_busy = checked && busy != (started && now < idle);
  assign wrong_ready = checked && ready != (!started || now + 6'(1) >= interval);
  assign wrong_step_index = checked && step_index != {1'b0, started && two_steps && now < drive_1};

  assign seen_unequal_steps = checked && done && two_steps && two_groups && first_converts && reg_pipelined && front_0 != front_1
      && reg_mux && reg_sample && held > front_1;
  assign seen_sums_first = checked && done && two_steps && !first_converts;
  assign seen_one_step = checked && done && reg_slices == 2'd1 && !reg_pipelined;
  assign seen_longest = checked && done && now == 6'(24);  // the longest MVM of the small controller

endmodule
