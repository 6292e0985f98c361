# SPDX-License-Identifier: Apache-2.0
# Build options and the compiler settings that every target shares.

option(MEMCOSIM_BUILD_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(MEMCOSIM_BUILD_BENCHMARKS "Build the benchmarks" OFF)
option(MEMCOSIM_WITH_CUDA "Build CUDA code where a CUDA compiler is found" ON)
option(MEMCOSIM_WARNINGS_AS_ERRORS "Treat compiler warnings as errors" OFF)
option(MEMCOSIM_UNITY_BUILD "Compile several sources of the large libraries at once: a whole build is faster" OFF)
option(MEMCOSIM_PRECOMPILED_HEADERS "Compile large headers once for each library: a whole build is faster" OFF)
set(MEMCOSIM_SANITIZE "" CACHE STRING "Sanitizers for every target, e.g. address,undefined or thread")
option(MEMCOSIM_COVERAGE "Instrument for gcov" OFF)

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()

# Debian's SystemC exports its ABI check symbol for C++17 alone.
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
endif()

add_library(memcosim_build_settings INTERFACE)
# Contraction would let the compiler choose where fma rounds: results would differ between instruction sets.
target_compile_options(memcosim_build_settings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-ffp-contract=off -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${MEMCOSIM_WARNINGS_AS_ERRORS}>>:-Werror>
  "$<$<COMPILE_LANGUAGE:CUDA>:-fmad=false;--expt-relaxed-constexpr;-Xcompiler=-ffp-contract=off,-Wall,-Wextra>"
  $<$<AND:$<COMPILE_LANGUAGE:CUDA>,$<BOOL:${MEMCOSIM_WARNINGS_AS_ERRORS}>>:-Werror=all-warnings>)
if(MEMCOSIM_SANITIZE)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${MEMCOSIM_SANITIZE};-fno-omit-frame-pointer>")
  add_link_options("-fsanitize=${MEMCOSIM_SANITIZE}")
endif()
if(MEMCOSIM_COVERAGE)
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:--coverage>")
  add_link_options(--coverage)
endif()
