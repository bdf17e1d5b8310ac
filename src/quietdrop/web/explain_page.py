"""A practice explained, as a page that is a file of its own."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from quietdrop.lib import text
from quietdrop.lib.reader import decimal
from quietdrop.messages.explanation import Explanation
from quietdrop.messages.templating import dial
from quietdrop.messages.wording import figures
from quietdrop.web.chart import chart
from quietdrop.web.quarter_page import STYLE


def standalone(of: Explanation) -> str:
    """The page, with the stylesheet of the desk inside."""
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
    environment.filters["day"] = lambda when: figures.day(when, of.card.as_of)
    environment.globals["chart"] = chart
    template = environment.get_template("explain_file.html.j2")
    return template.render(of=of, card=of.card, style=Markup(STYLE))
