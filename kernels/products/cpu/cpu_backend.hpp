// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "memcosim/common/thread_pool.hpp"
#include "memcosim/kernels/products/array_backend.hpp"
#include "memcosim/kernels/products/cpu/mvm_kernel.hpp"
#include "memcosim/kernels/products/cpu/packed_levels.hpp"

namespace memcosim {

/// Backend for the processor: single precision, vectorised over columns, threads over chunks of a batch. Results are the same bits for
/// every instruction set, number of threads and batch: each sum goes over the rows in order. With one thread submit() does the work.
class CpuBackend final : public ArrayBackend {
 public:
  explicit CpuBackend(const BackendOptions& options);
  ~CpuBackend() override;
  std::string description() const override;
  Ticket submit(const MvmBatch& batch) override;
  MvmResult collect(Ticket ticket) override;

 protected:
  void for_each_row(std::uint32_t rows, const std::function<void(std::uint32_t)>& work) override;

 private:
  struct Scratch;
  struct Pending;
  std::shared_ptr<const cpu::PackedLevels> packed(ArrayId array);
  void subtract_coupled_drive(Pending& pending, std::size_t first, std::size_t count, Scratch& scratch) const;
  void run_chunk(Pending& pending, std::size_t chunk, Scratch& scratch) const;
  void add_read_noise(const Pending& pending, std::size_t first, std::size_t count, Scratch& scratch) const;

  const cpu::MvmKernel& kernel_;
  std::vector<std::shared_ptr<const cpu::PackedLevels>> packed_;  ///< per array; brought up to date when next used
  std::vector<std::unique_ptr<Scratch>> scratch_;                 ///< per worker
  std::map<std::uint64_t, std::unique_ptr<Pending>> pending_;
  std::uint64_t last_ticket_ = 0;
  cpu::ThreadPool pool_;  ///< last member: its threads must end before the members that they use
};

}  // namespace memcosim
