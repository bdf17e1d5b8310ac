"""The words by which a column's name speaks of a patient.

Collected from exports of Epic, Cerner, athenahealth, eClinicalWorks, NextGen, Open Dental, HubSpot,
Salesforce and Zoho, from HL7 v2, FHIR and NHS data sets, and from the basics of other languages.
"""

from __future__ import annotations

import re
import unicodedata

_NUMBER = "id|ids|identifier|no|nos|num|nums|nbr|nr|nummer|number|numbers|key|code"
_PART = (
    f"{_NUMBER}|name|names|nm|full|first|last|middle|initials|dob|mrn|ssn|sex|gender|age|race"
    "|address|addr|phone|tel|mobile|email|zip|city|street|status|record"
)
# Whoever says one of these names a colleague, whatever else the name says.
_COLLEAGUE = re.compile("referring|provider|physician|facility|practice|business")
# These name a colleague too, but only beside words that anybody may bear, such as "last name".
_PERHAPS_COLLEAGUE = re.compile(
    r"doctor|clinician|practitioner|requester|referrer|referred ?by|referral ?source|prescriber"
    r"|surgeon|dentist|therapist|pharmacy|organi[sz]ation|company|agency|vendor|employee|liaison"
    r"|\b(dr|staff|office|clinic|rep|user|owner|author|ordering|sent by|ordered by|entered by)\b"
)
# Long enough to mean the same inside other letters: PATIENTID, dateofbirth.
_ANYWHERE = re.compile(
    r"(?<!in)(?<!out)patient|pacient|pazient|pacjent|birth(?!ing)|guarantor|subject|subscriber"
    r"|beneficiar|enrollee|policyholder|socialsecurity|socialinsurance|medicalrecord|medicalrec"
    r"|medrec|healthrecord|nextofkin|maiden|ethnic|deceased|responsibleparty|emergencycontact"
    r"|geburt|geboorte|naissance|nacimiento|nascimento|nascita|fodelse|fodsels|urodzenia"
    r"|versicherten|krankenkassennummer|vorname|nachname|familienname|voornaam|achternaam|prenom"
    r"|nomdefamille|apellido|sobrenome|codicefiscale|historiaclinica|cartellaclinica|prontuario"
    r"|seguridadsocial|securitesociale|personnummer|\u60a3\u8005|\u75c5\u4eba|\u7597\u53f7"
    r"|\u043f\u0430\u0446\u0438\u0435\u043d\u0442"
)
# Short words, whole or in compounds that are known: PatNum, ptname, acct no, MRNumber.
_WHOLE = re.compile(
    r"\b(?:"
    r"mrns?|dob|ssn|ssno|pid|dod|dx|icd|diag|age|ages|sex|gender|race|religion|nationality|pat"
    r"|hic|hicn|mbi|hcn|phn|uhid|mpi|empi|csn|bsn|cpf|kvnr|kvnummer|nir|nhc|pesel|cognome"
    r"|diagnos(?:is|es|e|en|i|tico|ticos)|diagnosis\w*"
    rf"|(?:pat|pt|pts|mrn|chart|dob|ssn|dx|icd|diag) ?(?:{_PART})"
    rf"|(?:mr|nhs|chi|hospital|hosp|hosp ?account|unit|health|health ?card|ohip|fin|har|emr|ehr"
    rf"|insurance|insured|policy|medicare|medicaid|ss|soc ?sec|file|fall|expediente) ?"
    r"(?:no|num|nbr|nr|nummer|number|numbers)"
    r"|(?:emr|ehr|insurance|insured|policy|medicare|medicaid|national|enterprise|health|mr) ?id"
    r"|(?:soc|social) ?sec|policy ?holder|(?:insured|resident) ?(?:full |first |last )?name"
    r"|passport|driver\w* licen[cs]e|marital|nk ?1|gt ?1"
    r"|mothers?|fathers?|guardians?|spouse|caregivers?"
    r"|parents? ?(?:name|first|last|phone|email|guardian)"
    r"|(?:notes|comments?|remarks?)(?! (?:sent|on|date|faxed|received|due))|note text|note body"
    r"|memo|narrative|free ?text|kommentare?|bemerkung(?:en)?|notas|observaciones|commentaires?"
    r"|opmerkingen|reason for|referral reason|visit reason|reason ?codes?|chief ?complaint"
    r"|complaints?|symptoms?|allerg(?:y|ies)|medications?"
    r"|clinical (?:history|info|information|question|summary|indication)"
    r")\b"
    r"|\bnote$|^(?:pt|chart|fin|har|insured|member|client|person|resident|reason|description"
    r"|message|body|details?|history|diagnostic)$|^for (?:reference|display|identifier)\b"
)
# What a column says of somebody; in a list of staff or practices it is said of them.
_BARE = re.compile(
    r"\b(?:first|last|middle|full|given|family|preferred|fore|sur|nick) ?names?\b"
    r"|\bname (?:first|last|middle|full|given|family|formatted)\b|\b[flm] ?name\b"
    r"|\bmiddle ?(?:i|initial|init)\b|\binitials\b|^nombres?$|\bzip(?: ?code)?\b"
    r"|\bhome ?(?:phone|tel|address)\b|\b(?:cell|mobile) ?(?:phone|number|no)?$"
    rf"|(?<!contact )(?<!sales )\bperson ?(?:{_PART})\b"
    rf"|\b(?:client|customer|consumer|individual) ?(?:{_PART})\b"
    rf"|(?<!team )\bmember ?(?:{_PART})\b"
    r"|\b(?:deal|opportunity|lead|case|ticket|contact) ?(?:full |first |last )?names?\b"
    r"|\bcontact ?ids?\b|\bassociated contacts?\b|\bresident ?ids?\b"
)
_ACCOUNT = re.compile(rf"\b(?:account|acct|acnt) ?(?:{_NUMBER}|name|names)\b|\bacct\b|^accounts?$")


def plain(name: str) -> str:
    """Split a column's name into words: "PatNum", "PAT_NUM" and "Pat. Num:" are one name.

    Args:
        name: The name, in any spelling, a dotted path too.

    Returns:
        Its words in small letters without accents, a space between them; "#" is "number".
    """
    text = unicodedata.normalize("NFKD", re.sub(r"\[\d+\]", " ", name))
    text = re.sub("[#\u2116]", " number ", text)
    text = "".join(sign for sign in text if not unicodedata.combining(sign))
    text = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    text = re.sub(r"(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])", " ", text)
    return re.sub(r"[\W_]+", " ", re.sub(r"(?<=\w)['\u2019]s\b", "", text)).strip().casefold()


def speaks_of_patient(name: str, *, of_staff: bool = False) -> bool:
    """Say whether a column's name speaks of a patient.

    Args:
        name: The column's name.
        of_staff: The table lists practices or colleagues, so that "Last Name" is one of theirs.
    """
    words = plain(name)
    joined = words.replace(" ", "")
    if _COLLEAGUE.search(joined):
        return False
    if _ANYWHERE.search(joined) or _WHOLE.search(words):
        return True
    if of_staff or _PERHAPS_COLLEAGUE.search(words):
        return False
    if _BARE.search(words):
        return True
    return "referr" not in joined and _ACCOUNT.search(words) is not None
