"""Decisions -> what each liaison and each manager is told. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

import pandas as pd

from quietdrop.checkins.candidates import priority
from quietdrop.checkins.lifecycle import RECOVERY_SHARE
from quietdrop.checkins.unlisted import Unlisted, WhyNot
from quietdrop.detection.aggregates import fallen
from quietdrop.detection.assess import Assessed
from quietdrop.domain.digest import Digest, Item, Line, Summary
from quietdrop.domain.directory import CheckIn, Lookalike
from quietdrop.domain.identity import SAME_PRACTICE
from quietdrop.domain.outcomes import acquired
from quietdrop.evaluation.evaluation import Decided
from quietdrop.findings.segments import stands_out
from quietdrop.messages.entry import item, sentence, since_onset
from quietdrop.messages.wording import sentences, unlisted
from quietdrop.reporting import oversight

FRESH_WEEKS = 13  # what looked like a drop longer ago has been told
FALLING = ("watching", "drifting", "quiet")  # statuses whose sentence tells of a fall
MOST_ASIDES = 5  # lines a section for what is no check-in
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
    decided: Decided,
) -> pd.DataFrame:
    """Every practice's assessment with the contract's columns, one row a practice."""
    assessed, plan = decided.assessed, decided.plan
    as_of = assessed.cadence.as_of
    listed = {checkin.practice_id for checkin in plan.listed}
    recovered = {checkin.practice_id for checkin in plan.recovered}
    still = [c for c in decided.memory.checkins if c.state == "open"]
    held = {checkin.practice_id: checkin for checkin in (*still, *plan.opened)}
    for checkin in plan.explained:
        if checkin.outcome == SAME_PRACTICE:  # there was no fall
            held.pop(checkin.practice_id, None)
    frame = assessed.frame.copy()
    frame["priority"] = priority(frame, decided.prefer, acquired(decided.memory.touches))
    for practice_id, checkin in held.items():
        if practice_id in frame.index and checkin.onset and practice_id not in recovered:
            _speak_frozen(frame, assessed, checkin)
    frame.loc[frame.index.isin(list(recovered)), "status"] = "recovered"
    frame.loc[frame.index.isin(list(plan.closed)), "status"] = "closed"
    reasons = []
    for key, figures in frame.to_dict("index").items():
        known = {str(k): None if pd.isna(v) else v for k, v in figures.items()}
        like = decided.lookalikes.get(str(key))
        explained = (like is not None and like.explains) or str(key) in decided.doubts
        said = sentence(known, as_of, held.get(str(key)), explained=explained)
        if known["status"] != "recovered":
            holds = holds_as_a_whole(
                str(known["status"]), int(known["observed"] or 0), float(known["expected"] or 0.0)
            )
            said = _with_asides(decided, str(key), said, holds=holds)
        reasons.append(said)
    names = [decided.intake.practice(str(key)).name for key in frame.index]
    frame = frame.assign(
        as_of=as_of,
        practice_name=names,
        liaison=[decided.liaison_of.get(str(key), "") for key in frame.index],
        listed=frame.index.isin(list(listed)),
        reason=reasons,
    )
    return frame.reset_index()[list(COLUMNS)]


def not_listed(decided: Decided, practice_id: str) -> str:
    """Why a practice is not listed on the date, in a sentence; empty where it is."""
    reason = why_not_listed(decided, practice_id)
    if reason is None:
        return ""
    as_of = decided.assessed.cadence.as_of
    return unlisted.not_listed(reason, as_of, decided.alert_probability)


def why_not_listed(decided: Decided, practice_id: str) -> Unlisted | None:
    """The reason itself; None where the practice is listed."""
    if practice_id in decided.plan.why_not:
        return decided.plan.why_not[practice_id]
    if any(checkin.practice_id == practice_id for checkin in decided.plan.listed):
        return None
    gone = practice_id in decided.plan.closed
    return Unlisted(WhyNot.closed if gone else WhyNot.not_read)


def with_why_not(decided: Decided, frame: pd.DataFrame) -> pd.DataFrame:
    """The table of this date for those who read it alone: each reason also says why its practice
    is not listed."""
    said = zip(frame["practice_id"], frame["reason"], strict=True)
    reasons = [f"{why} {not_listed(decided, str(key))}".strip() for key, why in said]
    return frame.assign(reason=reasons)


def holds_as_a_whole(status: str, observed: int, expected: float) -> bool:
    """Whether a practice's total may be called about as ever: it is not said to fall, and of what
    was expected, so much came as brings a practice back."""
    return status not in FALLING and observed >= RECOVERY_SHARE * expected


def _with_asides(decided: Decided, practice_id: str, said: str, *, holds: bool) -> str:
    """The sentence, with what else is known of the practice's fall before or behind it."""
    like, part = decided.lookalikes.get(practice_id), decided.parts.get(practice_id)
    if like and like.explains:
        return f"{_about(decided, like)} {said}"
    if like and not (like.kind == "absence" and practice_id in open_now(decided)):
        said = f"{said} {_about(decided, like)}"
    if part is None:
        return said
    return f"{said} {sentences.leaving(part, decided.assessed.cadence.as_of, holds=holds)}"


