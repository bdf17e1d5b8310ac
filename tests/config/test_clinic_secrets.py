"""Whose secret is whose."""

from __future__ import annotations

import keyring
import pytest
from keyring.errors import NoKeyringError

from quietdrop.config.clinic_secrets import environment_of, from_keyring


def test_a_clinic_gets_its_own_variables_and_those_of_all() -> None:
    env = {
        "PATH": "/bin",
        "QUIETDROP_MAIL_PASSWORD": "of all",
        "QUIETDROP_CLINIC_LAKE_SIDE__DB": "lake",
        "QUIETDROP_CLINIC_LAKE_SIDE__": "nothing",
        "QUIETDROP_CLINIC_LAKE__DB": "another",
        "QUIETDROP_CLINIC_HILL__QUIETDROP_MAIL_PASSWORD": "hill",
    }
    assert environment_of("lake-side", env) == {
        "PATH": "/bin",
        "QUIETDROP_MAIL_PASSWORD": "of all",
        "DB": "lake",
    }
    assert environment_of("Hill", env) == {"PATH": "/bin", "QUIETDROP_MAIL_PASSWORD": "hill"}


@pytest.mark.parametrize(
    "key", ["QUIETDROP_LINK_KEY", "QUIETDROP_WEBHOOK_KEY", "QUIETDROP_OIDC_SECRET"]
)
def test_what_signs_is_never_shared(key: str) -> None:
    assert environment_of("lake", {key: "of all"}) == {}
    environment = {key: "of all", f"QUIETDROP_CLINIC_LAKE__{key}": "lake"}
    assert environment_of("lake", environment) == {key: "lake"}


def test_the_keyring_has_a_service_for_each_clinic(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = {("quietdrop lake", "DB"): "lake", ("quietdrop hill", "DB"): "hill"}
    monkeypatch.setattr(keyring, "get_password", lambda *place: kept.get(place))
    assert from_keyring("lake", ["DB", "OTHER"]) == {"DB": "lake"}
    assert from_keyring("hill", ["DB"]) == {"DB": "hill"}


def test_a_machine_without_a_keyring_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_place: str) -> str:
        raise NoKeyringError

    monkeypatch.setattr(keyring, "get_password", missing)
    assert from_keyring("lake", ["DB"]) == {}
