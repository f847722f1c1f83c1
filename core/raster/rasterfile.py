"""A raster file as a band is read from it: on this machine, or on a server."""

from __future__ import annotations

from typing import NamedTuple, Optional, Protocol

from osgeo import gdal

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.raster.places import Window


class Need(NamedTuple):
    """Pixels of one band that will be read.

    Attributes:
        band_index: 1-based.
        level: an overview's number, -1 for the full resolution.
        window: left, top, width and height in pixels of that level.
        with_mask: the pixels of its mask band too.
    """

    band_index: int
    level: int
    window: Window
    with_mask: bool


def is_remote(path: str) -> bool:
    """Whether a path is an address on a server."""
    return path.startswith(("http://", "https://", "s3://"))


class RasterFile(Protocol):
    """What reading a band needs of its file."""

    @property
    def name(self) -> str:
        """Path or address, for messages."""

    @property
    def dataset(self) -> gdal.Dataset:
        """The open file. It may be another object after ``prepare`` and ``rest``, so it is asked for each time."""

    def prepare(self, need: Need) -> None:
        """Make the pixels of a window readable."""

    def warp_source(self, need: Need) -> gdal.Dataset:
        """One band at one level, for the warper; it may hold the window only."""

    def rest(self) -> None:
        """Close what is open; it opens again when it is needed."""


class LocalFile:
    """``RasterFile`` GDAL opens by its path.

    Raises:
        DamagedFile: it does not open.
    """

    def __init__(self, path: str) -> None:
        self.name = path
        self._dataset: Optional[gdal.Dataset] = open_raster(path)

    @property
    def dataset(self) -> gdal.Dataset:
        """See ``RasterFile.dataset``."""
        if self._dataset is None:
            self._dataset = open_raster(self.name)
        return self._dataset

    def prepare(self, need: Need) -> None:
        """See ``RasterFile.prepare``: it is all here."""

    def warp_source(self, need: Need) -> gdal.Dataset:
        """See ``RasterFile.warp_source``: the whole file."""
        source = self.dataset if need.level < 0 else open_raster(self.name, [f"OVERVIEW_LEVEL={need.level}"])
        if source.RasterCount > 1:
            return gdal.Translate("", source, format="VRT", bandList=[need.band_index])
        return source

    def rest(self) -> None:
        """See ``RasterFile.rest``."""
        self._dataset = None


def open_raster(path: str, options: Optional[list] = None) -> gdal.Dataset:
    """A raster GDAL can open.

    Raises:
        DamagedFile: it can't.
    """
    try:
        return gdal.OpenEx(path, gdal.OF_RASTER, open_options=options or [])
    except RuntimeError as error:
        raise DamagedFile(f"{path} can't be opened as a raster: {error}") from error
