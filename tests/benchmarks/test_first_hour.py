"""The commands of docs/first-hour.md work, in a terminal, and lead to a digest in the browser."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from benchmarks.first_hour import CHAPTERS, PAGE, Chapter, fill, play, put_source


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_a_chapter_ends_with_a_digest_in_the_browser(
    chapter: Chapter, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    put_source(chapter, tmp_path, datetime.now(UTC).date())
    source = ""
    if chapter.name == "opendental":
        source = request.getfixturevalue("mariadb_url")
        with sa.create_engine(source, poolclass=sa.NullPool).begin() as connection:
            fill(connection)
    played = list(play(chapter, tmp_path, "echo opened %s", source))
    said = "\n".join(screen.text for _, screen in played)
    assert [words.split()[1] for words, _ in played] == ["init", "check", "preview"], said
    assert "opened file://" in said
    pages = list((tmp_path / "preview").glob("*.html"))
    assert {page.name for page in pages} == (
        {"ann-clinic.example.html", "summary-mo-clinic.example.html"}
        if chapter.name == "csv"
        else {"for-you.html"}
    )


def test_the_page_has_every_chapter_with_its_commands_and_picture() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.count("\n$ quietdrop init --from ") == len(CHAPTERS)
    assert text.count("\n$ quietdrop preview --open") == len(CHAPTERS)
    for chapter in CHAPTERS:
        assert f"## {chapter.title}\n" in text
        assert (PAGE.parent / "screenshots" / f"first-hour-{chapter.name}.png").exists()
