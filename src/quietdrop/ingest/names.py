"""Which of our columns a stranger's column name means, by its words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from quietdrop.ingest.rows import KEY

_PARENTHESES = re.compile(r"\([^()]*\)")
NEAR = 85.0  # of 100, for one word of five letters or more: a typo is near, another word is not
_PHRASES = {
    "referred_on": "referral date|date of referral|referred on|date referred|referral received"
    "|referral created|referral entry date|order date|received date|date received|authored on"
    "|created date|referral month|referral week|referred|date requested|submission date"
    "|intake date|date opened|date|month|week|period|day|week beginning|week starting|week start"
    "|week ending|week end|month ending|month end|month beginning|month start|period ending"
    "|period end|timestamp",
    "recorded_on": "recorded on|entered on|date entered|entry date|created on|created at"
    "|loaded at|inserted at",
    "practice_id": "practice id|referring practice id|practice number|organization id|clinic id"
    "|referring facility id|office id|referral source id|referring location id",
    "practice_name": "referring practice|practice name|practice|referring facility|facility name"
    "|referring organization|referring office|office name|referring clinic|clinic name|clinic"
    "|referring location|referring department|referral source|referred from|referral from"
    "|referring group|business name|source practice|referring account|practice group|source",
    "provider_npi": "provider npi|npi|referring npi|referring provider npi|referring physician npi"
    "|referring doctor npi",
    "provider_name": "referring provider|provider name|referring physician|referring doctor"
    "|referring clinician|referred by|physician name|provider|ordering provider"
    "|referral provider|referrer|referring md|physician|doctor|referring pcp"
    "|primary care provider|primary care physician|pcp",
    "service_line": "service line|referred service|service|referred to specialty|department"
    "|specialty requested|procedure group|service type|referral type|discipline",
    "payer": "payer|insurance|primary insurance|insurance name|plan|primary payer"
    "|insurance company|carrier",
    "location": "location|our location|referred to location|site|referred to facility|branch"
    "|referred to department",
    "status": "status|referral status|order status",
    "referral_id": "referral id|referral number|order id|order number|id|referral key",
    "referrals": "referrals|referral count|number of referrals|count of referrals|referral volume"
    "|total referrals|number referrals|count|volume|new referrals|referral quantity",
}
_SAME = {
    "appt": "appointment",
    "refd": "referred",
    "recd": "received",
    "rcvd": "received",
    "yr": "year",
    "mo": "month",
    "wk": "week",
    "dt": "date",
    "num": "number",
    "no": "number",
    "nbr": "number",
    "ref": "referral",
    "refer": "referral",
    "rfrl": "referral",
    "refrl": "referral",
    "prov": "provider",
    "phys": "physician",
    "fac": "facility",
    "dr": "doctor",
    "org": "organization",
    "organisation": "organization",
    "loc": "location",
    "ins": "insurance",
    "payor": "payer",
    "svc": "service",
    "dept": "department",
    "centre": "center",
    "qty": "quantity",
    "cnt": "count",
}
# Words that change nothing: "Referring Practice Name", "Payer Name", "Status Desc", "Date__c".
_NEUTRAL = {
    *("name", "full", "the", "of", "our", "to", "from", "by", "text", "desc", "description"),
    *("display", "value", "label", "c", "incoming", "inbound", "new", "external", "primary"),
    *("info", "referral", "referring", "r", "in", "time", "auth", "authorization", "which", "what"),
    *("is", "your", "please"),
}
_SENDERS = ("practice_id", "practice_name", "provider_npi", "provider_name")
_OURS = {"to", "our"}  # beside a provider or a practice they name our own
# Beside a word for an office it is that person's office: "Referring Provider Practice".
_PERSONS = {"provider", "physician", "doctor"}
_OFFICES = re.compile(r"practice|facility|organization|office|clinic|group|location|account")
# Days that come after the referral's own; the nearest stands for it where nothing else does.
_LATER = (
    *("appointment date", "visit date", "date of service", "service date", "encounter date"),
    *("first visit date", "evaluation date", "start of care", "scheduled date", "dos"),
)


def nearest(header: Sequence[str]) -> dict[str, str]:
    """Return our column -> theirs, the nearest names first, each used once.

    A name that stands twice in the header is left to a person.
    """
    ours = [*KEY, "referrals"]
    pairs = [
        (-score, ours.index(our), place, name)
        for place, name in enumerate(header)
        if name.strip() and list(header).count(name) == 1
        for our in _PHRASES
        if (score := nearness(name, our)) > 0
    ]
    chosen: dict[str, str] = {}
    for _, our, _, name in sorted(pairs):
        if ours[our] not in chosen and name not in chosen.values():
            chosen[ours[our]] = name
    return {our: chosen[our] for our in ours if our in chosen}


@lru_cache(maxsize=20_000)
def nearness(name: str, our: str) -> float:
    """Return how surely a column's name means one of ours, 0 to 101; 0: it does not."""
    words = words_of(name)
    if words == our.split("_"):
        return 101.0
    bare = words_of(_PARENTHESES.sub(" ", name))  # "Referral Date (MM/DD/YYYY)"
    return max(
        max(_likeness(words, phrase, our), _likeness(bare, phrase, our) - 1) - 0.1 * place
        for place, phrase in enumerate(_PHRASES[our].split("|"))
    )


def later_day(header: Sequence[str]) -> str | None:
    """Return the column of the first day after a referral's own, such as the appointment's."""
    by_words = {" ".join(words_of(_PARENTHESES.sub(" ", name))): name for name in header}
    return next((by_words[phrase] for phrase in _LATER if phrase in by_words), None)


def _likeness(words: list[str], text: str, our: str) -> float:
    """Return 100 where the words are the phrase in any order, less 2 for each neutral word more
    and for each typo; 0 where another word stands there."""
    phrase = text.split()
    neutral = _NEUTRAL - _OURS if our in _SENDERS else _NEUTRAL
    if our in ("practice_id", "practice_name") and _OFFICES.search(text):
        neutral = neutral | _PERSONS
    left = list(words)
    typos = 0
    for wanted in phrase:
        match = next((w for w in left if w == _SAME.get(wanted, wanted)), None)
        if match is None:
            match = next((w for w in left if _is_typo(w, wanted)), None)
            typos += 1
        if match is None:
            return 0.0
        left.remove(match)
    if any(word not in neutral for word in left):
        return 0.0
    return 100.0 - 2 * len(left) - 2 * typos


def _is_typo(word: str, wanted: str) -> bool:
    return min(len(word), len(wanted)) >= 5 and fuzz.ratio(word, wanted) >= NEAR


@lru_cache(maxsize=20_000)
def words_of(name: str) -> list[str]:
    """Return a column name's words: "ReferralDate", "REFERRAL_DATE" and "Referral Date:" are one.

    Plurals and usual abbreviations are the word they mean; "#" is "number".
    """
    text = re.sub("['\u2019]", "", name.replace("#", " no "))
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", text)
    words = re.sub(r"[\W_]+", " ", parted).strip().casefold().split()
    return [_singular(_SAME.get(word, word)) for word in words]


def _singular(word: str) -> str:
    """Return "practice" for "practices"; "referrals" stays, it is a count."""
    is_plural = len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word if word == "referrals" or not is_plural else word[:-1]
