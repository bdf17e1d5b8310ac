"""check says which mapped columns nobody reads."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.builders.commands import call

HEADER = "referred_on,practice_name,Specialty,Worth\n2026-06-29,Lakeside,Spine,850\n"


@pytest.mark.parametrize(
    ("mapped", "unread"),
    [
        ("", []),
        ('specialty = ""', []),
        ('specialty = "Specialty"', ["specialty"]),
        ('specialty = "Specialty"\nvalue = "Worth"', ["specialty", "value"]),
    ],
)
def test_a_mapped_column_that_nobody_reads_is_named_and_refuses_nothing(
    mapped: str,
    unread: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.csv").write_text(HEADER)
    source = f'[source]\nreferrals = "r.csv"\n[source.columns]\n{mapped}\n'
    (tmp_path / "quietdrop.toml").write_text(source)
    call(monkeypatch, "check")
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("config   --")] == [
        f"config   --  [source.columns] {name} is accepted and not read: "
        "the practices table has a column of that name"
        for name in unread
    ]
    assert any(line.startswith("source   ok  1 practice, 1 referral of 1 row") for line in lines)
