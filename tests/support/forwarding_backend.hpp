// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "memcosim/kernels/products/backend.hpp"

namespace memcosim::test {

/// A backend that hands every call on to another one: tests derive from it to see or to disturb some of them.
class ForwardingBackend : public Backend {
 public:
  explicit ForwardingBackend(std::unique_ptr<Backend> inner) : inner_(std::move(inner)) {}
  Backend& inner() const { return *inner_; }

  std::string description() const override { return inner_->description(); }
  std::vector<std::string> notes() const override { return inner_->notes(); }
  ArrayId create_array(const ArrayConfig& config) override { return inner_->create_array(config); }
  const ArrayConfig& config(ArrayId array) const override { return inner_->config(array); }
  StateVersion version(ArrayId array) const override { return inner_->version(array); }
  void set_readout(ArrayId array, const ReadoutConfig& readout) override { inner_->set_readout(array, readout); }
  const ReadoutConfig& readout(ArrayId array) const override { return inner_->readout(array); }
  std::size_t adjusted_cells(ArrayId array) const override { return inner_->adjusted_cells(array); }
  std::vector<ClampedDraws> clamped_draws(ArrayId array) const override { return inner_->clamped_draws(array); }
  std::size_t faulty_cells(ArrayId array) const override { return inner_->faulty_cells(array); }
  std::size_t set_conductance(ArrayId array, gsl::span<const double> siemens) override { return inner_->set_conductance(array, siemens); }
  std::size_t program(ArrayId array, gsl::span<const double> targets) override { return inner_->program(array, targets); }
  std::vector<double> conductance(ArrayId array) const override { return inner_->conductance(array); }
  CellArrayState state(ArrayId array) const override { return inner_->state(array); }
  void set_state(ArrayId array, const CellArrayState& state) override { inner_->set_state(array, state); }
  void advance_age(ArrayId array, double seconds) override { inner_->advance_age(array, seconds); }
  void add_reads(ArrayId array, double reads) override { inner_->add_reads(array, reads); }
  bool moves_when_read(ArrayId array) const override { return inner_->moves_when_read(array); }
  double move_by_reads(ArrayId array, gsl::span<const std::uint64_t> slices, double slice_s, std::uint64_t epoch) override {
    return inner_->move_by_reads(array, slices, slice_s, epoch);
  }
  ArrayHistory history(ArrayId array) const override { return inner_->history(array); }
  void begin_programming(ArrayId array) override { inner_->begin_programming(array); }
  ProgramResult write_verify(ArrayId array, const WriteVerifySpec& spec, std::uint32_t rows, std::uint32_t columns,
                             gsl::span<const double> targets, std::uint64_t event) override {
    return inner_->write_verify(array, spec, rows, columns, targets, event);
  }
  std::vector<double> verified_conductance(ArrayId array, double read_voltage_v) const override {
    return inner_->verified_conductance(array, read_voltage_v);
  }
  std::vector<std::int32_t> verify_row(ArrayId array, std::uint32_t row, gsl::span<const VerifyTurn> turns,
                                       const VerifyConverter& converter, std::uint64_t event, gsl::span<double> energy_j) override {
    return inner_->verify_row(array, row, turns, converter, event, energy_j);
  }
  std::int32_t verify_read(ArrayId array, std::uint32_t cell, const VerifyConverter& converter, std::uint64_t event,
                           std::uint32_t read_index, double* energy_j) override {
    return inner_->verify_read(array, cell, converter, event, read_index, energy_j);
  }
  double pulse(ArrayId array, std::uint32_t cell, double voltage_v, double duration_s) override {
    return inner_->pulse(array, cell, voltage_v, duration_s);
  }
  std::vector<double> pulse_row(ArrayId array, std::uint32_t row, gsl::span<const double> voltages_v, double duration_s) override {
    return inner_->pulse_row(array, row, voltages_v, duration_s);
  }
  std::vector<double> pulse_all(ArrayId array, gsl::span<const double> voltages_v, double duration_s) override {
    return inner_->pulse_all(array, voltages_v, duration_s);
  }
  std::size_t preferred_vectors() const override { return inner_->preferred_vectors(); }
  Ticket submit(const MvmBatch& batch) override { return inner_->submit(batch); }
  MvmResult collect(Ticket ticket) override { return inner_->collect(ticket); }
  ProductResult multiply(const ProductBatch& batch) override { return inner_->multiply(batch); }

 private:
  std::unique_ptr<Backend> inner_;
};

}  // namespace memcosim::test
