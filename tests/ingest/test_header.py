"""A first line is shown only where it is known to be a header."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import openpyxl
import pytest
from tests.builders.clinic import AS_OF

from quietdrop import ingest
from quietdrop.cli import main
from quietdrop.config import SourceSettings
from quietdrop.domain.errors import SourceError
from quietdrop.ingest.file_names import shown_path
from quietdrop.ingest.header import is_data, is_header, opens_json
from quietdrop.ingest.propose import propose

MARK = "Zzyzx"
DATA = [
    f"9/4/2026,{MARK} Phinn,PHI004739,Quince Internal Medicine,Spine",
    f'"Phinn, {MARK}",Quince Internal Medicine,Referral,Pending',
    f"2026-09-04T10:00:00;{MARK};Quince;Knee",
    f"4-Sep-2026\t{MARK}\tQuince",
    f"Sep 4, 2026|{MARK}|Quince",
    f"46269,{MARK},Quince",
    f"{MARK},Quince Internal Medicine,Spine,Seen",
    f"{MARK},555-0100-2000,Quince,Date",
    f"{MARK}@example.com,Practice,Date",
    f"{MARK},123-45-6789,Practice,Date",
    f"{MARK} {'x' * 300},Practice,Date",
    f'{{"referral_date": "2026-09-04", "patient": {{"name": "{MARK}"}}}}',
    f'[{{"referral_date": "2026-09-04", "patient": "{MARK}"}}]',
    f'["2026-09-04", "{MARK}"]',
    f"MSH|^~\\&|{MARK}|FAC|20260904|REF^I12",
    f"<referral><patient>{MARK}</patient></referral>",
]


@pytest.mark.parametrize(
    "header",
    [
        "referred_on,practice_id",
        "Referral Date,Account Number,Client Name,Referring Provider,Insurance,Status",
        "when,who",
        "Überweisungsdatum,Praxis",
        "referral_date,referring_practice,service,patient.name,patient.mrn",
        "Last Name,First Name,Date,Clinic",
        "Record ID,Deal Name,Deal Stage,Create Date",
        "PatNum,RefDate,ReferralNum,Note",
    ],
)
def test_names_of_columns_are_a_header(header: str) -> None:
    assert is_header(header.split(","))


@pytest.mark.parametrize("line", DATA)
def test_data_are_none(line: str) -> None:
    assert not is_header([line])
    assert not is_header(line.split(","))


def test_what_opens_json() -> None:
    assert all(map(opens_json, ['{"a": 1}', " [", "[{}]", "[1,", '["a"', "{"]))
    assert not any(map(opens_json, ["[Referral Date],[Practice]", "referred_on", ""]))


NOT_READ = (
    "is damaged or not valid JSON",
    "neither REF^I12 nor SIU^S12",
    "is an XML file of a kind",
)


def test_a_line_without_end_is_data() -> None:
    assert is_data(["name"] * 2001)
    assert not is_data(["name"] * 2000)


@pytest.mark.parametrize("line", DATA)
@pytest.mark.parametrize("name", ["r.csv", "r.xlsx"])
def test_a_first_line_of_data_is_shown_nowhere(
    tmp_path: Path,
    line: str,
    name: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / name
    if name.endswith("xlsx"):
        book = openpyxl.Workbook()
        for _ in range(3):
            book.active.append(line.split(","))
        book.save(path)
    else:
        path.write_text(f"{line}\n" * 300)
    with pytest.raises(SourceError) as caught:
        ingest.read(SourceSettings(referrals=str(path)), AS_OF, AS_OF)
    assert MARK not in str(caught.value)
    assert "Quince" not in str(caught.value)
    assert str(path) in str(caught.value)
    words = ["quietdrop", "init", str(tmp_path / "c.toml"), "--from", str(path)]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit):
        main()
    printed = "".join(capsys.readouterr())
    assert MARK not in printed
    assert "Quince" not in printed
    said = ("[source] header = [", "is not known to name columns", "never read, since", *NOT_READ)
    assert any(words in printed for words in said)


def test_an_array_on_one_line_is_read_at_once_and_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    rows = [
        {"referral_date": "2026-09-04", "patient": {"name": f"{MARK} {i}"}} for i in range(5000)
    ]
    path.write_text(json.dumps(rows))
    begun = time.perf_counter()
    proposal = propose(str(path))
    assert proposal.columns == {"referred_on": "referral_date"}
    assert proposal.patients == ("patient.name",)
    assert MARK not in repr(proposal)
    with pytest.raises(SourceError, match="no column referred_on") as caught:
        ingest.read(SourceSettings(referrals=str(path)), AS_OF, AS_OF)
    assert MARK not in str(caught.value)
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("name", "is_shown"),
    [
        ("north.csv", True),
        ("referrals 2026-07-06.csv", True),
        ("export_20260706.csv", True),
        ("export_202607.csv", True),
        ("export_20260706073000.csv", True),
        ("export_20260706-073000.csv", True),
        ("export 073000.csv", False),
        ("patient_referrals.csv", True),
        ("Zzyzx, Jane.csv", False),
        ("zzyzx_MRN004739.csv", False),
        ("referrals 004739 zzyzx.csv", False),
        ("patient zzyzx.csv", False),
        ("ZZPATIENT.csv", False),
    ],
)
def test_a_file_that_may_be_named_for_a_patient(tmp_path: Path, name: str, is_shown: bool) -> None:
    (tmp_path / "A.csv").touch()
    path = tmp_path / name
    path.touch()
    shown = shown_path(path)
    assert (shown == str(path)) is is_shown
    if not is_shown:
        assert shown == str(tmp_path / "file 2 of 2 by name")
