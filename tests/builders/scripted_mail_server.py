"""A mail server that says exactly what a test tells it, byte for byte, stage by stage."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

DROP = "DROP"  # close the connection in place of a reply
TRICKLE = "TRICKLE"  # one more line of a reply that never ends, again and again
GOOD = {
    "banner": "220 here",
    "EHLO": "250-here\r\n250 SIZE 1000000",
    "HELO": "250 here",
    "AUTH": "235 welcome",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go ahead",
    "body": "250 kept",
    "QUIT": "221 bye",
}


@dataclass
class Script:
    """What the server says at each stage, and what it was given."""

    replies: Mapping[str, str]
    every: float = 0.05  # seconds between the lines of a trickle
    commands: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def reply(self, connection: socket.socket, stage: str) -> bool:
        """Says what belongs to the stage. False where the connection has ended."""
        words = self.replies.get(stage, GOOD[stage])
        if words == DROP:
            return False
        try:
            while words == TRICKLE:
                connection.sendall(b"250-still here\r\n")
                time.sleep(self.every)
            connection.sendall(f"{words}\r\n".encode())
        except OSError:
            return False
        return True

    def talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError), connection.makefile("rb") as lines:
            going = self.reply(connection, "banner")
            while going and (line := lines.readline()):
                self.commands.append(line.decode().strip())
                verb = line[:4].decode().upper()
                going = self.reply(connection, verb)
                if going and verb == "DATA" and self.replies.get(verb, "354")[:3] == "354":
                    body = b""
                    while not body.endswith(b"\r\n.\r\n") and (more := lines.readline()):
                        body += more
                    self.bodies.append(body)
                    going = self.reply(connection, "body")
                going = going and verb != "QUIT"
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def scripted(every: float = 0.05, **replies: str) -> Iterator[tuple[Script, int]]:
    """The server's script and port; `banner`, `body` and the verbs name the stages."""
    script = Script(replies, every)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listening.accept()
                    threading.Thread(target=script.talk, args=(connection,), daemon=True).start()

        accepting = threading.Thread(target=serve, daemon=True)
        accepting.start()
        yield script, listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        accepting.join()
