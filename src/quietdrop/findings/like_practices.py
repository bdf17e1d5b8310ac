"""Practices that are only alike, and may be one: proposed to a person, never joined. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from quietdrop.domain.decisions import DecisionKind, Register
from quietdrop.domain.directory import Practice
from quietdrop.domain.intake import Intake
from quietdrop.findings.practice_matching import alike, blocks
from quietdrop.ingest.same_practice import id_form
from quietdrop.lib.folding import folded

MOST_IN_BLOCK = 50  # practices; a word that more of them share tells nothing
MOST_OF_ONE_NAME = 3  # ids; more of one name are a chain's sites
SAME_ID = "the same id but for zeros"


@dataclass(frozen=True)
class Proposal:
    """`subject` may be another spelling of `value`; `why` says by what, as a clause."""

    subject: str
    subject_name: str
    value: str
    value_name: str
    why: str


def proposals(intake: Intake, register: Register) -> list[Proposal]:
    """Return who may be one practice, each with the largest practice that it resembles.

    Args:
        intake: What was read, each practice under its key.
        register: The store's decisions: a pair that was refused is not proposed again.
    """
    size = _sizes(intake)
    candidates = {**intake.practices, **_rejected_names(intake)}
    refused = {
        frozenset((intake.identity.key_of(d.subject), intake.identity.key_of(d.value)))
        for d in register.of_kind(DecisionKind.REFUSED_ALIAS)
    }
    best: dict[str, tuple[float, Proposal]] = {}
    for one, other in _near_pairs(candidates.values()):
        if frozenset((one.practice_id, other.practice_id)) in refused:
            continue
        score, why = _likeness(one, other)
        value, subject = sorted((one, other), key=lambda p: (-size[p.practice_id], p.practice_id))
        if not score or (subject.practice_id in best and best[subject.practice_id][0] >= score):
            continue
        ids = (subject.practice_id, subject.name, value.practice_id, value.name)
        best[subject.practice_id] = score, Proposal(*ids, why)
    return [best[subject][1] for subject in sorted(best)]


def _sizes(intake: Intake) -> Counter[str]:
    summed = intake.counts.groupby("practice_id", sort=False)["referrals"].sum()
    return Counter(dict(zip(map(str, summed.index), summed.tolist(), strict=True)))


def _rejected_names(intake: Intake) -> dict[str, Practice]:
    """Practices that the directory does not know, whose rows were rejected for it."""
    unknown: dict[str, Practice] = {}
    for reject in intake.rejects:
        if reject.reason == "unknown practice":
            fields = dict(reject.fields)
            name = fields.get("practice_name", "")
            practice_id = fields.get("practice_id") or name
            unknown.setdefault(practice_id, Practice(practice_id, name or practice_id))
    return unknown


def _near_pairs(practices: Iterable[Practice]) -> list[tuple[Practice, Practice]]:
    """The pairs that share a telling word, an address, a phone number or the form of an id."""
    by_block: dict[str, list[Practice]] = {}
    names: Counter[str] = Counter()
    for practice in practices:
        names[folded(practice.name)] += 1
        for block in {*blocks(practice), f"id {id_form(practice.practice_id)}"}:
            by_block.setdefault(block, []).append(practice)
    pairs: dict[tuple[str, str], tuple[Practice, Practice]] = {}
    for together in by_block.values():
        if not 2 <= len(together) <= MOST_IN_BLOCK:
            continue
        for place, one in enumerate(together):
            for other in together[:place]:
                chain = folded(one.name) == folded(other.name)
                if not chain or names[folded(one.name)] <= MOST_OF_ONE_NAME:
                    pairs[one.practice_id, other.practice_id] = one, other
    return list(pairs.values())


def _likeness(one: Practice, other: Practice) -> tuple[float, str]:
    if same := alike(one, other):
        return same
    if id_form(one.practice_id) == id_form(other.practice_id):
        return 1.0, SAME_ID
    return 0.0, ""


def named(practices: Mapping[str, Practice], practice_id: str) -> str:
    """A practice for a person: its name, and its id where that differs."""
    name = practices[practice_id].name if practice_id in practices else practice_id
    return name if name == practice_id else f"{name} ({practice_id})"
