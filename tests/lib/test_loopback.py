"""Which web addresses stay on the machine."""

from __future__ import annotations

import pytest

from quietdrop.lib.loopback import is_loopback


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8470", "http://localhost", "http://[::1]:8470/qd", "http://127.9.9.9/"],
)
def test_this_machine(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://128.0.0.1",
        "http://localhost.example",
        "http://127.0.0.1.example",
        "http://10.0.0.1",
        "http://0.0.0.0:8470",
        "https://desk.example/127.0.0.1",
        "",
    ],
)
def test_anywhere_else(url: str) -> None:
    assert not is_loopback(url)
