"""How tests fill in the forms of the pages."""

from __future__ import annotations

import re

from tests.builders.office import Office


def form_of(page: str) -> str:
    """The one hidden field that shows a form to be ours."""
    [form] = re.findall(r'name="form" value="([^"]+)"', page)
    return str(form)


def fill(office: Office, path: str, **fields: str) -> tuple[int, str]:
    """Opens the page, fills its form in and sends it."""
    form = form_of(office.client.get(path).text)
    sent = office.client.post(path, data={"form": form, **fields})
    return sent.status_code, sent.text
