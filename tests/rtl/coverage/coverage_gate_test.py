#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What coverage_gate.py finds."""

import unittest

import coverage_gate


def point(kind, instance, name, count):
    fields = {"f": "/rtl/block.sv", "l": "7", "n": "3", "page": f"{kind}/block__W3", "o": name, "h": f"top.{instance}"}
    return "C '" + "".join(f"\x01{key}\x02{value}" for key, value in fields.items()) + f"' {count}\n"


COVERED = point("v_line", "block", "block", 5) + point("v_branch", "block", "if", 1) + point("v_toggle", "block.part", "data[1]", 2)
MISSED = point("v_toggle", "block.part", "data[2]", 0)


def exclusion(instance, points):
    return {"instance": instance, "points": points, "reason": "because"}


class CoverageGate(unittest.TestCase):
    def faults(self, text, *exclusions):
        return coverage_gate.judge(coverage_gate.read_points(text), exclusions)[1]

    def test_counts_lines_and_toggles(self):
        counts, faults = coverage_gate.judge(coverage_gate.read_points("# SystemC::Coverage-3\n" + COVERED + MISSED), [])
        self.assertEqual(counts, {"lines": [2, 2], "toggles": [2, 1]})
        self.assertEqual(faults, ["block.sv:7: block.part.data[2] is not covered (toggles)"])

    def test_leaves_out_what_is_excluded(self):
        self.assertEqual(self.faults(COVERED + MISSED, exclusion("block.part", r"data\[2\]")), [])

    def test_finds_an_exclusion_of_what_is_covered(self):
        self.assertEqual(len(self.faults(COVERED + MISSED, exclusion("block.part", r"data\[\d\]"))), 2)  # no toggle is left

    def test_finds_an_exclusion_of_nothing(self):
        self.assertEqual(self.faults(COVERED, exclusion("block", r"data\[2\]")), [r"no point is excluded by: block,data\[2\]"])

    def test_finds_that_nothing_is_counted(self):
        self.assertEqual(self.faults(""), ["no lines are counted", "no toggles are counted"])


if __name__ == "__main__":
    unittest.main()
