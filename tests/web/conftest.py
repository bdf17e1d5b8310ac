"""What the tests of the pages share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.builders.office import Office
from tests.builders.ports import free_port

from quietdrop.web import serving


@pytest.fixture
def port(office: Office) -> Iterator[int]:
    """The port of pages that are being served."""
    number = free_port()
    with serving(office.app, f"127.0.0.1:{number}"):
        yield number
