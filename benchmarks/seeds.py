"""Small sources of every kind that is read, whole: the mutations break them."""

from __future__ import annotations

import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import duckdb
import pandas as pd

AS_OF = date(2026, 7, 6)
ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "config" / "quietdrop.toml"
CASES = ROOT / "tests" / "cases" / "intake"


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


@cache
def _open_document() -> bytes:
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    rows = [list(_table().columns), *_table().itertuples(index=False)]
    cells = (
        "".join(
            f"<table:table-cell office:value-type='string'><text:p>{c}</text:p></table:table-cell>"
            for c in row
        )
        for row in rows
    )
    table = "".join(f"<table:table-row>{row}</table:table-row>" for row in cells)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", f"<manifest xmlns='{office}manifest:1.0'/>")
        archive.writestr(
            "content.xml",
            f"<office:document-content xmlns:office='{office}office:1.0' "
            f"xmlns:table='{office}table:1.0' xmlns:text='{office}text:1.0'>"
            f"<office:body><office:spreadsheet><table:table table:name='R'>{table}"
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
    return content.getvalue()


@cache
def _duckdb() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "r.duckdb")
        with duckdb.connect(str(path)) as connection:
            connection.register("made", _table())
            connection.execute("CREATE TABLE referrals AS SELECT * FROM made")
        return path.read_bytes()


@cache
def _pivot() -> bytes:
    months = [f"{month} 2026" for month in ("Jan", "Feb", "Mar", "Apr", "May")]
    rows = [[f"Practice {place}", *range(place, place + 5)] for place in range(9)]
    return pd.DataFrame(rows, columns=["Practice", *months]).to_csv(index=False).encode()


@cache
def _requests() -> bytes:
    entries = json.loads(_fhir())["entry"]
    return "\n".join(json.dumps(entry["resource"]) for entry in entries).encode()


# What the settings must say of a source whose columns are not called as ours.
MAPPED = {
    "pivot.csv": {"practice_name": "Practice"},
    "r.xlsb": {"referred_on": "Referral Date", "practice_name": "Referring Practice"},
}
SEEDS: dict[str, Callable[[], bytes]] = {
    "r.csv": _csv,
    "r.csv.gz": lambda: gzip.compress(_csv(), mtime=0),
    "r.xlsx": _workbook,
    "r.parquet": _parquet,
    "r.zip": _zip,
    "r.xls": (ROOT / "benchmarks" / "seed.xls").read_bytes,
    "r.xlsb": (CASES / "xlsb" / "referrals.xlsb").read_bytes,
    "r.ods": _open_document,
    "locked.xlsx": (CASES / "encrypted" / "referrals.xlsx").read_bytes,
    "r.duckdb": _duckdb,
    "pivot.csv": _pivot,
    "utf16.txt": lambda: _csv().decode().replace(",", "\t").encode("utf-16"),
    "r.jsonl": _lines,
    "r.json": lambda: _table().to_json(orient="records").encode(),
    "r.ndjson": _requests,
    "bundle.json": _fhir,
    "r.hl7": _messages,
    "html.xls": lambda: _table().to_html(index=False).encode(),
    "xml.xls": _xml,
    "c.toml": EXAMPLE.read_bytes,
}
