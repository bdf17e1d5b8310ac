"""config: what is set, and where each value comes from."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, Any

import typer

from quietdrop.cli.app import Json, chosen_config, show_json
from quietdrop.cli.changes import change
from quietdrop.config import Settings, load
from quietdrop.config.origin import Origin, Setting, settings_shown
from quietdrop.delivery.mailer import PASSWORD_VARIABLE, password_from
from quietdrop.demo.folder import demo_folder
from quietdrop.domain.errors import QuietdropError
from quietdrop.lib.text import single_line
from quietdrop.messages.links import KEY_VARIABLE

LONGEST = 200  # characters of a value on the screen; --json gives all


class Action(StrEnum):
    """What to do with the config."""

    show = "show"


def config(
    action: Annotated[Action, typer.Argument(help="show: every setting.")] = Action.show,
    changes: Annotated[
        list[str] | None,
        typer.Option("--set", help="As `rehearse` takes it: drift.alert_probability=0.4."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Every setting with its value and where it comes from; no secret is shown."""
    del action  # there is one so far
    path, overrides = chosen_config(), dict(change(text) for text in changes or [])
    of = load(path, os.environ, overrides)
    shown = _with_learned(of, settings_shown(path, os.environ, overrides))
    secrets = _secrets(of)
    if as_json:
        values = [_for_a_program(each) for each in shown]
        show_json({"config": path, "settings": values, "secrets": secrets})
        return
    typer.echo(path)
    for line in screen(shown):
        typer.echo(line)
    typer.echo("\nSecrets, never shown")
    for name, where in secrets.items():
        typer.echo(f"  {name:<24}{where}")


def screen(shown: list[Setting]) -> Iterator[str]:
    """Yield the settings in lines, a heading a section, as TOML would have them."""
    width = max((len(each.key) for each in shown), default=0)
    section = None
    for each in shown:
        if each.section != section:
            section = each.section
            yield from ("", f"[{section}]" if section else "Whole tables")
        value = single_line(_as_toml(each.value), LONGEST)
        yield f"  {each.key:<{width}}  {value}  ({_where(each)})"


def _with_learned(of: Settings, shown: list[Setting]) -> list[Setting]:
    """The settings with the thresholds that `false_alarm_years` came to in the last run."""
    if not of.is_promised:
        return shown
    from quietdrop.cli.learned import last_alerts
    from quietdrop.evaluation.alert_levels import resolved

    try:
        now = resolved(of, last_alerts(of))
    except QuietdropError:  # check says why
        now = of
    values: dict[str, float | None] = {}
    if of.drift.false_alarm_years is not None:
        values["drift.alert_probability"] = now.drift.alert_probability if now is not of else None
        values["drift.watch_probability"] = now.drift.watch_probability
    return [
        replace(each, value=values[each.name], origin=Origin.learned)
        if each.name in values and each.value != values[each.name]
        else each
        for each in shown
    ]


def _where(each: Setting) -> str:
    if each.origin is Origin.learned:
        if each.value is None:
            return "from false_alarm_years: the next run learns it, `quietdrop check` shows it"
        return "from false_alarm_years, as the last run learned it"
    if each.origin is Origin.default:
        return "default"
    if each.origin is Origin.command_line:
        return "--set"
    filled = f", filled from {', '.join(each.variables)}" if each.variables else ""
    return f"line {each.line}{filled}"


def _as_toml(value: Any) -> str:
    return "not set" if value is None else json.dumps(value, ensure_ascii=False)


def _for_a_program(each: Setting) -> dict[str, Any]:
    return {
        "name": each.name,
        "value": each.value,
        "from": str(each.origin),
        "line": each.line,
        "variables": list(each.variables),
    }


def _secrets(of: Settings) -> dict[str, str]:
    """Where each secret is; not what it is."""
    user = of.mail.user if of.mail else None
    password = "environment" if os.environ.get(PASSWORD_VARIABLE) else "not set"
    if password == "not set" and password_from(user, {}) is not None:
        password = "keyring"
    key = "environment" if os.environ.get(KEY_VARIABLE) else "not set"
    if demo_folder(of.path) is not None:
        key = "the demo's own"
    return {PASSWORD_VARIABLE: password, KEY_VARIABLE: key}
