// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "memcosim/architecture/mapping_plan.hpp"
#include "memcosim/architecture/stage_values.hpp"

namespace memcosim {

/// Forwards to another StageValues and records the sums of some stages: those of all arrays of a stage, row partitions added, in LSB of the
/// stage's converters, before any digital scaling.
class RecordedSums : public StageValues {
 public:
  /// `plan` and `source` outlive this object. Images are numbered from 0; stages that are not in the plan are a std::logic_error.
  RecordedSums(const MappingPlan& plan, StageValues& source, const std::set<std::uint32_t>& stages, std::uint64_t images);

  /// images x windows x outputs; zero for what was not delivered. Empty for a stage that is not recorded.
  const std::vector<std::int64_t>& sums(std::uint32_t stage) const { return sums_.at(stage); }

  void begin(std::uint64_t image) override { source_.begin(image); }
  gsl::span<const TileValues> ahead(std::uint32_t stage, std::uint64_t image) override;
  gsl::span<const InputCode> inputs(const MvmPosition& position) override { return source_.inputs(position); }
  void deliver(const MvmPosition& position, gsl::span<const std::int32_t> sums) override;
  void finish(std::uint32_t stage, std::uint64_t image) override { source_.finish(stage, image); }
  std::uint64_t first_event(std::uint32_t stage, std::uint64_t image) const override { return source_.first_event(stage, image); }

 private:
  void add(const MvmPosition& position, const std::int32_t* sums);

  const MappingPlan& plan_;
  StageValues& source_;
  std::vector<std::vector<std::int64_t>> sums_;  ///< for each stage
};

}  // namespace memcosim
