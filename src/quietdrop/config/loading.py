"""TOML to frozen settings; all that is wrong is told at once, with line and nearest name."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path

from pydantic import ValidationError

from quietdrop.config import overrides as overrides_module
from quietdrop.config import promises
from quietdrop.config.file import read_config, words
from quietdrop.config.outside import HealthSettings, OidcSettings, WebhookSettings
from quietdrop.config.overrides import OverrideSettings
from quietdrop.config.section import Section
from quietdrop.config.settings import (
    CalendarSettings,
    DigestSettings,
    DriftSettings,
    FeedSettings,
    MailSettings,
    ScheduleSettings,
    Settings,
    SourceSettings,
    StoreSettings,
    WebSettings,
)
from quietdrop.config.values import prepare
from quietdrop.config.visits import GiftSettings, VisitSettings
from quietdrop.lib.urls import masked

_SECTIONS: dict[str, type[Section]] = {
    "": Settings,
    "source": SourceSettings,
    "store": StoreSettings,
    "drift": DriftSettings,
    "digest": DigestSettings,
    "schedule": ScheduleSettings,
    "calendar": CalendarSettings,
    "feed": FeedSettings,
    "mail": MailSettings,
    "web": WebSettings,
    "health": HealthSettings,
    "webhook": WebhookSettings,
    "oidc": OidcSettings,
    "visits": VisitSettings,
    "gifts": GiftSettings,
    "override": OverrideSettings,
}


def load(
    path: Path, env: Mapping[str, str], overrides: Mapping[str, str] | None = None
) -> Settings:
    """Takes a TOML file, the environment for `${NAME}`, values of "section.key" that win over the
    file's. Returns the settings, with absolute paths. Raises ConfigError with one line for each
    thing wrong."""
    file = read_config(path, overrides or {})
    data = deepcopy(file.data)
    faults = list(prepare(data, env, path.absolute().parent))
    try:
        settings = Settings.model_validate(data | {"path": path.absolute()})
    except ValidationError as failure:
        for fault in failure.errors():
            faults.append((tuple(map(str, fault["loc"])), words(fault, _SECTIONS)))
    else:
        drift = settings.drift
        alert = drift.alert_probability if drift.false_alarm_years is None else 1.0
        faults += overrides_module.faults(settings.override, alert, drift.watch_probability)
        tables = [(("override", str(at)), one) for at, one in enumerate(settings.override)]
        faults += promises.faults([(("drift",), drift), *tables])
        if not faults:
            return settings
    raise file.error(faults)


def fingerprint(settings: Settings) -> str:
    """Returns a sha256 of every setting that changes results; no secret goes in."""
    kept = settings.model_dump(mode="json", include={"source", "drift", "digest", "visits"})
    if settings.override:  # without any, a fingerprint is what it was before there were some
        kept["override"] = [one.model_dump(mode="json") for one in settings.override]
    for table in (kept["drift"], *kept.get("override", ())):
        if table["false_alarm_years"] is None:
            del table["false_alarm_years"]
    if kept["source"]["nppes"] is None:
        del kept["source"]["nppes"]
    del kept["source"]["timeout_minutes"]  # how long reading may take changes no result
    del kept["digest"]["allowed_domains"]  # nor does where mail may go
    for key, value in kept["source"].items():
        if isinstance(value, str):
            kept["source"][key] = masked(value)
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
