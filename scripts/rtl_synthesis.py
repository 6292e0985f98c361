#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Synthesises each block of synthesis.csv with yosys into its generic gates, as one flat module with default parameters, and compares the
numbers of cells (flip-flops included) and of flip-flops with the table. Fails at a latch, and if a number has changed by more than 10 %.
--update: writes the table instead."""

import argparse
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile

TOLERANCE = 0.1
COLUMNS = ["block", "cells", "flip_flops"]
FLIP_FLOP = re.compile(r"\$_(S?DFF|ALDFF)")
LATCH = re.compile(r"\$_(DLATCH|SR_)")


def synthesised(block, folder):
    """Numbers of cells by type."""
    sources = sorted(folder.glob("*.sv"), key=lambda path: (not path.stem.endswith("_pkg"), path.name))
    with tempfile.TemporaryDirectory() as scratch:
        statistics = pathlib.Path(scratch) / "statistics.json"
        script = ["read_verilog -sv -DSYNTHESIS " + " ".join(source.name for source in sources), f"synth -flatten -top {block}",
                  f"tee -o {statistics} stat -json"]
        subprocess.run(["yosys", "-q", "-p", "\n".join(script)], cwd=folder, check=True)
        return json.loads(statistics.read_text(encoding="utf-8"))["design"]["num_cells_by_type"]


def count(block, folder):
    """The row of the block."""
    types = synthesised(block, folder)
    latches = {kind: number for kind, number in types.items() if LATCH.match(kind)}
    if latches:
        sys.exit(f"{block} has latches: {latches}")
    flip_flops = sum(number for kind, number in types.items() if FLIP_FLOP.match(kind))
    return {"block": block, "cells": sum(types.values()), "flip_flops": flip_flops}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--rtl", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parents[1] / "rtl",
                        help="folder of the sources and the table")
    options = parser.parse_args()
    table = options.rtl / "synthesis.csv"
    with table.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(line for line in stream if not line.startswith("#")))
    counted = [count(row["block"], options.rtl) for row in rows]
    if options.update:
        lines = [",".join(str(row[key]) for key in COLUMNS) for row in counted]
        table.write_text("\n".join(["# SPDX-License-Identifier: Apache-2.0", ",".join(COLUMNS), *lines, ""]), encoding="utf-8")
        return
    failed = False
    for row, now in zip(rows, counted):
        for key in COLUMNS[1:]:
            before = int(row[key])
            changed = abs(now[key] - before) > TOLERANCE * before
            failed |= changed
            print(f"{now['block']}: {now[key]} {key}, {before} in {table.name}{': changed by more than 10 %' if changed else ''}")
    if failed:
        sys.exit("if this is meant, run scripts/rtl_synthesis.py --update")


if __name__ == "__main__":
    main()
