"""aliases: which ids and names are one practice, which are two, and what is no practice."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from quietdrop import ingest
from quietdrop.cli.app import Json, local_user, now, recall, settings, show_json
from quietdrop.cli.app import today as today_in
from quietdrop.cli.completion import practices
from quietdrop.cli.days import CountsFrom, parse_day
from quietdrop.cli.screen import progress
from quietdrop.domain.decisions import WHO_IS_WHO, Decision, DecisionKind, Register
from quietdrop.domain.errors import UsageError
from quietdrop.domain.intake import Intake
from quietdrop.findings.like_practices import Proposal, named, proposals
from quietdrop.findings.rekeyed import rekeyed
from quietdrop.lib.folding import folded
from quietdrop.lib.reader import full_day
from quietdrop.lib.spreadsheets import harmless
from quietdrop.store import Store


class Action(StrEnum):
    """What is to be done with aliases."""

    list = "list"
    accept = "accept"
    refuse = "refuse"
    exclude = "exclude"
    undo = "undo"


def aliases(
    action: Annotated[
        Action, typer.Argument(help="What to do; list proposals and decisions if left out.")
    ] = Action.list,
    practice: Annotated[
        str | None,
        typer.Argument(
            help="An id or name; for undo, a decision's number.", autocompletion=practices
        ),
    ] = None,
    of: Annotated[
        str | None,
        typer.Argument(
            help="The practice that it is, or is not, the same as.", autocompletion=practices
        ),
    ] = None,
    every_new_id: Annotated[
        bool,
        typer.Option(
            "--rekeyed", help="Accept all that ended as the same practice began under a new id."
        ),
    ] = False,
    begin: CountsFrom = None,
    export: Annotated[
        Path | None,
        typer.Option(
            "--export", "--output", "-o", help="Write the aliases as a practices table, CSV."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Who is one practice: list what looks alike; accept, refuse, exclude or undo."""
    config = settings()
    if action is Action.undo:
        _undo(Store.open(config.store.url, create=False), practice)
        return
    today = today_in(config)
    register = recall(config, today).register
    with progress() as tell:
        intake = ingest.read(config.source, today, today, register, tell)
    if export is not None:
        _export(register, intake, export)
        return
    if action is Action.list:
        _list(register, intake, as_json)
        return
    day = parse_day(begin, today, "--from", config.source)
    if every_new_id:
        if action is not Action.accept or practice is not None:
            raise UsageError("Write it as: quietdrop aliases accept --rekeyed.")
        chosen = _rekeyed(intake, today)
    else:
        chosen = _chosen(action, intake, practice, of)
    new = register.not_yet(Decision(*what, day, local_user(), now()) for what in chosen)
    Store.open(config.store.url).decisions.add(new)
    for decision in new if len(new) <= MOST_SHOWN else []:
        typer.echo(_sentence(decision, intake))
    typer.echo(f"Recorded: {len(new)}. It counts from the next run on; `aliases` lists it.")


MOST_SHOWN = 20  # lines of one kind on a terminal, unless all are asked for by --json
Chosen = list[tuple[DecisionKind, str, str]]


def _rekeyed(intake: Intake, today: date) -> Chosen:
    """An alias for each practice that seems to go on under a new id. UsageError for none."""
    pairs, _ = rekeyed(intake.counts, intake.practices, today, by_name=True)
    if not pairs:
        raise UsageError("No practice ended as one of the same or a similar name began.")
    return [(DecisionKind.ALIAS, pair.new_id, pair.old_id) for pair in pairs]


def _chosen(action: Action, intake: Intake, practice: str | None, of: str | None) -> Chosen:
    """What to decide. UsageError where a practice is missing or unknown."""
    if practice is None:
        raise UsageError(f"Say which practice: quietdrop aliases {action.value} PRACTICE …")
    if action is Action.exclude:
        return [(DecisionKind.NOT_A_PRACTICE, _spelled(intake, practice), "")]
    if of is None:
        raise UsageError(f"Name both: quietdrop aliases {action.value} ALIAS PRACTICE.")
    subject, value = _spelled(intake, practice), _spelled(intake, of)
    if subject == value:
        raise UsageError(f'"{practice}" and "{of}" are one practice already, {value}.')
    kind = DecisionKind.ALIAS if action is Action.accept else DecisionKind.REFUSED_ALIAS
    if action is Action.accept and value not in intake.practices:
        raise UsageError(f'No practice "{of}" is known, by its id or its name.')
    return [(kind, subject, value)]


