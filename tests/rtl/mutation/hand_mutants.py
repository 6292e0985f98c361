# SPDX-License-Identifier: Apache-2.0
"""Mistakes that a person could make in rtl/tdm_controller.sv and its parts: file, original text (once in the file), mutated text."""

CONTROLLER, ROWS, COLUMNS, QUEUE, TIMER = (f"{name}.sv" for name in (
    "tdm_controller", "tdm_rows", "tdm_columns", "tdm_delay_queue", "tdm_timer"))

HAND_MUTANTS = [
    # starts
    (ROWS, "assign accept = start && ready;", "assign accept = start && (ready || step_index == '0 && rows_left <= FRONT_WIDTH'(1));"),
    (CONTROLLER, "in_flight + FLIGHT_WIDTH'(accept) - FLIGHT_WIDTH'(done_now)",
     "accept ? FLIGHT_WIDTH'(1) : in_flight - FLIGHT_WIDTH'(done_now)"),
    (CONTROLLER, "busy <= in_flight_now != '0 || done_now || !columns_idle_after;", "busy <= in_flight_now != '0 || !columns_idle_after;"),
    (CONTROLLER, "busy <= in_flight_now != '0 || done_now || !columns_idle_after;", "busy <= in_flight_now != '0 || done_now;"),
    # rows
    (ROWS, "if (sample_now || release_now) sample_slice <= drive_slice;", "if (sample_now || release_now) sample_slice <= step_index;"),
    (ROWS, "if (sample_now || release_now) sample_slice <= drive_slice;", "sample_slice <= drive_slice;"),
    (ROWS, "FRONT_WIDTH'(step_drive) + FRONT_WIDTH'(reg_settle) +", "FRONT_WIDTH'(step_drive) + FRONT_WIDTH'(reg_settle & 16'h7fff) +"),
    (ROWS, "rows_left == FRONT_WIDTH'(reg_sample) + FRONT_WIDTH'(1);", "rows_left == FRONT_WIDTH'(reg_sample) + FRONT_WIDTH'(2);"),
    (ROWS, "assign first_front_next = drive_now && !more ? front : first_front;", "assign first_front_next = drive_now ? front : first_front;"),
    (ROWS, "assign may_drive = rows_left <= FRONT_WIDTH'(1) && !both_held &&", "assign may_drive = rows_left <= FRONT_WIDTH'(1) &&"),
    (ROWS, "<= (reg_pipelined ? COMPARED_WIDTH'(front) : '0);", "< (reg_pipelined ? COMPARED_WIDTH'(front) : '0);"),
    (ROWS, "<= (reg_pipelined ? COMPARED_WIDTH'(front) : '0);", "<= COMPARED_WIDTH'(front);"),
    # columns
    (COLUMNS, "assign left_next = due && stall ? occupied + HELD_WIDTH'(1) : occupied;", "assign left_next = occupied;"),
    (COLUMNS, "assign select_now = due && !stall;", "assign select_now = due && (!stall || begin_now);"),
    (COLUMNS, "assign waiting_next = (waiting || take) && !free;", "assign waiting_next = take && !free;"),
    (COLUMNS, "assign begin_now = free && (waiting || take);", "assign begin_now = free && take;"),
    (COLUMNS, "assign group_now = begin_now ? '0 : group;", "assign group_now = group;"),
    (COLUMNS, "if (due) more <= 1'b1;", ""),
    (COLUMNS, "!= reg_groups;", "!= reg_groups && !waiting;"),
    # codes
    (CONTROLLER, "&& accumulate_slice_now + SLICES_WIDTH'(1) == reg_slices;", "&& column_slice + SLICES_WIDTH'(1) == reg_slices;"),
    (CONTROLLER, "!accumulate_now ? accumulate_group : accumulate_first ? '0 :", "!accumulate_now ? accumulate_group : column_group == '0 ? '0 :"),
    (QUEUE, "localparam int TIME_WIDTH = DELAY_WIDTH + 1;", "localparam int TIME_WIDTH = DELAY_WIDTH - 1;"),
    (QUEUE, "count + COUNT_WIDTH'(enters) - COUNT_WIDTH'(leaves);", "enters ? count + COUNT_WIDTH'(1) : count - COUNT_WIDTH'(leaves);"),
    (QUEUE, "assign passes = push && delay == '0;", "assign passes = 1'b0;"),
    (TIMER, "clocks_left == WIDTH'(1)", "clocks_left == WIDTH'(2)"),
    (TIMER, "if (!rst_n) clocks_left <= '0;\n    else if (load)", "if (load)"),
    (CONTROLLER, "$clog2(MAX_CONVERSIONS + MAX_SUMS + 5);", "$clog2(MAX_CONVERSIONS + MAX_SUMS + 5) - 1;"),
    # aborts
    (CONTROLLER, "assign run = rst_n && !abort;", "assign run = rst_n;"),
    (CONTROLLER, "      in_flight <= '0;\n", "      in_flight <= in_flight_now;\n"),
]
