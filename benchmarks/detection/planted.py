"""What looks like a drift and is none, planted in a network and judged by the production path.

How often is it named rightly, how often listed as a drift; is a part that leaves found; and what
happens to practices in which nothing was planted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from benchmarks.detection import planted_network as plants
from benchmarks.detection.planted_network import Network, Plant, Planting, as_of, steady
from benchmarks.detection.tables import table
from quietdrop.checkins.history import History
from quietdrop.config import Settings, SourceSettings
from quietdrop.config.settings import DigestSettings
from quietdrop.evaluation.evaluate import evaluate
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.weigh import prepare
from quietdrop.jobs.replay import after, as_known

PRACTICES = 400
EACH = 10  # of every plant in a network
RUNS = 16  # weekly runs after the earliest onset
FIRST_ONSET, LAST_ONSET = 128, 145
SPREAD = 4  # weeks over which a network's onsets lie
LEAST_RATE = 1.0  # referrals a week of a practice in which something is planted
LEAST_WHOLE = 2.0  # of one of which a part leaves
MOST_SHARE = 0.5  # of the practice, of the part that leaves while the total holds
LOOKALIKES: dict[str, tuple[str, Planting]] = {
    "renamed, the same providers": ("renamed", plants.renamed),
    "renamed, spelt differently": ("renamed", plants.respelt),
    "renamed, the phone written differently": ("renamed", plants.rephoned),
    "merged into another practice": ("merged", plants.merged),
    "provider moved to another practice": ("moved", plants.moved),
    "redistributed inside the practice": ("redistributed", plants.redistributed),
    "absent for 2 to 4 weeks": ("absence", plants.absent),
    "closed on our side for 4 weeks": ("closure", plants.closed),
    "one very large week": ("batch", plants.batch),
    "honeymoon of 8 weeks": ("honeymoon", plants.honeymoon),
}
PARTS: dict[str, tuple[str, Planting]] = {
    "its commonest service line vanishes": ("service_line", plants.line_leaves),
    "its biggest referrer vanishes": ("provider", plants.referrer_leaves),
}
CONTROLS: dict[str, tuple[str, Planting]] = {
    "new for 8 weeks, and steady": ("", plants.newcomer),
    "a provider who sends from a second practice too": ("", plants.second_site),
}
WITH_ANOTHER = (plants.merged, plants.moved, plants.second_site)
SHARED = (*WITH_ANOTHER, plants.redistributed, plants.referrer_leaves)  # of several providers
SETTINGS = Settings(source=SourceSettings(referrals="-"), digest=DigestSettings(budget=1000))


@dataclass
class Seen:
    """What the weekly runs said of practices: by practice, the first week of each."""

    named: dict[tuple[str, str, str], int] = field(default_factory=dict)  # practice, kind, other
    parts: dict[tuple[str, str], int] = field(default_factory=dict)  # practice, kind
    listed: dict[str, int] = field(default_factory=dict)
    back: dict[str, int] = field(default_factory=dict)  # came back, after it was listed


@dataclass
class Tally:
    """Of one kind of plant: when it was named rightly, how often listed and either, and how long
    after its listing it came back, in weeks."""

    planted: int = 0
    named: list[int] = field(default_factory=list)
    listed: int = 0
    either: int = 0
    back: list[int] = field(default_factory=list)


def section(networks: int) -> str:
    """Plants everything in so many networks. Out: the section as Markdown."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    named: dict[str, int] = defaultdict(int)
    controls = listed = 0
    for seed in range(1, networks + 1):
        network, planted = plant(seed)
        seen = watched(network, min(one.week for one in planted))
        for one in planted:
            tally(tallies[one.label], one, seen)
        touched = {key for one in planted for key in (one.key, one.other, one.spare)}
        untouched = set(network.practices) - touched
        controls += len(untouched)
        listed += len(untouched & set(seen.listed))
        for kind in {kind for _, kind, _ in seen.named}:
            named[kind] += len(untouched & {key for key, each, _ in seen.named if each == kind})
        named["leaving"] += len(untouched & {key for key, _ in seen.parts})
    falsely = [[kind, number, f"{number / controls:.1%}"] for kind, number in sorted(named.items())]
    head = ["planted", "times", "named rightly", "weeks to the name", "listed as drift"]
    away = tallies["absent for 2 to 4 weeks"]
    return "\n\n".join(
        [
            f"In {networks} networks of {PRACTICES} steady practices, judged by {RUNS} weekly runs"
            f" each; planted in practices of {LEAST_RATE:g} referral a week or more. Listed:"
            " at any of the runs after it began.",
            table(head, [_row(label, tallies[label]) for label in LOOKALIKES]),
            "While a silence lasts nobody can tell a vacation from a stop:"
            f" {(away.planted - away.listed) / away.planted:.0%} of the absences were never listed;"
            f" {len(away.back)} of the {away.listed} that were had been told as come back"
            f" within these weeks, {_median(away.back)} weeks after their listing in the middle.",
            "A part of a practice leaves while the rest goes on; told as such, or as a drift of"
            " the whole:",
            table(
                ["planted", "times", "named rightly", "weeks to the name", "listed", "either"],
                [
                    [
                        *_row(label, tallies[label]),
                        f"{tallies[label].either / tallies[label].planted:.0%}",
                    ]
                    for label in PARTS
                ],
            ),
            "What should get no name, and gets one (an absence not counted):",
            table(
                ["planted", "times", "named", "listed as drift"],
                [[k, (t := tallies[k]).planted, len(t.named), t.listed] for k in CONTROLS],
            ),
            f"Of {controls} practices in which nothing was planted {listed} were listed"
            f" ({listed / controls:.1%}) in these {RUNS} weeks, and named:",
            table(["as", "practices", "share"], falsely),
        ]
    )


