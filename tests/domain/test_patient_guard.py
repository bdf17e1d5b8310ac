"""Which columns are a patient's, by name and by content: both sides of each boundary."""

from __future__ import annotations

import pytest
from stdnum import luhn

from quietdrop.domain import patient_guard
from quietdrop.domain.patient_guard import Values, fault_by_content, fault_by_name, is_npi

REFUSED = """
PAT_ID;Acct No;Chart #;Person Name;Birthdate;NHS_NUMBER;subject.reference;Account Name;Deal Name
Notes;Patient Name;patient_id;PATIENTID;patientId;Patient DOB;PatNum;PtName;Pt. First Name;pt_id
DOB;ptDOB;date_of_birth;dateofbirth;BirthDate;Date of Birth;MRN;mrn;MRNumber;MR#;Med Rec No
Medical Record Number;med_rec_nbr;PAT_MRN_ID;PAT_NAME;PAT_ENC_CSN_ID;ChartNumber;Chart No.;Chart
SSN;SS#;Soc Sec No;Social Security Number;AGE;Age at Referral;Sex;gender;Race;Ethnicity;Zip
Zip Code;Guarantor Name;GuarantorID;Subscriber ID;Member ID;MEMBERID;memberNumber;Client Name
ClientID;client_dob;Account Number;Account #;Account;Account ID;Acct;ACCTNO;Person ID;person_nbr
NAME_FULL_FORMATTED;BIRTH_DT_TM;First Name;Last Name;LName;FName;Surname;Given Name;Full Name
Middle Initial;PID-3;PID.5.1;PID;patient.reference;resource.subject.display
entry[0].resource.subject.identifier.value;name[0].family;name.given;Diagnosis;Diagnosis Code;Dx
ICD10;ICD-10 Code;Primary Dx;Comments;Referral Notes;Clinical Notes;Reason for Referral;reasonCode
Chief Complaint;Contact Name;ContactId;Patient's Name;Patient Acct No;NHS No;NHSNumber
Hospital Number;CHI Number;Medicare ID;Medicaid Number;MBI;HICN;Policy Number;Insurance ID
Geburtsdatum;Vorname;Nachname;Patientennummer;fecha de nacimiento;nombre del paciente;Apellidos
Date de naissance;Prénom;paziente;Cognome;nascita;geboortedatum;Patiënt;患者名;Пациент;Next of Kin
Emergency Contact;Mother's Name;home phone;Opportunity Name;Lead Name;CSN;FIN NBR;UHID;EMPI
Subject;Memo;Insured Name;ssn_last4;Description;Free Text;Unit #;deceasedDateTime;KVNR
"""
PASSED = """
BusinessName;Home Health Agency;Contact Person;Salesperson;Consult Note Sent
Referring Provider Last Name;First Visit;Referral Date;Referring Practice;Practice Name
Referring Facility;Facility Name;Referring Provider;Referring Physician;Provider NPI;NPI
practice_id;practice_name;referred_on;note_sent_on;Status;Referral Status;Insurance
Primary Insurance;Payer;Plan;Service Line;Specialty;Department;Location;Clinic;Clinic Name;Office
Organization Name;Company name;Associated Company;Agency;Referral Source;Source;Lead Source
Referred By;Referred From;Referral From Facility;Referral From Provider;Order Date;Order ID
Referral ID;Referral Number;Record ID;Case ID;Deal ID;Deal Stage;Deal Owner;Appointment Date
Appt Type;Consult Note Sent Date;Last Visit;Last Seen;Visit Date;Created Date;Outpatient Clinic
Inpatient/Outpatient;Diagnostic Imaging Center;Birthing Center;PT Clinic;PT/OT;Average Wait;Package
Stage;Page;Message Type;Sextant Group;Team Member;Staff Member Name;Contact Person Name
Account Manager;Account Owner;Referring Account Name;Referral Account Name;Doctor Last Name
Practice Zip;Facility Zip;Provider Notes;Practice Phone;Phone;Town;Territory;Health System
Hospital Name;requester.display;requester.practitioner.name;authoredOn;serviceType.text;Procedure
Urgency;Group Name;Vendor;Branch;Quantity;Medical Group;Health Center;Practice Account Number
Überweiser;Praxis;Überweisungsdatum;Clínica;Cabinet;Referral Coordinator;Zuweiser;Case Manager
RefDate;ReferralNum;RefAttachNum;ODS Code;GP Practice Code;NHS Trust;GP Surgery;Emergency Dept
"""
MANY = 400  # rows


def names(text: str) -> list[str]:
    return [name for line in text.split("\n") for name in line.split(";") if name]


def values(*texts: str) -> Values:
    """Each text on a row of its own; those that repeat are one value."""
    counted: dict[str, int] = {}
    for text in texts:
        counted[text] = counted.get(text, 0) + 1
    return Values(list(counted), list(counted.values()))


def cycling(distinct: int, rows: int = 200, form: str = "Clinic {}") -> Values:
    return values(*(form.format(row % distinct) for row in range(rows)))


def test_the_tables_are_long_enough() -> None:
    assert len(names(REFUSED)) >= 60
    assert len(names(PASSED)) >= 60


@pytest.mark.parametrize("name", names(REFUSED))
def test_a_name_that_speaks_of_a_patient_is_refused(name: str) -> None:
    assert fault_by_name(name)


@pytest.mark.parametrize("name", names(PASSED))
def test_another_name_passes(name: str) -> None:
    assert fault_by_name(name) == ""


