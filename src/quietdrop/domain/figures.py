"""The line of figures that stands under a practice's name, in mails and on pages."""

from __future__ import annotations

from typing import NamedTuple


class Figure(NamedTuple):
    """One part of the line of figures: "−2 a week", "95 % sure", "since July 6"."""

    amount: str
    unit: str = ""
    before: str = ""

    @property
    def words(self) -> str:
        """The part as it is read aloud."""
        return " ".join(part for part in (self.before, self.amount, self.unit) if part)


class Stakes(NamedTuple):
    """What is at stake at a practice, in a line, with the sentence that keeps what it lacks."""

    figures: tuple[Figure, ...] = ()  # at most three: how much, how sure, since when
    tag: str = ""  # "Complaint, 12 days"
    brief: str = ""

    @property
    def line(self) -> str:
        """The tag and the figures as one line of text."""
        return " · ".join(part for part in (self.tag, *(f.words for f in self.figures)) if part)

    @property
    def at_a_glance(self) -> tuple[str, ...]:
        """What stands beside the name in a list: two short parts at most."""
        if self.tag:
            return tuple(self.tag.split(", "))
        return tuple(figure.words for figure in self.figures if not figure.before)[:2]


NOTHING_AT_STAKE = Stakes()
