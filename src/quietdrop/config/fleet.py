"""The fleet file: many clinics, each with its own config and store."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator

from quietdrop.config.clinic_secrets import environment_of, key_of
from quietdrop.config.file import ConfigFile, read_config, words
from quietdrop.config.outside import OidcSettings
from quietdrop.config.section import Count, Section, Text
from quietdrop.config.settings import (
    MailSettings,
    Settings,
    SourceSettings,
    StoreSettings,
    WebSettings,
)
from quietdrop.config.values import Where, prepare
from quietdrop.domain.errors import ConfigError
from quietdrop.lib.cron import check_cron
from quietdrop.lib.urls import NAME, with_driver

# The name becomes part of variables and lines on terminals; `__` ends it in a variable.
_NAME = re.compile(r"[A-Za-z0-9]+([-_][A-Za-z0-9]+)*")
LONGEST_NAME = 40  # characters
STORE = "sqlite:///fleet.db"  # of the fleet's own page
_PORTS = {"postgresql": 5432, "mysql": 3306, "mariadb": 3306}
_SAME_SERVER = {"mariadb": "mysql"}  # one server under two names


class FleetSettings(Section):
    """What holds for all clinics: how many at once, when, and the bounds of each."""

    jobs: Count | None = None  # processes at once; None: one a core
    stagger_minutes: Annotated[int, Field(ge=0, lt=24 * 60)] = 60
    memory_mb: Annotated[int, Field(ge=1024)] = 4096  # what is imported needs a few hundred
    minutes: Count = 60
    look_minutes: Count = 30  # of its page: from one look at all clinics to the next


class ClinicSettings(Section):
    """One clinic as the fleet file has it."""

    name: Text
    config: Text
    cron: str | None = None  # None: [schedule] cron of its config

    @field_validator("name")
    @classmethod
    def _plain(cls, value: str) -> str:
        if not _NAME.fullmatch(value) or len(value) > LONGEST_NAME:
            raise ValueError(
                f"must be letters and digits, joined by single - or _, and at most {LONGEST_NAME} "
                "characters, such as lake-side"
            )
        return value

    @field_validator("cron")
    @classmethod
    def _due_some_day(cls, value: str | None) -> str | None:
        if value is not None:
            check_cron(value)
        return value


class FleetFile(Section):
    """The whole file. The last four sections are those of a clinic's config, for the fleet's own
    page."""

    fleet: FleetSettings = FleetSettings()
    clinic: tuple[ClinicSettings, ...] = ()
    store: StoreSettings = StoreSettings()
    web: WebSettings = WebSettings()
    mail: MailSettings | None = None
    oidc: OidcSettings = OidcSettings()


_SECTIONS: dict[str, type[Section]] = {
    "": FleetFile,
    "fleet": FleetSettings,
    "clinic": ClinicSettings,
    "store": StoreSettings,
    "web": WebSettings,
    "mail": MailSettings,
    "oidc": OidcSettings,
}


@dataclass(frozen=True)
class Clinic:
    """One clinic of a fleet.

    Attributes:
        name: What it is called in the fleet.
        config: Its config file, absolute.
        cron: When its weekly job is due; None: as its config says.
        offset: How long after that it begins, so that not all begin at once.
        store: Its store's URL, as far as it can be known here; empty where it cannot.
    """

    name: str
    config: Path
    cron: str | None
    offset: timedelta
    store: str


@dataclass(frozen=True)
class Fleet:
    """The clinics, what holds for all of them, and what the fleet's own page needs."""

    settings: FleetSettings
    clinics: tuple[Clinic, ...]
    page: Settings


def load_fleet(path: Path, env: Mapping[str, str]) -> Fleet:
    """Takes a fleet file and the environment. Returns the fleet. A clinic's own config is its own
    matter: only the store that it names is looked at. Raises ConfigError with one line for each
    thing wrong."""
    file = read_config(path, {})
    folder = path.absolute().parent
    data = {"store": {"url": STORE}} | deepcopy(_with_tuples(file.data))
    faults = list(prepare(data, env, folder))
    try:
        whole = FleetFile.model_validate(data)
    except ValidationError as failure:
        faults += [
            (tuple(map(str, fault["loc"])), words(fault, _SECTIONS)) for fault in failure.errors()
        ]
    if faults:
        raise file.error(faults)
    if not whole.clinic:
        raise file.error([(("clinic",), "a fleet needs [[clinic]] tables with name and config")])
    clinics = tuple(_clinic(entry, whole.fleet, folder, env) for entry in whole.clinic)
    if faults := list(_shared(file, clinics, whole.store.url)):
        raise file.error(faults)
    return Fleet(whole.fleet, clinics, _page(path, whole))


