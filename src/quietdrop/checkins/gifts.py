"""What was brought to whom in a year, against the most that is allowed. Pure.

Nothing here knows how much a practice sends, and nothing is ever suggested.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from quietdrop.domain.checkin import Touch
from quietdrop.lib.folding import folded

# Words of a name that do not tell one person from another.
TITLES = {
    *("dr", "doctor", "prof", "professor", "mr", "mrs", "ms", "miss"),
    *("np", "pa", "md", "do", "dpm", "phd"),
}


@dataclass(frozen=True)
class GiftTotal:
    """What one person, or the team of one practice (`recipient` is empty), was given in a year."""

    recipient: str
    practice_ids: tuple[str, ...]
    gifts: int
    cents: int


@dataclass(frozen=True)
class GiftCheck:
    """A gift before it is recorded: what its recipient had before, what it costs, and the limit of
    its year, all in cents; `limit` is None where none is set."""

    recipient: str
    year: int
    before: int
    cost: int
    limit: int | None

    @property
    def after(self) -> int:
        """What the recipient has been given with this gift."""
        return self.before + self.cost

    @property
    def passes_limit(self) -> bool:
        """Whether the limit is passed by this gift, or was before."""
        return bool(self.recipient) and self.limit is not None and self.after > self.limit


def person_key(name: str) -> str:
    """The form in which spellings of one person's name are the same: "Dr. Brandt", "brandt"."""
    words = folded(name).split()
    return " ".join(word for word in words if word not in TITLES) or folded(name)


def totals(touches: Iterable[Touch], year: int) -> list[GiftTotal]:
    """Everybody who was given something in a year, the largest sum first.

    A person is known by the name, at whatever practice: two of one name share a total, which errs
    on the safe side. What was for a whole team is the practice's own.
    """
    groups: dict[tuple[str, str], list[Touch]] = {}
    for touch in touches:
        if touch.cost_cents and touch.touched_on.year == year:
            who = person_key(touch.recipient)
            groups.setdefault((who, "" if who else touch.practice_id), []).append(touch)
    result = [
        GiftTotal(
            theirs[-1].recipient,
            tuple(sorted({touch.practice_id for touch in theirs})),
            len(theirs),
            sum(touch.cost_cents or 0 for touch in theirs),
        )
        for theirs in groups.values()
    ]
    return sorted(result, key=lambda total: (-total.cents, total.recipient, total.practice_ids))


def check_gift(gift: Touch, touches: Iterable[Touch], limit: int | None) -> GiftCheck:
    """What a gift comes to. `touches` are those on record; `limit` is that of its year."""
    year, who = gift.touched_on.year, person_key(gift.recipient)
    before = sum(
        touch.cost_cents or 0
        for touch in touches
        if touch.touched_on.year == year and person_key(touch.recipient) == who
    )
    return GiftCheck(gift.recipient, year, before, gift.cost_cents or 0, limit)
