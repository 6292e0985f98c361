#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws the waveform diagrams in docs/rtl: NAME.svg from NAME.json, with the PyPI package wavedrom (MIT). --check draws nothing and needs no
package: it fails if a drawing is missing or of another NAME.json."""

import argparse
import hashlib
import pathlib
import sys

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "docs" / "rtl"


def note(source):
    """What a drawing says about its source."""
    return f"<!-- {source.name}, SHA-256 {hashlib.sha256(source.read_bytes()).hexdigest()} -->\n"


def draw(source):
    import wavedrom  # not needed by --check
    drawing = wavedrom.render(source.read_text(encoding="utf-8")).tostring()
    source.with_suffix(".svg").write_text(note(source) + drawing + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    failed = False
    sources = sorted(FOLDER.glob("*.json"))
    if not sources:
        sys.exit(f"no diagrams in {FOLDER}")
    for source in sources:
        if not options.check:
            draw(source)
            continue
        drawing = source.with_suffix(".svg")
        if not drawing.is_file() or not drawing.read_text(encoding="utf-8").startswith(note(source)):
            print(f"{drawing} is not drawn from {source.name}: run scripts/wavedrom_svg.py")
            failed = True
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
