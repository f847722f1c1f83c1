"""Where the cells of a grid fall in the pixels of a raster, ready for reading by one window and one indexing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Tuple

import numpy as np

EDGE_PX = 1e-7
"""A centre this close to the next pixel's edge belongs to the next pixel: float noise of aligned grids."""
MAX_WINDOW_PX = 32_000_000
"""Larger windows are read in parts, so that a raster without overviews does not fill the memory."""

Window = Tuple[int, int, int, int]
NO_WINDOW: Window = (0, 0, 0, 0)


@dataclass(frozen=True)
class Place:
    """Attributes:

    inside: boolean (rows, cols), the cells whose centre lies in the raster.
    window: left, top, width and height of the pixels needed.
    index: row and column indices into the window, broadcasting to (rows, cols).
    parts: bands of rows with their own places, instead of window and index, when the window is too large.
    """

    inside: np.ndarray
    window: Window = NO_WINDOW
    index: Tuple[np.ndarray, ...] = ()
    parts: Tuple[Tuple[slice, Place], ...] = field(default=())


def pixel_numbers(position: np.ndarray, size: int) -> Tuple[np.ndarray, np.ndarray]:
    """Pixel numbers of fractional positions, clipped to the raster, and which of them lie inside."""
    finite = np.isfinite(position)
    number = np.floor(np.where(finite, position, -1.0) + EDGE_PX)
    inside = finite & (number >= 0) & (number < size)
    return np.clip(number, 0, size - 1).astype(np.int32), inside


def make_place(col: np.ndarray, row: np.ndarray, inside: np.ndarray) -> Place:
    """The place of cells at pixel ``col``, ``row``; these may be a single row and a single column."""
    if not inside.any():
        return Place(inside)
    cols, rows = _used(col, inside), _used(row, inside)
    left, top = int(cols.min()), int(rows.min())
    width, height = int(cols.max()) - left + 1, int(rows.max()) - top + 1
    if width * height > MAX_WINDOW_PX and inside.shape[0] > 1:
        return Place(inside, parts=_halves(col, row, inside))
    index = np.clip(row - top, 0, height - 1), np.clip(col - left, 0, width - 1)
    return Place(inside, (left, top, width, height), index)


def _halves(col: np.ndarray, row: np.ndarray, inside: np.ndarray) -> Tuple[Tuple[slice, Place], ...]:
    middle, end = inside.shape[0] // 2, inside.shape[0]
    parts = []
    for start, stop in ((0, middle), (middle, end)):
        rows = slice(start, stop)
        half = make_place(col if col.shape[0] == 1 else col[rows], row[rows], inside[rows])
        nested = half.parts or ((slice(0, stop - start), half),)
        parts += [(slice(start + inner.start, start + inner.stop), place) for inner, place in nested]
    return tuple(parts)


def _used(index: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """The pixel numbers of cells inside; ``index`` may be one row or one column that stands for all."""
    if index.shape == inside.shape:
        return index[inside]
    if index.size == 1:
        return index[0]
    if index.shape[0] == 1:
        return index[0, inside.any(axis=0)]
    return index[inside.any(axis=1), 0]
