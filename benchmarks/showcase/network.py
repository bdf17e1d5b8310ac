"""Who refers in the showcase, and what befalls them before its last Monday."""

from __future__ import annotations

import csv
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np

LAST = date(2026, 7, 6)
WEEKS = 104
ANN, BEN, CLEO = "ann@liaisons.example", "ben@liaisons.example", "cleo@liaisons.example"
MANAGER = "manager@liaisons.example"
TOWNS = ("Brookfield", "Salem", "Milton", "Ashland", "Dover", "Hudson")
NOVAK = "1700000008"
SURNAMES = ("Berg", "Haddad", "Kim", "Moreau", "Rossi", "Singh", "Tran", "Weiss")
STEADY = 4.0  # how much more regular than chance: gaps are Erlang of this shape
WAIT, LONG_WAIT = 9, 23  # days
Level = Callable[[int], float]  # referrals in the week so many weeks before the last Monday


@dataclass(frozen=True)
class Sends:
    """One provider's referrals of one service line."""

    npi: str
    name: str
    line: str
    level: Level


@dataclass(frozen=True)
class Practice:
    """One practice. `slow_since` weeks ago its patients began to wait, and notes went missing."""

    key: str
    name: str
    liaison: str
    sends: tuple[Sends, ...]
    slow_since: int = 0
    desk: str = ""
    total: int | None = None  # referrals in all, the oldest left out


def steady(a_week: float, first: int = WEEKS, last: int = 0) -> Level:
    """From `first` weeks ago up to `last` weeks ago."""
    return lambda ago: a_week if last < ago <= first else 0.0


def steps(*levels: tuple[int, float]) -> Level:
    """Levels, each from so many weeks ago on, the oldest first."""

    def level(ago: int) -> float:
        return next((a_week for since, a_week in reversed(levels) if ago <= since), 0.0)

    return level


def slides(a_week: float, since: int, weeks: int, left: float) -> Level:
    """A slow slide that began `since` weeks ago and took so many weeks."""

    def level(ago: int) -> float:
        gone = max(since - ago + 0.5, 0.0) / weeks
        return a_week * (1.0 - (1.0 - left) * min(gone, 1.0))

    return level


def one(level: Level, line: str = "Joint", npi: str = "", name: str = "") -> Sends:
    """What the only provider of a practice sends; without `npi` it is somebody of its own."""
    return Sends(npi, name, line, level)


def practices() -> list[Practice]:
    """Ann's own, one of Ben's, who is away and whom Ann covers, and sixty of Cleo's."""
    return [*_asked(), *_calm(), *_others()]


def _asked() -> Iterator[Practice]:
    """Those who fall, by what becomes of it on the last Monday."""
    yield Practice(
        "A01", "Lakeside Family Medicine", ANN,
        (
            Sends("1000000011", "Dr. Alvarez", "Spine", steps((WEEKS, 4.0), (2, 0.0))),
            Sends("1000000012", "NP Lee", "Joint", steady(2.0)),
        ),
        slow_since=12, desk="Dana",
    )  # fmt: skip
    yield Practice("A02", "Willow Park Pediatrics", ANN, (one(steady(1.0)),), desk="Marisol")
    yield Practice("A03", "Cedar Hill Clinic", ANN, (one(steps((WEEKS, 0.8), (6, 0.0))),))
    yield Practice("A04B", "Summit Primary Care", ANN, (one(slides(5.0, 19, 19, 0.1)),))
    yield Practice(
        "A05B", "Harbor Creek Internal Medicine", ANN, (one(steps((WEEKS, 2.5), (5, 0.0))),)
    )
    yield Practice("A06", "Maple Grove Family Medicine", ANN, (one(steps((WEEKS, 5.0), (2, 1.5))),))
    yield Practice(
        "A07", "Prairie Valley Primary Care", ANN, (one(steps((WEEKS, 2.0), (16, 0.3))),)
    )
    yield Practice(
        "A08B", "Riverbend Pediatrics", ANN, (one(steps((WEEKS, 2.0), (20, 0.0), (6, 2.4))),)
    )
    yield Practice("A09", "Oakview Family Medicine", ANN, (one(steps((WEEKS, 3.0), (3, 1.7))),))
    yield Practice("A10B", "Maple Ridge Primary Care", ANN, (one(steps((WEEKS, 1.8), (4, 0.0))),))
    yield Practice("B01", "Stonebridge Clinic", BEN, (one(steps((WEEKS, 2.0), (4, 0.0))),))
    yield Practice("B02", "Lakeview Pediatrics", BEN, (one(steps((WEEKS, 1.5), (5, 0.0))),))


