"""Puts the parts of a GeoTIFF into the order of a COG; no pixel is decoded.

GDAL writes directories where they fall, behind pixels written before them. A COG has all of them at its start and the
blocks of its levels behind, from the smallest to the largest. Tags and field types are those of TIFF 6.0 and BigTIFF.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, List, Optional, Tuple

import numpy as np

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.progress import Progress, raise_if_cancelled
from sentinel_workbench.core.raster import gdalguard

_FIELD_BYTES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_WHOLE = {3: "<u2", 4: "<u4", 16: "<u8"}
_OFFSETS, _SIZES = (273, 324), (279, 325)
_LARGEST_CLASSIC = (1 << 32) - 1


@dataclass
class _Field:
    tag: int
    kind: int
    count: int
    data: bytes

    def numbers(self) -> np.ndarray:
        return np.frombuffer(self.data, _WHOLE[self.kind]).astype(np.int64)


@dataclass
class _Directory:
    fields: List[_Field]
    offsets: np.ndarray
    sizes: np.ndarray


@dataclass(frozen=True)
class _Form:
    """How wide the numbers of a file are: classic TIFF or BigTIFF."""

    big: bool

    @property
    def word(self) -> str:
        return "<Q" if self.big else "<I"

    @property
    def inline_bytes(self) -> int:
        return 8 if self.big else 4

    @property
    def header_bytes(self) -> int:
        return 16 if self.big else 8

    @property
    def entry_bytes(self) -> int:
        return 20 if self.big else 12

    @property
    def count_format(self) -> str:
        return "<Q" if self.big else "<H"


def arrange_cog(source: Path, target: Path, progress: Progress) -> None:
    """Write the GeoTIFF ``source`` to ``target`` with its directories first, then its levels from the smallest on.

    Args:
        source: little-endian, as GDAL writes on the machines QGIS runs on; overviews follow the full image.
        target: another file.
        progress: for Cancel; ``target`` is incomplete then.

    Raises:
        DamagedFile: ``source`` is no such file.
        DiskFull, StorageError: ``target`` can't be written.
    """
    gdalguard.check_free_space(target.parent, source.stat().st_size)
    try:
        with source.open("rb") as read:
            form, directories = _read(read, source)
            header_end = form.header_bytes + sum(_directory_bytes(form, one) for one in directories)
            placed, end = _place(directories, header_end)
            if not form.big and end > _LARGEST_CLASSIC:
                raise DamagedFile(f"{source.name} is too large for a TIFF of its kind.")
            with target.open("wb") as write:
                _write_header(write, form, directories, placed)
                _copy_blocks(read, write, directories, progress)
    except (struct.error, KeyError, ValueError) as error:
        raise DamagedFile(f"{source.name} is not a TIFF that can be rearranged.") from error
    except OSError as error:
        raise gdalguard.storage_error(target, error) from error


def _read(stream: BinaryIO, source: Path) -> Tuple[_Form, List[_Directory]]:
    start = stream.read(16)
    magic = {b"II*\x00": False, b"II+\x00": True}.get(start[:4])
    if magic is None:
        raise DamagedFile(f"{source.name} is not a TIFF that can be rearranged.")
    form = _Form(magic)
    offset = struct.unpack_from(form.word, start, 8 if form.big else 4)[0]
    directories: List[_Directory] = []
    while offset and len(directories) < 64:
        directory, offset = _read_directory(stream, form, offset)
        directories.append(directory)
    return form, directories


def _read_directory(stream: BinaryIO, form: _Form, offset: int) -> Tuple[_Directory, int]:
    stream.seek(offset)
    count = struct.unpack(form.count_format, stream.read(struct.calcsize(form.count_format)))[0]
    raw = stream.read(count * form.entry_bytes)
    following = struct.unpack(form.word, stream.read(struct.calcsize(form.word)))[0]
    fields = [_read_field(stream, form, raw[i * form.entry_bytes:(i + 1) * form.entry_bytes]) for i in range(count)]
    by_tag = {one.tag: one for one in fields}
    offsets, sizes = (_one_of(by_tag, tags).numbers() for tags in (_OFFSETS, _SIZES))
    if offsets.size != sizes.size:
        raise ValueError("blocks without sizes")
    return _Directory(fields, offsets, sizes), following


def _one_of(by_tag: dict, tags: Tuple[int, int]) -> _Field:
    return next(by_tag[tag] for tag in tags if tag in by_tag)


def _read_field(stream: BinaryIO, form: _Form, entry: bytes) -> _Field:
    tag, kind, count = struct.unpack_from("<HHQ" if form.big else "<HHI", entry)
    size, value = _FIELD_BYTES[kind] * count, entry[-form.inline_bytes:]
    if size <= form.inline_bytes:
        return _Field(tag, kind, count, value[:size])
    stream.seek(struct.unpack(form.word, value)[0])
    data = stream.read(size)
    if len(data) != size:
        raise ValueError("a value is cut off")
    return _Field(tag, kind, count, data)


def _place(directories: List[_Directory], start: int) -> Tuple[List[np.ndarray], int]:
    """New offsets of each directory's blocks, the last directory's first; 0 stays for blocks that are left out."""
    placed: List[np.ndarray] = []
    for one in reversed(directories):
        stored = np.where(one.offsets > 0, one.sizes, 0)
        ends = start + np.cumsum(stored)
        placed.insert(0, np.where(one.offsets > 0, ends - stored, 0))
        start = int(ends[-1]) if ends.size else start
    return placed, start


def _directory_bytes(form: _Form, directory: _Directory) -> int:
    table = struct.calcsize(form.count_format) + len(directory.fields) * form.entry_bytes + struct.calcsize(form.word)
    return _even(table) + sum(_even(_stored_bytes(form, one)) for one in directory.fields)


def _stored_bytes(form: _Form, field: _Field) -> int:
    """Of a value that does not fit into its entry."""
    kind = (16 if form.big else 4) if field.tag in _OFFSETS else field.kind
    size = _FIELD_BYTES[kind] * field.count
    return size if size > form.inline_bytes else 0


def _even(size: int) -> int:
    return size + size % 2


def _write_header(
    stream: BinaryIO, form: _Form, directories: List[_Directory], placed: List[np.ndarray]
) -> None:
    at = form.header_bytes
    stream.write(struct.pack("<2sHHHQ", b"II", 43, 8, 0, at) if form.big else struct.pack("<2sHI", b"II", 42, at))
    for number, (directory, offsets) in enumerate(zip(directories, placed)):
        size = _directory_bytes(form, directory)
        following = at + size if number + 1 < len(directories) else 0
        stream.write(_packed(form, directory, offsets, at, following))
        at += size


def _packed(form: _Form, directory: _Directory, offsets: np.ndarray, at: int, following: int) -> bytes:
    """One directory with its values behind it."""
    table = struct.pack(form.count_format, len(directory.fields))
    values, values_at = b"", at + _even(
        len(table) + len(directory.fields) * form.entry_bytes + struct.calcsize(form.word))
    for one in directory.fields:
        kind, data = one.kind, one.data
        if one.tag in _OFFSETS:
            kind = 16 if form.big else 4
            data = offsets.astype(_WHOLE[kind]).tobytes()
        table += struct.pack("<HHQ" if form.big else "<HHI", one.tag, kind, one.count)
        if len(data) <= form.inline_bytes:
            table += data.ljust(form.inline_bytes, b"\0")
        else:
            table += struct.pack(form.word, values_at + len(values))
            values += data.ljust(_even(len(data)), b"\0")
    table += struct.pack(form.word, following)
    return table.ljust(_even(len(table)), b"\0") + values


def _copy_blocks(read: BinaryIO, write: BinaryIO, directories: List[_Directory], progress: Progress) -> None:
    total, done = sum(one.offsets.size for one in directories) or 1, 0
    for one in reversed(directories):
        for offset, size in zip(one.offsets.tolist(), one.sizes.tolist()):
            done += 1
            if done % 64 == 0:
                raise_if_cancelled(progress)
                progress.report(done / total, "Writing")
            if offset > 0:
                read.seek(offset)
                block = _exactly(read, size)
                if block is None:
                    raise ValueError("a block is cut off")
                write.write(block)


def _exactly(stream: BinaryIO, size: int) -> Optional[bytes]:
    block = stream.read(size)
    return block if len(block) == size else None
