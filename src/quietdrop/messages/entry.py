"""One practice as a digest or a page shows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from quietdrop.checkins.lifecycle import since_onset
from quietdrop.detection.assess import Assessed
from quietdrop.domain.checkin import NO_CONTACT, CheckIn, Touch
from quietdrop.domain.digest import Item
from quietdrop.domain.directory import Practice
from quietdrop.domain.figures import NOTHING_AT_STAKE, Stakes
from quietdrop.domain.findings import Lookalike, Part
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.findings.segments import stands_out
from quietdrop.messages.stakes import stakes_of, stakes_of_complaint
from quietdrop.messages.wording import sentences
from quietdrop.messages.wording.figures import day

YEAR = 52


def facts(figures: dict[str, Any], checkin: CheckIn | None) -> dict[str, Any]:
    """What the sentence needs; an open check-in speaks with its own frozen onset and baseline.

    The odds are the better of then and now: weeks that confirm a drop count, and a low level that
    has become usual takes nothing back.
    """
    merged = dict(figures)
    if checkin and checkin.onset:
        merged["onset"], merged["onset_low"], merged["onset_high"] = (
            checkin.onset,
            checkin.onset_low,
            checkin.onset_high,
        )
        merged["baseline_per_week"] = checkin.baseline_per_week
        merged["drift_probability"] = max(
            checkin.probability or 0.0, merged["drift_probability"] or 0.0
        )
    return merged


def sentence(
    figures: dict[str, Any],
    as_of: date,
    checkin: CheckIn | None = None,
    *,
    explained: bool = False,
) -> str:
    """The one sentence that the liaison reads; without odds where the fall is `explained`."""
    values = facts(figures, checkin)
    return sentences.reason(
        status=str(values["status"]),
        baseline_per_week=values["baseline_per_week"],
        observed=values["observed"],
        expected=values["expected"],
        onset=values["onset"],
        onset_low=values["onset_low"],
        onset_high=values["onset_high"],
        probability=values["drift_probability"],
        remaining_share=values["remaining_share"],
        as_of=as_of,
        edge=bool(values["edge"]),
        complaint=checkin is not None and checkin.kind == "complaint",
        explained=explained,
        fading=float(values["fading"] or 0.0),
        silent_days=int(values["silent_days"] or 0),
    )


def item(
    assessed: Assessed,
    practice: Practice,
    checkin: CheckIn | None,
    touches: Sequence[Touch],
    liaison_names: dict[str, str],
    standing: Mapping[str, Part],
    aside: str,
) -> Item:
    """One practice as the digest shows it. `touches` are its own; `standing` is what stands out
    in its fall, by kind; `aside` what else is known of it."""
    as_of = assessed.cadence.as_of
    complaint = checkin is not None and checkin.kind == "complaint"
    weeks: tuple[float, ...] = ()
    expected: tuple[float, ...] = ()
    onset_index, label = None, ""
    values: dict[str, Any] | None = None
    words = sentences.reason(status="new", complaint=complaint, as_of=as_of, **_NOTHING)
    if practice.practice_id in assessed.frame.index:
        figures = assessed.figures(practice.practice_id)
        if checkin and checkin.onset:
            came, promised = since_onset(assessed, checkin)
            status = "drifting" if came else "quiet"
            figures |= {"observed": came, "expected": promised, "status": status}
        row = assessed.row(practice.practice_id)
        words = sentence(figures, as_of, checkin)
        values = facts(figures, checkin)
        weeks = tuple(assessed.cadence.counts[row, -YEAR:].tolist())
        usual = assessed.exposure_of(row)[-YEAR:] * float(values["baseline_per_week"])
        expected = tuple(usual.tolist())
        if values["onset"]:
            ago = (as_of - values["onset"]).days // 7
            onset_index = len(weeks) - ago if 0 < ago <= len(weeks) else None
            label = f"about {day(values['onset'], as_of)}"
    return Item(
        practice_id=practice.practice_id,
        name=practice.name,
        town=practice.town,
        phone=practice.phone,
        sentence=words,
        weeks=weeks,
        expected=expected,
        onset_index=onset_index,
        onset_label=label,
        who=aside,
        what="; ".join(
            filter(None, [_standing(standing, kind) for kind in ("service_line", "payer")])
        ),
        last_touch=_last_touch(touches, as_of, liaison_names),
        is_complaint=complaint,
        checkin=checkin.key if checkin else None,
        stakes=_stakes(values, checkin, touches, as_of),
    )


def _stakes(
    values: dict[str, Any] | None, checkin: CheckIn | None, touches: Iterable[Touch], as_of: date
) -> Stakes:
    if checkin is not None and checkin.kind == "complaint":
        return stakes_of_complaint(values, checkin, touches, as_of)
    return stakes_of(values, as_of) if values else NOTHING_AT_STAKE


def _standing(standing: Mapping[str, Part], kind: str) -> str:
    return sentences.standing_out(standing[kind]) if kind in standing else ""


_NOTHING: dict[str, Any] = {
    "baseline_per_week": 0.0,
    "observed": 0,
    "expected": 0.0,
    "onset": None,
    "onset_low": None,
    "onset_high": None,
    "probability": None,
    "remaining_share": None,
    "edge": False,
}


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


def about_lookalike(
    evaluation: Evaluation,
    like: Lookalike,
) -> str:
    cadence = evaluation.assessed.cadence
    when = None
    if like.kind == "batch":
        when = cadence.week_start(int(evaluation.assessed.figures(like.practice_id)["batch_week"]))
    return sentences.lookalike(like, when, cadence.as_of)


def item_of(
    evaluation: Evaluation,
    checkin: CheckIn,
) -> Item:
    """A check-in as a digest or a page shows it."""
    intake = evaluation.intake
    rows = evaluation.sent_by(checkin.practice_id)
    onset = checkin.onset
    _, expected = since_onset(evaluation.assessed, checkin)
    standing = stands_out(rows, intake.provider_names, onset, expected) if onset else {}
    like = evaluation.lookalikes.get(checkin.practice_id)
    aside = about_lookalike(evaluation, like) if like else ""
    where = intake.practice(checkin.practice_id)
    touches = evaluation.touches_of(checkin.practice_id)
    return item(
        evaluation.assessed, where, checkin, touches, evaluation.liaison_names, standing, aside
    )
