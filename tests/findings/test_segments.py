"""What leaves is one kind of patient: a payer within a practice, or a line across practices."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.builders.scene import ALVAREZ, LEE, LIAISON, Scene, counted, is_listed, reason

from quietdrop.domain.days import EPOCH
from quietdrop.domain.findings import Part, PartKind
from quietdrop.findings.segments import stands_out
from quietdrop.lib.tails import binomial_at_most


def test_one_payer_s_patients_leave_while_the_total_holds(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 1.5, 0, 93, payer="Medicare")
    scene.sends("A", 5)
    scene.sends("A", 1.5, 93)
    briefing = scene.briefing()
    part = briefing.evaluation.findings.parts["A"]
    assert (part.kind, part.name) == ("payer", "Medicare")
    [line] = briefing.digests[0].leaving
    assert "patients insured by Medicare" in line.text


@pytest.mark.parametrize(("lines", "mentions"), [("", 1), ("Spine", 1), ("Joint", 0)])
def test_a_liaison_is_told_of_a_line_that_leaves_if_she_speaks_for_it(
    tmp_path: Path, lines: str, mentions: int
) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 1.5, 0, 93, line="Spine")
    scene.sends("A", 5)
    scene.sends("A", 1.5, 93)
    (tmp_path / "liaisons.csv").write_text(f"liaison_email,service_lines\n{LIAISON},{lines}\n")
    briefing = scene.briefing('liaisons = "liaisons.csv"')
    assert briefing.evaluation.findings.parts["A"].kind == "service_line"
    assert len(briefing.digests[0].leaving) == mentions
    assert counted(briefing) == {"holds as a whole while a part of it is leaving": 1}


def test_a_line_that_falls_everywhere_is_told_to_the_managers(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    for key in "ABCDEFGH":
        scene.sends(key, 1, 0, 94, line="Spine")
        scene.sends(key, 1, line="Joint")
    [(name, sentence)] = scene.briefing().summaries[0].fallen
    assert name == "Spine referrals"
    assert sentence.startswith("None since April 27, where ")


def by_pandas(
    counts: pd.DataFrame, names: dict[str, str], onset: date, expected: float
) -> dict[str, Part]:
    """What stands out, as grouped frames say it."""
    day = (onset - EPOCH).days
    before = counts[(counts["day"] < day) & (counts["day"] >= day - 7 * 52)]
    since = counts[counts["day"] >= day]
    total_before, total = int(before["referrals"].sum()), int(since["referrals"].sum())
    parts: dict[str, Part] = {}
    if not total_before or expected <= total:
        return parts
    for kind in PartKind:
        was = before[before[kind] != ""].groupby(kind)["referrals"].sum()
        came = since[since[kind] != ""].groupby(kind)["referrals"].sum()
        for key, number in was.sort_values(ascending=False, kind="stable").items():
            share, sent = int(number) / total_before, int(came.get(key, 0))
            lost = share * expected - sent
            rare = binomial_at_most(sent, total, share) < 0.02
            if 0.1 <= share <= 0.95 and rare and lost >= 0.6 * (expected - total):
                name = names.get(str(key), str(key))
                parts[kind] = Part(kind, str(key), name, share * expected, sent, share, 1.0, onset)
                break
    return parts


ROWS = st.lists(
    st.tuples(
        st.integers(-400, 60),
        st.sampled_from(["", "A", "B", "É"]),
        st.sampled_from(["", "Spine", "Joint"]),
        st.sampled_from(["", "Aetna"]),
        st.integers(1, 30),
    ),
    max_size=30,
)


@settings(deadline=None)
@given(rows=ROWS, expected=st.floats(0, 200))
def test_what_stands_out_is_what_grouped_frames_say(
    rows: list[tuple[int, str, str, str, int]], expected: float
) -> None:
    onset = date(2026, 4, 6)
    columns = ["day", "provider", "service_line", "payer", "referrals"]
    counts = pd.DataFrame(rows, columns=columns).astype({"day": "int64", "referrals": "int64"})
    counts["day"] += (onset - EPOCH).days
    said = stands_out(counts, {"A": "Dr. Alvarez"}, onset, expected)
    assert said == by_pandas(counts, {"A": "Dr. Alvarez"}, onset, expected)


def test_of_two_providers_the_one_who_retires_is_named_while_the_practice_is_listed(
    tmp_path: Path,
) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 2, 0, 84, npi=ALVAREZ, name="Dr. Alvarez")
    scene.sends("A", 2, npi=LEE, name="Dr. Lee")
    briefing = scene.briefing()
    part = briefing.evaluation.findings.parts["A"]
    assert (part.kind, part.key, part.observed) == ("provider", ALVAREZ, 0)
    assert is_listed(briefing)
    assert "Within that, referrals by Dr. Alvarez went from 2 a week to none" in reason(briefing)
    assert briefing.digests[0].leaving == ()


def test_of_two_providers_the_one_who_sends_two_thirds_elsewhere_is_named(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 1.5, 0, 86, npi=ALVAREZ, name="Dr. Alvarez")
    scene.sends("A", 0.5, 86, npi=ALVAREZ, name="Dr. Alvarez")
    scene.sends("A", 3, npi=LEE, name="Dr. Lee")
    assert scene.briefing().evaluation.findings.parts["A"].key == ALVAREZ
