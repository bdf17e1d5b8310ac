"""Small faults put into the code one at a time, to see whether the module's own tests notice.

`python -m benchmarks.mutants --number 200 --seed 1` samples places in the stages' core, changes
one, runs the tests of that module in a copy of the tree, and prints which changes passed unnoticed.
A module's own tests are `tests/STAGE/test_MODULE*.py`, then the tests of its stage that import it,
then the recorded figures of its stage; a module without any is tried with its whole stage's. They
must pass without a change first. A fault that is listed in `no_effect.txt` as one that changes no
result is tried all the same and counted apart; if the tests notice it, the list is wrong, and that
is printed. `--where detection/seasons` samples only what begins so.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from benchmarks.mutants.changes import ROOT, Mutant, mutants
from benchmarks.mutants.no_effect import LIST, listed, place_of
from benchmarks.mutants.trial import FailsAlready, import_heavy, unnoticed

PACKAGE = Path("src", "quietdrop")
CORE = (  # what judges, counts or decides; screens, files and servers have tests of other kinds
    "detection/*.py",
    "findings/*.py",
    "checkins/*.py",
    "evaluation/*.py",
    "messages/wording/*.py",
    "messages/needs.py",
    "messages/stakes.py",
    "messages/sections.py",
    "delivery/policy.py",
    "delivery/smtp_replies.py",
    "delivery/complaints.py",
    "delivery/deliver.py",
    "delivery/sender.py",
    "store/outbox.py",
    "store/checkins.py",
    "store/claims.py",
    "ingest/referrals.py",
    "ingest/overlaps.py",
    "ingest/grouping.py",
    "ingest/statuses.py",
    "ingest/periods.py",
    "ingest/rows.py",
)
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "__pycache__", "build", ".*_cache", ".hyp*")


def tests_of(path: Path) -> list[str]:
    """The module's own tests, its own file first, else those of its stage."""
    stage, module = path.relative_to(PACKAGE).parts[0], path.stem
    tests = ROOT / "tests" / stage
    named = sorted(tests.rglob(f"test_{module}*.py"), key=lambda test: (len(test.name), test))
    *package, _ = path.relative_to("src").parts
    within = ".".join(package)
    imports = re.compile(rf"from {within}\.{module} import|from {within} import .*\b{module}\b")
    importing = [
        test
        for test in sorted(tests.rglob("test_*.py"), key=lambda test: test.stat().st_size)
        if imports.search(test.read_text())
    ]
    recorded = sorted(tests.rglob("test_recorded*.py"))
    chosen = dict.fromkeys([*named, *importing, *recorded]) if named or importing else {}
    return [str(test.relative_to(ROOT)) for test in chosen] or [f"tests/{stage}"]


def sample(number: int, seed: int, where: Sequence[str]) -> list[Mutant]:
    """So many places, each module as likely as it is long; a module's stand together."""
    files = sorted(
        path.relative_to(ROOT)
        for pattern in CORE
        for path in (ROOT / PACKAGE).glob(pattern)
        if path.name != "__init__.py"
    )
    wanted = tuple(str(PACKAGE / start) for start in where)
    every = [m for path in files if str(path).startswith(wanted) for m in mutants(path)]
    chosen = random.Random(seed).sample(every, min(number, len(every)))
    return sorted(chosen, key=lambda mutant: (mutant.path, mutant.line))


def stage_of(mutant: Mutant) -> str:
    """The folder of the changed file, such as `messages/wording`."""
    return str(mutant.path.relative_to(PACKAGE).parent)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutants", description=__doc__)
    parser.add_argument("--number", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--where", nargs="*", default=[""], help="such as detection/seas")
    given = parser.parse_args()
    chosen = sample(given.number, given.seed, given.where)
    tests = {path: tests_of(path) for path in {mutant.path for mutant in chosen}}
    without_effect = listed(LIST.read_text())
    import_heavy()
    passed: Counter[str] = Counter()
    no_effect: Counter[str] = Counter()
    listed_wrongly = {place_of(mutant) for mutant in chosen} & set(without_effect)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "tree")
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        for path, of_module in groupby(chosen, key=lambda mutant: mutant.path):
            changes = list(of_module)
            try:
                for mutant in unnoticed(changes, tests[path], folder):
                    passed[stage_of(mutant)] += 1
                    reason = without_effect.get(place_of(mutant))
                    no_effect[stage_of(mutant)] += reason is not None
                    listed_wrongly.discard(place_of(mutant))
                    print(mutant, f"(no effect: {reason})" if reason else "", flush=True)
            except FailsAlready:
                passed[stage_of(changes[0])] += len(changes)
                print(f"{path}: {len(changes)} not tried, its tests fail without a change")
    for place in listed_wrongly:
        print(f"listed as without effect, but noticed: {place}")
    every = Counter(map(stage_of, chosen))
    for stage, number in every.items():
        print(f"{stage}: {noticed(number, passed[stage], no_effect[stage])}")
    print(f"seed {given.seed}: {noticed(len(chosen), passed.total(), no_effect.total())}")


def noticed(number: int, passed: int, no_effect: int) -> str:
    """How many of so many faults were noticed, with and without those that change no result.

    Args:
        number: Faults that were tried.
        passed: Those with which the tests passed.
        no_effect: Those of them that change no result.
    """
    caught, effective = number - passed, number - no_effect
    all_faults = f"{caught} of {number} noticed ({caught / max(number, 1):.1%})"
    if not no_effect:
        return all_faults
    share = caught / max(effective, 1)
    return f"{all_faults}; {caught} of the {effective} that change a result ({share:.1%})"


if __name__ == "__main__":
    main()
