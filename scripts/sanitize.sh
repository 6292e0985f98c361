#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds one sanitizer preset and runs the tests that it is for.
# Usage: scripts/sanitize.sh asan | tsan
#   asan: addresses and undefined behaviour; the unit ring, which has the tests of bad input
#   tsan: threads; whole runs with values ahead and at event, at both levels of timing, with RTL, in chunks, and interrupted
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case ${1:-} in
  asan)
    scripts/build.sh asan unit_tests
    # Without whole networks against the integer reference: a third of the time, and no code that other tests leave out.
    ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 ctest --preset asan -L unit -E 'ShippedNetwork.EqualsTheIntegerReference'
    ;;
  tsan)
    scripts/build.sh tsan whole_run_tests
    # One thread of BLAS: a signal that one of its idle threads takes would reach the handler only when that thread goes on.
    OPENBLAS_NUM_THREADS=1 TSAN_OPTIONS=halt_on_error=1 ctest --preset tsan -R '^(run_equality_test|run_folder_test)\.'
    ;;
  *)
    sed -n '3,6s/^# //p' "$0" >&2
    exit 2
    ;;
esac
