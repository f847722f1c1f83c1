"""Files over HTTP ranges on 127.0.0.1, for tests: a log of every request and switches for what goes wrong.

    with RangeServer(folder) as server:
        server.url("B04.tif")                    # where a file lies
        server.faults.stop_after = 5000          # every body ends after so many bytes
        server.log                               # [Request(method, path, first, last, sent, status)]

Faults that are a count wear off; the others stay until switched off. ``faults.when`` limits them to some paths.
``python tests/range_server.py FOLDER`` serves in a process of its own and prints its URL.
"""

from __future__ import annotations

import re
import socket
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Tuple
from urllib.parse import unquote, urlsplit

HTML = b"<!DOCTYPE html><html><body>Please sign in to the network.</body></html>"
_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
Answer = Tuple[int, Dict[str, str], bytes]


@dataclass
class Faults:
    """What goes wrong with files."""

    statuses: List[int] = field(default_factory=list)
    """Sent one after the other instead of a file; used up."""
    status: int = 0
    """Sent instead of every file. Stays on."""
    html: int = 0
    """So many answers are a sign-in page with status 200."""
    stop_after: Optional[int] = None
    """Bodies end after so many bytes, though more were promised."""
    stops: Optional[int] = None
    """How often ``stop_after`` happens; None for ever."""
    no_range: bool = False
    """The whole file with status 200, whatever range was asked for."""
    wrong_range: bool = False
    """206 with other bytes than asked for, and says so."""
    zeros: bool = False
    """206 with nothing but zeros in it."""
    redirect_to: str = ""
    """Files answer 302 to this prefix."""
    delay_s: float = 0.0
    when: Optional[Callable[[str], bool]] = None


@dataclass(frozen=True)
class Request:
    """One request as the server saw it; ``first`` and ``last`` of its range, None without one."""

    method: str
    path: str
    query: str
    first: Optional[int]
    last: Optional[int]
    sent: int
    status: int
    headers: Dict[str, str]
    body: bytes


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    owner: RangeServer

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def do_HEAD(self) -> None:
        self._serve()

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        found = _RANGE.match(headers.get("range", ""))
        first, last = (int(text) if text else None for text in found.groups()) if found else (None, None)
        path = unquote(parts.path)
        if path.startswith("/files/"):
            status, extra, content = self.owner.signed_answer(path, parts.query, first, last)
        else:
            status, extra, content = self.owner.answer(self.command, path, parts.query, headers, body)
        length = int(extra.pop("X-Promise", len(content)))
        sent = b"" if self.command == "HEAD" else content
        self.owner.log.append(Request(self.command, path, parts.query, first, last, len(sent), status, headers, body))
        self.send_response(status)
        for name, value in {**extra, "Content-Length": str(length)}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)
        self.close_connection = self.close_connection or length != len(content)

    def log_message(self, *_: Any) -> None:
        pass


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that hangs up is no news."""


class RangeServer:
    """A context: files below ``folder`` are served inside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder).resolve()
        self.faults = Faults()
        self.log: List[Request] = []
        self._server = _QuietServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"owner": self}))
        self.base = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Any:
        self._thread.start()
        return self

    def __exit__(self, *_: Any) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, name: str) -> str:
        return f"{self.base}/files/{name}"

    def files_log(self) -> List[Request]:
        """The requests for files only."""
        return [entry for entry in self.log if entry.path.startswith("/files/")]

    def answer(self, method: str, path: str, query: str, headers: Dict[str, str], body: bytes) -> Answer:
        """The answer to what is no file; a STAC server overrides this."""
        return 404, {"Content-Type": "application/json"}, b'{"message": "not found"}'

    def signed_answer(self, path: str, query: str, first: Optional[int], last: Optional[int]) -> Answer:
        """A file, to whoever asks; a server that wants signatures overrides this."""
        return self.file_answer(path, first, last)

    def file_answer(self, path: str, first: Optional[int], last: Optional[int]) -> Answer:
        faults = self.faults
        faulty = faults.when is None or faults.when(path)
        if faulty:
            time.sleep(faults.delay_s)
            early = self._instead_of_file(path)
            if early:
                return early
        file = (self.folder / path[len("/files/"):]).resolve()
        if self.folder not in file.parents or not file.is_file():
            return 404, {"Content-Type": "application/xml"}, b"<Error><Code>NoSuchKey</Code></Error>"
        content = file.read_bytes()
        headers = {"Content-Type": "image/tiff", "Accept-Ranges": "bytes"}
        if first is None or (faulty and faults.no_range):
            return self._cut(200, headers, content, faulty)
        if first >= len(content):
            return 416, {"Content-Range": f"bytes */{len(content)}"}, b""
        last = min(len(content) - 1 if last is None else last, len(content) - 1)
        if faulty and faults.wrong_range:
            first, last = first + 7, min(last + 7, len(content) - 1)
        headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
        part = content[first : last + 1]
        return self._cut(206, headers, bytes(len(part)) if faulty and faults.zeros else part, faulty)

    def _instead_of_file(self, path: str) -> Optional[Answer]:
        faults = self.faults
        if faults.statuses:
            return faults.statuses.pop(0), {"Content-Type": "text/plain"}, b"no"
        if faults.status:
            return faults.status, {"Content-Type": "text/plain"}, b"no"
        if faults.html:
            faults.html -= 1
            return 200, {"Content-Type": "text/html"}, HTML
        if faults.redirect_to:
            return 302, {"Location": faults.redirect_to + path}, b""
        return None

    def _cut(self, status: int, headers: Dict[str, str], content: bytes, faulty: bool) -> Answer:
        faults = self.faults
        if faulty and faults.stop_after is not None and len(content) > faults.stop_after and faults.stops != 0:
            if faults.stops is not None:
                faults.stops -= 1
            return status, {**headers, "X-Promise": str(len(content))}, content[: faults.stop_after]
        return status, headers, content


if __name__ == "__main__":
    with RangeServer(Path(sys.argv[1])) as running:
        print(running.base, flush=True)
        sys.stdin.read()
