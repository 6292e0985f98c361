#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds memcosim with its tests and runs all of them.
# Usage: ./test.sh [ctest options]      e.g. ./test.sh -L unit, ./test.sh -R macro
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  sed -n '3,4s/^# //p' "$0"
  exit 0
fi
scripts/install_packages.sh build data test
echo "memcosim: building with tests (build/test)"
mkdir -p build
log=build/test.log
if ! { cmake --preset test && cmake --build --preset test; } > "$log" 2>&1; then
  grep -E 'error|Error|FAILED' "$log" | head -n 20 >&2 || true
  tail -n 30 "$log" >&2
  echo "memcosim: the build failed; the whole output is in $log" >&2
  exit 1
fi
grep -E '^-- memcosim: ' "$log" | sed 's/^-- //' || true
ctest --preset test "$@"
