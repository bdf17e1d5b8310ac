"""Placeholders that appear instead of a referrer's name."""

from __future__ import annotations

from collections.abc import Iterable

from quietdrop.lib.folding import folded

# As registration desks and referral-source lists write them. Compared whole, after folding: the
# practice "Patient First" is not "Patient".
DEFAULT = (
    # the patient came by herself
    *("self", "self referral", "self-referral", "self referred", "self-referred", "selfreferred"),
    *("self ref", "selfreferral", "self pay", "patient", "patient self referral", "patient self"),
    *("patient referral", "patient referred", "existing patient", "current patient"),
    *("established patient", "former patient", "returning patient", "previous patient"),
    *("walk-in", "walk in", "walkin", "walk-ins", "walk in patient", "drive by", "drive-by"),
    # somebody she knows
    *("friend", "friends", "family", "family member", "friend/family", "friends and family"),
    *("friend or family", "family/friend", "family or friend", "family and friends", "relative"),
    *("spouse", "parent", "word of mouth", "employee", "coworker", "co-worker"),
    # the internet and advertisements
    *("google", "google search", "google ad", "google ads", "google maps", "google reviews"),
    *("bing", "yahoo", "internet", "internet search", "online", "online search", "web"),
    *("web search", "website", "our website", "web site", "search engine", "social media"),
    *("facebook", "instagram", "tiktok", "twitter", "youtube", "linkedin", "yelp", "zocdoc"),
    *("healthgrades", "nextdoor", "webmd", "vitals"),
    *("advertisement", "advertising", "ad", "ads", "marketing", "newspaper", "magazine", "radio"),
    *("tv", "television", "billboard", "flyer", "brochure", "mailer", "postcard", "direct mail"),
    *("yellow pages", "phone book", "insurance directory", "insurance website", "insurance list"),
    # not known, not given
    *("n/a", "na", "n.a.", "none", "no", "null", "nil", "nan", "(none)", "(null)", "(blank)"),
    *("blank", "empty", "unknown", "unkown", "unk", "unkn", "unknown provider"),
    *("unknown referring provider", "unknown physician", "unknown practice", "not known"),
    *("not applicable", "not available", "not specified", "unspecified", "not given"),
    *("not listed", "not provided", "not stated", "not documented", "not on file", "not entered"),
    *("undefined", "no referral", "no referring provider", "no referring physician"),
    *("no referring practice", "no referral source", "no provider", "no pcp", "no physician"),
    *("none listed", "none given", "no answer", "declined to answer", "declined", "refused"),
    *("other", "others", "other source", "misc", "miscellaneous", "various", "tbd", "pending"),
    *("test", "test practice", "test provider", "do not use", "x", "xx", "xxx", "xxxx"),
    *("?", "??", "???", "-", "--", "---", ".", "..", "...", "*", "**", "***", "_"),
)


def placeholders(added: Iterable[str]) -> frozenset[str]:
    """Return the folded words that do not name a practice.

    Args:
        added: The config's own, `[source] not_practices`.
    """
    return frozenset(folded(word) for word in (*DEFAULT, *added) if word.strip())