@pytest.mark.parametrize("name", ["Last Name", "First Name", "Contact Name", "Zip"])
@pytest.mark.parametrize("table", sorted(patient_guard.OF_STAFF))
def test_a_table_of_colleagues_may_have_their_names(table: str, name: str) -> None:
    assert fault_by_name(name)
    assert fault_by_name(name, table=table) == ""
    assert fault_by_name(f"Patient {name}", table=table)


def test_the_refusal_prints_the_line_that_allows_it() -> None:
    assert '[source] allow = ["Account Name"]' in fault_by_name("Account Name")
    assert '[source] allow = ["Deal Name", "Account Name"]' in fault_by_name(
        "Account Name", ["Deal Name"]
    )
    for spelling in ("Account Name", "account_name", "ACCOUNT NAME"):
        assert fault_by_name("Account Name", [spelling]) == ""
    assert fault_by_name("Account Names", ["Account Name"])


def test_a_query_hands_on_no_patient_under_another_name() -> None:
    read = ["practice_id", "practice_name", "referred_on"]

    def faults(query: str, allow: tuple[str, ...] = ()) -> list[str]:
        return list(patient_guard.faults_in_query(query, read, allow))

    assert faults("SELECT p.PatNum AS practice_id FROM refattach p")
    assert faults('SELECT p."Patient Name" as "practice_name" FROM p')
    assert faults("SELECT CAST(pat_id AS text) AS practice_id FROM p")
    assert faults("SELECT pat_id::text AS practice_id FROM p")
    assert not faults("SELECT pat_id AS practice_id FROM p", ("pat_id",))
    assert not faults("SELECT BusinessName AS practice_name, d AS referred_on FROM patient AS p")
    assert not faults("SELECT PatNum AS something_else FROM p")


@pytest.mark.parametrize(("distinct", "refused"), [(159, False), (160, True), (158, False)])
def test_a_value_of_their_own_in_four_rows_of_five(distinct: int, refused: bool) -> None:
    assert bool(fault_by_content("Ref Code", cycling(distinct))) is refused


@pytest.mark.parametrize(("rows", "refused"), [(199, False), (200, True)])
def test_of_fewer_than_200_rows_nothing_is_said(rows: int, refused: bool) -> None:
    assert bool(fault_by_content("Ref Code", cycling(rows, rows))) is refused


@pytest.mark.parametrize(
    "form",
    [
        "19{:02}-01-04",
        "01/04/19{:02}",
        "4.1.19{:02}",
        "19{:02}0104",
        "04-JAN-19{:02}",
        "Jan 4, 19{:02}",
        "19{:02}-01-04 00:00:00",
        "123-45-67{:02}",
        "123 45 67{:02}",
        "MRN0045{:02}",
        "MR-0045{:02}",
        "pat 1200{:02}",
    ],
)
@pytest.mark.parametrize(("share", "refused"), [(79, False), (80, True)])
def test_values_of_the_shape_of_a_persons(form: str, share: int, refused: bool) -> None:
    rows = [form.format(row % 20 + 10) if row % 100 < share else "Lakeside" for row in range(MANY)]
    assert bool(fault_by_content("Code", values(*rows))) is refused


@pytest.mark.parametrize("form", ["12345{}", "PHI004{}", "E1234{}", "ACCPHI004{}"])
@pytest.mark.parametrize(("distinct", "refused"), [(99, False), (100, True)])
def test_bare_numbers_are_records_only_where_they_seldom_repeat(
    form: str, distinct: int, refused: bool
) -> None:
    rows = [form.format(100 + row % distinct) for row in range(MANY)]
    assert bool(fault_by_content("Code", values(*rows))) is refused


def test_nhs_numbers_are_patients() -> None:
    rows = ["943 476 5919", "9434765870"] * 100
    assert fault_by_content("Code", values(*rows))


@pytest.mark.parametrize("practices", [1, 2, 4, 17, 60, 1000, 10_000])
@pytest.mark.parametrize("form", ["Practice {} Family Medicine", "P{:03}", "P{:05}", "{}", "{:05}"])
def test_any_clinic_passes(practices: int, form: str) -> None:
    rows = max(300, 3 * practices)
    assert fault_by_content("Practice", cycling(practices, rows, form)) == ""


def test_accounts_of_which_a_third_are_distinct_pass() -> None:
    assert fault_by_content("Client", cycling(340, 1000, "{:05}")) == ""


@pytest.mark.parametrize(
    ("distinct", "rows", "few"), [(4, 200, True), (5, 200, False), (4, 199, False), (1, 900, True)]
)
def test_few_values(distinct: int, rows: int, few: bool) -> None:
    assert patient_guard.has_few_values(cycling(distinct, rows)) is few


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("1234567893", True),
        ("1234567890", False),
        ("3234567893", False),
        ("123456789", False),
        ("12345678930", False),
        ("", False),
        ("１２３４５６７８９３", False),
    ],
)
def test_an_npi_passes_its_check_digit(text: str, valid: bool) -> None:
    assert is_npi(text) is valid
    if valid:
        assert luhn.is_valid(f"80840{text}")


def test_a_providers_number_is_refused_for_a_patients_shape_only() -> None:
    assert patient_guard.fault_of_npi("NPI", cycling(50, form="MRN00{:04}"))
    assert patient_guard.fault_of_npi("NPI", cycling(90, form="10000{:05}")) == ""
