"""What the page of thresholds shows of a trial that is done."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.builders.office import MANAGER, Office
from tests.builders.trial_report import report_of

from quietdrop.domain.trial import TrialState
from quietdrop.reporting.comparison_report import to_json

PAGE = "/desk/thresholds"
HOSTILE = "<script>alert(1)</script> & Sons"


def done(office: Office, names: dict[str, str]) -> int:
    number = office.store.trials.begin(MANAGER, {"drift.alert_probability": "0.7"}, office.now)
    assert number is not None
    office.store.trials.end(number, TrialState.done, report=to_json(report_of(names)))
    return number


def test_the_result_stands_with_the_lines_to_paste(office: Office) -> None:
    number = done(office, {"P1": "Oakview Family Medicine"})
    office.sign_in()
    page = office.client.get(f"{PAGE}/{number}").text
    for words in (
        "a third fewer",
        "23 fewer visits that were not needed",
        "146 more lost, about 3 a week",
        "2 weeks later",
        "<b>still down</b>",
        "6 referrals",
        "alert_probability = 0.7  # was 0.5",
        'value="70"',
    ):
        assert words in page, words


def test_names_are_text_and_long_ones_are_cut(office: Office) -> None:
    number = done(office, {"P1": HOSTILE, "P2": "x" * 10_000})
    office.sign_in()
    page = office.client.get(f"{PAGE}/{number}").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "x" * 100 not in page


def test_a_practice_leads_to_its_page_where_it_has_one(office: Office) -> None:
    number = done(office, {"P1": "Lakeside Family Medicine", "P77": "Gone Clinic"})
    office.sign_in()
    page = office.client.get(f"{PAGE}/{number}").text
    assert f'<a href="{office.desk.practice_url("P1")}">Lakeside Family Medicine</a>' in page
    assert "Gone Clinic</a>" not in page


def test_ten_thousand_practices_are_behind_a_fold(office: Office) -> None:
    number = done(office, {f"P{n}": f"Practice {n}" for n in range(10_000)})
    office.sign_in()
    page = office.client.get(f"{PAGE}/{number}")
    assert page.status_code == 200
    assert "The other 9,990" in page.text


def test_kept_ones_are_listed_with_who_and_when(office: Office) -> None:
    done(office, {"P1": "Oakview"})
    office.sign_in()
    page = office.client.get(PAGE).text
    assert "Tried before" in page
    assert "Nothing tried yet" not in page
    assert f"July 7, {MANAGER}" in page
    office.now += timedelta(days=31)
    office.sign_in()
    assert "Tried before" not in office.client.get(PAGE).text


@pytest.mark.parametrize("number", ["2", "999999999999999999999", "-1", "x"])
def test_one_that_is_not_there_is_not_found(office: Office, number: str) -> None:
    office.sign_in()
    assert office.client.get(f"{PAGE}/{number}").status_code == 404
