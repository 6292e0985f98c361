// SPDX-License-Identifier: Apache-2.0
#include "memcosim/rtl/bridge/verilated_models.hpp"

#include <cstring>

#include <verilated.h>
#include <verilated_fst_c.h>
#include <verilated_save.h>
#include <verilated_vcd_c.h>

#include "memcosim/common/error.hpp"

#include "Vtdm_controller.h"
#include "Vtdm_controller_fst.h"

namespace memcosim {

namespace {

/// Keeps the state of a model in memory; Verilator's own classes keep it in files.
class SavedState {
 public:
  template <class Model>
  void save(Model& model) {
    writer_.rewind();
    writer_ << model;
  }
  template <class Model>
  void restore(Model& model) {
    reader_.rewind(writer_);
    reader_ >> model;
  }

 private:
  class Writer : public VerilatedSerialize {
   public:
    void rewind() { m_cp = m_bufp; }
    const std::uint8_t* begin() const { return m_bufp; }
    std::size_t size() const { return static_cast<std::size_t>(m_cp - m_bufp); }
    void flush() override { vl_fatal(__FILE__, __LINE__, "", "the state of a Verilated block outgrew the buffer that saves it"); }
  };
  class Reader : public VerilatedDeserialize {
   public:
    void rewind(const Writer& writer) {
      std::memcpy(m_bufp, writer.begin(), writer.size());
      m_cp = m_bufp;
      m_endp = m_bufp + bufferSize();
    }
    void fill() override { vl_fatal(__FILE__, __LINE__, "", "a Verilated block reads more state than it saved"); }
  };
  Writer writer_;
  Reader reader_;
};

template <class Model>
class Controller final : public VerilatedTdmController {
 public:
  Controller(VerilatedContext& context, const std::string& scope, const TdmRegisterValues& registers) : model_(&context, scope.c_str()) {
    set_registers(registers);
    model_.rst_n = 0;
    fall();
    rise(false);
    fall();
    model_.rst_n = 1;
    rise(false);
    fall();
  }
  ~Controller() override {
    // Verilator's destructors remove the scopes of the model from the current context of the thread, which may be another one.
    Verilated::threadContextp(model_.contextp());
    model_.final();
  }

  void fall() override {
    model_.clk = 0;
    model_.eval();
  }

  void rise(bool start) override {
    model_.start = start ? 1 : 0;
    model_.clk = 1;
    model_.eval();
  }

  TdmPins pins() const override {
    const auto bit = [](CData pin, TdmPins::Strobe strobe) { return static_cast<unsigned>(pin) * strobe; };
    const unsigned strobes = bit(model_.drive_strobe, TdmPins::drive) | bit(model_.sample_strobe, TdmPins::sample) |
                             bit(model_.release_strobe, TdmPins::release) | bit(model_.select_strobe, TdmPins::select) |
                             bit(model_.convert_strobe, TdmPins::convert) | bit(model_.accumulate_strobe, TdmPins::accumulate) |
                             bit(model_.done, TdmPins::done);
    return {static_cast<std::uint8_t>(strobes), model_.ready != 0, model_.busy != 0};
  }

  TdmNumbers numbers() const override {
    return {model_.drive_slice,  model_.sample_slice,     model_.column_slice,
            model_.column_group, model_.accumulate_slice, model_.accumulate_group};
  }

  void set_registers(const TdmRegisterValues& registers) override {
    set(model_.reg_slices, registers.slices);
    set(model_.reg_groups, registers.groups);
    set(model_.reg_drive, registers.drive);
    set(model_.reg_settle, registers.settle);
    set(model_.reg_sample, registers.sample);
    set(model_.reg_mux, registers.mux);
    set(model_.reg_adc_latency, registers.adc_latency);
    set(model_.reg_group_step, registers.group_step);
    set(model_.reg_accumulate_latency, registers.accumulate_latency);
    set(model_.reg_slot, registers.slot);
  }

  void save() override { state_.save(model_); }
  void restore() override { state_.restore(model_); }

  Model& model() { return model_; }

 private:
  /// A register was checked against its width; the pin's C++ type is the narrowest that holds it.
  template <class Pin>
  static void set(Pin& pin, std::uint32_t value) {
    pin = static_cast<Pin>(value);
  }

  Model model_;
  SavedState state_;
};

bool ends_in(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

}  // namespace

struct VerilatedModels::Impl {
  VerilatedContext context;
  std::string waves;
  std::unique_ptr<VerilatedVcdC> vcd;
  std::unique_ptr<VerilatedFstC> fst;

  template <class Action>
  void with_file(Action action) {
    if (vcd) action(*vcd);
    if (fst) action(*fst);
  }

  template <class Model, class File>
  std::unique_ptr<VerilatedTdmController> make(File* file, const std::string& scope, const TdmRegisterValues& registers) {
    auto controller = std::make_unique<Controller<Model>>(context, scope, registers);
    if (file != nullptr) controller->model().trace(file, all_levels);
    return controller;
  }

  static constexpr int all_levels = 99;
};

VerilatedModels::VerilatedModels(const std::string& waves) : impl_(std::make_unique<Impl>()) {
  impl_->context.threads(1);  // the default is one per core, but the models are single-threaded
  impl_->waves = waves;
  if (waves.empty()) return;
  impl_->context.traceEverOn(true);
  if (ends_in(waves, ".vcd")) {
    impl_->vcd = std::make_unique<VerilatedVcdC>();
  } else if (ends_in(waves, ".fst")) {
    impl_->fst = std::make_unique<VerilatedFstC>();
  } else {
    throw InputError("waveform file " + waves + ": the name must end in .vcd or .fst");
  }
  // By default Verilator takes the time units from the models, which do not exist yet.
  impl_->with_file([](auto& file) {
    file.set_time_unit("1ps");
    file.set_time_resolution("1ps");
  });
}

VerilatedModels::~VerilatedModels() {
  close();
}

std::unique_ptr<VerilatedTdmController> VerilatedModels::make_tdm_controller(const std::string& scope, const TdmRegisterValues& registers) {
  if (impl_->fst) return impl_->make<Vtdm_controller_fst>(impl_->fst.get(), scope, registers);
  return impl_->make<Vtdm_controller>(impl_->vcd.get(), scope, registers);
}

void VerilatedModels::open() {
  impl_->with_file([&](auto& file) {
    file.open(impl_->waves.c_str());
    if (!file.isOpen()) throw RunError("cannot write the waveform file " + impl_->waves);
  });
}

bool VerilatedModels::recording() const {
  return (impl_->vcd && impl_->vcd->isOpen()) || (impl_->fst && impl_->fst->isOpen());
}

void VerilatedModels::record(std::uint64_t picoseconds) {
  impl_->with_file([&](auto& file) { file.dump(picoseconds); });
}

void VerilatedModels::close() {
  impl_->with_file([](auto& file) { file.close(); });
}

void VerilatedModels::enter(std::uint64_t picoseconds) {
  Verilated::threadContextp(&impl_->context);
  impl_->context.time(picoseconds);
}

}  // namespace memcosim
