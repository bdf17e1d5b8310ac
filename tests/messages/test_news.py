"""Which news a liaison's digest tells, and of which service lines she is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from tests.builders.scene import AS_OF, LIAISON, Scene

from quietdrop.messages.news import MOST_NEWS

COVER = "ben@clinic.example"
DAY = timedelta(days=1)


def news(folder: Path, *rows: str, lines: str = "", away: str = ",") -> list[tuple[str, str]]:
    """The news of the liaison who speaks for `lines`; only practice A sends spines."""
    scene = Scene(folder)
    scene.practice("A")
    scene.assign("A", LIAISON)
    scene.sends("A", 2, line="Spine")
    (folder / "news.csv").write_text(
        "\n".join(["text,shown_from,shown_until,service_line,practice_id", *rows])
    )
    (folder / "liaisons.csv").write_text(
        f"liaison_email,service_lines,away_from,cover_email\n{LIAISON},{lines},{away}\n{COVER},Foot,,"
    )
    briefing = scene.briefing('news = "news.csv"\nliaisons = "liaisons.csv"')
    return [(line.name, line.text) for line in briefing.digests[0].news]


def test_news_are_told_from_the_first_day_to_the_last(tmp_path: Path) -> None:
    items = news(
        tmp_path,
        f"begins,{AS_OF},,,",
        f"ends,,{AS_OF},,",
        f"tomorrow,{AS_OF + DAY},,,",
        f"yesterday,,{AS_OF - DAY},,",
    )
    assert items == [("begins", ""), ("ends", "")]


def test_news_of_a_line_or_a_practice_name_whom_they_are_for(tmp_path: Path) -> None:
    items = news(tmp_path, "spines,,,spine,", "to one,,,,S01", "feet,,,Foot,")
    assert items == [("spines", "For Practice A."), ("to one", "For Practice S01.")]


def test_only_so_many_are_told(tmp_path: Path) -> None:
    assert len(news(tmp_path, *(f"{n},,,," for n in range(MOST_NEWS + 1)))) == MOST_NEWS


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("", ["spines", "joints", "all"]),
        ("Spine", ["spines", "all"]),
        (" joint ; SPINE ;", ["spines", "joints", "all"]),
        ("Foot", ["all"]),
    ],
)
def test_a_liaison_gets_the_news_of_her_service_lines(
    tmp_path: Path, lines: str, expected: list[str]
) -> None:
    rows = ("spines,,,Spine,", "joints,,,Joint,", "all,,,,")
    assert [text for text, _ in news(tmp_path, *rows, lines=lines)] == expected


def test_who_covers_for_her_gets_the_news_of_her_service_lines(tmp_path: Path) -> None:
    rows = ("spines,,,Spine,", "feet,,,Foot,", "joints,,,Joint,")
    items = news(tmp_path, *rows, lines="Spine", away=f"{AS_OF},{COVER}")
    assert [text for text, _ in items] == ["spines"]
