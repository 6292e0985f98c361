#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs a program that counts what it covers of an RTL block, and says how many lines and toggles that is. Fails at a point that is neither
covered nor excluded, and at an exclusion of a point that is covered or does not exist. Leaves the sources with the counts in the folder
`annotated` of the build folder."""

import argparse
import collections
import csv
import pathlib
import re
import subprocess
import sys

KINDS = {"v_line": "lines", "v_branch": "lines", "v_toggle": "toggles"}
Point = collections.namedtuple("Point", "kind instance name where covered")


def read_points(text):
    """Those of a file of verilator_coverage: C '\\x01KEY\\x02VALUE...' COUNT."""
    points = []
    for fields, count in re.findall(r"^C '(.*)' (\d+)$", text, re.MULTILINE):
        values = dict(field.split("\x02", 1) for field in fields.split("\x01") if field)
        instance = values["h"].partition(".")[2]
        where = f"{pathlib.Path(values['f']).name}:{values['l']}"
        points.append(Point(KINDS[values["page"].split("/")[0]], instance, values["o"], where, int(count) > 0))
    return points


def judge(points, exclusions):
    """Numbers of points and of covered ones by kind, without those excluded; and the faults."""
    counts = {kind: [0, 0] for kind in KINDS.values()}
    faults = []
    used = set()
    for point in points:
        matching = [number for number, row in enumerate(exclusions)
                    if row["instance"] == point.instance and re.fullmatch(row["points"], point.name)]
        used.update(matching)
        if matching and point.covered:
            faults.append(f"{point.where}: {point.instance}.{point.name} is excluded and covered")
        if matching:
            continue
        counts[point.kind][0] += 1
        counts[point.kind][1] += point.covered
        if not point.covered:
            faults.append(f"{point.where}: {point.instance}.{point.name} is not covered ({point.kind})")
    faults += [f"no point is excluded by: {row['instance']},{row['points']}" for number, row in enumerate(exclusions) if number not in used]
    faults += [f"no {kind} are counted" for kind, (number, _) in counts.items() if number == 0]
    return counts, faults


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", type=pathlib.Path, required=True, help="writes files *.dat where it runs")
    parser.add_argument("--verilator-coverage", required=True)
    parser.add_argument("--exclusions", type=pathlib.Path, required=True)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="build folder")
    options = parser.parse_args()
    runs = options.build.resolve() / "runs"
    runs.mkdir(exist_ok=True)
    for stale in runs.glob("*.dat"):
        stale.unlink()
    subprocess.run([options.program.resolve()], cwd=runs, check=True)
    merged = runs.parent / "coverage.dat"
    subprocess.run([options.verilator_coverage, "--write", merged, *sorted(runs.glob("*.dat"))], check=True)
    subprocess.run([options.verilator_coverage, "--annotate", runs.parent / "annotated", "--annotate-all", merged], check=True,
                   stdout=subprocess.DEVNULL)
    with options.exclusions.open(newline="", encoding="utf-8") as stream:
        exclusions = list(csv.DictReader(line for line in stream if not line.startswith("#")))
    if any(not row["reason"] for row in exclusions):
        sys.exit(f"{options.exclusions.name}: every exclusion needs a reason")
    counts, faults = judge(read_points(merged.read_text(encoding="utf-8")), exclusions)
    for kind, (number, covered) in counts.items():
        print(f"{kind}: {covered} of {number} covered ({100 * covered / max(number, 1):.1f} %)")
    if faults:
        sys.exit("\n".join(faults))


if __name__ == "__main__":
    main()
