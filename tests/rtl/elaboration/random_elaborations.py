#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints COUNT random elaborations of tdm_controller for a SEED, one per line: PARAMETER=VALUE separated by spaces. Sizes have an evenly
distributed logarithm between the minimum and the maximum of rtl/tdm_controller_registers.csv."""

import csv
import math
import pathlib
import random
import sys

TABLE = pathlib.Path(__file__).resolve().parents[3] / "rtl" / "tdm_controller_registers.csv"
MOST_ADCS = 7


def main():
    count, seed = (int(argument) for argument in sys.argv[1:])
    draw = random.Random(seed)
    with TABLE.open(newline="", encoding="utf-8") as stream:
        rows = [row for row in csv.DictReader(line for line in stream if not line.startswith("#")) if row["name"] != "pipelined"]
    for _ in range(count):
        sizes = []
        for row in rows:
            low, high = int(row["min"]), int(row["max"])
            size = low + int(math.exp(draw.random() * math.log(high - low + 1))) - draw.randint(0, 1)
            sizes.append(f"MAX_{row['name'].upper()}={min(max(size, low), high)}")
        print(*sizes, f"ADCS={draw.randint(1, MOST_ADCS)}")


if __name__ == "__main__":
    main()
