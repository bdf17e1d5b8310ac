"""What kind of file it is, from its content; the name does not count."""

from __future__ import annotations

import gzip
import re
import zipfile
from enum import StrEnum
from pathlib import Path

from quietdrop.domain.errors import SourceError
from quietdrop.lib.file_settings import OFFICE

# FHIR's files of who sent the requests and of what came of them, as bulk exports name them
# (Practitioner.ndjson, 1.Practitioner.ndjson, Encounter-2.ndjson): read beside the requests.
LOOKED_UP = re.compile(
    r"(?:.*[._-])?(?:practitioner|practitionerrole|organization|appointment|encounter)[._-].*json.*",
    re.IGNORECASE,
)
MOST_UNPACKED = 2 * 1024**3  # bytes; a larger one is not an export but an attack
_SNIFFED = 64 * 1024  # bytes
_BINARY_ENDINGS = (*OFFICE, ".parquet", ".zip")


class Kind(StrEnum):
    """The kinds of files that can be read."""

    DELIMITED = "delimited text"
    WORKBOOK = "a workbook"
    PARQUET = "a Parquet file"
    ARCHIVE = "a ZIP file"
    HTML = "an HTML table"
    SPREADSHEET_XML = "an XML spreadsheet"
    JSON = "JSON"
    HL7 = "HL7 v2"
    XML = "XML"


_XML = re.compile(rb"<\?xml\b|<[a-z][\w.:-]*(?:\s+[\w.:-]+\s*=|\s*/?>)")
# How dumps of databases begin: comments, settings, and a statement that makes or fills a table.
_DUMP = re.compile(
    rb"(?:(?:--|/\*|#|set |pragma |begin\b|start |use |drop |lock |select pg_)[^\n]*\s*)*"
    rb"(?:create table|insert into|create database|create schema)\b",
)
_OTHERS = (  # offset, bytes, what to say
    (0, b"SQLite format 3\0", 'is an SQLite database; name it as a URL: "sqlite:///FILE"'),
    (8, b"DUCK", 'is a DuckDB database; name it as a URL: "duckdb:///FILE"'),
    (0, b"<stata_dta>", "is a Stata file; export it as CSV"),
    (0, b"%PDF", "is a PDF; export the report as CSV or Excel"),
    (0, b"$FL2", "is an SPSS file; export it as CSV"),
    (0, b"\x00\x01\x00\x00Standard ", "is an Access database; export the table as CSV"),
    (0, b"7z\xbc\xaf\x27\x1c", "is a 7z archive; unpack it first"),
    (0, b"Rar!", "is a RAR archive; unpack it first"),
)


def kind_of(path: Path) -> Kind:
    """Return what a file is.

    Raises:
        SourceError: It is of a kind that cannot be read, which is named, or is damaged.
        OSError: It cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(_SNIFFED)
    if start.startswith(b"\x1f\x8b"):
        with gzip.open(path) as packed:
            start = packed.read(_SNIFFED)
        return _text_kind(start)
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(path)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return Kind.WORKBOOK
    if start.startswith(b"PAR1"):
        return Kind.PARQUET
    for offset, mark, what in _OTHERS:
        if start[offset:].startswith(mark):
            raise SourceError(f"{path}: {what}")
    kind = _text_kind(start)
    if kind is Kind.XML:
        raise SourceError(f"{path}: {_xml(start)}")
    if kind is Kind.DELIMITED and _DUMP.match(start[:8192].lower().lstrip()):
        raise SourceError(
            f"{path}: is a dump of a database (SQL); export its table of referrals as CSV, or load "
            "it into a database and name that by its URL"
        )
    is_binary = b"\0" in start and not start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if kind is Kind.DELIMITED and is_binary and path.name.lower().endswith(_BINARY_ENDINGS):
        raise SourceError(f"{path}: is damaged or not of its kind")
    return kind


def _zip_kind(path: Path) -> Kind:
    """Return what a ZIP container is: a workbook, or an archive of files."""
    try:
        with zipfile.ZipFile(path) as container:
            names = set(container.namelist())
            unpacked = sum(entry.file_size for entry in container.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
        raise SourceError(
            f"{path}: is damaged or not of its kind ({type(error).__name__})"
        ) from None
    if unpacked > MOST_UNPACKED:
        raise SourceError(f"{path}: would unpack to more than 2 GB")
    is_office = any(name.startswith("xl/") for name in names)
    if is_office or {"mimetype", "content.xml"} <= names:
        return Kind.WORKBOOK
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise SourceError(f"{path}: is a document or a presentation; export its table as CSV")
    if "[Content_Types].xml" in names or path.name.lower().endswith(OFFICE):
        raise SourceError(f"{path}: is damaged or not of its kind")
    return Kind.ARCHIVE


def _xml(start: bytes) -> str:
    """Return an error message for an XML file that is neither a spreadsheet nor a page."""
    if b"http://hl7.org/fhir" in start:
        return "is FHIR as XML; export it as JSON or NDJSON"
    if b"urn:hl7-org:v3" in start:
        return "is a clinical document (CDA) about one patient; export a list of referrals"
    return "is an XML file of a kind that is not read; export the list as CSV or Excel"


def _text_kind(start: bytes) -> Kind:
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n\x0b")
    lower = text[:8192].lower()
    if lower.startswith((b"msh|", b"fhs|", b"bhs|")):
        return Kind.HL7
    if text.startswith(b"<"):
        if b"urn:schemas-microsoft-com:office:spreadsheet" in lower and b"<html" not in lower:
            return Kind.SPREADSHEET_XML
        if re.search(rb"<(!doctype html|html|table|meta|head|body|style)\b", lower):
            return Kind.HTML
        if _XML.match(lower):
            return Kind.XML
    if re.match(rb'(\{\s*"|\{\s*\}|\[\s*[{\]])', text):
        return Kind.JSON
    return Kind.DELIMITED
