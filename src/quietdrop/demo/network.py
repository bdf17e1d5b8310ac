"""A simulated network: who refers, how often, and which practices drift away, when and how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from quietdrop.demo.calendar import week_share
from quietdrop.demo.directory import (
    LIAISONS,
    MANAGER,
    PRACTICES,
    front_desks,
    news_of,
    people_of,
    practice_id,
    practices_of,
    touches_of,
)
from quietdrop.domain.arrays import FloatArray

WEEKS = 130
DRIFT_WEEKS = (6, 26)  # onsets lie so many weeks before the end
LINES = ("Joint", "Spine", "Hand", "Sports")
PAYERS = ("Commercial", "Medicare", "Medicaid", "Workers' comp")
FIRST = ("Lakeside", "Cedar", "Maple", "Riverbend", "Summit", "Harbor", "Prairie", "Willow")
SECOND = ("Park", "Creek", "Hill", "Valley", "Grove")
KINDS = ("Family Medicine", "Internal Medicine", "Primary Care", "Pediatrics")


@dataclass(frozen=True)
class Planted:
    """A drift that the simulation put there. `remaining` is the share of the rate that stays."""

    practice_id: str
    name: str
    shape: str  # stop | step | fade | old
    onset: date
    remaining: float
    rate_per_week: float


@dataclass(frozen=True)
class Network:
    """The tables as a practice would export them, and what was planted in them."""

    referrals: pd.DataFrame
    practices: pd.DataFrame
    people: pd.DataFrame
    liaisons: pd.DataFrame
    touches: pd.DataFrame
    news: pd.DataFrame
    planted: tuple[Planted, ...]


SHAPES = (("stop", 0.0), ("step", 0.3), ("step", 0.5), ("fade", 0.1))


def make_network(until: date, seed: int = 7) -> Network:
    """130 weeks of a network, ending the day before `until`.

    The same seed gives the same practices, rates and drifts for every `until`; only holidays
    and season move with the date.
    """
    rng = np.random.default_rng(seed)
    start = until - timedelta(days=7 * WEEKS)
    rates = np.exp(rng.normal(-0.25, 0.9, PRACTICES)).clip(0.08, 9.0)
    names = _names()
    shares, planted = _planted(rng, rates, names, until)
    steadiness = rng.choice([0.0, 0.5, 4.0], PRACTICES, p=[0.7, 0.2, 0.1])
    entry = np.where(np.arange(PRACTICES) % 19 == 7, rng.integers(30, 100, PRACTICES), 0)
    growth = np.where(np.arange(PRACTICES) % 17 == 3, 1.006, 1.0)
    season = np.array([week_share(start + timedelta(days=7 * w)) for w in range(WEEKS)])
    week = np.arange(WEEKS)
    level = rates[:, None] * shares * season[None, :] * growth[:, None] ** week[None, :]
    level *= week[None, :] >= entry[:, None]
    for practice in range(PRACTICES):
        away = int(rng.integers(0, WEEKS - 2))
        if practice % 3 == 0:
            level[practice, away : away + 2] = 0.0
    counts = np.stack([_counts(rng, level[i], steadiness[i]) for i in range(PRACTICES)])
    practices = practices_of(names)
    people = people_of(rng)
    referrals = _referrals(rng, counts, start, practices, people)
    _slow_down(referrals, planted)
    return Network(
        referrals=_rename(referrals, practices, until),
        practices=practices,
        people=pd.concat([people, front_desks()], ignore_index=True),
        liaisons=pd.DataFrame(
            [(email, name, MANAGER, 6) for email, name, _ in LIAISONS],
            columns=["liaison_email", "name", "manager_email", "budget"],
        ),
        touches=touches_of(rng, practices, until),
        news=news_of(until),
        planted=planted,
    )


def _names() -> list[str]:
    return [
        f"{FIRST[i % 8]} {SECOND[(i // 8) % 5]} {KINDS[(i // 40) % 4]}" for i in range(PRACTICES)
    ]


def _planted(
    rng: np.random.Generator, rates: FloatArray, names: list[str], until: date
) -> tuple[FloatArray, tuple[Planted, ...]]:
    """What share of its rate each practice keeps in each week, and the drifts behind it."""
    shares = np.ones((PRACTICES, WEEKS))
    busy = [int(i) for i in np.argsort(-rates) if int(i) % 19 != 7 and int(i) % 17 != 3]
    chosen = rng.permutation(busy[:30])[:14]
    planted = []
    for place, practice in enumerate(chosen.tolist()):
        shape, remaining = SHAPES[place % 4] if place < 12 else ("old", 0.0)
        ago = int(rng.integers(*DRIFT_WEEKS)) if place < 12 else 70 + place
        onset = WEEKS - ago
        since = np.arange(WEEKS - onset)
        fade = 1.0 - (1.0 - remaining) * np.minimum((since + 0.5) / 12.0, 1.0)
        shares[practice, onset:] = fade if shape == "fade" else remaining
        planted.append(
            Planted(
                practice_id(practice),
                names[practice],
                shape,
                until - timedelta(days=7 * ago),
                remaining,
                round(float(rates[practice]), 2),
            )
        )
    return shares, tuple(sorted(planted, key=lambda p: (p.onset, p.practice_id)))


def _counts(rng: np.random.Generator, level: FloatArray, steadiness: float) -> FloatArray:
    """Poisson weeks (0), bursty ones (gamma-mixed, below 1) or clockwork (Erlang, above 1)."""
    if steadiness == 0.0:
        return rng.poisson(level).astype(float)
    if steadiness < 1.0:
        return rng.poisson(level * rng.gamma(1 / steadiness, steadiness, len(level))).astype(float)
    progress = np.floor(level.cumsum() + rng.random())
    return np.diff(progress, prepend=0.0)


def _referrals(
    rng: np.random.Generator,
    counts: FloatArray,
    start: date,
    practices: pd.DataFrame,
    people: pd.DataFrame,
) -> pd.DataFrame:
    """One row a referral, as an export of the practice's own system."""
    number, week = np.nonzero(counts)
    copies = counts[number, week].astype(int)
    number, week = np.repeat(number, copies), np.repeat(week, copies)
    weekday = rng.choice(5, len(number), p=[0.24, 0.21, 0.2, 0.19, 0.16])
    first = pd.Timestamp(start)
    referred = first + pd.to_timedelta(7 * week + (weekday - start.weekday()) % 7, unit="D")
    wait = rng.gamma(3.0, 3.5, len(number)).round()
    note = rng.gamma(2.0, 3.0, len(number)).round()
    ids = practices["practice_id"].to_numpy()[number]
    staff = dict(iter(people.groupby("practice_id")))
    doctor = [
        staff[key].iloc[int(pick * len(staff[key]))]
        for key, pick in zip(ids, rng.random(len(ids)), strict=True)
    ]
    frame = pd.DataFrame(
        {
            "referral_id": [f"R{place:06d}" for place in range(len(number))],
            "referred_on": referred,
            "practice_id": ids,
            "practice_name": practices["practice_name"].to_numpy()[number],
            "provider_npi": [row["npi"] for row in doctor],
            "provider_name": [f"{row['name']}, {row['role']}" for row in doctor],
            "service_line": rng.choice(LINES, len(number), p=[0.4, 0.25, 0.2, 0.15]),
            "payer": rng.choice(PAYERS, len(number), p=[0.5, 0.3, 0.12, 0.08]),
            "status": rng.choice(
                ["completed", "scheduled", "entered in error"], len(number), p=[0.9, 0.09, 0.01]
            ),
            "scheduled_on": referred + pd.to_timedelta(wait, unit="D"),
            "seen_on": referred + pd.to_timedelta(wait + 1, unit="D"),
            "note_sent_on": referred + pd.to_timedelta(wait + 1 + note, unit="D"),
            "recorded_on": referred + pd.to_timedelta(rng.integers(0, 3, len(number)), unit="D"),
            "patient_name": [f"PATIENT-{place:06d}" for place in range(len(number))],
        }
    )
    return frame.sort_values(["referred_on", "referral_id"], ignore_index=True)


