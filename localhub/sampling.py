"""Band values of scenes on the output grid, in the units a script asks for."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

import numpy as np

from sentinel_workbench.core.errors import DamagedFile, NetworkError, ServiceError
from sentinel_workbench.core.model.collection import DATA_MASK, Band, Collection
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.raster.centres import GridCentres
from sentinel_workbench.core.raster.mask import geometry_mask
from sentinel_workbench.core.raster.rasterfile import is_remote
from sentinel_workbench.core.raster.reading import NEAREST, BandReader, OpenBands
from sentinel_workbench.localhub.records import BandFile, HubError, InputData, StoredScene

_CLASSES = ("SCL", "CLM", "BQA", "QA_RADSAT", "SR_QA_AEROSOL", "SR_CLOUD_QA", "shadowMask")
_AUXILIARY = (*_CLASSES, "CLP", "CLD", "SNW", "AOT", "WVP")
_ANGLE_UNIT = "DEGREES"
_NAN_WITHOUT_DATA = ("landsat-", "hls")
COVER, COVER_CRS = "cover", "cover_crs"
"""Scene properties: GeoJSON outside of which the scene has no data, whatever its pixels say; its CRS if not lon/lat."""
_TAKES_ITS_COVER = "byoc-"
"""Of these collections the first scene whose cover holds a pixel gives it, even when it has no data there (byoc, 5)."""


@dataclass(frozen=True)
class BandChoice:
    """What a script asks of one input: bands in its order with their units, and how they are resampled."""

    collection: Collection
    bands: Tuple[str, ...]
    units: Mapping[str, str]
    data: InputData

    @property
    def read_bands(self) -> Tuple[str, ...]:
        """The bands that come from files."""
        return tuple(band for band in self.bands if band != DATA_MASK)

    def resampling(self, band: Band, source_px: float) -> str:
        """The method for a band of which ``source_px`` pixels fall into one output cell."""
        if band.name in _CLASSES or _ANGLE_UNIT in band.units:
            return NEAREST
        return self.data.upsampling if source_px < 1 else self.data.downsampling


class Sampler:
    """Reads the samples of one input for one strip of the image after the other. Files stay open between strips."""

    def __init__(self, choice: BandChoice, files: OpenBands) -> None:
        self._choice = choice
        self._files = files
        self.fill = np.nan if choice.collection.collection_id.startswith(_NAN_WITHOUT_DATA) else 0.0
        self._takes_cover = choice.collection.collection_id.startswith(_TAKES_ITS_COVER)

    def flatten(
        self, scenes: Sequence[StoredScene], centres: GridCentres, inside: np.ndarray
    ) -> Dict[str, np.ndarray]:
        """The scenes as one sample: each pixel from the first scene that has data there.

        Args:
            scenes: in mosaicking order; those after the last empty pixel is filled are not read.
            centres: of the strip.
            inside: boolean (rows, cols), False outside the request's geometry.

        Returns:
            Band to float64 (rows, cols), ``dataMask`` included; without data 0 (NaN for Landsat and HLS).
        """
        values = {band: np.full(inside.shape, self.fill) for band in self._choice.read_bands}
        filled = np.zeros(inside.shape, bool)
        wanted = inside.copy()
        for scene in scenes:
            if not wanted.any():
                break
            cells = wanted & self._cover(scene, centres)
            if cells.any():
                filled |= self._paste(scene, centres, cells, values)
            wanted &= ~(cells if self._takes_cover else filled)
        values[DATA_MASK] = filled.astype("float64")
        return values

    def prepare(self, scenes: Sequence[StoredScene], centres: GridCentres) -> None:
        """Fetch what ``flatten`` will read of these scenes from servers, all at once; scenes of files need nothing."""
        files = [
            (scene, name, scene.bands[name])
            for scene in scenes for name in self._choice.read_bands
            if name in scene.bands and is_remote(scene.bands[name].path)
        ]
        if not files:
            return
        failures = self._files.open_all([file.path for _, _, file in files]) or self._files.prepare(
            [self._wanted(name, file, centres) for _, name, file in files], centres
        )
        for scene, name, file in files:
            with naming(scene, name):
                if file.path in failures:
                    raise failures[file.path]

    def _wanted(self, name: str, file: BandFile, centres: GridCentres) -> Tuple[str, int, Optional[float], str]:
        return file.path, file.band_index, file.nodata, self._method(name, self._reader(file), centres)

    def _cover(self, scene: StoredScene, centres: GridCentres) -> np.ndarray:
        """The cells the scene may fill."""
        if COVER not in scene.properties:
            return np.ones((centres.grid.height, centres.grid.width), bool)
        crs = scene.properties.get(COVER_CRS, "EPSG:4326")
        return geometry_mask(scene.properties[COVER], centres.grid, crs)

    def _paste(
        self, scene: StoredScene, centres: GridCentres, cells: np.ndarray, values: Mapping[str, np.ndarray]
    ) -> np.ndarray:
        """Write the scene's pixels into ``cells``; returns those it has data for."""
        nothing = np.zeros(cells.shape, bool)
        mask_bands = self._mask_bands(scene)
        self.prepare([scene], centres)
        if not mask_bands or not self._reaches(scene, mask_bands[0], centres, cells):
            return nothing
        pixels = {}
        usable = cells
        for name in mask_bands:
            pixels[name], valid = self._read(scene, name, centres)
            usable = usable & valid
            if not usable.any():
                return nothing
        for name in self._choice.read_bands:
            if name not in scene.bands:
                continue
            if name not in pixels:
                pixels[name], _ = self._read(scene, name, centres)
            values[name][usable] = self._in_units(name, scene.bands[name], pixels[name][usable])
        return usable

    def _mask_bands(self, scene: StoredScene) -> List[str]:
        """The bands whose nodata makes a pixel's data mask: the measuring ones asked for, else any."""
        asked = [band for band in self._choice.read_bands if band in scene.bands]
        measuring = [band for band in asked if band not in _AUXILIARY]
        if measuring or asked:
            return measuring or asked
        others = sorted(scene.bands)
        return [band for band in others if band not in _AUXILIARY][:1] or others[:1]

    def _reaches(self, scene: StoredScene, name: str, centres: GridCentres, cells: np.ndarray) -> bool:
        with naming(scene, name):
            return self._reader(scene.bands[name]).reaches(centres, cells)

    def _read(self, scene: StoredScene, name: str, centres: GridCentres) -> Tuple[np.ndarray, np.ndarray]:
        with naming(scene, name):
            reader = self._reader(scene.bands[name])
            return reader.read(centres, self._method(name, reader, centres))

    def _method(self, name: str, reader: BandReader, centres: GridCentres) -> str:
        band = self._choice.collection.band(name)
        return self._choice.resampling(band, reader.step_px(centres)) if band else NEAREST

    def _reader(self, file: BandFile) -> BandReader:
        return self._files.reader(file.path, file.band_index, file.nodata)

    def _in_units(self, name: str, file: BandFile, stored: np.ndarray) -> np.ndarray:
        """Stored numbers in the unit asked for (process-api: harmonizeValues)."""
        band = self._choice.collection.band(name)
        unit = self._choice.units.get(name)
        factor = band.factors.get(unit, 1.0) if band and unit else 1.0
        harmonize = self._choice.data.harmonize
        numbers = stored.astype("float64") * file.scale
        if file.offset and (harmonize or factor != 1.0):
            numbers += file.offset
            if harmonize:
                np.maximum(numbers, 0.0, out=numbers)
        return numbers if factor == 1.0 else numbers * factor


@contextmanager
def naming(scene: StoredScene, name: str) -> Iterator[None]:
    """A file that can't be read fails the render, naming tile and band; it never becomes an empty pixel."""
    try:
        yield
    except (DamagedFile, NetworkError, ServiceError) as error:
        message = f"Band '{name}' of tile '{scene.scene_id}' can't be read: {error.message}"
        raise HubError(500, "RENDERER_EXCEPTION", message) from error


def normalization_factor(choice: BandChoice) -> float:
    """``inputMetadata.normalizationFactor``: from digital numbers to the unit asked for; 1 for DN."""
    factors = []
    for name in choice.read_bands:
        band = choice.collection.band(name)
        if band and choice.units.get(name) == "REFLECTANCE":
            factors.append(band.factors.get("REFLECTANCE", 1.0))
    return factors[0] if factors else 1.0


def inside_mask(geometry: Optional[Mapping], grid: PixelGrid) -> np.ndarray:
    """Cells inside the request's geometry; all without one."""
    if geometry is None:
        return np.ones((grid.height, grid.width), bool)
    return geometry_mask(geometry, grid)
