"""One scene cut out: its files opened at once, its pixels read by strips of rows, and written as COGs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

import numpy as np
from osgeo import gdal, gdal_array

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.progress import Progress, raise_if_cancelled
from sentinel_workbench.core.raster.clip_source import ClipSource
from sentinel_workbench.core.raster.clip_writing import Cutout, OutputBand, cutting
from sentinel_workbench.core.raster.mask import geometry_mask
from sentinel_workbench.core.raster.rasterfile import LocalFile
from sentinel_workbench.core.raster.remote import RemoteFile
from sentinel_workbench.core.raster.remote_files import RemoteFiles
from sentinel_workbench.core.services.clip_grids import BandOnTarget, Rows, Target, native_target, shared_target
from sentinel_workbench.core.services.clip_metadata import file_metadata, told_numbers, wavelength_of
from sentinel_workbench.core.services.clip_order import (
    NATIVE,
    BandSource,
    ClipOrder,
    ClippedFile,
    ClippedScene,
    is_remote_asset,
)
from sentinel_workbench.core.stac.item_reading import local_path, unsigned
from sentinel_workbench.core.stac.records import StacItem

STRIP_PX = 3_000_000
STRIP_ROWS = 512
_EMPTY = "No pixel of it has a value in the area."
_UNSAFE = re.compile(r"[^\w.\-]+")


class SceneClip:
    """Cuts one scene.

    Args:
        item: the scene.
        stem: beginning of its files' names.
        sources: its bands.
        order: how to cut.
        folder: existing, for the files.
        remote: opens what lies on servers.
        progress: of this scene.
    """

    def __init__(
        self, item: StacItem, stem: str, sources: Sequence[BandSource], order: ClipOrder, folder: Path,
        remote: RemoteFiles, progress: Progress,
    ) -> None:
        self._item, self._stem, self._sources, self._order = item, stem, sources, order
        self._folder, self._remote, self._progress = folder, remote, progress
        self.files: List[ClippedFile] = []

    def run(self) -> ClippedScene:
        """The scene, done.

        Raises:
            WorkbenchError: it can't be cut; ``files`` has what was written before.
            Cancelled: on request.
        """
        opened = self._opened()
        if self._order.grid == NATIVE:
            jobs = self._native_jobs(opened)
        else:
            jobs = [(self._folder / f"{self._stem}.tif", self._shared_bands(opened))]
        self._fetch_first([band for _, bands in jobs for band in bands])
        for number, (path, bands) in enumerate(jobs):
            self._progress.report(number / len(jobs), f"Cutting {path.name}")
            self.files.append(self._write(path, bands))
        self._progress.report(1.0, f"Cut {self._item.item_id}")
        return ClippedScene(self._item, State.DONE, tuple(self.files), notes=tuple(self._notes()))

    def _opened(self) -> List[ClipSource]:
        hrefs = {source.name: source.asset.href for source in self._sources if is_remote_asset(source.asset)}
        failures = self._remote.open_all(hrefs.values())
        for name, href in hrefs.items():
            if href in failures:
                raise failed_band(name, failures[href]) from failures[href]
        raise_if_cancelled(self._progress)
        opened = []
        for source in self._sources:
            href = source.asset.href
            file = self._remote.open(href) if source.name in hrefs else LocalFile(local_path(href))
            opened.append(ClipSource(file))
        return opened

    def _native_jobs(self, opened: Sequence[ClipSource]) -> List[Tuple[Path, List[_Band]]]:
        jobs = []
        for source, raster in zip(self._sources, opened):
            target, _ = native_target(raster, self._order.area.bbox)
            path = self._folder / f"{self._stem}_{safe_name(source.name)}.tif"
            jobs.append((path, [_Band(source, raster, target, smooth=False)]))
        return jobs

    def _shared_bands(self, opened: Sequence[ClipSource]) -> List[_Band]:
        grid = self._order.grid
        if isinstance(grid, PixelGrid):
            target = Target(grid.bbox.corners, (grid.width, grid.height), grid)
        else:
            target = shared_target(opened, self._order.area.bbox, self._order.resolution)
        smooth = self._order.smooth
        return [_Band(source, raster, target, smooth) for source, raster in zip(self._sources, opened)]

    def _fetch_first(self, bands: Sequence[_Band]) -> None:
        """The first strip of every band at once; the later ones of large areas come one after the other."""
        needs = []
        for band in bands:
            window = band.reader.window_of(next(_strips(band.target)))
            if window is not None and isinstance(band.raster.file, RemoteFile):
                needs += [(band.raster.file, need) for need in band.raster.needs(window)[:1]]
        failures = self._remote.prepare_all(needs)
        for band in bands:
            href = band.source.asset.href
            if href in failures:
                raise failed_band(band.source.name, failures[href]) from failures[href]

    def _write(self, path: Path, bands: Sequence[_Band]) -> ClippedFile:
        target, nodata = bands[0].target, _common_nodata(bands)
        cutout = self._cutout(bands, nodata)
        kind = gdal_array.GDALTypeCodeToNumericTypeCode(cutout.data_type)
        has_value = False
        with cutting(cutout, path, self._progress) as canvas:
            for rows in _strips(target):
                inside = self._inside(target, rows)
                first = 0
                for band in bands:
                    raise_if_cancelled(self._progress)
                    values, valid = self._read(band, rows)
                    valid = valid if inside is None else valid & inside
                    has_value = has_value or bool(valid.any())
                    canvas.put(first, rows[0], _filled(values, valid, nodata, kind))
                    first += len(band.raster.bands)
                if cutout.has_mask:
                    canvas.put_mask(rows[0], np.where(valid.any(axis=0), 255, 0).astype(np.uint8))
        reference = bands[0].raster.crs if target.grid is None else target.grid.bbox.crs
        names = tuple(band.name for band in cutout.bands)
        return ClippedFile(path, names, reference or cutout.reference.GetName() or "", target.size, not has_value)

    def _read(self, band: _Band, rows: Rows) -> Tuple[np.ndarray, np.ndarray]:
        try:
            values, valid = band.reader.read(rows)
        except InvalidInput:
            raise
        except WorkbenchError as error:
            raise failed_band(band.source.name, error) from error
        if self._order.apply_offset and band.shift:
            shifted = np.maximum(values.astype(np.float32) + np.float32(band.shift), 1)  # exact below 2 ** 24
            values = np.where(valid, shifted.astype(values.dtype), values)
        return values, valid

    def _inside(self, target: Target, rows: Rows) -> Optional[np.ndarray]:
        if not self._order.inside_only or self._order.area.geometry is None:
            return None
        return geometry_mask(self._order.area.geometry, target.rows(rows), self._order.area.bbox.crs)

    def _cutout(self, bands: Sequence[_Band], nodata: Optional[float]) -> Cutout:
        kind = bands[0].raster.data_type
        for band in bands[1:]:
            kind = gdal.DataTypeUnion(kind, band.raster.data_type)
        target = bands[0].target
        own_grid = isinstance(self._order.grid, PixelGrid) and target.grid is not None
        reference = _reference_of(target) if own_grid else bands[0].raster.reference
        return Cutout(
            target.bounds, target.size, reference, kind,
            tuple(told for band in bands for told in band.described(self._order.apply_offset)), nodata,
            any(band.source.is_classes for band in bands),
            len(bands) == 1 and bands[0].raster.has_mask and nodata is None, file_metadata(self._item),
        )

    def _notes(self) -> Iterator[str]:
        if self.files and all(file.empty for file in self.files):
            yield _EMPTY
        yield from dict.fromkeys(
            source.numbers.warning for source in self._sources if source.numbers and source.numbers.warning
        )


class _Band:
    """A band with its raster and where it goes."""

    def __init__(self, source: BandSource, raster: ClipSource, target: Target, smooth: bool) -> None:
        self.source, self.raster, self.target = source, raster, target
        self.nodata = raster.nodata if raster.nodata is not None else _known_nodata(source)
        self.reader = BandOnTarget(raster, target, source.is_classes, smooth, self.nodata)

    @property
    def shift(self) -> float:
        """Steps to add to stored numbers for reflectance without an offset."""
        return self.source.numbers.stored_offset if self.source.numbers else 0.0

    def described(self, shifted: bool) -> Iterator[OutputBand]:
        """The bands of its file, for the new one."""
        count, wavelength = len(self.raster.bands), wavelength_of(self.source.asset.fields)
        told = told_numbers(self.source.asset.fields)
        for number, facts in enumerate(self.raster.bands, 1):
            name = self.source.band if count == 1 else facts.description or f"{self.source.name}_{number}"
            scale, offset = facts.scale, facts.offset
            if self.source.numbers is not None:
                scale = self.source.numbers.scale
                offset = 0.0 if shifted else self.source.numbers.offset
            elif scale is None and offset is None:
                scale, offset = told if not self.source.is_classes else (None, None)
            metadata = {"STAC_ASSET": self.source.name, "STAC_HREF": unsigned(self.source.asset.href), **wavelength}
            interpretation = facts.interpretation if count > 1 else gdal.GCI_Undefined
            yield OutputBand(name, scale, offset, facts.colours, interpretation, metadata)


def failed_band(name: str, error: WorkbenchError) -> WorkbenchError:
    """The error of one band of a scene, which names it."""
    return WorkbenchError(f"Band {name}: {error.message}", error.advice)


def file_stems(items: Sequence[StacItem]) -> Tuple[str, ...]:
    """A name for the files of each item, none twice."""
    taken: Dict[str, int] = {}
    stems = []
    for item in items:
        stem = safe_name(item.item_id)
        if item.date is not None and f"{item.date:%Y%m%d}" not in stem:
            stem = f"{item.date:%Y%m%d}_{stem}"
        taken[stem] = taken.get(stem, 0) + 1
        stems.append(stem if taken[stem] == 1 else f"{stem}_{taken[stem]}")
    return tuple(stems)


def safe_name(text: str) -> str:
    """``text`` as part of a file's name on every system."""
    return _UNSAFE.sub("_", text).strip("._")[:150] or "scene"


