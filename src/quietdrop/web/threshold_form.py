"""The form in which settings are tried: four sliders, each with what it does to the list. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from quietdrop.config import Settings

PER_CENT = 100.0


@dataclass(frozen=True)
class Tick:
    """A mark of a slider's scale: where in per cent, its label, and whether it is today's value."""

    x: float
    label: str
    is_today: bool = False


@dataclass(frozen=True)
class Slider:
    """One setting. `unit` stands behind its value; `hint` says what it does to the list."""

    name: str
    key: str
    label: str
    unit: str
    hint: str
    least: int
    most: int
    step: int
    today: int
    value: int
    marks: tuple[int, ...]

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """The scale: round values, and today's; a round value too near to today's is left out."""
        span = self.most - self.least
        near = 0.12 * span
        kept = [mark for mark in self.marks if abs(mark - self.today) > near]
        return tuple(
            Tick(
                round(PER_CENT * (value - self.least) / span, 2),
                f"today {value}" if value == self.today else str(value),
                value == self.today,
            )
            for value in sorted({*kept, self.today})
        )


def sliders(of: Settings, tried: Mapping[str, str]) -> tuple[Slider, ...]:
    """The form's sliders at the values that are `tried` ("section.key" to TOML), else today's."""
    alert, watch = of.drift.alert_probability, of.drift.watch_probability
    return (
        _slider(
            ("alert", "drift.alert_probability", "List a practice when we are", " % sure"),
            "Higher: fewer check-ins, and later ones; fewer that would have come back anyway.",
            (30, 90, 5),
            (round(PER_CENT * alert), _per_cent(tried, "drift.alert_probability")),
            (30, 50, 70, 90),
        ),
        _slider(
            ("watch", "drift.watch_probability", "Watch it from", " %"),
            "Higher: fewer names under “watching”. It asks nobody to do anything.",
            (10, 50, 5),
            (round(PER_CENT * watch), _per_cent(tried, "drift.watch_probability")),
            (10, 25, 40, 50),
        ),
        _slider(
            ("budget", "digest.budget", "At most, in one digest", " check-ins"),
            "Lower: a shorter week. What is left out stays in line, and may wait.",
            (2, 10, 1),
            (of.digest.budget, _whole(tried, "digest.budget")),
            (2, 4, 6, 8, 10),
        ),
        _slider(
            ("least", "drift.min_referrals", "Judge from", " referrals on"),
            "Higher: the small ones are left alone.",
            (1, 10, 1),
            (of.drift.min_referrals, _whole(tried, "drift.min_referrals")),
            (1, 3, 5, 7, 10),
        ),
    )


def changes(of: Settings, sent: Mapping[str, str]) -> dict[str, str] | None:
    """What a form that was sent changes, as "section.key" to TOML; None where it is not ours."""
    values: dict[str, str] = {}
    for slider in sliders(of, {}):
        text = sent.get(slider.name, "")
        if not text.isdecimal() or len(text) > 3:
            return None
        number = int(text)
        if not slider.least <= number <= slider.most:
            return None
        if number != slider.today:
            is_share = slider.key.endswith("_probability")
            values[slider.key] = f"{number / PER_CENT:g}" if is_share else str(number)
    return values


def _slider(
    names: tuple[str, str, str, str],
    hint: str,
    span: tuple[int, int, int],
    values: tuple[int, int | None],
    marks: tuple[int, ...],
) -> Slider:
    name, key, label, unit = names
    today, tried = values
    least, most, step = span
    if (today - least) % step:
        step = 1  # so that today's value can be chosen
    return Slider(
        name,
        key,
        label,
        unit,
        hint,
        min(least, today),
        max(most, today),
        step,
        today,
        today if tried is None else tried,
        marks,
    )


def _per_cent(tried: Mapping[str, str], key: str) -> int | None:
    return round(PER_CENT * float(tried[key])) if key in tried else None


def _whole(tried: Mapping[str, str], key: str) -> int | None:
    return int(tried[key]) if key in tried else None
