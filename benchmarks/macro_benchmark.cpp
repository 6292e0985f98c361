// SPDX-License-Identifier: Apache-2.0
// What a macro costs on top of the SystemC kernel. Each rate is set against the bare kernel in the same run:
//   (a) b_transport of 64 bytes to an empty target + wait,      (b) loosely_timed MVMs: write and start + read of the result,
//   (c) one timed event of one SC_METHOD,                       (d) approximately_timed phases (strobes of the TDM controller).
// Values are left out (timing_only) where not stated: the functional core has benchmarks of its own. Prints JSON.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <systemc>
#include <tlm>
#include <utility>
#include <vector>

#include "memcosim/kernels/backends/backends.hpp"
#include "memcosim/sc_models/blocks/mvm_extension.hpp"
#include "memcosim/sc_models/macro/macro.hpp"
#include "memcosim/sc_models/macro/macro_registers.hpp"

namespace {

using namespace memcosim;

/// A thread that runs its work each time it is told to: all parts live in one elaboration and run one after the other.
class Worker : public sc_core::sc_module, public tlm::tlm_bw_transport_if<> {
 public:
  tlm::tlm_initiator_socket<32> socket;

  Worker(const sc_core::sc_module_name& name, std::function<void(Worker&)> work)
      : sc_module(name), socket("socket"), work_(std::move(work)) {
    socket.bind(*this);
    SC_HAS_PROCESS(Worker);
    SC_THREAD(run);
  }
  /// Operations per second of processor time (other work on the machine does not count), best of five runs of `operations` each.
  double rate(double operations) {
    double best = 0.0;
    for (int repetition = 0; repetition < 5; ++repetition) {
      go_.notify(sc_core::SC_ZERO_TIME);
      const std::clock_t begin = std::clock();
      sc_core::sc_start();
      const double seconds = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
      best = std::max(best, operations / seconds);
    }
    return best;
  }
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&) override { return tlm::TLM_ACCEPTED; }
  void invalidate_direct_mem_ptr(sc_dt::uint64, sc_dt::uint64) override {}

 private:
  void run() {
    for (;;) {
      wait(go_);
      work_(*this);
    }
  }
  std::function<void(Worker&)> work_;
  sc_core::sc_event go_;
};

/// Stores the data and adds one clock.
class EmptyTarget : public sc_core::sc_module, public tlm::tlm_fw_transport_if<> {
 public:
  tlm::tlm_target_socket<32> socket;
  explicit EmptyTarget(const sc_core::sc_module_name& name) : sc_module(name), socket("socket") { socket.bind(*this); }
  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) override {
    std::memcpy(data_, payload.get_data_ptr(), std::min<unsigned>(payload.get_data_length(), sizeof data_));
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    delay += period_;
  }
  tlm::tlm_sync_enum nb_transport_fw(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&) override { return tlm::TLM_ACCEPTED; }
  bool get_direct_mem_ptr(tlm::tlm_generic_payload&, tlm::tlm_dmi&) override { return false; }
  unsigned transport_dbg(tlm::tlm_generic_payload&) override { return 0; }

 private:
  unsigned char data_[64] = {};
  sc_core::sc_time period_{1, sc_core::SC_NS};
};

/// One SC_METHOD that wakes itself by timed notifications: the cheapest timed event of the kernel.
class Ticker : public sc_core::sc_module {
 public:
  explicit Ticker(const sc_core::sc_module_name& name) : sc_module(name) {
    SC_HAS_PROCESS(Ticker);
    SC_METHOD(tick);
    sensitive << event_;
    dont_initialize();
  }
  void start(std::uint64_t ticks) {
    left_ = ticks;
    event_.notify(period_);
  }

 private:
  void tick() {
    if (--left_ != 0) event_.notify(period_);
  }
  sc_core::sc_event event_;
  std::uint64_t left_ = 0;
  sc_core::sc_time period_{1, sc_core::SC_NS};
};

void fill(tlm::tlm_generic_payload& payload, tlm::tlm_command command, std::uint64_t address, void* data, std::size_t bytes) {
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(static_cast<unsigned char*>(data));
  payload.set_data_length(static_cast<unsigned>(bytes));
  payload.set_streaming_width(static_cast<unsigned>(bytes));
}

/// A 128 x 128 macro with 8-bit inputs and its initiator.
struct MacroPart {
  MacroPart(const std::string& name, Backend& backend, TimingLevel level, std::uint64_t count, bool values, const sc_core::sc_time& ahead)
      : spec(make_spec(level)),
        array(make_array(backend, spec)),
        macro((name + "_macro").c_str(), spec, backend, array),
        mvms(count),
        quantum(ahead),
        worker((name + "_worker").c_str(), [this](Worker& self) { work(self); }) {
    worker.socket.bind(macro.socket);
    for (std::uint32_t row = 0; row < spec.rows; ++row)
      codes.push_back(static_cast<InputCode>(row * 37u % 256u));
    sums.resize(spec.readout.outputs(spec.columns));
    extension.timing_only = !values;
    if (values) {
      ProductPart part;
      part.array = array;
      part.version = backend.cells().version(array);
      part.readout = backend.products().add(spec.readout);
      ProductBatch batch;
      batch.parts = {&part, 1};
      batch.count = 1;
      batch.inputs = codes.data();
      batch.keep_codes = true;
      result = backend.products().collect(backend.products().submit(batch));
      extension.outcome = {result.sums, result.drive_siemens, result.clipped[0], result.codes};
    }
  }

