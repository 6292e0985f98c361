// SPDX-License-Identifier: Apache-2.0

// What the pins of tdm_controller keep to with any starts, stalls, aborts and resets, said with nothing but the pins: which strobes follow
// from which, what may not come, and when the numbers beside them change. Outputs wrong_* must stay low, outputs seen_* must rise in some
// run.
module tdm_strobes_contract (
  input  logic                                      clk,
  input  logic                                      rst_n,
  input  logic                                      start,
  input  logic                                      abort,
  input  logic                                      adc_ready,
  input  logic                                      sum_ready,
  input  logic [tdm_contract_pkg::VALUES_WIDTH-1:0] free,
  output logic                                      wrong_reset,       // all outputs are low after an edge with reset or abort
  output logic                                      wrong_unasked,     // nothing happens without a start
  output logic                                      wrong_number,      // numbers hold between strobes
  output logic                                      wrong_start,       // the first step is driven with a start that was taken
  output logic                                      wrong_row_order,   // drive, sample, release; the next drive not before that
  output logic                                      wrong_front,       // the release comes at the end of the front, the sample before it
  output logic                                      wrong_stall,       // no selection at an edge with a stall
  output logic                                      wrong_select,      // groups in order, of the steps in the order of their releases
  output logic                                      wrong_held,        // at most two held sets
  output logic                                      wrong_convert,     // `mux` after the selection
  output logic                                      wrong_accumulate,  // `adc_latency` after the conversion, with its numbers
  output logic                                      wrong_done,        // `accumulate_latency` after the last code
  output logic                                      wrong_busy,        // busy is low if and only if nothing is in flight and no set is held
  output logic                                      wrong_ready,       // ready is high if busy is low
  output logic                                      seen_stalled_done,
  output logic                                      seen_two_held,
  output logic                                      seen_overlap
);

  logic [1:0] reg_slices, reg_groups, reg_adc_latency, reg_group_step, reg_accumulate_latency;
  logic       reg_settle, reg_sample, reg_mux, reg_pipelined;
  logic [2:0] reg_held;
  logic [1:0] last_selection;
  logic [1:0] first_drive, second_drive, step_index, step_drive;
  logic       first_converts, first_row_group, second_row_group, step_converts, step_row_group, allowed, accept;
  tdm_contract_driver #(.STEPS_STAY(1'b0)) driver (.*);

  logic       ready, busy, done, drive_strobe, sample_strobe, release_strobe, select_strobe, convert_strobe, accumulate_strobe;
  logic [1:0] drive_slice, sample_slice, column_slice, column_group, accumulate_slice, accumulate_group;
  logic       drive_row_group;
  assign accept = start && ready;
  tdm_contract_controller controller (.*);

  // Signals that end in _before are of the edge that made the present pins.
  logic begun = 1'b0, breached = 1'b0, runs = 1'b0, breach, checked, run;
  assign run = rst_n && !abort;
  assign breach = breached || (!begun && rst_n) || (run && !allowed);
  assign checked = begun && !breach;  // of pins after an edge with or without reset
  logic accept_before, stall_before, converts_before, sample_before, mux_before;
  logic [1:0] slices_before, groups_before, adc_latency_before, accumulate_latency_before;
  logic [2:0] front_before, after_last_before;  // after_last: clocks from the last selection of a step until its set is free
  logic strobes, any_number;
  assign strobes = drive_strobe || sample_strobe || release_strobe || select_strobe || convert_strobe || accumulate_strobe || done;
  assign any_number = {drive_slice, drive_row_group, sample_slice, column_slice, column_group, accumulate_slice, accumulate_group,
                       step_index} != '0;
  always_ff @(posedge clk) begin
    begun <= 1'b1;
    breached <= breach;
    runs <= run;
    accept_before <= run && accept;
    stall_before <= !adc_ready || !sum_ready;
    converts_before <= step_converts;
    front_before <= 3'(step_drive) + 3'(reg_settle) + 3'(reg_sample);
    after_last_before <= reg_held - 3'(last_selection);
    slices_before <= reg_slices;
    groups_before <= reg_groups;
    sample_before <= reg_sample;
    mux_before <= reg_mux;
    adc_latency_before <= reg_adc_latency;
    accumulate_latency_before <= reg_accumulate_latency;
  end
  assign wrong_reset = checked && !runs && (strobes || any_number || ready || busy);

  logic asked;  // since the last reset
  always_ff @(posedge clk) asked <= run && (accept || asked);
  assign wrong_unasked = checked && runs && !asked && (strobes || any_number || busy);

  logic [1:0] drive_slice_before, sample_slice_before, column_slice_before, column_group_before, accumulate_slice_before,
      accumulate_group_before, step_index_before;
  logic       drive_row_group_before;
  always_ff @(posedge clk) begin
    drive_slice_before <= drive_slice;
    drive_row_group_before <= drive_row_group;
    sample_slice_before <= sample_slice;
    column_slice_before <= column_slice;
    column_group_before <= column_group;
    accumulate_slice_before <= accumulate_slice;
    accumulate_group_before <= accumulate_group;
    step_index_before <= step_index;
  end
  assign wrong_number = checked && runs && (
      (!drive_strobe && {drive_slice, drive_row_group, step_index} != {drive_slice_before, drive_row_group_before, step_index_before})
      || (!sample_strobe && !release_strobe && sample_slice != sample_slice_before)
      || (!select_strobe && {column_slice, column_group} != {column_slice_before, column_group_before})
      || (!accumulate_strobe && {accumulate_slice, accumulate_group} != {accumulate_slice_before, accumulate_group_before}));

  // Rows: which step is on them, and for how long it has been.
  logic       on_rows, row_converts;
  logic [1:0] row_slice;
  logic [2:0] row_front, row_age;  // the age at the next edge
  logic       released, sampled;
  assign released = on_rows && row_age == row_front;
  assign sampled = on_rows && row_age == row_front - 3'(sample_before);
  always_ff @(posedge clk) begin
    if (!runs) begin
      on_rows <= 1'b0;
    end else if (drive_strobe) begin
      on_rows <= 1'b1;
      row_slice <= drive_slice;
      row_front <= front_before;
      row_converts <= converts_before;
      row_age <= 3'd1;
    end else begin
      on_rows <= on_rows && !released;
      row_age <= row_age + 3'd1;
    end
  end
  assign wrong_start = checked && runs && (accept_before != (drive_strobe && drive_slice == '0)
      || (drive_strobe && drive_slice != step_index_before)
      || (drive_strobe && step_index != (drive_slice + 2'd1 == slices_before ? '0 : drive_slice + 2'd1)));
  assign wrong_row_order = checked && runs && drive_strobe && on_rows && !released;
  assign wrong_front = checked && runs && (release_strobe != released || sample_strobe != sampled
      || ((release_strobe || sample_strobe) && sample_slice != row_slice));

  // Columns: released steps whose groups are not yet all selected, the older one first.
  logic [1:0] steps, steps_now, next_group, head_slice, tail_slice, head_now;
  logic       takes, last_selected;
  assign takes = released && row_converts;
  assign steps_now = steps + 2'(takes);
  assign head_now = steps == '0 ? row_slice : head_slice;
  assign last_selected = select_strobe && next_group + 2'd1 == groups_before;
  always_ff @(posedge clk) begin
    if (!runs) begin
      steps <= '0;
      next_group <= '0;
    end else begin
      steps <= steps_now - 2'(last_selected);
      if (select_strobe) next_group <= last_selected ? '0 : next_group + 2'd1;
      head_slice <= !last_selected ? head_now : steps == 2'd2 ? tail_slice : row_slice;
      if (takes) tail_slice <= row_slice;
    end
  end
  assign wrong_stall = checked && runs && stall_before && select_strobe;
  assign wrong_select = checked && runs && select_strobe && (steps_now == '0 || column_slice != head_now || column_group != next_group);

  // A set is free `held` clocks after the first selection or, with stalls between groups, as long after the last selection.
  logic       set_free, unused_data_s, sets_fly;
  logic [6:1] unused_s;
  delayed_events #(.LONGEST(6), .DELAY_WIDTH(3)) set_frees (
    .clk, .rst_n(runs), .comes(last_selected), .data(1'b0), .delay(after_last_before), .due(set_free),
    .due_data(unused_data_s), .flies(sets_fly), .flying(unused_s));
  logic [1:0] sets, sets_now;
  assign sets_now = sets - 2'(set_free) + 2'(takes);
  always_ff @(posedge clk) sets <= runs ? sets_now : '0;
  assign wrong_held = checked && runs && sets_now > 2'd2;

  // Selections to conversions to codes to sums.
  logic       convert_due, code_due, done_due, mux_flies, codes_fly, sums_fly, unused_data_d;
  logic [3:0] convert_numbers, code_numbers;
  logic [1:1] unused_m;
  logic [2:1] unused_c, unused_d;
  delayed_events #(.LONGEST(1), .DELAY_WIDTH(1), .DATA_WIDTH(4)) conversions (
    .clk, .rst_n(runs), .comes(select_strobe), .data({column_slice, column_group}), .delay(mux_before), .due(convert_due),
    .due_data(convert_numbers), .flies(mux_flies), .flying(unused_m));
  delayed_events #(.LONGEST(2), .DELAY_WIDTH(2), .DATA_WIDTH(4)) codes (
    .clk, .rst_n(runs), .comes(convert_strobe), .data({column_slice, column_group}), .delay(adc_latency_before), .due(code_due),
    .due_data(code_numbers), .flies(codes_fly), .flying(unused_c));
  delayed_events #(.LONGEST(2), .DELAY_WIDTH(2)) sums (
    .clk, .rst_n(runs), .comes(accumulate_strobe && accumulate_slice + 2'd1 == slices_before && accumulate_group + 2'd1 == groups_before),
    .data(1'b0), .delay(accumulate_latency_before), .due(done_due), .due_data(unused_data_d), .flies(sums_fly), .flying(unused_d));
  assign wrong_convert = checked && runs && (convert_strobe != convert_due
      || (convert_strobe && {column_slice, column_group} != convert_numbers));
  assign wrong_accumulate = checked && runs && (accumulate_strobe != code_due
      || (accumulate_strobe && {accumulate_slice, accumulate_group} != code_numbers));
  assign wrong_done = checked && runs && done != done_due;

  // MVMs in flight.
  logic [3:0] mvms, mvms_now;
  assign mvms_now = mvms + 4'(accept_before);
  always_ff @(posedge clk) mvms <= runs ? mvms_now - 4'(done) : '0;
  assign wrong_busy = checked && runs && (busy != (mvms_now != '0 || sets_now != '0) || (done && mvms_now == '0)
      || (!busy && (strobes || on_rows && !released || steps_now != '0 || codes_fly || sums_fly || step_index != '0)));
  assign wrong_ready = checked && runs && !busy && !ready;

  assign seen_stalled_done = checked && runs && done && stall_before && groups_before == 2'd2 && slices_before == 2'd2;
  assign seen_two_held = checked && runs && sets_now == 2'd2 && select_strobe;
  assign seen_overlap = checked && runs && mvms_now == 4'd3;

endmodule
