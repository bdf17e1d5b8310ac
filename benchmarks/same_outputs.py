"""Whether two source trees say the same: every message, assessment and export, byte for byte.

Run in each tree `python -m benchmarks.same_outputs write FOLDER`, then in either of them
`python -m benchmarks.same_outputs compare FOLDER_A FOLDER_B`. Only the command line is used, so
that the trees may differ in every module.

Written are: the help of every command; the demo until 2026-07-06 with all of its mails, pages and
stored rows; previews, assessments, explanations, the ledger and the quarter of its last Monday; a
rehearsal; and, with `--cdnow cdnow.csv.gz` (columns account and date), the assessments of that
public purchase history as of 1998-07-01. What differs from run to run by nature is written in one
form: the time of day, the Date header, MIME boundaries, run ids' hashes, links' tokens, ports.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import quietdrop

LAST = "2026-07-06"
KEY = "a key for the demo's links, long enough to be taken for one"
EXPLAINED = 4  # practices of the demo, each as text and as JSON
LINKED_WEEKS = 2  # Mondays of the demo whose mails lead to pages
SERVER_STARTS = 30.0  # seconds to wait for the pages
SHOWN = 40  # differences that are printed by name
CDNOW_AS_OF = "1998-07-01"
CDNOW = """\
[source]
referrals = "{path}"
unknown_practices = "keep"
allow = ["account"]  # the name sounds like a patient's

[source.columns]
referred_on = "date"
practice_id = "account"
"""
COMMON = (  # what differs from run to run, and what stands in its place
    (re.compile(rb"(https?://[\w.-]+):\d+"), rb"\1:PORT"),
    (re.compile(rb"(?<=/)\.?[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_.-]{16,}"), rb"TOKEN"),
    (re.compile(rb"(?<=/open/)[\w-]+"), rb"TOKEN"),
    (re.compile(rb"(?<=mails in )\d+(?= s\.)"), rb"N"),
    (re.compile(rb"(name=\"(?:form|token)\" value=\")[^\"]+"), rb"\1TOKEN"),
    (re.compile(rb"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(\+\d\d:\d\d)?"), rb"TIME"),
    (re.compile(rb"(?m)^Date: .*$"), rb"Date: TIME\r"),
    (re.compile(rb"=_[0-9a-f]{24}_(\d)"), rb"BOUNDARY_\1"),
    (re.compile(rb"={15}\d+=="), rb"BOUNDARY"),
    (re.compile(rb"\b[0-9a-f]{64}\b"), rb"HASH"),
    (re.compile(rb"(?m)^'[0-9a-f]{32}'$"), rb"'ID'"),
    (re.compile(rb"#[0-9a-f]{16}\b"), rb"#HASH"),
    (re.compile(rb"port = \d+"), rb"port = PORT"),
    (re.compile(rb"(\"mail\.port\": \")\d+"), rb"\1PORT"),
    (re.compile(rb"127\.0\.0\.1:\d+"), rb"127.0.0.1:PORT"),
)


class Tree:
    """The commands of the tree on the import path, run in a folder of their own."""

    def __init__(self, work: Path, output: Path) -> None:
        self.work, self.output = work, output
        source = str(Path(quietdrop.__file__).parents[1])
        self._env = {k: v for k, v in os.environ.items() if not k.startswith("QUIETDROP_")}
        self._env |= {"PYTHONPATH": source, "COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}

    def call(self, name: str, *words: str, key: bool = False) -> str:
        """Runs `quietdrop WORDS`; what it prints, and its exit code, is written as `name`."""
        done = subprocess.run(self._command(words), cwd=self.work, env=self._with(key),
                              capture_output=True, text=True, check=False)  # fmt: skip
        text = f"{done.stdout}\n--- errors\n{done.stderr}\n--- exit code {done.returncode}\n"
        self.write(f"{name}.out", text.encode())
        return done.stdout

    def with_key(self, folder: str) -> None:
        """Gives the demo that is made there next a key that is the same in every tree."""
        (self.work / folder).mkdir()
        file = self.work / folder / "demo.key"
        file.write_text(KEY, encoding="utf-8")
        file.chmod(0o600)

    @contextmanager
    def served(self, *words: str) -> Iterator[None]:
        """`quietdrop WORDS` in the background while entered."""
        process = subprocess.Popen(
            self._command(words),
            cwd=self.work,
            env=self._with(True),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            process.terminate()
            process.wait()

    def write(self, name: str, content: bytes) -> None:
        """Writes what is to be compared, in its one form."""
        path = self.output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self._in_one_form(content))

    def keep(self, folder: str) -> None:
        """Writes every file that commands have left in a folder of the work."""
        for path in sorted((self.work / folder).rglob("*")):
            if path.is_file():
                content = path.read_bytes()
                content = as_lines(content) if path.suffix == ".eml" else content
                self.write(str(path.relative_to(self.work)), content)

    def _in_one_form(self, content: bytes) -> bytes:
        content = content.replace(str(self.work).encode(), b"WORK")
        for pattern, place in COMMON:
            content = pattern.sub(place, content)
        return content

    def _command(self, words: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "quietdrop", *words]

    def _with(self, key: bool) -> dict[str, str]:
        return self._env | ({"QUIETDROP_LINK_KEY": KEY} if key else {})


def as_lines(content: bytes) -> bytes:
    """A mail as it is; one with links, whose tokens break lines, decoded part by part."""
    if b"://127.0.0.1:" not in content:
        return content
    message = message_from_bytes(content, policy=default)
    lines = [b"decoded"]
    for part in message.walk():
        assert isinstance(part, EmailMessage)
        lines += [f"{name}: {value}".encode() for name, value in part.items()]
        if not part.is_multipart():
            body = part.get_content()
            lines.append(body if isinstance(body, bytes) else body.encode())
    return b"\n".join(lines)


def write(output: Path, cdnow: Path | None) -> None:
    """Writes all that the current tree says into `output`."""
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(Path(folder).resolve(), output)
        _help(tree)
        _demo(tree)
        _mondays(tree)
        _pages(tree)
        if cdnow is not None:
            _cdnow(tree, cdnow.resolve())


def _help(tree: Tree) -> None:
    """The list of commands, in its order, and each command's own help."""
    text = tree.call("help/all", "--help")
    for command in re.findall(r"(?m)^  ([a-z][a-z-]*)  ", text.partition("Commands:")[2]):
        tree.call(f"help/{command}", command, "--help")


