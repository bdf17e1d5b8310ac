"""The round values that the scale of a chart shows."""

from __future__ import annotations

STEPS = (1, 2, 4, 5)  # times a power of ten: what a scale counts by


def scale(largest: float) -> tuple[int, ...]:
    """Return zero and one or two round values, the last at least as large as every value."""
    if largest <= 1:
        return (0, 1)
    power = 1
    while True:
        for step in STEPS:
            if 2 * step * power >= largest:
                return (0, step * power, 2 * step * power)
        power *= 10
