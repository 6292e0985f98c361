// SPDX-License-Identifier: Apache-2.0
#include "memcosim/common/simd/fma_code.hpp"
#include "memcosim/devices/nonidealities/nonidealities.hpp"

namespace memcosim {

namespace {

// The draws are chains of fma. Without the instruction each fma is a library call, and a normal error takes 75 ns instead of 30 ns.
// So the same source is compiled twice; both give the same bits, since an fma has only one correct result.

inline void program_each(const ConductanceEffects& effects, const ConductanceRange& range, CellAddress cell, std::uint64_t event,
                         const double* targets_s, std::size_t count, double* siemens) {
  for (std::size_t i = 0; i < count; ++i, ++cell.cell)
    siemens[i] = programmed_conductance(effects, targets_s[i], range, cell, event);
}

inline void observe_each(const ConductanceEffects& effects, const ConductanceRange& range, CellAddress cell, const ArrayHistory& history,
                         const CellFault* faults, const double* states_s, std::size_t count, double* siemens) {
  for (std::size_t i = 0; i < count; ++i, ++cell.cell)
    siemens[i] = observed_conductance(effects, states_s[i], range, cell, history, faults == nullptr ? CellFault::none : faults[i]);
}

#ifdef MEMCOSIM_FMA_CODE
MEMCOSIM_FMA_CODE void program_each_fma(const ConductanceEffects& effects, const ConductanceRange& range, const CellAddress& first,
                                        std::uint64_t event, const double* targets_s, std::size_t count, double* siemens) {
  program_each(effects, range, first, event, targets_s, count, siemens);
}

MEMCOSIM_FMA_CODE void observe_each_fma(const ConductanceEffects& effects, const ConductanceRange& range, const CellAddress& first,
                                        const ArrayHistory& history, const CellFault* faults, const double* states_s, std::size_t count,
                                        double* siemens) {
  observe_each(effects, range, first, history, faults, states_s, count, siemens);
}
#endif

}  // namespace

void programmed_conductances(const ConductanceEffects& effects, const ConductanceRange& range, const CellAddress& first,
                             std::uint64_t event, const double* targets_s, std::size_t count, double* siemens) {
#ifdef MEMCOSIM_FMA_CODE
  if (has_fma()) {
    program_each_fma(effects, range, first, event, targets_s, count, siemens);
    return;
  }
#endif
  program_each(effects, range, first, event, targets_s, count, siemens);
}

void observed_conductances(const ConductanceEffects& effects, const ConductanceRange& range, const CellAddress& first,
                           const ArrayHistory& history, const CellFault* faults, const double* states_s, std::size_t count,
                           double* siemens) {
#ifdef MEMCOSIM_FMA_CODE
  if (has_fma()) {
    observe_each_fma(effects, range, first, history, faults, states_s, count, siemens);
    return;
  }
#endif
  observe_each(effects, range, first, history, faults, states_s, count, siemens);
}

}  // namespace memcosim
