"""A store of the released state with open check-ins under two spellings, brought up to date."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.builders.contacts import add_snooze, add_touch
from tests.builders.old_stores import migrated

from quietdrop.config import Settings, load
from quietdrop.domain.checkin import CheckIn, Kind, Snooze, Touch
from quietdrop.domain.errors import LinkRefused
from quietdrop.jobs import weekly as job
from quietdrop.messages.links import Links, mail_links
from quietdrop.store import Store
from quietdrop.web.context import Desk

AS_OF = date(2026, 7, 6)
NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
OLD, NEW = "PRACTICE 007 FAMILY MEDICINE", "Practice 007 Family Medicine"
LIAISON = "ann@clinic.example"
EVERY = ("sqlite", "postgresql", "mariadb")
# What these ask of the database, others ask of every one; bringing a server's store up to date
# takes seconds.
ON_A_FILE = pytest.mark.parametrize("empty_url", ["sqlite"], indirect=True)


def settings(folder: Path, empty_url: str, *, stops: bool = False) -> Settings:
    """Twenty practices of two a week. One of them is spelled anew in the last ten weeks, or was in
    the year before, and really stopped then; the others are steady."""
    with (folder / "referrals.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Referral Date", "Referring Practice"])
        for week in range(70):
            for place in range(20):
                day = AS_OF - timedelta(weeks=70 - week, days=-(place % 5))
                name = f"Practice {place:03d} Family Medicine"
                if place == 7 and (week < 60 if not stops else week % 3 == 0):
                    name = name.upper()
                if place == 7 and stops and week >= 60:
                    continue
                writer.writerows([(day, name)] * 2)
    config = folder / "quietdrop.toml"
    config.write_text(
        f"""
[source]
referrals = "referrals.csv"
[source.columns]
referred_on = "Referral Date"
practice_name = "Referring Practice"
[store]
url = "{empty_url}"
[digest]
default_liaison = "{LIAISON}"
[mail]
host = "127.0.0.1"
from = "quietdrop@clinic.example"
""",
        encoding="utf-8",
    )
    return load(config, {})


def checkin(practice_id: str, opened_on: date, kind: str = "drift") -> dict[str, object]:
    return {
        "practice_id": practice_id,
        "practice_name": practice_id,
        "liaison": LIAISON,
        "kind": kind,
        "opened_on": opened_on,
        "onset": date(2026, 4, 27),
        "baseline_per_week": 2.0,
        "remaining_share": 0.1,
        "state": "open",
        "outcome": "",
        "told_on": opened_on,
        "open_key": practice_id,
    }


def released(empty_url: str, *checkins: dict[str, object]) -> None:
    """A store as the release left it, with these open check-ins, a touch and a snooze each."""
    with migrated(empty_url, "0006") as conn:
        meta = sa.MetaData()
        meta.reflect(conn)
        for row in checkins:
            conn.execute(sa.insert(meta.tables["checkin"]).values(row))
            touch = {"touched_on": date(2026, 1, 5), "practice_id": row["practice_id"]}
            blank = dict.fromkeys(("liaison", "whom", "outcome", "note"), "")
            conn.execute(sa.insert(meta.tables["touch"]).values(kind="visit", **touch, **blank))
            snooze = {"from_on": date(2026, 1, 5), "until": date(2026, 2, 2), "reason": ""}
            about = {"practice_id": row["practice_id"]}
            conn.execute(sa.insert(meta.tables["snooze"]).values(**snooze, **about))


def desk(store: Store, of: Settings, links: Links) -> Desk:
    """The pages' view of the store; it mails nothing."""
    return Desk(
        lambda: of,
        store,
        links,
        lambda: NOW,
        lambda _: None,
        lambda *_: None,
        lambda: "",
        lambda *_: None,
    )


@pytest.mark.parametrize(
    ("empty_url", "older"),
    [*((each, OLD) for each in EVERY), ("sqlite", NEW)],
    indirect=["empty_url"],
)
def test_all_goes_over_to_the_older_check_in_and_nothing_is_listed(
    empty_url: str, tmp_path: Path, older: str
) -> None:
    younger = NEW if older == OLD else OLD
    released(
        empty_url,
        checkin(younger, date(2026, 6, 29)),
        checkin(older, date(2026, 6, 22)),
    )
    of = settings(tmp_path, empty_url, stops=True)
    store = Store.open(empty_url)
    links = Links("https://q.example", "k" * 32)
    mailed = mail_links(links, NOW, 21)
    assert mailed is not None
    before = {c.practice_id: c for c in store.checkins.all()}
    urls = {key: mailed.answer(c.key, "") for key, c in before.items()}

    report = job.run(of, store, job.Occasion(AS_OF, NOW, AS_OF, live=True))

    [stays] = store.checkins.open()
    assert (stays.practice_id, stays.opened_on) == (older, date(2026, 6, 22))
    [gone] = [c for c in store.checkins.all() if c.state != "open"]
    assert (gone.practice_id, gone.outcome) == (older, "same practice")
    assert {t.practice_id for t in store.touches.all()} == {older}
    assert {s.practice_id for s in store.snoozes.all()} == {older}
    assert report.briefing is not None
    assert report.briefing.plan.opened == []
    assert report.briefing.plan.worse == []
    table = report.briefing.table.set_index("practice_id")
    assert younger not in table.index
    for url in urls.values():
        claim = links.read("checkin", url.rsplit("/", 1)[1], NOW)
        assert desk(store, of, links).checkin(claim).id == stays.id


