"""What is an address, and what is refused as one."""

from __future__ import annotations

import pytest

from quietdrop.lib.mail_address import LONGEST, is_address


@pytest.mark.parametrize(("length", "is_one"), [(LONGEST, True), (LONGEST + 1, False)])
def test_an_address_is_as_long_as_mail_and_the_store_take_it(length: int, *, is_one: bool) -> None:
    domain = "@clinic.example"
    assert is_address("x" * (length - len(domain)) + domain) is is_one
