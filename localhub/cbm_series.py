"""Statistics of a parcel over time, as a CbM server extracts them."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, Dict, List, Mapping, Optional, Tuple

import numpy as np

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.raster.rasterfile import Need
from sentinel_workbench.core.raster.reading import OpenBands
from sentinel_workbench.core.raster.zonal import ZonalIndex, layout_of
from sentinel_workbench.localhub.records import BandFile, StoredScene
from sentinel_workbench.localhub.sources import Sources

BANDS = ("B02", "B03", "B04", "B05", "B08", "B11")
CLASSES = "SCL"
_COLUMNS = ("date_part", "band", "count", "mean", "std", "min", "p25", "p50", "p75", "max")
_NUMBERS = _COLUMNS[2:]


def parcel_series(
    sources: Sources, scenes: List[StoredScene], parcel: Parcel, bands: Tuple[str, ...], with_classes: bool,
    with_reference: bool,
) -> Dict[str, List[Any]]:
    """One row for each date and band, column by column.

    Args:
        sources: opens the files.
        scenes: at the parcel, oldest first.
        parcel: which pixels.
        bands: wanted; those a scene lacks are left out.
        with_classes: with the scene classes under the parcel.
        with_reference: with the scene's id.
    """
    index = ZonalIndex([parcel])
    names = [*_COLUMNS, *(["hist"] if with_classes else []), *(["reference"] if with_reference else [])]
    columns: Dict[str, List[Any]] = {name: [] for name in names}
    with sources.band_files() as opened:
        for scene in scenes:
            classes = _classes(opened, index, scene) if with_classes else None
            for band in bands:
                numbers = _numbers(opened, index, scene.bands.get(band))
                if numbers is not None:
                    row = {**numbers, "date_part": scene.date.timestamp(), "band": band, "hist": classes,
                           "reference": scene.scene_id}
                    for name in names:
                        columns[name].append(row[name])
    return columns


def _numbers(opened: OpenBands, index: ZonalIndex, file: Optional[BandFile]) -> Optional[Mapping[str, Any]]:
    if file is None:
        return None
    found = _read(opened, index, file)
    if found is None:
        return None
    pixels, values = found
    missing = 0 if file.nodata is None else file.nodata
    numbers = pixels.describe(values * file.scale + file.offset, values != missing)
    if not numbers.counts[0]:
        return None
    told = (numbers.counts, numbers.mean, numbers.deviation, numbers.minimum, numbers.percentiles[25],
            numbers.percentiles[50], numbers.percentiles[75], numbers.maximum)
    return {name: _plain(value[0]) for name, value in zip(_NUMBERS, told)}


def _classes(opened: OpenBands, index: ZonalIndex, scene: StoredScene) -> Mapping[str, int]:
    """Pixels of each class but 0, keys as text."""
    file = scene.bands.get(CLASSES)
    found = _read(opened, index, file) if file else None
    if found is None:
        return {}
    counts = found[0].count_classes(found[1], 12)[0]
    return {str(number): int(count) for number, count in enumerate(counts) if number and count}


def _read(opened: OpenBands, index: ZonalIndex, file: BandFile) -> Optional[Tuple[Any, np.ndarray]]:
    """The parcel's pixels on a band, and the values of their window; None where it does not reach."""
    reader = opened.reader(file.path, file.band_index, file.nodata)
    pixels = index.on(layout_of(reader.file.dataset, file.path))
    if not pixels.window[2]:
        return None
    reader.file.prepare(Need(file.band_index, -1, pixels.window, False))
    try:
        return pixels, reader.file.dataset.GetRasterBand(file.band_index).ReadAsArray(*pixels.window)
    except RuntimeError as error:
        raise DamagedFile(f"{file.path} can't be read: {error}") from error


def year_of(year: str) -> Tuple[dt.date, dt.date]:
    """First and last day of a year."""
    return dt.date(int(year), 1, 1), dt.date(int(year), 12, 31)


def _plain(value: Any) -> Any:
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if isinstance(value, np.integer) else number
