"""A real HTTPS server whose answers a test writes, and what was posted to it."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import trustme


@dataclass(frozen=True)
class Posted:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class HttpsServer:
    """`answers` are the statuses to come, the last one for ever; `drip` seconds pass between
    the bytes of an answer."""

    url: str
    context: ssl.SSLContext
    answers: list[int]
    posted: list[Posted] = field(default_factory=list)
    drip: float = 0.0
    ca_pem: bytes = b""


SPOKEN = b"<b>patient Doe</b>"


@contextmanager
def https_server(*answers: int) -> Iterator[HttpsServer]:
    """Serves at 127.0.0.1 while entered; `context` trusts it."""
    ca = trustme.CA()
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(serving)
    trusting = ssl.create_default_context()
    ca.configure_trust(trusting)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            headers = {name.lower(): value for name, value in self.headers.items()}
            server.posted.append(Posted(self.path, headers, self.rfile.read(length)))
            status = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
            head = f"HTTP/1.1 {status} {SPOKEN.decode()}\r\n"
            if 300 <= status < 400:
                head += f"Location: {server.url}/elsewhere\r\n"
            for letter in f"{head}Content-Length: {len(SPOKEN)}\r\n\r\n".encode():
                self.wfile.write(bytes([letter]))
                self.wfile.flush()
                time.sleep(server.drip)
            self.wfile.write(SPOKEN)

        def do_HEAD(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: object) -> None:
            del format, args

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            del request, client_address

    listening = Quiet(("127.0.0.1", 0), Handler)
    listening.socket = serving.wrap_socket(
        listening.socket, server_side=True, do_handshake_on_connect=False
    )
    url = f"https://127.0.0.1:{listening.server_port}"
    server = HttpsServer(url, trusting, list(answers) or [200])
    server.ca_pem = ca.cert_pem.bytes()
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
