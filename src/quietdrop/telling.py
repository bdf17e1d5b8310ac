"""A plan and an assessment -> what each liaison and each manager is told. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import pandas as pd

from quietdrop.assess import Assessed
from quietdrop.checkins import Plan, priority
from quietdrop.explain import Sentence, item, sentence
from quietdrop.model import CheckIn, Digest, Intake, Practice, Summary, Touch

COLUMNS = (
    "as_of",
    "practice_id",
    "practice_name",
    "liaison",
    "status",
    "expected",
    "observed",
    "drift_probability",
    "onset",
    "onset_low",
    "onset_high",
    "remaining_share",
    "baseline_per_week",
    "lost_per_week",
    "priority",
    "listed",
    "reason",
)


def practice(intake: Intake, practice_id: str) -> Practice:
    """The directory's practice, or a bare one of that name."""
    return intake.practices.get(practice_id) or Practice(practice_id, practice_id)


def table(
    assessed: Assessed,
    plan: Plan,
    intake: Intake,
    open_checkins: Iterable[CheckIn],
    liaison_of: dict[str, str],
    say: Sentence,
) -> pd.DataFrame:
    """Every practice's assessment with the contract's columns, one row a practice."""
    as_of = assessed.cadence.as_of
    listed = {checkin.practice_id for checkin in (*plan.opened, *plan.worse)}
    recovered = {checkin.practice_id for checkin in plan.recovered}
    held = {checkin.practice_id: checkin for checkin in (*open_checkins, *plan.opened)}
    frame = assessed.frame.copy()
    frame["priority"] = priority(frame)
    for practice_id, checkin in held.items():
        if practice_id in frame.index and checkin.onset and practice_id not in recovered:
            _speak_frozen(frame, assessed, checkin)
    frame.loc[frame.index.isin(list(recovered)), "status"] = "recovered"
    frame.loc[frame.index.isin(list(plan.closed)), "status"] = "closed"
    reasons = []
    for key, figures in frame.to_dict("index").items():
        known = {str(k): None if pd.isna(v) else v for k, v in figures.items()}
        reasons.append(sentence(say, known, as_of, held.get(str(key))))
    names = [practice(intake, str(practice_id)).name for practice_id in frame.index]
    frame = frame.assign(
        as_of=as_of,
        practice_name=names,
        liaison=[liaison_of.get(str(practice_id), "") for practice_id in frame.index],
        listed=frame.index.isin(list(listed)),
        reason=reasons,
    )
    return frame.reset_index()[list(COLUMNS)]


def _speak_frozen(frame: pd.DataFrame, assessed: Assessed, checkin: CheckIn) -> None:
    """An open check-in's practice is judged against its own frozen onset and baseline."""
    row = assessed.row(checkin.practice_id)
    assert checkin.onset is not None
    weeks = min((assessed.cadence.as_of - checkin.onset).days // 7, assessed.cadence.weeks)
    came = int(assessed.cadence.counts[row, -weeks:].sum()) if weeks else 0
    chances = float(assessed.exposure[row, -weeks:].sum()) if weeks else 0.0
    frame.loc[checkin.practice_id, "observed"] = came
    frame.loc[checkin.practice_id, "expected"] = (checkin.baseline_per_week or 0.0) * chances
    frame.loc[checkin.practice_id, "status"] = "drifting" if came else "quiet"


def digests(
    assessed: Assessed,
    plan: Plan,
    intake: Intake,
    recipients: Iterable[str],
    touches: tuple[Touch, ...],
    reasons: dict[str, str],
    watching: dict[str, list[str]],
    say: Sentence,
    say_day: Callable[[date, date], str],
) -> list[Digest]:
    """One digest a recipient, whether there is something to report or not."""
    as_of = assessed.cadence.as_of
    names = {email: liaison.name for email, liaison in intake.liaisons.items()}
    made = []
    for recipient in sorted(set(recipients)):
        shown = [c for c in (*plan.opened, *plan.worse) if c.liaison == recipient]
        shown.sort(key=lambda c: c.kind != "complaint")
        territories = {
            p.territory for p in intake.practices.values() if p.liaison == recipient and p.territory
        }
        made.append(
            Digest(
                recipient=recipient,
                recipient_name=names.get(recipient, ""),
                as_of=as_of,
                territory=" and ".join(sorted(territories)) if len(territories) < 3 else "",
                items=tuple(
                    item(say, say_day, assessed, practice(intake, c.practice_id), c, touches, names)
                    for c in shown
                ),
                still_open=_lines(plan.still_open, recipient, reasons),
                came_back=_lines(plan.recovered, recipient, reasons),
                watching=tuple(watching.get(recipient, ())),
                left_out=plan.left_out.get(recipient, 0),
                data_through=intake.newest,
                rejected_rows=intake.rejected_rows,
            )
        )
    return made


def _lines(
    checkins: Iterable[CheckIn], recipient: str | None, reasons: dict[str, str]
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (checkin.practice_name, reasons.get(checkin.practice_id, ""))
        for checkin in checkins
        if recipient is None or checkin.liaison == recipient
    )


def summary(
    assessed: Assessed,
    plan: Plan,
    intake: Intake,
    frame: pd.DataFrame,
    recipient: str,
    liaisons: Iterable[str],
) -> Summary:
    """The manager's page: coverage by liaison, what came back, the review, the data."""
    reasons: dict[str, Any] = dict(zip(frame["practice_id"], frame["reason"], strict=True))
    coverage = tuple(
        (
            liaison,
            sum(c.liaison == liaison for c in (*plan.opened, *plan.worse)),
            sum(c.liaison == liaison for c in plan.still_open),
            plan.left_out.get(liaison, 0),
        )
        for liaison in sorted(set(liaisons))
    )
    return Summary(
        recipient=recipient,
        as_of=assessed.cadence.as_of,
        practices=len(frame),
        by_status=tuple((str(k), int(v)) for k, v in frame["status"].value_counts().items()),
        coverage=coverage,
        came_back=_lines(plan.recovered, None, reasons),
        review=tuple(
            (practice(intake, c.practice_id).name, reasons.get(c.practice_id, ""))
            for c in plan.review
        ),
        data_through=intake.newest,
        rows_read=intake.rows_read,
        reject_reasons=tuple(intake.reject_reasons().items()),
        notes=tuple(intake.notes.most_common()),
    )
