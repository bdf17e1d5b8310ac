"""How we treated each practice's referrals of the last 130 weeks: the wait, the note, a refusal.

Read apart from the counts, and only where such a column is there: the days of seeing and answering
would make a group of nearly every referral.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from quietdrop.domain.days import EPOCH
from quietdrop.domain.errors import SourceError
from quietdrop.ingest import database, files
from quietdrop.ingest.columns import Record, Wanted
from quietdrop.ingest.dates import convention, day_part, parse
from quietdrop.ingest.directory import Directory
from quietdrop.ingest.settings import SourceSettings
from quietdrop.ingest.shape import shape_of
from quietdrop.lib.folding import folded
from quietdrop.lib.text import clean

COLUMNS = (
    *("referred_on", "practice_id", "practice_name", "status"),
    *("scheduled_on", "seen_on", "note_sent_on"),
)
DAYS = ("referred_on", "scheduled_on", "seen_on", "note_sent_on")
TELLING = {"status", "scheduled_on", "seen_on"}  # a table without any of them tells nothing
DECLINED = {"declined", "cancelled", "canceled", "refused", "rejected", "not accepted"}
WEEKS = 130  # two years in which drops are learned from, and half a year before them
MOST_DAYS = 365  # a longer wait is a mistake in a date


def read_access(
    source: SourceSettings,
    directory: Directory,
    as_of: date,
    paths: Sequence[Path] = (),
    streams: Mapping[str, int] | None = None,
) -> pd.DataFrame:
    """In: the [source] settings, the directory, the as-of date, the files, and the stream of each
    of their tables by its name: tables of one stream deliver each other's rows. Out: as
    Intake.access says; empty where no appointment is recorded, or its days are of no use.
    Errors: SourceError."""
    if source.period is not None:
        return pd.DataFrame()  # counts say nothing of single referrals
    zone = ZoneInfo(source.timezone) if source.timezone else None
    wanted = Wanted("referrals", COLUMNS, (), source.columns, source.allow, shape_of(source))
    if "://" in source.referrals:
        where = f"{source.referrals}#{source.table or 'referrals'}"
        records = database.records(where, wanted, query=source.query, only=source.only)
        tally = _tally(records, zone)
    else:
        most: defaultdict[int, Counter[tuple[str, ...]]] = defaultdict(Counter)
        for path in paths:
            for table in files.tables(path, wanted):
                stream = (streams or {}).get(table.where)
                if stream is not None and table.columns & TELLING:
                    most[stream] |= _tally(table.records, zone)
        tally = sum(most.values(), Counter())
    try:
        parsed = _parsed(tally, source)
    except SourceError:
        return pd.DataFrame()  # the referrals' own dates are judged elsewhere
    end = (as_of - EPOCH).days
    rows: Counter[tuple[str, int, int, int, bool, bool]] = Counter()
    for key, number in tally.items():
        row = _log_row(dict(zip(COLUMNS, key, strict=True)), parsed, directory, end)
        if row is not None:
            rows[row] += number
    columns = ["practice_id", "day", "wait", "seen_on", "noted", "declined"]
    frame = pd.DataFrame(sorted(rows), columns=columns)
    return frame.assign(referrals=[rows[key] for key in sorted(rows)])


def _tally(records: Iterator[Record], zone: ZoneInfo | None) -> Counter[tuple[str, ...]]:
    """How many rows say the same of when and how a referral was seen."""
    tally: Counter[tuple[str, ...]] = Counter()
    for _, cells in records:
        if cells is not None and (cells[4].strip() or cells[5].strip()):
            days = dict(zip(COLUMNS, cells, strict=True)) | {
                name: day_part(cells[COLUMNS.index(name)], zone) for name in DAYS
            }
            tally[tuple(days[name] for name in COLUMNS)] += 1
        elif cells is not None and folded(cells[3]) in DECLINED:
            tally[(day_part(cells[0], zone), *cells[1:4], "", "", "")] += 1
    return tally


def _parsed(
    tally: Counter[tuple[str, ...]], source: SourceSettings
) -> dict[str, dict[str, int | None]]:
    """For each column of days: its texts -> days since 1970-01-01."""
    zone = ZoneInfo(source.timezone) if source.timezone else None
    parsed = {}
    for name in DAYS:
        place = COLUMNS.index(name)
        texts = {key[place] for key in tally} - {""}
        order = convention(texts, source.dates, name)
        days = {text: parse(text, order, zone) for text in texts}
        parsed[name] = {text: (day - EPOCH).days if day else None for text, day in days.items()}
    return parsed


def _log_row(
    cells: dict[str, str],
    parsed: dict[str, dict[str, int | None]],
    directory: Directory,
    end: int,
) -> tuple[str, int, int, int, bool, bool] | None:
    """One kind of referral as of `end`; None where it is not of these weeks or of no practice."""
    day = parsed["referred_on"].get(cells["referred_on"])
    named = clean(cells["practice_id"]) or clean(cells["practice_name"])
    practice_id = directory.find(named) or named
    if day is None or not practice_id or not end - 7 * WEEKS <= day < end:
        return None
    seen, planned = (parsed[name].get(cells[name]) for name in ("seen_on", "scheduled_on"))
    noted = parsed["note_sent_on"].get(cells["note_sent_on"])
    meeting = seen if seen is not None else planned
    wait = meeting - day if meeting is not None and 0 <= meeting - day <= MOST_DAYS else -1
    was_seen = seen if seen is not None and day <= seen < end else -1
    declined = folded(cells["status"]) in DECLINED
    return practice_id, day, wait, was_seen, noted is not None and noted < end, declined
