"""The shapes of a change: what a stop, a step, a slide or an absence leaves of the baseline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from quietdrop.domain.arrays import BoolArray, FloatArray

# Steps and stops: of the baseline, what is left from the onset on.
LEVELS = (0.02, 0.15, 0.3, 0.45, 0.6)
LEVEL_WEIGHT = 0.13  # of each; with the ramps' weights they sum to 1
# Slides: what is left in the end, and how many weeks it takes.
RAMP_FLOORS = (0.05, 0.35)
RAMP_WEEKS = (8, 18)
RAMP_WEIGHT = 0.0875
# Absences: how many weeks they last, and what comes meanwhile.
ABSENCE_WEEKS = (1, 2, 3, 4)
ABSENCE_LEVEL = 0.05
ABSENCE_WEIGHT = 0.25  # of each; they sum to 1


@dataclass(frozen=True)
class Templates:
    """`share[m, u]`: what template m retains of the baseline in week u after the onset."""

    share: FloatArray
    weight: FloatArray
    is_drift: BoolArray

    @property
    def is_slide(self) -> BoolArray:
        """Of the drifts, those that slide for long: a short slide is hardly told from a step."""
        slowest = [length == max(RAMP_WEEKS) for _ in RAMP_FLOORS for length in RAMP_WEEKS]
        return np.array([False] * len(LEVELS) + slowest)


def templates(window: int) -> Templates:
    """The stop, step and fade shapes, and their rival: an absence that ends."""
    week = np.arange(window)
    share = [np.full(window, level) for level in LEVELS]
    weight = [LEVEL_WEIGHT] * len(LEVELS)
    for floor in RAMP_FLOORS:
        for length in RAMP_WEEKS:
            share.append(1.0 - (1.0 - floor) * np.minimum((week + 0.5) / length, 1.0))
            weight.append(RAMP_WEIGHT)
    drifts = len(share)
    for length in ABSENCE_WEEKS:
        share.append(np.where(week < length, ABSENCE_LEVEL, 1.0))
        weight.append(ABSENCE_WEIGHT)
    is_drift = np.arange(len(share)) < drifts
    return Templates(np.array(share), np.array(weight), is_drift)
