// SPDX-License-Identifier: Apache-2.0
#include "tdm_controller_dut.hpp"

#include <string>

// Verilator's hooks (VL_USER_FINISH, VL_USER_STOP, VL_USER_FATAL).
void vl_finish(const char* filename, int linenum, const char* /*hier*/) {
  throw memcosim::rtl_test::RtlStopped(std::string("$finish at ") + filename + ":" + std::to_string(linenum));
}
void vl_stop(const char* filename, int linenum, const char* /*hier*/) {
  throw memcosim::rtl_test::RtlStopped(std::string("$stop at ") + filename + ":" + std::to_string(linenum));
}
void vl_fatal(const char* /*filename*/, int /*linenum*/, const char* /*hier*/, const char* msg) {
  throw memcosim::rtl_test::RtlStopped(msg);
}

namespace memcosim::rtl_test {

bool operator==(const Pins& a, const Pins& b) {
  return a.ready == b.ready && a.busy == b.busy && a.done == b.done && a.drive == b.drive && a.sample == b.sample &&
         a.release == b.release && a.select == b.select && a.convert == b.convert && a.accumulate == b.accumulate &&
         a.drive_slice == b.drive_slice && a.sample_slice == b.sample_slice && a.column_slice == b.column_slice &&
         a.column_group == b.column_group && a.accumulate_slice == b.accumulate_slice && a.accumulate_group == b.accumulate_group;
}

std::ostream& operator<<(std::ostream& out, const Pins& pins) {
  return out << "ready " << pins.ready << " busy " << pins.busy << " done " << pins.done << " drive " << pins.drive << '/'
             << pins.drive_slice << " sample " << pins.sample << " release " << pins.release << '/' << pins.sample_slice << " select "
             << pins.select << " convert " << pins.convert << '/' << pins.column_slice << '.' << pins.column_group << " accumulate "
             << pins.accumulate << '/' << pins.accumulate_slice << '.' << pins.accumulate_group;
}

namespace {

/// The random values are drawn when the model is constructed.
VerilatedContext* with_random_power_up(VerilatedContext& context, int seed) {
  context.randReset(2);
  context.randSeed(seed);
  return &context;
}

}  // namespace

Dut::Dut(int power_up_seed) : model_(with_random_power_up(context_, power_up_seed)) {
  model_.clk = 0;
  model_.rst_n = 0;
  model_.start = 0;
}

Dut::~Dut() {
  model_.final();
}

void Dut::configure(const TdmSchedule& schedule) {
  model_.reg_slices = static_cast<CData>(schedule.slices());
  model_.reg_groups = static_cast<SData>(schedule.groups);
  model_.reg_drive = static_cast<SData>(schedule.steps.front().clocks);
  model_.reg_settle = static_cast<SData>(schedule.settle);
  model_.reg_sample = static_cast<SData>(schedule.sample);
  model_.reg_mux = static_cast<SData>(schedule.mux);
  model_.reg_adc_latency = schedule.adc.latency;
  model_.reg_group_step = static_cast<IData>(schedule.group_step(0));
  model_.reg_accumulate_latency = static_cast<SData>(schedule.accumulate_latency);
  model_.reg_slot = static_cast<IData>(schedule.interval() / schedule.slices());
}

void Dut::reset() {
  model_.rst_n = 0;
  clock(false);
  clock(false);
  model_.rst_n = 1;
  clock(false);
}

void Dut::clock(bool start) {
  model_.start = start ? 1 : 0;
  model_.clk = 1;
  model_.eval();
  model_.clk = 0;
  model_.eval();
}

Pins Dut::pins() const {
  Pins pins;
  pins.ready = model_.ready != 0;
  pins.busy = model_.busy != 0;
  pins.done = model_.done != 0;
  pins.drive = model_.drive_strobe != 0;
  pins.sample = model_.sample_strobe != 0;
  pins.release = model_.release_strobe != 0;
  pins.select = model_.select_strobe != 0;
  pins.convert = model_.convert_strobe != 0;
  pins.accumulate = model_.accumulate_strobe != 0;
  pins.drive_slice = model_.drive_slice;
  pins.sample_slice = model_.sample_slice;
  pins.column_slice = model_.column_slice;
  pins.column_group = model_.column_group;
  pins.accumulate_slice = model_.accumulate_slice;
  pins.accumulate_group = model_.accumulate_group;
  return pins;
}

}  // namespace memcosim::rtl_test
