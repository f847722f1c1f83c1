"""Chips of a CbM server around a place, whether a parcel is there or not: Sentinel-2 bands, Sentinel-1."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Dict, List, Sequence, Tuple

from sentinel_workbench.core.cbm.batches import BatchClient
from sentinel_workbench.core.cbm.chips import ChipClient
from sentinel_workbench.core.cbm.client import CbmClient
from sentinel_workbench.core.cbm.records import (
    LEVELS,
    RADAR_LEVELS,
    ChipAddress,
    ChipList,
    ChipQuery,
    check_days,
    check_place,
    check_size,
    place_text,
)
from sentinel_workbench.core.errors import DamagedFile, InvalidInput, NotThere, WorkbenchError
from sentinel_workbench.core.model.chips import CBM, Chip, ChipFailure, ChipOrder, ChipSeries
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Part, Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.core.raster.writing import replacing
from sentinel_workbench.core.services.chip_files import safe_stem
from sentinel_workbench.core.services.chips_cbm import HOPELESS, MOST_UNREACHED, UNREACHABLE, numbers_of
from sentinel_workbench.core.services.index_scripts import Index, apply_index

RADAR_BANDS = ("VV", "VH")
_METRES_A_DEGREE = 111_320.0
_PICTURE = "picture"


@dataclass(frozen=True)
class PlaceChips:
    """Which chips.

    Attributes:
        lon, lat: of the middle, degrees.
        first, last: days, both included.
        bands: of Sentinel-2, such as ``("B08", "B04", "B03")``; ``RADAR_BANDS`` for the levels of Sentinel-1.
        size_m: side, metres; 1 to 5120.
        level: one of ``LEVELS`` or ``RADAR_LEVELS``.

    Raises:
        InvalidInput: a value the server would not take.
    """

    lon: float
    lat: float
    first: dt.date
    last: dt.date
    bands: Tuple[str, ...] = ("SCL",)
    size_m: int = 1280
    level: str = "LEVEL2A"

    def __post_init__(self) -> None:
        check_place(self.lon, self.lat)
        check_size(self.size_m)
        check_days(self.first, self.last)
        if self.level not in (*LEVELS, *RADAR_LEVELS):
            known = ", ".join((*LEVELS, *RADAR_LEVELS))
            raise InvalidInput("level", f"'{self.level}' is no product of CbM servers.", f"Use one of {known}.")
        if self.is_radar:
            object.__setattr__(self, "bands", RADAR_BANDS)
        if not self.bands or len(set(self.bands)) < len(self.bands):
            raise InvalidInput("bands", "Name every band once, and one at least.", "Such as B08, B04, B03.")
        if not self.is_radar:
            for band in self.bands:
                self.query(band)

    @property
    def is_radar(self) -> bool:
        """Whether they are of Sentinel-1: always both polarisations."""
        return self.level in RADAR_LEVELS

    def query(self, band: str) -> ChipQuery:
        """The question for one band of Sentinel-2."""
        return ChipQuery(self.lon, self.lat, self.first, self.last, band, self.size_m, self.level)

    def order(self) -> ChipOrder:
        """The same as chips around one parcel: the square they show, called by its place."""
        half = self.size_m / 2 / _METRES_A_DEGREE
        wide = half / max(math.cos(math.radians(self.lat)), 0.01)
        west, east, south, north = self.lon - wide, self.lon + wide, self.lat - half, self.lat + half
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        name = f"{place_text(self.lon)}, {place_text(self.lat)}"
        period = TimeRange.of_days(self.first.isoformat(), self.last.isoformat())
        return ChipOrder((Parcel(name, {"type": "Polygon", "coordinates": [ring]}),), period, self.bands)


def fetch_place_chips(
    client: CbmClient, wanted: PlaceChips, folder: Path, progress: Progress = Silent(), as_pictures: bool = False
) -> ChipSeries:
    """Have the chips made and fetch them as files below ``folder``; a chip that fails stops no other.

    The first band is asked for by place; further ones of the products found come by one batch.

    Args:
        client: of the server.
        wanted: which.
        folder: gets a folder for the place.
        progress: may cancel.
        as_pictures: three bands as one file in colour for each date, reflectance, instead of a file each.

    Raises:
        WorkbenchError: no chip could be made, or none be fetched any more.
        Cancelled: on request.
    """
    listed = _made(client, wanted, Part(progress, 0.0, 0.5))
    place = f"{place_text(wanted.lon)}_{place_text(wanted.lat)}_{wanted.size_m}m_{wanted.level}"
    series = _fetched(client, wanted, listed, folder / safe_stem(place), Part(progress, 0.5, 0.95))
    if as_pictures and len(wanted.bands) == 3 and not wanted.is_radar:
        series = replace(series, chips=_pictures(series.chips, wanted.bands))
    return series


def fetch_background(
    client: CbmClient, lon: float, lat: float, path: Path, extent_m: float = 512.0, size_px: int = 512,
    name: str = "google", progress: Progress = Silent(),
) -> Path:
    """A map around a place as the GeoTIFF ``path``, which it replaces.

    Args:
        client: of the server.
        lon, lat: of the middle, degrees.
        path: of the file.
        extent_m: side, metres.
        size_px: side, pixels.
        name: of the map, as the server calls it.
        progress: may cancel.

    Raises:
        InvalidInput: the server has no map of that name.
    """
    chips = ChipClient(client.asker)
    url = chips.background(lon, lat, extent_m, size_px, name, progress)
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as temporary:
        temporary.unlink(missing_ok=True)
        chips.fetch_url(url, temporary, progress)
    return path


def _made(client: CbmClient, wanted: PlaceChips, progress: Progress) -> ChipList:
    chips, batches = ChipClient(client.asker), BatchClient(client.asker)
    if wanted.is_radar:
        days = (wanted.first, wanted.last)
        return batches.radar_chips(wanted.lon, wanted.lat, days, wanted.level, wanted.size_m, progress)
    first, *others = wanted.bands
    listed = chips.chips(wanted.query(first), Part(progress, 0.0, 1.0 / len(wanted.bands)))
    if not others or not listed.chips:
        return listed
    rest = Part(progress, 1.0 / len(wanted.bands), 1.0)
    products = list(dict.fromkeys(chip.product for chip in listed.chips))
    if all(products):
        try:
            more = [batches.batch(wanted.lon, wanted.lat, products, others, wanted.size_m, rest)]
        except NotThere:  # a generation before batches
            more = _each_band(chips, wanted, others, rest)
    else:
        more = _each_band(chips, wanted, others, rest)
    lists = [listed, *more]
    return ChipList(
        tuple(chip for one in lists for chip in one.chips), sum(one.requests for one in lists),
        tuple(dict.fromkeys(note for one in lists for note in one.notes)),
    )


def _each_band(
    chips: ChipClient, wanted: PlaceChips, bands: Sequence[str], progress: Progress
) -> List[ChipList]:
    parts = [Part(progress, number / len(bands), (number + 1) / len(bands)) for number in range(len(bands))]
    return [chips.chips(wanted.query(band), part) for band, part in zip(bands, parts)]


def _fetched(
    client: CbmClient, wanted: PlaceChips, listed: ChipList, folder: Path, progress: Progress
) -> ChipSeries:
    fetching = ChipClient(client.asker)
    chips: List[Chip] = []
    failures: List[ChipFailure] = []
    unreached = 0
    for number, chip in enumerate(listed.chips):
        raise_if_cancelled(progress)
        progress.report(number / len(listed.chips), f"Fetching {chip.name}")
        try:
            chips.append(_opened(_chip_of(chip, fetching.fetch(chip, folder, progress))))
            unreached = 0
        except HOPELESS:
            raise
        except WorkbenchError as error:
            unreached = unreached + 1 if isinstance(error, UNREACHABLE) else 0
            if unreached >= MOST_UNREACHED:
                raise
            failures.append(ChipFailure((0,), chip.date, str(error)))
    single, left_out = _one_product_a_date(chips)
    notes = (*listed.notes, f"{left_out} chips were left out: other products of the same acquisition.")
    ordered = tuple(sorted(single, key=lambda chip: (chip.date, chip.path.name)))
    return ChipSeries(
        wanted.order(), ordered, tuple(failures), notes if left_out else listed.notes, listed.requests
    )


def _opened(chip: Chip) -> Chip:
    """The chip, when it can be read; a damaged one is removed, so that it is fetched again the next time.

    Raises:
        DamagedFile: it can't.
    """
    try:
        _pixels(chip)
    except DamagedFile:
        chip.path.unlink(missing_ok=True)
        raise
    return chip


def _one_product_a_date(chips: Sequence[Chip]) -> Tuple[List[Chip], int]:
    """Of several products of one acquisition the one that shows most of the square, then the newest processing.

    Tiles overlap, and archives keep a product beside the one processed anew (cbm-rest, 7).
    """
    products: Dict[dt.datetime, Dict[str, List[Chip]]] = {}
    for chip in chips:
        products.setdefault(chip.date, {}).setdefault(chip.product, []).append(chip)
    kept = [
        max(found.values(), key=lambda same: (max(map(_pixels, same)), same[0].baseline, same[0].product))
        if "" not in found else [chip for same in found.values() for chip in same]
        for found in products.values()
    ]
    single = [chip for same in kept for chip in same]
    return single, len(chips) - len(single)


def _pixels(chip: Chip) -> int:
    with gdalguard.reading(chip.path), gdalguard.opened(chip.path) as dataset:
        return int(dataset.RasterXSize * dataset.RasterYSize)


def _chip_of(chip: ChipAddress, path: Path) -> Chip:
    scale, offset = numbers_of(chip.band, chip.baseline)
    return Chip(path, (chip.band,), chip.date, chip.product, (0,), CBM, chip.baseline, scale, offset)


def _pictures(chips: Sequence[Chip], bands: Sequence[str]) -> Tuple[Chip, ...]:
    """One file in colour for every date that has all three bands, and the chips of the others as they are."""
    inputs, values = ", ".join(f'"{band}"' for band in bands), ", ".join(f"s.{band}" for band in bands)
    script = (
        f'//VERSION=3\nfunction setup() {{ return {{ input: [{inputs}, "dataMask"], '
        'output: { bands: 3, sampleType: "FLOAT32" } }; }\n'
        f"function evaluatePixel(s) {{ return s.dataMask ? [{values}] : [NaN, NaN, NaN]; }}\n"
    )
    made = apply_index(chips, Index("_".join((_PICTURE, *bands)), script, tuple(bands)))
    complete = {(chip.date, chip.product) for chip in made}
    pictures = [replace(chip, bands=tuple(bands)) for chip in made]
    left = [chip for chip in chips if (chip.date, chip.product) not in complete]
    return tuple(sorted([*pictures, *left], key=lambda chip: (chip.date, chip.path.name)))