def _rename(referrals: pd.DataFrame, practices: pd.DataFrame, until: date) -> pd.DataFrame:
    """The last practice of the list goes on under a new name for its last 20 weeks."""
    old = practices["practice_id"].iloc[-1]
    name = str(practices["practice_name"].iloc[-1]).rsplit(" ", 1)[0] + " Health"
    renamed = practices.iloc[[-1]].assign(practice_id="P151", practice_name=name)
    practices.loc[len(practices)] = renamed.iloc[0]
    late = (referrals["practice_id"] == old) & (
        referrals["referred_on"] >= pd.Timestamp(until - timedelta(weeks=20))
    )
    referrals.loc[late, ["practice_id", "practice_name"]] = ["P151", name]
    return referrals


def _slow_down(referrals: pd.DataFrame, planted: tuple[Planted, ...]) -> None:
    """Why one of them leaves: from four weeks before, its patients wait two weeks longer, and its
    notes are not sent back."""
    left = next(drift for drift in planted if drift.shape == "step" and drift.remaining < 0.5)
    since = pd.Timestamp(left.onset - timedelta(weeks=4))
    late = (referrals["practice_id"] == left.practice_id) & (referrals["referred_on"] >= since)
    for column in ("scheduled_on", "seen_on"):
        referrals.loc[late, column] += pd.Timedelta(days=14)
    referrals.loc[late, "note_sent_on"] = pd.NaT
