"""The quarter on the pages: who sees it, what the store keeps of it, and where it leads."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import sqlalchemy as sa
from tests.builders.office import MANAGER, Office
from tests.builders.quarter_network import AS_OF, HOSTILE, QuarterNetwork, full, stored

from quietdrop.config import load
from quietdrop.domain.directory import Practice
from quietdrop.jobs import weekly as job
from quietdrop.messages.links import Grant, Links
from quietdrop.reporting.quarter.sheets import SHEETS, all_sheets
from quietdrop.store import Store
from quietdrop.store.tables import message
from quietdrop.web.quarter_page import LARGEST

NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)


def test_a_manager_sees_the_page_and_takes_its_tables(office: Office) -> None:
    quarter = full()
    stored(office.store, quarter)
    coverage = office.client.get(f"{office.sign_in()}/coverage")
    [path] = re.findall(r'href="[^"]+/qd([^"]+/quarter)"', coverage.text)
    page = office.client.get(path)
    assert page.status_code == 200
    assert "April to June 2026" in page.text
    assert HOSTILE not in page.text
    assert "&lt;script&gt;" in page.text
    tables = re.findall(r'href="[^"]+/qd([^"]+\.csv)"', page.text)
    assert len(tables) == 1 + len(SHEETS)
    whole = all_sheets(quarter)
    for table in tables:
        name = table.rsplit("/", 1)[1].removesuffix(".csv")
        answer = office.client.get(table)
        assert answer.mimetype == "text/csv"
        assert answer.headers["Content-Disposition"] == (
            f'attachment; filename="quietdrop-2026-Q2-{name}.csv"'
        )
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.data.decode("utf-8") == whole[name]


def test_nobody_else_sees_it(office: Office) -> None:
    stored(office.store, full())
    hers = office.path(office.mail.my_list("ann@example.com")).removeprefix("/l/")
    for rest in ("", "/practices.csv", "/quarters.csv"):
        assert office.client.get(f"/desk/quarter{rest}").status_code == 303
    assert office.client.get(f"/m/{hers}").status_code == 403
    stranger = Links(office.url, office.links.reference("reader", MANAGER) * 3)
    forged = stranger.token(Grant("manager", MANAGER, office.now + timedelta(hours=1)))
    assert office.client.get(f"/m/{forged}").status_code == 403
    for rest in ("", "/practices.csv", "/quarters.csv"):
        assert office.client.get(f"{office.sign_in()}/quarter{rest}").status_code == 200
    for name in ("touches", "head", "..%2f..%2fetc", "practice"):
        assert office.client.get(f"{office.sign_in()}/quarter/{name}.csv").status_code == 404


def test_a_page_without_a_quarter_says_why(office: Office) -> None:
    page = office.client.get(f"{office.sign_in()}/quarter")
    assert page.status_code == 200
    assert "No quarter of the calendar is complete" in page.text
    assert office.client.get(f"{office.sign_in()}/quarter/quarters.csv").status_code == 404


def test_the_store_keeps_it_whole_and_a_page_reads_the_largest_and_what_moved(
    store_url: str,
) -> None:
    quarter = full()
    store = Store.open(store_url)
    assert store.quarters.last(LARGEST) is None
    for _ in range(2):
        with store.begin() as conn:
            store.quarters.save(conn, quarter)
    assert store.quarters.parts(*quarter.parts) == quarter
    shown = store.quarters.last(3)
    assert shown is not None
    practices = shown.parts["practice"]
    assert practices[:3] == quarter.parts["practice"][:3]
    assert {t.name for t in quarter.parts["practice"] if t.move} <= {t.name for t in practices}
    assert len(practices) < len(quarter.parts["practice"])


def test_a_forgotten_practice_is_on_no_page(store_url: str) -> None:
    store = Store.open(store_url)
    with store.begin() as conn:
        store.quarters.save(conn, full())
    store.retention.forget("OLD")
    store.retention.forget("A")
    left = store.quarters.parts("practice", "person", "desk")
    assert left is not None
    assert not {"Willow Clinic", "Lakeside Family Medicine"} & {
        name
        for tallies in left.parts.values()
        for tally in tallies
        for name in (tally.name, tally.practice, tally.other)
    }


def summary_of(store: Store, day: date) -> str:
    """The text of the manager's mail of that date."""
    of = message.c
    with store.read() as conn:
        mime = conn.scalar(sa.select(of.mime).where(of.period == day, of.kind == "summary"))
    assert mime is not None
    mail = message_from_bytes(mime, policy=default)
    assert isinstance(mail, EmailMessage)
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_the_first_run_after_a_quarters_end_tells_the_manager_and_fills_the_page(
    config: Path, tmp_path: Path
) -> None:
    settings = load(config, {})
    store = Store.open(f"sqlite:///{tmp_path}/quarter.db")
    links = Links("https://desk.example", "a key of thirty-two letters or so")
    bodies = {}
    for day in (date(2026, 6, 29), date(2026, 7, 6)):
        now = NOW + (day - AS_OF)
        job.run(settings, store, job.Occasion(day, now, day, live=True, links=links))
        bodies[day] = summary_of(store, day)
        quarter = store.quarters.last(LARGEST)
        assert quarter is not None
        assert quarter.first == (date(2026, 1, 1) if day.month == 6 else date(2026, 4, 1))
    before, after = bodies.values()
    assert "quarterly page" not in before
    assert "The quarterly page is ready" in after
    assert "from April to June 2026" in after
    assert "The overview leads to it." in after
    assert after.count("https://desk.example/m") == 2


def test_the_page_and_its_tables_are_strict_and_change_nothing(office: Office) -> None:
    stored(office.store, full())
    office.sign_in()
    before = office.tables()
    for rest in ("", "/practices.csv", "/quarters.csv"):
        page = office.client.get(f"{office.sign_in()}/quarter{rest}")
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert page.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in page.headers
        assert rest or page.text.count("<script") == 1
        assert ' style="' not in page.text
        assert office.client.head(f"{office.sign_in()}/quarter{rest}").status_code == 200
        assert office.client.post(f"{office.sign_in()}/quarter{rest}").status_code == 405
    assert office.tables() == before


def test_a_practice_of_the_page_leads_to_its_story(office: Office) -> None:
    network = QuarterNetwork(practices={"P1": Practice("P1", "Lakeside Family Medicine")})
    network.sends("P1", 1)
    stored(office.store, network.quarter())
    page = office.client.get(f"{office.sign_in()}/quarter").text
    [path] = re.findall(r'href="[^"]+/qd([^"]+)">Lakeside Family Medicine</a>', page)
    assert '<h1 class="row">Lakeside Family Medicine ' in office.client.get(path).text
