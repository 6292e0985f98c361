#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is missing, builds memcosim with its tests, runs all of them, and clang-tidy on what the last commit changed.
# Usage: ./test.sh [--long] [ctest options]      e.g. ./test.sh -L unit, ./test.sh -R macro
#   --long: also each header alone; for the RTL longer proofs, all mutants and random elaborations; the sanitizers, of addresses and undefined
#           behaviour in the unit ring, of threads in whole runs (an hour more)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
if [[ ${1:-} == -h || ${1:-} == --help ]]; then
  sed -n '3,6s/^# //p' "$0"
  exit 0
fi
long=no
if [[ ${1:-} == --long ]]; then
  long=yes
  shift
fi
scripts/install_packages.sh build data test
scripts/build.sh test
ctest --preset test "$@"
scripts/tidy.sh
if [ $long = yes ]; then
  scripts/headers.py build/tidy_commands
  tests/rtl/formal/run_formal.py --long
  tests/rtl/mutation/mutation_gate.py --build build/test/tests/rtl/mutation
  scripts/elaborations.sh
  scripts/sanitize.sh asan
  scripts/sanitize.sh tsan
fi
