"""What is written is for its owner only, and never through a link."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quietdrop.domain.errors import UnsafePath
from quietdrop.lib import safe_files

Write = Callable[[Path], None]


@pytest.fixture(autouse=True)
def wide_open() -> Iterator[None]:
    """No umask helps: the rights are those that are asked for."""
    before = os.umask(0)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return path.stat(follow_symlinks=False).st_mode & 0o777


def by_stream(path: Path) -> None:
    with safe_files.replacing_text(path) as file:
        file.write("new")


def by_text(path: Path) -> None:
    safe_files.write_text(path, "new")


def by_bytes(path: Path) -> None:
    safe_files.write_bytes(path, b"new")


@pytest.fixture(params=[by_stream, by_text, by_bytes])
def write(request: pytest.FixtureRequest) -> Write:
    chosen: Write = request.param
    return chosen


def made_by_another(link: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if another user had made the link, whoever runs the tests."""
    if os.geteuid() == 0:
        os.lchown(link, 12345, 12345)
    else:
        other = os.geteuid() + 1
        monkeypatch.setattr(os, "geteuid", lambda: other)


def test_a_new_file_is_for_its_owner_only(tmp_path: Path, write: Write) -> None:
    write(tmp_path / "a")
    assert (rights(tmp_path / "a"), (tmp_path / "a").read_text()) == (0o600, "new")


def test_a_file_with_wide_rights_loses_them(tmp_path: Path, write: Write) -> None:
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o666)
    write(path)
    assert (rights(path), path.read_text()) == (0o600, "new")


def test_a_link_is_replaced_and_its_target_stays(tmp_path: Path, write: Write) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("precious")
    link.symlink_to(target)
    write(link)
    assert target.read_text() == "precious"
    assert (link.is_symlink(), link.read_text(), rights(link)) == (False, "new", 0o600)


def test_another_name_of_the_same_file_keeps_what_it_had(tmp_path: Path, write: Write) -> None:
    target, other = tmp_path / "target", tmp_path / "other"
    target.write_text("precious")
    other.hardlink_to(target)
    write(other)
    assert (target.read_text(), other.read_text()) == ("precious", "new")


def test_a_folder_or_a_pipe_in_the_place_is_refused(tmp_path: Path, write: Write) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    for name in ("folder", "pipe"):
        with pytest.raises(UnsafePath, match="is not a file"):
            write(tmp_path / name)


def test_what_fails_half_way_changes_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("old")

    def broken() -> None:
        with safe_files.replacing(path) as file:
            file.write(b"half")
            raise ValueError("half way")

    with pytest.raises(ValueError, match="half way"):
        broken()
    assert path.read_text() == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_a_missing_folder_is_an_error_of_the_system(tmp_path: Path, write: Write) -> None:
    with pytest.raises(FileNotFoundError):
        write(tmp_path / "missing" / "a")


def test_our_own_link_among_the_folders_is_followed(tmp_path: Path, write: Write) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    (tmp_path / "twice").symlink_to(tmp_path / "link")
    write(tmp_path / "twice" / ".." / "link" / "a")
    assert (tmp_path / "real" / "a").read_text() == "new"


def test_another_users_link_among_the_folders_is_refused(
    tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to("real")
    made_by_another(link, monkeypatch)
    for path in (link / "a", link / ".." / "a"):
        with pytest.raises(UnsafePath, match="another user's link, to real"):
            write(path)
    with pytest.raises(UnsafePath, match="another user's link"):
        safe_files.make_folder(link / "deeper")
    assert list((tmp_path / "real").iterdir()) == []


def test_links_that_lead_in_a_circle_end(tmp_path: Path, write: Write) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic links"):
        write(tmp_path / "a" / "file")


def test_a_folder_that_is_swapped_for_a_link_meanwhile_leads_nowhere_else(tmp_path: Path) -> None:
    """The file lands in the folder that was opened, wherever its name leads by then."""
    folder, elsewhere = tmp_path / "folder", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    with safe_files.replacing(folder / "a") as file:
        file.write(b"new")
        folder.rename(tmp_path / "moved")
        folder.symlink_to(elsewhere)
    assert (tmp_path / "moved" / "a").read_text() == "new"
    assert list(elsewhere.iterdir()) == []


def test_a_file_is_created_once_and_not_through_a_link(tmp_path: Path) -> None:
    safe_files.create(tmp_path / "a", b"new")
    assert rights(tmp_path / "a") == 0o600
    with pytest.raises(FileExistsError):
        safe_files.create(tmp_path / "a", b"again")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with pytest.raises(UnsafePath, match=r"is a link to .*target"):
        safe_files.create(tmp_path / "link", b"new")
    assert not (tmp_path / "target").exists()


def test_a_new_folder_is_for_its_owner_only_and_an_old_one_keeps_its_rights(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old").chmod(0o755)
    safe_files.make_folder(tmp_path / "old" / "new" / "deep")
    assert [rights(tmp_path / "old" / p) for p in ("", "new", "new/deep")] == [0o755, 0o700, 0o700]


def test_rights_are_taken_away_and_what_is_missing_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a"
    assert not safe_files.make_private(path)
    path.write_text("old")
    path.chmod(0o664)
    assert safe_files.make_private(path)
    assert rights(path) == 0o600
    (tmp_path / "link").symlink_to(path)
    with pytest.raises(UnsafePath, match="is a link to"):
        safe_files.make_private(tmp_path / "link")


def test_a_folder_that_may_be_entered_but_not_listed_is_no_hindrance(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may list every folder")
    (tmp_path / "home" / "own").mkdir(parents=True)
    (tmp_path / "home").chmod(0o311)
    try:
        safe_files.write_text(tmp_path / "home" / "own" / "a", "new")
    finally:
        (tmp_path / "home").chmod(0o700)


def test_a_links_target_cannot_write_on_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("\x1b[2J")
    with pytest.raises(UnsafePath) as refused:
        safe_files.refuse_link(tmp_path / "link", "-o")
    assert "\x1b" not in str(refused.value)
    assert str(refused.value).startswith(f"-o {tmp_path}/link is a link to ")
