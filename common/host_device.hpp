// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Marks a function that runs on the host and, under a CUDA compiler, on the device: physics is written once for both.
#ifdef __CUDACC__
#define MEMCOSIM_HD __host__ __device__
#else
#define MEMCOSIM_HD
#endif
