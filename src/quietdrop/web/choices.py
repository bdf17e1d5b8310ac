"""The five large choices of the answer page, their follow-up questions, and what follows. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from quietdrop.domain import outcomes
from quietdrop.domain.checkin import CheckIn, Kind
from quietdrop.domain.outcomes import OUTCOMES, Outcome


class Choice(StrEnum):
    """What was learned, as five answers large enough for a thumb, and one for a practice that is
    not hers."""

    FIXED = "fixed"
    OURS = "ours"
    THEIRS = "theirs"
    AWAY = "away"
    UNREACHED = "unreached"
    NOT_MINE = "not-mine"


# The outcomes behind a choice; the first is the default if there is no follow-up.
OUTCOMES_OF: dict[Choice, tuple[str, ...]] = {
    Choice.FIXED: ("nothing wrong",),
    Choice.OURS: ("access", "report-back", "complaint"),
    Choice.THEIRS: (
        *("staff change", "competitor named", "seasonal"),
        *("moved", "retired", "acquired"),
    ),
    Choice.AWAY: ("vacation",),
    Choice.UNREACHED: ("could not reach",),
    Choice.NOT_MINE: ("not mine",),
}
TITLES = {
    Choice.FIXED: "It is fixed, or clear now",
    Choice.OURS: "Something on our side",
    Choice.THEIRS: "Something on their side",
    Choice.AWAY: "Away for a while",
    Choice.UNREACHED: "Could not reach them",
    Choice.NOT_MINE: "This is not my practice",
}
WORDS = {
    Choice.OURS: "A long wait, our notes, or something that went wrong.",
    Choice.THEIRS: "Somebody left, moved, retired, or was bought.",
    Choice.AWAY: "Vacation, or later: hidden until the day that you give.",
}
LARGE = (Choice.FIXED, Choice.OURS, Choice.THEIRS, Choice.AWAY, Choice.UNREACHED)
SNOOZE_WORDS = "Hidden until the day you choose. Nobody was contacted."


@dataclass(frozen=True)
class Detail:
    """One answer of a follow-up, and what follows from it."""

    outcome: str
    label: str
    follows: str


@dataclass(frozen=True)
class Tile:
    """One large choice: its title, a short description, and its follow-up question."""

    choice: Choice
    title: str
    words: str
    details: tuple[Detail, ...]


def tiles(checkin: CheckIn, *, snoozing: bool = False) -> tuple[Tile, ...]:
    """The large choices for a check-in, in order. A complaint cannot be hidden, so "away" is not
    offered for one."""
    return tuple(
        _tile(choice, checkin, snoozing) for choice in LARGE if is_offered(choice, checkin)
    )


def is_offered(choice: Choice, checkin: CheckIn) -> bool:
    """Whether a choice is offered for a check-in."""
    return not (choice is Choice.AWAY and checkin.kind == Kind.COMPLAINT)


def outcome_names(choice: Choice, checkin: CheckIn) -> tuple[str, ...]:
    """The outcomes that a choice can lead to for a check-in."""
    if checkin.kind == Kind.COMPLAINT:
        if choice is Choice.FIXED:
            return ("resolved",)
        return tuple(name for name in OUTCOMES_OF[choice] if name != "complaint")
    return OUTCOMES_OF[choice]


def choice_of(outcome: str) -> Choice | None:
    """The choice that leads to an outcome; None if none does."""
    for choice, names in OUTCOMES_OF.items():
        if outcome in names or (outcome == "resolved" and choice is Choice.FIXED):
            return choice
    return None


def _tile(choice: Choice, checkin: CheckIn, snoozing: bool) -> Tile:
    learned = [OUTCOMES[name] for name in outcome_names(choice, checkin)]
    words = WORDS.get(choice) or outcomes.consequence(learned[0], checkin)
    if snoozing and choice is Choice.AWAY:
        words = SNOOZE_WORDS
    details = tuple(_detail(outcome, checkin) for outcome in learned) if len(learned) > 1 else ()
    return Tile(choice, TITLES[choice], words, details)


def _detail(outcome: Outcome, checkin: CheckIn) -> Detail:
    return Detail(outcome.name, outcome.label, outcomes.consequence(outcome, checkin))
