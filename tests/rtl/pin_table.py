#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares the tables of parameters and pins of docs/rtl.md with a block as yosys elaborates it: names and order, defaults, directions, and
widths at the default parameters, at the least ones and at others. Least values and defaults are also compared with the table of registers."""

import argparse
import csv
import json
import pathlib
import re
import subprocess
import sys
import tempfile

PARAMETERS = ["parameter", "default", "least", "meaning"]
PINS = ["pin", "direction", "width", "meaning"]
DIRECTIONS = {"in": "input", "out": "output"}


def table(page, header):
    """The rows of the only table with this header."""
    lines = page.splitlines()
    starts = [index for index, line in enumerate(lines) if cells(line) == header]
    if len(starts) != 1:
        sys.exit(f"expected one table with the columns {', '.join(header)}, found {len(starts)}")
    rows = []
    for line in lines[starts[0] + 2:]:
        if not line.startswith("|"):
            break
        rows.append(cells(line))
        if len(rows[-1]) != len(header):
            sys.exit(f"expected {len(header)} columns: {line}")
    return rows


def cells(line):
    return [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]


def number(text):
    return int(text.replace(",", ""))


def bits(largest):
    """Of an unsigned number up to this one; at least one."""
    return max(1, largest.bit_length())


def width(expression, parameters):
    """The value of a number, a parameter, or bits(parameter) or bits(parameter + number)."""
    match = re.fullmatch(r"(bits\()?(\w+)(?: \+ (\d+))?(\))?", expression)
    if not match or (match[1] is None) != (match[4] is None) or (match[3] and not match[1]):
        sys.exit(f"not a width: {expression}")
    value = int(match[2]) if match[2].isdigit() else parameters[match[2]]
    value += int(match[3] or 0)
    return bits(value) if match[1] else value


def elaborated(options, parameters, folder):
    """The block with these parameters: default values, and direction and width of the ports."""
    changes = "".join(f" -chparam {name} {value}" for name, value in parameters.items())
    sources = " ".join(str(source.resolve()) for source in options.sources if not source.name.endswith("_rules.sv"))
    subprocess.run([options.yosys, "-q", "-p", f"read_verilog -sv -DSYNTHESIS {sources}; hierarchy -check -top {options.top}{changes}; proc; "
                    "write_json block.json"], cwd=folder, check=True)
    module = json.loads((pathlib.Path(folder) / "block.json").read_text(encoding="utf-8"))["modules"][options.top]
    defaults = {name: int(value, 2) for name, value in module["parameter_default_values"].items()}
    return defaults, {name: (port["direction"], len(port["bits"])) for name, port in module["ports"].items()}


def compare(what, page, block, differences):
    for name in page.keys() | block.keys():
        if page.get(name) != block.get(name):
            differences.append(f"{what} {name}: {page.get(name, 'missing')} on the page, {block.get(name, 'missing')} in the block")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--yosys", required=True)
    parser.add_argument("--page", type=pathlib.Path, required=True)
    parser.add_argument("--ranges", type=pathlib.Path, required=True, help="tdm_controller_registers.csv")
    parser.add_argument("--top", required=True)
    parser.add_argument("sources", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    page = options.page.read_text(encoding="utf-8")
    rows = table(page, PARAMETERS)
    defaults = {row[0]: number(row[1]) for row in rows}
    least = {row[0]: number(row[2]) for row in rows}
    pins = table(page, PINS)

    differences = []
    with options.ranges.open(encoding="utf-8") as file:
        ranges = {f"MAX_{row['name'].upper()}": row for row in csv.DictReader(line for line in file if not line.startswith("#"))}
    del ranges["MAX_PIPELINED"]  # one bit, no parameter
    compare("least value of", {name: value for name, value in least.items() if name != "ADCS"},
            {name: int(row["min"]) for name, row in ranges.items()}, differences)
    compare("default of", {name: value for name, value in defaults.items() if name != "ADCS"},
            {name: int(row["max"]) for name, row in ranges.items()}, differences)

    # No two parameters of the third set have the same number of bits.
    odd = dict({name: 2 ** (3 + index) + index % 2 for index, name in enumerate(least)}, ADCS=3)
    for kind, parameters in (("default", {}), ("least", least), ("odd", odd)):
        with tempfile.TemporaryDirectory() as folder:
            block_defaults, ports = elaborated(options, parameters, folder)
        if not parameters:
            compare("default of", defaults, block_defaults, differences)
        values = parameters or defaults
        listed = {row[0]: (DIRECTIONS.get(row[1], row[1]), width(row[2], values)) for row in pins}
        compare(f"with {kind} parameters, pin", listed, ports, differences)
        if list(listed) != list(ports) and listed.keys() == ports.keys():
            differences.append("the pins are in another order")
    for difference in dict.fromkeys(differences):
        print(difference)
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
