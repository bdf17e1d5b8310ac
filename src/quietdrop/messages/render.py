"""A digest -> one message: subject, text, HTML and inline pictures."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from urllib.parse import urlencode

import css_inline

from quietdrop.domain.book import NOT_STEADY
from quietdrop.domain.checkin import CheckInKey
from quietdrop.domain.digest import Complaint, Digest, Item, Summary
from quietdrop.domain.mail import MessageState, Undelivered
from quietdrop.findings.rekeyed import can_be_accepted
from quietdrop.lib.mail_address import wire_address
from quietdrop.lib.reader import month_and_year
from quietdrop.lib.text import single_line
from quietdrop.messages import chart, liaison_table, needs, numbers, summary_parts
from quietdrop.messages.also_this_week import also_this_week
from quietdrop.messages.templating import environment
from quietdrop.messages.wording import figures, notices, sentences
from quietdrop.messages.wording.summary import coverage, held_out

MOST_AT_A_GLANCE = 3  # practices in the line that an inbox shows beside the subject
# RFC 3834, and Exchange's own: no out-of-office note answers these mails.
AUTOMATIC = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True)
class Rendered:
    """One message in its two forms; `images` are (content id, PNG) that the HTML shows."""

    subject: str
    text: str
    html: str
    images: tuple[tuple[str, bytes], ...] = ()


class Linker(Protocol):
    """Where the links of one mail lead."""

    def answer(self, checkin: CheckInKey, action: str) -> str: ...
    def my_list(self, reader: str) -> str: ...
    def release(self, reader: str, as_of: date) -> str: ...
    def how(self) -> str: ...
    def desk(self, rest: str = "") -> str: ...
    def sign_in(self) -> str: ...


def render_digest(digest: Digest, links: Linker | None = None) -> Rendered:
    """A liaison's weekly email. With nothing to report it says so, kindly. Without `links` it
    leads nowhere and asks for nothing."""
    items = sorted(digest.items, key=lambda item: not item.is_complaint)
    shown = [(item, f"cadence-{place}") for place, item in enumerate(items, start=1)]
    images = tuple(
        (cid, chart.cadence_png(item.weeks, item.expected, item.onset_index))
        for item, cid in shown
        if item.weeks
    )
    values = {
        "digest": digest,
        "links": links,
        "subject": _subject(digest, items),
        "shown": shown,
        "glance": ". ".join(_at_a_glance(item) for item in items[:MOST_AT_A_GLANCE]),
        "span": {cid: _span(item, digest.as_of) for item, cid in shown},
        "headline": _headline(digest),
        "besides": _besides(digest),
        "also_this_week": also_this_week(digest),
        "kept": "What is kept is marked on your list." if digest.promised and links else "",
        "older": sentences.older(digest.older, digest.hidden),
        "week": figures.day(digest.as_of, digest.as_of),
        "through": _through(digest.data_through, digest.as_of),
    }
    return Rendered(
        _subject(digest, items), _text("digest", values), _html("digest", values), images
    )


def render_summary(summary: Summary, links: Linker | None = None) -> Rendered:
    """The manager's page: numbers, liaisons, what needs her, the data; with `links`, where to look
    closer."""
    waiting = needs.needs(summary, links.desk if links else None)
    headline = needs.headline(waiting)
    values = {
        "summary": summary,
        "headline": headline,
        "needs": waiting,
        "numbers": [(each, numbers.usual(each.value, each.digits)) for each in summary.numbers],
        "rows": liaison_table.rows(summary.coverage),
        "about_rows": coverage(summary.coverage),
        "asked": sum(row.open for row in summary.coverage),
        "came_back": summary_parts.came_back(summary),
        "alike": summary_parts.alike(summary),
        "ledger": summary_parts.ledger(summary),
        "quarter": summary_parts.quarter(summary, has_pages=links is not None),
        "statuses": summary_parts.statuses(summary),
        "honest": summary_parts.honest(summary),
        "held_out": held_out(summary.held_out),
        "sign_in": links.sign_in() if links else "",
        "all_falling": links.desk(f"/book?{urlencode({'status': NOT_STEADY})}") if links else "",
        "week": figures.day(summary.as_of, summary.as_of),
        "through": _through(summary.data_through, summary.as_of),
    }
    subject = f"Referral summary: {headline[0].lower()}{headline[1:]}"
    return Rendered(subject, _text("summary", values), _html("summary", values))


def render_held(
    recipient: str, as_of: date, why: list[str], links: Linker | None = None
) -> Rendered:
    """Tells a manager that this week's digests wait, why, and how to let them go."""
    values = {
        "release": links.release(recipient, as_of) if links else "",
        "rekeyed": can_be_accepted(why),
        "why": why,
        "week": figures.day(as_of, as_of),
    }
    subject = "This week's digests are held back: the referral data looks incomplete"
    return Rendered(subject, _text("held", values), _html("held", values))


