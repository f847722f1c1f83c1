"""Answers in the shapes of a CbM server (cbm-rest, 2 to 6)."""

from __future__ import annotations

import base64
import binascii
import csv
import hmac
import html
import io
import json
import re
from typing import Any, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.localhub.answers import Answer
from sentinel_workbench.localhub.oauth import HubClientAccount
from sentinel_workbench.localhub.records import HubError

HTML = "text/html; charset=utf-8"
EMPTY: Mapping[str, Any] = {}


class CbmFailure(HubError):
    """An answer with an error status and a page that says little."""


def json_text(document: Any, content_type: str = "application/json") -> Answer:
    """As the server writes JSON: keys in alphabetical order."""
    return Answer(200, content_type, json.dumps(document, sort_keys=True, separators=(",", ":")).encode() + b"\n")


def csv_file(columns: Mapping[str, Sequence[Any]], name: str) -> Answer:
    """Columns as a file to save; what is no number or text is printed as Python prints it."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(columns)
    rows.writerows(zip(*columns.values()))
    safe = re.sub(r"[^\w.\-]", "_", name, flags=re.ASCII)
    headers = {"Content-Disposition": f"attachment; filename={safe}"}
    return Answer(200, "text/csv; charset=utf-8", text.getvalue().encode(), headers=headers)


def page(text: str, status: int = 200) -> Answer:
    """An HTML answer."""
    return Answer(status, HTML, text.encode())


def failed() -> CbmFailure:
    """What every unexpected value comes to."""
    return CbmFailure(500, "Internal Server Error", "The server encountered an internal error.")


def no_such_route() -> CbmFailure:
    """A spelling of another generation."""
    return CbmFailure(404, "Not Found", "The requested URL was not found on the server.")


def failure_page(error: HubError) -> Answer:
    """An error as a page; see ``check_login`` for the two kinds of 401."""
    if error.status == 401:
        if error.code == "aoi":
            return page(error.message, 401)
        return Answer(401, HTML, error.message.encode(), headers={"WWW-Authenticate": 'Basic realm="Login Required"'})
    title = html.escape(f"{error.status} {error.code}")
    return page(f"<!doctype html>\n<title>{title}</title>\n<h1>{title}</h1>\n<p>{html.escape(error.message)}</p>\n",
                error.status)


def check_login(authorization: str, account: HubClientAccount) -> str:
    """The user's name as it was sent.

    Raises:
        HubError: 401, bad or no credentials.
    """
    sent = _credentials(authorization)
    if sent is not None:
        user, word = sent
        known = (account.client_id.lower(), account.client_secret)
        if all([_same(user.lower(), known[0]), _same(word, known[1])]):
            return user
    raise HubError(401, "login", "Could not verify.")


def denied() -> HubError:
    """A good user who may not see the area."""
    return HubError(401, "aoi", "Not authorized for this dataset. Please contact the administrator.")


def _credentials(authorization: str) -> Optional[Tuple[str, str]]:
    scheme, _, text = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        user, colon, word = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None
    return (user, word) if colon else None


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
