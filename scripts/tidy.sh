#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs clang-tidy (.clang-tidy) on the sources that changed, as they were compiled in a build folder. CUDA sources are left out.
# Usage: scripts/tidy.sh [--all | --since REVISION] [BUILD]
#   default: what the last ten commits and the working tree changed; BUILD: build/test
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
since=""
all=no
case ${1:-} in
  --all) all=yes; shift ;;
  --since) since=${2:?usage: scripts/tidy.sh [--all | --since REVISION] [BUILD]}; shift 2 ;;
esac
build=${1:-build/test}
if [ ! -f "$build/compile_commands.json" ]; then
  echo "memcosim: $build/compile_commands.json does not exist; build first: cmake --preset test && cmake --build --preset test" >&2
  exit 2
fi
tidy=$(command -v clang-tidy-14 || command -v clang-tidy) || { echo "memcosim: clang-tidy is not installed" >&2; exit 2; }
if [ "$all" = yes ]; then
  changed=$(git ls-files '*.cpp')
else
  # A clone without that much history is checked as far back as it goes.
  [ -n "$since" ] || since=$(git rev-list --max-count=11 HEAD | tail -n 1)
  changed=$( (git diff --name-only --diff-filter=d "$since" -- '*.cpp' '*.hpp'; git ls-files --others --exclude-standard -- '*.cpp') | sort -u)
fi
# A header is checked with its own source file, if it has one.
sources=$(for file in $changed; do
  source=${file%.hpp}.cpp
  [ "$source" != "$file" ] && [ ! -f "$source" ] && continue
  source=${source%.cpp}.cpp
  grep -qF "/$source\"" "$build/compile_commands.json" && echo "$source"
done | sort -u)
if [ -z "$sources" ]; then
  echo "memcosim: clang-tidy: nothing to check"
  exit 0
fi
echo "memcosim: clang-tidy on $(wc -l <<< "$sources") files"
# GCC's own warning options are unknown to clang, which would warn about them.
xargs -P "$(nproc)" -n 1 "$tidy" -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option <<< "$sources" 2> "$build/tidy.log" \
  | grep -v '^$' || true
