#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs clang-tidy (.clang-tidy) on changed sources, as the preset test compiles them. CUDA sources are left out.
# Usage: scripts/tidy.sh [--all | --since REVISION]
#   default: what the last commit and the working tree changed
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
since=HEAD~1
all=no
case ${1:-} in
  --all) all=yes; shift ;;
  --since) since=${2:?usage: scripts/tidy.sh [--all | --since REVISION]}; shift 2 ;;
esac
# Configured, not built: a build that compiles several sources at once does not name them one by one.
build=build/tidy_commands
mkdir -p build
if ! cmake --preset test -B "$build" -DMEMCOSIM_UNITY_BUILD=OFF -DMEMCOSIM_WITH_CUDA=OFF > build/tidy_commands.log 2>&1; then
  tail -n 20 build/tidy_commands.log >&2
  exit 1
fi
if [ "$all" = yes ] || ! git rev-parse --verify --quiet "$since" > /dev/null; then
  changed=$(git ls-files '*.cpp')
else
  changed=$( (git diff --name-only --diff-filter=d "$since" -- '*.cpp' '*.hpp'; git ls-files --others --exclude-standard -- '*.cpp') | sort -u)
fi
# A header is checked with its own source file, if it has one.
sources=$(for file in $changed; do
  source=${file%.*}.cpp
  if grep -qF "/$source\"" "$build/compile_commands.json"; then echo "$source"; fi
done | sort -u)
if [ -z "$sources" ]; then
  echo "memcosim: clang-tidy: no changed source to check"
  exit 0
fi
echo "memcosim: clang-tidy on $(wc -l <<< "$sources") files"
# Options of GCC alone would be warned about.
if ! xargs -P "$(nproc)" -n 1 clang-tidy -p "$build" --quiet --extra-arg=-Wno-unknown-warning-option <<< "$sources" > "$build/tidy.log" 2>&1; then
  grep -E '(error|warning): ' "$build/tidy.log" | sort -u >&2
  echo "memcosim: clang-tidy found the above; the whole output is in $build/tidy.log" >&2
  exit 1
fi
