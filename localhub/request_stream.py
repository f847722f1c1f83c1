"""The bytes of a connection, with an end to patience: a client that trickles its request holds no thread for long."""

from __future__ import annotations

import io
import socket
import time
from typing import Any, Optional


class RequestStream(io.RawIOBase):
    """Reads a connection.

    Args:
        connection: of one client.
        idle_s: how long to wait for the first byte of a request.
        limit_s: how long all of a request may take after its first byte.
    """

    def __init__(self, connection: socket.socket, idle_s: float, limit_s: float) -> None:
        super().__init__()
        self._connection, self._idle_s, self._limit_s = connection, idle_s, limit_s
        self._deadline: Optional[float] = None

    def readable(self) -> bool:
        """Always."""
        return True

    def await_request(self) -> None:
        """The next byte is the first of a request."""
        self._deadline = None

    def end_request(self) -> None:
        """All of the request is there; what is written has the patience of an idle connection."""
        self._deadline = None
        self._connection.settimeout(self._idle_s)

    def readinto(self, buffer: Any) -> int:
        """Bytes that have come.

        Raises:
            TimeoutError: ``socket.timeout`` before Python 3.10; the client is too slow.
        """
        left = self._idle_s if self._deadline is None else self._deadline - time.monotonic()
        if left <= 0:
            raise socket.timeout("the request did not arrive in time")
        self._connection.settimeout(left)
        count = self._connection.recv_into(buffer)
        if self._deadline is None:
            self._deadline = time.monotonic() + self._limit_s
        return count
