"""The quarter for managers: who sent what, how it moved, who is new and who was lost. Pure.

Who is up or down is so by working days and beside how the network moved: a practice and a person
beside the chances that the exposure gave them, a role, kind or territory beside all the rest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta

import numpy as np
import pandas as pd

from quietdrop.domain.arrays import IntArray
from quietdrop.domain.checkin import State
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Closure
from quietdrop.domain.findings import Cause
from quietdrop.domain.quarter import Quarter, Tally, Total
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.reporting.quarter import dates
from quietdrop.reporting.quarter.moves import beyond_chance, day_of, sums
from quietdrop.reporting.quarter.people import Staff, goes_on, staff_of
from quietdrop.reporting.quarter.scene import (
    REACH,
    SIGNS,
    Scene,
    largest,
    move_of,
    scene_of,
    senders,
    shares,
    with_figures,
)

KINDS = ("service_line", "payer", "location")
QUARTER = timedelta(days=92)  # the longest that one is
MOST_TOTALS = 9  # two years of quarters, and the one they begin with


def quarter(
    evaluation: Evaluation, table: pd.DataFrame, holidays: Collection[date]
) -> Quarter | None:
    """In: a decided date, its table of assessments, public holidays. Out: the last quarter that
    was over by then; None where the data begin after it."""
    as_of = evaluation.as_of
    first = dates.last_complete(as_of)
    begins, newest = (EPOCH + timedelta(days=int(d)) for d in _reach(evaluation.counts))
    if begins >= dates.after(first):
        return None
    shut = {*holidays, *_closed_days(evaluation.intake.closures, begins - QUARTER, as_of)}
    scene = scene_of(evaluation, table, first, begins, shut)
    totals = _totals(evaluation.counts, first, begins, shut)
    offices = senders(scene, ["practice_id"])
    persons = senders(scene, ["practice_id", "provider"])
    people, desks, roles = _people(scene, persons)
    practices = _practices(scene, offices)
    by_id = {tally.practice_id: tally for tally in practices}
    parts = {
        "practice": practices,
        "person": people,
        "role": shares(scene, roles, "role"),
        "desk": largest(_at_desk(one, by_id) for one in desks if one.practice_id in by_id),
        **{kind: shares(scene, _kind(scene, kind), kind) for kind in KINDS},
        "territory": shares(scene, _territories(scene), "territory"),
    }
    parts = {name: tallies for name, tallies in parts.items() if tallies}
    mean = float(scene.phi.mean())
    return Quarter(
        first=first,
        end=scene.end,
        as_of=as_of,
        begins=begins,
        newest=newest,
        totals=totals,
        overall=_overall(totals, 1, mean),
        overall_year=_overall(totals, 4, mean),
        parts=parts,
        moves={
            name: dict(Counter(tally.move for tally in parts.get(name, ()) if tally.move))
            for name in ("practice", "person")
        },
        tried={"practice": int(offices["tried"].sum()), "person": int(persons["tried"].sum())},
        knows_new=scene.knows_new,
        checkins=_checkins(scene),
    )


def _closed_days(closures: Collection[Closure], since: date, until: date) -> set[date]:
    """The days from `since` to `until` on which all of us were closed, however long we were."""
    closed = set()
    for closure in closures:
        first, last = max(closure.closed_from, since), min(closure.closed_to, until)
        if not closure.location:
            closed |= {first + timedelta(days=n) for n in range((last - first).days + 1)}
    return closed


def _totals(
    counts: pd.DataFrame, first: date, begins: date, shut: Collection[date]
) -> tuple[Total, ...]:
    totals = []
    for back in range(MOST_TOTALS):
        begin = dates.before(first, back)
        end = dates.after(begin)
        if end <= begins:
            break
        within = (counts["day"] >= day_of(begin)) & (counts["day"] < day_of(end))
        number = int(counts.loc[within, "referrals"].sum())
        days = dates.working_days(begin, end, shut)
        totals.append(Total(begin, number, days, begins - begin < REACH))
    return tuple(totals)


def _overall(totals: tuple[Total, ...], back: int, phi: float) -> str:
    """How the whole network moved a working day, against so many quarters before."""
    if len(totals) <= back or not (totals[0].is_whole and totals[back].is_whole):
        return ""
    now, then = totals[0], totals[back]
    of = (now.referrals, then.referrals, now.working_days, then.working_days, phi)
    [sign] = beyond_chance(*(np.array([value], dtype=float) for value in of))
    return SIGNS[int(sign)] or "same"


def _practices(scene: Scene, offices: pd.DataFrame) -> tuple[Tally, ...]:
    """A tally a practice. One that goes on under another name was not lost, nor is it new."""
    became = {
        like.practice_id: (like.other_id, "moved" if like.kind == Cause.MOVED else "renamed")
        for like in scene.evaluation.findings.lookalikes.values()
        if like.kind in (Cause.RENAMED, Cause.MERGED, Cause.MOVED) and like.explains
    }
    came_from = {new: (old, how) for old, (new, how) in became.items() if how == "renamed"}
    tallies = []
    for sender in offices.to_dict("records"):
        key, move = str(sender["practice_id"]), move_of(sender)
        where = scene.evaluation.intake.practice(key)
        other, how = came_from.get(key, ("", "")) if move == "new" else became.get(key, ("", ""))
        if move not in ("new", "lost", "down"):
            other = ""
        tally = Tally(
            name=where.name,
            move=how if other else move,
            yearly=SIGNS[int(sender["sign_year"])],
            practice_id=key,
            liaison=scene.liaison.get(key, ""),
            territory=where.territory,
            town=where.town,
            status=scene.status.get(key, ""),
            last=EPOCH + timedelta(days=int(sender["last_day"])),
            other_id=other,
            other=scene.evaluation.intake.practice(other).name if other else "",
        )
        tallies.append(with_figures(tally, scene, sender))
    return largest(tallies)


def _people(
    scene: Scene, persons: pd.DataFrame
) -> tuple[tuple[Tally, ...], list[Staff], dict[str, IntArray]]:
    """Out: a tally a person who sends, those at the desk, who send nothing in their own name, and
    what each role sent (a row a span, and how many sent)."""
    intake = scene.evaluation.intake
    staff = staff_of(intake.people, intake.provider_names, scene.evaluation.as_of)
    elsewhere = goes_on(persons, scene.first)
    tallies, roles = [], dict[str, IntArray]()
    for sender in persons.to_dict("records"):
        key, who, move = str(sender["practice_id"]), str(sender["provider"]), move_of(sender)
        other = elsewhere.get((key, who), "") if move in ("new", "lost") else ""
        role = staff.role_of(key, who)
        sent = [int(sender[name]) for name in scene.spans] + [int(sender["now"] > 0)]
        roles[role] = roles.get(role, np.zeros(4, dtype=np.int64)) + np.array(sent)
        tally = Tally(
            name=staff.name_of(key, who),
            move="moved" if other else move,
            yearly=SIGNS[int(sender["sign_year"])],
            practice_id=key,
            practice=scene.evaluation.intake.practice(key).name,
            role=role,
            last=EPOCH + timedelta(days=int(sender["last_day"])),
            other_id=other,
            other=scene.evaluation.intake.practice(other).name if other else "",
        )
        tallies.append(with_figures(tally, scene, sender))
    pairs = set(zip(persons["practice_id"], persons["provider"], strict=True))
    return largest(tallies), staff.at_desk(pairs), roles if any(roles) else {}


def _at_desk(one: Staff, practices: dict[str, Tally]) -> Tally:
    """Who helps choose the specialist, with what the practice as a whole sent."""
    whole = practices[one.practice_id]
    return whole._replace(name=one.name, role=one.role, practice=whole.name)


def _kind(scene: Scene, kind: str) -> dict[str, IntArray]:
    """What was sent of each kind in each span; nothing where no kind is known."""
    counts = scene.evaluation.counts
    if kind not in counts:
        return {}
    totals = sums(counts, [kind], scene.spans)
    figures = totals[list(scene.spans)].to_numpy(dtype=np.int64)
    kinds = {str(key): row for key, row in zip(totals.index, figures, strict=True) if row.any()}
    return kinds if any(kinds) else {}


def _territories(scene: Scene) -> dict[str, IntArray]:
    places = scene.evaluation.intake.practices
    names = {key: places[key].territory if key in places else "" for key in scene.row}
    if not any(names.values()):
        return {}
    counts = scene.evaluation.counts
    totals = sums(counts.assign(place=counts["practice_id"].map(names)), ["place"], scene.spans)
    figures = totals[list(scene.spans)].to_numpy(dtype=np.int64)
    return {str(key): row for key, row in zip(totals.index, figures, strict=True) if row.any()}


def _checkins(scene: Scene) -> dict[str, int]:
    """What became of check-ins in the quarter."""
    listed = [
        c
        for c in scene.evaluation.history.checkins
        if c.state in (State.OPEN, State.RECOVERED, State.CLOSED)
    ]

    def within(day: date | None) -> bool:
        return day is not None and scene.first <= day < scene.end

    return {
        "opened": sum(within(c.opened_on) for c in listed),
        "came back": sum(c.state == State.RECOVERED and within(c.resolved_on) for c in listed),
        "closed": sum(c.state == State.CLOSED and within(c.resolved_on) for c in listed),
    }


def _reach(counts: pd.DataFrame) -> tuple[int, int]:
    return int(counts["day"].min()), int(counts["day"].max())
