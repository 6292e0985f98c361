// SPDX-License-Identifier: Apache-2.0

// tdm_controller against the rule of architecture/tdm_player.cpp, with any starts, stalls and aborts: absolute edges of what comes, here in
// the order in which TdmPlayer::play takes them. What follows from a selection is in tdm_strobes_contract. Outputs wrong_* must stay low,
// outputs seen_* must rise in some run.
module tdm_player_contract (
  input  logic                                      clk,
  input  logic                                      rst_n,
  input  logic                                      start,
  input  logic                                      abort,
  input  logic                                      adc_ready,
  input  logic                                      sum_ready,
  input  logic [tdm_contract_pkg::VALUES_WIDTH-1:0] free,
  output logic                                      wrong_drive,
  output logic                                      wrong_sample,
  output logic                                      wrong_release,
  output logic                                      wrong_select,
  output logic                                      wrong_ready,
  output logic                                      seen_waiting,
  output logic                                      seen_late_drive
);

  logic [1:0] reg_slices, reg_groups, reg_adc_latency, reg_group_step, reg_accumulate_latency;
  logic       reg_settle, reg_sample, reg_mux, reg_pipelined;
  logic [2:0] reg_held;
  logic [1:0] last_selection;
  logic [1:0] first_drive, second_drive, step_index, step_drive;
  logic       first_converts, first_row_group, second_row_group, step_converts, step_row_group, allowed, accept;
  tdm_contract_driver driver (.*);

  logic       ready, busy, done, drive_strobe, sample_strobe, release_strobe, select_strobe, convert_strobe, accumulate_strobe;
  logic [1:0] drive_slice, sample_slice, column_slice, column_group, accumulate_slice, accumulate_group;
  logic       drive_row_group;
  assign accept = start && ready;
  tdm_contract_controller controller (.*);

  logic begun = 1'b0, breached = 1'b0, runs = 1'b0, breach, checked, run;
  assign run = rst_n && !abort;
  assign breach = breached || (!begun && rst_n) || (run && !allowed);
  assign checked = runs && !breach;
  always_ff @(posedge clk) begin
    begun <= 1'b1;
    breached <= breach;
    runs <= run;
  end

  // The state of the player. All edges are counted from the start of the run.
  logic [5:0] now, release_at, released_at, free_at, select_at;
  logic       next, next_is_second, on_rows, row_is_second, row_converts, waits, waiting_is_second, selects, selected_is_second, group;
  logic       player_ready;
  // The same after each part of the present edge.
  logic       begins, releases, takes, drives, due, stall;
  logic       waits_1, waits_2, on_rows_1, on_rows_3, selects_1, selects_2, second_1, second_2, group_1, group_2, next_3, next_is_second_3;
  logic [5:0] free_at_1, free_at_2, free_at_4, select_at_1, select_at_2, released_at_2, release_at_3;
  logic       converts_3;
  logic [5:0] front, front_0, held;
  assign held = 6'(reg_held);
  assign front = 6'(step_drive) + 6'(reg_settle) + 6'(reg_sample);
  assign front_0 = 6'(first_drive) + 6'(reg_settle) + 6'(reg_sample);
  assign stall = !adc_ready || !sum_ready;

  // TdmPlayer::foreseen_drive: the edge at which a step with this front is driven, if nothing stalls any more.
  function automatic logic [5:0] foreseen_drive(input logic rows, input logic rows_convert, input logic [5:0] rows_free,
      input logic second_set, input logic [5:0] set_free, input logic [5:0] held_clocks, input logic [5:0] ahead);
    logic [5:0] earliest, is_free;
    earliest = rows_free;
    is_free = set_free;
    if (rows ? rows_convert || second_set : second_set) begin
      if (earliest < is_free) earliest = is_free;
      is_free = earliest + held_clocks;
    end
    foreseen_drive = is_free > ahead && is_free - ahead > earliest ? is_free - ahead : earliest;
  endfunction

  always_comb begin
    // A step that waits begins when the set before it is free.
    begins = waits && free_at <= now;
    waits_1 = waits && !begins;
    free_at_1 = begins ? now + held : free_at;
    selects_1 = selects || begins;
    select_at_1 = begins ? now : select_at;
    second_1 = begins ? waiting_is_second : selected_is_second;
    group_1 = begins ? 1'b0 : group;

    // The step on the rows is released.
    releases = on_rows && release_at == now;
    takes = releases && row_converts;
    on_rows_1 = on_rows && !releases;
    released_at_2 = releases ? now : released_at;
    waits_2 = waits_1 || (takes && free_at_1 > now);
    free_at_2 = takes && free_at_1 <= now ? now + held : free_at_1;
    selects_2 = selects_1 || (takes && free_at_1 <= now);
    select_at_2 = takes && free_at_1 <= now ? now : select_at_1;
    second_2 = takes && free_at_1 <= now ? row_is_second : second_1;
    group_2 = takes && free_at_1 <= now ? 1'b0 : group_1;

    // The next step is driven.
    drives = !next ? start && player_ready
        : now >= foreseen_drive(on_rows_1, row_converts, on_rows_1 ? release_at : released_at_2, waits_2, free_at_2, held,
                                reg_pipelined ? front : 6'd0);
    next_is_second_3 = drives ? !next_is_second : next_is_second;
    next_3 = drives ? !next && reg_slices == 2'd2 : next;
    on_rows_3 = on_rows_1 || drives;
    release_at_3 = drives ? now + front : release_at;
    converts_3 = drives ? step_converts : row_converts;

    // A group is selected, or waits for a clock.
    due = selects_2 && select_at_2 == now;
    free_at_4 = due && stall ? free_at_2 + 6'd1 : free_at_2;
  end

  // What the pins show after the edge.
  logic       expected_drive, expected_drive_second, expected_sample, expected_release, expected_sample_second, expected_select;
  logic       expected_second, expected_group, rows_waited, late;
  always_ff @(posedge clk) begin
    now <= run ? now + 6'd1 : 6'd1;
    if (!run) begin
      {next, next_is_second, on_rows, waits, selects, player_ready} <= '0;
      {released_at, free_at} <= '0;
      {expected_drive, expected_sample, expected_release, expected_select} <= '0;
    end else begin
      next <= next_3;
      next_is_second <= next_3;
      on_rows <= on_rows_3;
      if (drives) row_is_second <= next;
      row_converts <= converts_3;
      release_at <= release_at_3;
      released_at <= released_at_2;
      waits <= waits_2;
      if (takes) waiting_is_second <= row_is_second;
      free_at <= free_at_4;
      selected_is_second <= second_2;
      if (due && !stall) begin
        selects <= !group_2 && reg_groups == 2'd2;
        select_at <= now + 6'(reg_group_step);
        group <= 1'b1;
      end else begin
        selects <= selects_2;
        select_at <= due ? now + 6'd1 : select_at_2;
        group <= group_2;
      end
      player_ready <= !next_3 && now + 6'd1 >= foreseen_drive(on_rows_3, converts_3, on_rows_3 ? release_at_3 : released_at_2, waits_2,
                                                             free_at_4, held, reg_pipelined ? front_0 : 6'd0);
      expected_drive <= drives;
      expected_drive_second <= next;
      expected_sample <= on_rows && release_at - 6'(reg_sample) == now;
      expected_release <= releases;
      expected_sample_second <= row_is_second;
      expected_select <= due && !stall;
      expected_second <= second_2;
      expected_group <= group_2;
    end
    rows_waited <= next && !drives && !on_rows_1;
    late <= drives && rows_waited;
  end

  assign wrong_drive = checked && (drive_strobe != expected_drive || (drive_strobe && drive_slice != {1'b0, expected_drive_second}));
  assign wrong_sample = checked && (sample_strobe != expected_sample
      || (sample_strobe && sample_slice != {1'b0, expected_sample_second}));
  assign wrong_release = checked && (release_strobe != expected_release
      || (release_strobe && sample_slice != {1'b0, expected_sample_second}));
  assign wrong_select = checked && (select_strobe != expected_select
      || (select_strobe && {column_slice, column_group} != {1'b0, expected_second, 1'b0, expected_group}));
  assign wrong_ready = checked && ready != player_ready;
  assign seen_waiting = checked && waits && select_strobe && column_group == 2'd1;
  assign seen_late_drive = checked && late && reg_pipelined;

endmodule
