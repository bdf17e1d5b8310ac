"""A comparison of two settings as a text, and the parts of it that a page shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from quietdrop.config.toml_lines import lines_to_paste
from quietdrop.lib.text import single_line
from quietdrop.messages.wording import comparison as words
from quietdrop.messages.wording.figures import count, day
from quietdrop.reporting.comparison import Moved, OnlyOne
from quietdrop.reporting.comparison_report import ComparisonReport

SHOWN = 20  # practices of each kind in the text; --json and --html have all
LEFT_OUT = "Who would not have been listed"
ADDED = "Who would have been listed instead"
LATER = "Who would have been listed later"
EARLIER = "Who would have been listed sooner"


def span(report: ComparisonReport) -> str:
    """ "11 August 2025 to 3 August 2026, 52 weeks, 412 practices"."""
    weeks = count(len(report.comparison.loads), "week", "weeks")
    practices = count(report.comparison.practices, "practice", "practices")
    first, last = report.first, report.last
    return f"{day(first, last)} to {day(last, last)}, {weeks}, {practices}"


def held(report: ComparisonReport) -> str:
    """What to know of weeks in which the feed looked broken; "" where there was none."""
    number = sum(today.held for today, _ in report.comparison.loads)
    if not number:
        return ""
    weeks = count(number, "week lists", "weeks list")
    return f"{weeks} nobody under either setting: the feed looked broken."


def to_paste(report: ComparisonReport) -> str:
    """The lines for quietdrop.toml."""
    return lines_to_paste((c.key, c.today, c.proposed) for c in report.changes)


def as_text(report: ComparisonReport) -> str:
    """The whole for a terminal."""
    return "\n".join(_lines(report))


def _lines(report: ComparisonReport) -> Iterator[str]:
    of = report.comparison
    yield span(report)
    yield ""
    table = words.measures(of)
    width = max(len(line.label) for line in table)
    yield f"{'':<{width}}  {'today':>10}  {'proposed':>10}"
    for line in table:
        yield f"{line.label:<{width}}  {line.today:>10}  {line.proposed:>10}  {line.meaning}"
    for remark in (*report.remarks, held(report)):
        if remark:
            yield f"\n{remark}"
    if of.changes_nothing:
        yield "\nBoth list the same practices on the same dates."
    yield from _alone(report, LEFT_OUT, "−", of.left_out)
    yield from _moved(report, LATER, of.later)
    yield from _moved(report, EARLIER, of.earlier)
    yield from _alone(report, ADDED, "+", of.added)
    if report.changes:
        yield "\nTo keep these settings, paste into quietdrop.toml:\n"
        yield to_paste(report)


def _alone(
    report: ComparisonReport, title: str, sign: str, items: Sequence[OnlyOne]
) -> Iterator[str]:
    if items:
        yield f"\n{title} ({len(items):,})"
    for item in items[:SHOWN]:
        name = single_line(report.name(item.practice_id))
        yield f"  {sign} {name}: {day(item.listed_on, report.last)}, {words.became(item.aftermath)}"
    yield from _rest(items)


def _moved(report: ComparisonReport, title: str, items: Sequence[Moved]) -> Iterator[str]:
    if items:
        yield f"\n{title} ({len(items):,})"
    for item in items[:SHOWN]:
        name, when = single_line(report.name(item.practice_id)), words.dates(item, report.last)
        yield f"  → {name}: {when}, {words.meanwhile(item)} between"
    yield from _rest(items)


def _rest(items: Sequence[object]) -> Iterator[str]:
    if len(items) > SHOWN:
        yield f"  … and {len(items) - SHOWN:,} more"
