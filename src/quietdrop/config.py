"""TOML to frozen settings; all that is wrong is told at once, with line and nearest name."""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from quietdrop.errors import ConfigError
from quietdrop.public_holidays import is_known_place
from quietdrop.schedule import trigger

_COLUMNS = {
    "referrals": "referred_on practice_id practice_name referral_id provider_npi provider_name"
    " specialty service_line payer location status scheduled_on seen_on note_sent_on recorded_on"
    " value",
    "practices": "practice_id practice_name aliases liaison_email territory town phone address"
    " health_system specialty tier opened_on closed_on",
    "people": "practice_id npi name role preferred_contact left_on",
    "liaisons": "liaison_email name manager_email budget away_from away_to cover_email"
    " service_lines",
    "touches": "touched_on practice_id liaison_email kind whom outcome resolved_on note",
    "closures": "closed_from closed_to location",
}
DIRECTORY_COLUMNS = {name: tuple(columns.split()) for name, columns in _COLUMNS.items()}
REFERRAL_COLUMNS = DIRECTORY_COLUMNS.pop("referrals")
_FILE = re.compile(r"[/\\*?]|\.(csv|tsv|txt|gz|xlsx|xlsm|xls|parquet|ndjson|json)$", re.I)
_PASSWORD = re.compile(r"(://[^/:@]*:)(.*)(@)")
_SECRET = re.compile(r"pass|pwd|secret|token", re.I)
_NAME = re.compile(r"\$\{(\w+)\}")


def _email(value: str) -> str:
    if not re.fullmatch(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+", value):
        raise ValueError("is no e-mail address")
    return value


Text = Annotated[str, Field(min_length=1)]
Email = Annotated[str, AfterValidator(_email)]
Share = Annotated[float, Field(ge=0, le=1)]
Hazard = Annotated[float, Field(gt=0, lt=1)]
Count = Annotated[int, Field(ge=1)]


class _Section(BaseModel):
    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", validate_default=True, allow_inf_nan=False
    )


class SourceSettings(_Section):
    """Where the referrals and the directory stand, and what their columns are called there."""

    referrals: Text
    table: Text | None = None
    query: Text | None = None
    practices: Text | None = None
    people: Text | None = None
    liaisons: Text | None = None
    touches: Text | None = None
    closures: Text | None = None
    columns: dict[str, Text] = {}
    directory_columns: dict[str, dict[str, Text]] = {}
    not_referrals: tuple[str, ...] = ("cancelled in error", "entered in error", "duplicate")
    dates: Literal["auto", "iso", "month-first", "day-first"] = "auto"
    unknown_practices: Literal["reject", "keep"] = "reject"
    rejects: Text = "quietdrop-rejects.csv"

    @field_validator("query")
    @classmethod
    def _one_of(cls, value: str | None, info: ValidationInfo) -> str | None:
        if value is not None and info.data.get("table") is not None:
            raise ValueError("give a table or a query, not both")
        return value


class StoreSettings(_Section):
    """quietdrop's own database."""

    url: Text = "sqlite:///quietdrop.db"


class DriftSettings(_Section):
    """What counts as drift."""

    alert_probability: Share = 0.5
    watch_probability: Share = 0.25
    min_referrals: Count = 3
    min_weeks: Count = 10
    window_weeks: Count = 39
    hazard: Hazard = 0.004
    absence_hazard: Hazard | None = None
    discount: Annotated[float, Field(gt=0, le=1)] = 0.97

    @field_validator("watch_probability")
    @classmethod
    def _below_alert(cls, value: float, info: ValidationInfo) -> float:
        if value > info.data.get("alert_probability", 1):
            raise ValueError("must not be above alert_probability")
        return value


class DigestSettings(_Section):
    """Who is told, and how much."""

    budget: Count = 6
    default_liaison: Email | None = None
    managers: tuple[Email, ...] = ()


