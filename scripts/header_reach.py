#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Counts the translation units that each header reaches through the includes, and fails for one that reaches more than 60 and is not on
the list below: each change of it compiles them all again.

Usage: scripts/header_reach.py [--all]      --all: print the counts of all headers, tests and benchmarks apart
"""
import collections
import os
import re
import sys

MOST_UNITS = 60
# Headers that may reach more, and why.
ALLOWED = {
    header: reason
    for reason, headers in {
        "plain words of the whole program, which rarely change": (
            "common/error.hpp",
            "common/host_device.hpp",
            "common/random.hpp",
            "common/random_inline.hpp",
            "common/range.hpp",
            "common/stop_token.hpp",
            "common/units.hpp",
            "devices/cell_base/conductance_range.hpp",
        ),
        "sections of the configuration are read where their subject lies": ("common/config.hpp",),
        "what a cell is, in each array by value": (
            "devices/cell_base/cell.hpp",
            "devices/cell_base/cell_circuit.hpp",
            "devices/cell_base/cell_circuit_inline.hpp",
            "devices/cell_spec.hpp",
            "devices/draw_limits.hpp",
            "devices/presets/cell_use.hpp",
        ),
        "effects on a cell are in CellSpec by value, and inline for host and GPU": (
            "devices/nonidealities/conductance_effects.hpp",
            "devices/nonidealities/endurance.hpp",
            "devices/nonidealities/faults.hpp",
            "devices/nonidealities/lammie_law.hpp",
            "devices/nonidealities/law_table.hpp",
            "devices/nonidealities/nonidealities.hpp",
            "devices/nonidealities/programming_error.hpp",
            "devices/nonidealities/read_disturb.hpp",
            "devices/nonidealities/read_noise.hpp",
            "devices/nonidealities/relaxation.hpp",
            "devices/nonidealities/retention.hpp",
            "devices/nonidealities/sonos_drift.hpp",
            "devices/nonidealities/spread_law.hpp",
            "devices/nonidealities/state_curve.hpp",
            "devices/nonidealities/telegraph.hpp",
            "devices/nonidealities/temperature.hpp",
        ),
        "the interface of all backends, and what its calls take and return": (
            "devices/converters/clip_counts.hpp",
            "devices/converters/converter_curve.hpp",
            "devices/converters/converter_setting.hpp",
            "devices/converters/converters.hpp",
            "kernels/arrays/array_config.hpp",
            "kernels/arrays/array_wires.hpp",
            "kernels/arrays/cell_array_state.hpp",
            "kernels/arrays/cell_store.hpp",
            "kernels/arrays/write_verify.hpp",
            "kernels/arrays/write_verify_inline.hpp",
            "kernels/encodings/code_weights.hpp",
            "kernels/encodings/input_coding.hpp",
            "kernels/encodings/weight_encoding.hpp",
            "kernels/products/backend.hpp",
            "kernels/products/product_engine.hpp",
            "kernels/products/readout.hpp",
        ),
        "a circuit and its solution, which all of kernels/circuits/ takes and gives": ("kernels/circuits/crossbar_circuit.hpp",),
        "what a macro and a mapping are, for all that is built from them": (
            "architecture/column_multiplexer.hpp",
            "architecture/macro_spec.hpp",
            "architecture/mapping_plan.hpp",
            "devices/costs/adc_costs.hpp",
            "devices/costs/component_costs.hpp",
        ),
        "the schedule of a macro, which its specification computes from the kinds of its converters": (
            "architecture/tdm_schedule.hpp",
            "devices/converters/converter_kind.hpp",
            "devices/costs/component_cost.hpp",
        ),
        "a network, which all of networks/ reads": ("networks/layers/network.hpp",),
    }.items()
    for header in headers
}

if sys.argv[1:] not in ([], ["--all"]):
    print(__doc__.strip())
    sys.exit(0 if sys.argv[1] in ("-h", "--help") else 2)
root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
own_tests = ("tests/", "benchmarks/")


def sources():
    """All sources and headers, by their path in the tree."""
    for top in sorted(os.listdir(root)):
        if top.startswith(".") or top == "build" or not os.path.isdir(os.path.join(root, top)):
            continue
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in sorted(names):
                if re.search(r"\.(hpp|cpp|cu|cuh|inc)$", name):
                    yield os.path.relpath(os.path.join(folder, name), root)


texts = {}
for path in sources():
    with open(os.path.join(root, path), encoding="utf-8") as file:
        texts[path] = file.read()
# Headers of tests are included by name alone, from folders that their targets name.
headers_of_tests = {os.path.basename(path): path for path in texts if path.startswith(own_tests)}


def included_by(path):
    """The files of the tree that a file includes."""
    for name in re.findall(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', texts[path], re.MULTILINE):
        beside = os.path.normpath(os.path.join(os.path.dirname(path), name))
        found = name[len("memcosim/") :] if name.startswith("memcosim/") else beside if beside in texts else headers_of_tests.get(name)
        if found in texts:
            yield found


includes = {path: list(included_by(path)) for path in texts}
units = collections.Counter()
units_of_tests = collections.Counter()
for unit in texts:
    if not unit.endswith((".cpp", ".cu")):
        continue
    reached = set()
    waiting = [unit]
    while waiting:
        new = set(includes[waiting.pop()]) - reached
        reached |= new
        waiting.extend(new)
    (units_of_tests if unit.startswith(own_tests) else units).update(reached)

total = {header: units[header] + units_of_tests[header] for header in texts if not header.startswith(own_tests)}
faults = [f"{header}: no such file; remove it from the list" for header in ALLOWED if header not in total]
for header, count in sorted(total.items(), key=lambda item: (-item[1], item[0])):
    where = f"{count} translation units, {units_of_tests[header]} of them tests"
    if len(sys.argv) > 1 and count > 0:
        print(f"{header}: {where}")
    if count > MOST_UNITS and header not in ALLOWED:
        faults.append(
            f"{header} reaches {where}, more than {MOST_UNITS}: declare what headers use of it, move includes into sources or split it; "
            "else give it a reason in scripts/header_reach.py"
        )
    if count <= MOST_UNITS and header in ALLOWED:
        faults.append(f"{header} reaches {where}: it needs no place on the list in scripts/header_reach.py any more")
for fault in faults:
    print(fault, file=sys.stderr)
sys.exit(1 if faults else 0)
