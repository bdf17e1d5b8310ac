"""What is told over rehearsed years agrees with itself: the handed cases, and laws for any year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from quietdrop import ingest
from quietdrop.checkins.history import History, history_as_of
from quietdrop.checkins.lifecycle import CLEARLY_WORSE, STOPPED_SHARE
from quietdrop.config import Settings, load
from quietdrop.domain.checkin import CheckIn, Touch
from quietdrop.domain.digest import Digest
from quietdrop.evaluation.evaluate import evaluate
from quietdrop.evaluation.evaluation import Evaluation
from quietdrop.evaluation.weigh import prepare
from quietdrop.jobs.replay import after, as_known
from quietdrop.messages.compose import compose, table_of
from quietdrop.messages.render import render_digest

CASES = Path(__file__).parents[1] / "cases" / "detection"
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Week:
    """One rehearsed week: what was decided, what each liaison was mailed, and what is then open."""

    as_of: date
    evaluation: Evaluation
    digests: dict[str, Digest]
    open_after: tuple[CheckIn, ...]


def replay(settings: Settings, days: Iterable[date], touches: tuple[Touch, ...] = ()) -> list[Week]:
    """The weekly job on these days, each beginning with what the day before it left."""
    chosen = list(days)
    intake = ingest.read(settings.source, chosen[-1], chosen[-1])
    prepared, history, weeks = prepare(intake.counts), History(touches=touches), []
    for as_of in chosen:
        evaluation = evaluate(settings, as_known(intake, as_of), prepared, history, as_of)
        digests = {each.recipient: each for each in compose(settings, evaluation).digests}
        history = after(history, evaluation)
        still = tuple(c for c in history.checkins if c.state == "open")
        weeks.append(Week(as_of, evaluation, digests, still))
    return weeks


def test_a_practice_told_as_stopped_is_not_listed_again() -> None:
    """It stopped in November 2024, and its onset has left the window since."""
    settings = load(CASES / "relisted-for-ever" / "quietdrop.toml", {})
    listed_in_time = [date(2024, 12, 9), date(2025, 2, 17)]
    quiet_since = [date(2026, 4, 20), date(2026, 5, 11), date(2026, 6, 1), date(2026, 6, 29)]
    weeks = replay(settings, [*listed_in_time, *quiet_since])
    listed = [
        w.as_of for w in weeks if "P0000" in {c.practice_id for c in w.evaluation.plan.listed}
    ]
    assert listed == listed_in_time


def test_a_lasting_drop_and_a_total_as_ever_are_not_told_of_one_practice() -> None:
    settings = load(CASES / "total-as-ever-beside-lasting-drop" / "quietdrop.toml", {})
    weeks = replay(settings, [date(2025, 9, 1), date(2025, 9, 15), date(2025, 9, 22)])
    said = [table_of(w.evaluation).set_index("practice_id")["reason"] for w in weeks]
    assert "lasting drop is more likely than not" in said[-1]["P0232"]
    assert "Within that, referrals by 1000002801 went from" in said[-1]["P0280"]
    for reasons in said:
        for reason in reasons:
            assert not ("lasting drop" in reason and "Total about as ever" in reason)


FIRST, LAST = date(2025, 7, 7), date(2026, 6, 29)
ANN, BEN = "ann@example.com", "ben@example.com"
PACES = ((3.0, 3.0), (3.0, 0.0), (3.0, 1.2), (2.0, 0.0), (4.0, 1.0), (1.0, 0.0))


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> list[Week]:
    """A year of practices that hold, stop, fall, fall twice and come back, and of complaints."""
    folder = tmp_path_factory.mktemp("year")
    rng = np.random.default_rng(11)
    start = FIRST - 80 * WEEK
    weeks = (LAST - start).days // 7
    rows = []
    for number in range(24):
        before, level = PACES[number % len(PACES)]
        falls = 84 + number
        for week in range(weeks):
            pace = before if week < falls else level
            if number % 8 == 3 and week >= falls + 16:
                pace = before  # comes back
            if number % 8 == 2 and week >= falls + 20:
                pace = 0.0  # falls a second time
            for _ in range(int(rng.poisson(pace))):
                day = start + timedelta(days=7 * week + int(rng.integers(5)))
                rows.append(f"{day},P{number:02d},N{number:02d}{int(rng.integers(2))}")
    (folder / "r.csv").write_text("\n".join(["referred_on,practice_id,provider_npi", *rows]))
    names = (f"P{n:02d},Clinic {n:02d},{ANN if n % 2 else BEN}" for n in range(24))
    (folder / "p.csv").write_text("\n".join(["practice_id,practice_name,liaison_email", *names]))
    (folder / "q.toml").write_text(
        '[source]\nreferrals = "r.csv"\npractices = "p.csv"\n'
        '[source.columns]\nprovider_npi = "provider_npi"\n'
    )
    touches = (
        Touch(FIRST + 3 * WEEK, "P00", "", "complaint"),
        Touch(FIRST + 5 * WEEK, "P00", "", "call", "", "nothing wrong"),
        Touch(FIRST + 30 * WEEK, "P00", "", "call", "", "resolved"),
        Touch(FIRST + 20 * WEEK, "P01", "", "call", "", "nothing wrong"),
    )
    days = [FIRST + n * WEEK for n in range((LAST - FIRST).days // 7 + 1)]
    return replay(load(folder / "q.toml", {}), days, touches)


def test_the_year_has_something_of_everything(year: list[Week]) -> None:
    plans = [week.evaluation.plan for week in year]
    for part in ("opened", "worse", "unanswered", "reminded", "aging", "asleep", "recovered"):
        assert any(getattr(plan, part) for plan in plans), part


def test_no_practice_is_listed_oftener_than_the_rules_allow(year: list[Week]) -> None:
    """Once at its opening; again only where it is clearly below the least that was told; never
    after it was told as stopped; reminded of once."""
    least: dict[tuple[str, date], float] = {}
    reminded: set[tuple[str, date]] = set()
    for week in year:
        for checkin in week.evaluation.plan.opened:
            if checkin.kind == "drift":
                key = (checkin.practice_id, checkin.opened_on)
                assert key not in least
                least[key] = checkin.remaining_share or 0.0
        for checkin in week.evaluation.plan.worse:
            key = (checkin.practice_id, checkin.opened_on)
            assert least[key] > STOPPED_SHARE
            assert (checkin.remaining_share or 0.0) <= CLEARLY_WORSE * least[key]
            least[key] = checkin.remaining_share or 0.0
        for checkin in week.evaluation.plan.reminded:
            key = (checkin.practice_id, checkin.opened_on)
            assert key not in reminded
            reminded.add(key)


def test_nobody_gets_good_and_bad_news_of_one_practice_in_one_mail(year: list[Week]) -> None:
    for week in year:
        for digest in week.digests.values():
            good = {x.name for x in (*digest.came_back, *digest.thanks, *digest.growing)}
            bad = {item.name for item in digest.items} | set(digest.watching)
            bad |= {x.name for x in (*digest.still_open, *digest.leaving, *digest.lookalikes)}
            assert not good & bad, (week.as_of, good & bad)
            for line in digest.came_back:
                assert "Total about as ever, but" not in line.text


def test_every_open_check_in_is_in_its_liaisons_digest(year: list[Week]) -> None:
    for week in year:
        for liaison, digest in week.digests.items():
            still = [c for c in week.open_after if c.liaison == liaison]
            assert len(digest.items) + digest.open_before == len(still)
            named = {item.practice_id for item in digest.items}
            named |= {line.checkin.practice_id for line in digest.still_open if line.checkin}
            assert named <= {c.practice_id for c in still}
            if still:
                assert "Nothing to report" not in render_digest(digest).subject


def test_a_complaint_is_in_every_digest_until_it_is_resolved(year: list[Week]) -> None:
    resolved = FIRST + 30 * WEEK
    for week in year:
        waits = FIRST + 3 * WEEK <= week.as_of < resolved
        digest = week.digests[BEN]
        shown = {item.practice_id for item in digest.items if item.is_complaint}
        assert ("P00" in shown) is waits, week.as_of


def test_every_practice_is_listed_or_says_why_not(year: list[Week]) -> None:
    for week in year:
        plan = week.evaluation.plan
        listed = {c.practice_id for c in plan.listed}
        assert listed | set(plan.why_not) >= set(week.evaluation.assessed.frame.index)
        assert not listed & set(plan.why_not)


def test_no_sentence_says_that_a_falling_total_is_about_as_ever(year: list[Week]) -> None:
    for week in year[::6]:
        table = table_of(week.evaluation)
        falling = table["status"].isin(["watching", "drifting", "quiet"])
        assert not table.loc[falling, "reason"].str.contains("Total about as ever").any()


def test_a_date_that_is_asked_for_again_decides_the_same(year: list[Week]) -> None:
    week = year[20]
    history = week.evaluation.history
    assert history_as_of(history, week.as_of) == history
