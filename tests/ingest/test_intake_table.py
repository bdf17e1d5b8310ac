"""Every row of the table in docs/intake.md is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.ingest.shapes import case, tried

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.profiles import PROFILES, of_header

PAGE = (Path(__file__).parents[2] / "docs" / "intake.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|]+) \| ([\w-]+)/(\S+) \| ([^|]+) \| ([^|]*)\|$", PAGE, re.MULTILINE)
SYSTEMS = dict(re.findall(r"^\| ([^|]+) \| (unverified|https://\S+) \|$", PAGE, re.MULTILINE))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_shape_is_recognized_as_the_page_says(tmp_path: Path, row: tuple[str, ...]) -> None:
    _, name, file, recognized, asked = row
    source = case(name, tmp_path) / file
    if asked.strip():
        with pytest.raises(SourceError, match=re.escape(recognized)):
            tried(source, tmp_path)
    else:
        assert recognized in tried(source, tmp_path).said


def test_the_table_has_all_shapes() -> None:
    assert len(ROWS) >= 27


def test_every_profile_names_its_source() -> None:
    assert {profile.name: profile.source for profile in PROFILES} == SYSTEMS


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_a_profile_is_recognized_by_its_columns(profile: object) -> None:
    [meant] = [p for p in PROFILES if p is profile]
    assert of_header([*meant.signature, "Another"]) is meant
    assert of_header(meant.signature[1:]) is not meant
