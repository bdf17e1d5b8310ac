"""What managers read: the save ledger, coverage, reliability."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Case(NamedTuple):
    """One would-be check-in, frozen on the day of its opening.

    `group` is made (somebody got through within four weeks), unmade (opened, and nobody did),
    left out (over the budget) or held out (left unlisted by chance).
    """

    practice_id: str
    opened_on: date
    group: str
    baseline: float  # referrals per unit of exposure and week before the onset
    remaining_share: float  # of the baseline, if the drop is lasting
    probability: float  # that it is


class Verdict(NamedTuple):
    """A case that is old enough for hindsight: what was said, and how it turned out."""

    opened_on: date
    probability: float
    was_down: bool  # a lasting loss that began in the 39 weeks before, or in its own week


class Back(NamedTuple):
    """What came in the weeks after the openings of some cases, all as sums over practices."""

    cases: int
    came: float
    usual: float  # at the frozen baselines
    anyway: float  # expected if nothing is done
    share: float  # came / usual
    low: float | None  # 90 % interval of the share; none of a single practice
    high: float | None


class Gain(NamedTuple):
    """A difference of two shares of the usual referrals, with its 90 % interval."""

    share: float
    low: float
    high: float


@dataclass(frozen=True)
class Ledger:
    """What came back within `weeks` of a check-in, by group, and against what.

    `over_model` compares the made with what was to be expected anyway, `over_left` with those
    that nobody made; `over_held` compares all that were listed, made or not, with the held-out
    share. A comparison is None where there is too little; `waiting` are cases whose weeks have
    not passed yet.
    """

    as_of: date
    weeks: int
    groups: tuple[tuple[str, Back], ...]
    over_model: Gain | None
    over_left: Gain | None
    over_held: Gain | None
    waiting: int


class Coverage(NamedTuple):
    """How one liaison's check-ins stand; `oldest`: the weeks that the oldest aging one is open."""

    liaison: str
    new: int
    open: int  # the new ones and those of earlier weeks
    seen: int  # of the open: something was done
    aging: int  # of the open: told twice, and nothing was done
    oldest: int
    left_out: int
    name: str = ""
    homeless: int = 0  # of the open: somebody said that it is another liaison's practice


class ReliabilityBin(NamedTuple):
    """What was said with a probability from `low` to `high`, and how much of it turned out so."""

    low: float
    high: float
    said: int
    so: int
    is_enough: bool
