// SPDX-License-Identifier: Apache-2.0
#pragma once

// The part of the bridge that sees Verilator: for the sources verilated_*.cpp.

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <type_traits>

#include <verilated.h>
#include <verilated_fst_c.h>
#include <verilated_save.h>
#include <verilated_vcd_c.h>

#include "memcosim/rtl/bridge/verilated_models.hpp"

namespace memcosim {

/// How the pins of a block are named in its models. Each block specialises it, with: Model and FstModel, the Verilated classes that write
/// VCD and FST (the same: there are no FST files); and for either class drive(model, inputs, registers), which sets the inputs of the next edge, outputs(model),
/// set_registers(model, registers).
template <class Pins>
struct PinsOfModel;

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

/// A block as a Verilated class.
template <class Pins, class Model>
class VerilatedModel final : public VerilatedBlock<Pins> {
 public:
  VerilatedModel(VerilatedContext& context, const std::string& scope, const typename Pins::Registers& registers)
      : model_(&context, scope.c_str()) {
    set_registers(registers);
    typename Pins::Inputs reset;
    reset.reset = true;
    fall();
    rise(reset);
    fall();
    rise({});
    fall();
  }
  ~VerilatedModel() override {
    // Verilator's destructors remove the scopes of the model from the current context of the thread, which may be another one.
    Verilated::threadContextp(model_.contextp());
    model_.final();
  }

  void fall() override {
    model_.clk = 0;
    model_.eval();
  }
  void rise(const typename Pins::Inputs& inputs) override {
    PinsOfModel<Pins>::drive(model_, inputs, registers_);
    model_.clk = 1;
    model_.eval();
  }
  typename Pins::Outputs outputs() const override { return PinsOfModel<Pins>::outputs(model_); }
  void set_registers(const typename Pins::Registers& registers) override {
    registers_ = registers;
    PinsOfModel<Pins>::set_registers(model_, registers_);
  }
  void save() override { state_.save(model_); }
  void restore() override { state_.restore(model_); }

  Model& model() { return model_; }

 private:
  Model model_;
  typename Pins::Registers registers_;
  SavedState state_;
};

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

  template <class Pins, class Model, class File>
  std::unique_ptr<VerilatedBlock<Pins>> make(File* file, const std::string& scope, const typename Pins::Registers& registers) {
    auto block = std::make_unique<VerilatedModel<Pins, Model>>(context, scope, registers);
    if (file != nullptr) block->model().trace(file, all_levels);
    return block;
  }

  static constexpr int all_levels = 99;
};

template <class Pins>
std::unique_ptr<VerilatedBlock<Pins>> VerilatedModels::make(const std::string& scope, const typename Pins::Registers& registers) {
  using Names = PinsOfModel<Pins>;
  if constexpr (!std::is_same_v<typename Names::FstModel, typename Names::Model>) {
    if (impl_->fst) return impl_->make<Pins, typename Names::FstModel>(impl_->fst.get(), scope, registers);
  }
  return impl_->make<Pins, typename Names::Model>(impl_->vcd.get(), scope, registers);
}

}  // namespace memcosim