def _demo(tree: Tree) -> None:
    """The demo's half year: its report, its mails as they were sent, and its store."""
    tree.with_key("demo")
    tree.call("demo", "demo", "demo", "--until", LAST)
    tree.keep("demo/inbox")
    tree.keep("demo/data")
    _stored(tree, "demo")


def _stored(tree: Tree, folder: str) -> None:
    """Every row of a store, a file a table."""
    with closing(sqlite3.connect(tree.work / folder / "quietdrop.db")) as store:
        query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
        for (table,) in store.execute(query).fetchall():
            rows = store.execute(f'SELECT * FROM "{table}" ORDER BY rowid')
            lines = [repr([column[0] for column in rows.description]).encode()]
            for row in rows:
                lines += [as_lines(cell) if isinstance(cell, bytes) else repr(cell).encode()
                          for cell in row]  # fmt: skip
            tree.write(f"{folder}/store/{table}", b"\n".join(lines))


def _mondays(tree: Tree) -> None:
    """What the commands say of the demo's last Monday, and a rehearsal of two months."""
    config = ("--config", "demo/quietdrop.toml")
    day = ("--as-of", LAST)
    tree.call("preview", *config, "preview", *day, "-o", "exports/preview")
    for ending in ("csv", "json", "parquet"):
        tree.call(f"assess-{ending}", *config, "assess", *day, "-o", f"exports/assess.{ending}")
    practices = (tree.work / "demo" / "data" / "practices.csv").read_text().splitlines()[1:]
    for practice_id in [line.split(",")[0] for line in practices[:EXPLAINED]]:
        tree.call(f"explain/{practice_id}", *config, "explain", practice_id, *day)
        tree.call(f"explain/{practice_id}-json", *config, "explain", practice_id, *day, "--json")
    tree.call("ledger", *config, "ledger", *day)
    tree.call("ledger-json", *config, "ledger", *day, "--json")
    tree.call("quarter", *config, "quarter", *day, "-o", "exports/quarter")
    tree.call("run-dry", *config, "run", "--dry-run", "--json", *day)
    tree.call("run-again", *config, "run", "--json", *day)
    tree.call("init", "init", "exports/proposed.toml", "--from", "demo/data/referrals.csv")
    span = ("--from", "2026-03-02", "--to", "2026-04-27")
    tree.call("rehearse", *config, "rehearse", *span, "-o", "exports/rehearsal.csv")
    tree.call("rehearse-json", *config, "rehearse", *span, "--json")
    tree.keep("exports")


