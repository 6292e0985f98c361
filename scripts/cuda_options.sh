#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the CMake options that say for which GPUs device code is compiled, one a line; what it decides is said on the error stream.
# MEMCOSIM_CUDA decides: auto (the default): for the GPUs of this machine, or not at all where there is none; off; or compute capabilities
# of other machines, such as "80;90".
set -euo pipefail
wanted=${MEMCOSIM_CUDA:-auto}
oldest=80  # as in cmake/MemcosimDependencies.cmake

without() {
  echo "-DMEMCOSIM_WITH_CUDA=OFF"
  exit 0
}

case $wanted in
  off) without ;;
  auto) ;;
  *[!0-9\;]* | "")
    echo "memcosim: MEMCOSIM_CUDA is '$wanted': expected auto, off, or compute capabilities such as \"80;90\"" >&2
    exit 2
    ;;
  *)
    printf '%s\n' "-DMEMCOSIM_WITH_CUDA=ON" "-DCMAKE_CUDA_ARCHITECTURES=$wanted"
    exit 0
    ;;
esac

# Where CMake looks for the compiler. Without one CMake says so.
if [ -z "${CUDACXX:-}" ] && ! PATH="$PATH:${CUDA_PATH:+$CUDA_PATH/bin:}/opt/cuda/bin:/usr/local/cuda/bin" command -v nvcc > /dev/null; then
  echo "-DMEMCOSIM_WITH_CUDA=ON"
  exit 0
fi
capabilities=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader 2> /dev/null | tr -d '. ' | grep -E '^[0-9]+$' | sort -un || true)
usable=$(awk -v oldest="$oldest" '$1 >= oldest' <<< "$capabilities" | paste -sd ';')
if [ -z "$usable" ]; then
  echo "memcosim: a CUDA compiler is here, but no GPU that could run its code: building without CUDA." \
    "For the GPUs of another machine: MEMCOSIM_CUDA=\"80;90\" ./quickstart.sh (their compute capabilities; takes a quarter of an hour)" >&2
  without
fi
echo "memcosim: building CUDA code for compute capability $(sed 's/[0-9]\b/.&/g' <<< "$usable")" >&2
printf '%s\n' "-DMEMCOSIM_WITH_CUDA=ON" "-DCMAKE_CUDA_ARCHITECTURES=$usable"