def _strips(target: Target) -> Iterator[Rows]:
    rows = max(1, min(STRIP_ROWS, STRIP_PX // max(target.size[0], 1)))
    for first in range(0, target.size[1], rows):
        yield first, min(first + rows, target.size[1])


def _filled(values: np.ndarray, valid: np.ndarray, nodata: Optional[float], kind: Any) -> np.ndarray:
    if valid.all():
        return values.astype(kind, copy=False)
    return np.where(valid, values.astype(kind, copy=False), np.array(0 if nodata is None else nodata).astype(kind))


def _common_nodata(bands: Sequence[_Band]) -> Optional[float]:
    """The value for no data in a file of these bands.

    Raises:
        InvalidInput: they have several.
    """
    found = {band.nodata for band in bands if band.nodata is not None}
    if len(found) > 1:
        listed = " and ".join(f"{value:g}" for value in sorted(found))
        raise InvalidInput("bands", f"The bands mark missing pixels differently ({listed}).", "Clip them natively.")
    return next(iter(found), None)


def _known_nodata(source: BandSource) -> Optional[float]:
    """Sentinel-2 products say 0 where there is nothing, also in files that don't declare it."""
    known = source.numbers is not None or (source.is_classes and source.band == "SCL")
    return 0.0 if known else None


def _reference_of(target: Target) -> Any:
    return spatial_reference(target.grid.bbox.crs) if target.grid else None
