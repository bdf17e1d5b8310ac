"""Rejected rows by practice: a referral that could not be counted is not silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from quietdrop.config.settings import SourceSettings
from quietdrop.domain.arrays import IntArray
from quietdrop.domain.days import EPOCH
from quietdrop.ingest.coded import REASONS, Coded
from quietdrop.ingest.columns import Wanted
from quietdrop.ingest.dates import day_part, parse
from quietdrop.ingest.ids import ALONE, NONE
from quietdrop.ingest.periods import begin_on_sundays, period_day, period_order
from quietdrop.ingest.rows import Rows
from quietdrop.ingest.totals import is_total
from quietdrop.lib.folding import folded

# A date so little ahead is one to come; one further ahead has a wrong year, so that its day is not
# known: the right one, a year earlier, then lies within the last half year.
SOON = timedelta(weeks=26)
MOST_TORN = 100_000  # distinct readings of broken rows that are remembered of one file
DAYLESS = [REASONS.index(reason) for reason in ("no date", "not a date", "date before 1990")]
_SAME = ["text", "recorded", "practice", "provider", "service_line", "payer", "location"]
# What one broken row may say: its possible days, and its possible practices.
Torn = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class WantedTorn(Wanted):
    """Wants the same columns, and remembers what the broken rows of one file may say."""

    torn: Counter[Torn] = field(default_factory=Counter)

    def tear(
        self, places: Mapping[str, int], cells: Sequence[str], surplus: int, separator: str
    ) -> None:
        """Remember the days and practices that a broken row may mean. No other cell is kept."""
        days = _candidates(places.get("referred_on"), cells, surplus, separator)
        practices = (
            *_candidates(places.get("practice_id"), cells, surplus, separator),
            *_candidates(places.get("practice_name"), cells, surplus, separator),
        )
        key = (days, practices)
        if practices and (key in self.torn or len(self.torn) < MOST_TORN):
            self.torn[key] += 1


def _candidates(
    place: int | None, cells: Sequence[str], surplus: int, separator: str
) -> tuple[str, ...]:
    """The texts that a column may have: a stray separator stands before it, in it or after it."""
    if place is None:
        return ()
    joined = separator.join(cells[place : place + surplus + 1])
    texts = (*cells[place : place + 1], *cells[place + surplus : place + surplus + 1], joined)
    return tuple(dict.fromkeys(text.strip() for text in texts if text.strip()))


def unread(
    rows: Rows, coded: Coded, bad: IntArray, torn: pd.DataFrame, today: date
) -> pd.DataFrame:
    """Count rejected rows by practice and day, as `Reading.unread` says.

    A row that is delivered again is one: of equal rows the most in any one file count, of one
    referral_id one, and none where a good row has that id.

    Args:
        rows: What was read.
        coded: The same rows, coded.
        bad: The positions of the rejected rows.
        torn: Broken rows as practice (a code), day and rows.
        today: The day after which a date lies in the future.
    """
    frame = coded.frame.iloc[bad].assign(text=rows.codes("referred_on")[bad])
    dayless = np.isin(coded.reasons[bad], DAYLESS)
    soon = frame["day"].between((today - EPOCH).days, (today + SOON - EPOCH).days)
    frame["recorded"] = np.where(dayless, frame["recorded"], frame["day"].where(soon, -1))
    frame = frame[frame["practice"] >= 0]
    named = frame[frame["id"] > 0].drop_duplicates("id")
    if len(named):
        named = named[~named["id"].isin(coded.frame.loc[coded.reasons == 0, "id"])]
    plain = frame[frame["id"] == NONE].groupby([*_SAME, "source"], as_index=False)["kept"].sum()
    most = plain.groupby(_SAME, as_index=False)["kept"].max()
    parts = [named, frame[frame["id"] == ALONE], most]
    counted = pd.concat([part[["practice", "recorded", "kept"]] for part in parts])
    counted = counted.rename(columns={"recorded": "day", "kept": "rows"})
    summed = pd.concat([counted, torn]).groupby(["practice", "day"], as_index=False)["rows"].sum()
    practices = [coded.texts["practice"][code] for code in summed["practice"].astype(int).tolist()]
    return pd.DataFrame(
        {
            "practice_id": pd.Series(practices, dtype="str"),
            "day": summed["day"].astype("int64"),
            "rows": summed["rows"].astype("int64"),
        }
    )


def torn_rows(
    rows: Rows, coded: Coded, torn: Sequence[Counter[Torn]], source: SourceSettings, today: date
) -> pd.DataFrame:
    """Attribute broken rows to the practices that good rows name.

    Args:
        rows: What was read.
        coded: The same rows, coded.
        torn: For each file, what its broken rows may say.
        source: The settings; the dates follow their convention.
        today: The day after which a date lies in the future.

    Returns:
        practice (a code), day (−1 where unknown) and rows; equal rows of several files once.
    """
    most: Counter[Torn] = Counter()
    for each in torn:
        most |= each
    if not most:
        return pd.DataFrame({"practice": [], "day": [], "rows": []}, dtype="int64")
    code_of = _practice_codes(rows, coded)
    zone = ZoneInfo(source.timezone) if source.timezone else None
    period = source.period
    words = [day_part(text, zone) for text in rows.words("referred_on")]
    texts = [text for text in words if not is_total(text)]
    order = period_order(texts, source.dates, rows.sources[0], period)
    name = source.columns.get("referred_on", "")
    sundays = period is not None and begin_on_sundays(texts, order, period, name)

    def day_of(text: str) -> date | None:
        bare = day_part(text, zone)
        if period is None:
            return parse(bare, order, zone)
        return period_day(bare, order, period, on_sundays=sundays)

    tally: Counter[tuple[int, int]] = Counter()
    for (days, practices), number in most.items():
        named = {code_of[name] for name in map(folded, practices) if name in code_of}
        dated = {day for text in days if (day := day_of(text)) and day <= today}
        if len(named) == 1:
            number_of_day = (dated.pop() - EPOCH).days if len(dated) == 1 else -1
            tally[named.pop(), number_of_day] += number
    tallied = [(*key, number) for key, number in tally.items()]
    return pd.DataFrame(tallied, columns=["practice", "day", "rows"], dtype="int64")


def _practice_codes(rows: Rows, coded: Coded) -> dict[str, int]:
    """Each folded id and name -> the practice that the rows which bear it are counted for."""
    practice = coded.frame["practice"].to_numpy()
    codes: dict[str, int] = {}
    for column in ("practice_name", "practice_id"):
        at = rows.codes(column)
        words, first = np.unique(at[practice >= 0], return_index=True)
        owners = practice[practice >= 0][first]
        spelled = rows.words(column)
        for word, owner in zip(words.tolist(), owners.tolist(), strict=True):
            if spelled[word].strip():
                codes[folded(spelled[word])] = owner
    return codes
