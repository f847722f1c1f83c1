"""GeoTIFFs on a server, read by window: one request for the directories, one for each row of blocks.

The bytes a window needs are kept in a file of their own, and GDAL opens them as if they were the whole: whatever it
can decode can be read. Bytes that were not fetched are never looked at, so that nothing missing becomes a pixel.
"""

from __future__ import annotations

import threading
from concurrent.futures import Executor
from pathlib import Path
from typing import Callable, Iterator, List, Optional, Protocol, Sequence, Tuple

from osgeo import gdal

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.raster.byte_store import ByteStore, Span
from sentinel_workbench.core.raster.gdalguard import closing
from sentinel_workbench.core.raster.rasterfile import Need
from sentinel_workbench.core.raster.tiff_directory import TiffFault, TiffImage, TiffLayout, layout_of

FIRST_BYTES = 16384
"""Holds the directories of a Sentinel-2 band with blocks of 512 or 1024; more is fetched where they are longer."""
LEADER_BYTES = 4
"""GDAL's COGs keep a block's length in the four bytes before it and its last four bytes again behind it."""
GAP_BYTES = 16384
"""Blocks nearer to each other than this are fetched together: less than a request costs."""
LONGEST_FETCH_BYTES = 8 << 20


class Fetched(Protocol):
    """What a fetch gives: the bytes, the size of the whole file and the server's mark of this version."""

    @property
    def content(self) -> bytes:
        """The bytes asked for, fewer where the file ends before."""

    @property
    def total(self) -> int:
        """Size of the whole file, bytes."""

    @property
    def version(self) -> str:
        """Changes with the content; ``""`` when the server tells none."""


Fetch = Callable[[str, int, int], Fetched]
"""(address, first byte, number of bytes); raises NetworkError or ServiceError."""


class RemoteFile:
    """One GeoTIFF on a server.

    Args:
        url: its address, given to ``fetch`` as it is.
        fetch: gets byte ranges; retrying is its business.
        folder: existing folder for the bytes, which the caller removes after ``close``.
        number: a name for its files, unique in ``folder``.
        executor: fetches several ranges at once; None one after the other.

    Raises:
        DamagedFile: it is no GeoTIFF, or its directories are damaged.
        NetworkError, ServiceError: of ``fetch``.
    """

    def __init__(
        self, url: str, fetch: Fetch, folder: Path, number: str, executor: Optional[Executor] = None
    ) -> None:
        self.url, self.name = url, _shown(url)
        self._fetch, self._executor = fetch, executor
        self._lock = threading.RLock()
        self._store = ByteStore(folder / f"{number}.bytes")
        self._total, self._version = 0, ""
        self._dataset: Optional[gdal.Dataset] = None
        self._get([(0, FIRST_BYTES)])
        self._layout = self._read_layout()
        self._store.forget()
        self._level_sizes = self._told_sizes()
        self.rest()

    @property
    def dataset(self) -> gdal.Dataset:
        """The file as GDAL sees it; only what was prepared may be read from it."""
        if self._dataset is None:
            self._dataset = self._opened()
        return self._dataset

    def prepare(self, need: Need) -> None:
        """Fetch the blocks of a window; see ``RasterFile.prepare``.

        Raises:
            DamagedFile: the server replaced the file meanwhile, or its directories are damaged.
            NetworkError, ServiceError: of ``fetch``.
        """
        with self._lock:
            images = [self._image(need.level, is_mask) for is_mask in ((False, True) if need.with_mask else (False,))]
            spans = [
                (offset - LEADER_BYTES, size + 2 * LEADER_BYTES)
                for image in images for _, _, offset, size in blocks_of(image, need) if size
            ]
            missing = self._store.missing([(first, min(length, self._total - first)) for first, length in spans])
            if missing:
                self._get(_merged(missing))
                self._store.forget()
                self.rest()
                for image in images:
                    self._check_blocks(image, need)
                self.rest()  # whoever reads opens it again: many files are prepared, few read at a time

    def warp_source(self, need: Need) -> gdal.Dataset:
        """See ``RasterFile.warp_source``: the window alone, in memory, with its nodata and mask."""
        self.prepare(need)
        band = self._band(need)
        left, top, width, height = need.window
        target = gdal.GetDriverByName("MEM").Create("", width, height, 1, band.DataType)
        target.SetSpatialRef(self.dataset.GetSpatialRef())
        target.SetGeoTransform(_moved(self.dataset, band, left, top))
        target.GetRasterBand(1).WriteArray(band.ReadAsArray(left, top, width, height))
        if band.GetNoDataValue() is not None:
            target.GetRasterBand(1).SetNoDataValue(band.GetNoDataValue())
        if need.with_mask:
            target.CreateMaskBand(gdal.GMF_PER_DATASET)
            mask = band.GetMaskBand().ReadAsArray(left, top, width, height)
            target.GetRasterBand(1).GetMaskBand().WriteArray(mask)
        return target

    def rest(self) -> None:
        """See ``RasterFile.rest``."""
        if self._dataset is not None:
            dataset, self._dataset = self._dataset, None
            with closing(dataset):
                pass

    def close(self) -> None:
        """Let go of everything but the bytes on the disk; the file must not be used any more."""
        self.rest()
        self._store.close()

    def _band(self, need: Need) -> gdal.Band:
        band = self.dataset.GetRasterBand(need.band_index)
        return band if need.level < 0 else band.GetOverview(need.level)

    def _told_sizes(self) -> List[Tuple[int, int]]:
        """Columns and rows of the full resolution and each overview, as GDAL numbers them."""
        band = self.dataset.GetRasterBand(1)
        levels = [band, *(band.GetOverview(number) for number in range(band.GetOverviewCount()))]
        return [(level.XSize, level.YSize) for level in levels]

    def _image(self, level: int, is_mask: bool) -> TiffImage:
        width, height = self._level_sizes[level + 1]
        for image in self._layout.images:
            if (image.width, image.height, image.is_mask) == (width, height, is_mask):
                return image
        raise DamagedFile(f"{self.name} has no image of {width} x {height} pixels of its own.")

    def _check_blocks(self, image: TiffImage, need: Need) -> None:
        """GDAL takes a block it can't find for one without data: make sure it finds each where it was fetched."""
        band = self._band(need).GetMaskBand() if image.is_mask else self._band(need)
        for col, row, offset, _ in blocks_of(image, need):
            if int(band.GetMetadataItem(f"BLOCK_OFFSET_{col}_{row}", "TIFF") or 0) != offset:
                raise DamagedFile(f"The directories of {self.name} are damaged.", "Report it to its publisher.")

    def _get(self, spans: Sequence[Span]) -> None:
        cut = [part for first, length in spans for part in _cut(first, length)]
        if self._executor is None or len(cut) < 2:
            pieces: List[Fetched] = [self._fetch(self.url, first, length) for first, length in cut]
        else:
            pieces = list(self._executor.map(lambda span: self._fetch(self.url, *span), cut))
        for (first, length), piece in zip(cut, pieces):
            self._check(first, length, piece)
            self._store.put(first, piece.content)

    def _check(self, first: int, length: int, piece: Fetched) -> None:
        if self._total and (piece.total, piece.version) != (self._total, self._version):
            raise DamagedFile(f"{self.name} was replaced by another file while it was read.", "Try again.")
        self._total, self._version = piece.total, piece.version
        if first + length <= piece.total and len(piece.content) != length:
            raise DamagedFile(f"{self.name} gave {len(piece.content)} of {length} bytes.", "Try again.")

    def _read_layout(self) -> TiffLayout:
        try:
            return layout_of(_Stream(self._bytes), self._total)
        except TiffFault as error:
            raise DamagedFile(f"{self.name} can't be read as a GeoTIFF: {error.message}") from error

    def _bytes(self, first: int, length: int) -> bytes:
        for span in self._store.missing([(first, length)]):
            self._get([(span[0], max(span[1], FIRST_BYTES))])
        return self._store.read(first, length)

    def _opened(self) -> gdal.Dataset:
        try:
            return gdal.OpenEx(self._store.described(self._total), gdal.OF_RASTER, allowed_drivers=["GTiff"])
        except RuntimeError as error:
            raise DamagedFile(f"{self.name} can't be read as a GeoTIFF: {error}.") from error


