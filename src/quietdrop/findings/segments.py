"""Inside a practice: whose referrals, or what kind of them, fell more than the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta

import numpy as np
import pandas as pd

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.assess import Assessed
from quietdrop.detection.change_point import Posterior
from quietdrop.detection.part_falls import PartsOf, part_posterior
from quietdrop.domain.arrays import FloatArray, IntArray, ObjectArray
from quietdrop.domain.days import EPOCH
from quietdrop.domain.findings import Cause, Lookalike, Part, PartKind
from quietdrop.lib.tails import binomial_at_most

KINDS = tuple(PartKind)
YEAR = 52  # weeks
RECENT_WEEKS = 13  # in which a part must have fallen, before its evidence is worked out
LEAST_A_YEAR = 8  # referrals of a part, before it is looked at
LEAST_EXPECTED = 3.0  # referrals: P(none | 3 expected) is 5 %
LEAST_SHARE = 0.1  # of the practice's referrals: less is no part worth a line
FELL = 0.6  # of what it used to send in as many weeks: only then is it looked at
FRESH_WEEKS = 26  # since the onset; what left earlier is no news
BEYOND_CHANCE = 0.02  # binomial tail of the part's share since the onset
MOST_OF_IT = 0.6  # of the practice's fall
ALL_OF_IT = 0.95  # one part that is nearly the whole explains nothing


def leaving(
    assessed: Assessed,
    counts: pd.DataFrame,
    names: Mapping[str, str],
    settings: DriftSettings,
) -> tuple[dict[str, Part], dict[str, Lookalike]]:
    """Finds what leaves inside a practice.

    Args:
        assessed: The assessment.
        counts: The counts that were known then.
        names: Providers' names.
        settings: The [drift] section.

    Returns:
        By practice, the part of it that is leaving; and the practices in which one provider
        stopped and the others took over.
    """
    suspects = _suspects(assessed, counts)
    if suspects.empty:
        return {}, {}
    came, whole = _weeks(assessed, counts, suspects)
    posteriors = _posteriors(assessed, suspects, came, whole, settings)
    parts: dict[str, Part] = {}
    taken_over: dict[str, Lookalike] = {}
    for place in np.argsort(-posteriors.probability, kind="stable").tolist():
        age = posteriors.window - int(posteriors.onset[place])
        if posteriors.probability[place] < settings.part_probability or age > FRESH_WEEKS:
            continue
        practice_id, kind, key = suspects[["practice_id", "kind", "key"]].iloc[place]
        part = Part(
            kind=PartKind(kind),
            key=key,
            name=names.get(key, key),
            expected=0.0,
            observed=int(came[place, -age:].sum()),
            share_before=_share_before(came[place], whole[place], age),
            probability=float(posteriors.probability[place]),
            onset=assessed.as_of - timedelta(weeks=age),
        )
        part, others_took_over = _against_own_rate(assessed, practice_id, part, age)
        if kind == PartKind.PROVIDER and others_took_over:
            taken_over.setdefault(
                practice_id,
                Lookalike(Cause.REDISTRIBUTED, practice_id, who=part.name, explains=False),
            )
        elif practice_id not in parts:
            parts[practice_id] = part
    return parts, {key: value for key, value in taken_over.items() if key not in parts}


def _posteriors(
    assessed: Assessed,
    suspects: pd.DataFrame,
    came: FloatArray,
    whole: FloatArray,
    settings: DriftSettings,
) -> Posterior:
    """Whether each part fell by itself; weeks with a very large batch do not count."""
    rows = np.array([assessed.row(key) for key in suspects["practice_id"]], dtype=np.int64)
    judged = assessed.judged
    counted = ~judged.batches[rows]
    exposure = assessed.pool.share[rows] * judged.season[rows] * counted
    of = PartsOf(judged.basis, judged.posterior.log_any, rows)
    return part_posterior(came * counted, whole, exposure, of, settings.priors)


def _share_before(came: FloatArray, whole: FloatArray, age: int) -> float:
    """The part's share of the practice in the year before the onset, 0 to 1."""
    before = slice(max(len(came) - age - YEAR, 0), len(came) - age)
    return float(came[before].sum() / max(whole[before].sum(), 1.0))


def _against_own_rate(
    assessed: Assessed, practice_id: str, part: Part, age: int
) -> tuple[Part, bool]:
    """The part with what its own earlier rate had promised, and whether the others sent so much
    more since that its patients seem to come through them."""
    row = assessed.row(practice_id)
    counts, exposure = assessed.cadence.counts[row], assessed.exposure_of(row)
    before = slice(max(len(counts) - age - YEAR, 0), len(counts) - age)
    rate = counts[before].sum() / max(float(exposure[before].sum()), 1e-9)
    promised = rate * float(exposure[-age:].sum())
    expected = part.share_before * promised
    others = float(counts[-age:].sum()) - part.observed
    missing = max(expected - part.observed, 0.0)
    took_over = others >= (promised - expected) + 0.5 * missing
    return Part(**{**vars(part), "expected": expected}), took_over


