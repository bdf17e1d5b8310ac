"""Systems whose exports are known by their columns or tables.

To add one: a Profile in the table below, and its row in docs/intake.md.
A name that stands in `columns` is proposed; the others are found by their words.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from quietdrop.domain.joined import parts_of
from quietdrop.lib.folding import folded

UNVERIFIED = "unverified"


@dataclass(frozen=True)
class Profile:
    """A system's export: `signature` are columns that it always has, `tables` tables of a
    database; `source` is the public page that names them, or "unverified"."""

    name: str
    source: str
    signature: tuple[str, ...]
    columns: Mapping[str, str] = field(default_factory=dict)
    only: Mapping[str, str] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    query: str = ""


_OPEN_DENTAL = """\
SELECT ra.RefAttachNum AS referral_id, ra.RefDate AS referred_on,
 CASE WHEN r.BusinessName <> '' THEN r.BusinessName
  ELSE CONCAT(r.LName, ', ', r.FName) END AS practice_name,
 r.NationalProvID AS provider_npi, CONCAT(r.LName, ', ', r.FName) AS provider_name
FROM refattach ra JOIN referral r ON r.ReferralNum = ra.ReferralNum
WHERE ra.RefType = 1 AND r.IsDoctor = 1"""
# Whoever has a login refers patients out; referrers of others stand in the address book.
_OPENEMR = """\
SELECT t.id AS referral_id, d.field_value AS referred_on,
 CASE WHEN u.organization <> '' THEN u.organization
  ELSE CONCAT(u.lname, ', ', u.fname) END AS practice_name,
 u.npi AS provider_npi,
 CASE WHEN u.lname <> '' THEN CONCAT(u.lname, ', ', u.fname) END AS provider_name
FROM transactions t
JOIN lbt_data d ON d.form_id = t.id AND d.field_id = 'refer_date'
JOIN lbt_data f ON f.form_id = t.id AND f.field_id = 'refer_from'
JOIN users u ON u.id = f.field_value
WHERE t.title = 'LBTref' AND COALESCE(u.username, '') = ''"""

PROFILES = (
    Profile(
        "Epic REFERRAL",
        UNVERIFIED,
        ("REFERRAL_ID", "REFERRING_PROV_ID", "ENTRY_DATE"),
        {
            "referral_id": "REFERRAL_ID",
            "referred_on": "ENTRY_DATE",
            "practice_id": "REF_PROV_LOC_ID",
            "practice_name": "REF_PROV_LOC_NAME",
            "provider_name": "REFERRING_PROV_NAME",
            "status": "RFL_STATUS_NAME",
        },
    ),
    Profile(
        "athenahealth",
        UNVERIFIED,
        ("referring provider", "referral auth status", "appt date"),
        {"provider_name": "referring provider", "seen_on": "appt date"},
    ),
    Profile(
        "eClinicalWorks",
        UNVERIFIED,
        ("Referral Date", "Referral From Provider", "Referral From Facility"),
        {
            "referred_on": "Referral Date",
            "practice_name": "Referral From Facility",
            "provider_name": "Referral From Provider",
        },
    ),
    Profile(
        "NextGen",
        UNVERIFIED,
        ("referral_date", "referring_provider_last_name", "referring_provider_first_name"),
        {
            "referred_on": "referral_date",
            "provider_name": "referring_provider_last_name + referring_provider_first_name",
        },
    ),
    Profile(
        "WebPT",
        UNVERIFIED,
        ("Case Created Date", "Referring Physician", "Discipline"),
        {
            "referred_on": "Case Created Date",
            "provider_name": "Referring Physician",
            "service_line": "Discipline",
        },
    ),
    Profile(
        "CareStack",
        UNVERIFIED,
        ("Referral Source", "Referral Source Type", "Referred On"),
        {"referred_on": "Referred On", "practice_name": "Referral Source"},
    ),
    Profile(
        "Dentrix",
        UNVERIFIED,
        ("Referred By", "Referral Type", "First Visit"),
        {"referred_on": "First Visit", "practice_name": "Referred By"},
    ),
    Profile(
        "Open Dental",
        "https://www.opendental.com/OpenDentalDocumentation26-1.xml",
        ("RefAttachNum", "ReferralNum", "RefDate", "RefType"),
        {"referral_id": "RefAttachNum", "referred_on": "RefDate", "practice_id": "ReferralNum"},
        {"RefType": "1"},
        ("refattach", "referral"),
        _OPEN_DENTAL,
    ),
    Profile(
        "OpenEMR",
        "https://github.com/openemr/openemr/blob/master/interface/reports/referrals_report.php",
        ("refer_date", "refer_from"),
        {"referred_on": "refer_date", "practice_name": "refer_from"},
        {},
        ("lbt_data", "transactions", "users"),
        _OPENEMR,
    ),
    Profile(
        "Salesforce",
        UNVERIFIED,
        ("Opportunity Name", "Account Name", "Created Date"),
        {"referred_on": "Created Date", "practice_name": "Account Name"},
    ),
    Profile(
        "HubSpot",
        UNVERIFIED,
        ("Record ID", "Deal Name", "Create Date"),
        {
            "referral_id": "Record ID",
            "referred_on": "Create Date",
            "practice_name": "Associated Company",
        },
    ),
    Profile(
        "Zoho CRM",
        UNVERIFIED,
        ("Record Id", "Account Name", "Created Time"),
        {
            "referral_id": "Record Id",
            "referred_on": "Created Time",
            "practice_name": "Account Name",
        },
    ),
    Profile(
        "Trella Health (PlayMaker)",
        UNVERIFIED,
        ("Referral Date", "Referral Source", "Account Executive"),
        {"referred_on": "Referral Date", "practice_name": "Referral Source"},
    ),
)


def of_header(header: Collection[str]) -> Profile | None:
    """Return the system that a header belongs to; of several, the one with the most columns in
    it."""
    names = {folded(name) for name in header}
    fitting = [p for p in PROFILES if {folded(name) for name in p.signature} <= names]
    return max(fitting, key=lambda profile: len(profile.signature), default=None)


def of_tables(tables: Collection[str]) -> Profile | None:
    """Return the system whose tables a database holds."""
    names = {table.rpartition(".")[2].casefold() for table in tables}
    return next((p for p in PROFILES if p.tables and set(p.tables) <= names), None)


def columns_of(profile: Profile, header: Collection[str]) -> dict[str, str]:
    """Return our column -> theirs as the header spells it, of the profile's that are there."""
    spelled = {folded(name): name for name in header}
    columns = {}
    for our, name in profile.columns.items():
        parts = [spelled.get(folded(part)) for part in parts_of(name)]
        if all(parts):
            columns[our] = " + ".join(str(part) for part in parts)
    return columns
