#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/rtl_synthesis.py on small blocks of known size."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "scripts" / "rtl_synthesis.py"
REGISTERS = """module block(input logic clk, input logic [9:0] in, output logic [9:0] out);
  always_ff @(posedge clk) out <= in;
endmodule
"""
LATCH = """module block(input logic enable, input logic in, output logic out);
  always_latch if (enable) out = in;
endmodule
"""


def run(source, cells, flip_flops, *options):
    """Exit code, output and the table afterwards."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "block.sv").write_text(source, encoding="utf-8")
        table = folder / "synthesis.csv"
        table.write_text(f"block,cells,flip_flops\nblock,{cells},{flip_flops}\n", encoding="utf-8")
        result = subprocess.run([sys.executable, SCRIPT, "--rtl", folder, *options], text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, check=False)
        return result.returncode, result.stdout, table.read_text(encoding="utf-8")


class Synthesis(unittest.TestCase):
    def test_takes_what_is_near_the_table(self):
        self.assertEqual(run(REGISTERS, 10, 10)[0], 0)
        self.assertEqual(run(REGISTERS, 11, 11)[0], 0)

    def test_finds_other_numbers_of_cells_and_flip_flops(self):
        for cells, flip_flops in ((12, 10), (9, 10), (10, 12), (10, 9)):
            code, output, _ = run(REGISTERS, cells, flip_flops)
            self.assertNotEqual(code, 0)
            self.assertEqual(output.count("changed by more than 10 %"), 1, output)

    def test_finds_a_latch(self):
        code, output, _ = run(LATCH, 1, 0)
        self.assertNotEqual(code, 0)
        self.assertIn("block has latches", output)

    def test_writes_the_table(self):
        self.assertTrue(run(REGISTERS, 0, 0, "--update")[2].endswith("block,cells,flip_flops\nblock,10,10\n"))


if __name__ == "__main__":
    unittest.main()
