"""A liaison who is in the practices but not in the liaisons is told to the manager."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest
import sqlalchemy as sa

from quietdrop.config import Settings, load
from quietdrop.domain.directory import Practice
from quietdrop.evaluation.assignments import unlisted_liaisons
from quietdrop.jobs import weekly as job
from quietdrop.store import Store

CASE = Path(__file__).parents[1] / "cases" / "intake" / "liaison-left"
DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)


def summary(settings: Settings, folder: Path) -> str:
    url = f"sqlite:///{folder}/store.db"
    store = Store.open(url)
    job.run(settings, store, job.Occasion(DAY, NOW, DAY, live=True))
    with sa.create_engine(url, poolclass=sa.NullPool).connect() as conn:
        mime = conn.scalar(sa.text("SELECT mime FROM message WHERE kind = 'summary'"))
    mail = message_from_bytes(bytes(mime), policy=policy.default)
    plain = mail.get_body(("plain",))
    assert plain is not None
    return " ".join(plain.get_content().split())


def settings(folder: Path) -> Settings:
    of = load(CASE / "quietdrop.toml", os.environ)
    rejects = of.source.model_copy(update={"rejects": str(folder / "rejects.csv")})
    return of.model_copy(update={"source": rejects})


def test_the_case(tmp_path: Path) -> None:
    said = summary(settings(tmp_path), tmp_path)
    assert "Needs a home (1) ann@example.org: 20 practices need a home" in said


@pytest.mark.parametrize("reason", ["a manager", "the default liaison", "no table"])
def test_whom_the_config_vouches_for_has_not_left(tmp_path: Path, reason: str) -> None:
    of = settings(tmp_path)
    ann = "ann@example.org"
    digest, source = of.digest, of.source
    if reason == "a manager":
        digest = digest.model_copy(update={"managers": ("boss@example.org", ann)})
    elif reason == "the default liaison":
        digest = digest.model_copy(update={"default_liaison": ann})
    else:
        source = source.model_copy(update={"liaisons": None})
    of = of.model_copy(update={"digest": digest, "source": source})
    assert "Needs a home" not in summary(of, tmp_path)


def test_practices_that_have_closed_need_nobody() -> None:
    practices = [
        Practice("1", "One", "ann@x"),
        Practice("2", "Two", "ann@x", closed_on=DAY),
        Practice("3", "Three", "bob@x"),
        Practice("4", "Four", "cat@x"),
        Practice("5", "Five", "cat@x"),
        Practice("6", "Six", ""),
    ]
    assert unlisted_liaisons(practices, {"bob@x"}, DAY) == [("cat@x", 2), ("ann@x", 1)]
