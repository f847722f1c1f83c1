"""Parts of a file that lies elsewhere, one behind the other in a file of their own."""

from __future__ import annotations

from pathlib import Path
from typing import List, Sequence, Tuple
from xml.sax.saxutils import escape

Span = Tuple[int, int]
"""First byte, and number of bytes."""


class ByteStore:
    """Keeps the parts as they come, and describes them to GDAL as the whole file.

    Args:
        folder: existing folder.
        number: a name for the two files made there, unique in ``folder``.
    """

    def __init__(self, folder: Path, number: str) -> None:
        self._data, self._description = folder / f"{number}.bytes", folder / f"{number}.xml"
        self._parts: List[Tuple[int, int, int]] = []  # first byte, length, place in the file
        self._end = 0

    def put(self, first: int, content: bytes) -> None:
        """Keep bytes that begin at ``first``."""
        with self._data.open("ab") as stream:
            stream.write(content)
        self._parts.append((first, len(content), self._end))
        self._end += len(content)

    def missing(self, spans: Sequence[Span]) -> List[Span]:
        """What of ``spans`` is not there yet, whole spans except for a known beginning."""
        found = []
        for first, length in spans:
            start = first
            for part, size, _ in sorted(self._parts):
                if part <= start < part + size:
                    start = part + size
            if start < first + length:
                found.append((start, first + length - start))
        return found

    def read(self, first: int, length: int) -> bytes:
        """The known bytes of a span, fewer where the file ends."""
        parts, at = [], first
        with self._data.open("rb") as stream:
            for part, size, place in sorted(self._parts):
                if part <= at < part + size and at < first + length:
                    taken = min(part + size, first + length) - at
                    stream.seek(place + at - part)
                    parts.append(stream.read(taken))
                    at += taken
        return b"".join(parts)

    def described(self, total: int) -> str:
        """What GDAL opens. Holes are described too: a read that began in none would see only zeros, and all of it."""
        text, end = [], 0
        source = f'<Filename relative="0">{escape(str(self._data))}</Filename>'
        for first, size, place in sorted(self._parts):
            if first > end:
                text.append(_hole(end, first))
            skipped = max(end - first, 0)
            if size > skipped:
                place_in_file = f"{source}<SourceOffset>{place + skipped}</SourceOffset>"
                text.append(f"<SubfileRegion>{place_in_file}{_place(first + skipped, size - skipped)}</SubfileRegion>")
            end = max(end, first + size)
        text += [_hole(end, total)] if end < total else []
        content = f"<VSISparseFile><Length>{total}</Length>{''.join(text)}</VSISparseFile>"
        self._description.write_text(content, encoding="utf-8")
        return f"/vsisparse/{self._description}"


def _place(first: int, length: int) -> str:
    return f"<DestinationOffset>{first}</DestinationOffset><RegionLength>{length}</RegionLength>"


def _hole(first: int, end: int) -> str:
    """Filled with ones: as an offset or a length they are an error, where zeros would mean a block left out."""
    return f"<ConstantRegion>{_place(first, end - first)}<Value>255</Value></ConstantRegion>"
