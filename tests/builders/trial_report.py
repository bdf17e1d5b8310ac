"""What a rehearsal of a higher threshold comes to, with as many practices as are named."""

from __future__ import annotations

from datetime import date, timedelta

from quietdrop.reporting.aftermath import Aftermath, Became
from quietdrop.reporting.comparison import Comparison, Moved, OnlyOne, SettingFigures
from quietdrop.reporting.comparison_report import Change, ComparisonReport
from quietdrop.reporting.listing_record import DateLoad

LAST = date(2026, 7, 6)


def report_of(names: dict[str, str]) -> ComparisonReport:
    figures = SettingFigures(0.8, 159, 34, 120, 40, 30, 900.0, 702.0, 6.0, 7.0)
    fewer = SettingFigures(0.5, 102, 11, 80, 40, 25, 900.0, 848.0, 8.0, 5.0)
    loads = [DateLoad(LAST - timedelta(weeks=n), n % 3, n % 3, 4, 412) for n in range(52)][::-1]
    left = [OnlyOne(key, LAST - timedelta(weeks=9), Aftermath(Became.down)) for key in names]
    later = Moved("P1", LAST - timedelta(weeks=9), LAST - timedelta(weeks=7), 6.2)
    pairs = tuple((load, load) for load in loads)
    of = Comparison(412, figures, fewer, pairs, tuple(left), (), (later,), (), 40)
    change = Change("drift.alert_probability", "0.5", "0.7")
    return ComparisonReport(LAST - timedelta(weeks=51), LAST, (change,), of, names)
