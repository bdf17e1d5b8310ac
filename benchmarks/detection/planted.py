"""What looks like a drift and is none, planted in a network and judged by the production path.

How often is it named rightly, how often listed as a drift; and what happens to practices in
which nothing was planted. Then: is a part that leaves found, is a broken feed held?
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from benchmarks.detection import planted_network as plants
from benchmarks.detection.planted_network import Network, Plant, Planting, as_of, steady
from benchmarks.detection.tables import table
from quietdrop.checkins import Memory
from quietdrop.config import DigestSettings, Settings, SourceSettings
from quietdrop.decided import Decided
from quietdrop.judge import decide, prepare
from quietdrop.rehearse import after, as_known

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
SHARED = ("merged", "moved", "redistributed", "provider")  # kinds that need more than one provider
SETTINGS = Settings(source=SourceSettings(referrals="-"), digest=DigestSettings(budget=1000))


@dataclass
class Seen:
    """What the weekly runs said of practices: by practice, the first week of each."""

    named: dict[tuple[str, str, str], int] = field(default_factory=dict)  # practice, kind, other
    parts: dict[tuple[str, str], int] = field(default_factory=dict)  # practice, kind
    listed: dict[str, int] = field(default_factory=dict)
    held: int = 0


@dataclass
class Tally:
    """Of one kind of plant: when it was named rightly and listed, in weeks since its onset."""

    planted: int = 0
    named: list[int] = field(default_factory=list)
    listed: int = 0


def section(networks: int) -> str:
    """Plants everything in so many networks. Out: the section as Markdown."""
    tallies: dict[str, Tally] = defaultdict(Tally)
    named: dict[str, int] = defaultdict(int)
    controls = listed = held = 0
    for seed in range(1, networks + 1):
        network, planted = plant(seed)
        seen = watched(network, min(one.week for one in planted))
        for one in planted:
            tally(tallies[one.label], one, seen)
        touched = {key for one in planted for key in (one.key, one.other)}
        untouched = set(network.practices) - touched
        controls += len(untouched)
        listed += len(untouched & set(seen.listed))
        held += seen.held
        for kind in {kind for _, kind, _ in seen.named}:
            named[kind] += len(untouched & {key for key, each, _ in seen.named if each == kind})
        named["leaving"] += len(untouched & {key for key, _ in seen.parts})
    rows = [_row(label, tallies[label]) for label in (*LOOKALIKES, *PARTS)]
    falsely = [[kind, number, f"{number / controls:.1%}"] for kind, number in sorted(named.items())]
    head = ["planted", "times", "named rightly", "weeks to the name", "listed as drift"]
    return "\n\n".join(
        [
            f"In {networks} networks of {PRACTICES} steady practices, judged by {RUNS} weekly runs"
            f" each; planted in practices of {LEAST_RATE:g} referral a week or more. Listed:"
            " at any of the runs after it began.",
            table(head, rows),
            f"Of {controls} practices in which nothing was planted {listed} were listed"
            f" ({listed / controls:.1%}) in these {RUNS} weeks, and named:",
            table(["as", "practices", "share"], falsely),
            f"{held} of {networks * RUNS} runs were held although no feed had broken.",
        ]
    )


def plant(seed: int) -> tuple[Network, list[Plant]]:
    """A network with everything planted in it, each in practices of its own."""
    network = steady(seed, PRACTICES)
    first = int(network.rng.integers(FIRST_ONSET, LAST_ONSET))
    free = [key for key, rate in network.rate.items() if rate >= LEAST_RATE]
    free = network.rng.permutation(free).tolist()
    made = []
    for label, (kind, planting) in (PARTS | LOOKALIKES).items():
        for _ in range(EACH):
            key = next(key for key in free if _suits(network, key, kind))
            free.remove(key)
            spare = free.pop() if kind in ("merged", "moved") else ""
            late = 0 if kind == "closure" else int(network.rng.integers(0, SPREAD))
            other = planting(network, key, first + late, spare)
            made.append(Plant(label, kind, key, first + late, other))
    return network, made


def _suits(network: Network, key: str, kind: str) -> bool:
    """Who moves or leaves is one of several; and the total holds where only a part leaves."""
    rows = network.rows[network.rows["practice_id"] == key]
    shares = rows["provider"].value_counts(normalize=True)
    if kind in SHARED and len(shares) < 2:
        return False
    if kind not in ("provider", "service_line"):
        return True
    biggest = rows[kind].value_counts(normalize=True).iloc[0]
    return bool(biggest <= MOST_SHARE) and network.rate[key] >= LEAST_WHOLE


def watched(network: Network, first: int) -> Seen:
    """The weekly job from the week after `first` on, with only what was known then."""
    seen = Seen()
    for week, decided in _runs(network, first):
        seen.held += bool(decided.faults)
        for key, like in decided.lookalikes.items():
            seen.named.setdefault((key, like.kind, like.other_id), week)
        for key, part in decided.parts.items():
            seen.parts.setdefault((key, part.kind), week)
        for checkin in decided.plan.listed:
            seen.listed.setdefault(checkin.practice_id, week)
    return seen


def _runs(network: Network, first: int) -> Iterator[tuple[int, Decided]]:
    intake = network.intake()
    prepared, memory = prepare(intake.counts), Memory()
    for week in range(first, first + RUNS + 1):
        known = as_known(intake, as_of(week))
        decided = decide(SETTINGS, known, prepared, memory, as_of(week))
        memory = after(memory, decided)
        if week > first:
            yield week, decided


def tally(into: Tally, one: Plant, seen: Seen) -> None:
    """Adds what the runs said of one plant."""
    into.planted += 1
    named = seen.named.get((one.key, one.kind, one.other), seen.parts.get((one.key, one.kind)))
    if named is not None and named > one.week:
        into.named.append(named - one.week)
    into.listed += seen.listed.get(one.key, 0) > one.week


def _row(label: str, of: Tally) -> list[object]:
    waited = f"{np.median(of.named):.0f}" if of.named else "–"
    return [label, of.planted, f"{len(of.named) / of.planted:.0%}", waited, of.listed]
