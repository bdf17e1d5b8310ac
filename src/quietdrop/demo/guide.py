"""The demo's index.html: a way through its weeks, digests, summaries and quarter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from quietdrop.lib import safe_files
from quietdrop.messages.wording import figures
from quietdrop.web.file_page import STYLE


@dataclass(frozen=True)
class Digest:
    """A mail of a Monday: its page, and how many check-ins it has."""

    page: str  # relative to the demo's folder
    name: str
    checkins: int


@dataclass(frozen=True)
class Week:
    """One Monday: what was mailed, and what was listed of what had been planted by then."""

    monday: date
    digests: tuple[Digest, ...]
    summary: str | None
    begun: int
    listed: int
    planted: int


@dataclass(frozen=True)
class Tour:
    """What the index leads to; pages are relative to the demo's folder."""

    weeks: Sequence[Week]
    planted: pd.DataFrame  # as `score` gives it
    quarter: str | None
    config: Path
    link: str  # to the pages, while `quietdrop open` serves them

    @property
    def fullest(self) -> Digest | None:
        """The digest with most check-ins; of several the newest."""
        digests = [digest for week in self.weeks for digest in week.digests]
        return max(reversed(digests), key=lambda digest: digest.checkins, default=None)

    @property
    def inbox(self) -> str:
        """Where `quietdrop open` shows the demo's mails."""
        return f"{self.link.partition('/open/')[0]}/desk/inbox"

    @property
    def explained(self) -> str:
        """A practice for `explain`: one that was listed, if any was."""
        rows = self.planted.to_dict("records")
        listed = [row for row in rows if row["listed"] != "-"]
        return str((listed or rows)[0]["practice"])


def write_index(folder: Path, tour: Tour) -> Path:
    """Writes index.html, which needs nothing but itself and the files it leads to."""
    environment = Environment(
        loader=PackageLoader("quietdrop.demo"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["count"] = figures.count
    page = folder / "index.html"
    text = environment.get_template("index.html.j2").render(
        tour=tour,
        weeks=list(reversed(tour.weeks)),
        planted=tour.planted.to_dict("records"),
        command=f"quietdrop --config {tour.config}",
        style=Markup(STYLE),
    )
    safe_files.write_text(page, text)
    return page
