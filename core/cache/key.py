"""The name of a request in the cache, equal to sentinelhub-py's (sentinelhub-py-interop, 2.2)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

EXTENSIONS = {
    "image/tiff": "tiff",
    "image/png": "png",
    "image/jpeg": "jpg",
    "application/json": "json",
    "application/x-tar": "tar",
    "application/tar": "tar",
}


def request_key(url: str, payload: Any) -> str:
    """32 hexadecimal digits. Key order and number types of ``payload`` count; None stands for no body."""
    text = json.dumps({"url": url, "payload": payload})
    return hashlib.md5(text.encode("utf-8"), usedforsecurity=False).hexdigest()


def extension_of(mime: str) -> str:
    """The ending of a response file, such as ``tiff``; ``raw`` for types without one."""
    return EXTENSIONS.get(mime, "raw")
