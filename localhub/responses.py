"""``output.responses`` and the Accept header: what is sent back, in which format and container."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Tuple

from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.payload import read_integer, read_list, read_object, read_text
from sentinel_workbench.localhub.records import ResponseFormat

PNG, JPEG, TIFF, JSON = "image/png", "image/jpeg", "image/tiff", "application/json"
TAR, MULTIPART = "application/x-tar", "multipart/mixed"
USERDATA = "userdata"
_FORMATS = {PNG: PNG, JPEG: JPEG, "image/jpg": JPEG, TIFF: TIFF, "image/tif": TIFF, JSON: JSON}
_CONTAINERS = {TAR: TAR, "application/tar": TAR, MULTIPART: MULTIPART}
_ANYTHING = ("*/*", "image/*", "application/*", "application/octet-stream")
Responses = Tuple[Tuple[ResponseFormat, ...], Optional[str]]


def read_responses(output: Mapping[str, Any], accept: str) -> Responses:
    """The outputs asked for and their container; the Accept header goes before the formats of the body."""
    entries = read_list(output, "responses", "output->responses") or [{}]
    responses = tuple(_read_response(entry, f"output->responses[{i}]") for i, entry in enumerate(entries))
    identifiers = [response.identifier for response in responses]
    if len(set(identifiers)) < len(identifiers):
        raise bad_payload("Each identifier may be asked for only once.", "output->responses")
    wanted = _wanted_type(accept)
    if wanted in (TAR, MULTIPART):
        return _checked(responses), wanted
    if len(responses) > 1:
        if wanted is not None:
            raise bad_payload(
                f"Several responses can't be sent as {wanted}. Accept application/tar, application/x-tar or"
                " multipart/mixed."
            )
        return _checked(responses), TAR
    if wanted is not None:
        responses = (ResponseFormat(responses[0].identifier, wanted, responses[0].quality),)
    return _checked(responses), None


def _wanted_type(accept: str) -> Optional[str]:
    """The most wanted type the hub can make, or None when any will do."""
    ranges = sorted((_media_range(part) for part in accept.split(",") if part.strip()), key=lambda pair: -pair[1])
    for kind, quality in ranges:
        if quality <= 0:
            continue
        if kind in _ANYTHING:
            return None
        if kind in _FORMATS or kind in _CONTAINERS:
            return _FORMATS.get(kind) or _CONTAINERS[kind]
    if ranges:
        raise bad_payload(f"The Accept header '{accept[:100]}' names no format this service can make.")
    return None


def _media_range(text: str) -> Tuple[str, float]:
    kind, *parameters = (part.strip().lower() for part in text.split(";"))
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return kind, float(parameter[2:])
            except ValueError:
                return kind, 1.0
    return kind, 1.0


def _read_response(entry: Any, path: str) -> ResponseFormat:
    if not isinstance(entry, dict):
        raise bad_payload("An entry of `responses` must be an object.", path)
    identifier = read_text(entry, "identifier", f"{path}->identifier") or "default"
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
    problems: List[str] = []
    for response in responses:
        if (response.identifier == USERDATA) != (response.mime == JSON):
            problems.append(f"Output '{response.identifier}' can't be sent as {response.mime}.")
    if problems:
        raise bad_payload(" ".join(problems), "output->responses")
    return responses
