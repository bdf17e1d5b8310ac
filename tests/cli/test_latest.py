"""A config that changes while `serve` runs counts at once; a broken one leaves the old one."""

from __future__ import annotations

from pathlib import Path

import pytest

from quietdrop.cli.app import chosen
from quietdrop.cli.serve import Latest

GOOD = '[source]\nreferrals = "r.csv"\n'


def test_a_changed_config_counts_and_a_broken_one_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "quietdrop.toml"
    file.write_text(GOOD)
    monkeypatch.setitem(chosen, "config", str(file))
    latest = Latest()
    assert latest().schedule.cron == "0 7 * * MON"
    file.write_text(GOOD + '[schedule]\ncron = "0 6 * * TUE"\n')
    assert latest().schedule.cron == "0 6 * * TUE"
    file.write_text(GOOD + '[schedule]\ncron = "never"\n')
    assert latest().schedule.cron == "0 6 * * TUE"
    assert latest().schedule.cron == "0 6 * * TUE"
    assert caplog.text.count("so the old one stays") == 1
