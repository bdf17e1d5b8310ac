"""What was recognized in an unknown source."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from quietdrop.lib.periods import Period

PRACTICE = ("practice_id", "practice_name")


@dataclass(frozen=True)
class Proposal:
    """What was recognized of a source.

    `columns` is our column -> theirs; `patients` are the columns that speak of patients and are
    never read, `unused` the others that nothing was recognized in. Of the `rows` sampled `days`
    could be read as the day, from `first` to `last`; `ambiguous`: month-first or day-first.
    `unread` names a column that is called a day of which nothing could be read, with the form of
    its cells. `barred` are columns that bear a name of ours and are something else. `is_pivot`: the
    periods stand across; `is_report`: a report states its period once. `remarks` are sentences for
    a person; the other fields are settings of [source].
    """

    table: str | None
    columns: dict[str, str]
    patients: tuple[str, ...]
    unused: tuple[str, ...]
    rows: int = 0
    days: int = 0
    first: date | None = None
    last: date | None = None
    ambiguous: bool = False
    unread: str = ""
    is_pivot: bool = False
    is_report: bool = False
    barred: tuple[str, ...] = ()
    period: Period | None = None
    fill_down: tuple[str, ...] = ()
    only: dict[str, str] = field(default_factory=dict)
    query: str = ""
    remarks: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()  # why columns of a fitting name were not proposed
    named: bool = True  # whether the first line is known to be a header, so that it may be shown

    @property
    def is_enough(self) -> bool:
        """Whether a day and a practice were recognized."""
        is_dated = "referred_on" in self.columns or not self.has_day_column
        return is_dated and bool(set(PRACTICE) & set(self.columns))

    @property
    def has_day_column(self) -> bool:
        """Whether the days stand in a column: in a pivot they stand across, and a report by period
        states its own once."""
        return not (self.is_pivot or self.is_report)
