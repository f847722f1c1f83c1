"""Answers of the hub: status, headers and body, and the error bodies of the service."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Mapping, Optional

from sentinel_workbench.localhub.records import HubError, RenderedAnswer

JSON_TYPE = "application/json;charset=utf-8"
GEOJSON_TYPE = "application/geo+json"
MAX_MESSAGE_CHARS = 20_000
"""A script may throw megabytes."""


@dataclass(frozen=True)
class Answer:
    """What goes back to the client.

    Attributes:
        status: HTTP status.
        content_type: of the body.
        body: the bytes, unless ``body_file`` is given.
        body_file: a file to send and delete afterwards, or None.
        headers: further headers.
    """

    status: int
    content_type: str = JSON_TYPE
    body: bytes = b""
    body_file: Optional[Path] = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def discard(self) -> None:
        """Delete the body's file, sent or not."""
        if self.body_file is not None:
            self.body_file.unlink(missing_ok=True)


def json_answer(
    document: Any, status: int = 200, content_type: str = JSON_TYPE, headers: Optional[Mapping[str, str]] = None
) -> Answer:
    """``document`` as a JSON answer."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Answer(status, content_type, body, headers=headers or {})


def reason_of(status: int) -> str:
    """``Bad Request`` for 400."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"


def error_answer(error: HubError) -> Answer:
    """The ``{"error": {...}}`` body of the Process API."""
    inner = {
        "status": error.status,
        "reason": reason_of(error.status),
        "message": error.message[:MAX_MESSAGE_CHARS],
        "code": error.code,
    }
    if error.errors:
        inner["errors"] = [dict(entry) for entry in error.errors]
    return json_answer({"error": inner}, error.status)


def catalog_error_answer(error: HubError) -> Answer:
    """The ``{"code", "description"}`` body of the Catalog API."""
    return json_answer({"code": error.code, "description": error.message[:MAX_MESSAGE_CHARS]}, error.status)


def rendered_answer(rendered: RenderedAnswer) -> Answer:
    """A render's file with the processing units it cost."""
    units = {"x-processingunits-spent": repr(float(rendered.processing_units))}
    return Answer(200, rendered.content_type, body_file=Path(rendered.body), headers=units)


def not_found(path: str) -> HubError:
    """No such address."""
    return HubError(404, "COMMON_NOT_FOUND", f"There is nothing at {path}.")


def bad_payload(message: str, parameter: Optional[str] = None) -> HubError:
    """A request whose body can't be used; ``parameter`` is its place, such as ``output->resx``."""
    errors = [{"parameter": parameter, "violation": message}] if parameter else []
    return HubError(400, "COMMON_BAD_PAYLOAD", message, errors)
