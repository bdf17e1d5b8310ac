"""A whole digest keeps to what mail programs show: small, tables, inlined styles, no trackers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from quietdrop.checkins.history import History
from quietdrop.config import load
from quietdrop.demo.files import write_network
from quietdrop.demo.network import make_network
from quietdrop.domain.digest import Digest
from quietdrop.jobs.pipeline import brief
from quietdrop.messages import chart, render
from quietdrop.messages.links import Links, mail_links

LAST_MONDAY = date(2026, 7, 6)
NOW = datetime(2026, 7, 6, 7, tzinfo=UTC)
BASE = "https://quietdrop.practice.example"
GMAIL_CLIPS = 102 * 1024
ITEMS = 12


class Page(HTMLParser):
    """Every tag of a page with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def fullest(tmp_path_factory: pytest.TempPathFactory) -> Digest:
    """The longest digest of the demo at an alert that lists a dozen practices."""
    folder = tmp_path_factory.mktemp("fullest")
    config = write_network(make_network(LAST_MONDAY), folder, smtp_port=9)
    text = config.read_text().replace("[digest]", f"[digest]\nbudget = {ITEMS}")
    text = text.replace('liaisons = "data/liaisons.csv"\n', "")  # they have budgets of their own
    config.write_text(text + "\n[drift]\nalert_probability = 0.03\nwatch_probability = 0.02\n")
    briefing = brief(load(config, {}), History(first_run=False), LAST_MONDAY, LAST_MONDAY, print)
    return max(briefing.digests, key=lambda digest: len(digest.items))


@pytest.fixture(scope="module")
def rendered(fullest: Digest) -> render.Rendered:
    leads = mail_links(Links(BASE, "k" * 48), NOW, 21)
    return render.render_digest(fullest, leads)


def test_a_dozen_check_ins_stay_below_the_size_at_which_gmail_clips(
    fullest: Digest, rendered: render.Rendered
) -> None:
    assert len(fullest.items) == ITEMS
    assert len(rendered.html.encode()) < min(GMAIL_CLIPS, 100_000)


def test_nothing_that_mail_programs_drop_or_block(rendered: render.Rendered) -> None:
    tags = {tag for tag, _ in Page(rendered.html).tags}
    assert not tags & {"script", "form", "input", "iframe", "object", "link", "video", "svg"}
    for word in ("flex", "grid", "position:", "var(", "@import", "@font-face", "calc(", "float:"):
        assert word not in rendered.html


def test_every_picture_comes_along_and_says_what_it_shows(rendered: render.Rendered) -> None:
    pictures = [attributes for tag, attributes in Page(rendered.html).tags if tag == "img"]
    assert len(pictures) >= 10
    attached = {f"cid:{cid}" for cid, _ in rendered.images}
    for attributes in pictures:
        assert attributes["src"] in attached
        assert attributes["alt"]
        assert attributes["width"]


def test_layout_tables_are_told_from_data(rendered: render.Rendered) -> None:
    tables = [attributes for tag, attributes in Page(rendered.html).tags if tag == "table"]
    assert tables
    assert all(attributes.get("role") == "presentation" for attributes in tables)


def test_outlook_which_knows_no_widest_width_is_given_one(rendered: render.Rendered) -> None:
    shown = re.findall(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", rendered.html)
    assert len(shown) == 2
    assert 'width="600"' in shown[0]
    assert [shown[0].count(f"<{tag}") for tag in ("table", "tr", "td")] == [1, 1, 1]
    assert shown[1] == "</td></tr></table>"
    assert "max-width: 600px" in rendered.html


def test_no_address_but_our_own(rendered: render.Rendered) -> None:
    assert all(url.startswith(BASE) for url in re.findall(r"https?://[^\s\"'<>]+", rendered.html))


def test_plain_text_keeps_to_its_columns_but_for_links(rendered: render.Rendered) -> None:
    lines = [line for line in rendered.text.splitlines() if "://" not in line]
    assert max(map(len, lines)) <= 72


def luminance(color: str) -> float:
    """Relative luminance, as the web's accessibility guidelines define it."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("paper", ["#ffffff", "#161b20"])
def test_what_a_picture_draws_is_seen_by_day_and_by_night(paper: str) -> None:
    drawn = Image.open(BytesIO(chart.cadence_png((3.0, 0.0) * 26, (2.0,) * 52, 40)))
    colors = np.unique(np.asarray(drawn.convert("RGBA")).reshape(-1, 4), axis=0).tolist()
    inks = {f"#{r:02x}{g:02x}{b:02x}" for r, g, b, opaque in colors if opaque}
    assert len(inks) == 3
    assert min(contrast(ink, paper) for ink in inks) >= 3


@pytest.mark.parametrize(
    ("ink", "paper"),
    [
        *[(ink, "#ffffff") for ink in ("#14181d", "#48525e", "#5c6672", "#0b57a8")],
        *[(ink, "#161b20") for ink in ("#e9ecf0", "#b6bfc9", "#98a3af", "#82b7f4")],
    ],
)
def test_colors_can_be_read_by_day_and_by_night(ink: str, paper: str) -> None:
    template = Path(render.__file__).with_name("templates") / "base.html.j2"
    assert ink in template.read_text()
    assert paper in template.read_text()
    assert contrast(ink, paper) >= 4.5
