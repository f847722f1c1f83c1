"""``output.responses`` and the Accept header: what is sent back, in which format and container."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import Any, Mapping, Optional, Tuple

from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.payload import read_integer, read_list, read_object, read_text
from sentinel_workbench.localhub.records import ResponseFormat

PNG, JPEG, TIFF, JSON = "image/png", "image/jpeg", "image/tiff", "application/json"
TAR, MULTIPART, OCTETS = "application/x-tar", "multipart/mixed", "application/octet-stream"
USERDATA = "userdata"
MAX_RESPONSES = 100
_FORMATS = {PNG: PNG, JPEG: JPEG, "image/jpg": JPEG, TIFF: TIFF, "image/tif": TIFF, JSON: JSON}
_CONTAINERS = {TAR: TAR, "application/tar": TAR, MULTIPART: MULTIPART}
_ANYTHING = ("*/*", "image/*", "application/*", OCTETS)
_SEVERAL = (
    "Several responses can't be sent as {kind}. Accept application/tar, application/x-tar or multipart/mixed."
)
_IDENTIFIER = re.compile(r"[^\x00-\x1f\x7f\"/\\\ud800-\udfff]{1,60}")
"""It becomes the name of a file in the answer."""


@dataclass(frozen=True)
class WantedResponses:
    """What the answer consists of.

    Attributes:
        responses: outputs and their formats.
        container: ``application/x-tar``, ``multipart/mixed`` or None for a bare output.
        octet_stream: the bare output is to be sent as ``application/octet-stream``.
    """

    responses: Tuple[ResponseFormat, ...]
    container: Optional[str] = None
    octet_stream: bool = False


def read_responses(output: Mapping[str, Any], accept: str) -> WantedResponses:
    """The outputs asked for and their container; the Accept header goes before the formats of the body.

    Raises:
        HubError: no such format, or none of the accepted types can hold what is asked for.
    """
    entries = read_list(output, "responses", "output->responses") or [{}]
    if len(entries) > MAX_RESPONSES:
        raise bad_payload(f"`responses` must have at most {MAX_RESPONSES} entries.", "output->responses")
    responses = tuple(_read_response(entry, f"output->responses[{i}]") for i, entry in enumerate(entries))
    identifiers = [response.identifier for response in responses]
    if len(set(identifiers)) < len(identifiers):
        raise bad_payload("Each identifier may be asked for only once.", "output->responses")
    several = len(responses) > 1
    kind = _wanted_type(accept, responses)
    if several or kind in _CONTAINERS:
        return WantedResponses(_checked(responses), _CONTAINERS.get(kind, TAR))
    if kind in _FORMATS:
        responses = (replace(responses[0], mime=_FORMATS[kind]),)
    return WantedResponses(_checked(responses), octet_stream=kind == OCTETS)


def _wanted_type(accept: str, responses: Tuple[ResponseFormat, ...]) -> str:
    """The most wanted type that can hold the answer."""
    ranges = sorted((_media_range(part) for part in accept.split(",") if part.strip()), key=lambda pair: -pair[1])
    kinds = [kind for kind, quality in ranges if quality > 0] if ranges else ["*/*"]
    only = responses[0] if len(responses) == 1 else None
    for kind in kinds:
        if kind in _ANYTHING or kind in _CONTAINERS or (only and _FORMATS.get(kind) in _formats_of(only)):
            return kind
    for kind in kinds:
        if kind in _FORMATS:
            raise bad_payload(_cannot_be(only, kind) if only else _SEVERAL.format(kind=kind))
    raise bad_payload(f"The Accept header '{accept[:100]}' names no format this service can make.")


def _formats_of(response: ResponseFormat) -> Tuple[str, ...]:
    return (JSON,) if response.identifier == USERDATA else (PNG, JPEG, TIFF)


def _media_range(text: str) -> Tuple[str, float]:
    kind, *parameters = (part.strip().lower() for part in text.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            return kind, _quality(parameter[2:])
    return kind, 1.0


def _quality(text: str) -> float:
    try:
        quality = float(text)
    except ValueError:
        return 1.0
    return quality if math.isfinite(quality) else 1.0


def _read_response(entry: Any, path: str) -> ResponseFormat:
    if not isinstance(entry, dict):
        raise bad_payload("An entry of `responses` must be an object.", path)
    identifier = read_text(entry, "identifier", f"{path}->identifier") or "default"
    if not _IDENTIFIER.fullmatch(identifier) or identifier.startswith("."):
        raise bad_payload("`identifier` can't be the name of a file.", f"{path}->identifier")
    kind, quality = _read_format(entry, f"{path}->format", JSON if identifier == USERDATA else PNG)
    return ResponseFormat(identifier, kind, quality)


def _read_format(entry: Mapping[str, Any], path: str, default: str) -> Tuple[str, int]:
    fields = read_object(entry, "format", path) or {}
    kind = (read_text(fields, "type", f"{path}->type") or default).split(";")[0].strip().lower()
    if kind not in _FORMATS:
        choices = ", ".join((PNG, JPEG, TIFF, JSON))
        raise bad_payload(f"The format '{kind[:60]}' is not supported. Use one of {choices}.", f"{path}->type")
    quality = read_integer(fields, "quality", f"{path}->quality", 0, 100)
    return _FORMATS[kind], 90 if quality is None else quality


def _checked(responses: Tuple[ResponseFormat, ...]) -> Tuple[ResponseFormat, ...]:
    problems = [_cannot_be(one, one.mime) for one in responses if one.mime not in _formats_of(one)]
    if problems:
        raise bad_payload(" ".join(problems), "output->responses")
    return responses


def _cannot_be(response: ResponseFormat, kind: str) -> str:
    return f"Output '{response.identifier}' can't be sent as {kind}."
