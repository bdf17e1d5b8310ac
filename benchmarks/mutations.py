"""Real files, broken at random: `python -m benchmarks.mutations` reads 10,000 of them.

Each is looked at as `init --from` does, then read. It must be read, with every row counted,
rejected with a reason or rightly left out; or refused with an error that names it. Anything else
(another exception, a hang, a dead process) is a fault.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
import traceback
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path

from benchmarks.seeds import AS_OF, MAPPED, SEEDS
from quietdrop import ingest
from quietdrop.config import SourceSettings, load
from quietdrop.domain.errors import QuietdropError
from quietdrop.ingest.propose import propose
from quietdrop.lib.periods import Period

SLOW = 20.0  # seconds
NASTY = (
    *(b"\0", b'"', b'"' * 99, b",", b"\r", b"\n" * 9, b"\xff\xfe", b"\xed\xa0\x80", b"=1+1"),
    *(b"0001-01-01", b"9999-12-31", b"1e309", b"-1", b"\xe2\x80\xae", b"<b>", b"a" * 200_000),
    *(b"${HOME}", b"[[", b"]", b"''' ", b"\\u0000", b"1979-05-27T07:32:00Z"),
)


def mutated(content: bytes, rng: random.Random) -> bytes:
    """A file with one to eight accidents: flipped, cut out, doubled, moved or nasty bytes."""
    mutant = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        if not mutant:
            break
        start = rng.randrange(len(mutant))
        end = min(start + rng.choice((1, 4, 60, 4000)), len(mutant))
        piece = bytes(mutant[start:end])
        kind = rng.randrange(6)
        if kind == 0:
            mutant[start] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del mutant[start:end]
        elif kind == 2:
            mutant[start:start] = piece * rng.randint(1, 3)
        elif kind == 3:
            mutant[start:start] = rng.choice(NASTY)
        elif kind == 4:
            other = rng.randrange(len(mutant))
            mutant[other : other + len(piece)] = piece
        else:
            del mutant[start:]
    return bytes(mutant)


def told_of(path: Path) -> str | None:
    """Looks at a file and reads it, as quietdrop would. Out: None, or the error that refuses it.
    AssertionError where a row is neither counted, rejected nor left out."""
    source = f"duckdb:///{path}" if path.suffix == ".duckdb" else str(path)
    try:
        if path.suffix == ".toml":
            load(path, {})
            return None
        with suppress(QuietdropError):
            propose(source)
        period: Period | None = "month" if path.stem == "pivot" else None
        settings = SourceSettings(
            referrals=source, period=period, columns=MAPPED.get(path.name, {})
        )
        read = ingest.read(settings, AS_OF, AS_OF)
    except QuietdropError as error:
        return str(error)
    counted = int(read.counts["referrals"].sum())
    assert read.rows_read == counted + read.rejected_rows + sum(read.notes.values())
    return None


def _batch(seed: int, number: int) -> tuple[Counter[str], list[str], int]:
    """Reads so many mutated files. Out: what became of them, the faults, peak memory in MB."""
    rng, became, faults = random.Random(seed), Counter[str](), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        for place in range(number):
            name = sorted(SEEDS)[place % len(SEEDS)]
            path = Path(folder, name)
            path.write_bytes(mutated(SEEDS[name](), rng))
            which = f"seed {seed}, file {place}, {name}"
            begun = time.monotonic()
            try:
                became["refused" if told_of(path) else "read"] += 1
            except BaseException:  # a panic of a reader in another language is no Exception
                became["faults"] += 1
                faults.append(f"{which}\n{traceback.format_exc(limit=-3)}")
            if (took := time.monotonic() - begun) > SLOW:
                became["slow"] += 1
                faults.append(f"{which}: {took:.0f} s")
    return became, faults, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Reads the files in two processes and says what became of them."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutations", description=__doc__)
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    each = 250
    seeds = [chosen.seed * 100_003 + place for place in range(-(-chosen.number // each))]
    became, faults, peak = Counter[str](), list[str](), 0
    with ProcessPoolExecutor(2) as pool:
        for tally, failures, memory in pool.map(_batch, seeds, [each] * len(seeds)):
            became += tally
            faults += failures
            peak = max(peak, memory)
    print("\n".join(faults))
    parts = ", ".join(f"{kind} {number}" for kind, number in sorted(became.items()))
    print(f"{each * len(seeds)} files: {parts}; {peak} MB at most")
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
