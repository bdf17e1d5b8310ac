"""What leaves is one kind of patient: a payer within a practice, or a line across practices."""

from __future__ import annotations

from pathlib import Path

from tests.builders.scene import Scene


def test_one_payer_s_patients_leave_while_the_total_holds(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    scene.sends("A", 1.5, 0, 93, payer="Medicare")
    scene.sends("A", 5)
    scene.sends("A", 1.5, 93)
    briefing = scene.briefing()
    part = briefing.evaluation.parts["A"]
    assert (part.kind, part.name) == ("payer", "Medicare")
    [line] = briefing.digests[0].leaving
    assert "patients insured by Medicare" in line.text


def test_a_line_that_falls_everywhere_is_told_to_the_managers(tmp_path: Path) -> None:
    scene = Scene(tmp_path)
    for key in "ABCDEFGH":
        scene.sends(key, 1, 0, 94, line="Spine")
        scene.sends(key, 1, line="Joint")
    [(name, told)] = scene.briefing().summaries[0].fallen
    assert name == "Spine referrals"
    assert told.startswith("None since April 27, where ")
