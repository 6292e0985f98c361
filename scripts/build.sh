#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Configures and builds one CMake preset. Shows how far it is; the whole output goes to build/PRESET.log, its errors to the terminal.
# Usage: scripts/build.sh PRESET [TARGET]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
preset=${1:?usage: scripts/build.sh PRESET [TARGET]}
log=build/$preset.log
mkdir -p build
echo "memcosim: building (build/$preset)"
build() {
  cmake --preset "$preset" && cmake --build --preset "$preset" ${2:+--target "$2"}
}
if [ -t 1 ]; then
  show() { awk '/^\[[0-9]+\/[0-9]+\]/ {printf "\r  %s ", $1; fflush()} END {printf "\r"}'; }
else
  show() { cat > /dev/null; }
fi
if ! build "$@" 2>&1 | tee "$log" | show; then
  grep -E 'error|Error|FAILED' "$log" | head -n 20 >&2 || true
  tail -n 30 "$log" >&2
  echo "memcosim: the build failed; the whole output is in $log" >&2
  exit 1
fi
grep -E '^-- memcosim: ' "$log" | sed 's/^-- //' || true
