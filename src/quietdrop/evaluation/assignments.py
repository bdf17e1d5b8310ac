"""Which liaison has which practice, and who covers for whom. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping
from datetime import date

from quietdrop.checkins.roster import Roster
from quietdrop.config import Settings
from quietdrop.domain.directory import Liaison, Practice
from quietdrop.domain.intake import Intake

LONGEST_CHAIN = 5  # covers who are away themselves


def is_away(liaison: Liaison, as_of: date) -> bool:
    """Whether she is away on that day; without a last day, until further notice."""
    begun = liaison.away_from is not None and liaison.away_from <= as_of
    return begun and (liaison.away_to is None or as_of <= liaison.away_to)


def covered_by(liaisons: Mapping[str, Liaison], as_of: date) -> dict[str, str]:
    """Out: who is away -> who has her list. Nobody where the covers are all away, too."""
    covers = {}
    for email in liaisons:
        now = email
        for _ in range(LONGEST_CHAIN):
            one = liaisons.get(now)
            if one is None or not is_away(one, as_of) or not one.cover:
                break
            now = one.cover
        last = liaisons.get(now)
        if now != email and not (last and is_away(last, as_of)):
            covers[email] = now
    return covers


def assign_covers(
    liaison_of: Mapping[str, str], budgets: Mapping[str, int], default: int, covers: dict[str, str]
) -> tuple[dict[str, str], dict[str, int]]:
    """In: each practice's liaison, budgets, the budget of who has none, covers. Out: the same for
    the time: who covers has both lists, and the calls of both."""
    shared = dict(budgets)
    for away, cover in covers.items():
        shared[cover] = shared.get(cover, default) + budgets.get(away, default)
    return {key: covers.get(email, email) for key, email in liaison_of.items()}, shared


def unlisted_liaisons(
    practices: Iterable[Practice], liaisons: Container[str], as_of: date
) -> list[tuple[str, int]]:
    """Who has practices in the directory but is not among the liaisons: she may have left.

    Args:
        practices: The directory's practices. Those closed by `as_of` need nobody.
        liaisons: The addresses of everybody who is known.

    Returns:
        Each address with her number of practices, the most first.
    """
    counts = Counter(
        practice.liaison
        for practice in practices
        if practice.liaison
        and practice.liaison not in liaisons
        and not (practice.closed_on and practice.closed_on <= as_of)
    )
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def assignments(settings: Settings, intake: Intake, ids: Iterable[str]) -> dict[str, str]:
    """Each practice's liaison: the directory's, else the default, else the first manager."""
    fallback = settings.digest.default_liaison or next(iter(settings.digest.managers), "")
    return {
        practice_id: intake.practice(practice_id).liaison or fallback
        for practice_id in {*ids, *intake.practices}
    }


def roster_of(settings: Settings, intake: Intake, ids: Iterable[str], as_of: date) -> Roster:
    """Who looks after these practices and the directory's on that day, covers included."""
    budgets = {
        email: liaison.budget
        for email, liaison in intake.liaisons.items()
        if liaison.budget is not None
    }
    liaison_of, budgets = assign_covers(
        assignments(settings, intake, ids),
        budgets,
        settings.digest.budget,
        covered_by(intake.liaisons, as_of),
    )
    return Roster(intake.practices, liaison_of, budgets)


def without_a_liaison(settings: Settings, intake: Intake, as_of: date) -> list[tuple[str, int]]:
    """Liaisons of the directory's practices whom the liaisons table lacks, with their number of
    practices; none where there is no such table. Whom the config names is known."""
    if settings.source.liaisons is None:
        return []
    named = {email.lower() for email in settings.digest.managers}
    named |= {(settings.digest.default_liaison or "").lower(), *intake.liaisons}
    return unlisted_liaisons(intake.practices.values(), named, as_of)
