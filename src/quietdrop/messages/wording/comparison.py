"""Two settings side by side, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from quietdrop.config.override_key import OverrideKey, override_key
from quietdrop.domain.directory import Prefer
from quietdrop.lib.reader import decimal, whole
from quietdrop.lib.text import single_line
from quietdrop.messages.wording.figures import about, count, day, number
from quietdrop.reporting.aftermath import Aftermath, Became
from quietdrop.reporting.comparison import Comparison, Moved, SettingFigures

NONE = "–"
FIRST = {Prefer.SURE.value: "the surest first", Prefer.VOLUME.value: "the largest falls first"}
SHARES = ((0.9, "nearly all of them"), (0.58, "two thirds"), (0.42, "half"), (0.29, "a third"))
SMALL_SHARES = ((0.22, "a quarter"), (0.17, "a fifth"), (0.08, "a tenth"))


@dataclass(frozen=True)
class Measure:
    """One line of the table: today's and the proposed value, and what the difference means."""

    label: str
    today: str
    proposed: str
    meaning: str


def measures(of: Comparison) -> list[Measure]:
    """The lines of the table, in their order."""
    return [Measure(*line) for line in _lines(of)]


def _lines(of: Comparison) -> Iterator[tuple[str, str, str, str]]:
    today, proposed = of.today, of.proposed
    yield (
        "Check-ins a liaison and week",
        number(today.a_liaison_and_week, 1),
        number(proposed.a_liaison_and_week, 1),
        _share(today.a_liaison_and_week, proposed.a_liaison_and_week),
    )
    yield (
        "Check-ins opened",
        *_counts(today.opened, proposed.opened),
        _more(proposed.opened - today.opened),
    )
    yield (
        "Came back by themselves",
        *_counts(today.back_by_themselves, proposed.back_by_themselves),
        _visits(proposed.back_by_themselves - today.back_by_themselves),
    )
    yield (
        "Lasting drops that were listed",
        f"{today.losses_listed:,} of {today.losses:,}",
        f"{proposed.losses_listed:,} of {proposed.losses:,}",
        _more(proposed.losses_listed - today.losses_listed),
    )
    yield (
        "Weeks from drop to listing, middle one",
        _weeks(today.weeks_to_listing),
        _weeks(proposed.weeks_to_listing),
        _later(today.weeks_to_listing, proposed.weeks_to_listing),
    )
    yield (
        "Referrals lost before a listing",
        number(today.lost_before_listing),
        number(proposed.lost_before_listing),
        _lost(today, proposed, len(of.loads)),
    )
    yield (
        "Weeks ahead of a monthly report",
        _weeks(today.weeks_ahead),
        _weeks(proposed.weeks_ahead),
        _ahead(proposed.weeks_ahead),
    )


def became(what: Aftermath) -> str:
    """ "came back by itself, 5 weeks later"."""
    later = f"{count(what.weeks, 'week', 'weeks')} later" if what.weeks is not None else ""
    match what.became:
        case Became.back_by_itself:
            return f"came back by itself, {later}"
        case Became.back_after_touch:
            return f"came back after a visit or call, {later}"
        case Became.back:
            return f"came back, {later}"
        case Became.closed:
            return f"closed: {what.outcome}" if what.outcome else "closed"
        case Became.down:
            return "still down"
        case Became.too_early:
            return "too early to say"


def dates(moved: Moved, as_of: date) -> str:
    """ "20 July → 3 August"."""
    return f"{day(moved.today_on, as_of)} → {day(moved.proposed_on, as_of)}"


def meanwhile(moved: Moved) -> str:
    """ "6 referrals"."""
    return about(moved.lost_between, "referral", "referrals")


