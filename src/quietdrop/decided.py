"""One as-of date, judged and decided, before anything is put into words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from quietdrop.assess import Assessed
from quietdrop.checkins import Memory, Plan
from quietdrop.model import Intake, Lookalike, Part
from quietdrop.streams import Stream


@dataclass(frozen=True)
class Decided:
    """What was read, what it comes to, and what follows.

    `counts` are those of the intake that were known on the date; `memory` what was told before;
    `liaison_of` names each practice's liaison; `faults` says why the feed looks broken (empty
    where it does not); `parts` and `lookalikes` are by practice.
    """

    intake: Intake
    counts: pd.DataFrame
    assessed: Assessed
    streams: list[Stream]
    memory: Memory
    plan: Plan
    liaison_of: dict[str, str]
    faults: list[str]
    parts: dict[str, Part]
    lookalikes: dict[str, Lookalike]
