"""Samples of Sentinel-1: calibrated, filtered and terrain corrected as the request's ``processing`` says.

A scene may say in its property ``radar`` that its files hold radar brightness that was not terrain corrected:
``{"stored": "BETA0_AMPLITUDE", "looks": 12, "lookAzimuth": 282}``, with the bands ``incidenceAngle`` and ``elevation``
besides those of the collection. Scenes without it, such as a user's own files, hold linear power that is used as it is.

The elevation is the scene's own whatever ``demInstance`` says, and ``radiometricTerrainOversampling`` has no effect.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Mapping, Optional, Tuple

import numpy as np
from osgeo import gdal, gdal_array

from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.raster.centres import GridCentres
from sentinel_workbench.core.raster.rasterfile import Need
from sentinel_workbench.core.raster.reading import BICUBIC, NEAREST, BandReader
from sentinel_workbench.localhub.backscatter import (
    GAMMA0_ELLIPSOID,
    GAMMA0_TERRAIN,
    calibrated,
    lee_filter,
    picked,
    terrain_positions,
)
from sentinel_workbench.localhub.records import BandFile, HubError, StoredScene
from sentinel_workbench.localhub.sampling import Sampler, naming

POLARISATIONS = ("VV", "VH", "HH", "HV")
AMPLITUDE, ELEVATION = "BETA0_AMPLITUDE", "elevation"
_NEEDS = {"localIncidenceAngle": "orthorectify", "scatteringArea": GAMMA0_TERRAIN, "shadowMask": GAMMA0_TERRAIN}
_LOOKS = 4.4
"""Of ground range products of the interferometric wide mode."""
_WINDOW = 3
_STEEPEST = math.tan(math.radians(29))
"""Tangent of the smallest incidence angle of the wide modes, where terrain is displaced most."""
_HIGHER, _HIGHER_M = 1.3, 100.0


@dataclass(frozen=True)
class _Area:
    """Pixels of a scene around the cells of a strip, and where they lie."""

    centres: GridCentres
    geotransform: Tuple[float, ...]
    pixel_m: Tuple[float, float]


class RadarSampler(Sampler):
    """``Sampler`` of the collection sentinel-1-grd."""

    def _paste(
        self, scene: StoredScene, centres: GridCentres, cells: np.ndarray, values: Mapping[str, np.ndarray]
    ) -> np.ndarray:
        for name in self._choice.read_bands:
            self._check_band(scene, name)
        return super()._paste(scene, centres, cells, values)

    def _check_band(self, scene: StoredScene, name: str) -> None:
        if name in POLARISATIONS and name not in scene.bands:
            raise HubError(
                400, "RENDERER_S1_MISSING_POLARIZATION",
                f"Requested band '{name}' is not present in Sentinel 1 tile '{scene.scene_id}' returned by criteria "
                "specified in `dataFilter` parameter.",
            )
        needed, options = _NEEDS.get(name), self._choice.data.filters
        if needed is not None and not options.get(needed) and options.get("backCoeff") != needed:
            how = "`orthorectify`" if needed == "orthorectify" else f"`backCoeff` {needed}"
            raise HubError(400, "RENDERER_EXCEPTION", f"Band '{name}' is only available with {how}.")

    def _read(self, scene: StoredScene, name: str, centres: GridCentres) -> Tuple[np.ndarray, np.ndarray]:
        if name not in POLARISATIONS:
            return super()._read(scene, name, centres)
        radar, file = scene.properties.get("radar") or {}, scene.bands[name]
        is_raw = radar.get("stored") == AMPLITUDE
        if not is_raw:
            self._check_coefficient(scene)
        with naming(scene, name):
            reader = self._reader(file)
            method = self._choice.data.upsampling
            if not is_raw and self._lee_window() is None:
                values, valid = reader.read(centres, method)
                return values * file.scale + file.offset, valid
            area = self._area(reader, centres, self._shift_m(scene, centres))
            power, valid = self._power(file, area, is_raw)
        power, valid = self._processed(scene, radar, area, power, valid)
        values, valid = _resampled(reader, area, power, valid, centres, method)
        return np.maximum(values, 0.0) if method == BICUBIC else values, valid

    def _in_units(self, name: str, file: BandFile, stored: np.ndarray) -> np.ndarray:
        """Polarisations come as linear power already."""
        return stored.astype("float64") if name in POLARISATIONS else super()._in_units(name, file, stored)

    def _check_coefficient(self, scene: StoredScene) -> None:
        """Power of an unknown kind can't be converted into a certain one."""
        asked, stored = self._choice.data.filters.get("backCoeff"), scene.properties.get("backCoeff")
        if asked is not None and asked != (stored or GAMMA0_ELLIPSOID):
            message = f"Tile '{scene.scene_id}' does not tell its incidence angles, so `backCoeff` {asked}"
            raise HubError(400, "RENDERER_EXCEPTION", f"{message} can't be computed.")

    def _lee_window(self) -> Optional[Tuple[int, int]]:
        """(width, height) of the speckle filter, or None."""
        speckle = self._choice.data.filters.get("speckleFilter") or {}
        if speckle.get("type") != "LEE":
            return None
        return speckle.get("windowSizeX", _WINDOW), speckle.get("windowSizeY", _WINDOW)

    def _shift_m(self, scene: StoredScene, centres: GridCentres) -> float:
        """How far the terrain under ``centres`` may be displaced, metres; between them it may be somewhat higher."""
        if not self._choice.data.filters.get("orthorectify") or ELEVATION not in scene.bands:
            return 0.0
        file = scene.bands[ELEVATION]
        heights, _ = self._reader(file).read(centres, NEAREST)
        highest = float(np.abs(heights.astype("float64") * file.scale + file.offset).max())
        return (_HIGHER * highest + _HIGHER_M) / _STEEPEST

    def _area(self, reader: BandReader, centres: GridCentres, shift_m: float) -> _Area:
        """The pixels needed for ``centres``, at a whole number of source pixels a pixel, with room around them."""
        factor = max(1, int(reader.step_px(centres) + 1e-6))
        gt, (width, height) = reader.geotransform, reader.size
        x, y = centres.within(reader.reference)
        metres = _metres(reader)
        reach = max(self._lee_window() or (1, 1)) + 3 + math.ceil(shift_m / (factor * min(metres)))
        ends = []
        for positions, origin, step, size in ((x, gt[0], gt[1], width), (y, gt[3], gt[5], height)):
            at = (positions[np.isfinite(positions)] - origin) / step / factor
            first = max(int(np.floor(at.min())) - reach, 0) if at.size else 0
            last = min(int(np.ceil(at.max())) + reach, -(-size // factor)) if at.size else 1
            ends.append((first, max(last, first + 1)))
        (left, right), (top, bottom) = ends
        corner = (gt[0] + left * factor * gt[1], gt[3] + top * factor * gt[5])
        place = (corner[0], gt[1] * factor, 0.0, corner[1], 0.0, gt[5] * factor)
        far = (corner[0] + (right - left) * place[1], corner[1] + (bottom - top) * place[5])
        bbox = BBox(corner[0], far[1], far[0], corner[1], _code(reader))
        grid = PixelGrid(bbox, right - left, bottom - top)
        return _Area(GridCentres(grid), place, (metres[0] * factor, metres[1] * factor))

    def _power(self, file: BandFile, area: _Area, is_raw: bool) -> Tuple[np.ndarray, np.ndarray]:
        values, valid = self._reader(file).read(area.centres, NEAREST)
        numbers = values.astype("float64") * file.scale + file.offset
        return (numbers**2 if is_raw else numbers), valid

    def _processed(
        self, scene: StoredScene, radar: Mapping[str, Any], area: _Area, power: np.ndarray, valid: np.ndarray
    ) -> Tuple[np.ndarray, np.ndarray]:
        """Filtered, terrain corrected and calibrated, in this order."""
        options, window = self._choice.data.filters, self._lee_window()
        if window is not None:
            power = lee_filter(power, valid, window[0], window[1], radar.get("looks", _LOOKS))
        if radar.get("stored") != AMPLITUDE:
            return power, valid
        incidence, known = self._physical(scene, "incidenceAngle", area)
        valid = valid & known
        if options.get("orthorectify"):
            elevation, _ = self._physical(scene, ELEVATION, area)
            angles = np.where(known, incidence, 45.0)
            rows, cols = terrain_positions(elevation, angles, radar["lookAzimuth"], area.pixel_m)
            power, _ = picked(power, rows, cols)
            valid = picked(valid, rows, cols)[0] & known
        coefficient = options.get("backCoeff") or GAMMA0_ELLIPSOID
        size = self._physical(scene, "scatteringArea", area)[0] if coefficient == GAMMA0_TERRAIN else np.ones(())
        return calibrated(power, coefficient, incidence, size), valid

    def _physical(self, scene: StoredScene, name: str, area: _Area) -> Tuple[np.ndarray, np.ndarray]:
        """An auxiliary band of the scene on the area, in its own unit."""
        if name not in scene.bands:
            raise HubError(
                400, "RENDERER_EXCEPTION", f"Tile '{scene.scene_id}' has no '{name}', which the request needs."
            )
        file = scene.bands[name]
        with naming(scene, name):
            values, valid = self._reader(file).read(area.centres, NEAREST)
        return values.astype("float64") * file.scale + file.offset, valid


class _MemoryFile:
    """A ``RasterFile`` of one array."""

    def __init__(self, name: str, dataset: gdal.Dataset) -> None:
        self.name, self.dataset = name, dataset

    def prepare(self, need: Need) -> None:
        """It is all here."""

    def warp_source(self, need: Need) -> gdal.Dataset:
        """The array."""
        return self.dataset

    def rest(self) -> None:
        """Nothing to close."""


def _resampled(
    reader: BandReader, area: _Area, power: np.ndarray, valid: np.ndarray, centres: GridCentres, method: str
) -> Tuple[np.ndarray, np.ndarray]:
    """Processed pixels on the output's cells."""
    dataset = gdal_array.OpenArray(np.where(valid, power, np.nan))
    dataset.SetSpatialRef(reader.reference)
    dataset.SetGeoTransform(area.geotransform)
    dataset.GetRasterBand(1).SetNoDataValue(math.nan)
    return BandReader(_MemoryFile(reader.path, dataset)).read(centres, method)


def _code(reader: BandReader) -> str:
    reference = reader.reference.Clone()
    code = reference.GetAuthorityCode(None)
    if code is None:
        raise HubError(500, "RENDERER_EXCEPTION", f"The reference system of {reader.path} has no EPSG code.")
    return f"EPSG:{code}"


def _metres(reader: BandReader) -> Tuple[float, float]:
    """Width and height of a source pixel on the ground."""
    gt = reader.geotransform
    if not reader.reference.IsGeographic():
        unit = reader.reference.GetLinearUnits()
        return abs(gt[1]) * unit, abs(gt[5]) * unit
    middle = math.radians(gt[3] + gt[5] * reader.size[1] / 2)
    return abs(gt[1]) * 111_320 * math.cos(middle), abs(gt[5]) * 110_574
