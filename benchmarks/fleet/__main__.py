"""Writes many small clinics, kills a process midway, and writes the result into docs/fleet.md.

python -m benchmarks.fleet [CLINICS]
"""

from __future__ import annotations

import argparse
import os
import tempfile
from datetime import date
from pathlib import Path

from benchmarks.faults.post import Post
from benchmarks.fleet.clinics import MESSAGES, PRACTICES, ROWS
from benchmarks.fleet.killed import Trial, on_cores, on_dask

PAGE = Path(__file__).parents[2] / "docs" / "fleet.md"
BEGIN, END = "<!-- measured: make fleet -->\n", "<!-- end -->\n"
FEWEST = 4
WORDS = """\
{clinics} clinics of {practices} practices and {rows:,} rows, with {messages} messages each, on
2 cores and one mail server, on {day}; the load average was {load:.0f}. A process was killed with
`kill -9` once half of the mail was there, while one of its clinics handed a message over. The later
rounds are the same command called again.

| on | killed | messages | lost | sent twice | of unknown fate | first round | later rounds |
|---|---|---|---|---|---|---|---|
{lines}
"""


def main() -> None:
    """Measures, prints as it goes, and writes the table between the page's marks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clinics", nargs="?", type=int, default=200, help="How many.")
    clinics = parser.parse_args().clinics
    if clinics < FEWEST:
        parser.error(f"at least {FEWEST} clinics")
    names = [f"clinic-{number:03d}" for number in range(clinics)]
    lines = []
    for measure in (on_dask, on_cores):
        with tempfile.TemporaryDirectory() as folder, Post() as post:
            lines.append(_line(measure(Path(folder), names, post)))
            print(lines[-1], flush=True)
    text = WORDS.format(
        clinics=clinics,
        practices=PRACTICES,
        rows=ROWS,
        messages=MESSAGES,
        day=date.today(),
        load=os.getloadavg()[2],
        lines="\n".join(lines),
    )
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    PAGE.write_text(before + BEGIN + text + END + rest.split(END)[1], encoding="utf-8")


def _line(of: Trial) -> str:
    count = of.count
    first, later = _said(*of.first), "; ".join(_said(*one) for one in of.later)
    return (
        f"| {of.engine} | {of.killed} | {count.owed:,} | {count.lost} | {count.doubled} "
        f"| {count.in_doubt} | {first} | {later} |"
    )


def _said(words: str, seconds: float) -> str:
    return f"{words.partition(': ')[2] or words}: {seconds:.0f} s"


if __name__ == "__main__":
    main()
