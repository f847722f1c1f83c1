"""What an answer that is no success says, in whatever shape services and proxies say it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, List, Mapping, Optional, TypeVar
from urllib.parse import urlsplit

from sentinel_workbench.core.errors import NetworkError, UnexpectedAnswer
from sentinel_workbench.core.http.transport import HttpResponse

LONGEST_MESSAGE = 600
_TAG = re.compile(r"<[^>]+>")
_Failure = TypeVar("_Failure", bound=NetworkError)


@dataclass(frozen=True)
class Complaint:
    """What an error body says. ``code`` is None and ``message`` empty when it says nothing usable."""

    message: str = ""
    code: Optional[str] = None


def _violations(errors: Any) -> List[str]:
    """``errors`` is a list of ``{parameter, violation}`` in recorded answers, an object in the specification."""
    entries = errors if isinstance(errors, list) else [errors] if isinstance(errors, Mapping) else []
    lines = []
    for entry in entries:
        if isinstance(entry, Mapping) and entry.get("violation"):
            lines.append(": ".join(str(entry[key]) for key in ("parameter", "violation") if entry.get(key)))
    return lines


def _of_object(value: Mapping[str, Any]) -> Complaint:
    inner = value.get("error")
    if isinstance(inner, str):
        return Complaint(str(value.get("error_description") or inner), inner)
    body = inner if isinstance(inner, Mapping) else value
    message = str(body.get("message") or body.get("description") or body.get("detail") or body.get("reason") or "")
    extra = [line for line in _violations(body.get("errors")) if line.split(": ")[-1] not in message]
    code = body.get("code")
    told = "; ".join(part for part in (message.rstrip(". "), *extra) if part) if extra else message
    return Complaint(told.strip(), None if code is None else str(code))


def read_complaint(content: bytes) -> Complaint:
    """The message and code of an error body: wrapped, unwrapped, OAuth, Catalog, OGC or HTML. Never raises."""
    text = content[: 1 << 16].decode("utf-8", "replace").strip()
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, Mapping):
        return _of_object(value)
    if "<ServiceException" in text:
        return Complaint(" ".join(_TAG.sub(" ", text).split())[:LONGEST_MESSAGE])
    return Complaint("" if text.startswith("<") else text[:200])


def shown_url(url: str) -> str:
    """The address without query and login."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def final(error: _Failure) -> _Failure:
    """``error``, marked as one that sending again can't help."""
    error.transient = False
    return error


def redirected(url: str, target: str) -> UnexpectedAnswer:
    """The error for an address that leads elsewhere where that is not expected."""
    return final(UnexpectedAnswer(
        f"{shown_url(url)} leads on to {shown_url(target)} instead of answering.",
        "Check the URL; a hotel or company network may want you to sign in first.",
    ))


def not_the_answer(url: str, response: HttpResponse, expected: str) -> UnexpectedAnswer:
    """A 200 that is something else than ``expected``: a sign-in page, a proxy's page, another service."""
    got = "a web page" if "html" in response.content_type else response.content_type or "nothing of a known type"
    return final(UnexpectedAnswer(
        f"{shown_url(url)} sent {got} instead of {expected}.",
        "Check the URL; a proxy or a network that wants you to sign in may stand in between.",
    ))
