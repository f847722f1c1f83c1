"""Scenes as rasters that stay on their server: a small VRT beside QGIS, whose pixels come when they are drawn.

The VRT says where, how large and of which type each file is, so that opening the layer asks nobody. It names files by
GDAL's ``/vsicurl/`` and ``/vsis3/``: without any signature or key; see ``gdal_names`` and ``given_keys``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

import numpy as np
from osgeo import gdal

from sentinel_workbench.core.errors import DamagedFile, InvalidInput
from sentinel_workbench.core.http.ranges import HttpRanges
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.raster.clip_source import FULL, ClipSource
from sentinel_workbench.core.raster.gdalguard import storage_error
from sentinel_workbench.core.raster.rasterfile import LocalFile, Need
from sentinel_workbench.core.raster.remote_files import RemoteFiles
from sentinel_workbench.core.raster.writing import replacing
from sentinel_workbench.core.services.clip_order import (
    BandSource,
    day_of,
    find_asset,
    is_remote_asset,
    refusal_of,
    sources_of,
    unknown_band,
)
from sentinel_workbench.core.services.clip_scene import failed_band
from sentinel_workbench.core.services.gdal_names import gdal_name, is_keyed
from sentinel_workbench.core.services.given_keys import give_keys
from sentinel_workbench.core.stac.item_reading import local_path
from sentinel_workbench.core.stac.origin import origin
from sentinel_workbench.core.stac.records import StacConnection, StacItem
from sentinel_workbench.core.stac.s3_access import S3Account, storage_of

TRUE_COLOUR = ("B04", "B03", "B02")
BRIGHTEST = 0.3
"""Reflectance shown as white in true colour; clouds may be brighter, land hardly ever is."""
VISUAL = ("visual", "TCI")
_NEAREST, _SMOOTH = "nearest", "bilinear"
_CUT_PERCENT = (2.0, 98.0)
_SMALLEST_OVERVIEW_PX = 128
_LARGEST_SAMPLE_PX = 1 << 21


@dataclass(frozen=True)
class StreamedRaster:
    """A raster ready to be shown.

    Attributes:
        path: the VRT.
        title: for people.
        bands: names.
        limits: values to stretch each band between, in what QGIS shows; None to show 8-bit values as they are, or
            to let people choose.
        is_classes: the single band holds classes.
        time_range: the day of the scene, or None.
        keys_of: address of the catalog whose access key GDAL reads it with, ``""`` when it needs none.
    """

    path: Path
    title: str
    bands: Tuple[str, ...]
    limits: Tuple[Optional[Tuple[float, float]], ...]
    is_classes: bool = False
    time_range: Optional[TimeRange] = None
    keys_of: str = ""


def true_colour_bands(item: StacItem) -> Tuple[str, ...]:
    """Red, green and blue with their reflectance, else the catalog's own picture.

    Raises:
        InvalidInput: the scene has neither.
    """
    if all(_usable(item, name) for name in TRUE_COLOUR):
        return TRUE_COLOUR
    for name in (*VISUAL, "red"):
        if _usable(item, name):
            return (name,) if name != "red" else ("red", "green", "blue")
    raise unknown_band(item, next(name for name in TRUE_COLOUR if not _usable(item, name)))


def stream(
    item: StacItem,
    bands: Sequence[str],
    connection: StacConnection,
    ranges: HttpRanges,
    path: Path,
    progress: Progress = Silent(),
    account: Optional[S3Account] = None,
) -> StreamedRaster:
    """Write a VRT over the files of an item, and let GDAL read with the account's key what lies in its storage.

    One request a file, for its directories; one more, for its smallest overview, where nobody knows how bright it is.

    Args:
        item: the scene.
        bands: names or keys of assets as in a ``ClipOrder``; several become bands on the finest one's pixels.
        connection: of the catalog.
        ranges: reads files on servers.
        path: of the VRT.
        progress: watched.
        account: for files in S3 storage, or None.

    Raises:
        InvalidInput: a band the scene lacks, or that GDAL can't read by itself.
        ServiceError, NetworkError, DamagedFile: a file can't be opened.
        StorageError: the VRT can't be written.
    """
    if not bands:
        raise InvalidInput("bands", "No band is chosen.", "Choose one or more.")
    sources = sources_of(item, bands, connection)
    catalog = origin(item, connection)
    storage = storage_of(catalog, account)
    names = [gdal_name(source, storage) for source in sources]
    with RemoteFiles(lambda url, first, length: ranges.fetch(url, first, length, progress),
                     connections=len(sources)) as remote:
        opened = _opened(sources, remote)
        raise_if_cancelled(progress)
        text = _vrt(sources, opened, names)
        limits = tuple(limit for source, raster in zip(sources, opened) for limit in _limits(source, raster))
        told = tuple(name for source, raster in zip(sources, opened) for name in _band_names(source, raster))
    _save(path, text)
    keyed = [name for name in names if is_keyed(name)]
    give_keys(catalog.url, keyed, storage)
    title = f"{item.item_id} {' '.join(bands)}"
    classes = len(told) == 1 and sources[0].is_classes
    day = None if item.date is None else day_of(item.date)
    return StreamedRaster(path, title, told, limits, classes, day, catalog.url if keyed else "")


def _usable(item: StacItem, name: str) -> bool:
    asset = find_asset(item, name)[1]
    return asset is not None and refusal_of(asset) is None


def _opened(sources: Sequence[BandSource], remote: RemoteFiles) -> List[ClipSource]:
    hrefs = [source.asset.href for source in sources if is_remote_asset(source.asset)]
    failures = remote.open_all(hrefs)
    opened = []
    for source in sources:
        href = source.asset.href
        if href in failures:
            raise failed_band(source.name, failures[href]) from failures[href]
        opened.append(ClipSource(remote.open(href) if href in hrefs else LocalFile(local_path(href))))
    return opened


def _limits(source: BandSource, raster: ClipSource) -> List[Optional[Tuple[float, float]]]:
    """Reflectance from none to the brightest land; other numbers where most of them lie; bytes as they are."""
    if source.numbers is not None:
        return [(0.0, BRIGHTEST)]
    if source.is_classes or raster.data_type == gdal.GDT_Byte:
        return [None] * len(raster.bands)
    return [_measured(raster, number) for number in range(1, len(raster.bands) + 1)]


def _measured(raster: ClipSource, number: int) -> Optional[Tuple[float, float]]:
    """From the smallest overview; None when only a large part of the band could tell."""
    band = raster.file.dataset.GetRasterBand(number)
    overviews = [band.GetOverview(level) for level in range(band.GetOverviewCount())]
    sizes = [(*raster.size, FULL), *((one.XSize, one.YSize, level) for level, one in enumerate(overviews))]
    width, height, level = min(sizes)
    if width * height > _LARGEST_SAMPLE_PX:
        return None
    raster.file.prepare(Need(number, level, (0, 0, width, height), False))
    dataset = raster.file.dataset
    band = dataset.GetRasterBand(number)
    try:
        values = (band if level == FULL else band.GetOverview(level)).ReadAsArray().astype(np.float64)
    except RuntimeError as error:
        raise DamagedFile(f"The pixels of {raster.file.name} can't be read: {error}") from error
    seen = values[np.isfinite(values) & (values != (0 if raster.nodata is None else raster.nodata))]
    if not seen.size:
        return None
    low, high = (float(value) for value in np.percentile(seen, _CUT_PERCENT))
    return (low, high) if high > low else (low, low + 1.0)


def _band_names(source: BandSource, raster: ClipSource) -> List[str]:
    if len(raster.bands) == 1:
        return [source.band]
    return [facts.description or f"{source.name}_{number}" for number, facts in enumerate(raster.bands, 1)]


def _vrt(sources: Sequence[BandSource], opened: Sequence[ClipSource], names: Sequence[str]) -> str:
    finest = min(opened, key=lambda raster: raster.resolution)
    if not all(raster.reference.IsSame(finest.reference) for raster in opened):
        raise InvalidInput("bands", "The bands are in different reference systems.", "Show them one by one.")
    lines = [
        f'<VRTDataset rasterXSize="{finest.size[0]}" rasterYSize="{finest.size[1]}">',
        f'<SRS dataAxisToSRSAxisMapping="1,2">{escape(finest.reference.ExportToWkt())}</SRS>',
        f"<GeoTransform>{', '.join(repr(float(value)) for value in finest.transform)}</GeoTransform>",
    ]
    number = 0
    for source, raster, name in zip(sources, opened, names):
        for index in range(1, len(raster.bands) + 1):
            number += 1
            lines += [f'<VRTRasterBand dataType="{gdal.GetDataTypeName(raster.data_type)}" band="{number}">',
                      *_vrt_description(source, raster, index), *_vrt_source(source, raster, name, index, finest),
                      "</VRTRasterBand>"]
    levels = _overview_factors(finest.size)
    overviews = f'<OverviewList resampling="nearest">{" ".join(map(str, levels))}</OverviewList>' if levels else ""
    return "\n".join([*lines, overviews, "</VRTDataset>"])


def _overview_factors(size: Tuple[int, int]) -> List[int]:
    """Told here, since GDAL would open the files to learn them."""
    found, factor = [], 2
    while max(size) / factor >= _SMALLEST_OVERVIEW_PX:
        found.append(factor)
        factor *= 2
    return found


def _vrt_description(source: BandSource, raster: ClipSource, index: int) -> List[str]:
    lines = [f"<Description>{escape(_band_names(source, raster)[index - 1])}</Description>"]
    nodata = _nodata(source, raster)
    if nodata is not None:
        lines.append(f"<NoDataValue>{nodata:g}</NoDataValue>")
    if source.numbers is not None:
        lines += [f"<Offset>{source.numbers.offset!r}</Offset>", f"<Scale>{source.numbers.scale!r}</Scale>"]
    if len(raster.bands) > 1:
        meaning = raster.bands[index - 1].interpretation
        lines.append(f"<ColorInterp>{gdal.GetColorInterpretationName(meaning)}</ColorInterp>")
    return lines


def _vrt_source(source: BandSource, raster: ClipSource, name: str, index: int, finest: ClipSource) -> List[str]:
    (width, height), nodata = raster.size, _nodata(source, raster)
    edges = (
        (raster.transform[0] - finest.transform[0]) / finest.transform[1],
        (raster.transform[3] - finest.transform[3]) / finest.transform[5],
        width * raster.transform[1] / finest.transform[1],
        height * raster.transform[5] / finest.transform[5],
    )
    tag = "ComplexSource" if nodata is not None else "SimpleSource"
    resampling = "" if raster is finest else f' resampling="{_NEAREST if source.is_classes else _SMOOTH}"'
    return [
        f"<{tag}{resampling}>",
        f'<SourceFilename relativeToVRT="0" shared="0">{escape(name)}</SourceFilename>',
        f"<SourceBand>{index}</SourceBand>",
        f'<SourceProperties RasterXSize="{width}" RasterYSize="{height}" '
        f'DataType="{gdal.GetDataTypeName(raster.data_type)}" '
        f'BlockXSize="{raster.block[0]}" BlockYSize="{raster.block[1]}"/>',
        f'<SrcRect xOff="0" yOff="0" xSize="{width}" ySize="{height}"/>',
        '<DstRect xOff="{:.10g}" yOff="{:.10g}" xSize="{:.10g}" ySize="{:.10g}"/>'.format(*edges),
        *([] if nodata is None else [f"<NODATA>{nodata:g}</NODATA>"]),
        f"</{tag}>",
    ]


def _nodata(source: BandSource, raster: ClipSource) -> Optional[float]:
    nodata = 0.0 if raster.nodata is None and source.numbers is not None else raster.nodata
    return None if nodata is None or math.isnan(nodata) else nodata


def _save(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            temporary.write_text(text, encoding="utf-8")
    except OSError as error:
        raise storage_error(path, error) from error