def _calm() -> Iterator[Practice]:
    """Those of whom there is something else to tell."""
    yield Practice(
        "C01", "Cedar Park Orthopedic Associates", ANN,
        (
            Sends("1000000031", "Dr. Okafor", "Joint", steps((WEEKS, 6.0), (10, 7.5))),
            Sends("1000000032", "PA Singh", "Spine", steps((WEEKS, 1.5), (10, 0.0))),
        ),
    )  # fmt: skip
    yield Practice(
        "C02", "Summit Creek Pediatrics", ANN, (one(steady(2.0)),), desk="Terry", total=100
    )
    yield Practice("C03E", "Ashland Health Center", ANN, (one(steady(6.0)),), desk="Robin")
    yield Practice("C04B", "Dover Family Practice", ANN, (one(steady(1.0)),))
    yield Practice("C05D", "Hudson Sports Medicine", ANN, (one(steady(1.0, 7)),))
    yield Practice("C06A", "Milton Internal Medicine", ANN, (one(steps((WEEKS, 1.5), (13, 3.5))),))
    yield Practice("C07", "Brookfield Women's Health", ANN, (one(steady(2.0, WEEKS, 2)),))
    yield Practice(
        "C08",
        "Harbor Valley Pediatrics",
        ANN,
        (one(steady(2.0, WEEKS, 9), "Joint", NOVAK, "Dr. Novak"),),
    )
    yield Practice(
        "C09", "Harbor Valley Health", ANN, (one(steady(2.0, 9), "Joint", NOVAK, "Dr. Novak"),)
    )


def _others() -> Iterator[Practice]:
    """Neighbors: what holidays and late rows are learned from."""
    for number in range(60):
        level = steady(0.5 + (number % 7) * 0.5)
        sends = one(level, ("Joint", "Hand", "Spine")[number % 3])
        yield Practice(f"Z{number:02d}", f"Neighbour {number + 1}", CLEO, (sends,))


def write(folder: Path, config: str) -> Path:
    """Writes the tables and the config into `folder`. Out: the config's path."""
    folder.mkdir(parents=True, exist_ok=True)
    all_of_them = practices()
    rows = []
    for place, practice in enumerate(all_of_them):
        rng = np.random.default_rng(zlib.crc32(practice.key.encode()))
        rows += _referrals(rng, practice, f"20000{place:05d}", f"Dr. {SURNAMES[place % 8]}")
    # As in any export; of a steady practice, since rejected rows keep a fall off the list.
    rows += [("soon", *rows[-1][1:]), ("", *rows[-2][1:])]
    _table(folder, "referrals", REFERRALS, rows)
    _table(folder, "practices", PRACTICES, map(_entry, range(len(all_of_them)), all_of_them))
    desks = [(p.key, p.desk, "front desk") for p in all_of_them if p.desk]
    _table(folder, "people", ("practice_id", "name", "role"), desks)
    _table(folder, "liaisons", LIAISONS, _liaisons())
    _table(folder, "touches", TOUCHES, _touches())
    _table(folder, "news", ("text", "shown_from", "shown_until", "service_line"), NEWS)
    path = folder / "quietdrop.toml"
    path.write_text(config, encoding="utf-8")
    return path


