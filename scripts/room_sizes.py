#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails when a folder with a library of its own holds more than 15 % of the lines of code, tests and benchmarks not counted: its parts
should become libraries.

Usage: scripts/room_sizes.py [--all]      --all: print the lines of all libraries
"""
import collections
import os
import re
import sys

LARGEST_SHARE = 0.15

if sys.argv[1:] not in ([], ["--all"]):
    print(__doc__.strip())
    sys.exit(0 if sys.argv[1] in ("-h", "--help") else 2)
root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Lines of each folder with a library; a file belongs to the innermost around it.
lines = collections.Counter()
for top in sorted(os.listdir(root)):
    if top.startswith(".") or top in ("build", "tests", "benchmarks") or not os.path.isdir(os.path.join(root, top)):
        continue
    for folder, _, names in os.walk(os.path.join(root, top)):
        owner = os.path.relpath(folder, root)
        while owner:
            build_file = os.path.join(root, owner, "CMakeLists.txt")
            if os.path.exists(build_file):
                with open(build_file, encoding="utf-8") as file:
                    if re.search(r"^\s*(memcosim_add_library|add_library|add_executable)\(", file.read(), re.MULTILINE):
                        break
            owner = os.path.dirname(owner)
        for name in names:
            if re.search(r"\.(hpp|cpp|cu|cuh|inc|sv)$", name):
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    lines[owner or os.path.relpath(folder, root)] += sum(1 for _ in file)

all_lines = sum(lines.values())
large = 0
for room, count in lines.most_common():
    share = f"{room}: {count} of {all_lines} lines, {100 * count / all_lines:.1f} %"
    if len(sys.argv) > 1:
        print(share)
    if count > LARGEST_SHARE * all_lines:
        print(f"{share}, more than {100 * LARGEST_SHARE:.0f} %: give parts of it libraries of their own", file=sys.stderr)
        large += 1
sys.exit(1 if large else 0)
