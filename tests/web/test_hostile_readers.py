"""A stranger at the pages: forged, huge, twisted and doubled requests, and hostile names."""

from __future__ import annotations

import logging
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
from tests.builders.connections import connected, status_of
from tests.builders.forms import form_of
from tests.builders.office import ANN, BEA, Office, card, opened

from quietdrop.store.tables import metadata
from quietdrop.web.bare_app import LARGEST_FORM
from quietdrop.web.forms import NOTE_LIMIT

HOSTILE = [
    "A" * 10_000,
    "<script>alert(1)</script>" * 400,
    "\"' onmouseover=alert(1) x='" * 300,
    "\x1b[2J\x07\x00\u202e\u2066" * 1000,
    "a\r\nSet-Cookie: x=1\r\n\r\n<html>",
    '=HYPERLINK("http://x.example")',
    "../../../../etc/passwd\x00.csv",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "\u0300" * 10_000,
]


class Reader(HTMLParser):
    """Notes what a page must never hold."""

    def __init__(self) -> None:
        super().__init__()
        self.harmful: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_ours = dict(attrs).get("src") == "https://desk.example/qd/desk.js"
        if (tag == "script" and not is_ours) or tag in ("iframe", "img", "object", "base", "style"):
            self.harmful.append(tag)
        self.harmful += [name for name, _ in attrs if name.startswith("on") or name == "style"]
        self.harmful += [v for _, v in attrs if v and v.strip().lower().startswith("javascript:")]


def harmful(page: str) -> list[str]:
    reader = Reader()
    reader.feed(page)
    return reader.harmful


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_is_shown_harmless_on_every_page(office: Office, name: str) -> None:
    key = "P\x1b[1m" + name[:100]
    more = {"who": name, "what": name, "staff": name, "our_side": name, "bring": name}
    with office.store.begin() as conn:
        office.store.cards.save(conn, [card(key, name, ANN, **more)])
        office.store.checkins.save(conn, opened(key, name, ANN))
    liaison = office.path(office.mail.my_list(ANN))
    manager = office.sign_in()
    paths = [
        liaison,
        office.answer(key),
        manager,
        f"{manager}/coverage",
        f"{manager}/back",
        f"{manager}/quarter",
    ]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        seen.add(path)
        page = office.client.get(path)
        assert page.status_code == 200, path
        assert len(page.text) < 60_000
        assert harmful(page.text) == []
        assert not set(page.text) & set("\x00\x07\x1b\u202e\u2066")
        links = [office.path(u) for u in re.findall(r'href="(https://desk[^"]+)"', page.text)]
        deeper = ("/practice", "/territory/")
        paths += [u for u in links if any(d in u for d in deeper) and u not in seen]
    assert any("/practice" in path for path in seen)
    assert any("/territory/" in path for path in seen)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "QUERY"])
def test_other_methods_change_nothing(office: Office, method: str) -> None:
    paths = ("/", "/m", office.answer("P1"), office.sign_in(), "/out")
    before = office.tables()
    for path in paths:
        assert office.client.open(path, method=method).status_code in (200, 405)
    assert office.tables() == before


def test_a_form_of_one_page_is_no_form_of_another(office: Office) -> None:
    forms = {form_of(office.client.get(p).text) for p in ("/m", office.answer("P2"))}
    forms |= {"", "a.b", "\x00", "x" * 9000}
    before = office.tables()
    for form in forms:
        data = {"form": form, "outcome": "could not reach"}
        assert office.client.post(office.answer("P1"), data=data).status_code == 400
    assert office.tables() == before


def test_a_token_of_one_page_opens_no_other(office: Office) -> None:
    tokens = [office.answer("P1"), office.path(office.mail.my_list(ANN)), office.sign_in_link()]
    for path in tokens:
        token = path.rsplit("/", 1)[-1]
        for other in "clmh":
            if f"/{other}/" != path[:3]:
                assert office.client.get(f"/{other}/{token}").status_code == 403
    bea = office.path(office.mail.my_list(BEA))
    [theirs] = re.findall(r"/practice/([^\"]+)", office.client.get(bea).text)[:1]
    assert office.client.get(f"{tokens[1]}/practice/{theirs}").status_code == 403


@pytest.mark.parametrize(
    "rest",
    ["/../", "/..%2f..%2fetc/passwd", "/%00", "/practice/%0d%0aSet-Cookie:%20a", "//x", "/stop/x"],
)
def test_a_twisted_path_is_refused(office: Office, rest: str) -> None:
    for start in (office.path(office.mail.my_list(ANN)), office.sign_in(), "", "/c", "/style.css"):
        page = office.client.get(start + rest)
        assert page.status_code in (200, 303, 308, 403, 404), start
        assert page.status_code != 200 or start + rest in ("/../", "//x")
        assert "Set-Cookie" not in page.headers


def test_a_quarters_file_name_is_one_of_ours(office: Office) -> None:
    for name in ("../x", "..%2fx", "a%0d%0ab", "x" * 9000, "practices\x00", "PRACTICES"):
        assert office.client.get(f"{office.sign_in()}/quarter/{name}.csv").status_code in (404, 403)


