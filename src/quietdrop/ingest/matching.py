"""Matching a header's names to our columns by their words alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from quietdrop.domain.joined import JOIN
from quietdrop.domain.patient_guard import allow_line, shown
from quietdrop.domain.patient_words import speaks_of_patient
from quietdrop.ingest import profiles
from quietdrop.ingest.names import later_day, nearest, words_of
from quietdrop.ingest.pivots import period_columns
from quietdrop.ingest.proposal import PRACTICE, Proposal
from quietdrop.ingest.regularity import period_of
from quietdrop.ingest.report_periods import Stated

_SENDER = re.compile(r"\b(referr\w*|provider|physician|doctor|ordering)\b")
_TEXTS = ("provider_npi", "provider_name", "service_line", "payer", "location")


def header_score(cells: Sequence[str]) -> int:
    """Return how well a row does as a header: how many of its cells have a name in use."""
    system = profiles.of_header([cell for cell in cells if cell.strip()])
    return len(nearest([cell.strip() for cell in cells])) + (len(system.signature) if system else 0)


def matched(header: Sequence[str]) -> dict[str, str]:
    """Return our column -> theirs, the nearest names first, each used once."""
    allowed = [name for name in header if name.strip() and not speaks_of_patient(name)]
    system = profiles.of_header(header)
    given = profiles.columns_of(system, allowed) if system else {}
    taken = set(given.values())
    others = nearest([name for name in allowed if name not in taken])
    return given | {our: name for our, name in others.items() if our not in given}


def fit(header: Sequence[str]) -> tuple[bool, bool, int]:
    columns = matched(header)
    is_pivot = bool(period_columns(header, []))
    bare = Proposal(None, columns, (), (), is_pivot=is_pivot)
    return bare.is_enough, profiles.of_header(header) is not None, len(columns)


def by_names(header: Sequence[str], table: str | None) -> Proposal:
    """Return the proposal from the names alone."""
    columns = matched(header)
    counts = columns.pop("referrals", None)
    remarks: list[str] = []
    system = profiles.of_header(header)
    if system:
        remarks.append(f"looks like {system.name}")
        remarks += _to_be_allowed(system, header)
    columns = _with_year(columns, header)
    columns = _with_day(columns, header, remarks)
    columns = _with_sender(columns, header, remarks)
    remarks += _twice(columns, header)
    if counts is not None:
        columns = {**columns, "referrals": counts}
    only = dict(system.only) if system else {}
    return Proposal(table, columns, (), (), remarks=tuple(remarks), only=only)


def _to_be_allowed(system: profiles.Profile, header: Sequence[str]) -> list[str]:
    """Return a question about a system's column that may also be a patient's."""
    guarded = profiles.columns_of(system, [name for name in header if speaks_of_patient(name)])
    return [
        f"{shown(name)} is not read, since it may name patients; if it names practices: "
        f"{allow_line(name)} and [source.columns] {our} = {shown(name)}"
        for our, name in guarded.items()
    ]


def _twice(columns: Mapping[str, str], header: Sequence[str]) -> list[str]:
    """Return a remark about names that head several columns and would otherwise be proposed."""
    allowed = [name for name in header if name.strip() and not speaks_of_patient(name)]
    missed = {
        our: name
        for our, name in nearest(list(dict.fromkeys(allowed))).items()
        if our not in columns and allowed.count(name) > 1
    }
    return [
        f"{shown(name)} heads {allowed.count(name)} columns, so none of them is proposed: "
        "give each a name of its own in the export"
        for name in missed.values()
    ]


def _with_year(columns: dict[str, str], header: Sequence[str]) -> dict[str, str]:
    """Return the columns with year and month as the day, where they stand in two columns."""
    by_word = {" ".join(words_of(name)): name for name in header}
    year, month = by_word.get("year"), by_word.get("month")
    if year and month and columns.get("referred_on") in (None, month, year):
        return columns | {"referred_on": f"{year}{JOIN}{month}"}
    return columns


def _with_day(columns: dict[str, str], header: Sequence[str], remarks: list[str]) -> dict[str, str]:
    """Return the columns with the next best day, where none is the referral's own."""
    if "referred_on" in columns:
        return columns
    entered = columns.get("recorded_on")
    name = entered or later_day([one for one in header if not speaks_of_patient(one)])
    if name is None:
        return columns
    remarks.append(
        f"No column says when the referral was made, so {shown(name)} stands for that day."
    )
    others = {our: theirs for our, theirs in columns.items() if our != "recorded_on"}
    return {"referred_on": name, **others}


def _with_sender(
    columns: dict[str, str], header: Sequence[str], remarks: list[str]
) -> dict[str, str]:
    """Return the columns with the provider's name joined, and the provider as the practice where
    no practice is there."""
    parts = {}
    for name in header:
        words = words_of(name)
        if _SENDER.search(" ".join(words)) and {"last", "first"} & set(words):
            parts["last" if "last" in words else "first"] = name
    if len(parts) == 2 and "provider_name" not in columns:
        columns = columns | {"provider_name": f"{parts['last']}{JOIN}{parts['first']}"}
    if set(PRACTICE) & set(columns):
        return columns
    sender = {
        our: columns[theirs]
        for our, theirs in (("practice_id", "provider_npi"), ("practice_name", "provider_name"))
        if theirs in columns
    }
    if sender:
        remarks.append(
            "No column names a practice, so the referring provider stands for it: each referring "
            "provider counts as a practice. A people table (practice_id, npi) or an NPPES extract "
            "folds providers into their practices."
        )
    return columns | sender


def reported(bare: Proposal, stated: Stated) -> Proposal:
    """Return the proposal for a report that states its period once."""
    period, _, where = stated
    remark = f"the report is of one {period}, which stands in {where}"
    return replace(bare, is_report=True, period=period, remarks=(*bare.remarks, remark))


def pivoted(bare: Proposal, columns: dict[int, str]) -> Proposal:
    """Return the proposal for periods across."""
    names = list(columns.values())
    period = period_of(names)
    kept = {our: name for our, name in bare.columns.items() if our in PRACTICE or our in _TEXTS}
    return replace(
        bare,
        columns=kept,
        is_pivot=True,
        period=period,
        remarks=(
            *bare.remarks,
            f"{len(columns)} columns are {period}s: a row is a practice, a cell how many referrals",
        ),
    )
