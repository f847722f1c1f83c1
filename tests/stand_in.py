"""A tiny Sentinel Hub for tests, with switches for everything that goes wrong. No scripts are run.

    with StandIn() as hub:                       # 127.0.0.1, free port, one thread a connection
        hub.url, hub.token_url                   # for a Connection; hub.client_id / hub.client_secret for Credentials
        hub.faults.server_errors = 2             # the next two process requests answer 500, then all is well
        ...
        assert hub.seen.requests == 3            # also .connections .tokens .searches .statuses .payloads .headers

Every fault of ``Faults`` that is a count wears off; the others stay until switched off. ``hub.faults.when`` limits
process faults to payloads it says True to. ``hub.items`` is what Catalog search pages through, ``hub.answer`` makes
the body of a good process answer: by default a real image of the asked size (needs GDAL), or a TAR for several
responses. ``python tests/stand_in.py --body FILE --bucket 5,10 --delay 0.3`` serves in a process of its own, prints
``{"url":..,"token_url":..,"client_id":..,"client_secret":..}`` and ends when stdin closes; counters at ``GET /_seen``.
"""

from __future__ import annotations

import argparse
import dataclasses
import io
import json
import secrets
import sys
import tarfile
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, List, Optional, Tuple
from urllib.parse import parse_qs, urlsplit

CATALOG = ("/api/v1/catalog/1.0.0", "/catalog/v1")
PROCESS = ("/api/v1/process", "/process/v1")
HTML = b"<html><head><title>Sign in</title></head><body>Please sign in to the network.</body></html>"
Answer = Tuple[int, Dict[str, str], bytes]


@dataclass
class Faults:
    """What goes wrong. Process requests unless the name says otherwise."""

    server_errors: int = 0
    server_error_status: int = 500
    server_error_message: str = "Internal error"
    rate_limits: int = 0
    retry_after: Optional[str] = "20"
    unauthorized: int = 0
    rejected: Optional[Dict[str, Any]] = None
    """Body of a 4xx answer: its ``status`` is taken from the body, wrapped or not. Stays on."""
    html: int = 0
    truncated: int = 0
    truncated_chunked: int = 0
    dropped: int = 0
    delay_s: float = 0.0
    silent: bool = False
    """Never answers until the client hangs up or the stand-in ends."""
    stall_body: bool = False
    """Sends the headers and half the body, then nothing."""
    bucket: Optional[Tuple[float, float]] = None
    """(requests a second, burst); Retry-After is the exact time to the next token, in ms."""
    token_lifetime_s: Any = 3600
    token_delay_s: float = 0.0
    token_server_errors: int = 0
    token_answer: Optional[Answer] = None
    """Sent instead of a token. Stays on."""
    drop_context: bool = False
    """Catalog answers without ``context``, only ``links``."""
    when: Optional[Callable[[Dict[str, Any]], bool]] = None


@dataclass
class Seen:
    """What arrived and what was answered."""

    connections: int = 0
    tokens: int = 0
    requests: int = 0
    searches: int = 0
    busiest: int = 0
    statuses: List[int] = field(default_factory=list)
    payloads: List[Dict[str, Any]] = field(default_factory=list)
    bodies: List[bytes] = field(default_factory=list)
    headers: List[Dict[str, str]] = field(default_factory=list)
    times: List[float] = field(default_factory=list)


def error_body(status: int, message: str, code: str = "COMMON_BAD_PAYLOAD", **more: Any) -> Dict[str, Any]:
    """The wrapped error object of the service."""
    return {"error": {"status": status, "reason": "Error", "message": message, "code": code, **more}}


def image_bytes(width: int, height: int, mime: str = "image/tiff", bands: int = 3) -> bytes:
    """A deterministic UINT8 picture of that size without georeference."""
    import numpy
    from osgeo import gdal

    gdal.UseExceptions()
    driver = {"image/tiff": "GTiff", "image/png": "PNG", "image/jpeg": "JPEG"}[mime]
    rows, columns = numpy.mgrid[0:height, 0:width]
    source = gdal.GetDriverByName("MEM").Create("", width, height, bands)
    for band in range(bands):
        source.GetRasterBand(band + 1).WriteArray(((rows * (band + 1) + columns) % 250 + 1).astype("uint8"))
    name = f"/vsimem/stand-in-{threading.get_ident()}"
    gdal.GetDriverByName(driver).CreateCopy(name, source)
    handle = gdal.VSIFOpenL(name, "rb")
    size = gdal.VSIStatL(name).size
    body = bytes(gdal.VSIFReadL(1, size, handle))
    gdal.VSIFCloseL(handle)
    gdal.Unlink(name)
    return body


