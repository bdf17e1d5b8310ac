"""What `init` proposes for a file and what is then read of it, as a user would see it."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from quietdrop import ingest
from quietdrop.cli.first_config import Answers, config_text
from quietdrop.cli.recognized import lines_of
from quietdrop.config import SourceSettings, load
from quietdrop.domain.intake import Intake
from quietdrop.ingest.proposal import Proposal
from quietdrop.ingest.propose import propose

CASES = Path(__file__).parents[1] / "cases" / "intake"
TODAY = date(2026, 11, 25)


def read(path: Path, **settings: Any) -> Intake:
    """A file by settings of its own, without what `init` would propose."""
    return ingest.read(SourceSettings(referrals=str(path), **settings), TODAY, TODAY)


def total(intake: Intake) -> int:
    return int(intake.counts["referrals"].sum())


@dataclass(frozen=True)
class Tried:
    """A source after `init` and a reading of what it wrote."""

    proposal: Proposal
    intake: Intake
    said: str
    config: str

    @property
    def referrals(self) -> int:
        return total(self.intake)

    @property
    def practices(self) -> int:
        return int(self.intake.counts["practice_id"].nunique())


def case(name: str, to: Path) -> Path:
    """Copy a case's files into a folder, unpacked where they are stored packed."""
    copy = to / name
    shutil.copytree(CASES / name, copy)
    for packed in sorted(copy.rglob("*.gz")):
        packed.with_suffix("").write_bytes(gzip.decompress(packed.read_bytes()))
        packed.unlink()
    return copy


def tried(source: str | Path, tmp_path: Path, as_of: date = TODAY, extra: str = "") -> Tried:
    """Run `init` on a source and read what it wrote; `extra` lines go into [source]."""
    proposal = propose(str(source))
    path = tmp_path / "quietdrop.toml"
    text = config_text(str(source), proposal, path, Answers())
    text = text.replace("[source]\n", f"[source]\n{extra}\n", 1)
    path.write_text(text, encoding="utf-8")
    intake = ingest.read(load(path, {}).source, as_of, as_of)
    return Tried(proposal, intake, "\n".join(lines_of(proposal)), text)