def settings_tried(changes: Mapping[str, str]) -> str:
    """ "70 % sure, at most 4 a digest"; `changes` are "section.key" to TOML, or a value
    of `[[override]]`."""
    words = {
        "drift.alert_probability": lambda value: f"{_per_cent(value)} sure",
        "drift.watch_probability": lambda value: f"watched from {_per_cent(value)}",
        "digest.budget": lambda value: f"at most {value} a digest",
        "digest.prefer": lambda value: FIRST[value.strip('"')],
        "drift.min_referrals": lambda value: f"judged from {value} referrals on",
    }
    parts = []
    for name, value in changes.items():
        of = override_key(name)
        key = f"drift.{of.key}" if of else name
        if key in words:
            parts.append((f"{whom(of)}: " if of else "") + words[key](value))
    return ", ".join(parts) or "today's settings"


def whom(of: OverrideKey) -> str:
    """ "territory North, tier A": whom a setting holds for."""
    return ", ".join(f"{name} {single_line(value, 60)}" for name, value in of.names.items())


def _per_cent(share: str) -> str:
    return f"{100 * float(share):.0f}\N{NO-BREAK SPACE}%"


def monthly_names(a_report: float) -> str:
    """How many that report would name, so that its lead is seen at its price."""
    names = about(a_report, "practice", "practices")
    return (
        f"The monthly report is the rule “a month brought at most half of the three before”. It "
        f"would name {names} each month, most of them by chance."
    )


def own_budgets(liaisons: int) -> str:
    """Why another budget changes little."""
    who = count(liaisons, "liaison has", "liaisons have")
    return (
        f"{who} a budget in the liaisons table, which goes before digest.budget: "
        f"for {'her' if liaisons == 1 else 'them'} it changes nothing."
    )


def _counts(today: int, proposed: int) -> tuple[str, str]:
    return f"{today:,}", f"{proposed:,}"


def _weeks(value: float | None) -> str:
    return NONE if value is None else number(value).replace("-", "−")


def _more(difference: int) -> str:
    if difference == 0:
        return "the same"
    return f"{abs(difference):,} {'more' if difference > 0 else 'fewer'}"


def _visits(difference: int) -> str:
    if difference == 0:
        return "the same"
    which = "more" if difference > 0 else "fewer"
    visits = "visit that was" if abs(difference) == 1 else "visits that were"
    return f"{abs(difference):,} {which} {visits} not needed"


def _share(today: float, proposed: float) -> str:
    """ "a third fewer", "twice as many"."""
    if abs(proposed - today) < 0.05 or today <= 0:
        return "about the same" if abs(proposed - today) < 0.05 else "from none"
    change = abs(proposed - today) / today
    if proposed > today and change >= 0.9:
        times = decimal(proposed / today)
        return "about twice as many" if change < 1.5 else f"{times} times as many"
    which = "more" if proposed > today else "fewer"
    words = next((word for least, word in (*SHARES, *SMALL_SHARES) if change >= least), "a few")
    return f"{words} {which}" if words != "nearly all of them" else "nearly none left"


def _later(today: float | None, proposed: float | None) -> str:
    if today is None or proposed is None:
        return "too few to say"
    difference = whole(proposed) - whole(today)  # as both are shown
    if difference == 0:
        return "about the same"
    weeks = count(abs(difference), "week", "weeks")
    return f"{weeks} {'later' if difference > 0 else 'sooner'}"


def _lost(today: SettingFigures, proposed: SettingFigures, weeks: int) -> str:
    difference = proposed.lost_before_listing - today.lost_before_listing
    if abs(difference) < 0.5:
        return "the same"
    which = "more lost" if difference > 0 else "fewer lost"
    a_week = abs(difference) / max(weeks, 1)
    often = f", about {decimal(a_week)} a week" if a_week >= 1 else ""
    return f"{decimal(abs(difference))} {which}{often}"


def _ahead(proposed: float | None) -> str:
    if proposed is None:
        return "too few to say"
    if proposed >= 1:
        return f"{count(whole(proposed), 'week', 'weeks')} before it would show"
    return "no earlier than the report"
