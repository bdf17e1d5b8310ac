"""How much two practices look like one office."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from rapidfuzz import fuzz

from quietdrop.domain.directory import Practice
from quietdrop.domain.identity import SAME_NAME_OTHER_ID
from quietdrop.lib.folding import folded

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
    "fm": "family medicine",
    "fp": "family practice",
    "im": "internal medicine",
    "hosp": "hospital",
    "clin": "clinic",
    "grp": "group",
    "hlth": "health",
    "intl": "internal",
    "int": "internal",
    "prim": "primary",
    "phy": "physical",
    "univ": "university",
    "ob": "obstetrics",
    "gyn": "gynecology",
    "obgyn": "obstetrics gynecology",
}
# Words that many practices share; what tells one name from another are the rest.
SHARED = frozenset(
    (
        *("associates", "care", "center", "centre", "clinic", "clinics", "community", "doctor"),
        *("doctors", "dr", "drs", "family", "general", "group", "gynecology", "health"),
        *("healthcare", "hospital", "internal", "medical", "medicine", "obstetrics", "office"),
        *("orthopedics", "partners", "pediatrics", "physical", "physician", "physicians"),
        *("practice", "primary", "regional", "services", "specialists", "therapy"),
        *("university", "urgent", "wellness", "womens"),
    )
)
# What an office does: two names that say different things are two practices.
FIELDS = frozenset(
    (
        *("family", "gynecology", "hospital", "internal", "obstetrics", "orthopedics"),
        *("pediatrics", "physical", "primary", "therapy", "urgent", "sports", "dermatology"),
        *("cardiology", "oncology", "urology", "neurology", "dental", "dentistry", "eye"),
        *("vision", "optometry", "ophthalmology", "ent", "allergy", "chiropractic"),
        *("podiatry", "surgery", "surgical", "psychiatry", "behavioral", "mental", "pain"),
        *("spine", "womens", "geriatrics", "endocrinology", "gastroenterology"),
        *("rheumatology", "pulmonary", "nephrology", "radiology", "imaging", "rehab"),
        *("rehabilitation", "nursing", "hospice", "school"),
    )
)
SAME_WORD = 85.0  # rapidfuzz's ratio of two spellings of one word
SHORTEST_SLIP = 5  # letters; in a shorter word another letter is another word
SIMILAR_NAME = "a similar name"


def alike(practice: Practice, other: Practice) -> tuple[float, str] | None:
    """In: two entries. Out: how alike they are, and by what, as a clause for the reader; None
    where they are not."""
    name = _names(practice.name, other.name)
    if _digits(practice.phone) and _digits(practice.phone) == _digits(other.phone):
        return 100.0 + name, "the same phone number"
    if parted := _in_other_towns(practice, other):
        pass
    elif practice.name != practice.practice_id and folded(practice.name) == folded(other.name):
        return 100.0 + name, SAME_NAME_OTHER_ID
    place = _places(practice.address, other.address)
    same_town = (
        not practice.town or not other.town or practice.town.casefold() == other.town.casefold()
    )
    if same_town and place >= SAME_PLACE:
        return (place + name, "the same address") if name >= KINDRED_NAME else None
    if name >= SAME_NAME and practice.town and practice.town.casefold() == other.town.casefold():
        return name, "a similar name in the same town"
    elsewhere = parted or bool(practice.address and other.address)
    if not elsewhere and (score := name_likeness(practice.name, other.name)):
        return score, SIMILAR_NAME
    return None


def _in_other_towns(one: Practice, other: Practice) -> bool:
    """Whether both towns are known, and differ."""
    return bool(one.town and other.town) and one.town.casefold() != other.town.casefold()


def name_likeness(name: str, other: str) -> float:
    """How alike two names are, 0 to 100; 0 where they tell two practices apart.

    Every telling word of the shorter name must stand in the other, but for a slip of a key, and
    both must hold the same numbers: "Dr. Smith - Lakeside FM" is like "Lakeside Family Medicine",
    "Eastside Clinic" is not like "Westside Clinic", nor "Practice 7" like "Practice 8".
    """
    few, many = sorted((telling_words(name), telling_words(other)), key=len)
    one, two = (FIELDS.intersection(_plain(each).split()) for each in (name, other))
    if _numbers(few) != _numbers(many) or (one and two and not one & two):
        return 0.0
    if not few or not many:
        return 100.0 if _plain(name) == _plain(other) else 0.0
    left = list(many)
    for word in sorted(few, key=len, reverse=True):
        best = max(left, key=lambda one: fuzz.ratio(word, one), default="")
        if not _is_same_word(word, best):
            return 0.0
        left.remove(best)
    return max(_names(name, other), float(fuzz.token_set_ratio(_plain(name), _plain(other))))


def telling_words(name: str) -> frozenset[str]:
    """The words of a name that many practices do not share."""
    words = _plain(name).split()
    return frozenset(word for word in words if word not in SHARED and len(word) > 1)


def name_blocks(name: str) -> set[str]:
    """Texts of which two like names share at least one, so that not every pair is compared."""
    words = telling_words(name)
    if not words:
        return {"".join(sorted(_plain(name).split()))}
    numbers = " ".join(_numbers(words))
    slips = {
        word[:i] + word[i + 1 :]
        for word in words
        if len(word) >= SHORTEST_SLIP and word.isalpha()
        for i in range(len(word))
    }
    if all(word.isdigit() for word in words):
        return {numbers}
    return {f"{numbers} {word}" for word in {*words, *slips} if not word.isdigit()}


@lru_cache(maxsize=16_384)  # 3 KB each; a rehearsal asks for the same practices each week
def blocks(practice: Practice) -> frozenset[str]:
    """Texts of which two practices that `alike` joins share at least one."""
    texts = {f"name {block}" for block in name_blocks(practice.name)}
    if digits := _digits(practice.phone):
        texts.add(f"phone {digits}")
    if practice.address:
        texts.add(f"house {_house(practice.address)}")
    return frozenset(texts)


def _numbers(words: frozenset[str]) -> list[str]:
    return sorted(word for word in words if any(letter.isdigit() for letter in word))


def _is_same_word(one: str, other: str) -> bool:
    if one == other:
        return True
    slip = min(len(one), len(other)) >= SHORTEST_SLIP and one[:1] == other[:1]
    return slip and fuzz.ratio(one, other) >= SAME_WORD


def _names(name: str, other: str) -> float:
    """By the words in any order; or by the letters, where a slip of a key parts words anew."""
    one, two = _plain(name), _plain(other)
    letters = fuzz.ratio(one.replace(" ", ""), two.replace(" ", ""))
    return max(fuzz.token_sort_ratio(one, two), letters)


def _places(place: str, other: str) -> float:
    """By the words in any order; houses of different numbers are different places."""
    if not place or not other or _house(place) != _house(other):
        return 0.0
    return fuzz.token_sort_ratio(place.casefold(), other.casefold())


@cache
def _house(address: str) -> list[str]:
    return re.findall(r"\d+", address)[:1]


@cache
def _plain(name: str) -> str:
    """A practice's name without punctuation, legal forms and abbreviations."""
    words = folded(name.replace(".", "")).split()
    telling = [SHORT_FOR.get(word, word) for word in words if word not in FILLERS]
    return " ".join(telling or words)


@cache
def _digits(phone: str) -> str:
    """A phone number's digits, without an extension and the country's 1."""
    number, *_ = re.split(r"x|ext|#", phone.casefold())
    digits = "".join(letter for letter in number if letter.isdigit())
    if len(digits) == 11:
        digits = digits.removeprefix("1")
    return digits if len(digits) >= 7 else ""
