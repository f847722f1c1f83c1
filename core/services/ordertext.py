"""Orders as text that other tools understand: JSON, curl, Python; and the way back from any of them."""

from __future__ import annotations

import json
import shlex
from typing import Any, List

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.hub.payload_reading import read_payload
from sentinel_workbench.core.hub.process import accept_header, build_payload
from sentinel_workbench.core.model.orders import ImageOrder
from sentinel_workbench.core.services.notebook_reading import find_request
from sentinel_workbench.core.services.notebook_writing import size_warning

_DATA_OPTIONS = ("-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json")
_ADVICE = "Paste a request as JSON, a curl command, or Python code with a SentinelHubRequest."


def as_json(order: ImageOrder) -> str:
    """The body of the Process API request, indented."""
    return json.dumps(build_payload(order), indent=2, ensure_ascii=False)


def as_curl(order: ImageOrder, process_url: str) -> str:
    """A command for a POSIX shell. It takes the access token from the variable ``SH_TOKEN``; no secret is in it.

    An image beyond the service's size is asked for whole, and a comment above the command says so.
    """
    body = json.dumps(build_payload(order), ensure_ascii=False)
    return "".join(f"{line}\n" for line in size_warning(order)) + " \\\n  ".join((
        f"curl -X POST {shlex.quote(process_url)}",
        '-H "Authorization: Bearer $SH_TOKEN"',
        "-H 'Content-Type: application/json'",
        f"-H 'Accept: {accept_header(order)}'",
        f"--data-raw {shlex.quote(body)}",
        f"--output {shlex.quote('response.' + _suffix(order))}",
    )) + "\n"


def read_order(text: str) -> ImageOrder:
    """The order that a pasted text holds.

    Args:
        text: JSON, a curl command, or Python code that makes one ``SentinelHubRequest``.

    Raises:
        InvalidInput: none of the three, or one that can't be read; the message says where.
    """
    stripped = text.strip()
    if not stripped:
        raise InvalidInput("request", "There is no text to read an order from.", _ADVICE)
    if stripped[0] in "{[":
        return read_payload(_parse_json(stripped))
    command = _without_comments(stripped)
    if command.split(None, 1)[:1] in (["curl"], ["$"], ["curl.exe"]):
        return read_payload(_parse_json(_body_of_curl(command)))
    return read_payload(find_request(text))


def _without_comments(text: str) -> str:
    """The text from its first line that is neither empty nor a comment of a shell."""
    lines = text.splitlines(keepends=True)
    while lines and lines[0].lstrip()[:1] in ("", "#"):
        lines.pop(0)
    return "".join(lines).lstrip()


def _suffix(order: ImageOrder) -> str:
    return accept_header(order).rpartition("/")[2].replace("x-tar", "tar")


def _parse_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else str(error)
        raise InvalidInput("request", f"The request is not valid JSON, {line}.", _ADVICE) from error


def _body_of_curl(text: str) -> str:
    try:
        words = shlex.split(text.replace("\\\r\n", " ").replace("\\\n", " "))
    except ValueError as error:
        raise InvalidInput("request", f"The curl command can't be read: {error}.", _ADVICE) from error
    bodies = list(_data_of(words))
    if len(bodies) != 1 or bodies[0].startswith("@"):
        raise InvalidInput("request", "The curl command has no request body of its own.", "Paste one with --data.")
    return bodies[0]


def _data_of(words: List[str]) -> List[str]:
    found = [words[i + 1] for i, word in enumerate(words[:-1]) if word in _DATA_OPTIONS]
    prefixes = tuple(f"{option}=" for option in _DATA_OPTIONS if option.startswith("--"))
    return found + [word.split("=", 1)[1] for word in words if word.startswith(prefixes)]
