// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace memcosim::cuda {

/// One NVIDIA GPU as the driver describes it.
struct Gpu {
  int index = 0;  ///< as cudaSetDevice takes it
  std::string name;
  int compute_major = 0;
  int compute_minor = 0;
  int multiprocessors = 0;
  std::size_t memory_bytes = 0;
  std::size_t free_bytes = 0;
};

/// CUDA support of this build and GPUs of this machine.
struct Installation {
  bool built = false;         ///< CUDA code was compiled in
  std::string architectures;  ///< compiled for, "80 90"
  int runtime_version = 0;    ///< 13000: 13.0; 0: not built
  int driver_version = 0;     ///< newest runtime that the driver supports; 0: no driver
  std::vector<Gpu> gpus;      ///< those that memcosim can use, at most as many as requested
  std::string why_none;       ///< why `gpus` is empty, and what to do; else empty
};

/// Queries the driver; never throws. Looks for `most_gpus` GPUs (0: all), each of which takes a tenth of a second the first time.
Installation installation(std::size_t most_gpus = 0);

}  // namespace memcosim::cuda
