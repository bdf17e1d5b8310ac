"""Records docs/first-hour.md: from an empty folder to a digest in the browser, in a real terminal.

`python -m benchmarks.first_hour` types the commands of four chapters and writes what is on the
screen. The digests are opened in Chromium, which takes the pictures. The chapter of the database
needs a MariaDB server: `--mariadb URL`, of a user who may make databases and users.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import sqlalchemy as sa

from benchmarks import terminal
from quietdrop.demo.files import write_network
from quietdrop.demo.network import make_network

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "first-hour.md"
PICTURES = ROOT / "docs" / "screenshots"
CASES = ROOT / "tests" / "cases" / "intake"
MARIADB = "mysql+pymysql://root@127.0.0.1:3306/"
READER = "reader"
DATABASE = "opendental"
CLINIC = "/home/you/clinic"  # what stands for the folder of the recording
LATER = (("Whose list is it?", ""), ("Which manager", ""), ("now or later?", ""))
NAMED = (
    ("Whose list is it?", "ann@clinic.example"),
    ("Which manager", "mo@clinic.example"),
    ("now or later?", "later"),
)
CHROMIUM = """\
#!/bin/sh
exec chromium --headless --no-sandbox --hide-scrollbars --window-size=700,900 \
  --screenshot={picture} "$1" >/dev/null 2>&1
"""


@dataclass(frozen=True)
class Chapter:
    """One way from an export to a digest: what is asked of `init`, and what is answered."""

    name: str
    title: str
    says: str
    source: str  # as it is typed; a file or folder of this name is put into the empty folder
    answers: tuple[tuple[str, str], ...]


CHAPTERS = (
    Chapter(
        "csv",
        "A plain CSV file",
        "An export of the practice's own system, a row a referral. A liaison and a manager are "
        "named.",
        "referrals.csv",
        NAMED,
    ),
    Chapter(
        "pivot",
        "An Excel pivot",
        "A workbook with the practices down and the months across, below a title. Nobody is named "
        "yet.",
        "pivot.xlsx",
        LATER,
    ),
    Chapter(
        "fhir",
        "A FHIR folder",
        "A bulk export of FHIR R4: who sent a request is looked up in the files beside it.",
        "fhir",
        LATER,
    ),
    Chapter(
        "opendental",
        "An Open Dental database",
        "A login that may read the two tables of referrers and referrals, and nothing else.",
        f"mysql+pymysql://{READER}@127.0.0.1:3306/{DATABASE}",
        LATER,
    ),
)
HEAD = """\
# The first hour

From an empty folder to a digest in the browser, for four kinds of sources. Every block is what
stood on the screen when `python -m benchmarks.first_hour` typed the commands; no editor was opened,
and a test keeps the commands working. The practices are made up. What else is read is in
[intake.md](intake.md).
"""


def put_source(chapter: Chapter, folder: Path, today: date) -> None:
    """Puts the chapter's file or folder into an empty folder."""
    place = folder / chapter.source
    if chapter.name == "csv":
        last = today - timedelta(days=today.weekday())
        with tempfile.TemporaryDirectory() as scratch:
            write_network(make_network(last), Path(scratch), smtp_port=9)
            shutil.copy(Path(scratch) / "data" / "referrals.csv", place)
    elif chapter.name == "pivot":
        shutil.copy(CASES / "pivot-months-across" / "referrals.xlsx", place)
    elif chapter.name == "fhir":
        shutil.copytree(CASES / "fhir-bulk" / "fhir", place)
        for packed in place.glob("*.gz"):
            packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
            packed.unlink()


def fill(connection: sa.Connection) -> None:
    """Makes Open Dental's two tables in the connection's database."""
    script = (CASES / "opendental-refattach" / "opendental.sql").read_text(encoding="utf-8")
    for statement in script.split(";\n"):
        sql = statement.strip().rstrip(";")
        if sql and "DATABASE" not in sql.upper():
            connection.exec_driver_sql(sql.replace("%", "%%"))


def play(
    chapter: Chapter, folder: Path, browser: str, source: str = ""
) -> Iterator[tuple[str, terminal.Screen]]:
    """Types the chapter's commands, each as the one before said; gives the words and the screen."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("QUIETDROP_")}
    env |= {"PYTHONPATH": str(ROOT / "src"), "TERM": "xterm", "BROWSER": browser}
    words = ["init", "--from", source or chapter.source]
    answers = chapter.answers
    while words:
        screen = terminal.run([sys.executable, "-m", "quietdrop", *words], folder, env, answers)
        yield " ".join(["quietdrop", *words]), screen
        said = re.findall(r"(?m)^(?:next +-- +|Wrote .*Next: )quietdrop (.+)$", screen.text)
        words, answers = said[-1].split() if said else [], ()


@contextmanager
def open_dental(server: str) -> Iterator[None]:
    """While entered, the database is there, with a login that reads its two tables alone."""
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as admin:
        admin.exec_driver_sql(f"CREATE DATABASE {DATABASE}")
        try:
            admin.exec_driver_sql(f"USE {DATABASE}")
            fill(admin)
            admin.exec_driver_sql(f"CREATE USER {READER}@'127.0.0.1'")
            for table in ("refattach", "referral"):
                admin.exec_driver_sql(f"GRANT SELECT ON {DATABASE}.{table} TO {READER}@'127.0.0.1'")
            yield
        finally:
            admin.exec_driver_sql(f"DROP USER IF EXISTS {READER}@'127.0.0.1'")
            admin.exec_driver_sql(f"DROP DATABASE {DATABASE}")


def record(chapter: Chapter, today: date) -> str:
    """The chapter as Markdown."""
    lines = [f"## {chapter.title}", "", chapter.says, "", "```text"]
    picture = PICTURES / f"first-hour-{chapter.name}.png"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve() / "clinic"
        folder.mkdir()
        put_source(chapter, folder, today)
        if files := sorted(path.name for path in folder.iterdir()):
            lines += ["$ ls", *files]
        browser = Path(scratch) / "browser"
        browser.write_text(CHROMIUM.format(picture=picture), encoding="utf-8")
        browser.chmod(0o700)
        for words, screen in play(chapter, folder, f"{browser} %s"):
            lines += [f"$ {words}", screen.text.replace(str(folder), CLINIC).rstrip()]
    picture.chmod(0o644)
    shown = f"![The digest in the browser](screenshots/{picture.name})"
    return "\n".join([*lines, "```", "", shown, ""])


def main() -> None:
    """Records all chapters."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mariadb", default=MARIADB)
    server = parser.parse_args().mariadb
    today = date.today()
    with open_dental(server):
        chapters = [record(chapter, today) for chapter in CHAPTERS]
    PAGE.write_text("\n".join([HEAD, *chapters]), encoding="utf-8")


if __name__ == "__main__":
    main()