def render_complaint(
    complaint: Complaint, day: date, links: Linker | None = None, *, for_manager: bool = False
) -> Rendered:
    """Tells a liaison of a complaint on its day, or a manager, who is told whose it is."""
    checkin = complaint.checkin
    name = single_line(checkin.practice_name)
    values = {
        "complaint": complaint,
        "name": name,
        "told": sentences.complaint(complaint.logged_on, complaint.whom, day),
        "whose": (complaint.liaison_name or checkin.liaison) if for_manager else "",
        "answer": links.answer(checkin.key, "visit") if links else "",
        "practice_id": checkin.practice_id,
        "for_manager": for_manager,
    }
    return Rendered(
        f"A complaint to answer: {name}", _text("complaint", values), _html("complaint", values)
    )


def render_sign_in(url: str, hours: int) -> Rendered:
    """Gives a manager the way to the pages."""
    values = {"url": url, "hours": hours}
    return Rendered("Your link to quietdrop", _text("sign_in", values), _html("sign_in", values))


def render_decided(who: str, words: str, url: str) -> Rendered:
    """Tells the other managers what one of them decided about who looks after what."""
    values = {"who": single_line(who), "words": single_line(words, 300), "url": url}
    title = "A change to who looks after what"
    return Rendered(title, _text("decided", values), _html("decided", values))


def render_new_link(url: str, days: int) -> Rendered:
    """Gives a liaison a new way to her list after her links were stopped."""
    values = {"url": url, "days": days}
    return Rendered(
        "Your new link to quietdrop", _text("new_link", values), _html("new_link", values)
    )


def render_notice(late_or_lost: list[Undelivered], day: date) -> Rendered:
    """Tells a manager which messages were not delivered, or late."""
    lost = any(message.state is not MessageState.SENT for message in late_or_lost)
    headline = "Some mail did not arrive" if lost else "Mail went out late"
    values = {
        "headline": headline,
        "lines": notices.undelivered(late_or_lost, day),
        "lost": lost,
        "day": figures.day(day, day),
    }
    return Rendered(
        f"quietdrop: {headline[0].lower()}{headline[1:]}",
        _text("notice", values),
        _html("notice", values),
    )


def standalone_html(rendered: Rendered) -> str:
    """The HTML with its pictures inside, to be opened as a file."""
    html = rendered.html
    for cid, png in rendered.images:
        data = base64.b64encode(png).decode("ascii")
        html = html.replace(f'"cid:{cid}"', f'"data:image/png;base64,{data}"')
    return html


def _domain_in_ascii(address: str) -> str:
    """The address as mail servers take it, else unchanged: sending says what is wrong with it."""
    try:
        return wire_address(address)
    except ValueError:
        return address


def _subject(digest: Digest, items: list[Item]) -> str:
    if not items:
        return _headline(digest)
    first = single_line(items[0].name)
    number = figures.count(len(items), "practice", "practices")
    return f"{number} to check in with: {first}{' first' if len(items) > 1 else ''}"


def _headline(digest: Digest) -> str:
    if not digest.items:
        has_lines = digest.open_before or digest.came_back
        return "Nothing new this week" if has_lines else "Nothing to report this week"
    return f"{figures.count(len(digest.items), 'practice', 'practices')} to check in with"


def _besides(digest: Digest) -> str:
    """ "5 still open · 1 came back"; empty where there is neither."""
    still_open = f"{digest.open_before} still open" if digest.open_before else ""
    back = f"{len(digest.came_back)} came back" if digest.came_back else ""
    return " · ".join(part for part in (still_open, back) if part)


def _at_a_glance(item: Item) -> str:
    """One practice as the list of an inbox shows it beside the subject."""
    figures = ", ".join(item.stakes.at_a_glance)
    return single_line(f"{item.name}: {figures}" if figures else item.name, 80)


def _span(item: Item, as_of: date) -> tuple[str, str]:
    """The first and the last month of a picture's weeks."""
    first = as_of - timedelta(weeks=len(item.weeks))
    last = as_of - timedelta(days=1)
    return month_and_year(first), month_and_year(last)


def _through(through: date | None, as_of: date) -> str:
    return f"Data through {figures.day(through, as_of)}" if through else "No data yet"


def _text(name: str, values: Mapping[str, object]) -> str:
    text = environment(False).get_template(f"{name}.txt.j2").render(values)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _html(name: str, values: Mapping[str, object]) -> str:
    page = environment(True).get_template(f"{name}.html.j2").render(values)
    return css_inline.CSSInliner(keep_style_tags=True).inline(page)
