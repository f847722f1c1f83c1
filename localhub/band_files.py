"""Which band a raster file holds, told from its name, and whether its pixels can be read."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Mapping, Sequence, Tuple

from osgeo import gdal, osr

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.model.collection import known_collections
from sentinel_workbench.localhub.landsat import NAMES as LANDSAT_NAMES
from sentinel_workbench.localhub.records import BandFile

gdal.UseExceptions()

RASTER_SUFFIXES = (".tif", ".tiff")
_SENTINEL2 = ("sentinel-2-l1c", "sentinel-2-l2a")
_LOOSE_NAME = re.compile(r"^B(\d)$")
_RESOLUTION = re.compile(r"[_\-.](10|20|30|60)m$", re.IGNORECASE)
_SEPARATORS = "_-. "
_REFLECTANCE_SCALE = 0.0001


@dataclass(frozen=True)
class SceneRaster:
    """One band of one readable file.

    Attributes:
        file: where the pixels lie.
        corners: of the raster in lon/lat, a closed ring with points along the edges.
        pixel_m: pixel size in metres.
    """

    file: BandFile
    corners: Tuple[Tuple[float, float], ...]
    pixel_m: float


def sentinel2_bands() -> Dict[str, str]:
    """Upper case name to name of all Sentinel-2 bands."""
    known = known_collections()
    return {band.name.upper(): band.name for key in _SENTINEL2 for band in known[key].bands}


def raster_files(folder: Path) -> List[Path]:
    """The GeoTIFF files directly in ``folder``, by name."""
    return sorted(p for p in folder.iterdir() if p.suffix.lower() in RASTER_SUFFIXES and p.is_file())


def name_bands(paths: Sequence[Path]) -> Dict[Path, str]:
    """A band name for each file of one acquisition.

    ``B02.tif``, ``T31UDS_20180804T105022_B02_10m.tif`` and ``b2.tif`` are all band B02. Names that are no Sentinel-2
    band are what distinguishes the files: the part behind their common beginning.
    """
    known = sentinel2_bands()
    named = {path: _known_name(path.stem, known) for path in paths}
    if all(named.values()):
        return {path: name for path, name in named.items() if name}
    stems = [_RESOLUTION.sub("", path.stem) for path in paths]
    start = _common_start(stems)
    names = {path: named[path] or stem[start:] for path, stem in zip(paths, stems)}
    return {path: LANDSAT_NAMES.get(name, name) for path, name in names.items()}


def _known_name(stem: str, known: Mapping[str, str]) -> str:
    last = re.split(r"[_\-. ]", _RESOLUTION.sub("", stem))[-1].upper()
    return known.get(last) or known.get(_LOOSE_NAME.sub(r"B0\1", last), "")


def _common_start(stems: Sequence[str]) -> int:
    """Length of the common beginning, up to and with its last separator."""
    common = os.path.commonprefix(list(stems)) if len(stems) > 1 else ""
    return max(common.rfind(separator) for separator in _SEPARATORS) + 1


def read_rasters(path: Path, name: str) -> Dict[str, SceneRaster]:
    """The bands of a file; a file of several bands gives one name for each.

    Raises:
        DamagedFile: it does not open, lies nowhere, or its pixels can't be read.
    """
    try:
        dataset = gdal.OpenEx(str(path), gdal.OF_RASTER)
        _check_place(dataset, path)
        corners, pixel_m = _ring(dataset), _pixel_m(dataset)
        rasters = {}
        for number in range(1, dataset.RasterCount + 1):
            band = dataset.GetRasterBand(number)
            _check_pixels(band)
            label = name if dataset.RasterCount == 1 else band.GetDescription() or f"{name}_{number}"
            rasters[label] = SceneRaster(_band_file(path, band, number), corners, pixel_m)
    except RuntimeError as error:
        raise DamagedFile(f"{path.name} can't be read: {error}.") from error
    return rasters


def _check_place(dataset: gdal.Dataset, path: Path) -> None:
    if dataset.GetSpatialRef() is None:
        raise DamagedFile(f"{path.name} has no coordinate reference system.")
    if dataset.GetGeoTransform(can_return_null=True) is None:
        raise DamagedFile(f"{path.name} does not say where it lies.")


def _check_pixels(band: gdal.Band) -> None:
    """Read the first and the last block: a damaged file often opens well."""
    block_x, block_y = band.GetBlockSize()
    band.ReadBlock(0, 0)
    band.ReadBlock((band.XSize - 1) // block_x, (band.YSize - 1) // block_y)


def _band_file(path: Path, band: gdal.Band, number: int) -> BandFile:
    """Scale and offset tags of reflectances become an offset in digital numbers; other tags are left alone."""
    scale, offset = band.GetScale(), band.GetOffset()
    shift = round(offset / scale) if offset and scale and abs(scale - _REFLECTANCE_SCALE) < 1e-9 else 0
    return BandFile(str(path.resolve()), number, 1.0, float(shift), band.GetNoDataValue())


def _transformation(dataset: gdal.Dataset) -> osr.CoordinateTransformation:
    source, target = dataset.GetSpatialRef().Clone(), osr.SpatialReference()
    target.ImportFromEPSG(4326)
    for reference in (source, target):
        reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return osr.CoordinateTransformation(source, target)


def _ring(dataset: gdal.Dataset, parts: int = 4) -> Tuple[Tuple[float, float], ...]:
    gt = dataset.GetGeoTransform()
    width, height = dataset.RasterXSize, dataset.RasterYSize
    ends = [(0, 0), (0, height), (width, height), (width, 0), (0, 0)]
    pixels = [
        (a[0] + (b[0] - a[0]) * i / parts, a[1] + (b[1] - a[1]) * i / parts)
        for a, b in zip(ends, ends[1:])
        for i in range(parts)
    ]
    points = [(gt[0] + c * gt[1] + r * gt[2], gt[3] + c * gt[4] + r * gt[5]) for c, r in (*pixels, pixels[0])]
    return tuple((round(p[0], 9), round(p[1], 9)) for p in _transformation(dataset).TransformPoints(points))


def _pixel_m(dataset: gdal.Dataset) -> float:
    reference, gt = dataset.GetSpatialRef(), dataset.GetGeoTransform()
    size = max(abs(gt[1]) + abs(gt[2]), abs(gt[4]) + abs(gt[5]))
    if reference.IsGeographic():
        return round(size * 111_319.49, 2)
    return round(size * reference.GetLinearUnits(), 3)
