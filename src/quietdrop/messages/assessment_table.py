"""Every practice's assessment as one table, with its sentence."""

from __future__ import annotations

import pandas as pd

from quietdrop.checkins.priority import priority
from quietdrop.detection.assess import Assessed
from quietdrop.detection.assessment_rows import assessments
from quietdrop.domain.assessment import Status
from quietdrop.domain.checkin import CheckIn, State
from quietdrop.domain.findings import Cause
from quietdrop.domain.identity import SAME_PRACTICE
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.messages import slow
from quietdrop.messages.digest import holds_as_a_whole
from quietdrop.messages.entry import about_lookalike, sentence, since_its_onset
from quietdrop.messages.wording import sentences

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


def table(
    evaluation: Evaluation,
) -> pd.DataFrame:
    """Every practice's assessment with the contract's columns, one row a practice."""
    assessed, plan = evaluation.assessed, evaluation.plan
    as_of = assessed.as_of
    listed = {checkin.practice_id for checkin in plan.listed}
    recovered = {checkin.practice_id for checkin in plan.recovered}
    still = [c for c in evaluation.history.checkins if c.state == State.OPEN]
    held = {checkin.practice_id: checkin for checkin in (*still, *plan.opened)}
    for checkin in plan.explained:
        if checkin.outcome == SAME_PRACTICE:  # there was no fall
            held.pop(checkin.practice_id, None)
    frame = assessed.frame.copy()
    frame["priority"] = priority(frame, evaluation.ranking)
    for practice_id, checkin in held.items():
        if practice_id in frame.index and checkin.onset and practice_id not in recovered:
            _speak_frozen(frame, assessed, checkin)
    frame.loc[frame.index.isin(list(recovered)), "status"] = Status.RECOVERED.value
    frame.loc[frame.index.isin(list(plan.closed)), "status"] = Status.CLOSED.value
    reasons = []
    for key, assessment in assessments(frame).items():
        like = evaluation.findings.lookalikes.get(key)
        explained = (like is not None and like.explains) or key in evaluation.findings.doubts
        said = sentence(assessment, as_of, held.get(key), explained=explained)
        if assessment.status is not Status.RECOVERED:
            status, came = assessment.status, assessment.observed
            holds = holds_as_a_whole(status, came, assessment.expected)
            said = _with_asides(evaluation, key, said, holds=holds)
        reasons.append(said)
    names = [evaluation.intake.practice(str(key)).name for key in frame.index]
    frame = frame.assign(
        as_of=as_of,
        practice_name=names,
        liaison=[evaluation.liaison_of.get(str(key), "") for key in frame.index],
        listed=frame.index.isin(list(listed)),
        reason=reasons,
    )
    return frame.reset_index()[list(COLUMNS)]


def _with_asides(evaluation: Evaluation, practice_id: str, said: str, *, holds: bool) -> str:
    """The sentence, with what else is known of the practice's fall before or behind it."""
    findings = evaluation.findings
    like, part = findings.lookalikes.get(practice_id), findings.parts.get(practice_id)
    if like and like.explains:
        return f"{about_lookalike(evaluation, like)} {said}"
    if like and not (like.kind == Cause.ABSENCE and practice_id in evaluation.open_now):
        said = f"{said} {about_lookalike(evaluation, like)}"
    if part is None:
        return f"{said} {slow.aside(evaluation, practice_id)}".rstrip()
    return f"{said} {sentences.leaving(part, evaluation.as_of, holds=holds)}"


def _speak_frozen(frame: pd.DataFrame, assessed: Assessed, checkin: CheckIn) -> None:
    """An open check-in's practice is judged against its own frozen onset and baseline."""
    since = since_its_onset(assessed, checkin)
    frame.loc[checkin.practice_id, "observed"] = since.observed
    frame.loc[checkin.practice_id, "expected"] = since.expected
    frame.loc[checkin.practice_id, "status"] = since.status.value
