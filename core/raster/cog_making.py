"""Makes files the service can ingest out of rasters GDAL can read; pixels keep their values unless asked otherwise."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Iterator, List, Optional, Sequence

from osgeo import gdal

from sentinel_workbench.core.errors import DamagedFile, InvalidInput, StorageError
from sentinel_workbench.core.model.byoc import BAND_PLACEHOLDER, is_identifier
from sentinel_workbench.core.progress import Part, Progress, raise_if_cancelled
from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.core.raster.cog_check import check_cog
from sentinel_workbench.core.raster.cog_rules import (
    ADVISED_TILE_PX,
    LARGEST_TILE_PX,
    MAX_CHUNKY_BANDS,
    SMALLEST_TILE_PX,
)
from sentinel_workbench.core.raster.cog_source import SAMPLE_TYPES, Conversion, converted
from sentinel_workbench.core.raster.gdal_settings import thread_settings
from sentinel_workbench.core.raster.writing import replacing

gdal.UseExceptions()

AUTO, CLASSES, MEASUREMENTS = "auto", "classes", "measurements"
KINDS = (AUTO, CLASSES, MEASUREMENTS)
COMPRESSIONS = ("DEFLATE", "ZSTD", "LZW")
TILE_SIZES = (256, 512, 1024, 2048)
_MOST_THREADS = 4
_WRITTEN = 0.8


@dataclass(frozen=True)
class CogOptions:
    """How to make a COG.

    Attributes:
        kind: overviews of ``classes`` take every second pixel, those of ``measurements`` the mean; ``auto`` calls
            classes what has a colour table, category names or fewer than 8 bits. Only declared measurements are
            interpolated in a reprojection.
        tile_px: side of the internal tiles.
        compression: one of ``COMPRESSIONS``.
        nodata: value to declare, or None to keep the source's.
        crs: ``EPSG:n`` to reproject to; None keeps an allowed CRS and otherwise takes the UTM zone or EPSG:4326.
        assigned_crs: ``EPSG:n`` of files that name none.
        sample_type: one of ``SAMPLE_TYPES``, or None to keep the source's.
    """

    kind: str = AUTO
    tile_px: int = ADVISED_TILE_PX
    compression: str = "DEFLATE"
    nodata: Optional[float] = None
    crs: Optional[str] = None
    assigned_crs: Optional[str] = None
    sample_type: Optional[str] = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InvalidInput("kind", f"'{self.kind}' is no kind of pixels.", f"Use one of: {', '.join(KINDS)}.")
        if self.compression not in COMPRESSIONS:
            raise InvalidInput("compression", f"'{self.compression}' is no compression to use here.",
                               f"Use one of: {', '.join(COMPRESSIONS)}.")
        if not SMALLEST_TILE_PX <= self.tile_px <= LARGEST_TILE_PX or self.tile_px % 16:
            raise InvalidInput("tile_px", f"Internal tiles of {self.tile_px} px are not possible.",
                               f"Use a multiple of 16 from {SMALLEST_TILE_PX} to {LARGEST_TILE_PX}.")
        if self.sample_type not in (None, *SAMPLE_TYPES):
            raise InvalidInput("sample_type", f"'{self.sample_type}' is not read by the service.",
                               f"Use one of: {', '.join(SAMPLE_TYPES)}.")


def make_cog(source: str, target: Path, options: CogOptions, progress: Progress) -> Path:
    """Write all bands of ``source`` into one COG that keeps every rule, whole or not at all.

    Args:
        source: raster GDAL can read; may be ``target`` itself, which is then replaced.
        target: ends with .tif or .tiff.

    Raises:
        InvalidInput: the source can't be made into such a file without more choices; the advice names them.
        DamagedFile: the source can't be read.
        DiskFull, StorageError: the target can't be written.
        Cancelled: the target is as it was before.
    """
    count = len(band_names(source))
    if count > MAX_CHUNKY_BANDS:
        raise InvalidInput("source", f"{Path(source).name} has {count} bands; a COG may hold {MAX_CHUNKY_BANDS}.",
                           "Make a file for each band.")
    return _make(source, target, range(1, count + 1), options, progress)


def make_band_cogs(source: str, target: Path, options: CogOptions, progress: Progress) -> Dict[str, Path]:
    """Write a COG for each band of ``source``; a file that is done stays when a later one fails.

    Args:
        target: its name holds ``(BAND)``.

    Returns:
        The files by band: its description where that can be a band's name, else ``B1``, ``B2``, ...

    Raises:
        InvalidInput: no ``(BAND)`` in the name; further as ``make_cog``.
    """
    if BAND_PLACEHOLDER not in target.name:
        raise InvalidInput("target", f"{target.name} does not say where the band's name goes.",
                           f"Write a name such as tile_{BAND_PLACEHOLDER}.tif.")
    names = band_names(source)
    files = {}
    for number, name in enumerate(names, 1):
        part = Part(progress, (number - 1) / len(names), number / len(names))
        path = target.with_name(target.name.replace(BAND_PLACEHOLDER, name))
        files[name] = _make(source, path, [number], options, part)
    return files


def band_names(source: str) -> List[str]:
    """A name for each band of the raster ``source``.

    Raises:
        DamagedFile: it can't be read.
    """
    path = Path(source)
    with _opened_source(source) as dataset:
        described = [dataset.GetRasterBand(i + 1).GetDescription() for i in range(dataset.RasterCount)]
    if not described:
        raise DamagedFile(f"{path.name} holds no bands, but may hold subdatasets.", "Choose one of its subdatasets.")
    usable = all(map(is_identifier, described)) and len(set(described)) == len(described)
    return described if usable else [f"B{i + 1}" for i in range(len(described))]


def _make(source: str, target: Path, bands: Sequence[int], options: CogOptions, progress: Progress) -> Path:
    if target.suffix.lower() not in (".tif", ".tiff"):
        raise InvalidInput("target", f"{target.name} is not the name of a GeoTIFF.", "Let it end with .tif.")
    raise_if_cancelled(progress)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise gdalguard.storage_error(target, error) from error
    with replacing(target) as temporary:
        try:
            _write(source, temporary, target, bands, options, Part(progress, 0.0, _WRITTEN))
            _verify(temporary, target, Part(progress, _WRITTEN, 1.0))
        finally:
            for leftover in temporary.parent.glob(f"{temporary.name}.*"):
                leftover.unlink()
    progress.report(1.0, f"Made {target.name}")
    return target


def _write(
    source: str, temporary: Path, target: Path, bands: Sequence[int], options: CogOptions, progress: Progress
) -> None:
    conversion = Conversion(
        bands, options.nodata, options.crs, options.assigned_crs, options.sample_type,
        interpolates=options.kind == MEASUREMENTS,
    )
    try:
        with _opened_source(source) as dataset, ExitStack() as open_rasters, gdalguard.writing(target):
            is_classes = options.kind == CLASSES or (options.kind == AUTO and _has_classes(dataset, bands[0]))
            ready = converted(dataset, conversion, open_rasters)
            _copy(ready, temporary, _creation_options(ready, options, is_classes), progress)
    except StorageError:
        raise_if_cancelled(progress)
        _raise_if_source_is_damaged(source, progress)
        raise


@contextmanager
def _opened_source(source: str) -> Iterator[gdal.Dataset]:
    try:
        with gdalguard.reading(Path(source)), gdalguard.opened(Path(source)) as dataset:
            yield dataset
    except DamagedFile as error:  # a file of the user's, which is not fetched from anywhere
        raise DamagedFile(error.message, "Replace it by a whole one, or leave it out.") from error


def _copy(dataset: gdal.Dataset, temporary: Path, creation: Sequence[str], progress: Progress) -> None:
    def watch(fraction: float, _message: str, _data: object) -> int:
        progress.report(fraction, "Writing")
        return 0 if progress.cancelled() else 1

    driver = gdal.GetDriverByName("COG")
    with thread_settings(GDAL_PAM_ENABLED="NO"), gdalguard.closing(gdalguard.made(
        driver.CreateCopy(str(temporary), dataset, options=list(creation), callback=watch)
    )):
        gdalguard.stop_on_failure()


def _creation_options(dataset: gdal.Dataset, options: CogOptions, is_classes: bool) -> Sequence[str]:
    resampling = "NEAREST" if is_classes else "AVERAGE"
    in_one_tile = max(dataset.RasterXSize, dataset.RasterYSize) <= options.tile_px
    # where no overview is needed GDAL would copy the source's, in whatever order they are
    overviews = "NONE" if in_one_tile else "IGNORE_EXISTING"
    threads = min(_MOST_THREADS, os.cpu_count() or 1)
    return (
        f"COMPRESS={options.compression}", "PREDICTOR=YES", f"BLOCKSIZE={options.tile_px}", "BIGTIFF=IF_SAFER",
        f"OVERVIEW_RESAMPLING={resampling}", f"OVERVIEWS={overviews}", f"NUM_THREADS={threads}",
    )


def _has_classes(dataset: gdal.Dataset, index: int) -> bool:
    band = dataset.GetRasterBand(index)
    bits = band.GetMetadataItem("NBITS", "IMAGE_STRUCTURE")
    return bool(band.GetColorTable() or band.GetCategoryNames() or (bits and int(bits) < 8))


def _verify(temporary: Path, target: Path, progress: Progress) -> None:
    report = check_cog(str(temporary), thorough=True, progress=progress)
    for problem in report.problems:
        if problem.rule in ("pixels", "truncated", "header", "file"):
            raise StorageError(f"{target.name} was not written as it should be: {problem.message}", "Make it again.")
        raise InvalidInput("source", f"{target.name} can't be ingested: {problem.message}", problem.remedy)


def _raise_if_source_is_damaged(source: str, progress: Progress) -> None:
    with _opened_source(source) as dataset:
        for row in range(0, dataset.RasterYSize, 256):
            raise_if_cancelled(progress)
            gdalguard.made(dataset.ReadRaster(0, row, dataset.RasterXSize, min(256, dataset.RasterYSize - row)))

