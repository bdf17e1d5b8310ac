"""Which files a setting names, and what else is in the folder."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import closing
from glob import glob
from pathlib import Path

from quietdrop.domain.errors import SourceError
from quietdrop.domain.reading import NotRead
from quietdrop.ingest import files
from quietdrop.ingest.columns import Wanted
from quietdrop.ingest.delimited import header_line
from quietdrop.ingest.file_names import shown_path
from quietdrop.ingest.kinds import LOOKED_UP
from quietdrop.ingest.rejects import HEADER
from quietdrop.lib.file_settings import ENDINGS, MAY_FIT
from quietdrop.lib.foreign import in_our_words

_TEXTS = (".txt", ".txt.gz")  # data or somebody's notes: the header decides
_NO_KIND = f"no kind that is read from a folder: {', '.join((*ENDINGS, *_TEXTS))}"
_A_FOLDER = "a folder; a pattern such as exports/**/*.csv reads what is in it"
_VERBS = ("is ", "has ", "holds ", "cannot ", "would ")  # with which a fault of a file begins


def find(setting: str, others: Collection[str] = ()) -> list[Path]:
    """Returns the files of a file, folder or glob, without those in `but`.

    Errors: SourceError where there is none.
    """
    try:
        paths = _meant(Path(setting), {Path(o).resolve() for o in others if "://" not in o})
    except OSError as error:
        raise SourceError(f"{setting}: cannot be read: {in_our_words(error)}") from None
    if not paths:
        raise SourceError(f"{setting}: no such file, or a folder or glob with no data file in it")
    return paths


def chosen(
    setting: str, others: Collection[str], wanted: Wanted
) -> tuple[list[Path], list[NotRead]]:
    """Returns the files to read of a file, folder or glob, and what else is in the folder with the
    reason why it is not read.

    A .txt in a folder is read where its header has the columns, and so is a file of the kinds that
    often are something else, such as JSON. Raises SourceError.
    """
    paths = find(setting, others)
    folder = Path(setting)
    if not folder.is_dir():
        return paths, []
    aside = [NotRead(path.name, why) for path in paths if (why := _not_data(path, wanted))]
    names = {each.name for each in aside}
    skipped = {Path(other).resolve() for other in others if "://" not in other}
    aside += [
        NotRead(one.name, _NO_KIND if one.is_file() else _A_FOLDER)
        for one in folder.iterdir()
        if one not in paths
        and one.resolve() not in skipped
        and not one.name.startswith((".", "~$"))
        and not _is_looked_up(one)
        and not _is_rejects(one)
    ]
    kept = [path for path in paths if path.name not in names]
    if not kept:
        raise SourceError(f"{setting}: no file in it has the columns; {paths[0].name} lacks them")
    return kept, sorted(aside)


def _not_data(path: Path, wanted: Wanted) -> str:
    """Returns why a folder's file is not read that need not hold referrals; "" where it does."""
    name = path.name.lower()
    if not name.endswith((*_TEXTS, *MAY_FIT)):
        return ""
    try:
        with closing(files.tables(path, wanted)) as fitting:
            next(fitting)
    except SourceError as error:
        if name.endswith(_TEXTS):
            return "a text without the columns that are needed"
        if ": no column " in str(error):
            return "a file without the columns that are needed"
        why = str(error).removeprefix(shown_path(path)).lstrip(",: ")
        return f"it {why}" if why.startswith(_VERBS) else why
    return ""


def _is_rejects(path: Path) -> bool:
    """Whether a file is the list of rejects that a run wrote."""
    return path.suffix == ".csv" and path.is_file() and header_line(path) == ",".join(HEADER)


def _meant(path: Path, skipped: Collection[Path]) -> list[Path]:
    """Returns the data files of a file, folder or glob, those that are not .txt first."""
    if path.is_file():
        return [path]
    inside = path.iterdir() if path.is_dir() else map(Path, glob(str(path), recursive=True))  # noqa: PTH207
    meant = (
        one
        for one in inside
        if one.is_file()
        and one.resolve() not in skipped
        and not one.name.startswith((".", "~$"))
        and (not path.is_dir() or _is_data(one))
        and not _is_rejects(one)
    )
    return sorted(meant, key=lambda one: (one.name.lower().endswith(_TEXTS), one))


def _is_data(path: Path) -> bool:
    """Whether a folder's file may hold referrals; FHIR's practitioners are only looked up."""
    return path.name.lower().endswith((*ENDINGS, *_TEXTS)) and not _is_looked_up(path)


def _is_looked_up(path: Path) -> bool:
    return LOOKED_UP.fullmatch(path.name) is not None


def may_be_left_out(setting: str, path: Path) -> bool:
    """Whether a file without referrals in a folder is left out and listed rather than an error."""
    return Path(setting).is_dir() and path.name.lower().endswith((*MAY_FIT, *_TEXTS))
