"""The shape of the code: who may import whom, and who may read the clock."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src" / "quietdrop"
EVERYWHERE = {"model", "told", "reports", "errors", "domain", "lib"}
MAY_IMPORT: dict[str, set[str]] = {
    "cadence": set(),
    "public_holidays": set(),
    "calendar_model": set(),
    "arrivals": {"cadence"},
    "exposure": {"calendar_model"},
    "dispersion": set(),
    "calibration": set(),
    "drift": {"calibration"},
    "chances": {"arrivals", "cadence", "exposure"},
    "streams": {"cadence", "dispersion", "drift", "exposure"},
    "feed": {"cadence", "streams"},
    "lib": set(),
    "domain": set(),
    "findings": {"cadence", "ingest", "moves", "resemblance"},
    "joining": {"checkins"},
    "hindsight": set(),
    "honesty": {"hindsight"},
    "oversight": {"decided", "holdout", "honesty", "ledger", "outcomes"},
    "urls": set(),
    "ingest": {"domain", "ingest", "lib", "outcomes", "spreadsheets", "urls"},
    "batches": set(),
    "wandering": {"drift"},
    "assess": {"batches", "cadence", "dispersion", "drift", "exposure", "wandering"},
    "flows": {"cadence"},
    "parts": {"assess", "cadence", "dispersion", "drift"},
    "resemblance": set(),
    "moves": {"assess", "cadence", "flows", "resemblance"},
    "lookalikes": {"assess", "flows", "moves"},
    "outcomes": set(),
    "links": set(),
    "followup": {"assess", "outcomes"},
    "holdout": set(),
    "ledger": {"holdout", "outcomes"},
    "candidates": {"assess", "followup"},
    "unlisted": {"outcomes"},
    "checkins": {"assess", "candidates", "followup", "holdout", "outcomes", "unlisted"},
    "evaluation": {"assess", "cadence"},
    "messages": {"decided", "digest"},
    "decided": {"assess", "checkins", "evaluation", "our_side", "outcomes", "streams"},
    "our_side": set(),
    "front_desk": set(),
    "phrases": {"lib"},
    "cover": set(),
    "welcome": {"assess", "cadence"},
    "sections": {
        *("cadence", "decided", "explain", "front_desk", "our_side", "phrases", "telling"),
        *("unlisted", "welcome"),
    },
    "explain": {"assess"},
    "telling": {
        *("assess", "candidates", "decided", "explain", "followup", "outcomes", "oversight"),
        *("parts", "streams", "unlisted"),
    },
    "spreadsheets": set(),
    "quarter": {
        *("assess", "cadence", "decided", "flows", "front_desk", "quarter", "spreadsheets"),
    },
    "cards": {
        *("cadence", "decided", "explain", "outcomes", "phrases", "sections"),
        "telling",
    },
    "digest": {"digest", "lib", "our_side", "unlisted", "welcome"},
    "outbox": {"mailer"},
    "mailer": {"lib", "smtp_replies"},
    "smtp_replies": set(),
    "store": {"lib", "store", "urls"},
}
CLOCK_READERS = {"cli", "schedule", "web"}
CLOCK_CALLS = {"now", "today", "utcnow", "time", "monotonic"}
FILES = sorted(SOURCE.rglob("*.py"))


def part(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_stages_meet_in_the_model_only(path: Path) -> None:
    allowed = MAY_IMPORT.get(part(path))
    if allowed is None:
        return
    ours = {
        name.split(".")[1]
        for name in imports(ast.parse(path.read_text()))
        if name.startswith("quietdrop.")
    }
    assert ours <= allowed | EVERYWHERE


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_only_the_edge_reads_the_clock(path: Path) -> None:
    if part(path) in CLOCK_READERS:
        return
    calls = {
        f"{ast.unparse(node.func)}"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    clocks = {f"{who}.{call}" for who in ("datetime", "date", "time") for call in CLOCK_CALLS}
    assert not calls & clocks


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_all_mail_goes_through_yagmail(path: Path) -> None:
    assert "smtplib" not in imports(ast.parse(path.read_text()))
