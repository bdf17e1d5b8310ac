"""One practice as a digest or a page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from quietdrop.checkins.lifecycle import since_onset
from quietdrop.detection.assess import Assessed
from quietdrop.domain.assessment import Assessment, Status
from quietdrop.domain.checkin import NO_CONTACT, CheckIn, Kind, Touch
from quietdrop.domain.days import week_index
from quietdrop.domain.digest import Item
from quietdrop.domain.findings import Cause, Lookalike
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.findings.segments import stands_out
from quietdrop.messages.stakes import stakes_of, stakes_of_complaint
from quietdrop.messages.wording import sentences
from quietdrop.messages.wording.figures import day

YEAR = 52  # weeks


def as_listed(assessment: Assessment, checkin: CheckIn | None) -> Assessment:
    """The assessment as it is told: an open check-in speaks with its own frozen onset and baseline.

    The odds are the better of then and now: weeks that confirm a drop count, and a low level that
    has become usual takes nothing back.
    """
    if checkin is None or checkin.onset is None:
        return assessment
    return replace(
        assessment,
        onset=checkin.onset,
        onset_low=checkin.onset_low,
        onset_high=checkin.onset_high,
        baseline_per_week=checkin.baseline_per_week or 0.0,
        drift_probability=max(checkin.probability or 0.0, assessment.drift_probability or 0.0),
    )


def sentence(
    assessment: Assessment, as_of: date, checkin: CheckIn | None = None, *, explained: bool = False
) -> str:
    """The one sentence that the liaison reads; without odds where the fall is `explained`."""
    of = as_listed(assessment, checkin)
    if checkin is not None and checkin.kind == Kind.COMPLAINT:
        return sentences.complained(of.baseline_per_week)
    return sentences.reason(of, as_of, explained=explained)


def since_its_onset(assessed: Assessed, checkin: CheckIn) -> Assessment:
    """A check-in's practice, judged against the check-in's own frozen onset and baseline."""
    assessment = assessed.of(checkin.practice_id)
    if checkin.onset is None:
        return assessment
    came, expected = since_onset(assessed, checkin)
    status = Status.DRIFTING if came else Status.QUIET
    return replace(assessment, observed=came, expected=expected, status=status)


def item_of(evaluation: Evaluation, checkin: CheckIn) -> Item:
    """A check-in as a digest or a page shows it."""
    practice = evaluation.intake.practice(checkin.practice_id)
    as_of = evaluation.as_of
    touches = evaluation.touches_of(checkin.practice_id)
    like = evaluation.findings.lookalikes.get(checkin.practice_id)
    is_complaint = checkin.kind == Kind.COMPLAINT
    item = Item(
        practice_id=practice.practice_id,
        name=practice.name,
        town=practice.town,
        phone=practice.phone,
        sentence=sentences.complained(0.0) if is_complaint else sentences.TOO_NEW,
        who=about_lookalike(evaluation, like) if like else "",
        what=_what(evaluation, checkin),
        last_touch=_last_touch(touches, as_of, evaluation.liaison_names),
        is_complaint=is_complaint,
        checkin=checkin.key,
    )
    listed: Assessment | None = None
    if checkin.practice_id in evaluation.assessed.frame.index:
        listed = as_listed(since_its_onset(evaluation.assessed, checkin), checkin)
        item = _with_weeks(item, evaluation.assessed, listed)
        item = replace(item, sentence=sentence(listed, as_of, checkin))
    if is_complaint:
        return replace(item, stakes=stakes_of_complaint(listed, checkin, touches, as_of))
    return replace(item, stakes=stakes_of(listed, as_of)) if listed else item


def _with_weeks(item: Item, assessed: Assessed, listed: Assessment) -> Item:
    """The item with its year of weeks, what was expected of them, and where the drop began."""
    as_of, row = assessed.as_of, assessed.row(item.practice_id)
    weeks = tuple(assessed.cadence.counts[row, -YEAR:].tolist())
    expected = assessed.exposure_of(row)[-YEAR:] * listed.baseline_per_week
    item = replace(item, weeks=weeks, expected=tuple(expected.tolist()))
    if listed.onset is None:
        return item
    index = week_index(listed.onset, as_of, len(weeks))
    return replace(
        item,
        onset_index=index if 0 <= index < len(weeks) else None,
        onset_label=f"about {day(listed.onset, as_of)}",
    )


def _what(evaluation: Evaluation, checkin: CheckIn) -> str:
    """The service line and the payer that stand out in the practice's fall."""
    if checkin.onset is None:
        return ""
    rows = evaluation.sent_by(checkin.practice_id)
    _, expected = since_onset(evaluation.assessed, checkin)
    names = evaluation.intake.provider_names
    standing = stands_out(rows, names, checkin.onset, expected)
    parts = (standing[kind] for kind in ("service_line", "payer") if kind in standing)
    return "; ".join(filter(None, map(sentences.standing_out, parts)))


def _last_touch(
    touches: Iterable[Touch],
    as_of: date,
    liaison_names: dict[str, str],
) -> str:
    """ "visit March 9, Dana, by Ann"; empty where there was none."""
    contacts = [t for t in touches if t.touched_on <= as_of and t.kind != NO_CONTACT]
    if not contacts:
        return ""
    last = max(contacts, key=lambda touch: (touch.touched_on, touch.kind))
    words = f"{last.kind.replace('_', ' ')} {day(last.touched_on, as_of)}"
    by = liaison_names.get(last.liaison, "")
    return ", ".join(part for part in (words, last.whom, f"by {by}" if by else "") if part)


def about_lookalike(evaluation: Evaluation, like: Lookalike) -> str:
    """What a fall likely is instead of a drift, in a sentence."""
    cadence = evaluation.assessed.cadence
    when = None
    if like.kind == Cause.BATCH:
        when = cadence.week_start(evaluation.assessed.of(like.practice_id).batch_week)
    return sentences.lookalike(like, when, cadence.as_of)
