"""``multipart/form-data`` bodies: the parts by name."""

from __future__ import annotations

from email.parser import BytesParser
from email.policy import HTTP
from typing import Dict

from sentinel_workbench.localhub.answers import bad_payload


def read_parts(content_type: str, body: bytes) -> Dict[str, bytes]:
    """The parts of a form by their names; the last one wins when a name comes twice.

    Raises:
        HubError: the body is not a form.
    """
    head = b"Content-Type: " + content_type.encode("latin-1", "replace") + b"\r\nMIME-Version: 1.0\r\n\r\n"
    message = BytesParser(policy=HTTP).parsebytes(head + body)
    if not message.is_multipart():
        raise bad_payload("The multipart body has no parts; check its boundary.")
    parts: Dict[str, bytes] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(content, bytes):
            parts[name] = content
    return parts