def offset_of(name: str, minutes: int) -> timedelta:
    """How long after its slot a clinic begins: less than so many minutes, spread evenly over the
    names, and always the same for one name."""
    digest = hashlib.sha256(key_of(name).encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:8]) % (60 * minutes) if minutes else 0)


def _with_tuples(data: dict[str, Any]) -> dict[str, Any]:
    tables = data.get("clinic")
    return data | ({"clinic": tuple(tables)} if isinstance(tables, list) else {})


def _page(path: Path, whole: FleetFile) -> Settings:
    """The settings of the fleet's own page, as those of a clinic that has no source."""
    return Settings(
        path=path.absolute(),
        source=SourceSettings(referrals="none"),
        store=whole.store,
        web=whole.web,
        mail=whole.mail,
        oidc=whole.oidc,
    )


def _clinic(
    entry: ClinicSettings, fleet: FleetSettings, folder: Path, env: Mapping[str, str]
) -> Clinic:
    config = folder / Path(entry.config).expanduser()
    return Clinic(
        entry.name,
        config,
        entry.cron,
        offset_of(entry.name, fleet.stagger_minutes),
        _store_of(config, environment_of(entry.name, env)),
    )


def _store_of(config: Path, env: Mapping[str, str]) -> str:
    """The store's URL that a config names; empty where the file cannot be read, or a variable in
    the URL is set on the worker only."""
    try:
        data = deepcopy(read_config(config, {}).data)
        written = str(data.get("store", {}).get("url", ""))
        list(prepare(data, env, config.absolute().parent))
        url = data["store"]["url"]
    except (ConfigError, KeyError, TypeError, AttributeError):
        return ""
    is_known = isinstance(url, str) and set(NAME.findall(written)) <= set(env)
    return url if is_known else ""


def _shared(
    file: ConfigFile, clinics: tuple[Clinic, ...], store: str
) -> Iterator[tuple[Where, str]]:
    """What two clinics may not share: a name, a config, a store; nor any with the fleet's page."""
    for place, clinic in enumerate(clinics):
        if clinic.store and _identity(clinic.store) == _identity(store):
            yield ("clinic", str(place), "config"), "has the store of the fleet's own page"
    for key, identities, what in (
        ("name", [key_of(one.name) for one in clinics], "has the name"),
        ("config", [str(one.config.resolve()) for one in clinics], "has the config"),
        ("config", [_identity(one.store) for one in clinics], "has the store"),
    ):
        first: dict[str, int] = {}
        for place, identity in enumerate(identities):
            before = first.setdefault(identity, place) if identity else place
            if before != place and not (what == "has the store" and _same(clinics, before, place)):
                line = file.line(("clinic", str(before), key))
                yield (
                    ("clinic", str(place), key),
                    f"{what} of clinic {clinics[before].name} (line {line}); each needs its own",
                )


def _same(clinics: tuple[Clinic, ...], one: int, other: int) -> bool:
    """Whether two clinics have the same config, which has been said already."""
    return clinics[one].config.resolve() == clinics[other].config.resolve()


def _identity(url: str) -> str:
    """Which database a store's URL means, whoever logs in; empty where it means none."""
    if not url:
        return ""
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    with suppress(ArgumentError, ValueError):
        parsed = with_driver(make_url(url))
        kind = parsed.get_backend_name()
        kind = _SAME_SERVER.get(kind, kind)
        if kind == "sqlite":
            return f"sqlite {Path(parsed.database or '').resolve()}"
        host = (parsed.host or "").casefold()
        host = "localhost" if host in ("127.0.0.1", "::1", "") else host
        port = parsed.port or _PORTS.get(kind, 0)
        return f"{kind} {host}:{port}/{parsed.database} {sorted(parsed.query.items())}"
    return ""
