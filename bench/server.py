"""A stand-in Sentinel Hub for measuring clients: every Process request gets the same body at once.

    python bench/server.py --body image.tiff [--rate 5 --burst 10]

prints one JSON line with ``url``, ``token_url``, ``client_id`` and ``client_secret``, and ends when its standard input
closes. With ``--rate`` a token bucket answers 429 with the exact milliseconds to wait. ``GET /counters`` tells how many
connections, requests and 429s there were and sets them back to nothing.

One thread, keep-alive, Nagle's algorithm off: what is measured is the client.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import sys
import threading
import time
from pathlib import Path
from typing import Dict, Optional

CLIENT_ID, CLIENT_KEY = "bench", "not-a-secret"
TOKEN = json.dumps({"access_token": "bench", "expires_in": 3600, "token_type": "Bearer"}).encode()
CATALOG = json.dumps({"type": "FeatureCollection", "features": [], "links": [], "context": {"returned": 0}}).encode()
TOO_MANY = json.dumps(
    {"status": 429, "reason": "Too Many Requests", "message": "Rate limit", "code": "RATE_LIMIT_EXCEEDED"}
).encode()


def answer(status: str, body: bytes, kind: str = "application/json", extra: str = "") -> bytes:
    """A whole HTTP answer."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra}\r\n"
    return head.encode("ascii") + body


class Service:
    """Answers and counters shared by all connections."""

    def __init__(self, body: bytes, rate: Optional[float], burst: float) -> None:
        self._image = answer("200 OK", body, "image/tiff", "x-processingunits-spent: 0.33\r\n")
        self._rate, self._burst = rate, burst
        self._level, self._filled = burst, time.monotonic()
        self.counters: Dict[str, int] = {}
        self.reset()

    def reset(self) -> None:
        """All counters to nothing, the bucket full."""
        self.counters = {"connections": 0, "requests": 0, "too_many": 0}
        self._level, self._filled = self._burst, time.monotonic()

    def reply(self, method: bytes, path: bytes) -> bytes:
        """The answer to one request."""
        if method == b"GET" and path == b"/counters":
            counted = json.dumps(self.counters).encode()
            self.reset()
            return answer("200 OK", counted)
        if path.endswith(b"/token"):
            return answer("200 OK", TOKEN)
        if path.endswith(b"/search"):
            return answer("200 OK", CATALOG)
        self.counters["requests"] += 1
        wait_s = self._missing_s()
        if wait_s > 0:
            self.counters["too_many"] += 1
            return answer("429 Too Many Requests", TOO_MANY, extra=f"Retry-After: {int(wait_s * 1000) + 1}\r\n")
        return self._image

    def _missing_s(self) -> float:
        """0 when the bucket had a token, else seconds until it has."""
        if not self._rate:
            return 0.0
        now = time.monotonic()
        self._level = min(self._burst, self._level + (now - self._filled) * self._rate)
        self._filled = now
        if self._level < 1:
            return (1 - self._level) / self._rate
        self._level -= 1
        return 0.0


class Wire(asyncio.Protocol):
    """One kept-alive connection."""

    def __init__(self, service: Service) -> None:
        self._service, self._buffer = service, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._service.counters["connections"] += 1
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            length = _content_length(head)
            if not found or len(rest) < length:
                return
            self._buffer = rest[length:]
            method, path, _ = head.split(b" ", 2)
            self._transport.write(self._service.reply(method, path))


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


async def serve(service: Service, port: int, wire: type = Wire, more: Optional[Dict[str, str]] = None) -> None:
    """Until the standard input closes; ``more`` is told beside the address."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: wire(service), "127.0.0.1", port, backlog=128)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    token_url = f"{url}/auth/realms/main/protocol/openid-connect/token"
    address = {"url": url, "token_url": token_url, "client_id": CLIENT_ID, "client_secret": CLIENT_KEY}
    print(json.dumps({**address, **(more or {})}), flush=True)
    ended = asyncio.Event()

    def watch() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=watch, daemon=True).start()
    await ended.wait()
    server.close()


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="A stand-in Sentinel Hub for measuring clients.")
    parser.add_argument("--body", type=Path, required=True, help="what every Process request is answered with")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--rate", type=float, default=None, help="requests a second; no limit by default")
    parser.add_argument("--burst", type=float, default=10)
    options = parser.parse_args()
    asyncio.run(serve(Service(options.body.read_bytes(), options.rate, options.burst), options.port))


if __name__ == "__main__":
    main()
