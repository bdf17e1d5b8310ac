"""What became of a check-in afterwards. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from quietdrop.domain.checkin import NO_CONTACT, CheckIn, State, Touch

FOLLOWED = timedelta(weeks=13)  # as long as the ledger follows a case


class Became(StrEnum):
    """What became of it."""

    back_by_itself = "back by itself"  # to 80 % of its usual within 13 weeks, nobody was there
    back_after_touch = "back after a touch"  # somebody was there before it was
    back = "back"  # by itself, later than that
    closed = "closed"  # by an outcome, or because the fall was no drift
    down = "still down"  # not back after 13 weeks or more
    too_early = "too early to say"


@dataclass(frozen=True)
class Aftermath:
    """`weeks` are those until it came back; `outcome` is that of a closed check-in."""

    became: Became
    weeks: int | None = None
    outcome: str = ""


def aftermath(checkin: CheckIn, touches: Iterable[Touch], until: date) -> Aftermath:
    """What became of a check-in by the morning of `until`. `touches` are its practice's own."""
    if checkin.state == State.RECOVERED and checkin.resolved_on is not None:
        lasted = checkin.resolved_on - checkin.opened_on
        was_touched = any(
            checkin.opened_on <= touch.touched_on <= checkin.resolved_on
            and touch.kind != NO_CONTACT
            for touch in touches
        )
        soon = Became.back_by_itself if lasted <= FOLLOWED else Became.back
        return Aftermath(Became.back_after_touch if was_touched else soon, lasted.days // 7)
    if checkin.state == State.CLOSED:
        return Aftermath(Became.closed, outcome=checkin.outcome)
    is_early = until - checkin.opened_on < FOLLOWED
    return Aftermath(Became.too_early if is_early else Became.down)


def can_be_judged(checkin: CheckIn, became: Became, until: date) -> bool:
    """Whether it is known if the check-in's practice came back by itself within 13 weeks."""
    return became is Became.back_by_itself or until - checkin.opened_on >= FOLLOWED
