"""The demo's folder: a key that nobody else reads, and ports that are free."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

import pytest

from quietdrop.demo.folder import demo_folder, free_ports, make_demo_folder
from quietdrop.domain.errors import ConfigError


def test_a_demo_has_a_key_of_its_own_that_only_its_owner_reads(tmp_path: Path) -> None:
    one, other = make_demo_folder(tmp_path / "one"), make_demo_folder(tmp_path / "other")
    assert len(one.key) >= 32
    assert one.key != other.key
    assert one.banner != other.banner
    assert stat.S_IMODE((tmp_path / "one" / "demo.key").stat().st_mode) == 0o600


def test_the_key_is_the_same_the_next_time(tmp_path: Path) -> None:
    assert make_demo_folder(tmp_path).key == make_demo_folder(tmp_path).key


def test_the_config_beside_the_key_is_a_demos(tmp_path: Path) -> None:
    folder = make_demo_folder(tmp_path)
    assert demo_folder(tmp_path / "quietdrop.toml") == folder


def test_a_folder_without_the_key_is_no_demos(tmp_path: Path) -> None:
    assert demo_folder(tmp_path / "quietdrop.toml") is None
    assert demo_folder(None) is None


@pytest.mark.parametrize(("mode", "is_private"), [(0o600, True), (0o640, False), (0o604, False)])
def test_a_key_that_others_could_read_is_refused(
    tmp_path: Path, mode: int, is_private: bool
) -> None:
    make_demo_folder(tmp_path)
    (tmp_path / "demo.key").chmod(mode)
    if is_private:
        assert demo_folder(tmp_path / "quietdrop.toml") is not None
        return
    with pytest.raises(ConfigError, match=r"demo\.key: is a key that others could read"):
        demo_folder(tmp_path / "quietdrop.toml")


def test_a_link_in_the_place_of_the_key_is_refused(tmp_path: Path) -> None:
    make_demo_folder(tmp_path / "real")
    (tmp_path / "demo.key").symlink_to(tmp_path / "real" / "demo.key")
    with pytest.raises(ConfigError, match=r"demo\.key: cannot be read"):
        demo_folder(tmp_path / "quietdrop.toml")


def test_the_same_folder_gets_the_same_two_ports_and_another_one_others(tmp_path: Path) -> None:
    web, mail = free_ports(tmp_path / "one")
    assert (web, mail) == free_ports(tmp_path / "one")
    assert web != mail
    assert {web, mail}.isdisjoint(free_ports(tmp_path / "other"))


def test_a_port_in_use_is_passed_over(tmp_path: Path) -> None:
    web, mail = free_ports(tmp_path)
    with socket.create_server(("127.0.0.1", web)):
        assert free_ports(tmp_path)[0] == mail


def test_a_token_is_left_once_and_taken_once(tmp_path: Path) -> None:
    folder = make_demo_folder(tmp_path)
    token = folder.leave_token()
    assert stat.S_IMODE((tmp_path / "demo.token").stat().st_mode) == 0o600
    assert folder.take_token() == token
    assert folder.take_token() is None
