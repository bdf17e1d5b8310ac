"""The plan of one date: which check-ins open, recover and close. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from quietdrop.checkins import holdout
from quietdrop.checkins.budget import left_of, worth_a_look
from quietdrop.checkins.candidates import drifting, frozen, left_long_ago, old_stories
from quietdrop.checkins.history import History, history_as_of
from quietdrop.checkins.lifecycle import Situation, fate
from quietdrop.checkins.touches import gone, group_by_practice, reopened, snoozes_from, unresolved
from quietdrop.checkins.unlisted import Decisions, Unlisted, acquired_ones, snoozed_until, why_not
from quietdrop.domain import outcomes
from quietdrop.domain.checkin import CheckIn, News, Touch
from quietdrop.domain.directory import Practice, Prefer

if TYPE_CHECKING:
    from quietdrop.detection.assess import Assessed

DIGEST_DAYS = 6  # so soon after a whole digest only what is new or worse is mailed


@dataclass
class Plan:
    """What this date's run changes and tells, by practice."""

    opened: list[CheckIn] = field(default_factory=list)
    worse: list[CheckIn] = field(default_factory=list)
    unanswered: list[CheckIn] = field(default_factory=list)  # complaints: told until answered
    reminded: list[CheckIn] = field(default_factory=list)  # told a second and last time
    waiting: list[CheckIn] = field(default_factory=list)  # something was done, still open
    aging: list[CheckIn] = field(default_factory=list)  # told twice, and nothing was done
    asleep: list[CheckIn] = field(default_factory=list)
    answered: list[CheckIn] = field(default_factory=list)  # closed by what a touch says
    recovered: list[CheckIn] = field(default_factory=list)
    explained: list[CheckIn] = field(default_factory=list)  # closed: the fall is no drift
    review: list[CheckIn] = field(default_factory=list)
    left_out: dict[str, int] = field(default_factory=dict)  # by liaison
    unlisted: list[CheckIn] = field(default_factory=list)  # remembered, told to nobody
    closed: set[str] = field(default_factory=set)
    handed_over: list[CheckIn] = field(default_factory=list)  # another liaison's from now on
    worth_a_look: dict[str, list[str]] = field(default_factory=dict)  # by liaison, opens nothing
    between: set[str] = field(default_factory=set)  # liaisons who have had this week's digest
    spoken_for: set[str] = field(default_factory=set)  # not to be called watched as well
    over_budget: set[str] = field(default_factory=set)
    why_not: dict[str, Unlisted] = field(default_factory=dict)  # of all that are not listed

    @property
    def listed(self) -> list[CheckIn]:
        """Those that a digest carries in full."""
        return [*self.opened, *self.worse, *self.unanswered]

    @property
    def still_open(self) -> list[CheckIn]:
        """Those that a digest names in a line; of the aging the manager is told."""
        return [*self.reminded, *self.waiting]

    def announced(self) -> list[CheckIn]:
        """Those that change because a digest tells of them."""
        weekly = [c for c in (*self.reminded, *self.recovered) if c.liaison not in self.between]
        return [*self.opened, *self.worse, *weekly]

    def ended(self) -> list[CheckIn]:
        """Those that are closed by what is known, whether or not a digest says so."""
        return [*self.answered, *self.explained]

    def unannounced(self) -> list[CheckIn]:
        """Those that change by what is known, whether or not a digest says so."""
        return [*self.handed_over, *self.ended()]

    def changed(self) -> list[CheckIn]:
        """Every check-in that is to be saved."""
        return [*self.unannounced(), *self.announced(), *self.review]

    def news(self, liaison: str) -> News:
        """What the liaison's digest tells, in numbers."""

        def theirs(checkins: Iterable[CheckIn]) -> int:
            return sum(checkin.liaison == liaison for checkin in checkins)

        if liaison in self.between:
            return News(opened=theirs(self.opened), worse=theirs(self.worse))
        return News(
            opened=theirs([*self.opened, *self.unanswered]),
            worse=theirs(self.worse),
            recovered=theirs(self.recovered),
            still_open=theirs([*self.still_open, *self.aging, *self.asleep]),
        )


