"""Slow or numerous connections must not block the pages for everybody else.

waitress closes a connection that says nothing for a while; one that says a letter now and then it
keeps for ever, and at its limit it stops listening. So here a request has a total time to arrive
in, and where a peer has too many connections that we wait for, the oldest of them makes room for
the newest. A whole request arrives within milliseconds, so it is the slow ones that go, and a
reverse proxy or a clinic behind one address loses none that is being answered.

A peer is an address that connects (of IPv6 its /64 network). No header is believed: behind a
reverse proxy all readers are one peer, and nothing that a reader sends makes him another one.
"""

from __future__ import annotations

import ipaddress
import time
from collections import defaultdict
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

HEADER_SECONDS = 10.0  # for a request's headers, from its first byte or the connection's beginning
REQUEST_SECONDS = 30.0  # for the whole request
ANSWER_SECONDS = 60.0  # for the reader to take the answer
MOST_OF_A_PEER = 32  # connections that we wait for; a browser opens six
MOST_OF_ALL = 400  # connections; a process may usually have 1024 files open
IPV6_NETWORK = 64  # bits of an address that one subscriber has to himself


class TimedChannel(HTTPChannel):  # type: ignore[misc]
    """A connection that records since when it has been waiting for its peer."""

    def __init__(self, server: Any, sock: Any, addr: Any, adj: Any, map: Any = None) -> None:
        self.waits_since = time.monotonic()
        self.peer = peer_of(addr)
        super().__init__(server, sock, addr, adj, map=map)

    def received(self, data: bytes) -> bool:
        """Called with the received data."""
        begins = self.request is None and not self.requests
        if begins and self.served:
            self.waits_since = time.monotonic()
        taken = super().received(data)
        return bool(taken)

    def service(self) -> None:
        """Answers one request, then waits for the peer again."""
        super().service()
        self.served = True
        self.waits_since = time.monotonic()

    served = False

    @property
    def is_at_work(self) -> bool:
        """Whether a request is being answered; the peer then waits for us."""
        return bool(self.requests)

    def is_overdue(self, now: float) -> bool:
        """Whether the peer has exceeded its time."""
        waited = now - self.waits_since
        if self.is_at_work:
            return False
        if self.total_outbufs_len:
            return waited > ANSWER_SECONDS
        if self.request is not None and self.request.headers_finished:
            return waited > REQUEST_SECONDS
        if self.request is None and self.served:
            return False  # between two requests: waitress closes it when it stays idle
        return waited > HEADER_SECONDS


class TimedServer(TcpWSGIServer):  # type: ignore[misc]
    """A server that limits a connection's total time and a peer's number of connections."""

    channel_class = TimedChannel

    def maintenance(self, now: float) -> None:
        """Closes what is idle or overdue; called every `cleanup_interval`."""
        super().maintenance(now)
        here = time.monotonic()
        for channel in list(self.active_channels.values()):
            if channel.is_overdue(here):
                channel.will_close = True

    def handle_accept(self) -> None:
        """Accepts a connection and makes room for the next one."""
        super().handle_accept()
        by_peer: dict[str, list[TimedChannel]] = defaultdict(list)
        for channel in self.active_channels.values():
            by_peer[channel.peer].append(channel)
        busiest = max(by_peer.values(), key=len, default=[])
        waiting = [channel for channel in busiest if not channel.is_at_work]
        if len(waiting) > MOST_OF_A_PEER or (waiting and len(self.active_channels) > MOST_OF_ALL):
            min(waiting, key=lambda channel: channel.waits_since).handle_close()
        elif len(self.active_channels) > MOST_OF_ALL:
            max(busiest, key=lambda channel: channel.creation_time).handle_close()


def peer_of(address: Any) -> str:
    """The peer that a connection counts for.

    Args:
        address: of a socket: (host, port), with two more figures for IPv6.
    """
    try:
        host = ipaddress.ip_address(str(address[0]).partition("%")[0])
    except (ValueError, IndexError, TypeError):
        return str(address)
    if isinstance(host, ipaddress.IPv6Address):
        if host.ipv4_mapped:
            return str(host.ipv4_mapped)
        return str(ipaddress.ip_network((host, IPV6_NETWORK), strict=False))
    return str(host)
