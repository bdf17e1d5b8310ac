"""The quarter as a page and as files: its sentences, its tables, the command that writes them."""

from __future__ import annotations

import csv
import io
import os
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.builders.commands import call
from tests.builders.contacts import add_touch
from tests.builders.office import Office
from tests.builders.quarter_network import AS_OF, HOSTILE, QuarterNetwork, full, stored, weekdays

from quietdrop.domain.checkin import Touch
from quietdrop.domain.quarter import Tally
from quietdrop.messages.wording import quarter as wording
from quietdrop.reporting.quarter.sheets import SHEETS, all_sheets
from quietdrop.web.quarter_page import MOST_MOVED, columns, moved, standalone

GOLDEN = Path(__file__).parent / "golden" / "quarter.html"


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_the_page_is_as_pinned() -> None:
    """QUIETDROP_GOLDEN=1 writes it anew."""
    page = re.sub(r"<style>.*</style>", "", standalone(full()), flags=re.DOTALL)
    if os.environ.get("QUIETDROP_GOLDEN"):
        GOLDEN.write_text(page, encoding="utf-8")
    assert page == GOLDEN.read_text(encoding="utf-8")


def test_the_main_facts_are_told_in_plain_sentences() -> None:
    quarter = full()
    total, before, moves = wording.facts(quarter)
    said = r"[\d,]+ referrals came from April to June 2026: [\d.]+ a working day\."
    assert re.fullmatch(said, total)
    assert before.startswith("The quarter before had ")
    assert before.endswith("a working day, a difference that chance alone can make.")
    assert moves == "1 practice was lost, 1 is new and 1 sent more than chance explains."
    still = replace(quarter, moves={})
    assert wording.moved(still).startswith("No practice was lost or new, and none moved")
    assert wording.moved(replace(still, tried={})) == "Who moved cannot be told yet."


def test_no_daily_figure_is_told_of_a_quarter_that_the_data_begin_in() -> None:
    quarter = full()
    part = quarter.totals[0]._replace(referrals=300, is_whole=False)
    sentence = wording.total(
        replace(quarter, begins=date(2026, 5, 15), totals=(part, *quarter.totals[1:]))
    )
    assert sentence == (
        "300 referrals came from April to June 2026. The data begin on May 15, so that this is "
        "not the whole quarter."
    )


def test_a_mail_says_too_that_the_quarters_last_days_are_missing() -> None:
    late = replace(full(), newest=date(2026, 6, 20))
    assert wording.facts(late)[-1] == wording.not_all_in(late) != ""


@pytest.mark.parametrize(
    ("tried", "expected"),
    [
        (0, ""),
        (
            49,
            "49 practices could be compared; of so few, chance alone seldom makes one up or down.",
        ),
        (
            250,
            "250 practices could be compared; of so many, chance alone makes 3 up or down at the "
            "most, on average.",
        ),
    ],
)
def test_how_much_of_it_may_be_chance_is_told(tried: int, expected: str) -> None:
    assert wording.chance(replace(full(), tried={"practice": tried}), "practice") == expected


@pytest.mark.parametrize(("days", "is_said"), [(4, False), (5, True)])
def test_a_quarter_whose_last_days_are_missing_says_so(days: int, is_said: bool) -> None:
    quarter = full()
    late = replace(quarter, newest=quarter.end - timedelta(days=days + 1))
    assert bool(wording.not_all_in(late)) is is_said


@pytest.mark.parametrize(
    ("opened", "back", "closed", "expected"),
    [
        (0, 0, 0, ""),
        (1, 0, 0, "1 check-in was opened in the quarter."),
        (7, 1, 2, "7 check-ins were opened in the quarter, 2 closed, and 1 practice came back."),
    ],
)
def test_what_became_of_check_ins_is_one_sentence(
    opened: int, back: int, closed: int, expected: str
) -> None:
    became = {"opened": opened, "came back": back, "closed": closed}
    assert wording.checkins(replace(full(), checkins=became)) == expected


def test_one_that_moved_is_told_with_its_figures() -> None:
    lost = Tally("X", 2, 31, 30, move="lost", last=date(2026, 5, 1))
    assert wording.line(lost, AS_OF) == "none since May 1; 31 in the quarter before"
    closed = lost._replace(status="closed", before=None)
    assert wording.line(closed, AS_OF) == "none since May 1; closed by your team"
    assert wording.line(Tally("X", 1, 0, 0, move="new"), AS_OF) == "1 referral"
    gone = Tally("X", 0, 9, 9, move="moved", other="Y")
    assert wording.cell(gone) == "now at Y"
    assert wording.cell(Tally("X", 9, 0, 0, move="moved", other="Y")) == "came from Y"
    unknown = Tally("X", 9, None, None, move="renamed", other="Y")
    assert wording.cell(unknown) == "now Y"
    assert wording.cell(Tally("X", 9, 0, 0, move="renamed", other="Y")) == "was Y"
    assert wording.cell(Tally("X", 9, 9, 30, yearly="down")) == "down on last year"


