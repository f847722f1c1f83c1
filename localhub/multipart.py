"""``multipart/form-data`` bodies: the parts by name.

Read by splitting, not by the mail parser of the standard library: nested parts of an abusive body can't recurse, and
16 MB take milliseconds.
"""

from __future__ import annotations

import re
from typing import Dict, Optional

from sentinel_workbench.localhub.answers import bad_payload

MAX_PARTS = 20
_BOUNDARY = re.compile(r";\s*boundary=(?:\"([^\"]{1,70})\"|([^\s;,\"]{1,70}))", re.IGNORECASE)
_NAME = re.compile(rb";\s*name=(?:\"([^\"]*)\"|([^\s;\"]+))", re.IGNORECASE)


def read_parts(content_type: str, body: bytes) -> Dict[str, bytes]:
    """The parts of a form by their names; the last one wins when a name comes twice.

    Raises:
        HubError: the body is not a form.
    """
    match = _BOUNDARY.search(content_type)
    if match is None:
        raise bad_payload("The multipart body has no parts; check its boundary.")
    boundary = re.escape((match.group(1) or match.group(2)).encode("latin-1", "replace"))
    delimiter = re.compile(b"\r\n--" + boundary + rb"(?=--|[ \t]*\r\n)")
    pieces = delimiter.split(b"\r\n" + body, MAX_PARTS + 1)
    if len(pieces) < 3 or len(pieces) > MAX_PARTS + 1:
        raise bad_payload("The multipart body has no parts, or too many, or does not end; check its boundary.")
    parts: Dict[str, bytes] = {}
    for piece in pieces[1:]:
        if piece.startswith(b"--"):
            return parts
        head, separator, content = piece.partition(b"\r\n\r\n")
        name = _part_name(head)
        if not separator or name is None:
            raise bad_payload("A part of the multipart body has no name.")
        parts[name] = content
    raise bad_payload("The multipart body does not end with its boundary.")


def _part_name(head: bytes) -> Optional[str]:
    for line in head.split(b"\r\n"):
        field, _, value = line.partition(b":")
        match = _NAME.search(value) if field.strip().lower() == b"content-disposition" else None
        if match:
            return (match.group(1) or match.group(2) or b"").decode("utf-8", "replace")
    return None
