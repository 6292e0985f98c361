// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Marks a function that is compiled for the host and, under a CUDA compiler, for the device, so that physics is written once for both.
#ifdef __CUDACC__
#define MEMCOSIM_HD __host__ __device__
#else
#define MEMCOSIM_HD
#endif

/// The same for a long function that is used in many places: CUDA compilers would copy it into each of them.
#ifdef __CUDACC__
#define MEMCOSIM_HD_CALLED __host__ __device__ __noinline__
#else
#define MEMCOSIM_HD_CALLED
#endif
