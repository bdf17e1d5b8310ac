"""Signed links: who may do what, for how long, without a login. Pure: the moment is handed in.

A link names nobody: people and practices stand in it as short keyed hashes, which only the holder
of the key can match. Another key makes every link of the old one void.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from itsdangerous import BadData, URLSafeSerializer

from quietdrop.domain.checkin import CheckInKey
from quietdrop.domain.errors import ConfigError, LinkRefused

KEY_VARIABLE = "QUIETDROP_LINK_KEY"
SHORTEST_KEY = 32  # characters
# 96 bits of a hash: enough to tell practices and readers apart, and short in a link.
REFERENCE_BYTES = 12
PATHS = {"checkin": "c", "list": "l", "manager": "m", "held": "h"}


@dataclass(frozen=True)
class Claim:
    """What a genuine link says. `reader` and `practice` are references, to be matched."""

    purpose: str
    reader: str
    ends: datetime
    practice: str = ""
    day: date | None = None  # the check-in's opening, or the held run's as-of date
    action: str = ""
    nonce: str = ""
    generation: int = 0  # a link of another generation than its reader's own is void
    family: str = ""  # the same for all links of one mail and for those that came of them


@dataclass(frozen=True)
class Grant:
    """What a link is to allow, and until when; `Claim` is what is read back from it.

    `reader` is an e-mail address, `practice` an id. Without a `family` the link begins one,
    together with those of the same reader and moment.
    """

    purpose: str
    reader: str
    expires: datetime
    practice: str = ""
    day: date | None = None
    action: str = ""
    nonce: str = ""
    generation: int = 0
    family: str = ""


class Links:
    """Makes and reads links under `base_url`. ConfigError where the key is too short."""

    def __init__(self, base_url: str, key: str) -> None:
        if len(key) < SHORTEST_KEY:
            raise ConfigError(
                f"{KEY_VARIABLE} is too short for a key: give it {SHORTEST_KEY} random characters "
                'or more, such as from `python -c "import secrets; print(secrets.token_hex())"`.'
            )
        self.base_url = base_url.rstrip("/")
        self._key = key.encode()
        self._signers: dict[str, URLSafeSerializer] = {}

    def reference(self, kind: str, name: str) -> str:
        """How a link names a reader (an e-mail address) or a practice (its id)."""
        folded = name.casefold() if kind == "reader" else name
        mark = hmac.new(self._key, f"{kind}\0{folded}".encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(mark[:REFERENCE_BYTES]).decode()

    def keyed_hash(self, kind: str, value: str) -> str:
        """A long hash that only the holder of the key can make, such as of a cookie's value."""
        return hmac.new(self._key, f"{kind}\0{value}".encode(), hashlib.sha256).hexdigest()

    def is_of(self, claim: Claim, *, reader: str | None = None, practice: str = "") -> bool:
        """Whether the link was made for this reader, or is about this practice."""
        if reader is not None and claim.reader != self.reference("reader", reader):
            return False
        return not practice or claim.practice == self.reference("practice", practice)

    def token(self, of: Grant) -> str:
        """A signed token that is good for one purpose until a moment."""
        claims: list[object] = [
            self.reference("reader", of.reader),
            self.reference("practice", of.practice) if of.practice else "",
            of.day.isoformat() if of.day else "",
            of.action,
            int(of.expires.timestamp()),
            of.nonce,
        ]
        if of.generation or of.family:
            claims += [of.generation, of.family]
        return str(self._signer(of.purpose).dumps(claims))

    def url(self, purpose: str, token: str, rest: str = "") -> str:
        """Where the page for a token is."""
        return f"{self.base_url}/{PATHS[purpose]}/{token}{rest}"

    def read(self, purpose: str, token: str, now: datetime) -> Claim:
        """What a token says. LinkRefused where it was not made here for that purpose (forged) or
        its time is over (expired)."""
        try:
            reader, practice, day, action, until, nonce, *more = self._signer(purpose).loads(token)
            generation, family = more or (0, "")
        except (BadData, ValueError, TypeError):
            raise LinkRefused("forged") from None
        ends = datetime.fromtimestamp(until, UTC)
        if now >= ends:
            raise LinkRefused("expired")
        on = date.fromisoformat(day) if day else None
        family = family or f"{reader} {until}"
        return Claim(purpose, reader, ends, practice, on, action, nonce, generation, family)

    def _signer(self, purpose: str) -> URLSafeSerializer:
        signer = self._signers.get(purpose)
        if signer is None:
            signer = self._signers[purpose] = URLSafeSerializer(
                self._key,
                salt=f"quietdrop {purpose}",
                signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
            )
        return signer


@dataclass(frozen=True)
class MailLinks:
    """The links of one mail, all good until the same moment. `generations` has those readers, in
    lower case, who have had their links stopped."""

    links: Links
    expires: datetime
    generations: Mapping[str, int] = field(default_factory=dict)

    def answer(self, checkin: CheckInKey, action: str) -> str:
        """To the page that asks what was learned; `action` says with what it begins."""
        token = self.links.token(
            Grant(
                "checkin",
                checkin.liaison,
                self.expires,
                practice=checkin.practice_id,
                day=checkin.opened_on,
                action=action,
                generation=self._generation(checkin.liaison),
            )
        )
        return self.links.url("checkin", token)

    def my_list(self, reader: str) -> str:
        """To a liaison's own list."""
        token = self.links.token(
            Grant("list", reader, self.expires, generation=self._generation(reader))
        )
        return self.links.url("list", token)

    def how(self) -> str:
        """To what is told to anybody of how this works."""
        return f"{self.links.base_url}/#how"

    def desk(self, rest: str = "") -> str:
        """To a page for those who have signed in; whoever has not does so on the way."""
        return f"{self.links.base_url}/desk{rest}"

    def sign_in(self) -> str:
        """To where a manager asks for her own link."""
        return f"{self.links.base_url}/{PATHS['manager']}"

    def release(self, reader: str, as_of: date) -> str:
        """To the page on which a manager lets held digests go."""
        token = self.links.token(
            Grant("held", reader, self.expires, day=as_of, generation=self._generation(reader))
        )
        return self.links.url("held", token)

    def _generation(self, reader: str) -> int:
        return self.generations.get(reader.casefold(), 0)


def mail_links(
    links: Links | None, now: datetime, days: int, generations: Mapping[str, int] | None = None
) -> MailLinks | None:
    """The links of a mail that is made now; None where there are none."""
    if links is None:
        return None
    return MailLinks(links, now + timedelta(days=days), generations or {})


def links_from(base_url: str | None, env: Mapping[str, str]) -> Links | None:
    """In: `[web] base_url`, the environment. Out: the links; None where a page or the key is
    missing. ConfigError where the key is too short."""
    key = env.get(KEY_VARIABLE, "")
    return Links(base_url, key) if base_url and key else None
