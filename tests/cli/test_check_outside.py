"""check says how the systems that hear of check-ins, or sign people in, are reached."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.ports import free_port
from tests.builders.commands import call
from tests.builders.https_server import https_server
from tests.builders.openid_provider import SECRET, openid_provider

KEY = "a key of thirty-two letters or so"
LINK_KEY = "another key of thirty-two letters"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("WEBHOOK_KEY", "OIDC_SECRET", "LINK_KEY"):
        monkeypatch.delenv(f"QUIETDROP_{name}", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "r.csv").write_text("referred_on,practice_name\n2026-06-29,Lakeside\n")
    path = tmp_path / "quietdrop.toml"
    path.write_text('[source]\nreferrals = "r.csv"\n')
    return path


class Check:
    """Runs `check` and gives its lines of one name."""

    def __init__(
        self, config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        self.config, self.monkeypatch, self.capsys = config, monkeypatch, capsys

    def add(self, lines: str) -> None:
        with self.config.open("a") as file:
            file.write(lines)

    def __call__(self, name: str) -> list[str]:
        code = call(self.monkeypatch, "check")
        shown = self.capsys.readouterr().out
        assert not [key for key in (KEY, LINK_KEY, SECRET, "hidden-path") if key in shown]
        lines = [line for line in shown.splitlines() if line.startswith(f"{name} ")]
        if any("  !!  " in line for line in lines):
            assert code == 1
        return lines


@pytest.fixture
def check(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Check:
    return Check(config, monkeypatch, capsys)


def test_what_is_not_set_has_no_line(check: Check) -> None:
    assert (check("webhook"), check("oidc")) == ([], [])


def test_a_webhook_that_can_be_reached_shows_its_host_alone(
    check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with https_server(404) as server:
        (tmp_path / "ca.pem").write_bytes(server.ca_pem)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        monkeypatch.setenv("QUIETDROP_WEBHOOK_KEY", KEY)
        check.add(f'[webhook]\nurl = "{server.url}/hidden-path"\n')
        assert check("webhook") == [
            f"webhook  ok  {server.url} can be reached; format json, signed with "
            "QUIETDROP_WEBHOOK_KEY"
        ]
        monkeypatch.delenv("QUIETDROP_WEBHOOK_KEY")
        check.add('format = "slack"\n')
        assert check("webhook") == [
            f"webhook  ok  {server.url} can be reached; format slack, not signed"
        ]
    assert {one.path for one in server.posted} == {"/"}


def test_a_webhook_without_its_key_is_wrong(check: Check) -> None:
    check.add('[webhook]\nurl = "https://hub.example/hidden-path"\n')
    [line] = check("webhook")
    assert line.startswith("webhook  !!  ")
    assert "[webhook] url needs QUIETDROP_WEBHOOK_KEY in the environment" in line


def test_a_webhook_that_nobody_answers_at_is_wrong(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIETDROP_WEBHOOK_KEY", KEY)
    url = f"https://127.0.0.1:{free_port()}"
    check.add(f'[webhook]\nurl = "{url}/hidden-path"\n')
    assert check("webhook") == [
        f"webhook  !!  {url} cannot be reached: Connection refused; events wait for five days"
    ]


def with_pages(check: Check, monkeypatch: pytest.MonkeyPatch, issuer: str) -> None:
    monkeypatch.setenv("QUIETDROP_LINK_KEY", LINK_KEY)
    check.add('[web]\nbase_url = "https://q.example/desk"\n')
    check.add(f'[oidc]\nissuer = "{issuer}"\nclient_id = "quietdrop"\n')


def test_a_provider_that_answers_shows_where_people_come_back_to(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIETDROP_OIDC_SECRET", SECRET)
    with openid_provider(0) as there:
        with_pages(check, monkeypatch, there.issuer)
        assert check("oidc") == [
            f"oidc     ok  {there.issuer} answers, QUIETDROP_OIDC_SECRET is set; it must know the "
            "redirect address https://q.example/desk/oidc/back"
        ]
        there.is_away = True
        [line] = check("oidc")
    assert line == (
        f"oidc     !!  {there.issuer} answers 503; until that is fixed, people sign in by a mailed "
        "link"
    )


def test_a_provider_without_our_secret_is_wrong(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_pages(check, monkeypatch, "https://login.example")
    [line] = check("oidc")
    assert line.startswith("oidc     !!  ")
    assert line.endswith("[oidc] needs QUIETDROP_OIDC_SECRET in the environment.")


def test_a_provider_that_is_somebody_else_is_wrong(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIETDROP_OIDC_SECRET", SECRET)
    with openid_provider(0) as there:
        with_pages(check, monkeypatch, f"{there.issuer}/")
        [line] = check("oidc")
    assert "names another issuer than [oidc] issuer" in line


def test_a_provider_without_pages_is_of_no_use(
    check: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIETDROP_OIDC_SECRET", SECRET)
    check.add('[oidc]\nissuer = "https://login.example"\nclient_id = "quietdrop"\n')
    assert check("oidc") == ["oidc     --  there are no pages to sign in to"]


@pytest.mark.parametrize(
    ("base_url", "lines"),
    [("http://q.example", 1), ("https://q.example", 0), ("http://127.0.0.1:8470", 0)],
)
def test_pages_that_nobody_can_sign_in_to_are_named(
    check: Check, monkeypatch: pytest.MonkeyPatch, base_url: str, lines: int
) -> None:
    monkeypatch.setenv("QUIETDROP_LINK_KEY", LINK_KEY)
    check.add(f'[web]\nbase_url = "{base_url}"\n')
    named = [line for line in check("pages") if "managers cannot sign in" in line]
    assert len(named) == lines
