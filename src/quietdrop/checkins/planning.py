"""How a date's plan is made: what becomes of open check-ins, and who is asked about anew. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from quietdrop.checkins import holdout
from quietdrop.checkins.budget import left_of, worth_a_look
from quietdrop.checkins.candidates import drifting, frozen, left_long_ago, old_stories
from quietdrop.checkins.history import History
from quietdrop.checkins.lifecycle import Situation, fate
from quietdrop.checkins.plan import Plan
from quietdrop.checkins.priority import Ranking, worth
from quietdrop.checkins.roster import Roster
from quietdrop.checkins.unlisted import Decisions, acquired_ones, snoozed_until, why_not
from quietdrop.config.settings import DigestSettings
from quietdrop.domain import outcomes
from quietdrop.domain.checkin import CheckIn, Kind, State
from quietdrop.domain.directory import Practice
from quietdrop.domain.findings import Findings

if TYPE_CHECKING:
    from quietdrop.detection.assess import Assessed

DIGEST_DAYS = 6  # so soon after a whole digest only what is new or worse is mailed


def plan(
    assessed: Assessed,
    history: History,
    findings: Findings,
    roster: Roster,
    settings: DigestSettings,
) -> Plan:
    """Who is told of this date, by the `history` that was known on it.

    Where a fall is explained no check-in opens for it, and one that is open closes; nor does one
    open for a practice in doubt. Of the drifts that would be listed, chance leaves a share
    unlisted; they take no place in the budget.
    """
    as_of = assessed.as_of
    result = Plan(between=_had_a_digest(history, as_of))
    standing = _not_undone(history)
    last = _latest(standing)
    result.closed = _closed(roster.practices, history, standing, as_of)
    situation = Situation(history, findings, frozenset(result.closed))
    _follow_up(result, assessed, situation, roster)
    busy = _spoken_for(history, findings, result.closed, as_of)
    result.spoken_for = busy | old_stories(assessed, last)
    taken = busy | findings.doubts.keys()
    old = left_long_ago(assessed, taken | last.keys())
    ranking = Ranking(settings.prefer, history.acquired, worth(roster.practices.values()))
    drifts, stale = drifting(assessed, last, taken, first_run=history.first_run, ranking=ranking)
    result.review = [roster.addressed(checkin) for checkin in (*old, *stale)]
    candidates = [roster.addressed(checkin) for checkin in drifts]
    liaisons = {*roster.liaison_of.values(), *(c.liaison for c in candidates)}
    budget = roster.budgets_of(liaisons, settings.budget)
    budget = left_of(budget, history.checkins, result.opened, as_of)
    drawn = _drawn(candidates, history, settings, as_of)
    _open(result, candidates, budget, drawn, holdout.noted(history.unlisted, as_of))
    spent = Counter(checkin.liaison for checkin in result.opened)
    places = {who: number - spent[who] for who, number in budget.items()}
    taken = result.spoken_for | findings.doubts.keys()
    result.worth_a_look = worth_a_look(assessed, places, roster.liaison_of, taken)
    decisions = _decisions(result, situation, last, as_of)
    result.why_not = why_not(assessed.frame, decisions, assessed.thresholds.alert, as_of)
    return result


def _had_a_digest(history: History, as_of: date) -> set[str]:
    """The liaisons who have had this week's whole digest."""
    recent = ((who, (as_of - day).days) for who, day in history.digests.items())
    return {who for who, days in recent if 0 < days <= DIGEST_DAYS}


def _follow_up(result: Plan, assessed: Assessed, situation: Situation, roster: Roster) -> None:
    """What becomes of the check-ins that are open; and a new one for each complaint without one."""
    history, as_of = situation.history, assessed.as_of
    still = [checkin for checkin in history.checkins if checkin.state == State.OPEN]
    for checkin in still:
        became, kept = fate(assessed, checkin, situation)
        getattr(result, became).append(roster.addressed(kept))
    asked = {checkin.practice_id for checkin in still} | situation.closed
    for practice_id in sorted(history.complaints(as_of) - asked):
        result.opened.append(roster.addressed(_complaint(practice_id, assessed)))


def _spoken_for(
    history: History, findings: Findings, closed: Collection[str], as_of: date
) -> set[str]:
    """The practices for which no check-in is to open, whatever their counts say."""
    busy = {c.practice_id for c in history.checkins if c.state == State.OPEN} | set(closed)
    busy |= history.complaints(as_of)
    snoozes = history.snoozes_of.items()
    busy |= {key for key, theirs in snoozes if snoozed_until(theirs, as_of) is not None}
    busy |= findings.explained.keys()
    return busy | holdout.resting(history.unlisted, as_of)


