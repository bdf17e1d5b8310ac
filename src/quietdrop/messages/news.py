"""What there is to tell a liaison's practices on a day, from the table of news. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from quietdrop.domain.digest import Line
from quietdrop.domain.directory import Announcement
from quietdrop.evaluation.evaluation import Evaluation

MOST_NAMED = 4  # practices that a piece of news names; more would fill the screen
MOST_NEWS = 5  # lines a digest


def news(evaluation: Evaluation, practice_ids: Sequence[str]) -> tuple[Line, ...]:
    """What there is to tell on this day, and to which of these practices."""
    as_of = evaluation.as_of
    result = []
    for each in evaluation.intake.news:
        begun = each.shown_from is None or each.shown_from <= as_of
        over = each.shown_until is not None and as_of > each.shown_until
        meant = [key for key in practice_ids if _concerns(evaluation, each, key)]
        if begun and not over and meant:
            bare = not (each.territory or each.service_line or each.practice_id)
            names = sorted(evaluation.intake.practice(key).name for key in meant)
            few = "" if bare or len(names) > MOST_NAMED else f"For {', '.join(names)}."
            result.append(Line(each.text, few))
    return tuple(result[:MOST_NEWS])


def _concerns(evaluation: Evaluation, news: Announcement, practice_id: str) -> bool:
    if news.practice_id and news.practice_id != practice_id:
        return False
    here = evaluation.intake.practice(practice_id)
    if news.territory and news.territory.casefold() != here.territory.casefold():
        return False
    if not news.service_line:
        return True
    if not evaluation.is_told_of(practice_id, news.service_line):
        return False
    lines = {
        str(line).casefold() for line in evaluation.sent_by(practice_id)["service_line"].unique()
    }
    return news.service_line.casefold() in lines