def plan(
    assessed: Assessed,
    practices: dict[str, Practice],
    history: History,
    *,
    budgets: dict[str, int],
    default_budget: int,
    liaison_of: dict[str, str],
    prefer: Prefer = Prefer.VOLUME,
    explained: Mapping[str, str] | None = None,
    uncounted: Mapping[str, int] | None = None,
    doubted: Collection[str] = (),
    holdout_share: float = 0.0,
    holdout_seed: str = "",
) -> Plan:
    """Who is told of this date. `liaison_of` names each practice's liaison ("" for none);
    `prefer` says whose check-ins take the budget's places;
    `explained` says of practices whose fall is no drift what it is instead: no check-in opens
    for it, and one that is open closes. `uncounted` says how many rows of a practice were rejected
    or have vanished, so that nobody is called worse because of them; of the `doubted` these rows
    would explain the fall, and no check-in opens for them. Of the drifts that would be listed,
    chance leaves `holdout_share` unlisted; they take no place in the budget."""
    as_of = assessed.cadence.as_of
    recent = ((who, (as_of - day).days) for who, day in history.digests.items())
    result = Plan(between={who for who, days in recent if 0 < days <= DIGEST_DAYS})
    result.handed_over = _handed_over(history, practices, liaison_of)
    history = history_as_of(history, as_of)
    standing = _not_undone(history)
    last = _latest(standing)
    result.closed = _closed(practices, history.touches, standing, as_of)
    situation = _known(history, result.closed, explained or {}, as_of)
    situation = replace(situation, uncounted=uncounted or {})
    for checkin in history.checkins:
        if checkin.state == "open":
            became, kept = fate(assessed, checkin, situation)
            getattr(result, became).append(_addressed(kept, practices, liaison_of))
    complaints = situation.complaints
    busy = {c.practice_id for c in history.checkins if c.state == "open"} | result.closed
    for practice_id in sorted(complaints - busy):
        result.opened.append(_addressed(_complaint(practice_id, assessed), practices, liaison_of))
    busy |= complaints
    busy |= {key for key in situation.snoozes if situation.is_snoozed(key, as_of)} | set(
        situation.explained
    )
    busy |= holdout.resting(history.unlisted, as_of)
    result.spoken_for = busy | old_stories(assessed, last)
    busy |= set(doubted)
    old = left_long_ago(assessed, busy | set(last))
    drifts, stale = drifting(assessed, last, busy, first_run=history.first_run, prefer=prefer)
    result.review = [_addressed(c, practices, liaison_of) for c in (*old, *stale)]
    candidates = [_addressed(c, practices, liaison_of) for c in drifts]
    budget = {who: budgets.get(who, default_budget) for who in liaison_of.values()}
    budget |= {c.liaison: budgets.get(c.liaison, default_budget) for c in candidates}
    spared = holdout.spared(history.unlisted, as_of)
    drawn = {
        c.practice_id
        for c in candidates
        if c.practice_id not in spared and _is_drawn(c, holdout_share, holdout_seed)
    }
    budget = left_of(budget, history.checkins, result.opened, as_of)
    _open(result, candidates, budget, drawn, holdout.noted(history.unlisted, as_of))
    spent = Counter(checkin.liaison for checkin in result.opened)
    places = {who: number - spent[who] for who, number in budget.items()}
    taken = result.spoken_for | set(doubted)
    result.worth_a_look = worth_a_look(assessed, places, liaison_of, taken)
    decisions = replace(
        _decisions(result, history, situation, last, as_of), uncounted=frozenset(doubted)
    )
    result.why_not = why_not(assessed.frame, decisions, assessed.thresholds.alert, as_of)
    return result


