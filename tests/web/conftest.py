"""What the tests of the pages share."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from benchmarks.ports import free_port
from playwright.sync_api import Browser, expect, sync_playwright
from tests.builders.office import Office

from quietdrop.web import serving

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
LONGEST_WAIT = 30_000  # milliseconds for what a page shows by itself, beside three other tests


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium as the system has it; skipped where there is none, but never in CI."""
    chromium = shutil.which("chromium")
    if chromium is None and not os.environ.get("CI"):
        pytest.skip("no chromium on the path; `make browser` installs it")
    expect.set_options(timeout=LONGEST_WAIT)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield started
        started.close()


@pytest.fixture
def port(office: Office) -> Iterator[int]:
    """The port of pages that are being served."""
    number = free_port()
    with serving(office.app, f"127.0.0.1:{number}"):
        yield number


@pytest.fixture
def served(office: Office) -> Iterator[Office]:
    """The office's pages, its calendar feed among them, on a port of their own."""
    port = free_port()
    visits = office.settings.visits.model_copy(update={"calendar_feed": True})
    settings = office.settings.model_copy(update={"visits": visits})
    moved = Office(office.store, settings, f"http://127.0.0.1:{port}")
    with serving(moved.app, f"127.0.0.1:{port}"):
        yield moved
