"""The first screen of the results page: three figures, one picture, and what is missed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.detection import figures
from benchmarks.detection.measure import CAP, LEAST_CASES, Calibration
from benchmarks.detection.methods import THRESHOLDS, Case
from benchmarks.detection.ours import SHIPPED
from benchmarks.detection.tables import table

RULES_IN_USE = (
    "no referral for k × the usual gap",
    "13 weeks against the 13 before",
    "13 weeks against last year's",
    "EWMA",
)
PICTURE = "detection-found.png"
MISSED = """\
What it misses:

- **Small practices and small falls.** Not found within half a year are mostly those that sent less
  than one referral in two weeks, and those that still send 40 % or more. The dashed line,
  which knows every practice's true rate, finds few of them sooner.
- **Slow fades.** A loss of 60 % over a year or more is [reported late](#slow-fades), if at all.
- **A provider who sends two thirds elsewhere.** [Half of them](#a-part-leaves) are named within
  half a year; one who leaves altogether nearly always is.
- **A competitor.** Where two fifths of a territory's practices lose a third, the common cause is
  [reported within a quarter](#a-competitor-opens) in about six of ten cases.
- **How sure, in unusual networks.** With 15 to 120 practices, of what is said with 60 to 80 % about
  ten points less happens; where a quarter of the practices have seasons, of what is said with 30 to
  70 % about [nine points more](#calibration-where-networks-are-unlike-the-simulated-ones).
- **Whether a silence is a vacation.** A quarter of the absences of two to four weeks
  [are listed](#what-looks-like-a-drift-planted).
- **What a loss costs.** An alert says how likely a drop is. Of all *referrals* that are lost,
  simple rules save about as many, in most networks with
  [more false alarms](#small-networks). On [real event streams](#real-event-streams) some of them
  list larger losses, about as surely."""


def section(cases: Sequence[Case], calibration: Calibration, folder: Path) -> str:
    """In: the mixed networks and what was said on them. Draws into `folder`. Out: Markdown."""
    figures.found(cases, RULES_IN_USE, folder / PICTURE)
    place = THRESHOLDS.index(SHIPPED.alert_probability)
    false, delay, detected = np.mean([each.manager[place] for each in cases], axis=0)
    rows = [
        (
            f"**{100 * detected:.0f} of 100**",
            f"practices that drop are found within {CAP} weeks; the mean is {delay:.0f} weeks",
        ),
        (
            f"**one in {1 / false:.0f} weeks**",
            "is the number of false check-ins of a liaison with 100 practices",
        ),
        (
            f"**{100 * calibration.worst(LEAST_CASES):.0f} points**",
            'at most lie between what is said ("70 % sure") and what happens',
        ),
    ]
    return "\n\n".join(
        [
            table(["", f"simulated networks, settings as shipped ({len(cases)} networks)"], rows),
            f"![How soon each method finds a drop]({PICTURE})",
            "Every line has as many false alarms: one a practice in four years. In the mean, what"
            f" is never found counts {CAP} weeks.",
            MISSED,
        ]
    )
