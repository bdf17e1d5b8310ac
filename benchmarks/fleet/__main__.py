"""Kills a process of many small clinics midway, for docs/fleet.md, and times fleets of several
sizes, for docs/scale.md.

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
from benchmarks.fleet.killed import Round, Trial, on_cores, on_dask
from benchmarks.fleet.sizes import WEEKLY, Cost, idle, peak_megabytes, small_fleets

DOCS = Path(__file__).parents[2] / "docs"
PAGE, SCALE = DOCS / "fleet.md", DOCS / "scale.md"
BEGIN, END = "<!-- measured: make fleet -->\n", "<!-- end -->\n"
FEWEST = 4
WORDS = """\
Clinics of {practices} practices and {rows:,} rows, with {messages} messages each, on
2 cores and one mail server, on {day}; the load average was {load:.0f}. A process was killed with
`kill -9` once half of the mail was there, while one of its clinics handed a message over. The later
rounds are the same command called again.

| clinics | on | killed | messages | lost | twice | of unknown fate | first round | later rounds |
|---|---|---|---|---|---|---|---|---|
{lines}
"""


SIZES_WORDS = """\
| clinics | what | seconds | of the processor | of them a clinic | load |
|---|---|---|---|---|---|
{lines}

Two clinics at once on 2 cores, on {day}. Beside the seconds of the clock stands the load average:
the machine was doing other work. The largest process had {peak:.0f} MB.
"""


def main() -> None:
    """Measures, prints as it goes, and writes the tables between the pages' marks."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clinics", nargs="?", type=int, default=200, help="How many.")
    clinics = parser.parse_args().clinics
    if clinics < FEWEST:
        parser.error(f"at least {FEWEST} clinics")
    names = [f"clinic-{number:03d}" for number in range(clinics)]
    trials, costs = [], []
    with tempfile.TemporaryDirectory() as folder:
        for one in small_fleets(Path(folder)):
            costs.append(_shown(one.row()))
    with tempfile.TemporaryDirectory() as folder, Post() as post:
        trials.append(_shown(_line(clinics, on_dask(Path(folder), names, post))))
    with tempfile.TemporaryDirectory() as folder, Post() as post:
        trial = on_cores(Path(folder), names, post)
        trials.append(_shown(_line(clinics, trial)))
        again = trial.later[-1]
        costs.append(_shown(Cost(clinics, WEEKLY, again.wall, again.cpu, again.load).row()))
        costs += [_shown(one.row()) for one in idle(Path(folder) / "fleet.toml", clinics)]
    text = WORDS.format(
        practices=PRACTICES,
        rows=ROWS,
        messages=MESSAGES,
        day=date.today(),
        load=os.getloadavg()[2],
        lines="\n".join(trials),
    )
    _write(PAGE, text)
    lines = "\n".join(costs)
    _write(SCALE, SIZES_WORDS.format(day=date.today(), lines=lines, peak=peak_megabytes()))


def _write(page: Path, text: str) -> None:
    before, rest = page.read_text(encoding="utf-8").split(BEGIN)
    page.write_text(before + BEGIN + text + END + rest.split(END)[1], encoding="utf-8")


def _shown(line: str) -> str:
    """The line, which is printed at once: a measurement takes long."""
    print(line, flush=True)
    return line


def _line(clinics: int, of: Trial) -> str:
    count = of.count
    first, later = _said(of.first), "; ".join(map(_said, of.later))
    return (
        f"| {clinics} | {of.engine} | {of.killed} | {count.owed:,} | {count.lost} "
        f"| {count.doubled} | {count.in_doubt} | {first} | {later} |"
    )


def _said(one: Round) -> str:
    return f"{one.said.partition(': ')[2] or one.said}: {one.wall:.0f} s"


if __name__ == "__main__":
    main()
