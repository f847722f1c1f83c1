"""The body of a request: of a told length, or in chunks as clients send that write while they go."""

from __future__ import annotations

import re
import socket
from email.message import Message
from io import BufferedIOBase
from typing import List

from sentinel_workbench.localhub.records import HubError
from sentinel_workbench.localhub.workers import ClientGone

MAX_BODY_BYTES = 16 * 1024 * 1024
MAX_CHUNKS = 65536
"""Chunks of a byte would keep the hub busy with their headings."""
_MAX_LINE_BYTES = 4096
_MAX_TRAILERS = 100
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]*)?\r?\n")


def read_body(headers: Message, stream: BufferedIOBase) -> bytes:
    """All of a request's body.

    Args:
        headers: of the request.
        stream: at the first byte behind them.

    Raises:
        HubError: 400, 408, 413 or 415; what is left of the body is not read.
        ClientGone: the connection ended before the body did.
    """
    if headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise HubError(415, "COMMON_UNSUPPORTED_MEDIA_TYPE", "Compressed request bodies are not supported.")
    codings = headers.get_all("Transfer-Encoding") or []
    lengths = headers.get_all("Content-Length") or []
    try:
        if not codings:
            return _read_exactly(stream, _length(lengths or ["0"]))
        # With both, two readers of one connection could differ about where the next request begins.
        if lengths or [coding.strip().lower() for coding in codings] != ["chunked"]:
            raise _malformed("Transfer-Encoding")
        return _read_chunks(stream)
    except socket.timeout as error:
        raise HubError(408, "COMMON_BAD_PAYLOAD", "The request body did not arrive in time.") from error


def _length(lengths: List[str]) -> int:
    if len(set(lengths)) != 1 or not (lengths[0].isascii() and lengths[0].strip().isdigit()):
        raise _malformed("Content-Length")
    length = int(lengths[0]) if len(lengths[0]) < 19 else MAX_BODY_BYTES + 1
    if length > MAX_BODY_BYTES:
        raise _too_large()
    return length


def _read_chunks(stream: BufferedIOBase) -> bytes:
    pieces: List[bytes] = []
    room = MAX_BODY_BYTES
    while True:
        size = _CHUNK_SIZE.fullmatch(_read_line(stream))
        if not size:
            raise _bad_chunk()
        length = int(size.group(1), 16)
        if length > room or len(pieces) >= MAX_CHUNKS:
            raise _too_large()
        if length == 0:
            break
        pieces.append(_read_exactly(stream, length))
        room -= length
        if _read_line(stream) not in (b"\r\n", b"\n"):
            raise _bad_chunk()
    for _ in range(_MAX_TRAILERS):
        if _read_line(stream) in (b"\r\n", b"\n"):
            return b"".join(pieces)
    raise _bad_chunk()


def _read_exactly(stream: BufferedIOBase, length: int) -> bytes:
    data = stream.read(length)
    if len(data) < length:
        raise ClientGone()
    return data


def _read_line(stream: BufferedIOBase) -> bytes:
    line = stream.readline(_MAX_LINE_BYTES)
    if line.endswith(b"\n"):
        return line
    raise _bad_chunk() if len(line) == _MAX_LINE_BYTES else ClientGone()


def _malformed(header: str) -> HubError:
    return HubError(400, "COMMON_BAD_PAYLOAD", f"The {header} header is malformed.")


def _bad_chunk() -> HubError:
    return HubError(400, "COMMON_BAD_PAYLOAD", "The chunks of the request body are malformed.")


def _too_large() -> HubError:
    return HubError(413, "COMMON_BAD_PAYLOAD", f"The request body is larger than {MAX_BODY_BYTES} bytes.")
