"""Chips from Sentinel Hub, or a local hub: one image for each pass and group of parcels, on the tile's pixels."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript.generating import generate_script
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.chips import SAME_PASS, SENTINEL_HUB, Chip, ChipFailure, ChipOrder, ChipSeries
from sentinel_workbench.core.model.collection import Collection, known_collections
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, SeriesOrder
from sentinel_workbench.core.model.projection import snapped_grid
from sentinel_workbench.core.model.results import ImageResult, State
from sentinel_workbench.core.model.scene import Scene
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Part, Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.services.availability import AvailabilityService
from sentinel_workbench.core.services.chip_files import baseline_of, deliver_chip
from sentinel_workbench.core.services.parcel_groups import GROUP_M, ParcelGroup, group_parcels, zone_of_product
from sentinel_workbench.core.services.series import SeriesService

REFLECTANCE_SCALE = 0.0001
DEFAULT_RESOLUTION_M = 10.0
MOST_IN_VAIN = 3
"""Groups in a row without a single image before the rest is left: the account may be used up."""
_SECOND = dt.timedelta(seconds=1)
_CLASSES = ("SCL", "CLM", "CLP")


class HubChips:
    """Makes chip series from the services of one connection.

    Args:
        series: fetches images, several at once.
        availability: finds the acquisitions.
        collection: type id.
        group_m: side of the squares whose parcels share an image.
    """

    def __init__(
        self, series: SeriesService, availability: AvailabilityService, collection: str = "sentinel-2-l2a",
        group_m: float = GROUP_M,
    ) -> None:
        self._series, self._availability, self._collection = series, availability, collection
        self._group_m = group_m

    def fetch(self, order: ChipOrder, folder: Path, progress: Progress = Silent()) -> ChipSeries:
        """The chips of an order as files in ``folder``. What fails is told and stops nothing else.

        Raises:
            InvalidInput: a band the collection does not have.
            WorkbenchError: the acquisitions can't be found.
            Cancelled: on request.
        """
        known = known_collections().get(self._collection)
        _check_bands(order.bands, known, self._collection)
        groups = group_parcels(order.parcels, self._group_m)
        chips: List[Chip] = []
        failures: List[ChipFailure] = []
        requests, in_vain, reason = 0, 0, ""
        for number, group in enumerate(groups):
            raise_if_cancelled(progress)
            if in_vain >= MOST_IN_VAIN:
                failures.append(ChipFailure(group.numbers, None, f"Not tried: {reason}"))
                continue
            part = Part(progress, number / len(groups), (number + 1) / len(groups))
            images = self._fetch_group(order, group, known, part)
            for passing, image in images:
                requests += image.requests
                chips += _chips_of(order, group, passing, image, folder)
                failures += _failures_of(order, group, passing, image)
            if images:
                reason = images[0][1].error or reason
                worked = any(image.state is State.DONE for _, image in images)
                in_vain = 0 if worked else in_vain + 1
        return ChipSeries(order, tuple(sorted(chips, key=lambda chip: chip.date)), tuple(failures), (), requests)

    def _fetch_group(
        self, order: ChipOrder, group: ParcelGroup, known: Optional[Collection], progress: Progress
    ) -> List[Tuple[Sequence[Scene], ImageResult]]:
        scenes = self._availability.scenes(self._collection, group.bbox, order.period, progress=Part(progress, 0, 0.1))
        wanted = [
            passing for passing in passes_of(scenes)
            if any(order.wants(number, passing[0].date) for number in group.numbers)
        ]
        by_zone: Dict[str, List[Sequence[Scene]]] = {}
        for passing in wanted:
            by_zone.setdefault(_zone_of(passing, group), []).append(passing)
        found: List[Tuple[Sequence[Scene], ImageResult]] = []
        for crs, passings in by_zone.items():
            template = _image_order(order.bands, group, crs, self._collection, known)
            slots = tuple(_moment_of(passing) for passing in passings)
            result = self._series.fetch(SeriesOrder(template, slots, "Chips"), Part(progress, 0.1, 1.0))
            raise_if_cancelled(progress)
            found += list(zip(passings, result.images))
        return found


def passes_of(scenes: Sequence[Scene]) -> List[Tuple[Scene, ...]]:
    """Scenes of the same pass together, by time."""
    groups: List[List[Scene]] = []
    for scene in sorted(scenes, key=lambda one: (one.date, one.scene_id)):
        if groups and scene.date - groups[-1][-1].date <= SAME_PASS:
            groups[-1].append(scene)
        else:
            groups.append([scene])
    return [tuple(group) for group in groups]


def _zone_of(passing: Sequence[Scene], group: ParcelGroup) -> str:
    """The group's own zone where a tile has it, else that of the first tile."""
    zones = [zone for zone in (zone_of_product(scene.scene_id) for scene in passing) if zone]
    return group.bbox.crs if group.bbox.crs in zones or not zones else zones[0]


def _moment_of(passing: Sequence[Scene]) -> TimeRange:
    first, last = passing[0].date.replace(microsecond=0), passing[-1].date.replace(microsecond=0)
    return TimeRange(first, last + 2 * _SECOND)


def _image_order(
    bands: Sequence[str], group: ParcelGroup, crs: str, collection: str, known: Optional[Collection]
) -> ImageOrder:
    details = [known.band(name) for name in bands] if known else []
    metres = [band.resolution_m for band in details if band is not None]
    resolution = min(metres) if metres else 20.0 if tuple(bands) == ("SCL",) else DEFAULT_RESOLUTION_M
    in_steps = all(band is not None and "DN" in band.units for band in details) if known else True
    if all(name in _CLASSES for name in bands):
        script = generate_script(bands, "UINT8")
    elif in_steps:
        script = generate_script(bands, "UINT16", "DN")
    else:
        script = generate_script(bands, "FLOAT32")
    bbox = group.bbox if group.bbox.crs == crs else Area(group.bbox).in_crs(crs).bbox
    return ImageOrder(snapped_grid(bbox, resolution), (DataSource(collection, mosaicking_order="mostRecent"),), script)


def _check_bands(bands: Sequence[str], known: Optional[Collection], collection: str) -> None:
    missing = [name for name in bands if known is not None and known.band(name) is None]
    if missing:
        raise InvalidInput("bands", f"{collection} has no band '{missing[0]}'.", "Correct the list of bands.")


def _chips_of(
    order: ChipOrder, group: ParcelGroup, passing: Sequence[Scene], image: ImageResult, folder: Path
) -> List[Chip]:
    if image.state is not State.DONE:
        return []
    date, product = passing[0].date, passing[0].scene_id
    parcels = tuple(number for number in group.numbers if order.wants(number, date))
    classes = all(name in _CLASSES for name in order.bands)
    scale = REFLECTANCE_SCALE if "units: \"DN\"" in image.order.evalscript and not classes else 1.0
    chips = []
    for raster in image.rasters.values():
        stem = f"{date:%Y%m%dT%H%M%S}_{order.parcels[group.numbers[0]].pid}_{'_'.join(order.bands)}"
        path = deliver_chip(raster, folder, stem)
        chips.append(Chip(path, order.bands, date, product, parcels, SENTINEL_HUB, baseline_of(product), scale))
    return chips


def _failures_of(
    order: ChipOrder, group: ParcelGroup, passing: Sequence[Scene], image: ImageResult
) -> List[ChipFailure]:
    if image.state is State.DONE:
        return []
    parcels = tuple(number for number in group.numbers if order.wants(number, passing[0].date))
    return [ChipFailure(parcels, passing[0].date, image.error or "Cancelled.")]