def _about(
    decided: Decided,
    like: Lookalike,
) -> str:
    cadence = decided.assessed.cadence
    when = None
    if like.kind == "batch":
        when = cadence.week_start(int(decided.assessed.figures(like.practice_id)["batch_week"]))
    return sentences.lookalike(like, when, cadence.as_of)


def _speak_frozen(frame: pd.DataFrame, assessed: Assessed, checkin: CheckIn) -> None:
    """An open check-in's practice is judged against its own frozen onset and baseline."""
    came, expected = since_onset(assessed, checkin)
    frame.loc[checkin.practice_id, "observed"] = came
    frame.loc[checkin.practice_id, "expected"] = expected
    frame.loc[checkin.practice_id, "status"] = "drifting" if came else "quiet"


def digest(
    decided: Decided,
    frame: pd.DataFrame,
    recipient: str,
) -> Digest:
    """What one liaison is told, whether there is something to report or not. `frame` is the
    table of this date."""
    plan, intake = decided.plan, decided.intake
    reasons = dict(zip(frame["practice_id"], frame["reason"], strict=True))
    shown = [c for c in plan.listed if c.liaison == recipient]
    shown.sort(key=lambda c: c.kind != "complaint")
    own = frame["liaison"] == recipient
    territories = {
        p.territory for p in intake.practices.values() if p.liaison == recipient and p.territory
    }
    return Digest(
        recipient=recipient,
        recipient_name=intake.liaisons[recipient].name if recipient in intake.liaisons else "",
        as_of=decided.assessed.cadence.as_of,
        territory=" and ".join(sorted(territories)) if len(territories) < 3 else "",
        items=tuple(_listed(decided, checkin) for checkin in shown),
        still_open=_still_open(decided, recipient, reasons),
        came_back=_lines(plan.recovered, recipient, reasons),
        watching=tuple(frame.loc[own & _is_watched(decided, frame), "practice_name"]),
        left_out=plan.left_out.get(recipient, 0),
        data_through=intake.newest,
        rejected_rows=intake.rejected_rows,
        leaving=_leaving(decided, frame, recipient),
        lookalikes=_asides(decided, recipient),
        older=sum(checkin.liaison == recipient for checkin in plan.aging),
        hidden=sum(checkin.liaison == recipient for checkin in plan.asleep),
    )


def since_the_digest(decided: Decided, digest: Digest) -> Digest:
    """What is left of a digest for a liaison who has had a whole one within six days: what is new
    or worse, and how many are open besides."""
    plan, mine = decided.plan, digest.recipient
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


