"""Who is taken for whom among many small practices drawn once, as recorded.

The draws are whole numbers, so that many stand just on a threshold. A changed sign, guard or
constant moves some of them. A change of the method that is meant records them again, in a commit of
its own: `python -m tests.findings.test_recorded_matches`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.builders.counted import AS_OF, counted
from tests.builders.recorded import Figures, assert_as_recorded, names_in, record

from quietdrop.detection.assess import Assessed
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Practice
from quietdrop.findings.practice_matching import alike, blocks
from quietdrop.findings.provider_flows import Flows
from quietdrop.findings.rekeyed import rekeyed
from quietdrop.findings.relocations import gone_on

END = (AS_OF - EPOCH).days
GOLDEN = Path(__file__).parent / "golden" / "matches.json"


def _pairs_of_names() -> tuple[pd.DataFrame, dict[str, Practice]]:
    """Practices that end, each with a newcomer of the same or a like name, days apart."""
    rng = np.random.default_rng(1)
    rows: list[tuple[str, int, int]] = []
    practices: dict[str, Practice] = {}
    for number in range(400):
        old, new, name = f"A{number}", f"B{number}", f"Clinic {number:03d} Oak"
        ended = END - int(rng.choice([2, 6, 8, 15, 40, 70, 364, 365, 378, 379, 300, 120]))
        gap = int(rng.choice([-15, -14, -13, -3, 0, 1, 9, 14, 15, 30]))
        length = int(rng.choice([1, 6, 7, 8, 60, 200]))
        came = int(rng.choice([1, 2, 3, 5, 8, 40]))
        sent = int(rng.choice([1, 2, 8, 60]))
        rows += [(old, ended - length, sent), (old, ended, sent)]
        rows += [(new, min(ended + gap, END - 1), came), (new, END - 1, 1)]
        practices[old] = Practice(old, name)
        practices[new] = Practice(new, name if number % 3 else f"The {name} LLC")
    # Two of one name beside one that ended; one of a word that very many newcomers share.
    rows += [("C", END - 90, 9), ("C", END - 30, 9), ("D", END - 28, 5), ("E", END - 28, 5)]
    practices |= {key: Practice(key, "Elm Bay") for key in "CDE"}
    phone, many = "555-010-2030", [f"N{n:03d}" for n in range(201)]
    rows += [("M", END - 90, 9), ("M", END - 30, 9), *((key, END - 28, 5) for key in many)]
    practices |= {key: Practice(key, "Lake", phone=phone) for key in ("M", many[-1])}
    practices |= {key: Practice(key, "Lake") for key in many[:-1]}
    return pd.DataFrame(rows, columns=["practice_id", "day", "referrals"]), practices


def _moves() -> tuple[Assessed, pd.DataFrame, dict[str, Practice]]:
    """Practices A… of up to three providers, some of whom go on at B…, new, old or new to them."""
    rng = np.random.default_rng(3)
    rows: list[tuple[str, str, int, int]] = []
    practices: dict[str, Practice] = {}
    for number in range(260):
        old, new = f"A{number:03d}", f"B{number:03d}"
        stop = 7 * int(rng.choice([2, 3, 4, 5, 6, 8, 12, 20, 50, 54]))
        later = int(rng.choice([-75, -70, -69, -30, -28, -10, 0, 0, 0, 7, 27, 28, 29]))
        people = [f"{number}{n}" for n in range(int(rng.integers(1, 4)))]
        pace = {who: int(rng.choice([3, 5, 7, 7, 14, 28])) for who in people}
        moving = people[: int(rng.integers(0, len(people) + 1))]
        named = number % 4 == 0
        for who in people:
            ends = (
                stop if who in moving or rng.random() < 0.4 else int(rng.choice([0, 0, stop + 7]))
            )
            sender = "" if named else who
            rows += [(old, sender, END - back, 1) for back in range(ends + 1, 690, pace[who])]
            if rng.random() < 0.15:
                rows.append((old, sender, END - max(stop - 5, 1), 1))
            if who in moving or named:
                step = pace[who] * int(rng.choice([1, 1, 1, 2, 3]))
                begin = max(stop + later, 1)
                rows += [(new, sender, END - back, 1) for back in range(begin, 0, -step)]
        if number % 3 == 0:  # the other is older
            rows += [(new, f"{number}9", END - back, 1) for back in range(8, 690, 10)]
        if number % 5 == 0 and moving:  # and one who moves was seen there before
            rows += [(new, moving[0], END - back, 1) for back in range(90, 690, 90)]
        phone = f"555-010-{number:04d}"
        practices[old] = Practice(old, f"Clinic {number:03d} Oak", phone=phone)
        practices[new] = Practice(new, f"Clinic {number:03d} Oak", phone=phone if named else "")
        if number % 7 == 0:
            del practices[new]
    frame = pd.DataFrame(rows, columns=["practice_id", "provider", "day", "referrals"])
    here = weekly(events(frame), AS_OF)
    sums = {key: here.counts[row].tolist() for row, key in enumerate(here.ids)}
    figures: dict[str, dict[str, object]] = {}
    for key in here.ids:
        figure: dict[str, object] = {"baseline_per_week": float(rng.choice([0.2, 1.0, 3.0]))}
        if rng.random() < 0.4:
            figure["onset"] = AS_OF - timedelta(weeks=int(rng.integers(2, 20)))
        if rng.random() < 0.06:
            figure["drift_probability"] = None
        figures[key] = figure
    assessed = counted(sums, figures)
    return replace(assessed, cadence=here), frame, practices


def _relocations(season: bool) -> object:
    assessed, frame, practices = MOVES
    if season:
        wave = 1.0 + 0.5 * np.sin(np.arange(assessed.cadence.weeks) / 8.3)
        assessed = replace(
            assessed,
            judged=replace(
                assessed.judged, season=wave[None, :].repeat(len(assessed.cadence.ids), 0)
            ),
        )
    names = {f"{number}0": f"Dr. {number}" for number in range(0, 260, 2)}
    return gone_on(assessed, Flows(frame, AS_OF), practices, names)


def _flows() -> object:
    _, frame, _ = MOVES
    flows = Flows(frame, AS_OF)
    several = flows.of_several_places()
    onset = AS_OF - timedelta(weeks=9)
    return {
        "several": several,
        "gains": [[flows.gains(key, day) for day in (None, onset)] for key in several[:80]],
        "providers": [flows.providers(key, END - 60) for key in several[:80]],
    }


MOVES = _moves()
PAIRS = _pairs_of_names()


NAMES = (
    *("Lakeside Family Medicine", "Lakeside FM", "Lakesid Family Med.", "The Lakeside Clinic LLC"),
    *("Eastside Clinic", "Westside Clinic", "Practice 7", "Practice 8", "7", "Elm St Clinic"),
    *("Elms Street Clinic", "Elm Stre etClinic", "Family Medicine", "Fam Med", "Oak Dermatology"),
    *("Oak Cardiology", "Oak", "Oaks", "Dr. Smith - Lakeside FM", "Stonegate", "Stonegaet", "Q"),
    *("Harborview Spine Group", "Harborview", "Harbourview Spine", "Maple Tree", "Mapel Tree Care"),
)


def _likeness() -> object:
    """Every two names of a list, with towns, telephone numbers and addresses that vary."""
    rng = np.random.default_rng(7)
    towns, phones = ("", "Salem", "SALEM", "Dover"), ("", "", "555-0102", "1-555-555-0102", "12")
    roads = ("", "", "12 Oak Road", "12 Oak Rd", "14 Oak Road", "12 Oakwood Rd", "12 Elm Lane")
    said: list[object] = []
    for place, name in enumerate(NAMES):
        for other in NAMES[: place + 1]:
            for _ in range(3):
                one, two = (
                    Practice(
                        key, each, town=str(rng.choice(towns)), phone=str(rng.choice(phones)),
                        address=str(rng.choice(roads)),
                    )
                    for key, each in (("A", name), ("B", other))
                )  # fmt: skip
                said.append(alike(one, two))
            said.append(alike(Practice("A", name), Practice("B", other)))
    return {"alike": said, "blocks": {n: sorted(blocks(Practice("A", n))) for n in NAMES[::3]}}


FIGURES: Figures = {
    "names": lambda: [rekeyed(*PAIRS, AS_OF), rekeyed(*PAIRS, AS_OF, by_name=True)],
    "relocations": lambda: _relocations(season=False),
    "relocations, with seasons": lambda: _relocations(season=True),
    "flows": _flows,
    "likeness": _likeness,
}


@pytest.mark.parametrize("name", list(FIGURES))
def test_the_figures_are_those_recorded(name: str) -> None:
    assert_as_recorded(GOLDEN, name, FIGURES[name]())


def test_every_recorded_figure_is_compared() -> None:
    assert names_in(GOLDEN) == set(FIGURES)


if __name__ == "__main__":
    record(GOLDEN, FIGURES)
