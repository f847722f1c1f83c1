"""On which pixels the bands of a scene are cut, and how each band gets there."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional, Sequence, Tuple

import numpy as np

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.raster.centres import GridCentres
from sentinel_workbench.core.raster.clip_source import ClipSource
from sentinel_workbench.core.raster.clip_windows import (
    Bounds,
    aligned_window,
    bounds_in,
    clip_window,
    window_bounds,
)
from sentinel_workbench.core.raster.places import Window
from sentinel_workbench.core.raster.reading import BILINEAR, NEAREST, BandReader

Rows = Tuple[int, int]
"""First row of the target and the one after the last."""


@dataclass(frozen=True)
class Target:
    """The pixels of a cut-out.

    Attributes:
        bounds: outer edges in the CRS of the file.
        size: columns and rows.
        grid: the same as a grid, None when the CRS has no EPSG code and nothing needs one.
    """

    bounds: Bounds
    size: Tuple[int, int]
    grid: Optional[PixelGrid] = None

    def rows(self, rows: Rows) -> PixelGrid:
        """Some rows as a grid.

        Raises:
            InvalidInput: the CRS has no EPSG code.
        """
        if self.grid is None:
            raise InvalidInput("grid", "The scene's reference system has no EPSG code.", "Clip it natively.")
        return self.grid.window(0, rows[0], self.size[0], rows[1] - rows[0])


def native_target(source: ClipSource, area: BBox) -> Tuple[Target, Window]:
    """A raster's own pixels over the area, and their window.

    Raises:
        InvalidInput: the area lies beside it.
    """
    window = clip_window(source.transform, source.size, bounds_in(area, source.reference))
    if window is None:
        raise beside()
    bounds = window_bounds(source.transform, window)
    return Target(bounds, window[2:], _grid(source, bounds, window[2:])), window


def shared_target(sources: Sequence[ClipSource], area: BBox, resolution: Optional[float]) -> Target:
    """Pixels of one size for several bands, their outer edges those of the coarsest band's.

    Args:
        sources: bands of one scene.
        area: to be covered.
        resolution: pixel size, the finest band's when None.

    Raises:
        InvalidInput: the area lies beside the scene, or its bands are in several CRSs.
    """
    coarsest = max(sources, key=lambda source: source.resolution)
    if not all(source.reference.IsSame(coarsest.reference) for source in sources):
        raise InvalidInput("grid", "The bands of the scene are in different reference systems.", "Clip them natively.")
    pixel = resolution or min(source.resolution for source in sources)
    transform, size = coarsest.transform, coarsest.size
    if pixel > coarsest.resolution:
        steps = pixel / coarsest.resolution
        size = (max(1, math.ceil(size[0] / steps - 1e-9)), max(1, math.ceil(size[1] / steps - 1e-9)))
        transform = (transform[0], pixel, 0.0, transform[3], 0.0, -pixel)
    window = clip_window(transform, size, bounds_in(area, coarsest.reference))
    if window is None:
        raise beside()
    bounds = window_bounds(transform, window)
    wanted = (round((bounds[2] - bounds[0]) / pixel), round((bounds[3] - bounds[1]) / pixel))
    cells = (max(1, wanted[0]), max(1, wanted[1]))
    return Target(bounds, cells, _grid(coarsest, bounds, cells))


class BandOnTarget:
    """Reads a raster onto the pixels of a target.

    Args:
        source: the raster.
        target: where to.
        is_classes: its values are names: taken from the pixel under each centre, never a mean.
        smooth: interpolate where the target is finer.
        nodata: of the raster, None for none.
    """

    def __init__(
        self, source: ClipSource, target: Target, is_classes: bool, smooth: bool, nodata: Optional[float]
    ) -> None:
        self.source, self.target, self.is_classes, self.nodata = source, target, is_classes, nodata
        same_place = target.grid is None or _same_crs(source, target.grid)
        self.window = aligned_window(source.transform, source.size, target.bounds) if same_place else None
        self._shrink, self._grow = _factors(self.window, target.size)
        self._resampling = BILINEAR if smooth and not is_classes else NEAREST
        self.is_exact = bool(self._shrink or self._grow) and not (
            self._grow and self._grow != (1, 1) and self._resampling == BILINEAR
        )

    def window_of(self, rows: Rows) -> Optional[Window]:
        """The pixels needed for some rows; None when it is known only while reading."""
        if not self.is_exact or self.window is None:
            return None
        left, top, width, _ = self.window
        if self._shrink:
            return left, top + rows[0] * self._shrink[1], width, (rows[1] - rows[0]) * self._shrink[1]
        high = self._grow[1] if self._grow else 1
        first, last = rows[0] // high, -(-rows[1] // high)
        return left, top + first, width, last - first

    def read(self, rows: Rows) -> Tuple[np.ndarray, np.ndarray]:
        """Pixels (bands, rows, cols) as stored and whether each has a value."""
        window = self.window_of(rows)
        if window is None:
            return self._resampled(rows)
        values = self.source.read(window)
        valid = self._validity(values, self.source.read_mask(window))
        if self._shrink and self._shrink != (1, 1):
            return _shrunk(values, valid, self._shrink, self.is_classes)
        if self._grow and self._grow != (1, 1):
            skipped = rows[0] - (rows[0] // self._grow[1]) * self._grow[1]
            cut = slice(skipped, skipped + rows[1] - rows[0])
            return tuple(_repeated(part, self._grow)[:, cut] for part in (values, valid))  # type: ignore[return-value]
        return values, valid

    def _validity(self, values: np.ndarray, mask: Optional[np.ndarray]) -> np.ndarray:
        valid = np.ones(values.shape, bool)
        if values.dtype.kind == "f":
            valid &= ~np.isnan(values)
        if self.nodata is not None and not math.isnan(self.nodata):
            valid &= values != self.nodata
        return valid if mask is None else valid & (mask > 0)

    def _resampled(self, rows: Rows) -> Tuple[np.ndarray, np.ndarray]:
        centres = GridCentres(self.target.rows(rows))
        read = [
            BandReader(self.source.file, index + 1, self.nodata if self.source.nodata is None else None).read(
                centres, self._resampling)
            for index in range(len(self.source.bands))
        ]
        values, valid = (np.stack(part) for part in zip(*read))
        if values.dtype.kind == "f" and self._resampling == BILINEAR and self.source.is_whole:
            values = np.rint(values)
        return values, valid


def beside() -> InvalidInput:
    """The error for a scene that does not reach the area."""
    return InvalidInput("area", "The scene has no pixel in the area.", "Leave it out.")


def _grid(source: ClipSource, bounds: Bounds, size: Tuple[int, int]) -> Optional[PixelGrid]:
    return PixelGrid(BBox(*bounds, source.crs), *size) if source.crs else None


def _same_crs(source: ClipSource, grid: PixelGrid) -> bool:
    return source.crs == grid.bbox.crs


def _factors(
    window: Optional[Window], size: Tuple[int, int]
) -> Tuple[Optional[Tuple[int, int]], Optional[Tuple[int, int]]]:
    """How many pixels a cell is wide and high, or how many cells a pixel; None where neither is whole."""
    if window is None:
        return None, None
    width, height = window[2:]
    if width % size[0] == 0 and height % size[1] == 0:
        return (width // size[0], height // size[1]), None
    if size[0] % width == 0 and size[1] % height == 0:
        return None, (size[0] // width, size[1] // height)
    return None, None


def _repeated(pixels: np.ndarray, times: Tuple[int, int]) -> np.ndarray:
    return np.repeat(np.repeat(pixels, times[1], axis=1), times[0], axis=2)


def _shrunk(
    values: np.ndarray, valid: np.ndarray, factor: Tuple[int, int], is_classes: bool
) -> Tuple[np.ndarray, np.ndarray]:
    """One cell for ``factor`` pixels: the one under its centre for classes, else the mean of those with a value.

    A cell has a value when the pixel under its centre has, so that all bands agree about it.
    """
    across, down = factor
    centre = (slice(None), slice(down // 2, None, down), slice(across // 2, None, across))
    there = valid[centre]
    if is_classes:
        return values[centre], there
    bands, rows, cols = values.shape
    shape = (bands, rows // down, down, cols // across, across)
    count = valid.reshape(shape).sum(axis=(2, 4))
    total = np.where(valid, values, 0).astype(np.float64).reshape(shape).sum(axis=(2, 4))
    mean = total / np.maximum(count, 1)
    if values.dtype.kind in "iu":
        mean = np.floor(mean + 0.5)
    return mean.astype(values.dtype), there
