"""What looks like a drift and is likely something else: a new name, a move, our own doing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
from rapidfuzz import fuzz

from quietdrop.assess import Assessed
from quietdrop.cadence import EPOCH
from quietdrop.flows import Flows
from quietdrop.model import FloatArray, Lookalike, Practice

STOPPED = 0.15  # of what was expected; more than that and the practice goes on by itself
STARTED = (timedelta(days=-28), timedelta(days=70))  # when, beside an onset, a new name appears
GOES_ON = 0.5  # of what is missing must come in elsewhere
CARRIED = 0.5  # of a practice's referrals came from providers who now send from another one
MOVER = 0.2  # share of a practice's referrals from which one provider matters
EXPLAINS = 0.6  # of the fall
SAME_NAME, SAME_PLACE, KINDRED_NAME = 88.0, 90.0, 60.0  # rapidfuzz's scores, 0 to 100
CLOSED_SHARE = 0.75  # open less than this of the last weeks: our own doing
CLOSED_WEEKS = 6
LIKELY = 0.5
UNNAMED = "One of their providers"
LEGAL = ("pllc", "llc", "llp", "inc", "pc", "pa", "md", "do")
FILLERS = frozenset({"the", "of", "and", "at", *LEGAL})  # words that say nothing of a name
SHORT_FOR = {
    "med": "medicine",
    "fam": "family",
    "ped": "pediatrics",
    "peds": "pediatrics",
    "ortho": "orthopedics",
    "phys": "physical",
    "ctr": "center",
    "assoc": "associates",
    "st": "saint",
    "mt": "mount",
}


@dataclass(frozen=True)
class _Fall:
    """One practice's fall, as it was found: referrals expected and observed since the onset."""

    practice_id: str
    onset: date
    expected: float
    observed: int
    baseline: float

    @property
    def missing(self) -> float:
        return max(self.expected - self.observed, 0.0)


def lookalikes(
    assessed: Assessed,
    counts: pd.DataFrame,
    practices: Mapping[str, Practice],
    provider_names: Mapping[str, str],
    open_share: FloatArray | None,
    told: float,
) -> dict[str, Lookalike]:
    """In: the assessment, the counts that were known then, the directory, the share of each week
    in which we were open (streams × weeks), the probability from which a fall is told of.
    Out: by practice, what its fall likely is; `explains` where that is no drift at all."""
    frame = assessed.frame
    fallen = frame[frame["drift_probability"].astype(float) >= told]
    found = _by_rival(frame) | _by_closure(assessed, open_share)
    if fallen.empty:
        return found
    flows = Flows(counts, fallen.index)
    for practice_id, row in fallen.iterrows():
        fall = _Fall(
            str(practice_id),
            row["onset"],
            float(row["expected"]),
            int(row["observed"]),
            float(row["baseline_per_week"]),
        )
        likely = _carried(assessed, fall, flows, practices, provider_names)
        likely = likely or _renamed(assessed, fall, practices)
        if likely:
            found[fall.practice_id] = likely
    return found


def _by_rival(frame: pd.DataFrame) -> dict[str, Lookalike]:
    """Those whose evidence itself says that it is no drift."""
    absence, drift = (frame[f"{what}_probability"].astype(float) for what in ("absence", "drift"))
    rivals = {
        "batch": frame["batch_week"] >= 0,
        "honeymoon": frame["honeymoon_probability"].astype(float) >= LIKELY,
        "absence": (absence > drift) & (absence + drift >= LIKELY),
    }
    return {
        str(practice_id): Lookalike(kind, str(practice_id), explains=False)
        for kind, so in rivals.items()
        for practice_id in frame.index[so]
    }


def _by_closure(assessed: Assessed, open_share: FloatArray | None) -> dict[str, Lookalike]:
    """Those from whom little came because we were closed, and who do not fall otherwise."""
    if open_share is None:
        return {}
    counts, frame = assessed.cadence.counts, assessed.frame
    weeks = min(CLOSED_WEEKS, counts.shape[1])
    opened = open_share[:, -weeks:].mean(axis=1)
    usual = frame["baseline_per_week"].to_numpy(dtype=float) * weeks
    steady = frame["drift_probability"].astype(float).to_numpy() < LIKELY
    few = counts[:, -weeks:].sum(axis=1) < CLOSED_SHARE * usual
    closed = (opened < CLOSED_SHARE) & few & steady & (usual >= 3.0)
    return {
        practice_id: Lookalike("closure", practice_id, explains=False)
        for practice_id in frame.index[np.flatnonzero(closed)].astype(str)
    }


