#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Configures and builds one CMake preset. Shows how far it is: continuously on a terminal, else a line for each tenth. The whole output goes
# to build/PRESET.log, its errors to the terminal.
# Usage: scripts/build.sh PRESET [TARGET [CMAKE OPTIONS...]]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
preset=${1:?usage: scripts/build.sh PRESET [TARGET [CMAKE OPTIONS...]]}
target=${2:-all}
log=build/$preset.log
mkdir -p build
echo "memcosim: building (build/$preset)"
build() {
  cmake --preset "$preset" "$@" && cmake --build --preset "$preset" --target "$target"
}
if [ -t 1 ]; then
  show() { awk '/^\[[0-9]+\/[0-9]+\]/ {printf "\r  %s ", $1; fflush()} END {printf "\r"}'; }
else
  show() {
    awk 'match($0, /^\[[0-9]+\/[0-9]+\]/) {
      split(substr($0, 2, RLENGTH - 2), step, "/")
      if (step[2] < 50) next  # the first make the list of the others
      tenth = int(10 * step[1] / step[2])
      if (tenth > shown) {printf "memcosim: %d %% built (%d of %d steps)\n", 10 * tenth, step[1], step[2]; fflush(); shown = tenth}
    }'
  }
fi
if ! build "${@:3}" 2>&1 | tee "$log" | show; then
  grep -E 'error|Error|FAILED' "$log" | head -n 20 >&2 || true
  tail -n 30 "$log" >&2
  echo "memcosim: the build failed; the whole output is in $log" >&2
  exit 1
fi
grep -E '^-- memcosim: ' "$log" | sed 's/^-- //' || true
