"""What columns are called in exports as vendors and offices write them."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.ingest.shapes import tried

from quietdrop.domain.errors import SourceError
from quietdrop.ingest.matching import by_names, matched
from quietdrop.ingest.propose import propose

HEADERS = [
    ("Created Date/Time", "referred_on"),
    ("Referral Date (MM/DD/YYYY)", "referred_on"),
    ("Date Ref'd", "referred_on"),
    ("referral auth created date", "referred_on"),
    ("Intake Date", "referred_on"),
    ("Timestamp", "referred_on"),
    ("Week Of", "referred_on"),
    ("Month Ending", "referred_on"),
    ("Referred", "referred_on"),
    ("Practice/Group", "practice_name"),
    ("Referring Provider/Practice", "practice_name"),
    ("RefDrPractice", "practice_name"),
    ("referringProvider.practice.name", "practice_name"),
    ("Which office is referring?", "practice_name"),
    ("Source of Referral", "practice_name"),
    ("referringProvider.practice.id", "practice_id"),
    ("Referred By (Provider)", "provider_name"),
    ("Referring Provider Full Name", "provider_name"),
    ("PCP", "provider_name"),
    ("Referring Physician (NPI)", "provider_npi"),
    ("# Referrals", "referrals"),
    ("Number of Referrals", "referrals"),
    ("Referral #", "referral_id"),
]


@pytest.mark.parametrize(("theirs", "ours"), HEADERS)
def test_a_column_is_known_by_its_words(theirs: str, ours: str) -> None:
    assert matched([theirs]) == {ours: theirs}


@pytest.mark.parametrize(
    "theirs",
    ["Referral To Provider", "Our Provider", "Rendering Provider", "Discharge Date", "Due Date"],
)
def test_our_own_provider_and_another_day_are_not_the_referral_s(theirs: str) -> None:
    assert not set(matched([theirs])) & {"provider_name", "practice_name", "referred_on"}


@pytest.mark.parametrize("theirs", ["created_at", "Appointment Date", "DOS"])
def test_another_day_stands_for_the_referral_s_and_that_is_said(theirs: str) -> None:
    proposal = by_names([theirs, "Clinic"], None)
    assert proposal.columns == {"referred_on": theirs, "practice_name": "Clinic"}
    assert f'No column says when the referral was made, so "{theirs}"' in proposal.remarks[0]


def test_the_referral_s_own_day_comes_before_the_appointment_s() -> None:
    columns = by_names(["Appointment Date", "Referral Date", "Clinic"], None).columns
    assert columns["referred_on"] == "Referral Date"


def test_year_and_month_are_known_by_their_short_names(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("Yr,Mo,Referral Source,# Referrals\n2026,9,A,3\n2026,10,A,4\n")
    result = tried(path, tmp_path)
    assert (result.proposal.columns["referred_on"], result.referrals) == ("Yr + Mo", 7)


def test_weeks_of_iso_8601_are_weeks(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("Week,Practice,Count\n2026-W45,A,3\n2026-W46,A,4\n")
    result = tried(path, tmp_path)
    assert (result.proposal.period, result.referrals) == ("week", 7)


def test_a_name_that_heads_two_columns_is_asked_for() -> None:
    remarks = by_names(["Date", "Date", "Practice"], None).remarks
    assert remarks == (
        '"Date" heads 2 columns, so none of them is proposed: give each a name of its own in '
        "the export",
    )


def test_a_system_s_column_that_may_be_a_patient_s_is_asked_for() -> None:
    proposal = by_names(["Opportunity Name", "Account Name", "Created Date"], None)
    assert "practice_name" not in proposal.columns
    assert (
        '"Account Name" is not read, since it may name patients; if it names practices: [source] '
        'allow = ["Account Name"] and [source.columns] practice_name = "Account Name"'
    ) in proposal.remarks


@pytest.mark.parametrize(
    ("header", "cell", "words"),
    [
        ("Referring Physician", "11/02/2026", "its values are dates"),
        ("Referrals", "$12.50", "its values are not counts"),
    ],
)
def test_a_column_that_does_not_hold_what_it_is_called_is_not_proposed(
    tmp_path: Path, header: str, cell: str, words: str
) -> None:
    path = tmp_path / "r.csv"
    rows = "".join(f"2026-11-0{day},Lakeside,{cell}\n" for day in range(1, 9))
    path.write_text(f"Referral Date,Practice,{header}\n{rows}")
    proposal = propose(str(path))
    assert f'"{header}": {words}' in proposal.refused
    assert header not in proposal.columns.values()


def test_nobody_is_led_to_a_column_of_another_name(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("Created Date,Stage,Opportunity Owner\n2026-11-02,New,Ann\n")
    with pytest.raises(SourceError, match=r'nearest in the header: .*practice_id = "\.\.\."'):
        tried(path, tmp_path)