REFERRALS = (
    *("referred_on", "practice_id", "provider_npi", "provider_name", "service_line", "status"),
    *("scheduled_on", "seen_on", "note_sent_on"),
)
PRACTICES = ("practice_id", "practice_name", "liaison_email", "territory", "town", "phone")
LIAISONS = (
    "liaison_email",
    "name",
    "manager_email",
    "budget",
    "away_from",
    "away_to",
    "cover_email",
)
TOUCHES = ("touched_on", "practice_id", "liaison_email", "kind", "whom", "outcome")
NEWS = (
    ("Our new hand clinic in Salem takes patients within a week.", "2026-06-01", "2026-08-31", ""),
    (
        "Dr. Imani Cole, spine, has joined us and has open slots.",
        "2026-06-01",
        "2026-08-31",
        "Spine",
    ),
)


def _table(
    folder: Path, name: str, header: tuple[str, ...], rows: Iterable[Iterable[object]]
) -> None:
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def _entry(number: int, of: Practice) -> tuple[str, ...]:
    territory = {ANN: "North", BEN: "Lake", CLEO: "South"}[of.liaison]
    phone = f"(555) 010-{2000 + number}"
    return (of.key, of.name, of.liaison, territory, TOWNS[number % len(TOWNS)], phone)


def _liaisons() -> Iterator[tuple[object, ...]]:
    yield ANN, "Ann Whitaker", MANAGER, 2, "", "", ""
    yield BEN, "Ben Ortiz", MANAGER, 1, date(2026, 7, 1), date(2026, 8, 3), ANN
    yield CLEO, "Cleo Brandt", MANAGER, 6, "", "", ""


def _touches() -> Iterator[tuple[object, ...]]:
    yield date(2026, 3, 9), "A01", ANN, "visit", "Dana, front desk", ""
    yield date(2026, 1, 14), "A05B", ANN, "lunch", "the team", ""
    yield date(2026, 7, 2), "A02", ANN, "complaint", "Marisol, front desk", ""
    yield date(2025, 11, 20), "C03E", ANN, "thank_you", "Robin, front desk", ""


def _referrals(
    rng: np.random.Generator, of: Practice, npi: str, name: str
) -> list[tuple[str, ...]]:
    """The practice's referrals, the oldest first; `npi` and `name` are of who has none."""
    rows = []
    for sends in of.sends:
        sends = replace(sends, npi=sends.npi or npi, name=sends.name or name)
        level = np.array([sends.level(ago) for ago in range(WEEKS, 0, -1)])
        for day in _days(rng, level):
            rows.append((day.isoformat(), *_row(rng, of, sends, day)))
    rows.sort()
    return rows if of.total is None else rows[-of.total :]


def _days(rng: np.random.Generator, level: np.ndarray) -> Iterator[date]:
    """Weekdays of a renewal process that is more regular than chance, at the level of each week."""
    passed = np.concatenate([[0.0], level.cumsum()])
    at = rng.random() / STEADY
    while at < passed[-1]:
        week = int(np.searchsorted(passed, at, side="right")) - 1
        part = (at - passed[week]) / level[week]
        yield LAST - timedelta(weeks=WEEKS - week) + timedelta(days=int(part * 5))
        at += rng.gamma(STEADY, 1.0 / STEADY)


def _row(rng: np.random.Generator, of: Practice, sends: Sends, day: date) -> tuple[str, ...]:
    slow = day >= LAST - timedelta(weeks=of.slow_since)
    wait = (LONG_WAIT if slow else WAIT) + int(rng.integers(-3, 4))
    booked, seen = day + timedelta(days=wait), day + timedelta(days=wait + 1)
    note = "" if slow and rng.random() < 0.5 else seen + timedelta(days=int(rng.integers(1, 9)))
    status = "declined" if slow and rng.random() < 0.15 else "completed"
    shown = (str(booked), str(seen), str(note)) if status == "completed" else ("", "", "")
    return (of.key, sends.npi, sends.name, sends.line, status, *shown)
