"""What every source of chips can do; the sources are ``HubChips``, ``CbmChips`` and ``StacChips``."""

from __future__ import annotations

from pathlib import Path
from typing import List, Protocol, Sequence, Tuple

from osgeo import gdal, ogr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.chips import ChipOrder, ChipSeries
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.progress import Progress, Silent
from sentinel_workbench.core.raster.mask import polygon_from_geojson
from sentinel_workbench.core.services.parcel_groups import box_in_utm


class ChipSource(Protocol):
    """Fetches chips."""

    def fetch(self, order: ChipOrder, folder: Path, progress: Progress = Silent()) -> ChipSeries:
        """The chips of an order as files below ``folder``; what fails is told and stops nothing else."""


def look_over(parcels: Sequence[Parcel]) -> Tuple[Tuple[Parcel, ...], Tuple[str, ...]]:
    """The parcels that can be worked with, and a sentence about each that can't, or that needs a word."""
    usable: List[Parcel] = []
    notes: List[str] = []
    for parcel in parcels:
        try:
            shape = polygon_from_geojson(parcel.geometry)
        except InvalidInput as error:
            notes.append(f"Parcel {parcel.pid} was left out: {error.message}")
            continue
        try:
            box_in_utm(parcel)
        except InvalidInput:
            notes.append(f"Parcel {parcel.pid} was left out: it has no place on Earth, or no extent.")
            continue
        if not _is_valid(shape):
            notes.append(f"Parcel {parcel.pid} crosses or touches itself; parts that overlap twice count as outside.")
        usable.append(parcel)
    return tuple(usable), tuple(notes)


def _is_valid(shape: ogr.Geometry) -> bool:
    gdal.PushErrorHandler("CPLQuietErrorHandler")  # it would print what it finds
    try:
        return bool(shape.IsValid())
    except RuntimeError:
        return False
    finally:
        gdal.PopErrorHandler()