def _suspects(assessed: Assessed, counts: pd.DataFrame) -> pd.DataFrame:
    """Parts (practice_id, kind, key) of which, of late, far less came than they used to send."""
    end = (assessed.as_of - EPOCH).days
    week = (end - 1 - counts["day"]) // 7
    year = counts[week < YEAR + RECENT_WEEKS].assign(
        recent=(week < RECENT_WEEKS) * counts["referrals"],
        before=(week >= RECENT_WEEKS) * counts["referrals"],
    )
    whole = year.groupby("practice_id")["before"].sum()
    usual = _recent_over_year(assessed)
    suspects = []
    for kind in KINDS:
        if kind not in year:
            continue
        named = year[year[kind] != ""]
        part = named.groupby(["practice_id", kind])[["recent", "before"]].sum().reset_index()
        before = part["before"].to_numpy(dtype=float)
        share = before / np.maximum(whole.loc[part["practice_id"]].to_numpy(dtype=float), 1.0)
        expected = before * usual.reindex(part["practice_id"]).fillna(0.0).to_numpy()
        part["kind"] = kind
        keep = (
            (before >= LEAST_A_YEAR)
            & (share >= LEAST_SHARE)
            & (share <= ALL_OF_IT)
            & (expected >= LEAST_EXPECTED)
            & (part["recent"].to_numpy() <= FELL * expected)
        )
        suspects.append(part[keep].rename(columns={kind: "key"})[["practice_id", "kind", "key"]])
    columns = ["practice_id", "kind", "key"]
    return pd.concat(suspects, ignore_index=True) if suspects else pd.DataFrame(columns=columns)


def _recent_over_year(assessed: Assessed) -> pd.Series:
    """By practice, its exposure of the recent weeks over that of the year before them."""
    newest = -(YEAR + RECENT_WEEKS)
    exposure = assessed.pool.share[:, newest:] * assessed.season[:, newest:]
    recent, before = (
        exposure[:, -RECENT_WEEKS:].sum(axis=1),
        exposure[:, :-RECENT_WEEKS].sum(axis=1),
    )
    ratio = np.divide(recent, before, out=np.zeros(len(recent)), where=before > 0)
    return pd.Series(ratio, index=list(assessed.cadence.ids))


def _weeks(
    assessed: Assessed, counts: pd.DataFrame, parts: pd.DataFrame
) -> tuple[FloatArray, FloatArray]:
    """Each part's referrals a week, and the practice's beside them: parts × weeks."""
    cadence = assessed.cadence
    here = counts[counts["practice_id"].isin(parts["practice_id"].unique())]
    week = ((here["day"] - cadence.start_day) // 7).to_numpy(dtype=np.int64)
    here = here.assign(week=week)[(week >= 0) & (week < cadence.weeks)]
    week, number = here["week"].to_numpy(), here["referrals"].to_numpy(dtype=float)
    practice, ids = pd.factorize(here["practice_id"])
    whole = np.zeros((len(ids), cadence.weeks))
    np.add.at(whole, (practice, week), number)
    y = np.zeros((len(parts), cadence.weeks))
    for kind in KINDS:
        place = np.flatnonzero(parts["kind"] == kind)
        if not len(place):
            continue
        wanted = pd.MultiIndex.from_frame(parts.iloc[place][["practice_id", "key"]])
        rows = wanted.get_indexer(pd.MultiIndex.from_frame(here[["practice_id", kind]]))
        hit = rows >= 0
        np.add.at(y, (place[rows[hit]], week[hit]), number[hit])
    return y, whole[ids.get_indexer(pd.Index(parts["practice_id"]))]


def stands_out(
    counts: pd.DataFrame,
    names: Mapping[str, str],
    onset: date,
    expected: float,
) -> dict[str, Part]:
    """In: one practice's rows that were known then, its onset and what was expected of it since.
    Out: by kind, the part that fell beyond its share of the practice's fall, where there is one:
    it makes most of the fall, and chance would rarely pick it so."""
    begin = (onset - EPOCH).days
    days, numbers = counts["day"].to_numpy(), counts["referrals"].to_numpy()
    since = days >= begin
    before = ~since & (days >= begin - 7 * YEAR)
    total_before, total = int(numbers[before].sum()), int(numbers[since].sum())
    missing = expected - total
    parts: dict[str, Part] = {}
    if not total_before or missing <= 0:
        return parts
    for kind in KINDS:
        if kind not in counts:
            continue
        keys = counts[kind].to_numpy(dtype=object)
        was, came = (summed(keys[part], numbers[part]) for part in (before, since))
        for key, number in sorted(was.items(), key=lambda each: (-each[1], each[0])):
            share = number / total_before
            if not LEAST_SHARE <= share <= ALL_OF_IT:
                continue
            lost = share * expected - came[key]
            rare = binomial_at_most(came[key], total, share) < BEYOND_CHANCE
            if rare and lost >= MOST_OF_IT * missing:
                name = names.get(key, key)
                parts[kind] = Part(kind, key, name, share * expected, came[key], share, 1.0, onset)
                break
    return parts


def summed(keys: ObjectArray, numbers: IntArray) -> Counter[str]:
    """The referrals of each key that is not empty. (Frames would take ten times as long.)"""
    sums: Counter[str] = Counter()
    for key, number in zip(keys.tolist(), numbers.tolist(), strict=True):
        if key:
            sums[key] += number
    return sums
