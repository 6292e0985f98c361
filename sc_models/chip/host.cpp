// SPDX-License-Identifier: Apache-2.0
#include "memcosim/sc_models/chip/host.hpp"

#include <utility>

#include "memcosim/sc_models/clocks.hpp"

namespace memcosim {

using sc_core::sc_time;
using sc_core::sc_time_stamp;

Host::Host(const sc_core::sc_module_name& name, Chip& chip, const HostSpec& spec, Progress progress)
    : sc_module(name), chip_(chip), spec_(spec), progress_(std::move(progress)) {
  SC_HAS_PROCESS(Host);
  SC_THREAD(run);
  set_stack_size(values_stack_bytes);
}

void Host::run() {
  const auto tiles = static_cast<std::uint32_t>(chip_.plan().tiles.size());
  sc_time delay;
  for (std::uint32_t tile = 0; tile < tiles; ++tile)
    chip_.port(tile).configure(delay);
  wait(delay);
  if (spec_.program) program();
  if (progress_.programmed) progress_.programmed();
  feed();
  finished_ = true;
  if (spec_.stop) sc_core::sc_stop();
}

void Host::program() {
  const auto tiles = static_cast<std::uint32_t>(chip_.plan().tiles.size());
  const sc_time begin = time_now();
  // In loosely_timed the whole programming of an array is computed when it starts; else it is simulated and done at its end.
  const MacroSpec& macro = chip_.spec().macro;
  const bool computed_at_start = macro.level == TimingLevel::loosely_timed && !macro.keep_pulses;
  for (std::uint32_t tile = 0; tile < tiles; ++tile) {
    sc_time delay;
    chip_.port(tile).load_targets(delay);
    wait(delay);
    delay = sc_core::SC_ZERO_TIME;
    chip_.port(tile).start_programming(delay);
    wait(delay);
    if (progress_.programming && computed_at_start) progress_.programming(tile + 1);
  }
  for (std::uint32_t tile = 0; tile < tiles; ++tile) {
    sc_time delay;
    chip_.port(tile).await_programming(delay);
    wait(delay);
    if (progress_.programming && !computed_at_start) progress_.programming(tile + 1);
  }
  programming_time_ = sc_time_stamp() - begin;
}

void Host::feed() {
  inference_begin_ = sc_time_stamp();
  std::uint64_t accepted = 0;
  std::uint64_t reported = 0;
  for (;;) {
    while (accepted < spec_.images && chip_.can_accept()) {
      chip_.accept();
      ++accepted;
    }
    if (chip_.completed() != reported) {
      reported = chip_.completed();
      inference_time_ = sc_time_stamp() - inference_begin_;
      if (progress_.images) progress_.images(reported);
    }
    if (reported == spec_.images) break;
    wait(chip_.progress_events());
  }
}

}  // namespace memcosim