def _carried(
    assessed: Assessed,
    fall: _Fall,
    flows: Flows,
    practices: Mapping[str, Practice],
    names: Mapping[str, str],
) -> Lookalike | None:
    """The same providers send from another practice now: renamed, merged or moved."""
    before = flows.before(fall.practice_id, fall.onset)
    since = flows.since(fall.practice_id, fall.onset)
    total = sum(before.values())
    if not total:
        return None
    stopped = fall.observed <= STOPPED * fall.expected
    came: dict[str, dict[str, float]] = {}
    shares = {provider: number / total for provider, number in before.items()}
    for provider, share in shares.items():
        stayed = since.get(provider, 0) > 0.25 * share * fall.expected
        if stayed:
            continue
        for place, gained in flows.elsewhere(provider, fall.practice_id, fall.onset).items():
            if gained >= 1.0:
                came.setdefault(place, {})[provider] = gained
    arrived: dict[str, dict[str, float]] = {}
    for place, gains in came.items():
        # At a new place one referral tells; at an old one it may be what is usual there.
        joined = stopped and sum(gains.values()) >= GOES_ON * fall.missing
        known = joined or _is_new(assessed, place, fall.onset)
        for provider, gained in gains.items():
            if known or gained >= GOES_ON * shares[provider] * fall.expected:
                arrived.setdefault(place, {})[provider] = shares[provider]
    if not arrived:
        return None
    place = max(arrived, key=lambda other: (sum(arrived[other].values()), other))
    carried = arrived[place]
    weight = sum(carried.values())
    other = practices.get(place)
    found = Lookalike("moved", fall.practice_id, place, other.name if other else place)
    if stopped and weight >= CARRIED and (len(carried) > 1 or _is_new(assessed, place, fall.onset)):
        told = f"{len(carried)} of their {len(before)} referring providers now send from there"
        if len(before) == 1:
            told = "their one referring provider now sends from there"
        kind = "renamed" if _is_new(assessed, place, fall.onset) else "merged"
        return replace(found, kind=kind, evidence=told)
    provider = max(carried, key=lambda who: (carried[who], who))
    if carried[provider] < MOVER:
        return None
    explains = carried[provider] * fall.expected >= EXPLAINS * fall.missing
    return replace(found, who=names.get(provider, UNNAMED), explains=explains)


def _first_day(assessed: Assessed, practice_id: str) -> date | None:
    if practice_id not in assessed.frame.index:
        return None
    return EPOCH + timedelta(days=int(assessed.cadence.first_day[assessed.row(practice_id)]))


def _is_new(assessed: Assessed, practice_id: str, onset: date) -> bool:
    """Whether the practice began to refer beside that onset."""
    first = _first_day(assessed, practice_id)
    return first is not None and onset + STARTED[0] <= first <= onset + STARTED[1]


def _renamed(
    assessed: Assessed, fall: _Fall, practices: Mapping[str, Practice]
) -> Lookalike | None:
    """A practice that stopped, and one with its name or place that began with as many referrals."""
    own = practices.get(fall.practice_id)
    if own is None or fall.observed > STOPPED * fall.expected:
        return None
    begin = (fall.onset + STARTED[0] - EPOCH).days
    last = (fall.onset + STARTED[1] - EPOCH).days
    first_day = assessed.cadence.first_day
    best: tuple[float, str, str] | None = None
    for row in np.flatnonzero((first_day >= begin) & (first_day <= last)).tolist():
        other = practices.get(assessed.cadence.ids[row])
        if other is None or other.practice_id == fall.practice_id:
            continue
        came = float(assessed.cadence.counts[row].sum()) + 1.0
        chances = float(assessed.exposure[row].sum())
        alike = _alike(own, other)
        enough = came >= GOES_ON * fall.baseline * max(chances, 1.0)
        if alike and enough and (best is None or (alike[0], other.practice_id) > best[:2]):
            best = (alike[0], other.practice_id, alike[1])
    if best is None:
        return None
    name = practices[best[1]].name
    return Lookalike("renamed", fall.practice_id, best[1], name, evidence=best[2])


def _alike(own: Practice, other: Practice) -> tuple[float, str] | None:
    """How much two entries of the directory look like one office, and by what."""
    name = fuzz.token_sort_ratio(_plain(own.name), _plain(other.name))
    if _digits(own.phone) and _digits(own.phone) == _digits(other.phone):
        return 100.0 + name, "the same phone number"
    place = fuzz.token_sort_ratio(own.address.casefold(), other.address.casefold())
    same_town = not own.town or not other.town or own.town.casefold() == other.town.casefold()
    if own.address and other.address and same_town and place >= SAME_PLACE:
        return (place + name, "the same address") if name >= KINDRED_NAME else None
    if name >= SAME_NAME and own.town and own.town.casefold() == other.town.casefold():
        return name, "a similar name in the same town"
    return None


def _plain(name: str) -> str:
    """A practice's name without punctuation, legal forms and abbreviations."""
    words = re.findall(r"\w+", name.casefold().replace(".", "").replace("'", ""))
    telling = [SHORT_FOR.get(word, word) for word in words if word not in FILLERS]
    return " ".join(telling or words)


def _digits(phone: str) -> str:
    """A phone number's digits, without an extension and the country's 1."""
    number, *_ = re.split(r"x|ext|#", phone.casefold(), maxsplit=1)
    digits = "".join(letter for letter in number if letter.isdigit())
    if len(digits) == 11:
        digits = digits.removeprefix("1")
    return digits if len(digits) >= 7 else ""