def _listed(
    decided: Decided,
    checkin: CheckIn,
) -> Item:
    """The check-in in a digest: of one that was told before, why it stands there again."""
    item = item_of(decided, checkin)
    if checkin not in decided.plan.worse:
        return item
    weeks = (decided.assessed.cadence.as_of - checkin.opened_on).days // 7
    return replace(item, sentence=f"{item.sentence} {sentences.worse(weeks)}")


def item_of(
    decided: Decided,
    checkin: CheckIn,
) -> Item:
    """A check-in as a digest or a page shows it."""
    intake = decided.intake
    names = {email: liaison.name for email, liaison in intake.liaisons.items()}
    rows = decided.sent_by(checkin.practice_id)
    onset = checkin.onset
    _, expected = since_onset(decided.assessed, checkin)
    standing = stands_out(rows, intake.provider_names, onset, expected) if onset else {}
    like = decided.lookalikes.get(checkin.practice_id)
    aside = _about(decided, like) if like else ""
    where = intake.practice(checkin.practice_id)
    touches = decided.touches_of(checkin.practice_id)
    return item(decided.assessed, where, checkin, touches, names, standing, aside)


def _leaving(
    decided: Decided,
    frame: pd.DataFrame,
    recipient: str,
) -> tuple[Line, ...]:
    """The practices of which a part leaves, the most referrals at stake first; of those that are
    asked about, or came back, their own lines speak."""
    as_of = decided.assessed.cadence.as_of
    elsewhere = open_now(decided) | decided.plan.closed
    elsewhere |= {checkin.practice_id for checkin in decided.plan.recovered}
    own = [
        (part.observed - part.expected, key, part)
        for key, part in decided.parts.items()
        if decided.liaison_of.get(key) == recipient
        and as_of - part.onset <= timedelta(weeks=FRESH_WEEKS)
        and key not in elsewhere
    ]
    holding = _holding(frame)
    return tuple(
        Line(
            decided.intake.practice(key).name, sentences.leaving(part, as_of, holds=key in holding)
        )
        for _, key, part in sorted(own, key=lambda each: each[:2])[:MOST_ASIDES]
    )


def _holding(frame: pd.DataFrame) -> set[str]:
    """The practices whose total is about as ever."""
    columns = frame[["practice_id", "status", "observed", "expected"]]
    return {
        str(key)
        for key, status, observed, expected in columns.itertuples(index=False, name=None)
        if holds_as_a_whole(str(status), observed, expected)
    }


def open_now(decided: Decided) -> set[str]:
    """The practices of which somebody is asked to see: what is known of them is said there."""
    plan = decided.plan
    still = (*plan.listed, *plan.still_open, *plan.aging, *plan.asleep)
    return {checkin.practice_id for checkin in still}


def _asides(
    decided: Decided,
    recipient: str,
) -> tuple[Line, ...]:
    """The practices that look like a drop and likely are none, while that is news."""
    asked = open_now(decided) | {checkin.practice_id for checkin in decided.plan.recovered}
    own = [
        (not like.explains, key, like)
        for key, like in decided.lookalikes.items()
        if decided.liaison_of.get(key) == recipient
        and key not in asked
        and key not in decided.plan.closed
        and _is_news(decided, like)
    ]
    return tuple(
        Line(decided.intake.practice(key).name, _about(decided, like))
        for _, key, like in sorted(own, key=lambda each: each[:2])[:MOST_ASIDES]
    )


def _is_news(decided: Decided, like: Lookalike) -> bool:
    cadence = decided.assessed.cadence
    row = decided.assessed.figures(like.practice_id)
    if like.kind == "batch":
        return bool(row["batch_week"] >= cadence.weeks - FRESH_WEEKS)
    if like.kind == "honeymoon":
        first_day = cadence.first_day[decided.assessed.row(like.practice_id)]
        return bool(first_day >= cadence.start_day + 7 * (cadence.weeks - 2 * FRESH_WEEKS))
    if like.since is not None:
        return bool(cadence.as_of - like.since <= timedelta(weeks=FRESH_WEEKS))
    return True


