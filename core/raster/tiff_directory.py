"""The directories of a TIFF or BigTIFF file as they lie in it, read without decoding a pixel.

GDAL hides what a COG rule asks for: where directories and blocks lie, what a block size is before it is rounded, which
compression code stands in the file. Tags and field types are those of TIFF 6.0 and BigTIFF.
"""

from __future__ import annotations

import errno
import os
import stat
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Protocol, Set, Tuple

import numpy as np

from sentinel_workbench.core.errors import DamagedFile

FORMAT, HEADER = "format", "header"
REDUCED, MASK = 1, 4
_MAX_DIRECTORIES = 256
_MAX_VALUE_BYTES = 1 << 26
_NUMBER_TYPES = {1: "u1", 3: "u2", 4: "u4", 6: "i1", 8: "i2", 9: "i4", 13: "u4", 16: "u8", 17: "i8", 18: "u8"}
_FIELD_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_SUBFILE, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 254, 256, 257, 258, 259, 262
_STRIP_OFFSETS, _SAMPLES, _ROWS_PER_STRIP, _STRIP_SIZES, _PLANAR, _SAMPLE_FORMAT = 273, 277, 278, 279, 284, 339
_TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_SIZES, _NODATA = 322, 323, 324, 325, 42113
_READ = frozenset((
    _SUBFILE, _WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _STRIP_OFFSETS, _SAMPLES, _ROWS_PER_STRIP,
    _STRIP_SIZES, _PLANAR, _SAMPLE_FORMAT, _TILE_WIDTH, _TILE_HEIGHT, _TILE_OFFSETS, _TILE_SIZES, _NODATA,
))


class TiffFault(DamagedFile):
    """The file is no TIFF (``rule`` is ``format``), or its directories can't be read (``header``)."""

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


@dataclass(frozen=True)
class TiffImage:
    """One directory: the full image, an overview or a mask.

    Attributes:
        offset: of the directory in the file, bytes.
        end: behind the last byte of the directory and its values.
        subfile_type: bit 0 (``REDUCED``) marks overviews, bit 2 (``MASK``) masks.
        width: pixels.
        height: pixels.
        samples: bands.
        bits: of a sample, one a band.
        sample_formats: 1 unsigned, 2 signed, 3 float, one a band.
        compression: TIFF code.
        photometric: TIFF code.
        planar: 1 chunky, 2 a plane a band.
        rows_per_strip: of files with strips; the height when the tag is missing.
        tile: width and height of the internal tiles, None for strips.
        block_offsets: integers, 0 where a block is left out.
        block_sizes: bytes of each block, integers.
        nodata: GDAL's tag as text, None without.
    """

    offset: int
    end: int
    subfile_type: int
    width: int
    height: int
    samples: int
    bits: Tuple[int, ...]
    sample_formats: Tuple[int, ...]
    compression: int
    photometric: int
    planar: int
    rows_per_strip: int
    tile: Optional[Tuple[int, int]]
    block_offsets: np.ndarray
    block_sizes: np.ndarray
    nodata: Optional[str]

    @property
    def is_overview(self) -> bool:
        return bool(self.subfile_type & REDUCED) and not self.is_mask

    @property
    def is_mask(self) -> bool:
        return bool(self.subfile_type & MASK)

    @property
    def first_block(self) -> Optional[int]:
        """Offset of the first stored block, None when all are left out."""
        stored = self.block_offsets[self.block_offsets > 0]
        return int(stored[0]) if stored.size else None

    @property
    def pixels_end(self) -> int:
        """Behind the last byte of its blocks."""
        known = min(self.block_offsets.size, self.block_sizes.size)
        return int((self.block_offsets[:known] + self.block_sizes[:known]).max()) if known else 0


@dataclass(frozen=True)
class TiffLayout:
    """All directories of a file, in the order of their chain.

    Attributes:
        images: at least one; the first is the full image of a COG.
        size: of the file, bytes.
        is_big: BigTIFF.
    """

    images: Tuple[TiffImage, ...]
    size: int
    is_big: bool

    @property
    def header_end(self) -> int:
        """How many bytes from the start hold all directories and their values."""
        return max(image.end for image in self.images)


