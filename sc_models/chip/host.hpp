// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <systemc>

#include "memcosim/sc_models/chip/chip.hpp"

namespace memcosim {

/// Task of a host.
struct HostSpec {
  std::uint64_t images = 0;  ///< images to run, from image 0
  bool program = true;       ///< false: the arrays are already programmed
  bool stop = true;          ///< stop the simulation at the end of the run; false if other processes still have work
};

/// Drives a chip through one run: tells every macro which rows and outputs its tile uses, programs all macros at once (the targets are
/// loaded one macro after the other, since there is one host), and feeds images as fast as the input buffer takes them.
class Host : public sc_core::sc_module {
 public:
  /// Callbacks, called whenever the number has changed; each may be empty.
  struct Progress {
    std::function<void(std::uint64_t done)> images;       ///< images done
    std::function<void(std::uint64_t done)> programming;  ///< arrays whose programming is computed
    std::function<void()> programmed;                     ///< the arrays hold their conductances, no image has begun
  };
  Host(const sc_core::sc_module_name& name, Chip& chip, const HostSpec& spec, Progress progress = {});

  /// True when the run has ended. If the simulation ends with this false, it ran out of events.
  bool finished() const { return finished_; }
  /// From the start of the run to the end of the last macro's programming, loading of targets included; zero when nothing was programmed.
  const sc_core::sc_time& programming_time() const { return programming_time_; }
  /// When the first image was handed over.
  const sc_core::sc_time& inference_begin() const { return inference_begin_; }
  /// From the first image handed over to the end of the last one that is done.
  const sc_core::sc_time& inference_time() const { return inference_time_; }

 private:
  void run();
  void program();
  void feed();

  Chip& chip_;
  HostSpec spec_;
  Progress progress_;
  bool finished_ = false;
  sc_core::sc_time programming_time_;
  sc_core::sc_time inference_begin_;
  sc_core::sc_time inference_time_;
};

}  // namespace memcosim
