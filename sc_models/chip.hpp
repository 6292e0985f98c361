// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <systemc>
#include <vector>

#include "memcosim/kernels/backend.hpp"
#include "memcosim/kernels/mapping_plan.hpp"
#include "memcosim/kernels/stage_values.hpp"
#include "memcosim/sc_models/chip_observer.hpp"
#include "memcosim/sc_models/chip_spec.hpp"
#include "memcosim/sc_models/macro.hpp"
#include "memcosim/sc_models/stage_process.hpp"

namespace memcosim {

/// When an image passed the chip: from the begin of its first stage to the end of its last.
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

/// A network's mapping in hardware: one macro per tile, one stage process per stage. The stages are a pipeline over images: while a stage
/// works on image n, its successors work on earlier ones; an activation buffer of `buffered_images` places follows every stage and the
/// chip's input, and its place stays taken until the last successor has ended the image.
class Chip : public sc_core::sc_module {
 public:
  /// Tile t lives in array t of `backend`. `values` says where inputs and results come from: with a result for each MVM nothing is computed
  /// here, without one the macro computes it at its event, and with a null pointer time alone passes. All references outlive the chip.
  /// Throws InputError when mapping and specification do not fit.
  Chip(const sc_core::sc_module_name& name, const ChipSpec& spec, const MappingPlan& plan, Backend& backend, StageValues* values);
  ~Chip() override;

  const ChipSpec& spec() const { return spec_; }
  const MappingPlan& plan() const { return plan_; }
  const Macro& macro(std::uint32_t tile) const { return *macros_.at(tile); }
  Macro& macro(std::uint32_t tile) { return *macros_.at(tile); }
  /// For accesses beside the stages: configuration, programming.
  TilePort& port(std::uint32_t tile) { return *ports_.at(tile); }
  const StageActivity& stage(std::uint32_t stage) const { return stages_.at(stage)->activity(); }
  /// What a stage and the macros of its tiles had done when it ended the last completed image: all the work of the completed images, and
  /// none of those in flight, as if the run had ended with them. Programming is part of it.
  StageWork completed_work(std::uint32_t stage) const;

  /// The input buffer has room for an image.
  bool can_accept() const { return input_.has_room(); }
  /// Hands over the next image, at the present time. Images count from 0; call only when can_accept().
  void accept();
  /// Images that all last stages have ended.
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
  std::vector<std::unique_ptr<ActivationBuffer>> buffers_;  ///< behind each stage
  std::vector<std::unique_ptr<Macro>> macros_;
  std::vector<std::unique_ptr<TilePort>> ports_;
  std::vector<std::unique_ptr<StageProcess>> stages_;
  std::vector<std::uint32_t> last_stages_;       ///< without successors
  std::vector<std::uint64_t> last_stages_left_;  ///< per image accepted: last stages that have not yet ended it
  std::vector<ImageTimes> images_;
  std::vector<std::deque<StageWork>> ended_;  ///< per stage, from the last completed image on: images that it has ended
  std::uint64_t completed_ = 0;
  sc_core::sc_event completed_event_;
  sc_core::sc_event_or_list progress_;
};

}  // namespace memcosim
