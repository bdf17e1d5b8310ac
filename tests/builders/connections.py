"""Connections to pages that are being served, byte by byte."""

from __future__ import annotations

import http.client
import socket


def connected(port: int) -> socket.socket:
    """A connection to a port of this machine, which waits 10 s at most."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.settimeout(10)
    return connection


def status_of(connection: socket.socket) -> int:
    """The status of the next answer, whose body is read."""
    reply = http.client.HTTPResponse(connection)
    reply.begin()
    reply.read()
    return reply.status
