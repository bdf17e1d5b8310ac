"""What one liaison's digest says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta

import pandas as pd

from quietdrop.checkins.lifecycle import RECOVERY_SHARE
from quietdrop.checkins.unlisted import Unlisted, WhyNot
from quietdrop.domain.assessment import FALLING
from quietdrop.domain.checkin import CheckIn, Kind
from quietdrop.domain.digest import Digest, Item, Line
from quietdrop.domain.findings import Cause, Lookalike
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.messages import slow
from quietdrop.messages.entry import about_lookalike, item_of
from quietdrop.messages.together import aside, group_of
from quietdrop.messages.wording import sentences, unlisted

FRESH_WEEKS = 13  # what looked like a drop longer ago has been told
_NAMED = ["practice_id", "practice_name"]
MOST_ASIDES = 5  # lines a section for what is no check-in


def not_listed(evaluation: Evaluation, practice_id: str) -> str:
    """Why a practice is not listed on the date, in a sentence; empty where it is."""
    reason = why_not_listed(evaluation, practice_id)
    if reason is None:
        return ""
    as_of = evaluation.as_of
    return unlisted.not_listed(reason, as_of, evaluation.assessed.thresholds.alert.of(practice_id))


def why_not_listed(evaluation: Evaluation, practice_id: str) -> Unlisted | None:
    """The reason itself; None where the practice is listed."""
    if practice_id in evaluation.plan.why_not:
        return evaluation.plan.why_not[practice_id]
    if any(checkin.practice_id == practice_id for checkin in evaluation.plan.listed):
        return None
    gone = practice_id in evaluation.plan.closed
    return Unlisted(WhyNot.closed if gone else WhyNot.not_read)


def with_why_not(evaluation: Evaluation, frame: pd.DataFrame) -> pd.DataFrame:
    """The table of this date for those who read it alone: each reason also says why its practice
    is not listed."""
    said = zip(frame["practice_id"], frame["reason"], strict=True)
    reasons = [f"{why} {not_listed(evaluation, str(key))}".strip() for key, why in said]
    return frame.assign(reason=reasons)


def holds_as_a_whole(status: str, observed: int, expected: float) -> bool:
    """Whether a practice's total may be called about as ever: it is not said to fall, and of what
    was expected, so much came as brings a practice back."""
    return status not in FALLING and observed >= RECOVERY_SHARE * expected


def digest(
    evaluation: Evaluation,
    frame: pd.DataFrame,
    recipient: str,
    track_record: str = "",
) -> Digest:
    """What one liaison is told, whether there is something to report or not. `frame` is her part
    of the table of this date, `track_record` how right we were."""
    plan, intake = evaluation.plan, evaluation.intake
    shown = [c for c in plan.listed if c.liaison == recipient]
    shown = _grouped(evaluation, sorted(shown, key=lambda c: c.kind != Kind.COMPLAINT))
    territories = evaluation.territories_of(recipient)
    return Digest(
        recipient=recipient,
        recipient_name=intake.liaisons[recipient].name if recipient in intake.liaisons else "",
        as_of=evaluation.as_of,
        territory=" and ".join(sorted(territories)) if len(territories) < 3 else "",
        items=tuple(_listed(evaluation, checkin) for checkin in shown),
        still_open=_still_open(evaluation, recipient),
        came_back=_came_back(evaluation, recipient),
        watching=tuple(_watched(evaluation, frame)),
        worth_a_look=_worth_a_look(evaluation, recipient),
        left_out=plan.left_out.get(recipient, 0),
        data_through=intake.newest,
        rejected_rows=intake.rejected_rows,
        leaving=_leaving(evaluation, frame, recipient),
        slow=slow.lines(evaluation, recipient)[:MOST_ASIDES],
        lookalikes=_asides(evaluation, recipient),
        older=sum(checkin.liaison == recipient for checkin in plan.aging),
        hidden=sum(checkin.liaison == recipient for checkin in plan.asleep),
        track_record=track_record,
    )


def since_the_digest(evaluation: Evaluation, digest: Digest) -> Digest:
    """What is left of a digest for a liaison who has had a whole one within six days: what is new
    or worse, and how many are open besides."""
    plan, mine = evaluation.plan, digest.recipient
    new = {checkin.practice_id for checkin in (*plan.opened, *plan.worse)}
    besides = (*plan.unanswered, *plan.still_open, *plan.aging)
    return Digest(
        recipient=mine,
        recipient_name=digest.recipient_name,
        as_of=digest.as_of,
        territory=digest.territory,
        items=tuple(item for item in digest.items if item.practice_id in new),
        still_open=(),
        came_back=(),
        watching=(),
        left_out=digest.left_out,
        data_through=digest.data_through,
        rejected_rows=digest.rejected_rows,
        cover_for=digest.cover_for,
        older=sum(checkin.liaison == mine for checkin in besides),
        hidden=digest.hidden,
    )


def _grouped(evaluation: Evaluation, checkins: list[CheckIn]) -> list[CheckIn]:
    """The same check-ins in their order, but those that fell together stand beside each other."""
    first: dict[tuple[str, str], int] = {}
    place = []
    for number, checkin in enumerate(checkins):
        one = group_of(evaluation, checkin.practice_id)
        alone = one is None or checkin.kind == Kind.COMPLAINT
        key = ("", checkin.practice_id) if one is None or alone else (one.kind, one.key)
        place.append((first.setdefault(key, number), number))
    return [checkins[number] for _, number in sorted(place)]


def _listed(
    evaluation: Evaluation,
    checkin: CheckIn,
) -> Item:
    """The check-in in a digest: of one that was told before, why it stands there again."""
    item = replace(item_of(evaluation, checkin), others=aside(evaluation, checkin.practice_id))
    if checkin not in evaluation.plan.worse:
        return item
    weeks = (evaluation.as_of - checkin.opened_on).days // 7
    worse = sentences.worse(weeks)
    stakes = item.stakes._replace(brief=f"{item.stakes.brief or item.sentence} {worse}")
    return replace(item, sentence=f"{item.sentence} {worse}", stakes=stakes)


def _leaving(
    evaluation: Evaluation,
    frame: pd.DataFrame,
    recipient: str,
) -> tuple[Line, ...]:
    """The practices of which a part leaves, the most referrals at stake first; of those that drift
    as a whole, are asked about or came back, their own lines speak."""
    as_of, parts = evaluation.as_of, evaluation.findings.parts
    if not any(key in parts for key in evaluation.practices_of(recipient)):
        return ()
    elsewhere = evaluation.open_now | evaluation.plan.closed
    elsewhere |= evaluation.recovered | _drifting(frame)
    theirs = [
        (part.observed - part.expected, key, part)
        for key in evaluation.practices_of(recipient)
        if (part := parts.get(key)) is not None
        and as_of - part.onset <= timedelta(weeks=FRESH_WEEKS)
        and key not in elsewhere
        and (part.kind != "service_line" or evaluation.is_told_of(key, part.key))
    ]
    holding = _holding(frame)
    return tuple(
        Line(
            evaluation.intake.practice(key).name,
            sentences.leaving(part, as_of, holds=key in holding),
        )
        for _, key, part in sorted(theirs, key=lambda each: each[:2])[:MOST_ASIDES]
    )


def _drifting(frame: pd.DataFrame) -> set[str]:
    """The practices whose whole is drifting: a check-in speaks of them, or waits for its turn."""
    return {
        str(key) for key in frame.loc[frame["status"].isin(["drifting", "quiet"]), "practice_id"]
    }


def _holding(frame: pd.DataFrame) -> set[str]:
    """The practices whose total is about as ever."""
    columns = frame[["practice_id", "status", "observed", "expected"]]
    return {
        str(key)
        for key, status, observed, expected in columns.itertuples(index=False, name=None)
        if holds_as_a_whole(str(status), observed, expected)
    }


def _asides(
    evaluation: Evaluation,
    recipient: str,
) -> tuple[Line, ...]:
    """The practices that look like a drop and likely are none, while that is news."""
    asked = evaluation.open_now | evaluation.recovered
    theirs = [
        (not like.explains, key, like)
        for key in evaluation.practices_of(recipient)
        if (like := evaluation.findings.lookalikes.get(key)) is not None
        and key not in asked
        and key not in evaluation.plan.closed
        and _is_news(evaluation, like)
    ]
    return tuple(
        Line(evaluation.intake.practice(key).name, about_lookalike(evaluation, like))
        for _, key, like in sorted(theirs, key=lambda each: each[:2])[:MOST_ASIDES]
    )


def _is_news(evaluation: Evaluation, like: Lookalike) -> bool:
    cadence = evaluation.assessed.cadence
    if like.kind == Cause.BATCH:
        batch_week = evaluation.assessed.of(like.practice_id).batch_week
        return batch_week >= cadence.weeks - FRESH_WEEKS
    if like.kind == Cause.HONEYMOON:
        first_day = cadence.first_day[evaluation.assessed.row(like.practice_id)]
        return bool(first_day >= cadence.start_day + 7 * (cadence.weeks - 2 * FRESH_WEEKS))
    if like.since is not None:
        return bool(cadence.as_of - like.since <= timedelta(weeks=FRESH_WEEKS))
    return True


def _watched(evaluation: Evaluation, frame: pd.DataFrame) -> Iterator[str]:
    """Who is to be named as watched: nobody whose fall is told, answered or explained already."""
    for key, name in frame.loc[frame["status"] == "watching", _NAMED].itertuples(index=False):
        like = evaluation.findings.lookalikes.get(key)
        is_explained = like is not None and (like.explains or like.kind == Cause.ABSENCE)
        is_looked_at = key in evaluation.worth_a_look or slow.is_news(evaluation, key)
        if not (is_explained or key in evaluation.plan.spoken_for or is_looked_at):
            yield name


def _worth_a_look(evaluation: Evaluation, recipient: str) -> tuple[Line, ...]:
    """Who is below the alert but has much at stake, in words that claim less."""
    as_of = evaluation.as_of
    looks = []
    for key in evaluation.plan.worth_a_look.get(recipient, ()):
        of = evaluation.assessed.of(key)
        words = sentences.worth_a_look(of.observed, of.expected, of.onset, as_of)
        looks.append(Line(evaluation.intake.practice(key).name, words))
    return tuple(looks)


def _still_open(
    evaluation: Evaluation,
    recipient: str,
) -> tuple[Line, ...]:
    """A line each, complaints first, with the weeks that it has been open, and its check-in."""
    as_of = evaluation.as_of
    reminded = {checkin.practice_id for checkin in evaluation.plan.reminded}
    result = []
    for checkin in sorted(evaluation.plan.still_open, key=lambda c: c.kind != Kind.COMPLAINT):
        if checkin.liaison == recipient:
            weeks = (as_of - checkin.opened_on).days // 7
            words = sentences.open_for(weeks, seen=checkin.practice_id not in reminded)
            if checkin.kind == Kind.COMPLAINT:
                words = f"complaint, {words}"
            result.append(Line(checkin.practice_name, words, checkin.key))
    return tuple(result)


def _came_back(evaluation: Evaluation, recipient: str) -> tuple[Line, ...]:
    """The practices that are at their usual pace again, with that pace."""
    return tuple(
        Line(
            checkin.practice_name,
            sentences.back_at(checkin.baseline_per_week or 0.0),
            practice_id=checkin.practice_id,
        )
        for checkin in evaluation.plan.recovered
        if checkin.liaison == recipient
    )


def lines(
    checkins: Iterable[CheckIn], recipient: str | None, reasons: dict[str, str]
) -> tuple[Line, ...]:
    return tuple(
        Line(checkin.practice_name, reasons.get(checkin.practice_id, ""))
        for checkin in checkins
        if recipient is None or checkin.liaison == recipient
    )
