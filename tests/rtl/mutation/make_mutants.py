#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes one Verilog file with mutants of a block. The module has the ports of the block and `mutsel`, the number of the mutant from 1 on; 0 is
the block itself. --drawn COUNT: mutants drawn by yosys; else those of hand_mutants.py. --list takes a line for each: what it changes."""

import argparse
import json
import pathlib
import re
import subprocess
import tempfile

from hand_mutants import HAND_MUTANTS

FLATTEN = "hierarchy -check -top {top}\nproc\nflatten\nmemory\nopt -full\n"


def yosys(script, folder):
    subprocess.run(["yosys", "-q", "-p", script], cwd=folder, check=True)


def read(sources):
    return "read_verilog -sv -DSYNTHESIS " + " ".join(source.name for source in sources) + "\n"


def drawn(options, folder):
    """The flattened block with a multiplexer at each mutated bit."""
    listed = folder / "mutants.ys"
    yosys(read(options.sources) + FLATTEN.format(top=options.top)
          + f"mutate -list {options.drawn} -seed {options.seed} -ctrl mutsel 8 1 -o {listed}\nscript {listed}\nopt_clean\n"
          + f"write_verilog -noattr {folder}/out.v\n", options.sources[0].parent)
    lines = [line for line in listed.read_text(encoding="utf-8").splitlines() if line]
    return (folder / "out.v").read_text(encoding="utf-8"), [re.sub(r"^mutate -ctrl mutsel 8 (\d+) ", r"\1 ", line) for line in lines]


def mutated(sources, mutant, folder):
    """Copies the sources with one change."""
    name, original, text = mutant
    for source in sources:
        content = source.read_text(encoding="utf-8")
        if source.name == name:
            if content.count(original) != 1:
                raise SystemExit(f"hand_mutants.py: {name} has {content.count(original)} of: {original}")
            content = content.replace(original, text)
        (folder / source.name).write_text(content, encoding="utf-8")


def wrapper(top, pins, modules):
    """All modules side by side; only the clock of the selected one runs."""
    lines = [f"module {top}(" + ", ".join(name for _, _, name in pins) + ", mutsel);"]
    lines += [f"  {direction} [{width - 1}:0] {name};" for direction, width, name in pins]
    lines += ["  input [7:0] mutsel;"]
    outputs = [(width, name) for direction, width, name in pins if direction == "output"]
    for number, module in enumerate(modules):
        lines += [f"  wire [{width - 1}:0] {module}_{name};" for width, name in outputs]
        values = {name: name if direction == "input" else f"{module}_{name}" for direction, _, name in pins}
        values["clk"] = f"clk & (mutsel == {number})"
        lines.append(f"  {module} {module}_instance(" + ", ".join(f".{name}({value})" for name, value in values.items()) + ");")
    for _, name in outputs:
        chosen = "".join(f"mutsel == {number} ? {module}_{name} : " for number, module in enumerate(modules) if number != 0)
        lines.append(f"  assign {name} = {chosen}{modules[0]}_{name};")
    return "\n".join(lines + ["endmodule", ""])


def made_by_hand(options, folder):
    parts, modules, lines = [], [], []
    for number, mutant in enumerate([("", "", "")] + HAND_MUTANTS):
        module = f"mutant{number}"
        copy = folder / module
        copy.mkdir()
        mutated(options.sources, mutant, copy)
        yosys(read(options.sources) + FLATTEN.format(top=options.top)
              + f"write_json ports.json\nopt_clean\nrename {options.top} {module}\nwrite_verilog -noattr out.v\n", copy)
        parts.append((copy / "out.v").read_text(encoding="utf-8"))
        modules.append(module)
        if number != 0:
            lines.append(f"{number} {mutant[0]}: {' '.join(mutant[1].split())} -> {' '.join(mutant[2].split())}")
    ports = json.loads((folder / "mutant0" / "ports.json").read_text(encoding="utf-8"))["modules"][options.top]["ports"]
    pins = [(port["direction"], len(port["bits"]), name) for name, port in ports.items()]
    return "\n".join(parts) + wrapper(options.top, pins, modules), lines


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--top", required=True)
    parser.add_argument("--drawn", type=int, default=0, help="mutants that yosys draws")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, required=True, help="Verilog file")
    parser.add_argument("--list", type=pathlib.Path, required=True, help="text file")
    parser.add_argument("sources", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    options.sources = [source.resolve() for source in options.sources]
    with tempfile.TemporaryDirectory() as scratch:
        netlist, lines = (drawn if options.drawn else made_by_hand)(options, pathlib.Path(scratch))
    options.list.write_text("\n".join(lines) + "\n", encoding="utf-8")
    options.out.write_text(netlist, encoding="utf-8")


if __name__ == "__main__":
    main()
