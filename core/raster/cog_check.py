"""Will the service ingest this file? Every rule of the BYOC documentation, checked on a local file.

``check_cog`` answers with a report, whatever the file is; it raises only ``Cancelled``.
"""

from __future__ import annotations

import errno
import math
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, List, Optional, Tuple

from osgeo import gdal

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.progress import Part, Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.core.raster.cog_place import CogPlace, check_place, footprint_of, read_place
from sentinel_workbench.core.raster.cog_report import CogFacts, CogProblem, CogReport
from sentinel_workbench.core.raster.cog_rules import (
    advise_layout,
    block_size,
    check_layout,
    compression_name,
    number_of,
    overviews_of,
    sample_type,
)
from sentinel_workbench.core.raster.gdal_settings import thread_settings
from sentinel_workbench.core.raster.tiff_directory import FORMAT, TiffFault, TiffLayout, read_layout

__all__ = ["CogFacts", "CogProblem", "CogReport", "check_cog"]

_AGAIN = "Copy or make the file again."
_NO_PLACE = CogPlace(True, None, "", None, 0, 0)
_REASONS = {errno.ENOENT: "There is no such file.", errno.EACCES: "The file may not be read: permission denied.",
            errno.EPERM: "The file may not be read: permission denied.", errno.EISDIR: "This is a folder, not a file."}
_REMEDIES = {errno.ENOENT: "Check its path.", errno.EISDIR: "Choose the files in it."}


def check_cog(path: str, thorough: bool = False, progress: Optional[Progress] = None) -> CogReport:
    """Check one file against the rules.

    Args:
        path: of a local file.
        thorough: also decode every block of every level, which takes as long as reading the file does.
        progress: told while blocks are decoded.

    Returns:
        The verdict; a file that can't be opened or is no TIFF has one problem and no facts.

    Raises:
        Cancelled: only while blocks are decoded.
    """
    try:
        layout = read_layout(path)
    except OSError as error:
        return CogReport(path, (_unreadable(path, error),), None)
    except ValueError:
        return CogReport(path, (CogProblem("file", "The path holds a character no file name can have.",
                                           "Check its path."),), None)
    except TiffFault as fault:
        remedy = "Choose a GeoTIFF, or convert it with Make COG." if fault.rule == FORMAT else _AGAIN
        return CogReport(path, (CogProblem(fault.rule, fault.message, remedy),), None)
    place, place_problems = _place(path)
    problems = [*check_layout(layout), *_external_overviews(path, layout), *place_problems]
    if thorough and not any(problem.rule in ("unreadable", "header") for problem in problems):
        problems += _damaged_pixels(path, progress or Silent())
    return CogReport(path, tuple(problems), _facts(layout, place), advise_layout(layout))


def _unreadable(path: str, error: OSError) -> CogProblem:
    number = errno.EISDIR if Path(path).is_dir() else error.errno or 0
    reason = _REASONS.get(number, f"The file can't be read: {error.strerror or type(error).__name__}.")
    return CogProblem("file", reason, _REMEDIES.get(number, "Check its permissions and its disk."))


@contextmanager
def opened_alone(path: str) -> Iterator[gdal.Dataset]:
    """The file's dataset as the service sees it: without the files beside it.

    Raises:
        DamagedFile: GDAL can't open it, or complained while it was used.
    """
    with thread_settings(GDAL_PAM_ENABLED="NO"), gdalguard.reading(Path(path)):
        dataset = gdalguard.made(gdal.OpenEx(
            str(path), gdal.OF_RASTER | gdal.OF_READONLY, allowed_drivers=["GTiff"],
            open_options=["GEOREF_SOURCES=INTERNAL"], sibling_files=[],
        ))
        with gdalguard.closing(dataset):
            yield dataset


def _place(path: str) -> Tuple[CogPlace, List[CogProblem]]:
    try:
        with opened_alone(path) as dataset:
            place = read_place(dataset)
    except DamagedFile as error:
        return _NO_PLACE, [CogProblem("unreadable", _sentence(error), _AGAIN)]
    return place, list(check_place(place))


def _external_overviews(path: str, layout: TiffLayout) -> Iterator[CogProblem]:
    if not overviews_of(layout) and Path(f"{path}.ovr").exists():
        yield CogProblem(
            "external overviews", "Its overviews are in a file of their own (.ovr), which the service does not read.",
            "Convert it with Make COG, which puts them inside.",
        )


def _damaged_pixels(path: str, progress: Progress) -> List[CogProblem]:
    """The first level whose pixels do not decode."""
    place = ""
    try:
        with opened_alone(path) as dataset:
            levels = _levels(dataset)
            total, done = sum(level[0].XSize * level[0].YSize for level in levels), 0
            for level in levels:
                place = f"the level of {level[0].XSize} x {level[0].YSize} px"
                size = level[0].XSize * level[0].YSize
                _decode(level, Part(progress, done / total, (done + size) / total))
                done += size
    except DamagedFile:
        return [CogProblem("pixels", f"Its pixels are damaged: {place} does not decompress.", _AGAIN)]
    return []


def _levels(dataset: gdal.Dataset) -> List[List[gdal.Band]]:
    """The bands of the full image, then those of each overview."""
    bands = [dataset.GetRasterBand(index + 1) for index in range(dataset.RasterCount)]
    overviews = range(bands[0].GetOverviewCount())
    return [bands, *([band.GetOverview(number) for band in bands] for number in overviews)]


def _decode(bands: List[gdal.Band], progress: Progress) -> None:
    """Read all blocks of a level; the bands of a block one after the other, so that it is decoded once."""
    width, height = bands[0].XSize, bands[0].YSize
    cols, rows = bands[0].GetBlockSize()
    for row in range(0, height, rows):
        raise_if_cancelled(progress)
        for col in range(0, width, cols):
            for band in bands:
                gdalguard.made(band.ReadRaster(col, row, min(cols, width - col), min(rows, height - row)))
        progress.report(min(1.0, (row + rows) / height), f"Reading the level of {width} x {height} px")


def _sentence(error: DamagedFile) -> str:
    return error.message[0].upper() + error.message[1:]


def _facts(layout: TiffLayout, place: CogPlace) -> CogFacts:
    full = layout.images[0]
    tile_width, tile_height = block_size(full)
    nodata = number_of(full.nodata)
    return CogFacts(
        width=full.width, height=full.height, bands=full.samples, sample_type=sample_type(full),
        bit_depth=full.bits[0], epsg=place.epsg, geotransform=place.geotransform or (0.0, 1.0, 0.0, 0.0, 0.0, 1.0),
        tile_width=tile_width, tile_height=tile_height, overview_count=len(overviews_of(layout)),
        compression=compression_name(full.compression),
        nodata=None if nodata is None or math.isnan(nodata) else nodata,
        footprint=footprint_of(place), header_bytes=layout.header_end,
    )
