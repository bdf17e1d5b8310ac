"""A comparison of two settings as a page shows it. Pure."""

from __future__ import annotations

from quietdrop.messages import comparison
from quietdrop.messages.wording import comparison as wording
from quietdrop.reporting.comparison_report import ComparisonReport
from quietdrop.web.file_page import file_page
from quietdrop.web.load_chart import load_chart

FIRST_SHOWN = 10  # practices of each kind; the others are behind "All 61"


def values(report: ComparisonReport) -> dict[str, object]:
    """What the template needs besides the links."""
    of = report.comparison
    return {
        "report": report,
        "say": wording,
        "span": comparison.span(report),
        "measures": wording.measures(of),
        "remarks": [*report.remarks, *filter(None, [comparison.held(report)])],
        "load": load_chart(of.loads),
        "alone": [
            ("left-out", comparison.LEFT_OUT, "−", of.left_out),
            ("added", comparison.ADDED, "+", of.added),
        ],
        "moved": [
            ("later", comparison.LATER, of.later),
            ("sooner", comparison.EARLIER, of.earlier),
        ],
        "lines": comparison.to_paste(report),
        "shown": FIRST_SHOWN,
    }


def standalone(report: ComparisonReport) -> str:
    """The comparison as a self-contained file."""
    return file_page("comparison_file.html.j2", report.last, **values(report))
