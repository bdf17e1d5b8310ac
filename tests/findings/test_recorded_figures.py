"""What findings say of many small practices drawn once, as recorded.

The draws are whole numbers, so that many stand just on a threshold. A changed sign, guard or
constant moves some of them. A change of the method that is meant records them again, in a commit of
its own: `python -m tests.findings.test_recorded_figures`.
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

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import Assessed, assess
from quietdrop.detection.weekly_counts import events, weekly
from quietdrop.domain.arrays import FloatArray
from quietdrop.domain.checkin import Touch
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Practice
from quietdrop.findings.explanations import lookalikes
from quietdrop.findings.good_news import growing, thanks_due
from quietdrop.findings.provider_flows import Flows
from quietdrop.findings.segments import leaving, stands_out
from quietdrop.findings.service_quality import OurPart
from quietdrop.findings.slow import slowly_down
from quietdrop.findings.together import fell_together, groups_of

END = (AS_OF - EPOCH).days
GOLDEN = Path(__file__).parent / "golden" / "figures.json"
WEEKS = 100


def _seasoned(assessed: Assessed, season: FloatArray) -> Assessed:
    """The same with each practice's own season."""
    return replace(assessed, judged=replace(assessed.judged, season=season))


def _good_news() -> object:
    """Practices of every age and size on four Mondays, by themselves and as one liaison's."""
    rng = np.random.default_rng(2)
    ids = [f"P{number:03d}" for number in range(150)]
    late = rng.choice([0, 1, 2, 3, 4, 5, 6, 9], len(ids))
    before = rng.choice([1, 2, 3, 4, 4, 6], len(ids))
    weeks = rng.choice([2, 3, 12, 13, 14, 38, 39, 40, 66, 100], len(ids))
    sent = {
        key: [0.0] * (WEEKS - n) + ([float(b)] * n)[: max(n - 13, 0)] + [float(x)] * min(n, 13)
        for key, b, x, n in zip(ids, before.tolist(), late.tolist(), weeks.tolist(), strict=True)
    }
    for place, total in enumerate((97, 98, 99, 100, 249, 499, 999, 2499, 4999)):
        sent[ids[place]] = [float(total - 2), *[0.0] * (WEEKS - 2), float(place % 3)]
    figures = {
        key: {"dispersion": 1.0 + number % 3 / 2, "baseline_per_week": float(number % 9 > 0)}
        | ({"status": "quiet"} if number % 7 == 0 else {})
        for number, key in enumerate(ids)
    }
    touches = [
        Touch(AS_OF - timedelta(days=int(ago)), key, kind=kind)
        for key, ago, kind in zip(
            ids[::2], rng.choice([100, 181, 182, 183, 400], 75), ["thank_you", "visit"] * 38,
            strict=False,
        )
    ]  # fmt: skip
    figured = counted(sent, figures)
    said: list[object] = []
    for week in range(4):
        as_of = AS_OF + timedelta(weeks=week)
        first = (as_of - EPOCH).days - 7 * weeks - rng.choice([0, 0, 6, 7], len(ids))
        cadence = replace(figured.cadence, as_of=as_of, first_day=first)
        season = np.tile([0.5, 1.0, 1.5, 1.0], WEEKS // 4)[None, :].repeat(len(ids), 0)
        for assessed in (figured, _seasoned(figured, season)):
            assessed = replace(assessed, cadence=cadence)
            mine: list[list[str]] = [[key] for key in ids] + [ids[n::10] for n in range(10)]
            said += [
                [thanks_due(assessed, each, touches), growing(assessed, each)] for each in mine
            ]
    return [each for each in said if each != [[], []]]


def _judged_network() -> tuple[Assessed, pd.DataFrame]:
    """Practices with providers, lines and places, of which some parts and some groups fall."""
    rng = np.random.default_rng(4)
    week = np.arange(120)
    rows: list[tuple[object, ...]] = []
    for number in range(36):
        rate = 3.0 * (1.0 + 0.5 * np.cos(week / 8.3) * (number % 3 == 0))
        if number >= 28:  # a slide of more than a year
            rate = rate * (1.0 - (0.1 * (number - 27)) * np.clip((week - 45) / 65.0, 0.0, 1.0))
        elif number >= 22:  # a group falls together
            rate = rate * np.where(week >= 106, 0.4, 1.0)
        for who in range(3):
            fell = (week >= 108 - number % 7) * (who == 0) * (number < 14)
            more = (week >= 108 - number % 7) * (who == 1) * (number % 2) * (number < 14)
            sent = rng.poisson(rate / 3.0 * (1.0 - fell + more))
            sent[70] += 60 * (number == 5) * (who == 0)
            rows += [
                (f"P{number:02d}", f"{number}{who}", f"Line {who}", "", f"Place {who % 2}", day, n)
                for day, n in zip(
                    (END - 7 * (120 - week) + who).tolist(), sent.tolist(), strict=True
                )
                if n
            ]
    names = ["practice_id", "provider", "service_line", "payer", "location", "day", "referrals"]
    frame = pd.DataFrame(rows, columns=names)
    return assess(weekly(events(frame), AS_OF), DriftSettings()), frame


JUDGED, SENT = _judged_network()


def _parts() -> object:
    names = {"10": "Dr. Ten", "30": "Dr. Thirty"}
    return [
        leaving(JUDGED, SENT, names, DriftSettings(part_probability=level)) for level in (0.05, 0.9)
    ]


def _of_one_practice() -> object:
    """What stands out of many practices of three providers, since days that are set."""
    rng = np.random.default_rng(5)
    said = []
    for _ in range(150):
        frame = pd.DataFrame(
            {
                "provider": rng.choice(["1", "2", "3", ""], 30, p=[0.4, 0.3, 0.2, 0.1]),
                "payer": rng.choice(["X", "Y"], 30, p=[0.9, 0.1]),
                "day": END - rng.choice([1, 69, 70, 71, 200, 433, 434, 435], 30),
                "referrals": rng.integers(1, 5, 30),
            }
        )
        late = (frame["day"] >= END - 70) & (frame["provider"] == rng.choice(["1", "2"]))
        expected = float(rng.choice([10.0, 20.0, 40.0]))
        said.append(stands_out(frame[~late], {"1": "Dr. A"}, AS_OF - timedelta(70), expected))
    return [
        [(kind, part.key, part.expected, part.observed, part.share_before)]
        for each in said
        for kind, part in each.items()
    ]


def _causes() -> object:
    """Falls that a season, a closure, an absence, a batch or a honeymoon may explain."""
    rng = np.random.default_rng(6)
    ids = [f"P{number:03d}" for number in range(400)]
    sent = {key: rng.choice([0.0, 0.25, 0.375, 0.5, 1.0], WEEKS).tolist() for key in ids}
    levels = (0.0, 0.1, 0.2, 0.3, 0.49, 0.5, 0.6)
    figures = {
        key: {
            "baseline_per_week": float(rng.choice([0.25, 0.5, 0.75, 1.0])),
            "status": str(rng.choice(["steady", "steady", "quiet"])),
            "batch_week": int(rng.choice([-1, -1, -1, -1, 0, 3])),
            "honeymoon_probability": float(rng.choice(levels, p=[0.6, 0, 0, 0, 0.2, 0.1, 0.1])),
            "absence_probability": float(rng.choice(levels)),
            "drift_probability": float(rng.choice(levels)),
        }
        for key in ids
    }
    season = rng.choice([0.5, 0.75, 1.0], (len(ids), WEEKS // 10)).repeat(10, axis=1)
    season[:100] = 0.75
    season[100:120] = 0.5
    assessed = _seasoned(counted(sent, figures), season)
    nobody = pd.DataFrame(columns=["practice_id", "provider", "day", "referrals"])
    shares = rng.choice([0.5, 0.75, 1.0], (len(ids), 1)).repeat(WEEKS, axis=1)
    shares[:60, -7:-6] = 0.0
    short = replace(
        assessed.cadence, counts=assessed.cadence.counts[:, -5:], live=assessed.cadence.live[:, -5:]
    )
    pool = replace(assessed.pool, share=assessed.pool.share[:, -5:])
    young = _seasoned(replace(assessed, cadence=short, pool=pool), season[:, -5:])
    flows = Flows(nobody.astype({"day": int, "referrals": int}), AS_OF)
    return [
        lookalikes(each, flows, {}, {}, share)
        for each, share in ((assessed, shares), (assessed, None), (young, shares[:, -5:]))
    ]


def _our_part() -> object:
    """Waits, notes and refusals of practices that were treated as the others, or worse."""
    rng = np.random.default_rng(8)
    number = 1500
    place = rng.integers(0, 60, number)
    day = END - rng.choice([1, 30, 90, 91, 92, 150, 182, 183, 300, 455, 456, 457], number)
    wait = np.maximum(
        rng.choice([5, 8, 10, 12], number) + (place % 6 == 0) * 6 - (place == 7) * 20, -1
    )
    access = pd.DataFrame({"practice_id": [f"P{n:02d}" for n in place], "day": day, "wait": wait})
    access["seen_on"] = np.where(
        wait >= 0, END - rng.choice([13, 14, 15, 100, 182, 183], number), -1
    )
    access["noted"] = rng.random(number) < np.where(place % 5 == 0, 0.75, 0.95)
    access["declined"] = rng.random(number) < np.where(place % 7 == 0, 0.15, 0.02)
    access["referrals"] = rng.integers(1, 3, number)
    few = access[(access["practice_id"] > "P50") | (access["practice_id"] < "P03")]
    parts = (access, few.groupby("practice_id").head(4), access.assign(noted=False), access[:0])
    ids = [f"P{n:02d}" for n in range(61)]
    return [[OurPart(each, AS_OF).stands_out(key) for key in ids] for each in parts]


def _groups() -> object:
    cadence = JUDGED.cadence
    practices = {
        key: Practice(key, key, territory="North" if row >= 20 else "South", health_system="All")
        for row, key in enumerate(cadence.ids)
    }
    exposure = JUDGED.pool.share * JUDGED.season
    groups = groups_of(cadence.ids, practices, SENT, AS_OF)
    places = SENT.assign(
        location=np.where(SENT["provider"].str[-1] == "0", "A", SENT["practice_id"])
    )
    return {
        "groups": {" ".join(name): rows for name, rows in groups.items()},
        "places": {" ".join(n): r for n, r in groups_of(cadence.ids, {}, places, AS_OF).items()},
        "fell": fell_together(cadence, JUDGED.judged, exposure, groups, DriftSettings().priors),
    }


FIGURES: Figures = {
    "good news": _good_news,
    "parts": _parts,
    "one practice": _of_one_practice,
    "causes": _causes,
    "our part": _our_part,
    "groups": _groups,
    "slow": lambda: slowly_down(JUDGED),
}


@pytest.mark.parametrize("name", list(FIGURES))
def test_the_figures_are_those_recorded(name: str) -> None:
    assert_as_recorded(GOLDEN, name, FIGURES[name]())


def test_every_recorded_figure_is_compared() -> None:
    assert names_in(GOLDEN) == set(FIGURES)


if __name__ == "__main__":
    record(GOLDEN, FIGURES)
