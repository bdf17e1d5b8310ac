"""An evaluation -> the book of business, a row a practice. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

from quietdrop.domain.assessment import FALLING, Status
from quietdrop.domain.book import BookRow
from quietdrop.domain.days import EPOCH, week_index
from quietdrop.evaluation.evaluation import Evaluation

YEAR = 52  # weeks
RECENT = 13  # weeks
MOST_PEOPLE = 40  # of a practice that can be searched for


def book(evaluation: Evaluation, frame: pd.DataFrame) -> list[BookRow]:
    """A row for each practice of `frame`, the table of this date."""
    last_day = evaluation.counts.groupby("practice_id")["day"].max().to_dict()
    lines = _parts_of(evaluation, "service_line")
    people = _parts_of(evaluation, "provider")
    names = evaluation.intake.provider_names
    result = []
    for row in frame.to_dict("records"):
        key = str(row["practice_id"])
        newest = max(evaluation.touches_of(key), key=lambda touch: touch.touched_on, default=None)
        where = evaluation.intake.practice(key)
        liaison = evaluation.intake.liaisons.get(str(row["liaison"]))
        day = last_day.get(key)
        staff = [person.name for person in evaluation.people_of(key)]
        senders = [names.get(one, one) for one in people.get(key, ())]
        book_row = BookRow(
            practice_id=key,
            name=where.name,
            liaison=str(row["liaison"]),
            status=Status(row["status"]),
            liaison_name=liaison.name if liaison else "",
            town=where.town,
            territory=where.territory,
            health_system=where.health_system,
            specialty=where.specialty,
            people=tuple(dict.fromkeys([*senders, *staff]))[:MOST_PEOPLE],
            lines=tuple(lines.get(key, ())),
            last_referral_on=None if day is None else EPOCH + timedelta(days=int(day)),
            last_touch_on=newest.touched_on if newest else None,
            last_touch_kind=newest.kind if newest else "",
        )
        result.append(_with_figures(book_row, evaluation, row))
    return result


def _with_figures(of: BookRow, evaluation: Evaluation, row: Mapping[Any, Any]) -> BookRow:
    """With its weeks, what is usual, and what is at stake."""
    assessed = evaluation.assessed
    place, as_of = assessed.row(of.practice_id), assessed.as_of
    usual = _or_zero(row["baseline_per_week"])
    weeks = assessed.cadence.counts[place, -YEAR:].astype(int).tolist()
    is_falling = row["status"] in FALLING
    return replace(
        of,
        usual=round(usual, 2),
        recent=sum(weeks[-RECENT:]),
        recent_usual=round(float(assessed.exposure_of(place)[-RECENT:].sum()) * usual, 1),
        stake=round(_or_zero(row["lost_per_week"]), 2) if is_falling else 0.0,
        odds=None if pd.isna(row["drift_probability"]) else float(row["drift_probability"]),
        weeks=tuple(weeks),
        onset_index=_onset(row["onset"], as_of, len(weeks)) if is_falling else None,
    )


def _onset(onset: date | None, as_of: date, weeks: int) -> int | None:
    if onset is None or pd.isna(onset):
        return None
    return max(week_index(onset, as_of, weeks), 0)


def _or_zero(value: Any) -> float:
    return 0.0 if value is None or pd.isna(value) else float(value)


def _parts_of(evaluation: Evaluation, kind: str) -> dict[str, list[str]]:
    """By practice, its providers or service lines of the last year, the largest first."""
    if kind not in evaluation.counts:
        return {}
    end = (evaluation.as_of - EPOCH).days
    counts = evaluation.counts
    near = counts[(end - counts["day"] <= YEAR * 7) & (counts[kind] != "")]
    sizes = near.groupby(["practice_id", kind])["referrals"].sum().reset_index()
    order = sizes.sort_values(["practice_id", "referrals", kind], ascending=[True, False, True])
    parts: dict[str, list[str]] = {}
    for key, part in order[["practice_id", kind]].itertuples(index=False, name=None):
        parts.setdefault(str(key), []).append(str(part))
    return parts
