"""A self-contained page, with the desk's stylesheet embedded."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from quietdrop.lib import text
from quietdrop.lib.reader import decimal
from quietdrop.messages.templating import dial
from quietdrop.messages.wording import figures
from quietdrop.web.chart import chart

STYLE = Path(__file__).with_name("style.css").read_text(encoding="utf-8")


def file_page(template: str, as_of: date, **values: object) -> str:
    """Renders a template as a self-contained file. Days are written relative to `as_of`."""
    environment = Environment(
        loader=PackageLoader("quietdrop.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["clean"] = text.single_line
    environment.filters["dial"] = dial
    environment.filters["decimal"] = decimal
    environment.filters["number"] = figures.number
    environment.filters["day"] = lambda when: figures.day(when, as_of)
    environment.globals["chart"] = chart
    return environment.get_template(template).render(values, style=Markup(STYLE))