def test_the_picture_shows_whole_quarters_the_oldest_first() -> None:
    quarter = full()
    drawn = columns(quarter.totals)
    assert [column.total for column in drawn] == list(quarter.totals[::-1])
    assert all(c.x >= 0 and c.x + c.width <= 340 and c.y >= 12 for c in drawn)
    assert max(drawn, key=lambda c: float(c.figure)).height == max(c.height for c in drawn)
    part = (*quarter.totals, quarter.totals[-1]._replace(first=date(2024, 4, 1), is_whole=False))
    assert columns(part) == drawn
    assert columns([total._replace(referrals=0) for total in quarter.totals])[0].height == 1.0


def test_what_is_too_much_for_a_page_is_counted_and_left_to_the_table() -> None:
    many = tuple(Tally(f"P{i}", 9 + i, 0, 0, move="up") for i in range(MOST_MOVED + 3))
    quarter = replace(full(), parts={"practice": many}, moves={"practice": {"up": len(many)}})
    [group] = moved(quarter, "practice")
    assert (group.number, len(group.shown)) == (MOST_MOVED + 3, MOST_MOVED)
    assert group.shown[0].name == f"P{MOST_MOVED + 2}", "the largest move first"
    assert "And 3 more in the table to download." in standalone(quarter)


def test_every_table_is_a_file_without_formulas() -> None:
    quarter = full()
    sheets = all_sheets(quarter)
    assert set(sheets) == {"quarters", *SHEETS}
    for name, text in sheets.items():
        assert text.startswith("\ufeffquarter,")
        for row in rows_of(text):
            assert row["quarter"].startswith("20"), name
            assert None not in row
            assert not any(str(cell).startswith(("=", "+", "-", "@")) for cell in row.values())
    practices = {row["practice_id"]: row for row in rows_of(sheets["practices"])}
    assert practices["D"]["practice"] == "'=HYPERLINK(1)"
    assert practices["C"]["practice"] == HOSTILE
    assert practices["A"]["territory"] == "North"
    assert practices["B"]["moved"] == "lost"
    assert practices["B"]["last_referral"] == "2026-04-16"
    assert (practices["NEW"]["moved"], practices["NEW"]["other_practice"]) == (
        "renamed",
        "Willow Clinic",
    )
    assert len(practices) == len(quarter.parts["practice"])
    people = {row["person"]: row["role"] for row in rows_of(sheets["people"])}
    assert people == {"Alvarez": "MD", "Lee, NP": "NP"}
    [desk] = rows_of(sheets["coordinators"])
    assert desk["person"] == "Dana"
    assert desk["practice_referrals"] == practices["A"]["referrals"]
    assert {row["kind"] for row in rows_of(sheets["kinds"])} == {"service_line"}


def test_what_the_data_do_not_reach_is_empty_and_not_nought() -> None:
    network = QuarterNetwork(begins=date(2026, 2, 2), steady=5)
    text = all_sheets(network.quarter())["practices"]
    assert {row["quarter_before"] for row in rows_of(text)} == {""}
    page = standalone(network.quarter())
    assert '<span class="unseen">not known</span>' in page
    assert "The data do not reach far enough back" in page
    assert "cannot be told" in page


def test_the_command_writes_the_page_and_its_tables(
    config: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    words = ("--config", config, "quarter", "--as-of", "2026-07-06", "-o", out)
    assert call(monkeypatch, *words) == 0
    printed = capsys.readouterr().out
    assert "referrals came from April to June 2026" in printed
    assert str(out / "2026-Q2" / "quarter.html") in printed
    page = (out / "2026-Q2" / "quarter.html").read_text(encoding="utf-8")
    for name in re.findall(r'href="([^"]+)"', page):
        assert (out / "2026-Q2" / name).stat().st_size > 100, name
    people = rows_of((out / "2026-Q2" / "people.csv").read_text(encoding="utf-8"))
    assert {row["role"] for row in people} >= {"MD", "DO", "NP", "PA"}
    everything = "".join(path.read_text(encoding="utf-8") for path in (out / "2026-Q2").iterdir())
    assert "PATIENT" not in everything
    assert not (config.parent / "quietdrop.db").exists()


def test_the_command_says_where_there_is_no_quarter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = "\n".join(f"{day},Lakeside" for day in weekdays(date(2026, 7, 1), date(2026, 9, 1)))
    (tmp_path / "r.csv").write_text(f"referred_on,practice_name\n{rows}\n")
    config = tmp_path / "quietdrop.toml"
    config.write_text('[source]\nreferrals = "r.csv"\n')
    assert call(monkeypatch, "--config", config, "quarter", "--as-of", "2026-09-01") == 2
    assert "The data begin after the last calendar quarter" in capsys.readouterr().err


def test_no_note_reaches_a_page_or_a_file(office: Office) -> None:
    add_touch(office.store, Touch(AS_OF, "A", "ann@example.com", "visit", "Dana"), "Hush")
    stored(office.store, full())
    page = office.client.get(f"{office.sign_in()}/quarter").text
    assert "Hush" not in page + "".join(all_sheets(full()).values())
