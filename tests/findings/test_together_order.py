"""Which groups are made, and in which order those of which some fell are said."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.builders.counted import AS_OF, counted

from quietdrop.config.settings import DriftSettings
from quietdrop.detection.joint_falls import JointFall
from quietdrop.domain.days import EPOCH
from quietdrop.domain.directory import Practice
from quietdrop.domain.findings import GroupKind
from quietdrop.findings import together
from quietdrop.findings.together import fell_together, groups_of

IDS = tuple("ABCDEFGHIJ")


def test_the_most_stand_first_then_the_larger_share_then_by_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Four of ten, two of two, two of four and two of four."""
    sizes = {"Dover": 4, "Adams": 4, "Milton": 10, "Salem": 2}
    members = {"Dover": (0, 1), "Adams": (2, 3), "Milton": (4, 5, 6, 7), "Salem": (8, 9)}
    groups = {(GroupKind.TERRITORY, key): np.arange(size) for key, size in sizes.items()}
    falls = [JointFall(place, 5, members[key]) for place, key in enumerate(sizes)]
    monkeypatch.setattr(together, "evidence", lambda *_: None)
    monkeypatch.setattr(together, "joint_falls", lambda *_: falls)
    cadence = counted({key: [1.0] * 20 for key in IDS}).cadence
    judged: Any = SimpleNamespace(
        counts=cadence.counts, basis=None, posterior=SimpleNamespace(log_any=None)
    )
    fell = fell_together(cadence, judged, cadence.live, groups, DriftSettings().priors)
    assert [(one.key, len(one.members), one.size) for one in fell] == [
        ("Milton", 4, 10),
        ("Salem", 2, 2),
        ("Adams", 2, 4),
        ("Dover", 2, 4),
    ]


@pytest.mark.parametrize(("ago", "counts"), [(365, True), (366, False)])
def test_the_year_is_365_days(ago: int, counts: bool) -> None:
    day = (AS_OF - EPOCH).days - ago
    sent = pd.DataFrame(
        {"practice_id": ["A"], "location": ["Salem"], "day": [day], "referrals": [1]}
    )
    assert bool(groups_of(IDS, {}, sent, AS_OF)) is counts


@pytest.mark.parametrize(("size", "is_group"), [(7, True), (8, False)])
def test_eight_of_ten_are_everybody(size: int, is_group: bool) -> None:
    practices = {key: Practice(key, key, territory="North") for key in IDS[:size]}
    nothing = pd.DataFrame({"practice_id": [], "day": [], "referrals": []})
    assert bool(groups_of(IDS, practices, nothing, AS_OF)) is is_group
