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
scripts/build.sh test
ctest --preset test "$@"
