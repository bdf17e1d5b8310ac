"""How much two entries of the directory look like one office."""

from __future__ import annotations

import re
from functools import cache

from rapidfuzz import fuzz

from quietdrop.model import Practice

SAME_NAME, SAME_PLACE, KINDRED_NAME = 88.0, 80.0, 60.0  # rapidfuzz's scores, 0 to 100
LEGAL = ("pllc", "llc", "llp", "inc", "pc", "pa", "md", "do")
FILLERS = frozenset({"the", "of", "and", "at", *LEGAL})  # words that say nothing of a name
SHORT_FOR = {
    "med": "medicine",
    "fam": "family",
    "ped": "pediatrics",
    "peds": "pediatrics",
    "ortho": "orthopedics",
    "phys": "physical",
    "ctr": "center",
    "assoc": "associates",
    "st": "saint",
    "mt": "mount",
}


def alike(own: Practice, other: Practice) -> tuple[float, str] | None:
    """In: two entries. Out: how alike they are, and by what, as a clause for the reader; None
    where they are not."""
    name = _names(own.name, other.name)
    if _digits(own.phone) and _digits(own.phone) == _digits(other.phone):
        return 100.0 + name, "the same phone number"
    place = _places(own.address, other.address)
    same_town = not own.town or not other.town or own.town.casefold() == other.town.casefold()
    if same_town and place >= SAME_PLACE:
        return (place + name, "the same address") if name >= KINDRED_NAME else None
    if name >= SAME_NAME and own.town and own.town.casefold() == other.town.casefold():
        return name, "a similar name in the same town"
    return None


def _names(own: str, other: str) -> float:
    """By the words in any order; or by the letters, where a slip of a key parts words anew."""
    one, two = _plain(own), _plain(other)
    letters = fuzz.ratio(one.replace(" ", ""), two.replace(" ", ""))
    return max(fuzz.token_sort_ratio(one, two), letters)


def _places(own: str, other: str) -> float:
    """By the words in any order; houses of different numbers are different places."""
    if not own or not other or _house(own) != _house(other):
        return 0.0
    return fuzz.token_sort_ratio(own.casefold(), other.casefold())


@cache
def _house(address: str) -> list[str]:
    return re.findall(r"\d+", address)[:1]


@cache
def _plain(name: str) -> str:
    """A practice's name without punctuation, legal forms and abbreviations."""
    words = re.findall(r"\w+", name.casefold().replace(".", "").replace("'", ""))
    telling = [SHORT_FOR.get(word, word) for word in words if word not in FILLERS]
    return " ".join(telling or words)


@cache
def _digits(phone: str) -> str:
    """A phone number's digits, without an extension and the country's 1."""
    number, *_ = re.split(r"x|ext|#", phone.casefold(), maxsplit=1)
    digits = "".join(letter for letter in number if letter.isdigit())
    if len(digits) == 11:
        digits = digits.removeprefix("1")
    return digits if len(digits) >= 7 else ""