def _drawn(
    candidates: Iterable[CheckIn], history: History, settings: DigestSettings, as_of: date
) -> set[str]:
    """The practices that chance leaves unlisted; nobody is twice in a year."""
    spared = holdout.spared(history.unlisted, as_of)
    share, seed = settings.holdout_share, settings.holdout_seed
    return {
        c.practice_id
        for c in candidates
        if c.practice_id not in spared
        and holdout.drawn(c.practice_id, c.onset or c.opened_on, share, seed)
    }


def _open(
    result: Plan,
    drifts: Iterable[CheckIn],
    budget: Mapping[str, int],
    drawn: Collection[str],
    noted: Collection[str],
) -> None:
    """Opens the drifts that the liaisons' budgets have room for, without those that chance has
    `drawn`; the others are remembered, if they are not `noted` already."""
    spent = Counter(checkin.liaison for checkin in result.opened)
    for checkin in drifts:
        liaison = checkin.liaison
        if spent[liaison] >= budget[liaison]:
            result.left_out[liaison] = result.left_out.get(liaison, 0) + 1
            result.over_budget.add(checkin.practice_id)
            if checkin.practice_id not in noted:
                result.unlisted.append(replace(checkin, state=State.LEFT_OUT, notified_on=None))
        elif checkin.practice_id in drawn:
            result.unlisted.append(replace(checkin, state=State.HELD_OUT, notified_on=None))
        else:
            spent[liaison] += 1
            result.opened.append(checkin)


def _decisions(
    of: Plan, situation: Situation, last: Mapping[str, CheckIn], as_of: date
) -> Decisions:
    """What the plan has decided, as far as it bears on who is not listed."""
    history, findings = situation.history, situation.findings
    hidden = {key: snoozed_until(theirs, as_of) for key, theirs in history.snoozes_of.items()}
    drawn = {c.practice_id for c in of.unlisted if c.state == State.HELD_OUT}
    days = (c.opened_on for c in (*history.checkins, *history.unlisted))
    return Decisions(
        listed=frozenset(c.practice_id for c in of.listed),
        closed=frozenset(of.closed),
        acquired=acquired_ones(history.acquired, (*history.checkins, *of.answered)),
        recovered=frozenset(c.practice_id for c in of.recovered),
        explained=findings.explained,
        snoozed={key: until for key, until in hidden.items() if until is not None},
        open_since={c.practice_id: c.opened_on for c in (*of.reminded, *of.waiting, *of.aging)},
        answered={c.practice_id: c for c in of.answered},
        last=last,
        held_out=frozenset(drawn | holdout.resting(history.unlisted, as_of)),
        over_budget=frozenset(of.over_budget),
        review=frozenset(c.practice_id for c in of.review),
        first_run=history.first_run,
        first_day=min(days, default=None),
        uncounted=frozenset(findings.doubts),
    )


def _latest(checkins: Iterable[CheckIn]) -> dict[str, CheckIn]:
    latest: dict[str, CheckIn] = {}
    for checkin in sorted(checkins, key=lambda c: (c.opened_on, c.id or 0)):
        latest[checkin.practice_id] = checkin
    return latest


def _not_undone(history: History) -> list[CheckIn]:
    """The check-ins but those whose closing was said to be a mistake."""
    undone = history.reopened_on
    return [
        c
        for c in history.checkins
        if not (c.resolved_on and c.resolved_on <= undone.get(c.practice_id, date.min))
    ]


def _closed(
    practices: Mapping[str, Practice], history: History, checkins: Iterable[CheckIn], as_of: date
) -> set[str]:
    """Gone for good, as the directory or a liaison says."""
    by_directory = {
        p.practice_id for p in practices.values() if p.closed_on and p.closed_on <= as_of
    }
    answered = {
        c.practice_id
        for c in checkins
        if c.state == State.CLOSED
        and outcomes.follows(c.outcome) == outcomes.Follows.CLOSES_FOR_GOOD
    }
    return by_directory | answered | history.gone.keys()


def _complaint(practice_id: str, assessed: Assessed) -> CheckIn:
    as_of = assessed.as_of
    if practice_id in assessed.frame.index and assessed.of(practice_id).onset:
        return replace(frozen(assessed, practice_id), kind=Kind.COMPLAINT)
    return CheckIn(practice_id, practice_id, "", Kind.COMPLAINT, as_of, notified_on=as_of)