def read_layout(path: str) -> TiffLayout:
    """The directories of the TIFF file ``path``.

    Raises:
        OSError: it can't be opened, or is no regular file: a pipe would be waited for.
        TiffFault: it is no TIFF, or its directories are damaged or cut off.
    """
    if not stat.S_ISREG(Path(path).stat().st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    with Path(path).open("rb") as stream:
        return _Parser(stream, os.fstat(stream.fileno()).st_size).layout()


class Readable(Protocol):
    """What directories are read from; ``read`` gives fewer bytes at the file's end only."""

    def seek(self, offset: int) -> int:
        """Go to ``offset`` bytes from the start."""

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes."""


def layout_of(stream: Readable, size: int) -> TiffLayout:
    """The directories of a TIFF of ``size`` bytes that lies elsewhere.

    The values of all tags are read, not only of those in the result: whoever opens the file by the bytes that went
    through ``stream`` will want them.

    Raises:
        TiffFault: it is no TIFF, or its directories are damaged or cut off.
    """
    return _Parser(stream, size, every_value=True).layout()


class _Parser:
    def __init__(self, stream: Readable, size: int, every_value: bool = False) -> None:
        self._stream, self._size, self._every_value = stream, size, every_value
        self._order, self._is_big = self._read_signature()

    def layout(self) -> TiffLayout:
        images: List[TiffImage] = []
        seen: Set[int] = set()
        offset = self._number("Q", 8) if self._is_big else self._number("I", 4)
        while offset:
            if offset in seen or len(seen) >= _MAX_DIRECTORIES:
                raise TiffFault(HEADER, "The directories of the file form a loop or are too many.")
            seen.add(offset)
            image, offset = self._directory(offset)
            images.append(image)
        if not images:
            raise TiffFault(HEADER, "The file is a TIFF without any image.")
        return TiffLayout(tuple(images), self._size, self._is_big)

    def _read_signature(self) -> Tuple[str, bool]:
        if not self._size:
            raise TiffFault(FORMAT, "The file is empty.")
        start = self._stream.read(8)
        order = {b"II": "<", b"MM": ">"}.get(start[:2])
        version = struct.unpack(f"{order}H", start[2:4])[0] if order and len(start) >= 4 else 0
        if version not in (42, 43):
            raise TiffFault(FORMAT, f"The file is not a TIFF{_likely_format(start)}.")
        return str(order), version == 43

    def _bytes(self, offset: int, count: int) -> bytes:
        if offset + count > self._size:
            raise TiffFault(
                HEADER, f"The file ends at {self._size} bytes, in the middle of its header: it is truncated."
            )
        self._stream.seek(offset)
        return self._stream.read(count)

    def _number(self, kind: str, offset: int) -> int:
        return int(struct.unpack(self._order + kind, self._bytes(offset, struct.calcsize(f"={kind}")))[0])

    def _directory(self, offset: int) -> Tuple[TiffImage, int]:
        """The image of the directory at ``offset`` and where the next one is."""
        entry_bytes, inline, count_kind = (20, 8, "Q") if self._is_big else (12, 4, "I")
        head = 8 if self._is_big else 2
        count = self._number("Q" if self._is_big else "H", offset)
        if count * entry_bytes > self._size:
            raise TiffFault(HEADER, f"The directory at byte {offset} is damaged: it claims {count} entries.")
        table = self._bytes(offset + head, count * entry_bytes + inline)
        end = offset + head + len(table)
        values: Dict[int, np.ndarray] = {}
        for at in range(0, count * entry_bytes, entry_bytes):
            tag, kind, number = struct.unpack(f"{self._order}HH{count_kind}", table[at : at + entry_bytes - inline])
            field = table[at + entry_bytes - inline : at + entry_bytes]
            size = number * _FIELD_BYTES.get(kind, 1)
            if size > inline:
                place = struct.unpack(self._order + count_kind, field)[0]
                self._check_span(tag, place, size)
                end = max(end, place + size)
                field = self._bytes(place, size) if tag in _READ or self._every_value else b""
            if tag in _READ:
                values[tag] = self._decoded(field[:size], kind)
        following = struct.unpack(self._order + count_kind, table[-inline:])[0]
        return _image(offset, end, values), int(following)

    def _check_span(self, tag: int, place: int, size: int) -> None:
        if place + size > self._size:
            raise TiffFault(
                HEADER, f"The header points to byte {place + size} of a file of {self._size} bytes: it is truncated."
            )
        if (tag in _READ or self._every_value) and size > _MAX_VALUE_BYTES:
            raise TiffFault(HEADER, f"The header is damaged: tag {tag} claims {size} bytes.")

    def _decoded(self, field: bytes, kind: int) -> np.ndarray:
        if kind in _NUMBER_TYPES:
            return np.frombuffer(field, self._order + _NUMBER_TYPES[kind]).astype("int64")
        return np.frombuffer(field, "u1")


def _likely_format(start: bytes) -> str:
    known = {b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"\x00\x00\x00\x0c": "JPEG 2000", b"PK\x03\x04": "ZIP archive"}
    return next((f" but a {name}" for magic, name in known.items() if start.startswith(magic)), "")


def _image(offset: int, end: int, values: Mapping[int, np.ndarray]) -> TiffImage:
    def one(tag: int, default: Optional[int] = None) -> int:
        found = values.get(tag)
        if found is not None and found.size:
            return int(found[0])
        if default is None:
            raise TiffFault(HEADER, f"The directory at byte {offset} is damaged: it lacks the tag {tag}.")
        return default

    nothing = np.zeros(0, "int64")
    tiled = _TILE_WIDTH in values
    samples = one(_SAMPLES, 1)
    text = values.get(_NODATA)
    return TiffImage(
        offset=offset, end=end, subfile_type=one(_SUBFILE, 0), width=one(_WIDTH), height=one(_HEIGHT), samples=samples,
        bits=_each(values.get(_BITS), samples, 1), sample_formats=_each(values.get(_SAMPLE_FORMAT), samples, 1),
        compression=one(_COMPRESSION, 1), photometric=one(_PHOTOMETRIC, 1), planar=one(_PLANAR, 1),
        rows_per_strip=one(_ROWS_PER_STRIP, one(_HEIGHT)),
        tile=(one(_TILE_WIDTH), one(_TILE_HEIGHT)) if tiled else None,
        block_offsets=values.get(_TILE_OFFSETS if tiled else _STRIP_OFFSETS, nothing),
        block_sizes=values.get(_TILE_SIZES if tiled else _STRIP_SIZES, nothing),
        nodata=None if text is None else text.tobytes().decode("latin-1").strip("\0 "),
    )


def _each(found: Optional[np.ndarray], samples: int, default: int) -> Tuple[int, ...]:
    """One value a band: what the tag lists, its last value for bands it leaves out."""
    listed = [int(value) for value in found] if found is not None and found.size else [default]
    return tuple((listed + [listed[-1]] * max(0, min(samples, 65535) - len(listed)))[: max(samples, 1)])
