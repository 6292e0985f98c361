// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <systemc>
#include <vector>

#include "memcosim/architecture/chip_spec.hpp"
#include "memcosim/architecture/macro_activity.hpp"
#include "memcosim/architecture/mapping_plan.hpp"
#include "memcosim/architecture/stage_values.hpp"
#include "memcosim/kernels/products/backend.hpp"
#include "memcosim/sc_models/chip/chip_observer.hpp"
#include "memcosim/sc_models/chip/stage_process.hpp"
#include "memcosim/sc_models/macro/macro.hpp"

namespace memcosim {

/// Time of an image in the chip: from the begin of its first stage to the end of its last.
struct ImageTimes {
  sc_core::sc_time begin;
  sc_core::sc_time end;
};

/// Activity of a stage up to the end of an image.
struct StageWork {
  std::uint64_t image = 0;
  StageActivity stage;
  std::vector<MacroActivity> macros;  ///< in the order of the stage's tiles
};

/// Throws InputError for a clock period that is no multiple of the kernel's time resolution: rounding would make the clock drift.
void check_time_resolution(const ChipSpec& spec);

/// A network's mapping in hardware: one macro per tile, one stage process per stage. The stages are a pipeline over images: while a stage
/// works on image n, its successors work on earlier ones. An activation buffer of `buffered_images` places follows every stage and the
/// chip's input; an image occupies its place until the last successor has ended it.
class Chip : public sc_core::sc_module {
 public:
  /// Tile t lives in array t of `backend`, and is read out as the plan says for its stage, or as the macro's specification where no readout
  /// is chosen. `values` provides inputs and results: results that were computed ahead are used, others are
  /// computed by the macros at their events; with a null pointer only the timing is simulated. All references outlive the chip.
  /// Throws InputError when mapping and specification do not fit.
  Chip(const sc_core::sc_module_name& name, const ChipSpec& spec, const MappingPlan& plan, Backend& backend, StageValues* values,
       const DigitalBlocks& blocks = {});
  ~Chip() override;

  const ChipSpec& spec() const { return spec_; }
  const MappingPlan& plan() const { return plan_; }
  const Macro& macro(std::uint32_t tile) const { return *macros_.at(tile); }
  Macro& macro(std::uint32_t tile) { return *macros_.at(tile); }
  /// Port of a tile's macro, for accesses other than those of the stages: configuration, programming.
  TilePort& port(std::uint32_t tile) { return *ports_.at(tile); }
  const StageActivity& stage(std::uint32_t stage) const { return stages_.at(stage)->activity(); }
  /// Work of a stage and the macros of its tiles up to the end of the last completed image: all the work of the completed images,
  /// programming included, and none of the images in flight.
  StageWork completed_work(std::uint32_t stage) const;

  /// True if the input buffer has room for an image.
  bool can_accept() const { return input_.has_room(); }
  /// Hands over the next image, at the present time. Images count from 0; call only when can_accept().
  void accept();
  /// Number of images that all last stages have ended.
  std::uint64_t completed() const { return completed_; }
  /// Fires when can_accept() or completed() may have changed.
  const sc_core::sc_event_or_list& progress_events() const { return progress_; }
  /// Times of the images accepted so far; `end` is meaningful below completed().
  const std::vector<ImageTimes>& images() const { return images_; }

  void set_observer(ChipObserver* observer) { observer_ = observer; }

 private:
  void image_ended(std::uint32_t stage, std::uint64_t image, const sc_core::sc_time& begin);

  ChipSpec spec_;
  const MappingPlan& plan_;
  StageValues* values_;
  ChipObserver* observer_ = nullptr;
  ActivationBuffer input_;
  std::vector<std::unique_ptr<ActivationBuffer>> buffers_;  ///< output buffer of each stage
  std::vector<std::unique_ptr<Macro>> macros_;
  std::vector<std::unique_ptr<TilePort>> ports_;
  std::vector<std::unique_ptr<StageProcess>> stages_;
  std::vector<std::uint32_t> last_stages_;       ///< without successors
  std::vector<std::uint64_t> last_stages_left_;  ///< per image accepted: last stages that have not yet ended it
  std::vector<ImageTimes> images_;
  std::vector<std::deque<StageWork>> ended_;  ///< per stage: its work at the end of each image from the last completed one on
  std::uint64_t completed_ = 0;
  sc_core::sc_event completed_event_;
  sc_core::sc_event_or_list progress_;
};

}  // namespace memcosim