def _decisions(
    made: Plan, history: History, known: Situation, last: Mapping[str, CheckIn], as_of: date
) -> Decisions:
    hidden = {key: snoozed_until(theirs, as_of) for key, theirs in known.snoozes.items()}
    drawn = {c.practice_id for c in made.unlisted if c.state == holdout.HELD_OUT}
    days = (c.opened_on for c in (*history.checkins, *history.unlisted))
    return Decisions(
        listed=frozenset(c.practice_id for c in made.listed),
        closed=frozenset(made.closed),
        acquired=acquired_ones(history.touches, (*history.checkins, *made.answered)),
        recovered=frozenset(c.practice_id for c in made.recovered),
        explained=known.explained,
        snoozed={key: until for key, until in hidden.items() if until is not None},
        open_since={
            c.practice_id: c.opened_on for c in (*made.reminded, *made.waiting, *made.aging)
        },
        answered={c.practice_id: c for c in made.answered},
        last=last,
        held_out=frozenset(drawn | holdout.resting(history.unlisted, as_of)),
        over_budget=frozenset(made.over_budget),
        review=frozenset(c.practice_id for c in made.review),
        first_run=history.first_run,
        first_day=min(days, default=None),
    )


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
                result.unlisted.append(replace(checkin, state=holdout.LEFT_OUT, notified_on=None))
        elif checkin.practice_id in drawn:
            result.unlisted.append(replace(checkin, state=holdout.HELD_OUT, notified_on=None))
        else:
            spent[liaison] += 1
            result.opened.append(checkin)


def _is_drawn(checkin: CheckIn, share: float, seed: str) -> bool:
    onset = checkin.onset or checkin.opened_on
    return holdout.drawn(checkin.practice_id, onset, share, seed)


def _latest(checkins: Iterable[CheckIn]) -> dict[str, CheckIn]:
    latest: dict[str, CheckIn] = {}
    for checkin in sorted(checkins, key=lambda c: (c.opened_on, c.id or 0)):
        latest[checkin.practice_id] = checkin
    return latest


def _not_undone(history: History) -> list[CheckIn]:
    """The check-ins but those whose closing was said to be a mistake."""
    undone = reopened(history.touches)
    return [
        c
        for c in history.checkins
        if not (c.resolved_on and c.resolved_on <= undone.get(c.practice_id, date.min))
    ]


def _closed(
    practices: dict[str, Practice],
    touches: Iterable[Touch],
    checkins: Iterable[CheckIn],
    as_of: date,
) -> set[str]:
    """Gone for good, as the directory or a liaison says."""
    by_directory = {
        p.practice_id for p in practices.values() if p.closed_on and p.closed_on <= as_of
    }
    answered = {
        c.practice_id
        for c in checkins
        if c.state == "closed" and outcomes.follows(c.outcome) == "closes for good"
    }
    return by_directory | answered | gone(touches)


def _known(
    history: History, closed: Iterable[str], explained: Mapping[str, str], as_of: date
) -> Situation:
    touches = group_by_practice(history.touches)
    snoozes = group_by_practice((*history.snoozes, *snoozes_from(history.touches)))
    complaints = frozenset(unresolved(history.touches, as_of))
    return Situation(
        touches,
        snoozes,
        complaints,
        frozenset(closed),
        explained,
        not_practices=history.not_practices,
        joined=history.joined,
    )


def _handed_over(
    history: History, practices: dict[str, Practice], liaison_of: dict[str, str]
) -> list[CheckIn]:
    """The open check-ins of practices that somebody else looks after now, or covers."""
    still = [c for c in history.checkins if c.state == "open"]
    now = [_addressed(c, practices, liaison_of) for c in still]
    return [new for old, new in zip(still, now, strict=True) if new.liaison != old.liaison]


def _complaint(practice_id: str, assessed: Assessed) -> CheckIn:
    as_of = assessed.cadence.as_of
    if practice_id in assessed.frame.index and assessed.of(practice_id).onset:
        return replace(frozen(assessed, practice_id), kind="complaint")
    return CheckIn(practice_id, practice_id, "", "complaint", as_of, notified_on=as_of)


def _addressed(
    checkin: CheckIn, practices: dict[str, Practice], liaison_of: dict[str, str]
) -> CheckIn:
    """The check-in with its practice's name and liaison as the directory has them now: an open
    one goes to whoever looks after the practice today."""
    practice = practices.get(checkin.practice_id)
    return replace(
        checkin,
        practice_name=practice.name if practice else checkin.practice_name,
        liaison=liaison_of.get(checkin.practice_id) or checkin.liaison,
    )