def default_answer(payload: Dict[str, Any], accept: str) -> Tuple[str, bytes]:
    """Content type and body: an image of the asked size, or a TAR of one member a response."""
    output = payload.get("output", {})
    width, height = output.get("width", 256), output.get("height", 256)
    responses = output.get("responses") or [{"identifier": "default", "format": {"type": "image/png"}}]
    if len(responses) == 1:
        mime = accept if accept.startswith(("image/", "application/json")) else responses[0]["format"]["type"]
        return mime, b'{"ok": true}' if mime == "application/json" else image_bytes(width, height, mime)
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w") as archive:
        for response in responses:
            mime = response["format"]["type"]
            suffix = {"image/tiff": "tif", "image/png": "png", "image/jpeg": "jpg"}.get(mime, "json")
            body = b'{"ok": true}' if suffix == "json" else image_bytes(width, height, mime)
            member = tarfile.TarInfo(f"{response['identifier']}.{suffix}")
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return "application/x-tar", memory.getvalue()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    hub: StandIn

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are the point of some tests."""


class StandIn:
    """The server; see the top of the module."""

    def __init__(self, port: int = 0) -> None:
        # a secret of its own: tokens are kept by process, and a later stand-in may get an earlier one's port
        self.client_id, self.client_secret = "stand-in-client", f"stand-in-pass-phrase-{secrets.token_hex(8)}"
        self.faults, self.seen = Faults(), Seen()
        self.items: List[Dict[str, Any]] = []
        self.collections: List[Dict[str, Any]] = [{"id": "sentinel-2-l2a", "title": "Sentinel 2 L2A"}]
        self.answer: Callable[[Dict[str, Any], str], Tuple[str, bytes]] = default_answer
        self.spent_units: Optional[float] = 2.5
        self.lock = threading.RLock()
        self.ended = threading.Event()
        self.valid_tokens: set = set()
        self._made: Dict[Any, Tuple[str, bytes]] = {}
        self._level, self._filled_at, self.busy = 0.0, 0.0, 0
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.hub = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.token_url = self.url + "/auth/realms/main/protocol/openid-connect/token"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> StandIn:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self.ended.set()
        self._server.shutdown()
        self._server.server_close()

    def take(self, name: str) -> bool:
        """True while the count of that fault lasts; counts it down."""
        with self.lock:
            left = getattr(self.faults, name)
            if left > 0:
                setattr(self.faults, name, left - 1)
            return left > 0

    def bucket_wait_s(self) -> float:
        """0 when a token was taken, else seconds to the next one."""
        if self.faults.bucket is None:
            return 0.0
        rate, burst = self.faults.bucket
        with self.lock:
            now = time.monotonic()
            self._level = min(burst, self._level + (now - self._filled_at) * rate) if self._filled_at else burst
            self._filled_at = now
            if self._level >= 1:
                self._level -= 1
                return 0.0
            return (1 - self._level) / rate

    def good_answer(self, payload: Dict[str, Any], accept: str) -> Tuple[str, bytes]:
        """``answer``, kept by size and format so that the stand-in answers at once."""
        if self.answer is not default_answer:
            return self.answer(payload, accept)
        key = (accept, json.dumps(payload.get("output")))
        if key not in self._made:
            self._made[key] = default_answer(payload, accept)
        return self._made[key]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    @property
    def hub(self) -> StandIn:
        return self.server.hub  # type: ignore[attr-defined]

    def setup(self) -> None:
        super().setup()
        with self.hub.lock:
            self.hub.seen.connections += 1

    def log_message(self, *_: Any) -> None:
        pass

    def reply(self, status: int, body: bytes, content_type: str = "application/json", **headers: str) -> None:
        """One write, so that the answer leaves in one piece."""
        lines = [f"HTTP/1.1 {status} Answer", f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self.hub.seen.statuses.append(status)
        self.wfile.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def reply_json(self, status: int, value: Any, **headers: str) -> None:
        self.reply(status, json.dumps(value).encode(), **headers)

    def do_GET(self) -> None:
        if self.path == "/_seen":
            self.reply_json(200, dataclasses.asdict(dataclasses.replace(self.hub.seen, bodies=[])))
        elif self.path.rstrip("/") in [path + "/collections" for path in CATALOG]:
            if self.authorized():
                self.reply_json(200, {"collections": self.hub.collections, "links": []})
        else:
            self.reply(404, b"<html>Not found</html>", "text/html")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == urlsplit(self.hub.token_url).path:
            self.give_token(body)
        elif self.path in PROCESS:
            self.process(body)
        elif self.path in [path + "/search" for path in CATALOG]:
            self.search(body)
        else:
            self.reply(404, b"<html>Not found</html>", "text/html")

    def give_token(self, body: bytes) -> None:
        hub, form = self.hub, parse_qs(body.decode())
        with hub.lock:
            hub.seen.tokens += 1
            number = hub.seen.tokens
        time.sleep(hub.faults.token_delay_s)
        if hub.faults.token_answer:
            status, headers, content = hub.faults.token_answer
            self.reply(status, content, headers.get("Content-Type", "application/json"))
        elif hub.take("token_server_errors"):
            self.reply(503, b"busy", "text/plain")
        elif form.get("client_id") != [hub.client_id] or form.get("client_secret") != [hub.client_secret]:
            text = "Invalid client or Invalid client credentials"
            self.reply_json(401, {"error": "invalid_client", "error_description": text})
        else:
            hub.valid_tokens.add(f"pass-{number}")
            self.reply_json(
                200,
                {"access_token": f"pass-{number}", "expires_in": hub.faults.token_lifetime_s, "token_type": "Bearer"},
            )

    def authorized(self) -> bool:
        bearer = self.headers.get("Authorization", "")
        if bearer[len("Bearer ") :] in self.hub.valid_tokens and not self.hub.take("unauthorized"):
            return True
        self.reply_json(401, error_body(401, "You are not authorized.", "COMMON_UNAUTHORIZED"))
        return False

    def process(self, body: bytes) -> None:
        hub, payload = self.hub, json.loads(body)
        with hub.lock:
            hub.seen.requests += 1
            hub.busy += 1
            hub.seen.busiest = max(hub.seen.busiest, hub.busy)
            hub.seen.payloads.append(payload)
            hub.seen.bodies.append(body)
            hub.seen.headers.append({name.lower(): value for name, value in self.headers.items()})
            hub.seen.times.append(time.monotonic())
        try:
            concerned = hub.faults.when is None or hub.faults.when(payload)
            if not (concerned and self.go_wrong()) and self.authorized():
                self.render(payload, concerned)
        finally:
            with hub.lock:
                hub.busy -= 1

    def go_wrong(self) -> bool:
        """True when a fault answered (or will not answer)."""
        hub, faults = self.hub, self.hub.faults
        hub.ended.wait(faults.delay_s)
        if faults.silent:
            hub.ended.wait(60)
            self.close_connection = True
        elif hub.take("dropped"):
            self.close_connection = True
        elif hub.take("server_errors"):
            message = error_body(faults.server_error_status, faults.server_error_message, "RENDERER_EXCEPTION")
            self.reply_json(faults.server_error_status, message)
        elif hub.take("rate_limits"):
            self.rate_limit(faults.retry_after)
        elif faults.rejected is not None:
            self.reply_json(faults.rejected.get("error", faults.rejected).get("status", 400), faults.rejected)
        elif hub.take("html"):
            self.reply(200, HTML, "text/html; charset=utf-8")
        else:
            wait_s = hub.bucket_wait_s()
            if not wait_s:
                return False
            self.rate_limit(str(int(wait_s * 1000) + 1))
        return True

    def rate_limit(self, retry_after: Optional[str]) -> None:
        """The documented, unwrapped body."""
        value = {"status": 429, "reason": "Too Many Requests", "message": "You have exceeded your rate limit"}
        headers = {} if retry_after is None else {"Retry_After": retry_after}
        self.reply_json(429, {**value, "code": "RATE_LIMIT_EXCEEDED"}, **headers)

    def render(self, payload: Dict[str, Any], concerned: bool) -> None:
        hub = self.hub
        mime, body = hub.good_answer(payload, self.headers.get("Accept", "*/*"))
        spent = {} if hub.spent_units is None else {"x_processingunits_spent": str(hub.spent_units)}
        if concerned and (hub.faults.stall_body or hub.take("truncated")):
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {mime}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            self.wfile.write(head + body[: len(body) // 2])
            hub.ended.wait(60 if hub.faults.stall_body else 0)
            self.close_connection = True
        elif concerned and hub.take("truncated_chunked"):
            half = body[: len(body) // 2]
            head = f"HTTP/1.1 200 OK\r\nContent-Type: {mime}\r\nTransfer-Encoding: chunked\r\n\r\n{len(half):x}\r\n"
            self.wfile.write(head.encode() + half + b"\r\n")
            self.close_connection = True
        else:
            self.reply(200, body, mime, **spent)

    def search(self, body: bytes) -> None:
        hub, query = self.hub, json.loads(body)
        if not self.authorized():
            return
        with hub.lock:
            hub.seen.searches += 1
            hub.seen.payloads.append(query)
        first, limit = query.get("next", 0), query.get("limit", 10)
        page = hub.items[first : first + limit]
        more = first + limit < len(hub.items)
        answer: Dict[str, Any] = {"type": "FeatureCollection", "features": page, "links": []}
        if more:
            answer["links"] = [{"rel": "next", "method": "POST", "body": {"next": first + limit}, "merge": True}]
        if not hub.faults.drop_context:
            answer["context"] = {"limit": limit, "returned": len(page), **({"next": first + limit} if more else {})}
        self.reply_json(200, answer)


def main() -> None:
    """Serve until stdin closes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--bucket", help="requests a second, burst")
    parser.add_argument("--body", help="file that every process request is answered with")
    parser.add_argument("--mime", default="image/tiff")
    options = parser.parse_args()
    with StandIn(options.port) as hub:
        hub.faults.delay_s = options.delay
        if options.bucket:
            rate, burst = options.bucket.split(",")
            hub.faults.bucket = (float(rate), float(burst))
        if options.body:
            with open(options.body, "rb") as file:
                content = file.read()
            hub.answer = lambda payload, accept: (options.mime, content)
        address = {"url": hub.url, "token_url": hub.token_url, "client_id": hub.client_id}
        print(json.dumps({**address, "client_secret": hub.client_secret}), flush=True)
        sys.stdin.read()


if __name__ == "__main__":
    main()