class _Stream:
    """``seek`` and ``read`` over bytes that are fetched when they are wanted."""

    def __init__(self, read: Callable[[int, int], bytes]) -> None:
        self._read, self._at = read, 0

    def seek(self, offset: int) -> int:
        self._at = offset
        return offset

    def read(self, length: int) -> bytes:
        content = self._read(self._at, length)
        self._at += len(content)
        return content


def blocks_of(image: TiffImage, need: Need) -> Iterator[Tuple[int, int, int, int]]:
    """Column, row, first byte and number of bytes of each block of a window; no bytes for one left out of the file.

    Args:
        image: the need's level, or its mask.
        need: a window inside the image.

    Raises:
        DamagedFile: the image has fewer blocks than its size needs.
    """
    left, top, width, height = need.window
    block_width, block_height = image.tile or (image.width, max(1, min(image.rows_per_strip, image.height)))
    across, down = -(-image.width // block_width), -(-image.height // block_height)
    plane = need.band_index - 1 if image.planar == 2 and not image.is_mask else 0
    known = min(image.block_offsets.size, image.block_sizes.size)
    for row in range(top // block_height, (top + height - 1) // block_height + 1):
        for col in range(left // block_width, (left + width - 1) // block_width + 1):
            number = (plane * down + row) * across + col
            if number >= known:
                raise DamagedFile("The directories of the file have fewer blocks than its size needs.")
            offset, size = int(image.block_offsets[number]), int(image.block_sizes[number])
            yield (col, row, offset, size) if offset and size else (col, row, 0, 0)


def _moved(dataset: gdal.Dataset, band: gdal.Band, left: int, top: int) -> Tuple[float, ...]:
    """The geotransform of a window of a level of the file."""
    x, across, skew_x, y, skew_y, down = dataset.GetGeoTransform()
    wide, high = dataset.RasterXSize / band.XSize, dataset.RasterYSize / band.YSize
    across, skew_x, skew_y, down = across * wide, skew_x * high, skew_y * wide, down * high
    return x + left * across + top * skew_x, across, skew_x, y + left * skew_y + top * down, skew_y, down


def _merged(spans: Sequence[Span]) -> List[Span]:
    """Spans that touch or nearly touch as one, in the file's order."""
    found: List[List[int]] = []
    for first, length in sorted(spans):
        if found and first <= found[-1][1] + GAP_BYTES:
            found[-1][1] = max(found[-1][1], first + length)
        else:
            found.append([max(first, 0), first + length])
    return [(first, end - first) for first, end in found]


def _cut(first: int, length: int) -> List[Span]:
    """A long span as several that can be fetched at once."""
    parts = -(-length // LONGEST_FETCH_BYTES)
    edges = [first + length * number // parts for number in range(parts + 1)]
    return [(a, b - a) for a, b in zip(edges, edges[1:])]


def _shown(url: str) -> str:
    """The address without its query, which may hold a signature."""
    return url.partition("?")[0]
