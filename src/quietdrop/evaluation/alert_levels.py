"""The thresholds that a promise yields: at most one false check-in a practice in so many years."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np

from quietdrop.config import Settings
from quietdrop.config.overrides import OverrideSettings
from quietdrop.detection.assess import Assessed
from quietdrop.detection.false_alarms import Looks, false_alarms, log_as_ever
from quietdrop.domain.alerts import AlertCard
from quietdrop.domain.errors import ConfigError

YEAR = 52
LEAST_PAST = 52  # weeks of referrals
LEAST_BEHIND = 26  # weeks of them before the first date that is looked at
LEARNED_EVERY = timedelta(weeks=26)
THRESHOLDS = tuple(round(0.1 + 0.01 * step, 2) for step in range(90))  # 0.1 to 0.99
Look = Callable[[date], Assessed]


def alert_card(now: Assessed, look: Look, earlier: AlertCard | None) -> AlertCard:
    """The card that an earlier run left, if it is not too old; else a new one.

    Args:
        now: The date's assessment: what followed the earlier dates.
        look: Gives the assessment of an earlier date, with only what was known then.
        earlier: What an earlier run left.

    Raises:
        ConfigError: where the past is under 52 weeks long.
    """
    cadence = now.cadence
    age = None if earlier is None else cadence.as_of - earlier.learned_on
    if earlier is not None and age is not None and timedelta() <= age < LEARNED_EVERY:
        return earlier
    if cadence.weeks < LEAST_PAST:
        raise ConfigError(
            f"[drift] false_alarm_years needs {LEAST_PAST} weeks of referrals to learn a threshold "
            f"from; these are {cadence.weeks}. Until then set alert_probability instead."
        )
    looks = _looks(now, look, min(YEAR, cadence.weeks - LEAST_BEHIND))
    return AlertCard(
        cadence.as_of,
        looks.judged.shape[1],
        looks.practice_years,
        THRESHOLDS,
        tuple(round(float(number), 3) for number in false_alarms(looks, THRESHOLDS)),
    )


def resolved(settings: Settings, card: AlertCard | None) -> Settings:
    """The settings with the thresholds that the card yields. ConfigError where it yields none."""
    if card is None or not settings.is_promised:
        return settings
    drift = settings.drift
    if drift.false_alarm_years is not None:
        alert = _threshold(card, drift.false_alarm_years, "[drift]")
        watch = min(drift.watch_probability, alert)
        drift = drift.model_copy(update={"alert_probability": alert, "watch_probability": watch})
    tables = tuple(_resolved(one, card, drift.watch_probability) for one in settings.override)
    return settings.model_copy(update={"drift": drift, "override": tables})


def _resolved(one: OverrideSettings, card: AlertCard, general_watch: float) -> OverrideSettings:
    if one.false_alarm_years is None:
        return one
    alert = _threshold(card, one.false_alarm_years, one.title)
    watch = general_watch if one.watch_probability is None else one.watch_probability
    return one.model_copy(
        update={"alert_probability": alert, "watch_probability": min(watch, alert)}
    )


def _threshold(card: AlertCard, years: float, where: str) -> float:
    threshold = card.threshold(years)
    if threshold is None:
        raise ConfigError(
            f"{where} false_alarm_years = {years:g}: the past, {card.practice_years:.0f} years of "
            f"all practices together, can show at most {int(card.most_years)}. Give that or less, "
            "or set alert_probability instead."
        )
    return threshold


def _looks(now: Assessed, look: Look, dates: int) -> Looks:
    """What was said in each of the last weeks, and what followed."""
    cadence, exposure = now.cadence, now.exposure
    shape = (len(cadence.ids), dates)
    probability, log_ratio = np.zeros(shape), np.zeros(shape)
    judged = np.zeros(shape, dtype=bool)
    for column, ago in enumerate(range(dates, 0, -1)):
        then = look(cadence.as_of - timedelta(weeks=ago))
        frame = then.frame
        rows = np.array([now.row(key) for key in then.cadence.ids], dtype=np.int64)
        said = frame["drift_probability"].astype(float).to_numpy()
        probability[rows, column] = np.nan_to_num(said)
        judged[rows, column] = np.isfinite(said)
        kept = frame["remaining_share"].astype(float).fillna(1.0)
        figures = (frame["baseline_per_week"], kept, frame["dispersion"])
        log_ratio[rows, column] = log_as_ever(
            cadence.counts[rows, -ago:],
            exposure[rows, -ago:],
            *(np.asarray(each, dtype=float) for each in figures),
        )
    return Looks(probability, log_ratio, judged)
