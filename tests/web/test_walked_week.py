"""A week as it is lived: one mail, one link and one page after the other, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from benchmarks.ports import free_port
from playwright.sync_api import Browser, Page, expect
from tests.builders.hands import Hands, Keyboard, Mouse, Touch, opened
from tests.builders.loop import LAST, NOW, WEEK
from tests.builders.office import Office

from quietdrop.config import load
from quietdrop.delivery.mailer import MailServer, YagmailMailer
from quietdrop.delivery.sender import send_owed
from quietdrop.demo.files import write_network
from quietdrop.demo.inbox import Inbox
from quietdrop.demo.network import Network
from quietdrop.jobs import weekly as job
from quietdrop.messages.mime import Envelope, to_mime
from quietdrop.messages.render import Rendered
from quietdrop.store import Store
from quietdrop.web import serving

FIRST, SECOND, THIRD = LAST - 2 * WEEK, LAST - WEEK, LAST


@dataclass
class House:
    """The demo's network with its pages on a port and its mail in an inbox."""

    office: Office
    inbox: Inbox

    def monday(self, day: date) -> list[Path]:
        """Runs the job in the morning; the pages of each mail that came. It is then noon."""
        before = set(self.inbox.folder.glob("*.html"))
        now = NOW + (day - LAST)
        of = self.office
        job.run(of.settings, of.store, job.Occasion(day, now, day, live=True, links=of.links))
        send_owed(of.store, self._mailer(), lambda: now)
        of.now = now + timedelta(hours=5)
        return sorted(set(self.inbox.folder.glob("*.html")) - before)

    def newest(self) -> Path:
        """The page of the mail that came last."""
        return max(self.inbox.folder.glob("*.html"))

    def post_for_real(self) -> None:
        """Mail that the pages send goes through the server as well."""
        of, mailer = self.office.settings.mail, self._mailer()
        assert of is not None

        def post(recipient: str, mail: Rendered) -> None:
            mime = to_mime(
                mail,
                Envelope(
                    sender=of.from_,
                    recipient=recipient,
                    message_id=f"<{len(self.inbox.kept)}@quietdrop.example>",
                    date=self.office.now,
                ),
            )
            mailer.send(recipient, mime)

        self.office.serve(replace(self.office.desk, post=post))

    def _mailer(self) -> YagmailMailer:
        mail = self.office.settings.mail
        assert mail is not None
        return YagmailMailer(MailServer(mail.host, mail.port, "none", mail.from_))


@pytest.fixture
def house(network: Network, tmp_path: Path) -> Iterator[House]:
    port = free_port()
    with Inbox(tmp_path / "inbox") as inbox:
        settings = load(write_network(network, tmp_path / "network", smtp_port=inbox.port), {})
        office = Office(Store.open(settings.store.url), settings, f"http://127.0.0.1:{port}")
        whole = House(office, inbox)
        whole.post_for_real()
        with serving(office.app, f"127.0.0.1:{port}"):
            yield whole


def answer(page: Page, hands: Hands, choice: str, detail: str = "") -> None:
    hands.choose(page.get_by_label(choice))
    if detail:
        hands.choose(page.get_by_label(detail))
    hands.press(page.get_by_role("button", name="Record it"))


def log_a_visit(page: Page, hands: Hands, practice: str, step: str) -> None:
    hands.press(page.get_by_role("link", name="Log a visit", exact=True).first)
    hands.write(page.get_by_label("Practice", exact=True), practice)
    hands.write(page.get_by_label("Whom did you meet?"), "Robin, front desk")
    hands.write(page.get_by_label("What will be done?"), step)
    hands.choose(page.get_by_label("Next Monday"))
    hands.press(page.get_by_role("button", name="Save the visit"))
    expect(page.get_by_role("status")).to_contain_text(f"Promised: {step}")


def sign_in(page: Page, hands: Hands, house: House) -> None:
    """Asks for a link, and follows the one in the mail."""
    page.goto(f"{house.office.url}/m")
    manager = house.office.settings.digest.managers[0]
    hands.write(page.get_by_label("Your e-mail address"), manager)
    hands.press(page.get_by_role("button", name="Send me a link"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")
    page.goto(house.newest().as_uri())
    hands.press(page.get_by_role("link", name="See your team's check-ins"))
    hands.press(page.get_by_role("button", name="Continue"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


def reader_of(mail: Path) -> str:
    return mail.stem.split("-", 1)[1]


@pytest.mark.long
@pytest.mark.parametrize("hands", [Touch(), Keyboard(), Mouse()], ids=lambda of: type(of).__name__)
def test_a_week_from_one_digest_to_another_liaisons(
    browser: Browser, house: House, hands: Hands
) -> None:
    digest = next(path for path in house.monday(FIRST) if "Checked in" in path.read_text())
    page = opened(browser, hands)
    page.goto(digest.as_uri())
    hands.press(page.get_by_role("link", name="Checked in").first)
    name = page.get_by_role("heading", level=1).inner_text()
    answer(page, hands, "Something on their side", "They moved away")
    expect(page.get_by_role("status")).to_contain_text("Moved. Closed for good.")
    hands.press(page.get_by_role("button", name="Undo"))
    expect(page.get_by_role("status")).to_contain_text(f"Undone for {name}.")
    hands.press(page.get_by_role("link", name="Answer again"))
    answer(page, hands, "It is fixed")
    expect(page.get_by_role("status")).to_contain_text(f"Recorded for {name}.")
    hands.press(page.get_by_role("link", name="My week").first)
    log_a_visit(page, hands, name, "Send the referral card")

    second = house.monday(SECOND)
    [again] = [path for path in second if reader_of(path) == reader_of(digest)]
    page.goto(again.as_uri())
    expect(page.get_by_text("Send the referral card")).to_be_visible()
    asked = next(
        one
        for one in house.office.store.checkins.open()
        if one.liaison.replace(".", "-") == reader_of(digest)
    )
    sign_in(page, hands, house)
    hands.press(page.get_by_role("link", name="Practices", exact=True).first)
    hands.write(page.get_by_label("Name, town or person"), asked.practice_name)
    hands.press(page.get_by_role("button", name="Show"))
    page.wait_for_url("**/book?*")
    hands.press(page.get_by_role("rowheader", name=asked.practice_name).get_by_role("link"))
    expect(page.get_by_role("heading", level=1)).to_contain_text(asked.practice_name)
    heirs = page.get_by_label("Give them to").locator("option")
    email, heir = heirs.first.get_attribute("value"), heirs.first.inner_text()
    hands.pick(page.get_by_label("Give them to"), heir)
    hands.press(page.get_by_role("button", name="Reassign"))
    expect(page.get_by_role("status")).to_contain_text("She has them from now on")

    assert email is not None
    third = {reader_of(path): path for path in house.monday(THIRD)}
    page.goto(third[email.replace(".", "-")].as_uri())
    expect(page.get_by_text(asked.practice_name).first).to_be_visible()
    now = {one.practice_id: one.liaison for one in house.office.store.checkins.open()}
    assert now[asked.practice_id] == email
