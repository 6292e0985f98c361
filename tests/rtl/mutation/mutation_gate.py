#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the benches of the TDM controller on mutants of it and says which they find. Fails if a bench finds less than 98 % of those that differ
from the block. A mutant that no bench finds is taken as equal to the block if twenty million further random clocks show no difference; such
mutants are listed, so that a person can look at them."""

import argparse
import concurrent.futures
import os
import pathlib
import subprocess
import sys

NEEDED = 0.98
LONG_SEEDS = range(101, 103)  # of ten million clocks each


class Benches:
    """The benches with the mutants of one kind."""

    def __init__(self, folder):
        self.folder = folder
        lines = (folder / "mutants.txt").read_text(encoding="utf-8").splitlines()
        self.mutants = {int(number): text for number, text in (line.split(" ", 1) for line in lines)}
        self.lockstep = [folder / f"{folder.name}_mutant_lockstep", "--difference", ""]
        # Each bench in parts, the one that finds most for its time first.
        rtl = [folder / f"{folder.name}_mutant_rtl_bench", "--gtest_fail_fast"]
        self.benches = {"rtl": [rtl + ["--gtest_filter=TdmPlayer.*"], rtl + ["--gtest_filter=-TdmPlayer.*:*Rules*"]],
                        "lockstep": [self.lockstep]}

    def run(self, command, mutant):
        """True if the bench finds the mutant."""
        environment = dict(os.environ, MEMCOSIM_MUTANT=str(mutant), SYSTEMC_DISABLE_COPYRIGHT_MESSAGE="1")
        result = subprocess.run(command, env=environment, cwd=self.folder, capture_output=True, timeout=300, check=False)
        if result.returncode not in (0, 1):
            raise SystemExit(f"mutant {mutant}: {' '.join(map(str, command))} ended with {result.returncode}:\n{result.stderr.decode()}")
        return result.returncode == 1

    def names(self, mutant):
        """The names of the benches that find the mutant."""
        return {name for name, commands in self.benches.items() if any(self.run(command, mutant) for command in commands)}

    def found(self, mutant):
        """The same; None if no bench finds a mutant that differs from the block."""
        names = self.names(mutant)
        if mutant != 0 and not names and any(self.run(self.lockstep + ["--seed", str(seed)], mutant) for seed in LONG_SEEDS):
            return None
        return names


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True, help="build folder of tests/rtl/mutation")
    parser.add_argument("--every", type=int, default=1, help="take one of this many drawn mutants, and all made by hand")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args()
    options.build = options.build.resolve()
    cases = []
    for kind in ("drawn", "hand"):
        benches = Benches(options.build / kind)
        every = options.every if kind == "drawn" else 1
        cases += [(benches, mutant) for mutant in [0, *benches.mutants] if mutant % every == 0]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = list(pool.map(lambda case: case[0].found(case[1]), cases))

    if any(result for case, result in zip(cases, results) if case[1] == 0):
        sys.exit("a bench fails on the block itself")
    cases, results = zip(*((case, result) for case, result in zip(cases, results) if case[1] != 0))

    def text(case):
        return f"{case[0].folder.name} {case[1]}: {case[0].mutants[case[1]]}"

    differing = [(case, result or set()) for case, result in zip(cases, results) if result is None or result]
    failed = False
    for name in benches.benches:
        missed = [case for case, result in differing if name not in result]
        share = 1 - len(missed) / len(differing)
        print(f"{name} bench: finds {len(differing) - len(missed)} of {len(differing)} mutants ({100 * share:.1f} %)")
        for case in missed:
            print("  missed", text(case))
        failed |= share < NEEDED
    for case, result in zip(cases, results):
        if result is not None and not result:
            print("no difference in twenty million clocks:", text(case))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
