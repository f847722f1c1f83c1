"""The HTTP front: sockets on 127.0.0.1, keep-alive, limits, and answers written out."""

from __future__ import annotations

import io
import selectors
import socket
import socketserver
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Optional
from urllib.parse import parse_qsl, unquote, urlsplit

from sentinel_workbench.localhub.answers import Answer, error_answer
from sentinel_workbench.localhub.hub import Hub
from sentinel_workbench.localhub.hub_request import HubRequest
from sentinel_workbench.localhub.records import HubError
from sentinel_workbench.localhub.request_body import read_body
from sentinel_workbench.localhub.request_stream import RequestStream
from sentinel_workbench.localhub.workers import ClientGone, PoolClosed

ADDRESS = "127.0.0.1"
_PIECE_BYTES = 1024 * 1024
_LINGER_S = 2.0
_NO_PLACE = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json;charset=utf-8\r\nConnection: close\r\n"
    b"Content-Length: %d\r\n\r\n%s"
)
_HOSTS = ("127.0.0.1", "localhost")


class HubServer(ThreadingHTTPServer):
    """Serves one hub on a port of 127.0.0.1; every connection has a thread of its own."""

    daemon_threads = True
    allow_reuse_address = sys.platform != "win32"
    block_on_close = False
    request_queue_size = 128
    idle_limit_s = 120.0
    """How long a connection may wait for its next request."""
    request_limit_s = 60.0
    """How long a request may take to arrive."""
    max_connections = 256

    def __init__(self, hub: Hub, port: int) -> None:
        super().__init__((ADDRESS, port), HubHandler)
        self.hub = hub
        self._places = threading.BoundedSemaphore(self.max_connections)

    @property
    def url(self) -> str:
        """Base URL, without a slash at the end."""
        return f"http://{ADDRESS}:{self.server_address[1]}"

    def server_bind(self) -> None:
        """Bind without the name lookup of the standard library's HTTP server, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = ADDRESS, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Give the connection a thread, while there are places."""
        if self._places.acquire(blocking=False):
            try:
                super().process_request(request, client_address)
            except RuntimeError:
                self._places.release()
                raise
            return
        error = error_answer(HubError(503, "COMMON_EXCEPTION", "The local hub has too many connections."))
        try:
            request.settimeout(1.0)
            request.sendall(_NO_PLACE % (len(error.body), error.body))
        except OSError:
            pass
        self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve the connection; its place is free again afterwards."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that go away are no news; anything else is, and the standard library prints it."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError, socket.timeout)):
            super().handle_error(request, client_address)


class HubHandler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "SentinelWorkbenchHub"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024
    server: HubServer
    _head_written = False
    _body_unread = False

    def setup(self) -> None:
        """Open the streams of the connection."""
        super().setup()
        self.rfile.close()
        self._stream = RequestStream(self.connection, self.server.idle_limit_s, self.server.request_limit_s)
        self.rfile = io.BufferedReader(self._stream, 64 * 1024)

    def handle_one_request(self) -> None:
        """Read a request and answer it."""
        self._stream.await_request()
        super().handle_one_request()

    def handle_expect_100(self) -> bool:
        """Let a client that asked first send its body."""
        self.send_response_only(100)
        self.end_headers()
        self.wfile.flush()
        return True

    def do_GET(self) -> None:
        self._serve()

    do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet; whoever started the hub reads its errors only."""

    def send_error(self, code: int, message: Optional[str] = None, explain: Optional[str] = None) -> None:
        """Malformed HTTP is answered in JSON as well."""
        self.close_connection = True
        if self.request_version == "HTTP/0.9":
            self.request_version = "HTTP/1.0"
        name = "COMMON_METHOD_NOT_ALLOWED" if code == 501 else "COMMON_BAD_PAYLOAD"
        self._write(error_answer(HubError(405 if code == 501 else code, name, message or "Malformed HTTP request.")))

    def _serve(self) -> None:
        self._head_written = False
        try:
            self._write(self._answer())
        except ClientGone:
            self.close_connection = self._head_written = True
        finally:
            if not self._head_written:
                self._write_failure()
        if self._body_unread:
            self._linger()

    def _answer(self) -> Answer:
        try:
            self._body_unread = True
            self._check_host()
            body = read_body(self.headers, self.rfile)
            self._body_unread = False
            request = self._request(body)
        except HubError as error:
            self.close_connection = True
            return error_answer(error)
        finally:
            self._stream.end_request()
        try:
            return self.server.hub.answer(request)
        except PoolClosed:
            return error_answer(HubError(503, "COMMON_EXCEPTION", "The local hub is ending."))

    def _request(self, body: bytes) -> HubRequest:
        try:
            address = urlsplit(self.path)
            query = dict(parse_qsl(address.query, keep_blank_values=True, max_num_fields=100))
        except ValueError as error:
            raise HubError(400, "COMMON_BAD_PAYLOAD", "The address is malformed.") from error
        headers = {name.lower(): value for name, value in self.headers.items()}
        return HubRequest(
            self.command, unquote(address.path), query, headers, body, self._base_url(), self._client_is_gone
        )

    def _base_url(self) -> str:
        host = self.headers.get("Host")
        return f"http://{host}" if host else self.server.url

    def _check_host(self) -> None:
        """Refuse other names for this machine: a web page could reach the hub through a name of its own."""
        hosts = self.headers.get_all("Host") or []
        if not hosts and self.request_version == "HTTP/1.0":
            return
        name, _, port = (hosts[0] if len(hosts) == 1 else "").strip().lower().partition(":")
        if name not in _HOSTS or port not in ("", str(self.server.server_address[1])):
            raise HubError(400, "COMMON_BAD_PAYLOAD", "The Host header does not name this service.")

    def _linger(self) -> None:
        """Take what a refused client goes on sending for a while; a reset would keep it from reading the answer."""
        deadline = time.monotonic() + _LINGER_S
        try:
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_LINGER_S)
            while time.monotonic() < deadline and self.connection.recv(_PIECE_BYTES):
                pass
        except OSError:
            return

    def _client_is_gone(self) -> bool:
        try:
            with selectors.DefaultSelector() as selector:
                selector.register(self.connection, selectors.EVENT_READ)
                return bool(selector.select(0)) and self.connection.recv(1, socket.MSG_PEEK) == b""
        except (BlockingIOError, InterruptedError):
            return False
        except (OSError, ValueError):
            return True

    def _write(self, answer: Answer) -> None:
        try:
            self._write_head(answer)
            if self.command != "HEAD":
                self._write_body(answer)
            self.wfile.flush()
        finally:
            answer.discard()

    def _write_head(self, answer: Answer) -> None:
        length = answer.body_file.stat().st_size if answer.body_file else len(answer.body)
        self._head_written = True
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(length))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _write_body(self, answer: Answer) -> None:
        if answer.body_file is None:
            self.wfile.write(answer.body)
            return
        with answer.body_file.open("rb") as source:
            while True:
                piece = source.read(_PIECE_BYTES)
                if not piece:
                    return
                self.wfile.write(piece)

    def _write_failure(self) -> None:
        """A bug of the hub: the client learns it, the traceback goes to the hub's error stream."""
        self.close_connection = True
        try:
            self._write(error_answer(HubError(500, "COMMON_EXCEPTION", "The local hub failed on this request.")))
        except OSError:
            return
