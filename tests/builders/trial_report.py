"""What a rehearsal of a higher threshold, or a proposal, comes to."""

from __future__ import annotations

from datetime import date, timedelta

from quietdrop.reporting.aftermath import Aftermath, Became
from quietdrop.reporting.comparison import Comparison, Moved, OnlyOne, SettingFigures
from quietdrop.reporting.comparison_report import Change, ComparisonReport
from quietdrop.reporting.listing_record import DateLoad
from quietdrop.reporting.tuned import HalfFigures, Tuned
from quietdrop.reporting.tuning import Gain

LAST = date(2026, 7, 6)


def tuned_of(*, is_better: bool) -> Tuned:
    """A proposal that catches 60 lost referrals more, for sure or perhaps."""
    best = (Change("drift.alert_probability", "0.5", "0.35"),)
    gain = Gain(60.0, 12.0 if is_better else -8.0, 110.0)
    today, proposed = HalfFigures(180.0, 0.8, 60, 12), HalfFigures(240.0, 1.9, 130, 40)
    first, middle = LAST - timedelta(weeks=103), LAST - timedelta(weeks=51)
    return Tuned(
        2.0,
        first,
        middle,
        LAST,
        26,
        best,
        (0.3, 0.4),
        gain,
        True,
        today,
        proposed,
        best if is_better else (),
    )


def report_of(names: dict[str, str]) -> ComparisonReport:
    figures = SettingFigures(0.8, 159, 34, 120, 40, 30, 702.0, 6.0, 7.0)
    fewer = SettingFigures(0.5, 102, 11, 80, 40, 25, 848.0, 8.0, 5.0)
    loads = [DateLoad(LAST - timedelta(weeks=n), n % 3, n % 3, 4, 412) for n in range(52)][::-1]
    left = [OnlyOne(key, LAST - timedelta(weeks=9), Aftermath(Became.down)) for key in names]
    later = Moved("P1", LAST - timedelta(weeks=9), LAST - timedelta(weeks=7), 6.2)
    pairs = tuple((load, load) for load in loads)
    of = Comparison(412, figures, fewer, pairs, tuple(left), (), (later,), (), 40)
    change = Change("drift.alert_probability", "0.5", "0.7")
    return ComparisonReport(LAST - timedelta(weeks=51), LAST, (change,), of, names)
