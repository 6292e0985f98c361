// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <systemc>
#include <utility>
#include <vector>

#include "memcosim/architecture/chip_spec.hpp"
#include "memcosim/architecture/stage_values.hpp"
#include "memcosim/sc_models/chip/activation_buffer.hpp"
#include "memcosim/sc_models/chip/tile_port.hpp"

namespace memcosim {

/// Activity of a stage since construction.
struct StageActivity {
  std::uint64_t images = 0;
  sc_core::sc_time busy;  ///< sum over images from begin to end
};

/// One stage of a chip: runs the windows of each image in order on the macros of its tiles. An image begins when every predecessor has
/// completed it, the previous image has ended and the output buffer has room. The windows of an image overlap:
///   fetch    one window at a time into the staging register, which is free again when the macros of all tiles have started;
///   macros   each tile is written, started and read independently, the next start before the read of the last result;
///   digital  a window enters when the sums of all its tiles have been read, at most one per output interval; until then no macro is read
///            again.
/// The image ends when the output of its last window is in the buffer.
/// loosely_timed: the times of a whole image are computed ahead of simulated time, which then catches up in one wait. approximately_timed:
/// one process for starts and one for reads per tile wait for the macros. Stages share no resource here, so both levels give equal times.
class StageProcess : public sc_core::sc_module {
 public:
  /// `inputs`: the buffers of all predecessors, or of the chip's input. `values` may be null: timing only. All references outlive the
  /// stage.
  StageProcess(const sc_core::sc_module_name& name, const ChipSpec& spec, const MappingPlan& plan, std::uint32_t stage,
               std::vector<TilePort*> ports, StageValues* values, std::vector<ActivationBuffer*> inputs, ActivationBuffer& output);
  ~StageProcess() override;

  const StageActivity& activity() const { return activity_; }

  /// Called at the time at which an image begins or ends; at the end before the buffers change.
  using BeginHook = std::function<void(std::uint64_t image)>;
  using EndHook = std::function<void(std::uint64_t image, const sc_core::sc_time& begin)>;
  void on_begin(BeginHook hook) { on_begin_ = std::move(hook); }
  void on_end(EndHook hook) { on_end_ = std::move(hook); }

 private:
  class Lane;

  void run();
  bool can_begin() const;
  void open_values(std::uint64_t image);
  void play_ahead();
  void collect_ahead(std::uint64_t image, std::uint32_t window);
  void play_events();
  bool at_event() const { return values_ != nullptr && known_.empty(); }
  void start(std::size_t port, std::uint64_t image, std::uint32_t window, sc_core::sc_time& delay);
  void collect(std::size_t port, std::uint64_t image, std::uint32_t window, sc_core::sc_time& delay);
  void take_window(const sc_core::sc_time& complete);

  const StagePlan& plan_;
  std::uint32_t stage_;
  bool ahead_;  ///< loosely_timed
  std::vector<TilePort*> ports_;
  StageValues* values_;
  std::vector<ActivationBuffer*> inputs_;
  std::vector<std::size_t> consumers_;  ///< this stage's number in each of inputs_
  ActivationBuffer& output_;
  sc_core::sc_event_or_list wake_;
  sc_core::sc_time fetch_;
  sc_core::sc_time output_interval_;
  sc_core::sc_time output_latency_;
  std::vector<InputCode> zeros_;  ///< inputs of runs without values

  // Of the present image.
  gsl::span<const TileValues> known_;  ///< values computed ahead, for each port; empty: computed at the events, or timing only
  std::uint64_t first_event_ = 0;      ///< of its first window

  sc_core::sc_time taken_;      ///< when the digital units took the last complete window
  sc_core::sc_time next_take_;  ///< when they can take the next

  // approximately_timed. Windows are counted over all images, so that no counter decreases while a process waits on it.
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::uint64_t fetched_windows_ = 0;
  std::uint64_t taken_windows_ = 0;
  std::size_t starts_left_ = 0;  ///< ports that have not yet started the fetched window
  std::size_t reads_left_ = 0;   ///< ports that have not yet read the window that the digital units wait for
  sc_core::sc_event fetched_event_;
  sc_core::sc_event started_event_;
  sc_core::sc_event taken_event_;

  StageActivity activity_;
  BeginHook on_begin_;
  EndHook on_end_;
};

}  // namespace memcosim
