"""Chips cut from the hub's scenes, kept in folders named as a CbM server names them (cbm-rest, 5 and 7)."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
from osgeo import gdal, gdal_array, ogr

from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.projection import transform_point
from sentinel_workbench.core.raster.rasterfile import Need
from sentinel_workbench.core.raster.reading import OpenBands
from sentinel_workbench.core.raster.zonal import crs_name, reference_of
from sentinel_workbench.localhub.radar_sampling import AMPLITUDE
from sentinel_workbench.localhub.records import BandFile, StoredScene
from sentinel_workbench.localhub.sources import Sources

RADAR = "sentinel-1-grd"
_PRODUCT = re.compile(r"S2[A-D]_MSIL(?:1C|2A)_\d{8}T\d{6}_N\d{4}_R\d{3}_T\d{2}[A-Z]{3}_\d{8}T\d{6}$")
_TILE = re.compile(r"\d{2}[A-Z]{3}$")
_UTC = dt.timezone.utc
_REACH_DEGREES = 1e-5
_AROUND_DEGREES = 0.01


class Cut(NamedTuple):
    """Pixels around a place.

    Attributes:
        values: (rows, cols), digital numbers.
        geotransform: of GDAL.
        crs: ``EPSG:n`` or WKT.
    """

    values: np.ndarray
    geotransform: Tuple[float, ...]
    crs: str


class ChipMaker:
    """Finds scenes at a place and cuts chips out of them.

    Args:
        sources: of scenes.
        collection: type id of the Sentinel-2 scenes.
        folder: for the chips; emptied by whoever owns it.
    """

    def __init__(self, sources: Sources, collection: str, folder: Path) -> None:
        self._sources, self.collection, self.folder = sources, collection, folder
        self._lock = threading.Lock()
        self._asked: Dict[str, int] = {}

    def scenes(
        self, lon: float, lat: float, first: dt.date, last: dt.date, collection: Optional[str] = None
    ) -> List[StoredScene]:
        """At a place, both days included, oldest first; of each sensing time the one that covers most around it."""
        box = BBox(lon - _REACH_DEGREES, lat - _REACH_DEGREES, lon + _REACH_DEGREES, lat + _REACH_DEGREES)
        begin = dt.datetime(first.year, first.month, first.day, tzinfo=_UTC)
        end = dt.datetime(last.year, last.month, last.day, tzinfo=_UTC) + dt.timedelta(days=1, microseconds=-1)
        found = self._sources.search(collection or self.collection, box, begin, end, order="leastRecent")
        by_time: Dict[dt.datetime, List[StoredScene]] = {}
        for scene in found:
            by_time.setdefault(scene.date, []).append(scene)
        return [scenes[0] if len(scenes) == 1 else _fullest(scenes, lon, lat) for scenes in by_time.values()]

    def by_product(self, name: str, lon: float, lat: float) -> Optional[StoredScene]:
        """The scene of a product's name."""
        stem = name.removesuffix(".SAFE")
        stamp = re.search(r"_(\d{8})T\d{6}_", stem)
        if stamp is None:
            return None
        day = dt.datetime.strptime(stamp[1], "%Y%m%d").date()
        return next((scene for scene in self.scenes(lon, lat, day, day) if product_name(scene) == stem), None)

    def kept(self, uid: str, name: str) -> Optional[Path]:
        """A chip that was made, or None."""
        path = self.folder / uid / name
        return path if path.is_file() else None

    def asked_before(self, uid: str) -> bool:
        """Whether the folder was asked for earlier; from now on it was."""
        with self._lock:
            self._asked[uid] = self._asked.get(uid, 0) + 1
            return self._asked[uid] > 1

    def make(self, scene: StoredScene, band: str, lon: float, lat: float, size_m: float, path: Path) -> bool:
        """Cut one chip; False when the scene has no such band or does not reach the place."""
        cut = self.cut(scene, band, lon, lat, size_m)
        if cut is None:
            return False
        write_tiff(path, cut.values[None], cut.geotransform, cut.crs)
        return True

    def cut(self, scene: StoredScene, band: str, lon: float, lat: float, size_m: float) -> Optional[Cut]:
        """Pixels of a square around a place, those the band has."""
        file = scene.bands.get(band)
        if file is None:
            return None
        with self._sources.band_files() as bands:
            if scene.collection != RADAR:
                return _cut(bands, file, lon, lat, size_m, _digital_numbers)
            is_amplitude = (scene.properties.get("radar") or {}).get("stored") == AMPLITUDE
            return _cut(bands, file, lon, lat, size_m, partial(_backscatter, is_amplitude))