def _spelled(intake: Intake, asked: str) -> str:
    """The id that a word means; the word itself if it was rejected as unknown. UsageError if it
    means no practice or several."""
    identity = intake.identity
    if asked in intake.practices or asked in identity.keys or asked in identity.excluded:
        return asked
    fold = folded(asked)
    ids = sorted(
        key
        for key, practice in intake.practices.items()
        if fold in (folded(key), folded(practice.name))
    )
    if len(ids) > 1:
        raise UsageError(f'"{asked}" is the name of several; say which: {", ".join(ids)}.')
    if ids:
        return ids[0]
    for reject in intake.rejects:
        words = [dict(reject.fields).get(name, "") for name in ("practice_id", "practice_name")]
        if reject.reason == "unknown practice" and fold in map(folded, filter(None, words)):
            return asked
    raise UsageError(f'No practice "{asked}" is known, by its id or its name.')


def _list(register: Register, intake: Intake, as_json: bool) -> None:
    """Prints what looks alike, what was decided, and what counts as no practice."""
    decisions = [one for one in register.decisions if one.kind in WHO_IS_WHO]
    alike = proposals(intake, register)
    if as_json:
        show_json(
            {
                "proposed": [asdict(proposal) for proposal in alike],
                "decided": [asdict(decision) for decision in decisions],
                "not_practices": dict(intake.identity.not_practices),
            }
        )
        return
    typer.echo(f"proposed: {len(alike)}")
    _some([_line(proposal) for proposal in alike])
    typer.echo(f"decided: {len(decisions)}")
    _some([f"{decision.id}. {_sentence(decision, intake)}" for decision in decisions])
    typer.echo(f"not practices: {len(intake.identity.not_practices)}")
    _some([f"{name}: {rows}" for name, rows in intake.identity.not_practices.items()])
    if alike:
        typer.echo("Next: quietdrop aliases accept ALIAS PRACTICE, or refuse ALIAS PRACTICE.")


def _some(lines: list[str]) -> None:
    for line in lines[:MOST_SHOWN]:
        typer.echo(f"  {_plain(line)}")
    if len(lines) > MOST_SHOWN:
        typer.echo(f"  … and {len(lines) - MOST_SHOWN} more; --json prints all.")


def _plain(text: str) -> str:
    """A line from data, harmless on a terminal."""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:300]


def _line(proposal: Proposal) -> str:
    def shown(practice_id: str, name: str) -> str:
        return f'"{practice_id}"' if name == practice_id else f'"{practice_id}" ({name})'

    one = shown(proposal.subject, proposal.subject_name)
    return f"{one} may be {shown(proposal.value, proposal.value_name)}: {proposal.why}"


def _sentence(decision: Decision, intake: Intake) -> str:
    subject, value = (
        _plain(named(intake.practices, word)) for word in (decision.subject, decision.value)
    )
    phrase = {
        DecisionKind.ALIAS: f"{subject} is {value}",
        DecisionKind.REFUSED_ALIAS: f"{subject} is not {value}",
        DecisionKind.NOT_A_PRACTICE: f"{subject} is not a practice",
    }[decision.kind]
    who = f" by {decision.decided_by}" if decision.decided_by else ""
    since = f"from {full_day(decision.from_on)}, decided {full_day(decision.decided_at)}"
    return f"{phrase} ({since}{who})"


def _undo(store: Store, number: str | None) -> None:
    if number is None or not number.isdecimal():
        raise UsageError("Say which by its number: quietdrop aliases undo 3; `aliases` lists them.")
    if not store.decisions.undo(int(number), local_user(), now()):
        raise UsageError(f"No decision {number} is in force; `quietdrop aliases` lists them.")
    typer.echo(f"Undone: {number}. It counts from the next run on.")


def _export(register: Register, intake: Intake, path: Path) -> None:
    """Writes the accepted aliases as rows of a practices table."""
    of: dict[str, list[str]] = {}
    skipped = 0
    for decision in register.decisions:
        if decision.kind is DecisionKind.ALIAS and ";" not in decision.subject:
            of.setdefault(decision.value, []).append(decision.subject)
        elif decision.kind is DecisionKind.ALIAS:
            skipped += 1
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["practice_id", "practice_name", "aliases"])
    for practice_id, spelled in sorted(of.items()):
        cells = (practice_id, intake.practice(practice_id).name, ";".join(spelled))
        writer.writerow([harmless(cell) for cell in cells])
    path.write_text(text.getvalue(), encoding="utf-8")
    typer.echo(f"{path}: {sum(map(len, of.values()))} aliases of {len(of)} practices.")
    if skipped:
        typer.echo(f"Left out: {skipped} with a semicolon, which parts aliases in that table.")
    export_words(register.decisions)


def export_words(decisions: Iterable[Decision]) -> None:
    """Says what the config takes for what is no practice."""
    words = [d.subject for d in decisions if d.kind is DecisionKind.NOT_A_PRACTICE]
    if words:
        quoted = ", ".join(f'"{_plain(word)}"' for word in words)
        typer.echo(f"In the config: [source] not_practices = [{quoted}]")
