"""What the pages need from the rest of quietdrop, and who may see what."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from urllib.parse import quote
from zoneinfo import ZoneInfo

from quietdrop.config import Settings
from quietdrop.domain.audit import Actor, AuditAction
from quietdrop.domain.card import Card
from quietdrop.domain.checkin import NO_CONTACT, CheckIn, CheckInKey, State, Touch
from quietdrop.domain.errors import LinkRefused
from quietdrop.domain.identity import SAME_PRACTICE
from quietdrop.messages import render
from quietdrop.messages.links import Claim, Grant, Links, MailLinks
from quietdrop.messages.render import Rendered
from quietdrop.store import Store
from quietdrop.web.local_sign_in import LocalSignIn
from quietdrop.web.oidc_provider import Provider
from quietdrop.web.references import References

FRESH = timedelta(days=1)  # the longest that a link on a page works


def _at_once(work: Callable[[], None]) -> None:
    work()


@dataclass(frozen=True)
class Desk:
    """The pages' view of quietdrop. `release` sends a date's held digests, `post` mails at once,
    `accept_rekeyed` joins the practices whose ids changed for a manager and runs that date again;
    all return without waiting. `nonce` makes each page's links differ. `later` runs work that must
    not affect a page's response time; without it the work is done at once. `local` lets the user of
    this machine in without mail; only `quietdrop open` has one. `oidc` signs managers in elsewhere,
    where one is configured."""

    settings: Callable[[], Settings]
    store: Store
    links: Links
    clock: Callable[[], datetime]
    release: Callable[[date], None]
    post: Callable[[str, Rendered], None]
    nonce: Callable[[], str]
    accept_rekeyed: Callable[[date, str], None]
    later: Callable[[Callable[[], None]], None] = _at_once
    local: LocalSignIn | None = None
    oidc: Provider | None = None

    def today(self) -> date:
        """Today's date in the practice's timezone."""
        return self.clock().astimezone(ZoneInfo(self.settings().schedule.timezone)).date()

    def claim(self, purpose: str, token: str) -> Claim:
        """What a link says. LinkRefused. Whether it was stopped depends on its reader and is
        checked later."""
        return self.links.read(purpose, token, self.clock())

    @cached_property
    def _practices(self) -> References:
        return References(self.links, "practice", self.store.names.practice_ids)

    @cached_property
    def _readers(self) -> References:
        return References(self.links, "reader", self.store.names.readers)

    def liaison(self, claim: Claim) -> str:
        """The address of the liaison a link was made for. LinkRefused if there is none."""
        email = self._readers.name(claim.reader)
        if email is None or not self.store.names.is_reader(email):
            raise LinkRefused("unknown")
        self._refuse_stopped(claim, email)
        return email

    def manager(self, claim: Claim) -> str:
        """The same of a manager, as the config names them now."""
        return self._listed_address(claim, self.settings().digest.managers)

    def staff(self, claim: Claim) -> str:
        """The same of a manager or an operator."""
        return self._listed_address(claim, self.all_staff())

    def all_staff(self) -> tuple[str, ...]:
        """Everybody who may sign in according to the config as it is now."""
        of = self.settings()
        return (*of.digest.managers, *of.web.operators)

    def name_of(self, liaison: str) -> str:
        """A liaison's name; her address where no name is on record."""
        return self.store.book.liaison_names().get(liaison, liaison)

    def desk_url(self, rest: str = "") -> str:
        """A page for those who have signed in."""
        return f"{self.links.base_url}/desk{rest}"

    def practice_url(self, practice_id: str) -> str:
        """A practice's page, for those who have signed in."""
        return self.desk_url(f"/practice?id={quote(practice_id, safe='')}")

    def visit_url(self, practice_id: str) -> str:
        """The address for logging a visit to a practice, for those who have signed in."""
        return self.desk_url(f"/visit?id={quote(practice_id, safe='')}")

    def _listed_address(self, claim: Claim, emails: list[str] | tuple[str, ...]) -> str:
        for email in emails:
            if self.links.is_of(claim, reader=email):
                self._refuse_stopped(claim, email)
                return email
        raise LinkRefused("unknown")

    def _refuse_stopped(self, claim: Claim, reader: str) -> None:
        if claim.generation != self.store.links.generation(reader):
            raise LinkRefused("stopped")

    def checkin(self, claim: Claim) -> CheckIn:
        """The check-in that a link is about. LinkRefused: unknown, or another liaison's."""
        practice_id = self._practices.name(claim.practice)
        asked = self._opened(claim, practice_id) if practice_id else []
        if practice_id and not asked:  # its id may have become another practice's
            asked = self._opened(claim, self.store.spellings.current(practice_id))
        if not asked:
            raise LinkRefused("unknown")
        now = self._standing(asked)
        if not self.links.is_of(claim, reader=now.liaison):
            raise LinkRefused("foreign")
        self._refuse_stopped(claim, now.liaison)
        return now

    def _opened(self, claim: Claim, practice_id: str) -> list[CheckIn]:
        """The check-ins of a practice that were opened on the link's day."""
        theirs = self.store.checkins.of(practice_id)
        return [checkin for checkin in theirs if checkin.opened_on == claim.day]

    def _standing(self, asked: list[CheckIn]) -> CheckIn:
        """The open check-in of the practice; if it has none, the one the link is about."""
        for checkin in asked:
            if checkin.state == State.OPEN:
                return checkin
        if asked[-1].outcome == SAME_PRACTICE:
            for checkin in self.store.checkins.of(asked[-1].practice_id):
                if checkin.state == State.OPEN:
                    return checkin
        return asked[-1]

    def card_of(self, reference: str, liaison: str | None = None) -> Card:
        """The card that a page's address names. LinkRefused: unknown, or not this liaison's."""
        practice_id = self._practices.name(reference)
        card = self.store.cards.get(practice_id) if practice_id else None
        if card is None and practice_id:
            card = self.store.cards.get(self.store.spellings.current(practice_id))
        if card is None:
            raise LinkRefused("unknown")
        if liaison is not None and card.liaison != liaison:
            raise LinkRefused("foreign")
        return card

    def form(self, about: str, lasts: timedelta, *, is_single: bool = False) -> str:
        """A token for a page's form, so that only our own forms are accepted; with `is_single` it
        is unique to this form."""
        nonce = self.nonce() if is_single else ""
        return self.links.token(
            Grant("form", "", self.clock() + lasts, practice=about, nonce=nonce)
        )

    def check_form(self, form: str, about: str) -> None:
        """LinkRefused unless the form is recent and from the page that `about` names."""
        try:
            claim = self.links.read("form", form, self.clock())
        except LinkRefused:
            raise LinkRefused("form") from None
        if not self.links.is_of(claim, practice=about):
            raise LinkRefused("form")

    def story_url(self, here: str, practice_id: str) -> str:
        """A practice's story, under the page `here` of its reader."""
        return f"{here}/practice/{self.links.reference('practice', practice_id)}"

    def last_contact(self, practice_id: str, card: Card | None) -> Touch | None:
        """The last time that somebody at the practice was spoken to, here or in the source."""
        listed = [t for t in (card.touches if card else ()) if t.kind != NO_CONTACT]
        ours = self.store.touches.last_contact(practice_id)
        return max((*listed, *((ours,) if ours else ())), key=lambda t: t.touched_on, default=None)

    def touches(self, practice_id: str, card: Card | None) -> list[Touch]:
        """A practice's touches, recorded here or in the source, the newest first."""
        all_touches = [*(card.touches if card else ()), *self.store.touches.all(practice_id)]
        return sorted(all_touches, key=lambda touch: touch.touched_on, reverse=True)

    def answer_url(self, parent: Claim, checkin: CheckInKey, action: str) -> str:
        """A new link to the check-in's form, on the page of the link `parent`."""
        token = self.links.token(
            Grant(
                "checkin",
                checkin.liaison,
                self._end_of_derived(parent),
                practice=checkin.practice_id,
                day=checkin.opened_on,
                action=action,
                nonce=self.nonce(),
                generation=parent.generation,
                family=parent.family,
            )
        )
        return self.links.url("checkin", token)

    def list_url(self, parent: Claim, liaison: str) -> str:
        """A new link to a liaison's list, on the page of the link `parent`."""
        token = self.links.token(
            Grant(
                "list",
                liaison,
                self._end_of_derived(parent),
                generation=parent.generation,
                family=parent.family,
            )
        )
        return self.links.url("list", token)

    def _end_of_derived(self, parent: Claim) -> datetime:
        """A link on a page expires no later than the link that opened the page."""
        return min(parent.ends, self.clock() + FRESH)

    def stop_links(self, claim: Claim, liaison: str) -> None:
        """Voids all links of a liaison and mails her a new one. LinkRefused if somebody was
        faster."""
        now, days = self.clock(), self.settings().web.link_days
        if not self.store.links.stop(liaison, claim.generation, now):
            raise LinkRefused("stopped")
        self.store.audit.note(Actor(liaison, now).did(AuditAction.STOPPED, "", "every link so far"))
        fresh = MailLinks(
            self.links, now + timedelta(days=days), {liaison.casefold(): claim.generation + 1}
        )
        self.post(liaison, render.render_new_link(fresh.my_list(liaison), days))


def family_mark(claim: Claim, what: str = "") -> str:
    """The key under which a family's answers, or whatever `what` names, are counted."""
    return hashlib.sha256(f"{claim.family}{what}".encode()).hexdigest()


def mark_of(token: str) -> str:
    """The key under which a used link is remembered."""
    return hashlib.sha256(token.encode()).hexdigest()
