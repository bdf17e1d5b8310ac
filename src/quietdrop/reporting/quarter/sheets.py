"""The quarter's tables as CSV files. No patient and no note is in any of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from quietdrop.domain.quarter import Quarter, Tally
from quietdrop.lib.spreadsheets import csv_text
from quietdrop.reporting.quarter.dates import label

# file: the parts that it holds, and its own columns before the figures
SHEETS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "practices": (
        ("practice",),
        ("practice_id", "practice", "liaison", "territory", "town", "status"),
    ),
    "people": (("person",), ("practice_id", "practice", "person", "role")),
    "roles": (("role",), ("role", "people")),
    "coordinators": (("desk",), ("practice_id", "practice", "person", "role")),
    "kinds": (("service_line", "payer", "location"), ("kind", "name")),
    "territories": (("territory",), ("territory",)),
}
FIGURES = ("referrals", "quarter_before", "year_before", "moved", "moved_on_year")
ENDS = ("last_referral", "other_practice")
WITH_ENDS = ("practices", "people")


def sheet(quarter: Quarter, name: str, parts: Mapping[str, Sequence[Tally]]) -> str:
    """One of SHEETS as CSV text; `parts` holds what it is made from. KeyError for another name."""
    kinds, columns = SHEETS[name]
    ends = ENDS if name in WITH_ENDS else ()
    figures = [f"practice_{each}" if name == "coordinators" else each for each in FIGURES]
    rows = (
        [label(quarter.first), *_own(columns, kind, tally), *_figures(tally), *_ends(tally, ends)]
        for kind in kinds
        for tally in parts.get(kind, ())
    )
    return csv_text(["quarter", *columns, *figures, *ends], rows)


def totals(quarter: Quarter) -> str:
    """The network's quarters as CSV text, the newest first."""
    header = ["quarter", "referrals", "working_days", "is_whole"]
    rows = ((label(t.first), t.referrals, t.working_days, t.is_whole) for t in quarter.totals)
    return csv_text(header, rows)


def all_sheets(quarter: Quarter) -> dict[str, str]:
    """Every CSV file that has something in it, by its name."""
    sheets = {"quarters": totals(quarter)}
    for name in sheets_of(quarter.parts):
        sheets[name] = sheet(quarter, name, quarter.parts)
    return sheets


def sheets_of(parts: Iterable[str]) -> list[str]:
    """The names of the files that there are for these parts."""
    names = set(parts)
    return [name for name, (kinds, _) in SHEETS.items() if names & set(kinds)]


def _own(columns: tuple[str, ...], kind: str, tally: Tally) -> list[object]:
    named = {"practice": tally.practice or tally.name, "kind": kind}
    named |= dict.fromkeys(("name", "person", "territory"), tally.name)
    if kind == "role":
        named["role"] = tally.name
    if kind == "practice":
        named["territory"] = tally.territory
    return [named.get(column, getattr(tally, column, "")) for column in columns]


def _figures(tally: Tally) -> list[object]:
    return [tally.now, tally.before, tally.year, tally.move, tally.yearly]


def _ends(tally: Tally, ends: Sequence[str]) -> list[object]:
    return [tally.last, tally.other] if ends else []
