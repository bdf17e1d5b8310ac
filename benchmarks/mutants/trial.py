"""One module's tests, run once for each fault, each time in a copy of this process.

A fault within a function replaces the function's code after the tests are collected, which costs no
import. Any other (a constant, a default) is imported anew from the changed file.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
from _pytest.tmpdir import tmppath_result_key

from benchmarks.mutants.changes import ROOT, Mutant

HEAVY = (  # imported once, before the copies of this process that run the tests
    "alembic",
    "flask",
    "holidays",
    "jinja2",
    "lxml.etree",
    "pandas",
    "pyarrow",
    "pydantic",
    "rapidfuzz",
    "scipy.optimize",
    "scipy.stats",
    "sklearn.isotonic",
    "sklearn.neighbors",
    "sqlalchemy",
    "typer",
)
# A fault that makes the tests hang counts as noticed: seconds, beside three times what they take.
LEAST_TIMEOUT = 20
SOUND_TIMEOUT = 180  # seconds for a module's tests without a fault
OPTIONS = ("-x", "-q", "--tb=native", "-p", "no:cacheprovider", "-p", "no:terminalreporter")
ERRORS = os.fdopen(os.dup(2), "w", buffering=1)  # a fault of this program is shown
REPORT = "unnoticed"  # the file, beside the tree, in which a module's process reports


class FailsAlready(Exception):
    """The tests of a module fail without a change."""


def import_heavy() -> None:
    for name in HEAVY:
        importlib.import_module(name)


def unnoticed(mutants: Sequence[Mutant], tests: Sequence[str], folder: Path) -> Iterator[Mutant]:
    """The faults of one module with which its tests pass.

    Raises:
        FailsAlready: They fail without a fault.
    """
    report = folder.parent / REPORT
    report.write_text("")
    within = [mutant for mutant in mutants if function_of(mutant)]
    trials = Trials(within, folder, report)
    _wait(_copy(lambda: _run(tests, folder, trials)), SOUND_TIMEOUT * (len(within) + 2))
    lines = report.read_text().splitlines()
    if not lines:
        raise FailsAlready
    yield from (within[int(line)] for line in lines[1:])
    seconds = json.loads(lines[0])
    quickest = sorted(tests, key=lambda test: seconds.get(test, 0.0))
    for mutant in mutants:
        if mutant not in within:
            with mutant.applied(folder):
                if _wait(_copy(lambda: _run(quickest, folder)), _limit(seconds)):
                    yield mutant


class SameExamples:
    """A plugin of pytest: Hypothesis draws the same examples each time, and shrinks none."""

    def pytest_configure(self) -> None:
        from hypothesis import Phase, settings

        phases = (Phase.explicit, Phase.generate)
        settings.register_profile("mutants", phases=phases, database=None, derandomize=True)
        settings.load_profile("mutants")


class Trials:
    """A plugin of pytest: it runs the collected tests once a fault, the quickest file first."""

    def __init__(self, mutants: Sequence[Mutant], folder: Path, report: Path) -> None:
        self.mutants, self.folder, self.report = mutants, folder, report
        self.seconds: dict[str, float] = {}  # by file

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        file = _file(report.nodeid)
        self.seconds[file] = self.seconds.get(file, 0.0) + report.duration

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        _share(session)
        if not _wait(_copy(lambda: self._is_sound(session)), SOUND_TIMEOUT):
            return True
        seconds: dict[str, float] = json.loads(self.report.read_text())
        session.items.sort(key=lambda item: seconds.get(_file(item.nodeid), 0.0))
        limit = _limit(seconds)
        for number, mutant in enumerate(self.mutants):
            with mutant.applied(self.folder):
                if _wait(_copy(lambda mutant=mutant: _loop(session, mutant)), limit):  # type: ignore[misc]
                    with self.report.open("a") as file:
                        file.write(f"{number}\n")
        return True

    def _is_sound(self, session: pytest.Session) -> bool:
        """Whether the tests pass without a fault; reports how long each file of them took."""
        passes = _loop(session)
        if passes:
            self.report.write_text(json.dumps(self.seconds) + "\n")
        return passes


def _share(session: pytest.Session) -> None:
    """Make what the whole session shares, such as a first store, once for all copies."""
    match session.items:
        case [pytest.Function() as first, *_]:
            first.stash[tmppath_result_key] = {}  # its folder is removed with it
            session._setupstate.setup(first)
            session._setupstate.teardown_exact(session)  # type: ignore[arg-type]
            first._initrequest()  # what was made for it alone is made again with the fault


def _limit(seconds: Mapping[str, float]) -> int:
    return LEAST_TIMEOUT + round(3 * sum(seconds.values()))


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def _loop(session: pytest.Session, mutant: Mutant | None = None) -> bool:
    """Whether the collected tests pass."""
    from _pytest.main import pytest_runtestloop

    if mutant is not None:
        replace_code(mutant)
    try:
        return bool(pytest_runtestloop(session)) and not session.testsfailed
    except (session.Failed, session.Interrupted):
        return False


def _copy(act: Callable[[], bool]) -> int:
    """A copy of this process that does one thing and exits with 0 if it succeeds."""
    child = os.fork()
    if child == 0:
        os.setsid()
        success = False
        try:
            success = act()
        except Exception:
            traceback.print_exc(file=ERRORS)
        finally:
            os._exit(0 if success else 1)
    return child


def _wait(child: int, seconds: float) -> bool:
    """Whether the process succeeds in time; it is ended otherwise."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return status == 0
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


def _run(tests: Sequence[str], folder: Path, *plugins: object) -> bool:
    """Whether the tests pass in the tree, until the first that fails."""
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    os.chdir(folder)
    paths = [str(folder), str(folder / "src")]
    os.environ["PYTHONPATH"] = os.pathsep.join(paths)
    source = str(ROOT / "src")
    sys.path[:] = paths + [path for path in sys.path if path not in ("", str(ROOT), source)]
    for name in [name for name in sys.modules if name.split(".")[0] == "benchmarks"]:
        del sys.modules[name]
    return int(pytest.main([*OPTIONS, *tests], plugins=[SameExamples(), *plugins])) == 0


def function_of(mutant: Mutant) -> list[str]:
    """The name of the outermost function whose body has the fault, with its classes before it."""
    names: list[str] = []
    body = ast.parse(mutant.source).body
    while True:
        inside = [n for n in body if n.lineno <= mutant.line <= (n.end_lineno or n.lineno)]
        match inside:
            case [ast.FunctionDef(name=name, body=[first, *_])] if first.lineno <= mutant.line:
                return [*names, name]
            case [ast.ClassDef(name=name, body=inner)]:
                names, body = [*names, name], inner
            case _:
                return []


def replace_code(mutant: Mutant) -> None:
    """Give the function in this process the code that it has in the changed file."""
    names = function_of(mutant)
    module = importlib.import_module(".".join(mutant.path.with_suffix("").parts[1:]))
    place: Any = module
    for name in names:
        place = vars(place)[name]
    for step in ("fget", "func", "__func__", "__wrapped__"):
        place = getattr(place, step, place)
    changed = compile(mutant.changed, place.__code__.co_filename, "exec")
    place.__code__ = _code_of(changed, ".".join(names), place.__code__)


def _code_of(code: CodeType, name: str, old: CodeType) -> CodeType:
    for part in code.co_consts:
        if isinstance(part, CodeType):
            if part.co_qualname == name and part.co_firstlineno == old.co_firstlineno:
                return part
            if name.startswith(part.co_qualname + "."):
                return _code_of(part, name, old)
    raise LookupError(name)
