"""The whole loop in a real browser: from the digest to the answer, by touch."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from benchmarks.ports import free_port
from playwright.sync_api import Browser, expect
from tests.builders.office import Office
from tests.builders.phones import NOW, phone

from quietdrop.config import load
from quietdrop.delivery.mailer import MailServer, YagmailMailer
from quietdrop.delivery.sender import send_owed
from quietdrop.demo.files import write_network
from quietdrop.demo.inbox import Inbox
from quietdrop.demo.network import Network
from quietdrop.jobs import weekly as job
from quietdrop.store import Store
from quietdrop.web import serving

LAST = date(2026, 7, 6)


WEEK = timedelta(days=7)


def test_the_whole_loop_by_touch_and_without_scripts(
    browser: Browser, network: Network, tmp_path: Path
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with Inbox(tmp_path / "inbox") as inbox:
        settings = load(write_network(network, tmp_path / "n", smtp_port=inbox.port), {})
        assert settings.mail is not None
        store = Store.open(settings.store.url)
        office = Office(store, settings, url, now=NOW - timedelta(days=6))
        mail = settings.mail
        mailer = YagmailMailer(MailServer(mail.host, mail.port, "none", mail.from_))

        def monday(day: date) -> list[Path]:
            before = set(inbox.folder.glob("*.html"))
            now = NOW + (day - LAST)
            job.run(settings, store, job.Occasion(day, now, day, live=True, links=office.links))
            send_owed(store, mailer, lambda: now)
            return sorted(set(inbox.folder.glob("*.html")) - before)

        with serving(office.app, f"127.0.0.1:{port}"):
            page = phone(browser, java_script_enabled=False, has_touch=True)
            digest = next(path for path in monday(LAST - WEEK) if "Checked in" in path.read_text())
            page.goto(digest.as_uri())
            name = page.locator("h2").first.inner_text().split("\u2002")[-1].strip()
            page.get_by_role("link", name="Checked in").first.tap()
            expect(page.get_by_role("heading", level=1)).to_have_text(name)
            page.get_by_label("Something on their side").tap()
            page.get_by_label("They moved away").tap()
            page.get_by_role("button", name="Record it").tap()
            expect(page.get_by_role("status")).to_contain_text("Moved. Closed for good.")
            page.get_by_role("button", name="Undo").tap()
            expect(page.get_by_role("status")).to_contain_text(f"Undone for {name}.")
            page.get_by_role("link", name="Answer again").tap()
            page.get_by_label("Something on their side").tap()
            page.get_by_label("They retired").tap()
            page.get_by_label("Who did you speak with?").fill("Dana, front desk")
            page.get_by_text("Add a note or a next step").tap()
            page.get_by_label("Note", exact=True).fill("Her last day was in May.")
            page.get_by_role("button", name="Record it").tap()
            expect(page.get_by_role("status")).to_contain_text("Retired. Closed for good.")
            page.go_back()
            page.reload()
            expect(page.get_by_role("heading", level=1)).to_have_text("This is answered already")
        later = [path.read_text() for path in monday(LAST) if path.stem[5:] == digest.stem[5:]]
        assert name in digest.read_text()
        assert all(name not in page for page in later)
    [touch] = [t for t in store.touches.all() if t.outcome == "retired"]
    assert touch.whom == "Dana, front desk"