def plant(seed: int) -> tuple[Network, list[Plant]]:
    """A network with everything planted in it, each in practices of its own."""
    network = steady(seed, PRACTICES)
    first = int(network.rng.integers(FIRST_ONSET, LAST_ONSET))
    free = [key for key, rate in network.rate.items() if rate >= LEAST_RATE]
    free = network.rng.permutation(free).tolist()
    everything = []
    for label, (kind, planting) in (PARTS | LOOKALIKES | CONTROLS).items():
        for _ in range(EACH):
            key = next(key for key in free if _suits(network, key, kind, planting))
            free.remove(key)
            spare = free.pop() if planting in WITH_ANOTHER else ""
            late = 0 if kind == "closure" else int(network.rng.integers(0, SPREAD))
            other = planting(network, key, first + late, spare)
            everything.append(Plant(label, kind, key, first + late, other, spare))
    return network, everything


def _suits(network: Network, key: str, kind: str, planting: Planting) -> bool:
    """Who moves or leaves is one of several; and the total holds where only a part leaves."""
    rows = network.rows[network.rows["practice_id"] == key]
    shares = rows["provider"].value_counts(normalize=True)
    if planting in SHARED and len(shares) < 2:
        return False
    if kind not in ("provider", "service_line"):
        return True
    biggest = rows[kind].value_counts(normalize=True).iloc[0]
    return bool(biggest <= MOST_SHARE) and network.rate[key] >= LEAST_WHOLE


def watched(network: Network, first: int) -> Seen:
    """The weekly job from the week after `first` on, with only what was known then."""
    seen = Seen()
    for week, evaluation in _runs(network, first):
        for key, like in evaluation.findings.lookalikes.items():
            seen.named.setdefault((key, like.kind, like.other_id), week)
        for key, part in evaluation.findings.parts.items():
            seen.parts.setdefault((key, part.kind), week)
        for checkin in evaluation.plan.listed:
            seen.listed.setdefault(checkin.practice_id, week)
        for checkin in evaluation.plan.recovered:
            seen.back.setdefault(checkin.practice_id, week)
    return seen


def _runs(network: Network, first: int) -> Iterator[tuple[int, Evaluation]]:
    intake = network.intake()
    prepared, history = prepare(intake.counts), History()
    for week in range(first, first + RUNS + 1):
        known_then = as_known(intake, as_of(week))
        evaluation = evaluate(SETTINGS, known_then, prepared, history, as_of(week))
        history = after(history, evaluation)
        if week > first:
            yield week, evaluation


def tally(into: Tally, one: Plant, seen: Seen) -> None:
    """Adds what the runs said of one plant; any name counts for one that should get none."""
    into.planted += 1
    if one.kind:
        named = seen.named.get((one.key, one.kind, one.other), seen.parts.get((one.key, one.kind)))
    else:
        weeks = [week for (key, kind, _), week in seen.named.items() if _wrongly(key, kind, one)]
        named = max(weeks, default=None)
    if named is not None and named > one.week:
        into.named.append(named - one.week)
    listed = seen.listed.get(one.key, 0)
    into.listed += listed > one.week
    into.either += listed > one.week or (named is not None and named > one.week)
    if one.week < listed < seen.back.get(one.key, 0):
        into.back.append(seen.back[one.key] - listed)


def _wrongly(key: str, kind: str, one: Plant) -> bool:
    return key == one.key and kind != "absence"


def _row(label: str, of: Tally) -> list[object]:
    share = f"{len(of.named) / of.planted:.0%}"
    return [label, of.planted, share, _median(of.named), of.listed]


def _median(weeks: list[int]) -> str:
    return f"{np.median(weeks):.0f}" if weeks else "–"
