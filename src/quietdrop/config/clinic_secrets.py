"""Secrets of one clinic among many, from the environment or the keyring of the machine at work.

A variable of one clinic has the clinic's name in front: `QUIETDROP_CLINIC_LAKE_SIDE__DB_PASSWORD`
is `DB_PASSWORD` for the clinic `lake-side`, and is not there for any other. What the environment
does not have, the keyring may: under the service `quietdrop lake-side`, by the variable's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

PREFIX = "QUIETDROP_CLINIC_"
# Links and events are signed with these: with one key for all, a link of one clinic would open the
# pages of another. So each clinic has its own or none.
NEVER_SHARED = ("QUIETDROP_LINK_KEY", "QUIETDROP_WEBHOOK_KEY", "QUIETDROP_OIDC_SECRET")
OF_QUIETDROP = ("QUIETDROP_MAIL_PASSWORD", *NEVER_SHARED)


def key_of(name: str) -> str:
    """The clinic's name as variables have it; two clinics may not share it."""
    return name.upper().replace("-", "_")


def environment_of(name: str, env: Mapping[str, str]) -> dict[str, str]:
    """The environment of one clinic's process: its own variables without the prefix, and what all
    share; no other clinic's variables, and no signing key that is not its own."""
    prefix = f"{PREFIX}{key_of(name)}__"
    shared = {
        variable: value
        for variable, value in env.items()
        if not variable.startswith(PREFIX) and variable not in NEVER_SHARED
    }
    return shared | {
        variable.removeprefix(prefix): value
        for variable, value in env.items()
        if variable.startswith(prefix) and variable != prefix
    }


def from_keyring(name: str, variables: Iterable[str]) -> dict[str, str]:
    """What the keyring has of a clinic's variables. It never prompts."""
    import keyring
    from keyring.errors import KeyringError

    kept: dict[str, str] = {}
    for variable in variables:
        try:
            value = keyring.get_password(f"quietdrop {name}", variable)
        except (KeyringError, RuntimeError):
            return kept
        if value:
            kept[variable] = value
    return kept
