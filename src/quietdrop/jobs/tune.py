"""Settings proposed from the own past."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from math import ceil

from quietdrop.config import Settings
from quietdrop.domain.checkin import Touch
from quietdrop.domain.directory import Prefer
from quietdrop.domain.errors import UsageError
from quietdrop.jobs.compare import record_listings
from quietdrop.jobs.replay import Replay
from quietdrop.jobs.trial import changes, past_of
from quietdrop.lib.progress import Progress
from quietdrop.reporting import tuning
from quietdrop.reporting.comparison import Past, figures
from quietdrop.reporting.listing_record import ListingRecord
from quietdrop.reporting.tuned import HalfFigures, Tuned
from quietdrop.reporting.tuning import Caught, Half

ALERTS = tuple(round(0.3 + 0.05 * step, 2) for step in range(13))  # 0.3 to 0.9
LEAST_DATES = 52  # half a year to choose on, half a year to report on
Values = Mapping[str, str | int | float]


def candidates(today: Settings, budget: float) -> Iterator[tuple[Settings, Values]]:
    """The settings that are tried for a budget, with what they change; today's own come first.

    Today's thresholds are held to the budget too: what a smaller budget costs is no fault of
    theirs.
    """
    most = ceil(budget)
    base: Values = {} if today.digest.budget <= most else {"digest.budget": most}
    baseline = _with(today, base)
    yield baseline, base
    for prefer in sorted(Prefer, key=lambda each: each is not today.digest.prefer):
        for values in _thresholds(today):
            if prefer is not today.digest.prefer:
                values["digest.prefer"] = prefer.value
            if most != today.digest.budget:
                values["digest.budget"] = most
            if (settings := _with(today, values)) != baseline:
                yield settings, values


def _thresholds(today: Settings) -> Iterator[dict[str, str | int | float]]:
    """The thresholds that are tried; where a promise yields them, no other ones."""
    if today.drift.false_alarm_years is not None:
        yield {}
        return
    for alert in ALERTS:
        values: dict[str, str | int | float] = {"drift.alert_probability": alert}
        if today.drift.watch_probability > alert:
            values["drift.watch_probability"] = alert
        yield values


def tune(
    today: Settings, budget: float, what: Replay, touches: Iterable[Touch], tell: Progress
) -> tuple[Tuned, Values]:
    """Chooses on the first half of the dates, reports on the second.

    Returns:
        The result, and the values to write; none where nothing is proposed.

    Raises:
        UsageError: where there is too little past to choose on.
    """
    if len(what.dates) < LEAST_DATES:
        raise UsageError(
            f"The referrals allow {len(what.dates)} weeks to be replayed; choosing on one half of "
            f"the past and reporting on the other takes {LEAST_DATES}. Try again later, or compare "
            "settings by hand: `quietdrop rehearse --compare`."
        )
    tries = list(candidates(today, budget))
    records = record_listings([settings for settings, _ in tries], what, tell)
    past = past_of(today, what, touches)
    middle = what.dates[len(what.dates) // 2]
    halves = Half(what.dates[0], middle), Half(middle, what.dates[-1] + timedelta(days=1))
    chosen_on, reported_on = (
        [tuning.caught_in(record, past.truth, half) for record in records] if past.truth else []
        for half in halves
    )
    place = tuning.best(chosen_on, budget)
    if place is None:
        raise UsageError(
            f"A budget of {budget:g} a liaison and week: every setting that was tried asks for "
            "more than that."
        )
    gain = tuning.gain(reported_on[0], reported_on[place])
    today_fits = chosen_on[0].load <= budget
    is_better = gain.is_beyond_chance and reported_on[place].load <= budget
    values = tries[place][1] if place and (is_better or not today_fits) else {}
    best = changes(today, tries[place][0], tries[place][1])
    result = Tuned(
        budget,
        what.dates[0],
        middle,
        what.dates[-1],
        len(tries) - 1,
        best,
        _between(tries, chosen_on, budget),
        gain,
        today_fits,
        _figures(records[0], past, reported_on[0], halves[1]),
        _figures(records[place], past, reported_on[place], halves[1]),
        best if values else (),
    )
    return result, values


def _with(settings: Settings, values: Values) -> Settings:
    """The settings with some values of "section.key" changed."""
    sections: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        section, _, key = name.partition(".")
        sections.setdefault(section, {})[key] = Prefer(str(value)) if key == "prefer" else value
    changed = {
        name: getattr(settings, name).model_copy(update=theirs) for name, theirs in sections.items()
    }
    return settings.model_copy(update=changed)


def _between(
    tries: list[tuple[Settings, Values]], chosen_on: list[Caught], budget: float
) -> tuple[float, float]:
    """The alert probabilities that nine of ten draws of the practices choose between."""
    places = tuning.best_of_draws(chosen_on, budget)
    alerts = sorted(tries[place][0].drift.alert_probability for place in places.tolist())
    if not alerts:
        return tries[0][0].drift.alert_probability, tries[0][0].drift.alert_probability
    low, high = (alerts[round(share * (len(alerts) - 1))] for share in tuning.INTERVAL)
    return low, high


def _figures(record: ListingRecord, past: Past, caught: Caught, half: Half) -> HalfFigures:
    theirs = figures(tuning.in_half(record, half), past)
    return HalfFigures(
        float(caught.referrals.sum()), caught.load, theirs.opened, theirs.back_by_themselves
    )
