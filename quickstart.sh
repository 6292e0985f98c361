#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds memcosim (Release) and runs the main job: a trained network on timed crossbars.
# Usage: ./quickstart.sh [CONFIG] [more options of `memcosim run`]      default: configs/fashion_mnist_mlp.yaml
# GPU code is built for the GPUs of this machine, if any. MEMCOSIM_CUDA=off leaves it out; MEMCOSIM_CUDA="80;90" builds it for others.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  sed -n '3,5s/^# //p' "$0"
  exit 0
fi
config=${1:-configs/fashion_mnist_mlp.yaml}
[ $# -gt 0 ] && shift
options=$(scripts/cuda_options.sh)
scripts/install_packages.sh build data
mapfile -t options <<< "$options"
scripts/build.sh release memcosim "${options[@]}"
exec build/release/cli/memcosim run "$config" "$@"
