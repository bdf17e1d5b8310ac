"""What is told of rows that were not counted, put into the table, the digests and the summary."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from quietdrop.domain.digest import Digest, Line
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.lib import text
from quietdrop.messages.wording import uncounted

MOST_LINES = 10  # practices or files that the summary names one by one


def with_doubts(frame: pd.DataFrame, evaluation: Evaluation) -> pd.DataFrame:
    """Return the table with the reason why a practice is watched and not listed."""
    if not evaluation.findings.doubts:
        return frame
    reasons = []
    for key, reason in zip(frame["practice_id"], frame["reason"], strict=True):
        doubt = evaluation.findings.doubts.get(key)
        more = uncounted.doubted(doubt.unread, doubt.vanished) if doubt else ""
        reasons.append(f"{reason} {more}".strip())
    return frame.assign(reason=reasons)


def with_gone(digest: Digest, evaluation: Evaluation) -> Digest:
    """Return the digest with the open check-ins of practices that the source no longer has."""
    lines = []
    for line in digest.still_open:
        key = line.checkin.practice_id if line.checkin else ""
        loss = evaluation.findings.losses.by_practice.get(key)
        if loss is not None and loss.is_whole and line.checkin is not None:
            weeks = (digest.as_of - line.checkin.opened_on).days // 7
            line = Line(line.name, uncounted.gone(weeks), line.checkin)
        lines.append(line)
    return replace(digest, still_open=tuple(lines))


def data_lines(evaluation: Evaluation) -> tuple[str, ...]:
    """Return what a manager is told of the data: rows that vanished, whom that or rejected rows
    keep off the list, files that repeat each other, and what was not read."""
    reading, as_of = evaluation.intake.reading, evaluation.as_of
    losses = sorted(evaluation.findings.losses.by_practice.values(), key=lambda one: -one.referrals)
    lost = [
        f"{text.single_line(one.name)}: "
        + uncounted.lost(one.referrals, one.seen_on, as_of, whole=one.is_whole)
        for one in losses
    ]
    watched = [
        f"{text.single_line(evaluation.intake.practice(key).name)}: "
        + uncounted.watched_only(doubt.unread, doubt.vanished)
        for key, doubt in sorted(evaluation.findings.doubts.items())
    ]
    groups = [uncounted.overlapping(names) for names in reading.overlapping]
    aside = [uncounted.not_read(*each) for each in reading.not_read]
    parts = (watched, lost, groups, aside)
    return tuple(line for part in parts for line in _shortened(part))


def closure_questions(evaluation: Evaluation) -> tuple[str, ...]:
    """Return what a manager is asked of the days on which we seem to have been closed."""
    as_of = evaluation.as_of
    return tuple(uncounted.were_you_closed(each, as_of) for each in evaluation.asked_closures)


def _shortened(lines: list[str]) -> list[str]:
    left = len(lines) - MOST_LINES
    return lines if left <= 0 else [*lines[:MOST_LINES], uncounted.more(left)]
