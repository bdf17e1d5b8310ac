"""FHIR R4: what comes of a request, who sent it, and files as servers name them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.ingest.shapes import tried

NPI = "http://hl7.org/fhir/sid/us-npi"
Resource = dict[str, Any]


def request(key: str, requester: Resource, day: str = "2026-11-02") -> Resource:
    return {
        "resourceType": "ServiceRequest",
        "id": key,
        "status": "active",
        "authoredOn": f"{day}T09:00:00-05:00",
        "requester": requester,
        "subject": {"reference": "Patient/77", "display": "Phinn, Quince"},
    }


def lines(path: Path, *resources: Resource) -> None:
    path.write_text("\n".join(map(json.dumps, resources)))


ROLE = {
    "resourceType": "PractitionerRole",
    "id": "r1",
    "practitioner": {"reference": "Practitioner/p1"},
    "organization": {"reference": "Organization/o1"},
}
PERSON = {
    "resourceType": "Practitioner",
    "id": "p1",
    "identifier": [{"system": NPI, "value": "1000000004"}],
    "name": [{"family": "Kim", "given": ["Ann"]}],
}
PLACE = {"resourceType": "Organization", "id": "o1", "name": "Lakeside Clinic"}


@pytest.mark.parametrize("name", ["{}.ndjson", "1.{}.ndjson", "{}.000.ndjson", "{}-1.ndjson"])
def test_who_sent_it_is_looked_up_however_the_files_are_called(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "fhir"
    folder.mkdir()
    lines(
        folder / name.format("ServiceRequest"),
        request("s1", {"reference": "PractitionerRole/r1"}),
    )
    for resource in (ROLE, PERSON, PLACE):
        lines(folder / name.format(resource["resourceType"]), resource)
    intake = tried(folder, tmp_path).intake
    assert intake.practices["o1"].name == "Lakeside Clinic"
    assert intake.counts["provider"].tolist() == ["1000000004"]
    assert intake.reading.not_read == ()


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("entries", [1, 3])
def test_a_bundle_with_more_links_than_entries_is_read(
    tmp_path: Path, indent: int | None, entries: int
) -> None:
    requests = [request(f"s{n}", {"reference": "Organization/o1"}) for n in range(entries)]
    links = [{"relation": name, "url": "https://fhir.example"} for name in ("self", "next", "last")]
    bundle = {
        "resourceType": "Bundle",
        "link": links,
        "entry": [{"resource": one} for one in requests],
    }
    (tmp_path / "page.json").write_text(json.dumps(bundle, indent=indent))
    assert tried(tmp_path / "page.json", tmp_path).referrals == entries


def visit(kind: str, status: str, key: str, day: str) -> Resource:
    start = f"{day}T10:00:00Z"
    when: Resource = {"start": start} if kind == "Appointment" else {"period": {"start": start}}
    return {
        "resourceType": kind,
        "status": status,
        "basedOn": [{"reference": f"ServiceRequest/{key}"}],
        "subject": {"display": "Phinn"},
        **when,
    }


def test_appointments_and_encounters_say_how_long_a_referral_waited(tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    resources = [
        *[request(f"s{n}", {"reference": "Organization/o1"}) for n in range(1, 5)],
        PLACE,
        visit("Appointment", "booked", "s1", "2026-11-12"),
        visit("Appointment", "cancelled", "s2", "2026-11-12"),
        visit("Encounter", "finished", "s3", "2026-11-20"),
        visit("Encounter", "finished", "s3", "2026-11-09"),
        visit("Encounter", "cancelled", "s4", "2026-11-09"),
    ]
    path.write_text(
        json.dumps({"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]})
    )
    result = tried(path, tmp_path)
    access = result.intake.access
    assert sorted(access["wait"].tolist()) == [7, 10]
    assert result.intake.newest == date(2026, 11, 2)
    assert "Phinn" not in repr(result)


def test_a_requester_who_is_known_by_number_only(tmp_path: Path) -> None:
    path = tmp_path / "r.ndjson"
    requester = {"identifier": {"system": NPI, "value": "1000000004"}, "display": "Ann Kim"}
    lines(path, request("s1", requester), request("s2", {"reference": "Patient/77"}))
    intake = tried(path, tmp_path).intake
    assert intake.counts["provider"].tolist() == ["1000000004"]
    assert intake.rejected() == "no practice 1"
