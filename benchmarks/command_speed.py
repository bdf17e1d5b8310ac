"""How long the commands take, beside an older tree, in alternating runs of one session.

python -m benchmarks.command_speed [OLD_TREE]

Wall time of whole processes, warm cache, median of five with the least and the greatest. An old
tree is a checkout of an earlier commit; both run under the same Python and packages.
"""

from __future__ import annotations

import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

HERE = Path(__file__).parents[1]
AS_OF = date(2026, 7, 6)
RUNS = 5
NETWORKS = {"large": (300, 156), "small": (12, 60)}  # practices, weeks


@dataclass(frozen=True)
class Case:
    """One command line, by what it is called in the table."""

    name: str
    words: tuple[str, ...]
    config: str = ""


CASES = (
    Case("`--help`", ("--help",)),
    Case("`--version`", ("--version",)),
    Case("a typo (`staus`)", ("staus",)),
    Case("`run --help`", ("run", "--help")),
    Case("`status`", ("status",), "large"),
    Case("`check` of a small file", ("check",), "small"),
    Case("`explain` in a small file", ("explain", "P001", "--as-of", f"{AS_OF}"), "small"),
    Case(
        "`run --dry-run`, 300 practices, three years",
        ("run", "--dry-run", "--as-of", f"{AS_OF}"),
        "large",
    ),
)


def write_network(folder: Path, practices: int, weeks: int) -> Path:
    """Write a config and a CSV of referrals with log-normal rates, and return the config."""
    rng = np.random.default_rng(1)
    rate = np.exp(rng.normal(-0.1, 0.8, practices))[:, None] * np.ones((practices, weeks))
    rate[: practices // 20, -12:] *= 0.1
    counts = rng.poisson(rate)
    folder.mkdir()
    with (folder / "referrals.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Referral Id", "Referral Date", "Practice", "Practice Name", "Provider"])
        number = 0
        for week in range(weeks):
            monday = AS_OF - timedelta(weeks=weeks - week)
            for practice in np.nonzero(counts[:, week])[0]:
                for _ in range(int(counts[practice, week])):
                    number += 1
                    day = monday + timedelta(days=int(rng.integers(0, 5)))
                    who = f"Dr. {practice}-{int(rng.integers(0, 3))}"
                    name = f"Practice of Street {practice}"
                    writer.writerow([f"R{number}", day, f"P{practice:03d}", name, who])
    config = folder / "quietdrop.toml"
    config.write_text(
        '[source]\nreferrals = "referrals.csv"\n[source.columns]\nreferral_id = "Referral Id"\n'
        'referred_on = "Referral Date"\npractice_id = "Practice"\npractice_name = "Practice Name"\n'
        'provider_npi = "Provider"\n[digest]\ndefault_liaison = "ana@clinic.example"\n',
        encoding="utf-8",
    )
    return config


def seconds(tree: Path, config: Path | None, case: Case) -> float:
    """Return the wall time of one process."""
    words = [sys.executable, "-m", "quietdrop"]
    words += ["--config", str(config), *case.words] if config else [*case.words]
    env = os.environ | {"PYTHONPATH": str(tree / "src")}
    began = time.perf_counter()
    subprocess.run(words, env=env, capture_output=True, check=False)
    return time.perf_counter() - began


def main() -> None:
    trees = {"old": Path(sys.argv[1]).resolve()} if len(sys.argv) > 1 else {}
    trees["new"] = HERE
    with tempfile.TemporaryDirectory() as folder:
        configs = {
            (tree, name): write_network(Path(folder) / f"{tree}-{name}", *size)
            for tree in trees
            for name, size in NETWORKS.items()
        }
        for (tree, name), config in configs.items():  # `status` needs a store
            record = Case("", ("run", "--as-of", f"{AS_OF}"), name)
            seconds(trees[tree], config, record)
        print("| command | " + " | ".join(f"{tree}, s" for tree in trees) + " |")
        print("|---|" + "---|" * len(trees))
        for case in CASES:
            taken: dict[str, list[float]] = {tree: [] for tree in trees}
            for turn in range(RUNS + 1):  # the first of each warms the cache
                for tree, root in trees.items():
                    took = seconds(root, configs.get((tree, case.config)), case)
                    if turn:
                        taken[tree].append(took)
            cells = [
                f"{statistics.median(t):.2f} ({min(t):.2f}–{max(t):.2f})" for t in taken.values()
            ]
            print(f"| {case.name} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
