#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compares RTL and player on random elaborations of the TDM controller: every size between its minimum and its maximum.
# Usage: scripts/elaborations.sh [COUNT [SEED]]      20 elaborations of seed 1
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cmake --preset test -B build/elaborations -DMEMCOSIM_RANDOM_ELABORATIONS="${1:-20}" -DMEMCOSIM_ELABORATION_SEED="${2:-1}" >/dev/null
cmake --build build/elaborations --target elaboration_tests
ctest --test-dir build/elaborations --output-on-failure --no-tests=error -j 2 -R '^tdm_.*_elaboration_test\.'
