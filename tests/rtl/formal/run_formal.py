#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Proves the contracts of this folder about rtl/ with yosys and yosys-abc: outputs wrong_* of a contract stay low for all inputs (pdr: for
ever; bmc3: for a number of clocks), outputs seen_* rise for some. Prints one line for each proof, and the first wrong run if it fails.
Then mistakes are put into copies of the RTL, and a proof must fail for each. Exit code 1: a proof failed or took too long, an output
seen_* did not rise, or a mistake was not found."""

import argparse
import dataclasses
import pathlib
import re
import subprocess
import sys
import tempfile
import time

FOLDER = pathlib.Path(__file__).resolve().parent
RTL = FOLDER.parents[2] / "rtl"
sys.path.insert(0, str(FOLDER.parent / "mutation"))
from hand_mutants import HAND_MUTANTS  # noqa: E402

RTL_FILES = [name for name in (RTL / "tdm_controller.f").read_text(encoding="utf-8").split() if not name.endswith("_rules.sv")]
PARTS = [FOLDER / name for name in ("tdm_contract_pkg.sv", "tdm_contract_controller.sv", "tdm_contract_driver.sv", "delayed_events.sv")]
TO_GATES = "opt -full; memory_map; async2sync; techmap; dffunmap; simplemap; opt -full -nodffe -nosdff; abc -g AND -fast; opt_clean"


@dataclasses.dataclass
class Proof:
    contract: str
    frames: int = 0  # 0: unbounded; else clock cycles of the run, the first of them in reset
    only: str = ""  # pattern of the outputs to prove; empty: all
    parameters: dict = dataclasses.field(default_factory=dict)

    @property
    def name(self):
        values = "".join(f" {name}={value}" for name, value in self.parameters.items())
        return self.contract + values + (f" {self.only}" if self.only else "")


PROVED_STROBES = "wrong_(reset|unasked|number|start|row_order|front|stall)"
QUICK = [
    Proof("timer_contract"),
    Proof("delay_queue_contract"),
    Proof("tdm_start_contract"),
    Proof("tdm_strobes_contract", only=PROVED_STROBES),
    Proof("tdm_strobes_contract", frames=12),
    Proof("tdm_player_contract", frames=11),
    Proof("tdm_contract", frames=29),
]
LONG = [
    Proof("timer_contract", parameters={"WIDTH": 6}),
    Proof("delay_queue_contract", parameters={"DEPTH": 1}),
    Proof("delay_queue_contract", parameters={"DEPTH": 2, "DELAY_WIDTH": 3}),
    Proof("tdm_strobes_contract", frames=16),
    Proof("tdm_player_contract", frames=14),
]
SEARCHES = [("timer_contract", "tdm_timer.sv", 12), ("delay_queue_contract", "tdm_delay_queue.sv", 10), ("tdm_start_contract", ".*", 9),
            ("tdm_strobes_contract", ".*", 10), ("tdm_player_contract", ".*", 10), ("tdm_contract", ".*", 14)]  # of mistakes in files
# Parts of the mutated texts of hand_mutants.py. The sizes here cannot show those of UNSEEN.
QUICK_MISTAKES = ("WIDTH'(2)", "left_next = occupied;", "DELAY_WIDTH - 1", "enters ? count", "assign run = rst_n;")
UNSEEN = ("reg_settle & 16'h7fff", "MAX_SUMS + 5) - 1")


def run(command, limit):
    """Standard output, or None when the command takes too long."""
    try:
        result = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return None
    if result.returncode != 0 or re.search(r"^Error:|\*\* cmd error", result.stdout, re.MULTILINE):
        sys.exit(f"{' '.join(map(str, command))}\n{result.stdout}{result.stderr}")
    return result.stdout


class Circuit:
    """A contract with its RTL as an and-inverter graph."""

    def __init__(self, contract, rtl, scratch, parameters=None):
        self.aiger = scratch / f"{contract}.aig"
        names = scratch / f"{contract}.map"
        sources = " ".join(str(path) for path in [rtl / name for name in RTL_FILES] + PARTS + [FOLDER / f"{contract}.sv"])
        values = "".join(f" -set {name} {value}" for name, value in (parameters or {}).items())
        run(["yosys", "-q", "-p", f"read_verilog -sv -DSYNTHESIS {sources}; " + (f"chparam{values} {contract}; " if values else "")
             + f"prep -flatten -top {contract}; {TO_GATES}; write_aiger -zinit -symbols -miter -map {names} {self.aiger}"], None)
        self.outputs = re.findall(r"^output \d+ 0 (\w+)$", names.read_text(encoding="utf-8"), re.MULTILINE)

    def abc(self, commands, limit):
        return run(["yosys-abc", "-q", f"read {self.aiger}; {commands}"], limit)

    def rises(self, frames, limit, only=""):
        """The outputs that rise, with the frame, and whether all others are proved not to: in these frames, 0: ever."""
        outputs = [name for name in self.outputs if re.match(only, name)]
        first = self.outputs.index(outputs[0])
        if outputs != self.outputs[first:first + len(outputs)]:
            sys.exit(f"{only}: the outputs must follow one another")
        log = self.abc(f"cone -s -O {first} -R {len(outputs)}; " + (f"bmc3 -a -x -F {frames}" if frames else "pdr -a"), limit)
        if log is None:
            return {}, False
        risen = {outputs[int(number)]: int(frame) for number, frame in re.findall(r"Output +(\d+) was asserted in frame +(\d+)", log)}
        if frames:
            complete = re.search(rf"No output asserted in {frames} frames|after {frames} frames|All \d+ outputs are found to be SAT", log)
        else:
            complete = re.search(r"Undecided = 0\.", log)
        return risen, complete is not None

    def first_wrong(self, frames, limit):
        """The output wrong_* that rises first and its frame, or None."""
        count = sum(name.startswith("wrong_") for name in self.outputs)
        log = self.abc(f"cone -s -O 0 -R {count}; bmc3 -F {frames}", limit)
        found = re.search(r"Output (\d+) of miter .* was asserted in frame (\d+)", log or "")
        return found and (self.outputs[int(found[1])], int(found[2]))

    def trace(self, output, frame):
        """Inputs and registers of a run in which the output rises, those that are not zero, a line for each frame."""
        number = self.outputs.index(output)
        path = self.aiger.with_suffix(".trace")
        self.abc(f"cone -s -O {number}; bmc3 -F {frame + 1}; write_cex -n -f {path}", None)
        frames = [{} for _ in range(frame + 1)]
        for name, bit, index, value in re.findall(r"(?<=\s)([\w.]+)(?:\[(\d+)\])?@(\d+)=([01])", " " + path.read_text(encoding="utf-8")):
            values = frames[int(index)]
            values[name] = values.get(name, 0) | int(value) << int(bit or 0)
        return [f"  {index}: " + " ".join(f"{name}={value}" for name, value in values.items() if value)
                for index, values in enumerate(frames)]


def prove(proof, scratch, limit):
    """Prints the line of a proof. True if it holds."""
    circuit = Circuit(proof.contract, RTL, scratch, proof.parameters)
    begin = time.monotonic()
    risen, complete = circuit.rises(proof.frames, limit, proof.only)
    seconds = time.monotonic() - begin
    wrong = {name: frame for name, frame in risen.items() if name.startswith("wrong_")}
    unseen = [name for name in circuit.outputs if name.startswith("seen_") and re.match(proof.only, name) and name not in risen]
    if wrong:
        result = "FAILED: " + ", ".join(f"{name} in frame {frame}" for name, frame in wrong.items())
    elif not complete:
        result = "FAILED: no result in time"
    elif unseen:
        result = "FAILED: never rises: " + ", ".join(unseen)
    else:
        result = "bounded" if proof.frames else "proved"
    method = f"bmc3 {proof.frames} frames" if proof.frames else "pdr unbounded"
    print(f"{proof.name}: {method}, {seconds:.1f} s, {result}", flush=True)
    if wrong:
        name, frame = min(wrong.items(), key=lambda item: item[1])
        print("\n".join([f"  run with {name}:"] + circuit.trace(name, frame)))
    return not wrong and complete and not unseen


def finds(mutant, scratch, limit):
    """The contract and output that find a mutant, or None."""
    file, original, text = mutant
    copy = scratch / "rtl"
    copy.mkdir(exist_ok=True)
    for name in RTL_FILES:
        content = (RTL / name).read_text(encoding="utf-8")
        if name == file:
            if content.count(original) != 1:
                sys.exit(f"{file} has {content.count(original)} of: {original}")
            content = content.replace(original, text)
        (copy / name).write_text(content, encoding="utf-8")
    for contract, files, frames in SEARCHES:
        if not re.fullmatch(files, file):
            continue
        found = Circuit(contract, copy, scratch).first_wrong(frames, limit)
        if found:
            return "{} {} in frame {}".format(contract, *found)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--quick", action="store_true", help="what CI runs (default)")
    kind.add_argument("--long", action="store_true", help="also more frames, larger sizes and all mistakes of mutation/hand_mutants.py")
    parser.add_argument("--limit", type=float, help="seconds for one proof (default: 300, with --long 1200)")
    options = parser.parse_args()
    limit = options.limit or (1200 if options.long else 300)
    failed = False
    with tempfile.TemporaryDirectory() as scratch:
        scratch = pathlib.Path(scratch)
        for proof in QUICK + (LONG if options.long else []):
            failed |= not prove(proof, scratch, limit)
        for mutant in HAND_MUTANTS:
            if any(text in mutant[2] for text in UNSEEN) or not (options.long or any(text in mutant[2] for text in QUICK_MISTAKES)):
                continue
            found = finds(mutant, scratch, limit)
            failed |= found is None
            original, text = (" ".join(part.split()) for part in mutant[1:])
            print(f"mistake {mutant[0]}: {original} -> {text}: {found or 'NOT FOUND'}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
