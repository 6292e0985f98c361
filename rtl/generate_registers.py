#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the SystemVerilog package and the C++ header of tdm_controller_registers.csv, or checks that they agree with it (--check)."""

import csv
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent
TABLE = FOLDER / "tdm_controller_registers.csv"
KINDS = {"register": ("TdmRegisterValues", "Values of the run-time registers of rtl/tdm_controller.sv."),
         "step": ("TdmStepValues", "What rtl/tdm_controller.sv is told of a drive step."),
         "size": ("TdmSizes", "What rtl/tdm_controller.sv has room for.")}
ORIGIN = "// Written by rtl/generate_registers.py from rtl/tdm_controller_registers.csv: change the table, not this file."


def read_table():
    with TABLE.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(line for line in stream if not line.startswith("#")))
    for row in rows:
        for key in ("min", "max"):
            row[key] = int(row[key])
        if not 0 <= row["min"] <= row["max"] or row["kind"] not in KINDS:
            sys.exit(f"{TABLE.name}: {row['name']}: needs 0 <= min <= max and a kind of {', '.join(KINDS)}")
    return rows


def package(rows):
    lines = ["// SPDX-License-Identifier: Apache-2.0", "", ORIGIN, "package tdm_controller_pkg;", "",
             "  // Not every bound needs a check, and a parameter override leaves its default unused.",
             "  // verilator lint_off UNUSEDPARAM"]
    for row in rows:
        name = row["name"].upper()
        lines += ["", f"  // {row['meaning']}", f"  localparam int MIN_{name} = {row['min']};",
                  f"  localparam int MAX_{name} = {row['max']};"]
    return "\n".join(lines + ["", "  // verilator lint_on UNUSEDPARAM", "", "endpackage", ""])


def header(rows):
    lines = ["// SPDX-License-Identifier: Apache-2.0", ORIGIN, "#pragma once", "", "#include <array>", "#include <cstdint>", "",
             "#include \"memcosim/rtl/bridge/rtl_register.hpp\"", "", "namespace memcosim {", ""]
    for kind, (name, meaning) in KINDS.items():
        fields = [row for row in rows if row["kind"] == kind]
        lines += [f"/// {meaning}", f"struct {name} {{"]
        for row in fields:
            lines += [f"  /// {row['meaning']}", f"  std::uint32_t {row['name']} = {row['min']};"]
        lines += ["};", f"constexpr std::array<RtlRegister<{name}>, {len(fields)}> tdm_{kind}_ranges = {{{{"]
        lines += [f"    {{\"{row['name']}\", &{name}::{row['name']}, {row['min']}, {row['max']}}}," for row in fields]
        lines += ["}};", ""]
    return "\n".join(lines + ["}  // namespace memcosim", ""])


def main():
    rows = read_table()
    outputs = {FOLDER / "tdm_controller_pkg.sv": package(rows), FOLDER / "bridge" / "tdm_controller_registers.hpp": header(rows)}
    if sys.argv[1:] == ["--check"]:
        stale = [str(path.relative_to(FOLDER)) for path, text in outputs.items() if path.read_text(encoding="utf-8") != text]
        if stale:
            sys.exit(f"{', '.join(stale)} differ from {TABLE.name}: run rtl/generate_registers.py")
    elif sys.argv[1:]:
        sys.exit(f"usage: {pathlib.Path(__file__).name} [--check]")
    else:
        for path, text in outputs.items():
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
