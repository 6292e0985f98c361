tdm_controller_pkg.sv
tdm_timer.sv
tdm_delay_queue.sv
tdm_rows.sv
tdm_columns.sv
tdm_controller_rules.sv
tdm_controller.sv