class ScheduleSettings(_Section):
    """When `quietdrop serve` runs the weekly job."""

    timezone: str = "UTC"
    cron: str = "0 7 * * MON"

    @field_validator("timezone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("is no timezone, such as Europe/Berlin or America/New_York") from None
        return value

    @field_validator("cron")
    @classmethod
    def _cron(cls, value: str) -> str:
        trigger(value, "UTC")
        return value


class CalendarSettings(_Section):
    """Whose public holidays count."""

    country: str = "US"
    subdivision: str = ""

    @field_validator("country")
    @classmethod
    def _country(cls, value: str) -> str:
        if not is_known_place(value, ""):
            raise ValueError("is no country code that is known, such as US or DE")
        return value

    @field_validator("subdivision")
    @classmethod
    def _subdivision(cls, value: str, info: ValidationInfo) -> str:
        country = info.data.get("country")
        if country is not None and not is_known_place(country, value):
            raise ValueError(f"is no state or province of {country or 'no country'} that is known")
        return value


class FeedSettings(_Section):
    """When the feed looks broken and the digests are held."""

    max_age_days: Count = 10
    max_reject_share: Share = 0.2


class MailSettings(_Section):
    """How mail leaves; the password comes from QUIETDROP_MAIL_PASSWORD or the keyring."""

    host: Text
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    security: Literal["starttls", "ssl", "none"] = "starttls"
    user: Text | None = None
    from_: Annotated[Email, Field(alias="from")]
    reply_to: Email | None = None


class Settings(_Section):
    """Everything the config file says; `path` is the file itself."""

    path: Path | None = None
    source: SourceSettings
    store: StoreSettings = StoreSettings()
    drift: DriftSettings = DriftSettings()
    digest: DigestSettings = DigestSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    calendar: CalendarSettings = CalendarSettings()
    feed: FeedSettings = FeedSettings()
    mail: MailSettings | None = None

    @property
    def absence_hazard(self) -> float:
        """The weekly chance of an absence: its own figure, or the drift's."""
        own = self.drift.absence_hazard
        return self.drift.hazard if own is None else own


def find_config(explicit: str | None, env: Mapping[str, str], cwd: Path) -> Path:
    """In: `--config`, the environment, the working folder. Out: the config file to read.
    Errors: ConfigError where there is none."""
    named = explicit or env.get("QUIETDROP_CONFIG")
    tried = [cwd / name for name in ([named] if named else _PLACES)]
    for path in tried:
        if path.is_file():
            return path
    raise ConfigError(
        f"{tried[0]}: no config file here; `quietdrop init` writes one, --config FILE names another"
    )


_PLACES = ["quietdrop.toml", "config/quietdrop.toml"]


def load(
    path: Path, env: Mapping[str, str], overrides: Mapping[str, str] | None = None
) -> Settings:
    """In: a TOML file, the environment for `${NAME}`, values of "section.key" that win over the
    file's. Out: the settings, with absolute paths. Errors: ConfigError with one line for each
    thing wrong."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        data: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        number = line[1] if line else str(len(text.splitlines()) or 1)
        raise ConfigError(f"{path}:{number}: is not valid TOML: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from None
    _override(data, overrides or {})
    problems: list[tuple[tuple[str, ...], Any, str]] = []
    shown = _copy(data)
    for where, wrong in _prepare(data, env, path.absolute().parent):
        problems.append((where, _at(shown, where), wrong))
    try:
        settings = Settings.model_validate(data | {"path": path.absolute()})
    except ValidationError as failure:
        for fault in failure.errors():
            where = tuple(str(step) for step in fault["loc"])
            problems.append((where, _at(shown, where), _words(fault)))
    else:
        if not problems:
            return settings
    lines = [(_line(text, where), _tell(where, value, wrong)) for where, value, wrong in problems]
    raise ConfigError("\n".join(f"{path}:{number}: {told}" for number, told in sorted(lines)))


def _override(data: dict[str, Any], overrides: Mapping[str, str]) -> None:
    """Puts each "section.key" into the parsed TOML; a value that is no TOML is a plain text."""
    for name, text in overrides.items():
        section, _, key = name.partition(".")
        if not key or not isinstance(data.setdefault(section, {}), dict):
            raise ConfigError(f'--set {name}: name a section and a key, as "drift.hazard=0.01"')
        try:
            data[section][key] = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError:
            data[section][key] = text


def _copy(value: Any) -> Any:
    """In: parsed TOML. Out: a copy of its tables and lists."""
    if isinstance(value, dict):
        return {key: _copy(item) for key, item in value.items()}
    return [_copy(item) for item in value] if isinstance(value, list) else value


def _prepare(
    data: dict[str, Any], env: Mapping[str, str], folder: Path
) -> Iterator[tuple[tuple[str, ...], str]]:
    """In: parsed TOML, changed in place to what Settings takes. Out: what is wrong, and where."""
    if "path" in data:
        yield ("path",), _unknown("path", ["source"])
        del data["path"]
    for name, section in data.items():
        for key, value in list(section.items()) if isinstance(section, dict) else []:
            if name == "mail" and _SECRET.search(key):
                yield (name, key), "keep it out: set QUIETDROP_MAIL_PASSWORD or use the keyring"
                del section[key]
            elif isinstance(value, list):
                section[key] = tuple(value)
            elif isinstance(value, str) and key != "query" and ("://" in value or "${" in value):
                password = _PASSWORD.search(value)
                if password and not _NAME.fullmatch(password[2]):
                    yield (name, key), "a password stands in the URL; write ${NAME} in its place"
                for missing in [m for m in _NAME.findall(value) if m not in env]:
                    yield (name, key), f"the environment variable {missing} is not set"
                section[key] = _NAME.sub(lambda found: env.get(found[1], ""), value)
    source = data.get("source")
    if isinstance(source, dict):
        yield from _columns(source)
        _anchor(source, folder)
    store = data.get("store", {"url": StoreSettings().url})
    if isinstance(store, dict):
        store.setdefault("url", StoreSettings().url)
        store["url"] = _absolute(store["url"], folder)
        data["store"] = store


def _anchor(source: dict[str, Any], folder: Path) -> None:
    """In: the [source] table; its paths become absolute, a database's table names stay."""
    database = "://" in str(source.get("referrals", ""))
    source.setdefault("rejects", "quietdrop-rejects.csv")
    for key in ("referrals", "rejects", *DIRECTORY_COLUMNS):
        value = source.get(key)
        if (
            isinstance(value, str)
            and value
            and (not database or key == "rejects" or "://" in value or _FILE.search(value))
        ):
            source[key] = _absolute(value, folder)


def _absolute(value: Any, folder: Path) -> Any:
    """In: a path or URL. Out: the path, or the path in a sqlite URL, seen from the folder."""
    if not isinstance(value, str) or not value:
        return value
    if "://" not in value:
        return str(folder / Path(value).expanduser())
    found = re.fullmatch(r"(sqlite(?:\+\w+)?:///)([^/:?][^?]*)(.*)", value)
    return f"{found[1]}{folder / found[2]}{found[3]}" if found else value


def _columns(source: dict[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    """In: the [source] table; its columns are split by table. Out: unknown names, and where."""
    columns = source.get("columns")
    if not isinstance(columns, dict):
        return
    if "directory_columns" in source:
        yield ("source", "directory_columns"), _unknown("directory_columns", ["columns"])
    tables = {key: value for key, value in columns.items() if isinstance(value, dict)}
    source["columns"] = {key: value for key, value in columns.items() if key not in tables}
    source["directory_columns"] = {k: v for k, v in tables.items() if k in DIRECTORY_COLUMNS}
    for name in source["columns"]:
        if name not in REFERRAL_COLUMNS:
            yield ("source", "columns", name), _unknown(name, REFERRAL_COLUMNS)
    for table, mapping in tables.items():
        if table not in DIRECTORY_COLUMNS:
            yield ("source", "columns", table), _unknown(table, DIRECTORY_COLUMNS)
            continue
        for name in mapping:
            if name not in DIRECTORY_COLUMNS[table]:
                where = ("source", "columns", table, name)
                yield where, _unknown(name, DIRECTORY_COLUMNS[table])


def _unknown(name: str, names: Any) -> str:
    near = difflib.get_close_matches(name, list(names), 1, 0.5)
    return "is not known here" + (f'; did you mean "{near[0]}"?' if near else "")


def _words(error: Any) -> str:
    """In: one of pydantic's errors. Out: what is wrong in plain words."""
    kind, where = error["type"], [str(step) for step in error["loc"]]
    if kind == "extra_forbidden":
        model: Any = Settings
        for step in where[:-1]:
            model = _SECTIONS[step]
        names = [field.alias or name for name, field in model.model_fields.items()]
        return _unknown(where[-1], [n for n in names if n not in ("path", "directory_columns")])
    if kind == "model_type":
        return f"should be a table, [{where[-1]}]"
    if kind == "missing":
        return "is needed and missing"
    if kind == "literal_error":
        choices = re.findall(r"'([^']*)'", str(error["ctx"]["expected"]))
        near = difflib.get_close_matches(str(error["input"]), choices, 1, 0.4)
        hint = f'; did you mean "{near[0]}"?' if near else ""
        return "must be one of " + ", ".join(choices) + hint
    return str(error["msg"]).removeprefix("Value error, ").replace("Input should", "should")


_SECTIONS: dict[str, type[_Section]] = {
    "source": SourceSettings,
    "store": StoreSettings,
    "drift": DriftSettings,
    "digest": DigestSettings,
    "schedule": ScheduleSettings,
    "calendar": CalendarSettings,
    "feed": FeedSettings,
    "mail": MailSettings,
}


def _at(data: Any, where: tuple[str, ...]) -> Any:
    """In: parsed TOML, a place in it. Out: the value there, or None."""
    for step in where:
        if isinstance(data, list) and step.isdecimal():
            data = data[int(step)]
        else:
            data = data.get(step) if isinstance(data, dict) else None
    return data


def _tell(where: tuple[str, ...], value: Any, wrong: str) -> str:
    """In: a place, its value, what is wrong. Out: the line for a human, without any secret."""
    *section, key = where if not where[-1].isdecimal() else where[:-1]
    head = f"[{'.'.join(section)}] " if section else ""
    if isinstance(value, dict) or value is None:
        return f"{head}{key if section else f'[{key}]'}: {wrong}"
    shown = "***" if _SECRET.search(key) else json.dumps(value, ensure_ascii=False, default=str)
    shown = _PASSWORD.sub(r"\1***\3", shown)
    return f"{head}{key} = {shown}: {wrong}"


def _line(text: str, where: tuple[str, ...]) -> int:
    """In: the file's text, a place. Out: the line of its key, else of its section, else 1."""
    best, depth, section = 1, 0, ""
    for number, line in enumerate(text.splitlines(), 1):
        head = re.match(r"\s*\[([^\[\]]+)\]\s*(#.*)?$", line)
        key = re.match(r"\s*([\w.\"'-]+)\s*=", line)
        if head:
            section = head[1].strip()
        found = section if head else f"{section}.{key[1]}" if key else ""
        steps = tuple(part.strip(" \"'") for part in found.split(".") if part)
        if steps and steps == where[: len(steps)] and len(steps) > depth:
            best, depth = number, len(steps)
    return best


def fingerprint(settings: Settings) -> str:
    """In: settings. Out: a sha256 of all that changes results; no secret goes in."""
    kept = settings.model_dump(mode="json", include={"source", "drift", "digest"})
    for key, value in kept["source"].items():
        if isinstance(value, str):
            kept["source"][key] = _PASSWORD.sub(r"\1\3", value)
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()