def _is_watched(decided: Decided, frame: pd.DataFrame) -> pd.Series:
    """Who is to be named as watched: nobody whose fall is told, answered or explained already."""
    explained = {
        key for key, like in decided.lookalikes.items() if like.explains or like.kind == "absence"
    }
    told = frame["practice_id"].isin([*decided.plan.spoken_for, *explained])
    return (frame["status"] == "watching") & ~told


def _still_open(
    decided: Decided,
    recipient: str,
    reasons: dict[str, str],
) -> tuple[Line, ...]:
    """A line each, complaints first, with the weeks that it has been open, and its check-in."""
    as_of = decided.assessed.cadence.as_of
    reminded = {checkin.practice_id for checkin in decided.plan.reminded}
    told = []
    for checkin in sorted(decided.plan.still_open, key=lambda c: c.kind != "complaint"):
        if checkin.liaison == recipient:
            weeks = (as_of - checkin.opened_on).days // 7
            how_long = sentences.open_for(weeks, reminded=checkin.practice_id in reminded)
            words = f"{how_long} {reasons.get(checkin.practice_id, '')}".strip()
            told.append(Line(checkin.practice_name, words, checkin.key))
    return tuple(told)


def _lines(
    checkins: Iterable[CheckIn], recipient: str | None, reasons: dict[str, str]
) -> tuple[Line, ...]:
    return tuple(
        Line(checkin.practice_name, reasons.get(checkin.practice_id, ""))
        for checkin in checkins
        if recipient is None or checkin.liaison == recipient
    )


def _reviewed(
    decided: Decided,
    checkin: CheckIn,
    reasons: Mapping[str, str],
) -> str:
    """What is said of a departure that the first run finds."""
    row = decided.assessed.figures(checkin.practice_id)
    if row["settled_onset"] is None or row["onset"] is not None:
        return reasons.get(checkin.practice_id, "")
    return sentences.settled(
        checkin.baseline_per_week or 0.0,
        row["settled_rate"],
        row["settled_onset"],
        decided.assessed.cadence.as_of,
    )


def summary(
    decided: Decided,
    frame: pd.DataFrame,
    recipient: str,
    liaisons: Iterable[str],
) -> Summary:
    """The manager's page: coverage by liaison, what came back, the review, the data."""
    plan, intake = decided.plan, decided.intake
    as_of = decided.assessed.cadence.as_of
    reasons = dict(zip(frame["practice_id"], frame["reason"], strict=True))
    kinds = Counter(like.kind for like in decided.lookalikes.values())
    kinds["leaving"] = len(decided.parts.keys() & _holding(frame))
    return Summary(
        recipient=recipient,
        as_of=as_of,
        practices=len(frame),
        by_status=tuple((str(k), int(v)) for k, v in frame["status"].value_counts().items()),
        coverage=oversight.coverage(decided, liaisons),
        came_back=_lines(plan.recovered, None, reasons),
        review=tuple(
            (intake.practice(c.practice_id).name, _reviewed(decided, c, reasons))
            for c in plan.review
        ),
        data_through=intake.newest,
        rows_read=intake.rows_read,
        reject_reasons=tuple(intake.reject_reasons().items()),
        notes=tuple(intake.notes.most_common()),
        lookalikes=tuple((sentences.lookalike_kind(k, n), n) for k, n in (+kinds).most_common()),
        aliases=tuple(
            (intake.practice(key).name, sentences.alias(like, key))
            for key, like in sorted(decided.lookalikes.items())
            if like.kind in ("renamed", "merged")
        ),
        ledger=oversight.ledgers(decided)[0],
        said=oversight.said(decided),
        held_out=oversight.held_out(decided),
        fallen=tuple(
            sentences.whole(s.kind, s.key, s.observed, s.expected, s.onset, as_of)
            for s in fallen(decided.streams, as_of)[:MOST_ASIDES]
        ),
        first_run=decided.memory.first_run,
    )
