"""What an order will cost, told before it is sent."""

from __future__ import annotations

import datetime as dt
import difflib
import math
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple, Union

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript.reading import check_script
from sentinel_workbench.core.hub.units import estimate_units
from sentinel_workbench.core.model.collection import known_collections
from sentinel_workbench.core.model.grid import GEOGRAPHIC, MAX_SERVICE_PX, PixelGrid, is_served
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, SeriesOrder, TileMetadata
from sentinel_workbench.core.model.projection import cover_bbox, is_utm
from sentinel_workbench.core.model.timerange import parse_instant
from sentinel_workbench.core.services.checks import (
    CUT_NUMBERS,
    check_order,
    cuts_digital_numbers,
    known_collection,
    outline_of,
    unread_sources,
)
from sentinel_workbench.core.services.cloud import cloud_order
from sentinel_workbench.core.services.orders import OWN_PREFIXES

_EARTH_RADIUS_KM = 6371.0072
"""Of the sphere with the surface of the WGS84 ellipsoid."""
_REVISIT_DAYS = 5.0


@dataclass(frozen=True)
class OrderPlan:
    """An order in numbers.

    Attributes:
        requests: to the Process API, when nothing is in the cache.
        processing_units: estimate for all of them.
        width: pixels of one image.
        height: pixels of one image.
        area_km2: of the bounding box.
        warnings: sentences; the order can be sent all the same.
    """

    requests: int
    processing_units: float
    width: int
    height: int
    area_km2: float
    warnings: Tuple[str, ...] = ()


def plan_order(order: Union[ImageOrder, SeriesOrder], samples: Optional[float] = None) -> OrderPlan:
    """Requests, units, size and warnings. Quick; asks nobody.

    Args:
        order: one image or a series.
        samples: scenes a pixel has in a slot, where the Catalog told; else one every five days is assumed. Matters
            for exact tile metadata and for scripts with TILE or ORBIT mosaicking only.

    Raises:
        InvalidInput: the order can't succeed; the field says where.
    """
    images = order.orders() if isinstance(order, SeriesOrder) else (order,)
    for image in images:
        check_order(image)
    first = images[0]
    requests, units = 0, 0.0
    for image in images:
        image_requests, image_units = _cost(image, samples)
        requests, units = requests + image_requests, units + image_units
    return OrderPlan(
        requests, units, first.grid.width, first.grid.height, area_km2(first.grid), tuple(_warnings(first, samples))
    )


def check_cost(plans: Sequence[OrderPlan], most_units: Optional[float]) -> None:
    """Refuse orders that cost more together than they may; None and 0 stand for no limit.

    Raises:
        InvalidInput: the field is ``units``.
    """
    units = sum(plan.processing_units for plan in plans)
    if most_units and units > most_units:
        raise InvalidInput(
            "units", f"This costs about {units:.2f} processing units, more than the {most_units:g} allowed.",
            "Use a coarser resolution, a smaller area or fewer slots, or raise the limit.",
        )


def area_km2(grid: PixelGrid) -> float:
    """Area of the grid's bounding box on the ground."""
    bbox = grid.bbox
    if is_utm(bbox.crs):
        return bbox.width * bbox.height / 1e6
    if bbox.crs not in GEOGRAPHIC:
        bbox = cover_bbox(bbox, "EPSG:4326")
    north, south = math.sin(math.radians(bbox.max_y)), math.sin(math.radians(bbox.min_y))
    return _EARTH_RADIUS_KM**2 * math.radians(bbox.width) * (north - south)


def _cost(image: ImageOrder, samples: Optional[float]) -> Tuple[int, float]:
    requests = image.grid.tile_count()
    units = estimate_units(image, _samples(image, samples))
    small = cloud_order(image) if image.tile_metadata is TileMetadata.EXACT else None
    return (requests + 1, units + estimate_units(small)) if small else (requests, units)


def _samples(image: ImageOrder, told: Optional[float]) -> float:
    """Data samples a pixel, estimated: 1 for SIMPLE mosaicking."""
    if not _reads_many(image):
        return 1.0
    if told is not None:
        return max(1.0, told)
    longest = max((source.time_range.end - source.time_range.start for source in image.sources if source.time_range),
                  default=dt.timedelta(0))
    return max(1.0, longest / dt.timedelta(days=1) / _REVISIT_DAYS)


def _reads_many(image: ImageOrder) -> bool:
    simple = outline_of(image.evalscript).mosaicking == "SIMPLE"
    return image.tile_metadata is TileMetadata.EXACT or not simple


def _unlikely(image: ImageOrder) -> List[str]:
    """What the service may not have: a collection, data so old, a projection."""
    found = []
    for source in image.sources:
        collection = known_collection(source)
        if collection is None and not source.collection.startswith(OWN_PREFIXES):
            close = difflib.get_close_matches(source.collection, list(known_collections()), n=1)
            hint = f" Did you mean {close[0]}?" if close else ""
            found.append(f"The collection '{source.collection}' is not known here.{hint}")
        elif collection is not None and _ends_before(source, collection.earliest):
            found.append(f"{collection.title} has no scenes before {collection.earliest}.")
    if not is_served(image.grid.bbox.crs):
        found.append(f"The service may not know the projection {image.grid.bbox.crs}: UTM and lon/lat are safe.")
    return found


def _ends_before(source: DataSource, earliest: Optional[str]) -> bool:
    span = source.time_range
    return bool(span and earliest) and span.end <= parse_instant(earliest)  # type: ignore[union-attr, arg-type]


def _warnings(image: ImageOrder, told: Optional[float]) -> List[str]:
    found = [f"Line {problem.line}: {problem.message}" for problem in check_script(image.evalscript)]
    for source in unread_sources(image):
        found.append(f"The script does not read the collection '{source.identifier or source.collection}'.")
    found += _unlikely(image)
    parts = image.grid.tile_count()
    if parts > 1:
        found.append(f"Each image is fetched in {parts} parts of at most {MAX_SERVICE_PX} px a side and merged.")
    if _reads_many(image):
        count = _samples(image, told)
        basis = "" if told is not None else " (one every five days is assumed)"
        what = "Exact tile metadata reads" if image.tile_metadata is TileMetadata.EXACT else "The script reads"
        found.append(f"{what} every scene of the slot: about {count:.0f} times the units of one{basis}.")
    if cuts_digital_numbers(image.evalscript):
        found.append(CUT_NUMBERS)
    return found
