"""Every file that a command writes is for its owner only, each time, and never through a link."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quietdrop.cli import main
from quietdrop.demo.files import write_network
from quietdrop.demo.inbox import Inbox
from quietdrop.demo.network import Network
from quietdrop.domain.errors import UnsafePath
from quietdrop.store import Store

AS_OF = "2026-07-06"


@pytest.fixture(autouse=True)
def wide_open(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No umask helps, not even the command's own."""
    before = os.umask(0)
    monkeypatch.setattr(os, "umask", lambda _: before)
    yield
    monkeypatch.undo()
    os.umask(before)


@pytest.fixture
def config(network: Network, tmp_path: Path) -> Path:
    return write_network(network, tmp_path, smtp_port=9)


def call(*words: str | Path) -> int:
    sys.argv = ["quietdrop", *map(str, words)]
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code if isinstance(ended.value.code, int) else 0


def widen(folder: Path) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    for path in files:
        path.chmod(0o666)
    return files


def wide(folder: Path) -> list[str]:
    """The files that others than their owner have any right to."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in files if path.stat().st_mode & 0o077]


@pytest.mark.parametrize(
    ("words", "output"),
    [
        (("preview",), "out"),
        (("assess",), "out/a.csv"),
        (("assess",), "out/a.parquet"),
        (("assess",), "out/a.json"),
        (("quarter",), "out"),
    ],
)
def test_an_output_with_wide_rights_loses_them(
    config: Path, tmp_path: Path, words: tuple[str, ...], output: str
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    command: list[str | Path] = ["--config", config, *words, "--as-of", AS_OF]
    command += ["-o", tmp_path / output]
    assert call(*command) == 0
    written = widen(out)
    assert written
    assert call(*command) == 0
    assert wide(out) == []
    assert sorted(widen(out)) == sorted(written)  # and nothing is left over


def test_a_rehearsal_with_wide_rights_loses_them(config: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.csv"
    out.write_text("")
    out.chmod(0o666)
    words = ("rehearse", "--from", "2026-06-29", "--to", AS_OF, "-o", out)
    assert call("--config", config, *words) == 0
    assert (out.stat().st_mode & 0o777, out.read_text()[:5]) == (0o600, "as_of")


@pytest.mark.parametrize("command", ["preview", "assess", "quarter", "rehearse"])
def test_an_output_that_is_a_link_is_refused_by_name(
    config: Path, tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "target.csv"
    target.write_text("precious")
    link = tmp_path / "link.csv"
    link.symlink_to(target)
    days = ["--as-of", AS_OF]
    if command == "rehearse":
        days = ["--from", "2026-06-29", "--to", AS_OF]
    assert call("--config", config, command, *days, "-o", link) == 2
    assert f"-o {link} is a link to {target}" in capsys.readouterr().err
    assert target.read_text() == "precious"


def test_links_inside_an_output_folder_are_replaced(config: Path, tmp_path: Path) -> None:
    target, out = tmp_path / "precious", tmp_path / "out"
    command = ("--config", config, "preview", "--as-of", AS_OF, "-o", out)
    assert call(*command) == 0
    target.write_text("precious")
    files = list(out.iterdir())
    for path in files:
        path.unlink()
        path.symlink_to(target)
    assert call(*command) == 0
    assert target.read_text() == "precious"
    assert not any(path.is_symlink() for path in files)


def test_the_rejects_replace_a_link_and_lose_wide_rights(config: Path, tmp_path: Path) -> None:
    target, rejects = tmp_path / "precious", tmp_path / "quietdrop-rejects.csv"
    target.write_text("precious")
    rejects.symlink_to(target)
    for _ in range(2):
        assert call("--config", config, "run", "--as-of", AS_OF) == 0
        assert (target.read_text(), rejects.is_symlink()) == ("precious", False)
        assert rejects.stat().st_mode & 0o777 == 0o600
        rejects.chmod(0o666)


def test_a_first_config_is_not_written_through_a_link(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "quietdrop.toml"
    path.symlink_to(tmp_path / "target")
    assert call("init", path) == 2
    assert f"is a link to {tmp_path}/target" in capsys.readouterr().err
    assert not (tmp_path / "target").exists()
    path.unlink()
    assert call("init", path) == 0
    assert path.stat().st_mode & 0o777 == 0o600


def test_the_demo_and_its_inbox_are_for_their_owner_only(config: Path, tmp_path: Path) -> None:
    with Inbox(tmp_path / "inbox") as inbox:
        inbox._keep(b"Subject: a\r\n\r\nbody", "ann@example.com")
    assert wide(tmp_path) == []
    assert config.exists()


def test_the_store_loses_wide_rights_with_all_its_files(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    url = f"sqlite:///{path}"
    Store.open(url)
    with sqlite3.connect(path) as open_elsewhere:  # while it is open its journal stays
        open_elsewhere.execute("CREATE TABLE other (a)")
        open_elsewhere.commit()
        (tmp_path / "store.db-journal").touch()
        widened = widen(tmp_path)
        assert {p.name for p in widened} >= {"store.db", "store.db-wal", "store.db-shm"}
        Store.open(url)
        assert wide(tmp_path) == []
    open_elsewhere.close()


@pytest.mark.parametrize("suffix", ["", "-wal", "-shm", "-journal"])
def test_a_store_whose_file_is_a_link_is_refused(tmp_path: Path, suffix: str) -> None:
    path, target = tmp_path / "store.db", tmp_path / "target"
    if suffix:
        Store.open(f"sqlite:///{path}")
    (tmp_path / f"store.db{suffix}").symlink_to(target)
    with pytest.raises(UnsafePath, match=f"store.db{suffix} is a link to {target}") as refused:
        Store.open(f"sqlite:///{path}")
    assert refused.value.exit_code == 2
    assert not target.exists()


def test_another_users_link_before_the_store_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to("real")
    Store.open(f"sqlite:///{link}/store.db")
    if os.geteuid() == 0:
        os.lchown(link, 12345, 12345)
    else:
        monkeypatch.setattr(os, "geteuid", _another(os.geteuid()))
    with pytest.raises(UnsafePath, match="another user's link"):
        Store.open(f"sqlite:///{link}/store.db")


def _another(user: int) -> Callable[[], int]:
    return lambda: user + 1