@pytest.mark.parametrize(
    ("empty_url", "opened"),
    [*((each, (OLD, NEW)) for each in EVERY), ("sqlite", (OLD,))],
    indirect=["empty_url"],
    ids=[*(f"{each}-both" for each in EVERY), "sqlite-one"],
)
def test_a_fall_that_was_only_a_spelling_ends_as_that(
    empty_url: str, tmp_path: Path, opened: tuple[str, ...]
) -> None:
    released(empty_url, *(checkin(each, date(2026, 6, 22)) for each in opened))
    store = Store.open(empty_url)
    of = settings(tmp_path, empty_url)
    report = job.run(of, store, job.Occasion(AS_OF, NOW, AS_OF, live=True))
    assert {(c.state, c.outcome) for c in store.checkins.all()} == {("closed", "same practice")}
    assert report.briefing is not None
    assert report.briefing.plan.recovered == []
    assert not report.briefing.table["listed"].any()
    assert report.briefing.table.set_index("practice_id").loc[OLD, "status"] == "steady"


@ON_A_FILE
def test_a_complaint_under_the_younger_spelling_stays_a_complaint(
    empty_url: str, tmp_path: Path
) -> None:
    released(
        empty_url, checkin(OLD, date(2026, 6, 22)), checkin(NEW, date(2026, 6, 29), "complaint")
    )
    store = Store.open(empty_url)
    add_touch(store, Touch(date(2026, 6, 29), NEW, LIAISON, "complaint"))
    job.run(settings(tmp_path, empty_url), store, job.Occasion(AS_OF, NOW, AS_OF, live=True))
    [stays] = store.checkins.open()
    assert (stays.practice_id, stays.kind) == (OLD, "complaint")


@ON_A_FILE
def test_a_check_in_of_what_is_no_practice_closes_as_that(empty_url: str, tmp_path: Path) -> None:
    released(empty_url, checkin("Self", date(2026, 6, 22)))
    of = settings(tmp_path, empty_url)
    with (tmp_path / "referrals.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"{AS_OF - timedelta(weeks=back)},Self\n" for back in range(20, 60))
    store = Store.open(empty_url)
    report = job.run(of, store, job.Occasion(AS_OF, NOW, AS_OF, live=True))
    [closed] = store.checkins.all()
    assert (closed.state, closed.outcome) == ("closed", "not a practice")
    assert report.briefing is not None
    assert "Self" not in set(report.briefing.table["practice_id"])
    assert report.briefing.intake.notes["not a practice"] == 40
    assert report.briefing.intake.rejects == ()


@ON_A_FILE
def test_the_key_stays_when_the_source_is_spelled_anew_as_a_whole(
    empty_url: str, tmp_path: Path
) -> None:
    of = settings(tmp_path, empty_url)
    store = Store.open(empty_url)
    job.run(of, store, job.Occasion(AS_OF - timedelta(weeks=1), NOW, AS_OF, live=True))
    before = {p.practice_id for p in store.decisions.register().practices}
    path = tmp_path / "referrals.csv"
    header, *rows = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([header, *(row.swapcase() for row in rows)]), encoding="utf-8")
    report = job.run(of, store, job.Occasion(AS_OF, NOW, AS_OF, live=True))
    assert report.briefing is not None
    assert set(report.briefing.table["practice_id"]) == before
    assert not report.briefing.table["listed"].any()
    assert len(before) == 20


def test_forgetting_a_practice_forgets_its_spellings(empty_url: str, tmp_path: Path) -> None:
    released(empty_url, checkin(OLD, date(2026, 6, 22)))
    store = Store.open(empty_url)
    job.run(settings(tmp_path, empty_url), store, job.Occasion(AS_OF, NOW, AS_OF, live=True))
    assert store.spellings.all() == {NEW: OLD}
    assert store.spellings.current(NEW) == OLD
    add_snooze(store, Snooze(OLD, AS_OF, AS_OF + timedelta(days=1)))
    store.retention.forget(OLD)
    assert store.spellings.all() == {}
    assert store.checkins.all() == []


@ON_A_FILE
def test_a_link_of_nobody_stays_unknown(empty_url: str, tmp_path: Path) -> None:
    store = Store.open(empty_url)
    links = Links("https://q.example", "k" * 32)
    mailed = mail_links(links, NOW, 21)
    assert mailed is not None
    url = mailed.answer(CheckIn("X", "X", LIAISON, Kind.DRIFT, AS_OF).key, "")
    claim = links.read("checkin", url.rsplit("/", 1)[1], NOW)
    with pytest.raises(LinkRefused):
        desk(store, settings(tmp_path, empty_url), links).checkin(claim)
