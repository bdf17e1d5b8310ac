"""The detection benchmark: `python -m benchmarks.detection` writes docs/detection.md.

Everything is seeded; the same code gives the same page.
"""

from __future__ import annotations

import argparse
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.detection import (
    calibrated_kinds,
    hazard,
    monthly_feed,
    networks,
    own_seasons,
    partial,
    planted,
    planted_feed,
    promised,
    real,
    shared_events,
    slow_fades,
    small_networks,
    steady,
    summary,
)

DOCS = Path(__file__).parents[2] / "docs"
TITLE = "# Detection, measured\n"
INTRODUCTION = """\
## How it was measured

Written by `make bench-detection`; every figure is of networks whose truth is known, or of real
event streams. Peers are told the true season, holidays and snow weeks, which nobody who uses them
is. The informed detector is told each practice's true rate, growth, exposure, dispersion and the
family of shapes, not whether, when or how it drifts, nor its absences.
"""


def main() -> None:
    """Measures and writes the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.detection", description=__doc__)
    parser.add_argument("--seeds", type=int, default=10, help="networks of each kind")
    parser.add_argument("--practices", type=int, default=1000, help="practices a network")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--streams", type=int, default=400, help="steady streams of each rate")
    parser.add_argument("--planted", type=int, default=10, help="networks with ten of each plant")
    parser.add_argument("--data", type=Path, help="the folder of the real event logs")
    parser.add_argument("-o", dest="page", type=Path, default=DOCS / "detection.md")
    chosen = parser.parse_args()
    seeds = range(1, chosen.seeds + 1)
    folder = chosen.page.parent
    folder.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(chosen.workers) as pool:
        streams = pool.submit(steady.section, chosen.streams)
        events = pool.submit(real.section, chosen.data)
        lookalikes = pool.submit(planted.section, chosen.planted)
        feeds = pool.submit(planted_feed.section, chosen.planted)
        seasons = pool.submit(own_seasons.section, range(301, 301 + chosen.planted), 300)
        promises = pool.submit(promised.section, range(801, 804), 400)
        hazards = pool.submit(hazard.section, range(701, 707), 300)
        small = pool.submit(small_networks.section, range(601, 601 + 2 * chosen.planted))
        fades = pool.submit(slow_fades.section, range(801, 801 + chosen.planted), 300)
        left = pool.submit(partial.section, range(411, 411 + chosen.planted))
        many = pool.submit(shared_events.section, range(901, 901 + chosen.planted))
        monthly = pool.submit(monthly_feed.section, range(951, 951 + chosen.planted))
        unlike = pool.submit(calibrated_kinds.section, range(1001, 1001 + chosen.planted))
        simulated = networks.measured(seeds, chosen.practices, pool)
        sections = {
            "Simulated networks": f"{networks.section(simulated, folder)}\n\n{unlike.result()}",
            "Own seasons and small networks": f"{seasons.result()}\n\n{small.result()}",
            "Slow fades, on and off, and parts": f"{fades.result()}\n\n{left.result()}",
            "What many share, and monthly feeds": f"{many.result()}\n\n{monthly.result()}",
            "Promised false check-ins": promises.result(),
            "A learned hazard": hazards.result(),
            "Steady streams against the least possible delay": streams.result(),
            "Real event streams": events.result(),
            "What looks like a drift, planted": lookalikes.result(),
            "A feed that breaks, planted": feeds.result(),
        }
    short = summary.section(
        simulated.cases[networks.MIXED], simulated.calibrations[networks.MIXED], folder
    )
    parts = [
        TITLE,
        f"{short}\n",
        INTRODUCTION,
        *(f"## {title}\n\n{words}\n" for title, words in sections.items()),
    ]
    page = "\n".join(parts)
    chosen.page.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
