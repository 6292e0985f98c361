#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the tables of parameters and pins in a page with a block as yosys elaborates it, at the default parameters and at others. In the page
a width is an expression of the parameters, in which bits(n) stands for the bits of the numbers 0 to n, at least 1."""

import argparse
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile


def bits(largest):
    return max(1, largest.bit_length())


def rows_of(page, first_column):
    """The rows of the table whose head begins with this column, a list of cells each."""
    rows, inside = [], False
    for line in page.splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")] if line.startswith("|") else []
        if cells and cells[0] == first_column:
            inside = True
        elif not cells:
            inside = False
        elif inside and not re.fullmatch(r"-+", cells[0]):
            rows.append(cells)
    if not rows:
        sys.exit(f"the page has no table that begins with '{first_column}'")
    return rows


def elaborated(yosys, sources, top, parameters):
    """Direction and width of each port."""
    with tempfile.TemporaryDirectory() as scratch:
        out = pathlib.Path(scratch) / "design.json"
        settings = "".join(f" -set {name} {value}" for name, value in parameters.items())
        script = "read_verilog -sv -DSYNTHESIS " + " ".join(map(str, sources)) + "\n"
        script += f"chparam{settings} {top}\n" if settings else ""
        script += f"hierarchy -check -top {top}\nproc\nrename -top block\nwrite_json {out}\n"
        subprocess.run([yosys, "-q", "-p", script], check=True)
        module = json.loads(out.read_text(encoding="utf-8"))["modules"]["block"]
    return {name: (port["direction"], len(port["bits"])) for name, port in module["ports"].items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--yosys", default="yosys")
    parser.add_argument("--page", type=pathlib.Path, required=True)
    parser.add_argument("--ranges", type=pathlib.Path, required=True, help="table of the least and largest values")
    parser.add_argument("--top", required=True)
    parser.add_argument("sources", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    page = options.page.read_text(encoding="utf-8")
    sources = [source for source in options.sources if not source.name.endswith("_rules.sv")]  # simulation only
    faults = []

    parameters = {name: (int(default), int(least)) for name, default, least, *_ in rows_of(page, "parameter")}
    with options.ranges.open(encoding="utf-8", newline="") as stream:
        ranges = {f"MAX_{row['name'].upper()}": (int(row["max"]), int(row["min"]))
                  for row in csv.DictReader(line for line in stream if not line.startswith("#")) if row["name"] != "pipelined"}
    for name in sorted(set(ranges) | set(parameters) - {"ADCS"}):
        if parameters.get(name) != ranges.get(name):
            faults.append(f"parameter {name}: default and least are {parameters.get(name)} in the page, {ranges.get(name)} in {options.ranges.name}")

    pins = {name: (direction, width) for name, direction, width, *_ in rows_of(page, "pin")}
    for values in ({name: default for name, (default, _) in parameters.items()}, {name: least for name, (_, least) in parameters.items()},
                   {name: least + 5 + index for index, (name, (_, least)) in enumerate(parameters.items())}):
        ports = elaborated(options.yosys, sources, options.top, values)
        for name in sorted(set(ports) | set(pins)):
            expected = None
            if name in pins:
                direction, width = pins[name]
                expected = (direction, eval(width, {"__builtins__": {}}, {**values, "bits": bits}))  # pylint: disable=eval-used
            if expected != ports.get(name):
                faults.append(f"pin {name} with {values}: {expected} in the page, {ports.get(name)} in the block")
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