def _pages(tree: Tree) -> None:
    """The mails of two Mondays that lead to pages, and the pages they lead to."""
    weeks = str(LINKED_WEEKS)
    tree.with_key("linked")
    tree.call("linked", "demo", "linked", "--until", LAST, "--weeks", weeks, key=True)
    tree.keep("linked/inbox")
    _stored(tree, "linked")  # before `serve` puts its heartbeat there, sooner or later
    mails = sorted((tree.work / "linked" / "inbox").glob("*.txt"))
    links = dict.fromkeys(
        link for mail in mails for link in re.findall(r"https?://\S+", mail.read_text("utf-8"))
    )
    with tree.served("--config", "linked/quietdrop.toml", "serve"):
        for number, link in enumerate(links):
            tree.write(f"linked/pages/{number:03d}.html", _fetched(link))


def _fetched(link: str) -> bytes:
    """What the server answers, once it is up."""
    until = time.monotonic() + SERVER_STARTS
    while True:
        try:
            with urlopen(link, timeout=SERVER_STARTS) as answer:
                return bytes(answer.read())
        except HTTPError as error:
            return f"{error.code}\n".encode() + error.read()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _cdnow(tree: Tree, path: Path) -> None:
    """Accounts as practices; the config refers to the data by a name that is always the same."""
    (tree.work / "cdnow.csv.gz").symlink_to(path)
    (tree.work / "cdnow.toml").write_text(CDNOW.format(path="cdnow.csv.gz"), encoding="utf-8")
    words = ("assess", "--as-of", CDNOW_AS_OF, "-o", "cdnow/assess.csv")
    (tree.work / "cdnow").mkdir()
    tree.call("cdnow", "--config", "cdnow.toml", *words)
    if not (tree.work / words[-1]).exists():
        sys.exit("nothing was assessed; see cdnow.out")
    tree.keep("cdnow")


def compare(one: Path, other: Path) -> list[str]:
    """The files that differ or stand on one side only; empty where all is the same."""
    names = {
        str(path.relative_to(side)) for side in (one, other) for path in side.rglob("*")
        if path.is_file()
    }  # fmt: skip
    if not names:
        return ["nothing was written"]
    _, different, missing = filecmp.cmpfiles(one, other, sorted(names), shallow=False)
    return sorted([f"differs: {name}" for name in different] + [f"alone: {n}" for n in missing])


def main() -> int:
    """The command. Out: 0 where nothing differs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.same_outputs")
    commands = parser.add_subparsers(dest="command", required=True)
    writes = commands.add_parser("write", help="Write what the current tree says.")
    writes.add_argument("folder", type=Path)
    writes.add_argument("--cdnow", type=Path, help="cdnow.csv.gz, to be assessed too.")
    compares = commands.add_parser("compare", help="Compare two folders that were written.")
    compares.add_argument("one", type=Path)
    compares.add_argument("other", type=Path)
    chosen = parser.parse_args()
    if chosen.command == "write":
        if chosen.folder.exists():
            parser.error(f"{chosen.folder} exists already")
        write(chosen.folder, chosen.cdnow)
        return 0
    differences = compare(chosen.one, chosen.other)
    print("\n".join(differences[:SHOWN]) or "nothing differs")
    if len(differences) > SHOWN:
        print(f"and {len(differences) - SHOWN} more")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
