"""The past under today's settings and under proposed ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from quietdrop.checkins.touches import group_by_practice
from quietdrop.config import Settings
from quietdrop.config.override_key import EXAMPLE, OverrideKey, override_key
from quietdrop.config.toml_lines import literal
from quietdrop.domain.checkin import Touch
from quietdrop.domain.directory import Liaison
from quietdrop.domain.errors import UsageError
from quietdrop.evaluation.overrides import unknown_names
from quietdrop.jobs.backtest import truth_of
from quietdrop.jobs.compare import record_listings
from quietdrop.jobs.replay import ByDecisions, Replay
from quietdrop.lib.progress import Progress
from quietdrop.messages.wording.comparison import monthly_names, own_budgets
from quietdrop.reporting.comparison import Past, compare
from quietdrop.reporting.comparison_report import Change, ComparisonReport

SECTIONS = ("drift", "digest", "feed")  # a setting of these changes decisions, not what is read
OF_A_GROUP = ("alert_probability", "watch_probability", "min_referrals")  # of [[override]]


def check_keys(keys: Iterable[str]) -> None:
    """Refuses a setting that changes what is read, sent or visited. UsageError."""
    for key in keys:
        of = override_key(key)
        if of and of.key == "every_weeks":
            raise UsageError(
                f"--set {key}: every_weeks plans visits, and a comparison counts check-ins."
            )
        if of is None and key.partition(".")[0] not in SECTIONS:
            raise UsageError(
                f"--set {key}: a comparison tries settings of [drift], [digest], [feed] and "
                f"[[override]]; the last as {EXAMPLE}."
            )


def changes(today: Settings, proposed: Settings, keys: Iterable[str]) -> tuple[Change, ...]:
    """The settings that are tried, with both values; `keys` as "drift.alert_probability"."""
    return tuple(
        Change(key, _literal(today, key), _literal(proposed, key)) for key in dict.fromkeys(keys)
    )


def tried(
    today: Settings,
    proposed: Settings,
    what: Replay,
    touches: Iterable[Touch],
    tell: Progress,
) -> ComparisonReport:
    """Replays the dates under both settings, each week weighed once, and compares.

    Args:
        today: The settings as they are.
        proposed: The settings to try.
        what: The referrals, the dates (at least one) and the decisions that count.
        touches: What the store knows to have been done, besides the intake's own.
        tell: Is told of every date.
    """
    records = record_listings([today, proposed], what, tell)
    past = past_of(today, what, touches)
    read, _ = ByDecisions(what.intake, what.register).on(what.dates[-1])
    comparison = compare(records[0], records[1], past)
    shown = {c.practice_id for record in records for c in record.checkins}
    keys = [
        f"{section}.{key}"
        for section in SECTIONS
        for key in type(getattr(today, section)).model_fields
        if getattr(getattr(today, section), key) != getattr(getattr(proposed, section), key)
    ]
    remarks = [*_remarks(keys, what.intake.liaisons, past)]
    if proposed.override != today.override:
        keys += _of_groups(today, proposed)
        remarks += [f"{line}." for line in unknown_names(proposed, read, what.dates[-1])]
    return ComparisonReport(
        what.dates[0],
        what.dates[-1],
        changes(today, proposed, keys),
        comparison,
        {practice_id: read.practice(practice_id).name for practice_id in sorted(shown)},
        tuple(remarks),
    )


def past_of(settings: Settings, what: Replay, touches: Iterable[Touch]) -> Past:
    """What is known today of the dates."""
    everything = group_by_practice((*what.intake.touches, *touches))
    return Past(truth_of(settings, what), everything, what.dates[-1])


def _remarks(keys: Iterable[str], liaisons: Mapping[str, Liaison], past: Past) -> Iterator[str]:
    """What the reader should know beside the figures."""
    if past.truth is not None:
        yield monthly_names(past.truth.named_a_month)
    theirs = sum(liaison.budget is not None for liaison in liaisons.values())
    if "digest.budget" in keys and theirs:
        yield own_budgets(theirs)


def _of_groups(today: Settings, proposed: Settings) -> Iterator[str]:
    """The values of `[[override]]` tables that are tried, by name."""
    for table in proposed.override:
        for key in OF_A_GROUP:
            name = str(OverrideKey(table.territory, table.tier, key))
            if _literal(today, name) != _literal(proposed, name):
                yield name


def _literal(settings: Settings, key: str) -> str:
    """A setting's value as TOML; "" where it is not set."""
    section, _, name = key.rpartition(".")
    if of := override_key(key):
        tables = [one for one in settings.override if of.is_of(one.model_dump(exclude_none=True))]
        value = getattr(tables[0], of.key) if tables else None
    else:
        value = getattr(getattr(settings, section), name)
    return "" if value is None else literal(value)
