"""Which practices have thresholds of their own, by territory or tier. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from quietdrop.config import Settings
from quietdrop.config.overrides import OverrideSettings
from quietdrop.detection.thresholds import OwnLevels, Thresholds, thresholds
from quietdrop.detection.tiers import tiers
from quietdrop.detection.weekly_counts import WeeklyCounts, events, weekly
from quietdrop.domain.directory import Practice
from quietdrop.domain.errors import ConfigError
from quietdrop.domain.intake import Intake
from quietdrop.lib.folding import folded
from quietdrop.lib.text import single_line


def matching(
    settings: Settings, practices: Mapping[str, Practice], tier_of: Mapping[str, str]
) -> dict[str, OverrideSettings]:
    """The `[[override]]` table that holds for each practice, by id; the others are left out.

    Raises:
        ConfigError: where two tables hold for one practice, naming both.
    """
    chosen: dict[str, OverrideSettings] = {}
    for key in sorted({*practices, *tier_of}) if settings.override else ():
        practice = practices.get(key, Practice(key, key))
        tier = tier_of.get(key, practice.tier)
        hits = [one for one in settings.override if one.holds_for(practice.territory, tier)]
        if len(hits) > 1:
            where = f"{settings.path}: " if settings.path else ""
            raise ConfigError(
                f"{where}{hits[0].title} and {hits[1].title} both hold for "
                f'"{single_line(practice.name)}"; let one of them name territory and tier, so that '
                "no practice is in both."
            )
        if hits:
            chosen[key] = hits[0]
    return chosen


def levels(
    settings: Settings, cadence: WeeklyCounts, practices: Mapping[str, Practice]
) -> Thresholds:
    """From which figures on each practice is judged, watched and listed. ConfigError as above."""
    if not settings.override:
        return thresholds(settings.drift)
    overrides = {
        key: OwnLevels(one.alert_probability, one.watch_probability, one.min_referrals)
        for key, one in matching(settings, practices, tiers(cadence, practices)).items()
    }
    return thresholds(settings.drift, overrides)


def unknown_names(settings: Settings, intake: Intake, as_of: date) -> list[str]:
    """What `check` says of tables that name a territory or a tier of no practice. ConfigError
    where two of them hold for one practice."""
    practices = intake.practices
    if not settings.override or intake.counts.empty:
        return []
    tier_of = tiers(weekly(events(intake.counts), as_of), practices)
    matching(settings, practices, tier_of)
    territories = {folded(each.territory) for each in practices.values() if each.territory}
    known_tiers = {folded(tier) for tier in (*tier_of.values(), *("A", "B", "C"))}
    lines = []
    for one in settings.override:
        if one.territory is not None and folded(one.territory) not in territories:
            lines.append(f"{one.title}: no practice is of that territory")
        if one.tier is not None and folded(one.tier) not in known_tiers:
            lines.append(f"{one.title}: no practice is of that tier")
    return lines
