"""Small texts from the network, such as a script a colleague published."""

from __future__ import annotations

from urllib.parse import urlsplit

from sentinel_workbench.core.errors import InvalidInput, RequestRejected, UnexpectedAnswer
from sentinel_workbench.core.http.retry import ONCE, send_with_retry
from sentinel_workbench.core.http.transport import HttpRequest, Transport
from sentinel_workbench.core.progress import Progress

MAX_BYTES = 1_000_000
_PAGE = (b"<!doctype", b"<html", b"<?xml")


def fetch_text(transport: Transport, address: str, progress: Progress) -> str:
    """The UTF-8 text at ``address``; the page GitHub shows of a file is taken for the file itself.

    Raises:
        InvalidInput: no http or https address.
        UnexpectedAnswer: a web page, no text, or too large.
        WorkbenchError: the network failed, or the server refused.
    """
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInput("address", f"'{address}' is no web address.", "It begins with https://.")
    response = send_with_retry(transport, HttpRequest("GET", _raw_address(address)), progress, policy=ONCE)
    if response.status != 200:
        message = f"{parts.hostname} does not hand the script over: it answered {response.status}."
        raise RequestRejected(message, "Check the address.", status=response.status)
    if response.content_type == "text/html" or response.start.lstrip().lower().startswith(_PAGE):
        raise UnexpectedAnswer(f"{parts.hostname} sent a web page, not a script.", "Use the address of the raw file.")
    if response.size_bytes > MAX_BYTES:
        raise UnexpectedAnswer(f"The file at {parts.hostname} is too large for a script.")
    try:
        text = response.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnexpectedAnswer(f"The file at {parts.hostname} is no text.") from error
    if not text.strip():
        raise UnexpectedAnswer(f"The file at {parts.hostname} is empty.", "Check the address.")
    return text


def _raw_address(address: str) -> str:
    parts = urlsplit(address)
    owner, repository, kind, *rest = (*parts.path.strip("/").split("/"), "", "", "")
    if parts.hostname == "github.com" and kind == "blob":
        path = "/".join(part for part in rest if part)
        return f"https://raw.githubusercontent.com/{owner}/{repository}/{path}"
    return address
