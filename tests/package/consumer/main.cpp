// SPDX-License-Identifier: Apache-2.0
// A design that is not memcosim's: its own clock, its own processes, and one memcosim macro. It prints the latency of every access, made
// through b_transport and again through nb_transport; both must be equal. Arguments: level of timing, global quantum in ns.
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/tlm_quantumkeeper.h>

#include "memcosim/kernels/backends/backends.hpp"
#include "memcosim/sc_models/macro/macro.hpp"
#include "memcosim/sc_models/macro/macro_registers.hpp"

namespace {

namespace reg = memcosim::macro_registers;

constexpr std::uint32_t rows = 32;
constexpr std::uint32_t columns = 8;

struct OnePayload : tlm::tlm_mm_interface {
  void free(tlm::tlm_generic_payload*) override {}
};

/// Counts edges of the design's own clock, which has nothing to do with the macro's.
class Counter : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clock;
  explicit Counter(const sc_core::sc_module_name& name) : sc_module(name), clock("clock") {
    SC_HAS_PROCESS(Counter);
    SC_METHOD(count);
    sensitive << clock.pos();
    dont_initialize();
  }
  std::uint64_t edges = 0;

 private:
  void count() { ++edges; }
};

class Processor : public sc_core::sc_module {
 public:
  tlm_utils::simple_initiator_socket<Processor> socket;
  sc_core::sc_in<bool> clock;
  std::vector<std::string> blocking;
  std::vector<std::string> non_blocking;

  explicit Processor(const sc_core::sc_module_name& name) : sc_module(name), socket("socket"), clock("clock"), payload_(&manager_) {
    socket.register_nb_transport_bw(this, &Processor::nb_transport_bw);
    SC_HAS_PROCESS(Processor);
    SC_THREAD(run);
  }

 private:
  void run() {
    keeper_.reset();
    wait(clock.posedge_event());
    series(false, blocking);
    // The same phase of both clocks again, so that both series begin alike: 7 ns and 1 ns.
    wait(clock.posedge_event());
    series(true, non_blocking);
    sc_core::sc_stop();
  }

  void series(bool use_nb, std::vector<std::string>& latencies) {
    use_nb_ = use_nb;
    latencies_ = &latencies;
    std::vector<memcosim::InputCode> codes(rows, 5);
    std::vector<std::int32_t> sums(columns / 2);
    std::uint32_t word = 0;
    const auto start = [&] { access(tlm::TLM_WRITE_COMMAND, reg::input_start_window, codes.data(), rows * sizeof(memcosim::InputCode)); };
    const auto read = [&] { access(tlm::TLM_READ_COMMAND, reg::output_window, sums.data(), sums.size() * sizeof(std::int32_t)); };
    access(tlm::TLM_READ_COMMAND, reg::identification, &word, sizeof word);
    start();
    read();
    start();
    start();  // waits until the macro is ready
    keeper_.inc(sc_core::sc_time(3.5, sc_core::SC_NS));
    read();
    access(tlm::TLM_READ_COMMAND, reg::status, &word, sizeof word);
    read();
    read();  // nothing is left: an error
    for (int vector = 0; vector < 4; ++vector) {
      start();
      read();
    }
    keeper_.sync();
  }

  void access(tlm::tlm_command command, std::uint64_t address, void* data, std::size_t bytes) {
    payload_.set_command(command);
    payload_.set_address(address);
    payload_.set_data_ptr(static_cast<unsigned char*>(data));
    payload_.set_data_length(static_cast<unsigned>(bytes));
    payload_.set_streaming_width(static_cast<unsigned>(bytes));
    payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    const sc_core::sc_time begin = keeper_.get_current_time();
    sc_core::sc_time delay = keeper_.get_local_time();
    if (!use_nb_) {
      socket->b_transport(payload_, delay);
    } else {
      tlm::tlm_phase phase = tlm::BEGIN_REQ;
      payload_.acquire();
      if (socket->nb_transport_fw(payload_, phase, delay) != tlm::TLM_COMPLETED) {
        wait(response_);
        delay = sc_core::SC_ZERO_TIME;
      }
      payload_.release();
    }
    keeper_.set(delay);
    latencies_->push_back((keeper_.get_current_time() - begin).to_string() + " " + payload_.get_response_string());
    if (keeper_.need_sync()) keeper_.sync();
  }

  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload&, tlm::tlm_phase& phase, sc_core::sc_time&) {
    if (phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;
    response_.notify(sc_core::SC_ZERO_TIME);
    return tlm::TLM_COMPLETED;
  }

  OnePayload manager_;
  tlm::tlm_generic_payload payload_;
  tlm_utils::tlm_quantumkeeper keeper_;
  sc_core::sc_event response_;
  bool use_nb_ = false;
  std::vector<std::string>* latencies_ = nullptr;
};

}  // namespace

int sc_main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: consumer loosely_timed|approximately_timed QUANTUM_NS\n";
    return 2;
  }
  tlm::tlm_global_quantum::instance().set(sc_core::sc_time(std::atof(argv[2]), sc_core::SC_NS));

  memcosim::MacroSpec spec;
  spec.rows = rows;
  spec.columns = columns;
  spec.readout.input_bits = 4;
  spec.level = std::string(argv[1]) == "loosely_timed" ? memcosim::TimingLevel::loosely_timed : memcosim::TimingLevel::approximately_timed;

  const std::unique_ptr<memcosim::Backend> backend = memcosim::make_backend({});
  memcosim::ArrayConfig array;
  array.rows = rows;
  array.columns = columns;
  array.cell = memcosim::default_cell_spec("ohmic");
  array.window = {1e-6, 1e-4, 16};
  array.read_voltage_v = spec.read_voltage_v;
  const memcosim::ArrayId id = backend->cells().create_array(array);

  sc_core::sc_clock clock("clock", sc_core::sc_time(7, sc_core::SC_NS));
  memcosim::Macro macro("macro", spec, *backend, id);
  Processor processor("processor");
  Counter counter("counter");
  processor.socket.bind(macro.socket);
  processor.clock(clock);
  counter.clock(clock);
  sc_core::sc_start();

  for (const std::string& latency : processor.blocking)
    std::cout << latency << "\n";
  if (processor.blocking.size() != 17 || processor.blocking != processor.non_blocking) {
    std::cerr << "b_transport and nb_transport differ\n";
    return 1;
  }
  if (counter.edges == 0) return 1;
  return 0;
}
