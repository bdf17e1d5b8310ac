"""A small network in files, in which one thing happens; judged by the production path."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from quietdrop.checkins.history import History
from quietdrop.config import load
from quietdrop.domain.findings import Lookalike
from quietdrop.jobs.pipeline import brief
from quietdrop.lib.progress import silent
from quietdrop.messages.compose import Briefing

AS_OF = date(2026, 7, 6)
WEEKS = 104
ALVAREZ, LEE, NOVAK = "2000000001", "2000000002", "2000000003"
MANAGER, LIAISON = "manager@clinic.example", "ann@clinic.example"
CONFIG = f"""
[source]
referrals = "referrals.csv"
practices = "practices.csv"
closures = "closures.csv"
[calendar]
country = ""
[digest]
default_liaison = "{LIAISON}"
managers = ["{MANAGER}"]
"""
DIRECTORY = ("practice_id", "practice_name", "town", "phone", "address", "liaison_email")
COLUMNS = (
    "referred_on",
    "practice_id",
    "provider_npi",
    "provider_name",
    "service_line",
    "payer",
    "location",
)
Row = tuple[date, str, str, str, str, str, str]


@dataclass
class Scene:
    """Thirty steady practices of two a week, and what a test adds to them."""

    folder: Path
    rows: list[Row] = field(default_factory=list)
    practices: dict[str, tuple[str, ...]] = field(default_factory=dict)
    closures: list[tuple[date, date, str]] = field(default_factory=list)
    tables: str = ""  # of the config, besides those of every scene

    def practice(
        self, key: str, name: str = "", town: str = "", phone: str = "", address: str = ""
    ) -> None:
        self.practices[key] = (key, name or f"Practice {key}", town, phone, address, "")

    def assign(self, key: str, liaison: str) -> None:
        """Says who looks after a practice; the others are the default liaison's."""
        self.practices[key] = (*self.practices[key][:-1], liaison)

    def sends(
        self,
        key: str,
        a_week: float,
        first: int = 0,
        last: int = WEEKS,
        *,
        npi: str = "",
        name: str = "",
        line: str = "Joint",
        payer: str = "Commercial",
        location: str = "",
    ) -> None:
        """So many referrals a week from week `first` up to `last` (0 is the oldest), evenly."""
        if key not in self.practices:
            self.practice(key)
        begin = AS_OF - timedelta(weeks=WEEKS)
        number = round(a_week * (last - first))
        for place in range(number):
            week, part = divmod((place + 0.5) / a_week, 1)
            day = begin + timedelta(weeks=first + int(week), days=int(part * 5))
            self.rows.append((day, key, npi, name, line, payer, location))

    def briefing(self, source: str = "", history: History | None = None) -> Briefing:
        """Judges it all; `source` are further lines of the [source] section, `history` what was
        told and done before."""
        for number in range(30):
            self.sends(f"S{number:02d}", 2.0, npi=f"10000000{number:02d}")
        self._write("referrals.csv", COLUMNS, self.rows)
        self._write("practices.csv", DIRECTORY, self.practices.values())
        self._write("closures.csv", ("closed_from", "closed_to", "location"), self.closures)
        config = self.folder / "quietdrop.toml"
        text = CONFIG.replace("[source]", f"[source]\n{source}")
        config.write_text(text + self.tables, encoding="utf-8")
        past = history or History(first_run=False)
        return brief(load(config, {}), past, AS_OF, AS_OF, silent)

    def _write(self, name: str, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
        with (self.folder / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])


def found(briefing: Briefing, key: str = "A") -> Lookalike:
    return briefing.evaluation.findings.lookalikes[key]


def kind(briefing: Briefing, key: str = "A") -> str | None:
    like = briefing.evaluation.findings.lookalikes.get(key)
    return like.kind if like else None


def reason(briefing: Briefing, key: str = "A") -> str:
    return str(briefing.table.set_index("practice_id").loc[key, "reason"])


def is_listed(briefing: Briefing, key: str = "A") -> bool:
    return bool(briefing.table.set_index("practice_id").loc[key, "listed"])


def told(briefing: Briefing) -> list[str]:
    """The practices that the liaison's digest names beside the check-ins."""
    return [line.name for line in briefing.digests[0].lookalikes]


def counted(briefing: Briefing) -> dict[str, int]:
    """How many practices are likely none, by what the summary says of them."""
    return {like.words: like.number for like in briefing.summaries[0].lookalikes}
