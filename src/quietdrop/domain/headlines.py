"""A manager's three numbers of a week, each beside what is usual. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HALF_YEAR = 26  # weeks
FEWEST = 6  # earlier weeks below which nothing is called usual
TAIL = 0.1  # of the earlier weeks lie below what is usual, and as many above


@dataclass(frozen=True)
class Headline:
    """A number, the earlier ones (the oldest first), and between which bounds most of them lay."""

    now: float
    before: tuple[float, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def verdict(self) -> str:
        """How the number stands to what is usual; "" where nothing is yet."""
        if self.low is None or self.high is None:
            return ""
        if self.now < self.low:
            return "Less than usual."
        return "More than usual." if self.now > self.high else "Within it."


@dataclass(frozen=True)
class Headlines:
    """What a run leaves of the numbers that only a run can know, each the oldest week first."""

    stake: tuple[float, ...] = ()  # referrals a week that falling practices send less than usual
    waiting: tuple[float, ...] = ()  # check-ins that wait too long
    weeks: tuple[float, ...] = ()  # referrals
    falling: int = 0  # practices
    alike: tuple[tuple[str, str, str], ...] = ()  # practice id, its name, whose new name it may be


NO_HEADLINES = Headlines()


@dataclass(frozen=True)
class Number:
    """One of the week's numbers, with what it counts and its digits after the point."""

    label: str
    digits: int
    value: Headline


def headline(values: Sequence[float]) -> Headline:
    """The last of these values beside those of the half-year before it."""
    before = tuple(values[-HALF_YEAR - 1 : -1])
    if len(before) < FEWEST:
        return Headline(values[-1] if values else 0.0, before)
    ordered, last = sorted(before), len(before) - 1
    low, high = ordered[round(TAIL * last)], ordered[round((1 - TAIL) * last)]
    return Headline(values[-1], before, low, high)


def appended(earlier: Sequence[float], value: float) -> tuple[float, ...]:
    """The earlier values and this one, a half-year before it at most."""
    return (*earlier, value)[-HALF_YEAR - 1 :]
