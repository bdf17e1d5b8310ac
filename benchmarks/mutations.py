"""Real files, broken at random: `python -m benchmarks.mutations` reads 10,000 of them.

A file must be read, with every row counted, rejected with a reason or rightly left out; or refused
with an error that names it. Anything else (another exception, a hang) is a fault.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import resource
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pandas as pd

from quietdrop import ingest
from quietdrop.config import SourceSettings, load
from quietdrop.domain.errors import QuietdropError

AS_OF = date(2026, 7, 6)
SLOW = 20.0  # seconds
EXAMPLE = Path(__file__).parents[1] / "config" / "quietdrop.toml"
NASTY = (
    *(b"\0", b'"', b'"' * 99, b",", b"\r", b"\n" * 9, b"\xff\xfe", b"\xed\xa0\x80", b"=1+1"),
    *(b"0001-01-01", b"9999-12-31", b"1e309", b"-1", b"\xe2\x80\xae", b"<b>", b"a" * 200_000),
    *(b"${HOME}", b"[[", b"]", b"''' ", b"\\u0000", b"1979-05-27T07:32:00Z"),
)


def _table() -> pd.DataFrame:
    rows = [
        (f"R{place}-{back}", str(AS_OF - timedelta(days=3 * back)), f"Practice {place}", "Dr. Kim")
        for back in range(1, 40)
        for place in range(3)
    ]
    names = ["referral_id", "referred_on", "practice_name", "provider_name"]
    return pd.DataFrame(rows, columns=names)


@cache
def _csv() -> bytes:
    return _table().to_csv(index=False).encode()


@cache
def _parquet() -> bytes:
    content = io.BytesIO()
    _table().to_parquet(content)
    return content.getvalue()


@cache
def _workbook() -> bytes:
    content = io.BytesIO()
    _table().to_excel(content, index=False)
    return content.getvalue()


@cache
def _zip() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("r.csv", _csv())
    return content.getvalue()


@cache
def _lines() -> bytes:
    return _table().to_json(orient="records", lines=True).encode()


@cache
def _fhir() -> bytes:
    rows = _table().itertuples(index=False)
    requests = [
        {
            "resourceType": "ServiceRequest",
            "id": row.referral_id,
            "status": "active",
            "authoredOn": row.referred_on,
            "requester": {"reference": "Organization/o", "display": row.practice_name},
        }
        for row in rows
    ]
    bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in requests]}
    return json.dumps(bundle, indent=1).encode()


@cache
def _messages() -> bytes:
    messages = [
        f"MSH|^~\\&|A|P|B|O|{str(row.referred_on).replace('-', '')}||REF^I12|1|P|2.5\r"
        f"RF1|P||ORT^Knee|||{row.referral_id}|\r"
        f"PRD|RP|Kim^Ann||{row.practice_name}^^^P|||1000000004^NPI\r"
        for row in _table().itertuples(index=False)
    ]
    return "".join(messages).encode()


@cache
def _xml() -> bytes:
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    rows = [list(_table().columns), *_table().itertuples(index=False)]
    cells = (
        "".join(f'<Cell><Data ss:Type="String">{cell}</Data></Cell>' for cell in row)
        for row in rows
    )
    table = "".join(f"<Row>{row}</Row>" for row in cells)
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="R"><Table>{table}</Table></Worksheet></Workbook>'
    ).encode()


SEEDS: dict[str, Callable[[], bytes]] = {
    "r.csv": _csv,
    "r.csv.gz": lambda: gzip.compress(_csv(), mtime=0),
    "r.xlsx": _workbook,
    "r.parquet": _parquet,
    "r.zip": _zip,
    "r.jsonl": _lines,
    "bundle.json": _fhir,
    "r.hl7": _messages,
    "html.xls": lambda: _table().to_html(index=False).encode(),
    "xml.xls": _xml,
    "c.toml": EXAMPLE.read_bytes,
}


def mutated(content: bytes, rng: random.Random) -> bytes:
    """A file with one to eight accidents: flipped, cut out, doubled, moved or nasty bytes."""
    made = bytearray(content)
    for _ in range(rng.randint(1, 8)):
        if not made:
            break
        start = rng.randrange(len(made))
        end = min(start + rng.choice((1, 4, 60, 4000)), len(made))
        piece = bytes(made[start:end])
        kind = rng.randrange(6)
        if kind == 0:
            made[start] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del made[start:end]
        elif kind == 2:
            made[start:start] = piece * rng.randint(1, 3)
        elif kind == 3:
            made[start:start] = rng.choice(NASTY)
        elif kind == 4:
            other = rng.randrange(len(made))
            made[other : other + len(piece)] = piece
        else:
            del made[start:]
    return bytes(made)


def told_of(path: Path) -> str | None:
    """Reads a file as quietdrop would. Out: None, or the error that refuses it. AssertionError
    where a row is neither counted, rejected nor left out."""
    try:
        if path.suffix == ".toml":
            load(path, {})
            return None
        read = ingest.read(SourceSettings(referrals=str(path)), AS_OF, AS_OF)
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
            except Exception:
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
        for tally, told, memory in pool.map(_batch, seeds, [each] * len(seeds)):
            became += tally
            faults += told
            peak = max(peak, memory)
    print("\n".join(faults))
    parts = ", ".join(f"{kind} {number}" for kind, number in sorted(became.items()))
    print(f"{each * len(seeds)} files: {parts}; {peak} MB at most")
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