  static MacroSpec make_spec(TimingLevel level) {
    MacroSpec spec;
    spec.level = level;
    return spec;
  }
  static ArrayId make_array(Backend& backend, const MacroSpec& spec) {
    ArrayConfig config;
    config.rows = spec.rows;
    config.columns = spec.columns;
    config.cell = default_cell_spec("ohmic");
    config.window = {1e-6, 1e-4, 16};
    config.read_voltage_v = spec.read_voltage_v;
    return backend.cells().create_array(config);
  }
  void work(Worker& self) {
    tlm::tlm_generic_payload write;
    fill(write, tlm::TLM_WRITE_COMMAND, macro_registers::input_start_window, codes.data(), codes.size() * sizeof(InputCode));
    tlm::tlm_generic_payload read;
    fill(read, tlm::TLM_READ_COMMAND, macro_registers::output_window, sums.data(), sums.size() * sizeof(std::int32_t));
    write.set_extension(&extension);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    for (std::uint64_t mvm = 0; mvm < mvms; ++mvm) {
      self.socket->b_transport(write, delay);
      self.socket->b_transport(read, delay);
      if (delay <= quantum) continue;
      sc_core::wait(delay);
      delay = sc_core::SC_ZERO_TIME;
    }
    sc_core::wait(delay);
    write.clear_extension(&extension);
  }
  double mvm_rate() { return worker.rate(static_cast<double>(mvms)); }
  /// Strobes of one MVM: three for each slice and three for each group, and done.
  double phases_per_mvm() const {
    const TdmSchedule schedule = spec.schedule();
    return 3.0 * schedule.slices() * (1.0 + schedule.groups) + 1.0;
  }

  MacroSpec spec;
  ArrayId array;
  Macro macro;
  std::vector<InputCode> codes;
  std::vector<std::int32_t> sums;
  ProductResult result;
  MvmExtension extension;
  std::uint64_t mvms;
  sc_core::sc_time quantum;
  Worker worker;
};

void print(const char* name, const char* unit, double rate, double bare, const char* end) {
  std::printf("  {\"name\": \"%s\", \"%s\": %.4g, \"ns\": %.1f, \"ratio_to_bare\": %.3f}%s\n", name, unit, rate, 1e9 / rate, rate / bare,
              end);
}

}  // namespace

int sc_main(int, char**) {
  constexpr std::uint64_t transactions = 1'000'000;
  constexpr std::uint64_t events = 3'000'000;
  constexpr std::uint64_t loose_mvms = 300'000;
  constexpr std::uint64_t timed_mvms = 3'000;
  BackendOptions options;
  const std::unique_ptr<Backend> backend = make_backend(options);

  EmptyTarget target("target");
  Worker bare("bare", [](Worker& self) {
    unsigned char data[64] = {};
    tlm::tlm_generic_payload payload;
    fill(payload, tlm::TLM_WRITE_COMMAND, 0, data, sizeof data);
    for (std::uint64_t index = 0; index < transactions; ++index) {
      sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
      self.socket->b_transport(payload, delay);
      sc_core::wait(delay);
    }
  });
  bare.socket.bind(target.socket);
  Ticker ticker("ticker");
  EmptyTarget unused("unused");
  Worker tick("tick", [&ticker](Worker&) { ticker.start(events); });
  tick.socket.bind(unused.socket);
  const sc_core::sc_time no_quantum = sc_core::SC_ZERO_TIME;
  MacroPart loose("loose", *backend, TimingLevel::loosely_timed, loose_mvms, false, no_quantum);
  MacroPart ahead("ahead", *backend, TimingLevel::loosely_timed, loose_mvms, false, {10, sc_core::SC_US});
  MacroPart loose_values("loose_values", *backend, TimingLevel::loosely_timed, loose_mvms, true, no_quantum);
  MacroPart timed("timed", *backend, TimingLevel::approximately_timed, timed_mvms, false, no_quantum);
  MacroPart timed_values("timed_values", *backend, TimingLevel::approximately_timed, timed_mvms, true, no_quantum);

  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  const double transaction_rate = bare.rate(static_cast<double>(transactions));
  const double event_rate = tick.rate(static_cast<double>(events));
  std::printf("[\n");
  print("bare b_transport + wait", "per_s", transaction_rate, transaction_rate, ",");
  print("loosely_timed MVM, one wait each", "per_s", loose.mvm_rate(), transaction_rate, ",");
  print("loosely_timed MVM, quantum 10 us", "per_s", ahead.mvm_rate(), transaction_rate, ",");
  print("loosely_timed MVM with values computed ahead", "per_s", loose_values.mvm_rate(), transaction_rate, ",");
  print("bare timed event", "per_s", event_rate, event_rate, ",");
  print("approximately_timed phase", "per_s", timed.mvm_rate() * timed.phases_per_mvm(), event_rate, ",");
  print("approximately_timed phase with values computed ahead", "per_s", timed_values.mvm_rate() * timed_values.phases_per_mvm(),
        event_rate, "");
  std::printf("]\n");
  return 0;
}
