"""Parts of a file that lies elsewhere, one behind the other in a file of their own."""

from __future__ import annotations

import uuid
from html import escape
from pathlib import Path
from typing import Dict, Iterator, List, Sequence, Tuple

from osgeo import gdal

Span = Tuple[int, int]
"""First byte, and number of bytes."""


class ByteStore:
    """Keeps the parts as they come, and describes them to GDAL as the whole file.

    Args:
        path: of the file to keep them in; made when the first part comes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._parts: List[Tuple[int, int, int]] = []  # first byte, length, place in the file
        self._end = 0
        self._start: Dict[int, bytes] = {}
        # not .xml: GDAL would take the image for a description of itself, and refuse large ones
        self._description = f"/vsimem/{uuid.uuid4().hex}.tif"
        self._is_described = False

    def put(self, first: int, content: bytes) -> None:
        """Keep bytes that begin at ``first``."""
        with self._path.open("ab") as stream:
            stream.write(content)
        self._start[first] = content
        self._parts = sorted([*self._parts, (first, len(content), self._end)])
        self._end += len(content)
        self._is_described = False

    def missing(self, spans: Sequence[Span]) -> List[Span]:
        """What of ``spans`` is not there yet, whole spans except for a known beginning."""
        found = []
        for first, length in spans:
            start = first
            for part, size, _ in self._parts:
                if part <= start < part + size:
                    start = part + size
            if start < first + length:
                found.append((start, first + length - start))
        return found

    def read(self, first: int, length: int) -> bytes:
        """The known bytes of a span, fewer where the file ends; to be used before ``forget``."""
        parts, at = [], first
        for part, content in sorted(self._start.items()):
            if part <= at < part + len(content) and at < first + length:
                parts.append(content[at - part : first + length - part])
                at += len(parts[-1])
        return b"".join(parts)

    def forget(self) -> None:
        """Keep what is there on the disk only."""
        self._start = {}

    def described(self, total: int) -> str:
        """What GDAL opens, as a file of ``total`` bytes; good until the next part is put."""
        if not self._is_described:
            text = f"<VSISparseFile><Length>{total}</Length>{''.join(self._regions(total))}</VSISparseFile>"
            gdal.FileFromMemBuffer(self._description, text.encode())
            self._is_described = True
        return f"/vsisparse/{self._description}"

    def close(self) -> None:
        """Take the description back; the file stays."""
        if self._is_described:
            gdal.Unlink(self._description)
            self._is_described = False

    def _regions(self, total: int) -> Iterator[str]:
        """Holes are described too: a read that began in one would see only zeros, and nothing of what follows."""
        end = 0
        for first, size, place in self._joined():
            if first > end:
                yield _hole(end, first)
            skipped = max(end - first, 0)
            if size > skipped:
                name = f'<Filename relative="0">{escape(str(self._path), quote=False)}</Filename>'
                source = f"{name}<SourceOffset>{place + skipped}</SourceOffset>"
                yield f"<SubfileRegion>{source}{_place(first + skipped, size - skipped)}</SubfileRegion>"
            end = max(end, first + size)
        if end < total:
            yield _hole(end, total)

    def _joined(self) -> List[Tuple[int, int, int]]:
        """The parts, those as one that follow each other here as there: GDAL opens the file once for each."""
        joined: List[Tuple[int, int, int]] = []
        for first, size, place in self._parts:
            if joined and (first, place) == (joined[-1][0] + joined[-1][1], joined[-1][2] + joined[-1][1]):
                first, size, place = joined[-1][0], joined[-1][1] + size, joined[-1][2]
                joined.pop()
            joined.append((first, size, place))
        return joined


def _place(first: int, length: int) -> str:
    return f"<DestinationOffset>{first}</DestinationOffset><RegionLength>{length}</RegionLength>"


def _hole(first: int, end: int) -> str:
    """Filled with ones: as an offset or a length they are an error, where zeros would mean a block left out."""
    return f"<ConstantRegion>{_place(first, end - first)}<Value>255</Value></ConstantRegion>"
