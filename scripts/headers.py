#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compiles every header of the host alone, with the options of a source beside it: each includes what it uses.

Usage: scripts/headers.py BUILD [HEADER...]      BUILD: a folder that cmake configured, such as build/tidy_commands (scripts/tidy.sh)
"""
import concurrent.futures
import json
import os
import shlex
import subprocess
import sys

if len(sys.argv) < 2 or sys.argv[1] in ("-h", "--help"):
    print(__doc__.strip())
    sys.exit(0 if len(sys.argv) > 1 else 2)
root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
with open(os.path.join(sys.argv[1], "compile_commands.json"), encoding="utf-8") as file:
    commands = json.load(file)

# The options of one source for each folder.
options = {}
for command in commands:
    folder = os.path.relpath(os.path.dirname(command["file"]), root)
    words = shlex.split(command["command"])
    cut = words.index("-o")
    kept = [word for word in words[:cut] if word not in ("ccache", "-MD") and not word.endswith("/ccache")]
    while "-MT" in kept:
        at = kept.index("-MT")
        del kept[at : at + 2]
    while "-MF" in kept:
        at = kept.index("-MF")
        del kept[at : at + 2]
    options.setdefault(folder, (command["directory"], kept))


def check(header):
    """The compiler's complaint about a header, or nothing."""
    folder = os.path.dirname(header)
    folder = next((other for other in options if other == folder or other.startswith(folder + "/")), folder)
    while folder not in options and folder:
        folder = os.path.dirname(folder)
    if folder not in options:
        return f"{header}: no source beside it tells how to compile it"
    directory, words = options[folder]
    alone = ["-fsyntax-only", "-include", os.path.join(root, header), "-x", "c++", os.devnull]
    done = subprocess.run(words + alone, cwd=directory, capture_output=True, text=True, check=False)
    return done.stderr if done.returncode != 0 else ""


headers = sys.argv[2:] or subprocess.run(["git", "ls-files", "*.hpp"], cwd=root, capture_output=True, text=True, check=True).stdout.split()
headers = [header for header in headers if header.split("/")[0] not in ("tests", "benchmarks")]
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    complaints = [text for text in pool.map(check, headers) if text]
for text in complaints:
    print(text, file=sys.stderr)
print(f"memcosim: {len(headers) - len(complaints)} of {len(headers)} headers compile alone")
sys.exit(1 if complaints else 0)