def product_name(scene: StoredScene) -> str:
    """The ESA product's name, or one made in its manner for scenes called otherwise."""
    name = scene.scene_id.removesuffix(".SAFE")
    if _PRODUCT.match(name):
        return name
    satellite = re.search(r"2([a-d])$", str(scene.properties.get("platform", "")).lower())
    tile = str(scene.properties.get("tile", "")).lstrip("T")
    stamp = scene.date.strftime("%Y%m%dT%H%M%S")
    where = tile if _TILE.fullmatch(tile) else "00AAA"
    return f"S2{(satellite[1] if satellite else 'a').upper()}_MSIL2A_{stamp}_N0208_R000_T{where}_{stamp}"


def _fullest(scenes: Sequence[StoredScene], lon: float, lat: float) -> StoredScene:
    """The one with most of the surroundings of a place; the first of equals."""
    place = ogr.CreateGeometryFromWkt(f"POINT ({lon!r} {lat!r})").Buffer(_AROUND_DEGREES)
    shapes = [ogr.CreateGeometryFromJson(json.dumps(scene.footprint)) for scene in scenes]
    areas = [shape.Buffer(0).Intersection(place).GetArea() for shape in shapes]
    return scenes[areas.index(max(areas))]


def cache_name(lon: str, lat: str, *parts: Any) -> str:
    """The folder of chips: the place as it was written, whatever its value is."""
    return "_".join([f"E{lon}N{lat}", *map(str, parts)]).replace(".", "_")


def write_tiff(path: Path, values: np.ndarray, geotransform: Sequence[float], crs: str) -> None:
    """A GeoTIFF without a no-data tag; ``values`` is (bands, rows, cols)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    bands, rows, columns = values.shape
    kind = gdal_array.NumericTypeCodeToGDALTypeCode(values.dtype)
    part = path.with_name(f".{path.name}.{threading.get_ident()}")
    target = gdal.GetDriverByName("GTiff").Create(str(part), columns, rows, bands, kind, ["COMPRESS=DEFLATE"])
    target.SetGeoTransform(tuple(geotransform))
    target.SetProjection(reference_of(crs).ExportToWkt())
    for number in range(bands):
        target.GetRasterBand(number + 1).WriteArray(values[number])
    target = None
    part.replace(path)


def _cut(
    bands: OpenBands, file: BandFile, lon: float, lat: float, size_m: float,
    decode: Callable[[np.ndarray, BandFile], np.ndarray],
) -> Optional[Cut]:
    reader = bands.reader(file.path, file.band_index, file.nodata)
    crs, place = crs_name(reader.reference), reader.geotransform
    if crs.startswith("EPSG:") and not reader.reference.IsGeographic():
        x, y = transform_point(lon, lat, "EPSG:4326", crs)
        metres = 1.0
    else:
        x, y, metres = lon, lat, 1.0 / 111_320.0
    pixels = max(1, round(size_m * metres / abs(place[1])))
    left = round((x - place[0]) / place[1] - pixels / 2)
    top = round((y - place[3]) / place[5] - pixels / 2)
    right, bottom = min(left + pixels, reader.size[0]), min(top + pixels, reader.size[1])
    left, top = max(left, 0), max(top, 0)
    if right <= left or bottom <= top:
        return None
    window = (left, top, right - left, bottom - top)
    reader.file.prepare(Need(file.band_index, -1, window, False))
    values = reader.file.dataset.GetRasterBand(file.band_index).ReadAsArray(*window)
    origin = (place[0] + left * place[1], place[1], 0.0, place[3] + top * place[5], 0.0, place[5])
    return Cut(decode(values, file), origin, crs)


def _backscatter(is_amplitude: bool, values: np.ndarray, file: BandFile) -> np.ndarray:
    """Linear power as float32, as real servers cut it; 0 where there is none."""
    numbers = values.astype(np.float64) * file.scale + file.offset
    missing = values == 0 if file.nodata is None else values == file.nodata
    return np.where(missing, 0.0, numbers**2 if is_amplitude else numbers).astype(np.float32)


def _digital_numbers(values: np.ndarray, file: BandFile) -> np.ndarray:
    if file.scale == 1.0 and file.offset == 0.0:
        return values
    missing = values == 0 if file.nodata is None else values == file.nodata
    numbers = values * file.scale + file.offset
    if np.issubdtype(values.dtype, np.integer):
        limits = np.iinfo(values.dtype)
        numbers = np.clip(np.round(numbers), max(limits.min, 1), limits.max)
    return np.where(missing, 0, numbers).astype(values.dtype)


