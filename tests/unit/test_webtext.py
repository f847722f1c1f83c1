"""Scripts from a web address: whatever is not one is refused with a sentence of its own."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.http.transport import RequestsTransport
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.core.services.webtext import _raw_address, fetch_text

SCRIPT = "//VERSION=3\nreturn [B04]  // ©\n"
PAGES = {
    "/script.js": (200, "text/plain", b"\xef\xbb\xbf" + SCRIPT.encode()),
    "/script": (200, "application/octet-stream", SCRIPT.encode()),
    "/page": (200, "text/html; charset=utf-8", b"<html></html>"),
    "/disguised": (200, "text/plain", b"\n<!DOCTYPE html><html></html>"),
    "/large": (200, "text/plain", b"x" * 1_000_001),
    "/bytes": (200, "text/plain", bytes(range(128, 256))),
    "/empty": (200, "text/plain", b" \n"),
}


class Page(BaseHTTPRequestHandler):
    """Hands out ``PAGES``."""

    def do_GET(self):
        status, kind, body = PAGES.get(self.path, (404, "text/plain", b"nothing"))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["/script.js", "/script"])
def test_a_script_comes_as_it_is(site, path):
    assert fetch_text(RequestsTransport(), site + path, Silent()) == SCRIPT


@pytest.mark.parametrize("path, told", [
    ("/page", "web page, not a script. Use the address of the raw file"), ("/disguised", "web page, not a script"),
    ("/large", "too large for a script"), ("/bytes", "is no text"), ("/empty", "is empty"),
    ("/gone", "answered 404. Check the address"),
])
def test_what_is_no_script_is_told_apart(site, path, told):
    with pytest.raises(WorkbenchError, match=told):
        fetch_text(RequestsTransport(), site + path, Silent())


@pytest.mark.parametrize("address", ["script.js", "ftp://host/x.js", "https://", "file:///etc/passwd", "javascript:1"])
def test_what_is_no_address_is_not_asked(address):
    with pytest.raises(WorkbenchError, match="is no web address. It begins with https://"):
        fetch_text(None, address, Silent())


def test_the_page_of_a_file_stands_for_the_file():
    page = "https://github.com/someone/scripts/blob/main/ndvi/script.js"
    assert _raw_address(page) == "https://raw.githubusercontent.com/someone/scripts/main/ndvi/script.js"
