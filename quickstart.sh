#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds memcosim (Release) and runs the main job: a trained network on timed crossbars.
# Usage: ./quickstart.sh [CONFIG] [more options of `memcosim run`]      default: configs/fashion_mnist_mlp.yaml
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  sed -n '3,4s/^# //p' "$0"
  exit 0
fi
config=${1:-configs/fashion_mnist_mlp.yaml}
[ $# -gt 0 ] && shift
scripts/install_packages.sh build data
scripts/build.sh release memcosim
exec build/release/cli/memcosim run "$config" "$@"