def test_a_wrong_host_changes_no_link(office: Office) -> None:
    """Links lead to `base_url`, whatever the request says of where it went."""
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    headers |= {"X-Forwarded-Proto": "javascript", "X-Forwarded-Prefix": "/evil"}
    for path in ("/", "/m", office.answer("P1"), office.path(office.mail.my_list(ANN))):
        page = office.client.get(path, headers=headers)
        assert page.status_code == 200
        assert "evil" not in page.text + str(page.headers)
        assert "javascript" not in page.text


def test_two_answers_at_once_are_one(office: Office) -> None:
    path = office.answer("P1")
    data = {"form": form_of(office.client.get(path).text), "outcome": "could not reach"}
    with ThreadPoolExecutor(8) as pool:
        sent = [pool.submit(office.app.test_client().post, path, data=data) for _ in range(8)]
        assert sorted(each.result().status_code for each in sent) == [200] + [409] * 7
    assert len(office.store.touches.all("P1")) == 1
    assert [row[-1] for row in office.tables()["link_use"]] == [1]


def test_odd_fields_are_refused_or_kept_harmless(office: Office) -> None:
    path = office.answer("P1")
    form = form_of(office.client.get(path).text)
    for more in (
        {"outcome": "no such"},
        {"outcome": "closed"},
        {"outcome": "vacation", "until": "9999-12-31"},
        {"outcome": "vacation", "until": "2026-07-07"},
        {"outcome": "could not reach", "note": "x" * 2001},
        {"outcome": "could not reach", "whom": "x" * 121},
    ):
        assert office.client.post(path, data={"form": form, **more}).status_code == 422, more
    given = {"outcome": "could not reach", "kind": "complaint", "whom": "a\r\n\x1b[2Jb\x00c"}
    assert office.client.post(path, data={"form": form, **given}).status_code == 200
    [touch] = office.store.touches.all("P1")
    assert touch.kind == "call"
    assert touch.whom == "a [2Jb c"


@pytest.mark.parametrize("sign", ["a", "é", "記"])
def test_a_note_of_any_script_may_be_as_long_as_the_page_says(office: Office, sign: str) -> None:
    path = office.answer("P1")
    form = form_of(office.client.get(path).text)
    given = {"outcome": "could not reach", "note": sign * NOTE_LIMIT, "form": form}
    assert office.client.post(path, data=given).status_code == 200
    with office.store.read() as conn:
        notes = conn.execute(sa.select(metadata.tables["touch"].c.note)).scalars().all()
    assert notes == [sign * NOTE_LIMIT]


def test_files_and_long_forms_are_refused(office: Office) -> None:
    path = office.answer("P1")
    form = form_of(office.client.get(path).text)
    many = {f"f{n}": (None, "x") for n in range(50)}
    page = office.client.post(path, data=many | {"form": form}, content_type="multipart/form-data")
    assert page.status_code == 415
    page = office.client.post(path, data={"form": form, "note": "x" * LARGEST_FORM})
    assert page.status_code == 413


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\nY: b\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", 400),
        (b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        (b"GET " + b"/" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", 431),
        (b"POST /m HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n", 413),
        (b"POST /m HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /m HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"POST /m HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"NONSENSE\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    ],
)
def test_a_request_that_is_no_http_is_refused(
    port: int,
    request_: bytes,
    expected: int,
) -> None:
    with connected(port) as stranger:
        stranger.sendall(request_)
        assert status_of(stranger) == expected
    with connected(port) as reader:
        reader.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert status_of(reader) == 200


def test_no_link_is_ever_logged(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The path of a request is a link: an error on its page names the page alone."""
    caplog.set_level(logging.DEBUG)
    path = office.path(office.mail.my_list(ANN))
    monkeypatch.setattr(type(office.store.stops), "of", lambda *_, **__: 1 / 0)
    office.app.config["PROPAGATE_EXCEPTIONS"] = False
    page = office.client.get(path)
    assert page.status_code == 500
    logging.getLogger("waitress").error("Exception while serving %s" % path)  # noqa: UP031
    logging.getLogger("waitress").info("Client disconnected while serving %s" % path)  # noqa: UP031
    assert "my_week could not be made" in caplog.text
    assert "Exception while serving" in caplog.text
    assert path.rsplit("/", 1)[-1] not in caplog.text


def test_links_that_were_cut_or_lengthened_are_refused(office: Office) -> None:
    path = office.path(office.mail.my_list(ANN))
    for changed in (path[:-2], path + "A", path + ".", path.replace(".", "..", 1), path.upper()):
        assert office.client.get(changed).status_code in (403, 404), changed
    office.now += timedelta(days=400)
    assert office.client.get(path).status_code == 410


def test_a_connection_that_ends_in_the_middle_harms_nobody(port: int) -> None:
    for _ in range(20):
        stranger = connected(port)
        stranger.sendall(b"POST /m HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\nform=")
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        stranger.close()
    with connected(port) as reader:
        reader.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert status_of(reader) == 200
