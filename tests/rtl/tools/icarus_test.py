#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plays what memcosim_lockstep exports on the RTL in Icarus Verilog, which knows X. --negative: shows what the replay finds."""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

REPLAY = pathlib.Path(__file__).resolve().parents[3] / "testbenches" / "replay" / "tdm_controller_replay.sv"
# The register that loses its reset stays X: a simulator of two values sees nothing of it if it powers up as 0.
RESET = ("tdm_controller.sv", "      in_flight <= '0;\n")


class Replay:
    def __init__(self, options, folder):
        self.options = options
        self.folder = folder
        self.vectors = folder / "vectors"
        subprocess.run([options.lockstep, "--clocks", str(options.clocks), "--vectors", self.vectors, "--difference", ""], check=True)
        self.program = self.compiled(options.sources)

    def compiled(self, sources):
        program = self.folder / "replay.vvp"
        subprocess.run([self.options.iverilog, "-g2012", "-Wall", "-s", "tdm_controller_replay", "-o", program, *sources, REPLAY],
                       check=True)
        return program

    def play(self):
        """Exit code and output."""
        result = subprocess.run([self.options.vvp, "-n", self.program, f"+vectors={self.vectors}"], text=True, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, check=False)
        return result.returncode, result.stdout

    def expect_failure(self, what, text):
        """`text`: regular expression of what the replay must say."""
        code, output = self.play()
        print(f"{what}: exit code {code}\n{output}")
        if code == 0 or not re.search(text, output):
            sys.exit(f"{what}: the replay must fail and say {text}")

    def with_changed_line(self, name, number, change, text):
        """Changes a line (from 0 on), or removes it with all that follow."""
        file = self.vectors / name
        original = file.read_text(encoding="ascii")
        lines = original.splitlines()
        changed = change(lines[number])
        lines = lines[:number] if changed is None else lines[:number] + [changed] + lines[number + 1:]
        file.write_text("\n".join(lines) + "\n", encoding="ascii")
        self.expect_failure(f"{name} with another line {number}", text)
        file.write_text(original, encoding="ascii")

    def without_reset(self):
        name, line = RESET
        sources = []
        for source in self.options.sources:
            content = source.read_text(encoding="utf-8")
            if source.name == name:
                if content.count(line) != 1:
                    sys.exit(f"{name} must have one line {line}")
                content = content.replace(line, "")
            sources.append(self.folder / source.name)
            sources[-1].write_text(content, encoding="utf-8")
        self.program = self.compiled(sources)
        self.expect_failure("a register without reset", r"busy is x")


def flip(digit, bits=1):
    """Changes bits of one digit of a line."""
    return lambda line: line[:digit] + f"{int(line[digit], 16) ^ bits:x}" + line[digit + 1:]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lockstep", required=True)
    parser.add_argument("--iverilog", required=True)
    parser.add_argument("--vvp", required=True)
    parser.add_argument("--clocks", type=int, required=True)
    parser.add_argument("--negative", action="store_true")
    parser.add_argument("sources", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        replay = Replay(options, pathlib.Path(folder))
        code, output = replay.play()
        print(output, end="")
        if code != 0 or output != f"{options.clocks} clocks, identical\n":  # failed checks of the RTL print without an exit code
            sys.exit(f"the replay must be identical; exit code {code}")
        if options.negative:
            last = options.clocks - 1
            replay.with_changed_line("outputs.hex", last, flip(19), f"clock {last}: accumulate_group is .*\nFATAL.*clock {last}\n")
            replay.with_changed_line("outputs.hex", 0, flip(19), r"first difference at clock 0\b")
            replay.with_changed_line("outputs.hex", last, lambda line: None, f"do not end together.*after clock {last}")
            replay.with_changed_line("outputs.hex", last, lambda line: "no number", f"is no number.*after clock {last}")
            replay.with_changed_line("inputs.hex", 0, flip(0, 4), r"clock 0: busy is x(?s:.*)first difference at clock 0\b")  # rst_n
            replay.without_reset()


if __name__ == "__main__":
    main()
