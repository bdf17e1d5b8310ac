"""The results as a page, and their growth as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

WORDS = """\
# Speed

One run of `python -m benchmarks.speed`, on {day}, 2 cores. Alternating runs, a process each, warm
cache, the median of {rounds}. Starting Python is not in it. "Load" is the load average when a line
was measured: on a busy machine the seconds of the clock are those of waiting, and the processor's
say more.

## A million rows, each with an id

quietdrop reads, cleans, judges every row and counts; the others only group by the same columns.
psql writes the groups of quietdrop's own statement to a file; the server's work is not in the
processor's seconds.

| source | program | seconds | of the processor | peak memory | load |
|---|---|---|---|---|---|
{results}

## Growth

![Seconds of the processor by rows, and by practices](speed-growth.png)

| rows of a CSV file | seconds | of the processor | a million rows | peak memory | load |
|---|---|---|---|---|---|
{growth}

| practices × 130 weeks | seconds | of the processor | a practice and week | peak memory | load |
|---|---|---|---|---|---|
{assessed}
"""


BY_HAND = "\n## Other measurements\n"  # from here on the page is not written by this program


class Measured(NamedTuple):
    """One program's work: seconds by the clock and of the processor, gigabytes, load average."""

    work: str
    program: str
    wall: float
    cpu: float
    peak: float
    load: float


Sized = Sequence[tuple[int, Measured]]


def _cells(one: Measured) -> tuple[str, str, str, str]:
    cpu = f"{one.cpu:.2f}" if one.cpu else ""
    peak = f"{one.peak:.2f} GB" if one.peak else ""
    return f"{one.wall:.2f}", cpu, peak, f"{one.load:.1f}"


def write_page(
    folder: Path, run: tuple[date, int], results: Sequence[Measured], growth: Sized, assessed: Sized
) -> None:
    """Write the tables of speed.md and speed-growth.png; `run` is its day, and how often each was
    measured."""
    lines = [
        f"| {one.work} | {one.program} | {wall} | {cpu} | {peak} | {load} |"
        for one in results
        for wall, cpu, peak, load in [_cells(one)]
    ]
    grown = [
        f"| {rows:,} | {wall} | {cpu} | {one.cpu / rows * 1e6:.2f} s | {peak} | {load} |"
        for rows, one in growth
        for wall, cpu, peak, load in [_cells(one)]
    ]
    judged = [
        f"| {size:,} | {wall} | {cpu} | {one.cpu / size / 130 * 1e6:.2f} µs | {peak} | {load} |"
        for size, one in assessed
        for wall, cpu, peak, load in [_cells(one)]
    ]
    text = WORDS.format(
        day=run[0].isoformat(),
        rounds={2: "two", 3: "three"}.get(run[1], run[1]),
        results="\n".join(lines),
        growth="\n".join(grown),
        assessed="\n".join(judged),
    )
    page = folder / "speed.md"
    _, mark, rest = page.read_text(encoding="utf-8").partition(BY_HAND)
    page.write_text(text + mark + rest, encoding="utf-8")
    _picture(folder / "speed-growth.png", growth, assessed)


def _picture(path: Path, growth: Sized, assessed: Sized) -> None:
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    for panel, sized, unit, name in (
        (panels[0], growth, 1e6, "million rows of CSV"),
        (panels[1], assessed, 1e3, "thousand practices × 130 weeks"),
    ):
        sizes = [size / unit for size, _ in sized]
        panel.plot(sizes, [one.cpu for _, one in sized], marker="o", color="#1f5f8b")
        panel.set(xlabel=name, ylabel="s of the processor", xlim=(0, None), ylim=(0, None))
        panel.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=100)
