"""FHIR R4: ServiceRequests as rows, read by path; no other part of them is looked at.

Source of the paths: https://hl7.org/fhir/R4/servicerequest.html. Of a resource only its id,
status, authoredOn, occurrence, category, code and requester are read, of an Appointment or
Encounter its status, start and basedOn; subject, reason and note never are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ijson

from quietdrop.domain.errors import SourceError
from quietdrop.ingest import objects
from quietdrop.ingest.grids import Grid, Line
from quietdrop.ingest.kinds import LOOKED_UP
from quietdrop.ingest.rows import NOT_A_REFERRAL
from quietdrop.lib.folding import folded

NPI_SYSTEM = "http://hl7.org/fhir/sid/us-npi"
COLUMNS = (
    *("referred_on", "referral_id", "status", "practice_id", "practice_name", "provider_npi"),
    *("provider_name", "service_line", "scheduled_on", "seen_on"),
)
# Orders in these states were withdrawn, never sent or never true.
NO_REFERRAL = {"entered in error", "revoked", "draft"}
_REFERRAL_WORDS = ("referral", "consult")
_REFERRAL_CODE = "3457005"  # SNOMED CT: patient referral
_WHO = ("Practitioner", "PractitionerRole", "Organization")
# Appointments and encounters in other states did not take place.
_BOOKED = {"booked", "arrived", "checked in", "fulfilled", "pending"}
_SEEN = {"arrived", "triaged", "in progress", "onleave", "finished"}

Resource = dict[str, Any]


def is_fhir(path: Path) -> bool:
    """Whether a JSON file holds FHIR resources: its first object says which."""
    try:
        with objects.opened(path) as file:
            events = ijson.parse(file, multiple_values=True)
            for place, event, value in events:
                if place in ("resourceType", "item.resourceType"):
                    return isinstance(value, str)
                if event == "end_map" and place in ("", "item"):
                    return False
    except (ijson.JSONError, OSError, EOFError):
        return False
    return False


@dataclass
class _Who:
    """Practitioners, their roles and organizations, by "Type/id" and full URL."""

    by_reference: dict[str, Resource] = field(default_factory=dict)
    booked: dict[str, str] = field(default_factory=dict)  # a request's id -> its appointment
    seen: dict[str, str] = field(default_factory=dict)  # a request's id -> its first encounter

    def keep(self, resource: Resource, url: str = "") -> None:
        kind, key = resource.get("resourceType"), resource.get("id")
        status = folded(_text(resource.get("status")))
        if kind == "Appointment" and status in _BOOKED:
            _first_of(self.booked, resource, resource.get("start"))
        elif kind == "Encounter" and status in _SEEN:
            _first_of(self.seen, resource, (resource.get("period") or {}).get("start"))
        if kind in _WHO:
            kept = {
                name: resource.get(name)
                for name in ("resourceType", "id", "identifier", "name", "practitioner")
            } | {"organization": resource.get("organization")}
            for reference in (f"{kind}/{key}", url):
                if reference:
                    self.by_reference[reference] = kept

    def find(self, reference: object, contained: list[Resource]) -> Resource:
        """Return what a reference means, {} where it is not there."""
        text = reference.get("reference") if isinstance(reference, dict) else None
        if not isinstance(text, str):
            return {}
        if text.startswith("#"):
            return next((c for c in contained if c.get("id") == text[1:]), {})
        short = "/".join(text.split("/_history/")[0].split("/")[-2:])
        return self.by_reference.get(text) or self.by_reference.get(short) or {}


def _first_of(days: dict[str, str], resource: Resource, when: object) -> None:
    """Keep the earliest time for each request that a resource is based on."""
    for reference in resource.get("basedOn") or ():
        text = _text(reference.get("reference")) if isinstance(reference, dict) else ""
        key = text.split("/_history/")[0].rpartition("/")[2]
        if key and _text(when):
            days[key] = min(days.get(key, _text(when)), _text(when))


def grid(path: Path) -> Grid:
    """Return the ServiceRequests of an NDJSON file, an array or a Bundle, with who sent them.

    Practitioners, roles, organizations, appointments and encounters are looked up in the file and
    in those beside it.
    Raises:
        SourceError: It holds no ServiceRequest.
    """
    who = _Who()
    for one in [path, *_beside(path)]:
        for _, resource, url in _resources(one):
            if resource is not None:
                who.keep(resource, url)
    requests = [
        _is_referral(resource)
        for _, resource, _ in _resources(path)
        if resource is not None and resource.get("resourceType") == "ServiceRequest"
    ]
    if not requests:
        raise SourceError(f"{path}: holds FHIR resources but no ServiceRequest")
    says_referral = any(requests)
    remark = "FHIR ServiceRequests: " + (
        "those whose category or code says referral count" if says_referral else "all of them count"
    )
    return Grid("", _rows(path, who, says_referral), is_named=True, remarks=(remark,))


def _beside(path: Path) -> list[Path]:
    """Return the files in the same folder that may hold who sent the requests."""
    return sorted(
        one
        for one in path.parent.iterdir()
        if one != path and one.is_file() and LOOKED_UP.fullmatch(one.name) and is_fhir(one)
    )


def _resources(path: Path) -> Iterator[tuple[int, Resource | None, str]]:
    """Yield the resources of a file, those of a Bundle one by one, with their full URL."""
    for place, item in objects.objects(path):
        if item is None:
            yield place, None, ""
        elif item.get("resourceType") == "Bundle":
            for number, entry in enumerate(item.get("entry") or (), 1):
                yield number, *_entry(entry)
        elif isinstance(item.get("resource"), dict):  # an entry of a Bundle read by itself
            yield place, *_entry(item)
        else:
            yield place, item, ""


def _entry(entry: object) -> tuple[Resource | None, str]:
    resource = entry.get("resource") if isinstance(entry, dict) else None
    url = entry.get("fullUrl") if isinstance(entry, dict) else ""
    return (resource if isinstance(resource, dict) else None), url if isinstance(url, str) else ""


def _rows(path: Path, who: _Who, says_referral: bool) -> Iterator[Line]:
    yield 0, COLUMNS
    for place, resource, _ in _resources(path):
        if resource is None:
            yield place, None
        elif resource.get("resourceType") == "ServiceRequest":
            try:
                yield place, _row(resource, who, says_referral)
            except (AttributeError, TypeError, KeyError, IndexError):
                yield place, None


def _row(request: Resource, who: _Who, says_referral: bool) -> list[object]:
    status = _text(request.get("status"))
    if folded(status) in NO_REFERRAL or (says_referral and not _is_referral(request)):
        status = NOT_A_REFERRAL
    when = request.get("authoredOn") or request.get("occurrenceDateTime")
    period = request.get("occurrencePeriod")
    if not when and isinstance(period, dict):
        when = period.get("start")
    return [
        _text(when),
        _text(request.get("id")),
        status,
        *_sender(request, who),
        _concept(request.get("code")) or _concept(_first(request.get("category"))),
        who.booked.get(_text(request.get("id")), ""),
        who.seen.get(_text(request.get("id")), ""),
    ]


def _sender(request: Resource, who: _Who) -> tuple[str, str, str, str]:
    """Return the practice's id and name, the provider's NPI and name."""
    contained = [c for c in request.get("contained") or () if c.get("resourceType") in _WHO]
    requester = request.get("requester") or {}
    resource = who.find(requester, contained)
    kind = resource.get("resourceType") or _kind_of(requester)
    if kind not in _WHO and _npi({"identifier": [requester.get("identifier") or {}]}):
        kind = "Practitioner"  # known by the number alone
    if kind not in _WHO:  # a patient may ask too
        return "", "", "", ""
    shown = _text(requester.get("display"))
    if kind == "Organization":
        return *_organization(resource, requester), "", ""
    role = resource if kind == "PractitionerRole" else {}
    person = who.find(role.get("practitioner"), contained) if role else resource
    npi = _npi(person) or _npi(role) or _npi({"identifier": [requester.get("identifier") or {}]})
    name = _human(person) or _text((role.get("practitioner") or {}).get("display")) or shown
    place = role.get("organization") or {}
    practice = _organization(who.find(place, contained), place)
    if not any(practice) and (npi or name):
        practice = (npi or name, name)
    return *practice, npi, name


def _organization(resource: Resource, reference: Resource) -> tuple[str, str]:
    name = _text(resource.get("name")) or _text(reference.get("display"))
    text = _text(reference.get("reference"))
    return _npi(resource) or text.rpartition("/")[2].removeprefix("#") or name, name


def _kind_of(reference: Resource) -> str:
    parts = _text(reference.get("reference")).split("/_history/")[0].split("/")
    return parts[-2] if len(parts) > 1 else _text(reference.get("type"))


def _npi(resource: Resource) -> str:
    identifiers = resource.get("identifier") or ()
    return next((_text(i.get("value")) for i in identifiers if i.get("system") == NPI_SYSTEM), "")


def _human(person: Resource) -> str:
    name = _first(person.get("name"))
    if not isinstance(name, dict):
        return ""
    given = " ".join(_text(part) for part in name.get("given") or ())
    return _text(name.get("text")) or ", ".join(p for p in (_text(name.get("family")), given) if p)


def _concept(concept: object) -> str:
    if not isinstance(concept, dict):
        return ""
    coding = _first(concept.get("coding"))
    return _text(concept.get("text")) or _text((coding or {}).get("display"))


def _is_referral(request: Resource) -> bool:
    concepts = [*(request.get("category") or ()), request.get("code") or {}]
    for concept in concepts:
        if not isinstance(concept, dict):
            continue
        codings = [c for c in concept.get("coding") or () if isinstance(c, dict)]
        words = [concept.get("text"), *(c.get("display") for c in codings)]
        if any(c.get("code") == _REFERRAL_CODE for c in codings) or any(
            word in _text(element).casefold() for element in words for word in _REFERRAL_WORDS
        ):
            return True
    return False


def _first(value: object) -> Any:
    return value[0] if isinstance(value, list) and value else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
