"""Searching a STAC catalog: what people ask for, and the scenes found, each once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.projection import cover_bbox
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Progress, Silent
from sentinel_workbench.core.services.collector import resting_collector
from sentinel_workbench.core.stac.client import StacClient
from sentinel_workbench.core.stac.comparisons import Comparison, parse_comparison
from sentinel_workbench.core.stac.duplicates import fold_duplicates, tile_of
from sentinel_workbench.core.stac.records import (
    DEFAULT_MAXIMUM,
    DEFAULT_PAGE,
    SortKey,
    StacItem,
    StacQuery,
)
from sentinel_workbench.core.stac.times import interval

CLOUD = "eo:cloud_cover"
NEWEST_FIRST = ("-properties.datetime",)
_LON_LAT = "EPSG:4326"
_CLOUD_IS_KNOWN = "sentinel:valid_cloud_cover"
Place = Union[Area, BBox, Mapping[str, Any], Tuple[float, float, float, float], None]
Period = Union[TimeRange, str, dt.date, Tuple[Any, Any], None]


@dataclass(frozen=True)
class SceneSearch:
    """What to look for. All conditions must hold.

    Attributes:
        collections: ids, any of them; all of the catalog's when empty.
        area: an area, a rectangle in any CRS, a GeoJSON geometry in lon/lat (a point too), or west, south, east and
            north in degrees, where west may be larger than east across the antimeridian; None for everywhere.
        period: a ``TimeRange``, or what ``times.interval`` takes, such as ``2021-06`` or ``2021-01-01/..``.
        max_cloud_percent: of the scene, 0..100; None or 100 for any, unknown cloud cover included.
        conditions: of item properties, as ``platform=sentinel-2b``, or ready ones.
        ids: of items, any of them.
        sort: fields, the first one first; with ``-`` in front the largest first.
        page_size: scenes an answer of the catalog brings; says nothing about how many are found.
        max_results: where to stop, None for all there are.
        fold: keep only the newest processing of a scene that is there several times.
        exclude: fields the catalog should leave out, where it can.
    """

    collections: Tuple[str, ...] = ()
    area: Place = None
    period: Period = None
    max_cloud_percent: Optional[float] = None
    conditions: Tuple[Union[str, Comparison], ...] = ()
    ids: Tuple[str, ...] = ()
    sort: Tuple[str, ...] = NEWEST_FIRST
    page_size: int = DEFAULT_PAGE
    max_results: Optional[int] = DEFAULT_MAXIMUM
    fold: bool = True
    exclude: Tuple[str, ...] = ()

    def query(self) -> StacQuery:
        """In STAC's words.

        Raises:
            InvalidInput: a value that can't be used; the field is named.
        """
        bbox, geometry = _where(self.area)
        return StacQuery(
            self.collections, bbox, geometry, None if self.period is None else interval(self.period), self.ids,
            self._comparisons(), tuple(SortKey(name.lstrip("+-"), name.startswith("-")) for name in self.sort),
            exclude=self.exclude, page_size=self.page_size, max_results=self.max_results,
        )  # fmt: skip

    def _comparisons(self) -> Tuple[Comparison, ...]:
        given = tuple(parse_comparison(one) if isinstance(one, str) else one for one in self.conditions)
        limit = self.max_cloud_percent
        if limit is None or limit == 100:
            return given
        if not 0 <= limit <= 100:
            raise InvalidInput("max_cloud", f"{limit} % of cloud is not possible.", "Use 0 to 100.")
        return (Comparison(CLOUD, "lte", limit), *given)


@dataclass(frozen=True)
class FoundScenes:
    """What a search found.

    Attributes:
        items: in the order asked for, none twice.
        matched: how many the catalog says there are, before folding; None when it does not tell.
        complete: False when ``max_results`` cut the rest off.
        folded: older processings of scenes that were left out.
        notes: sentences for the user.
    """

    items: Tuple[StacItem, ...]
    matched: Optional[int] = None
    complete: bool = True
    folded: int = 0
    notes: Tuple[str, ...] = ()

    def __str__(self) -> str:
        """``10 of 613 scenes``; a plus where nobody knows how many there are."""
        known = len(self.items) + self.folded
        if self.complete:
            return f"{len(self.items)} scenes"
        return f"{len(self.items)} of {self.matched} scenes" if self.matched else f"{known}+ scenes"


def find_scenes(client: StacClient, search: SceneSearch, progress: Progress = Silent()) -> FoundScenes:
    """Search a catalog.

    Raises:
        InvalidInput: a value that can't be used.
        ServiceError, NetworkError, StorageError: the catalog can't be searched.
        Cancelled: on request.
    """
    with resting_collector():
        result = client.search(search.query(), progress)
        items, folded = fold_duplicates(result.items) if search.fold else (result.items, 0)
    notes = [*result.notes, *_words(items, folded, search)]
    return FoundScenes(items, result.matched, result.complete, folded, tuple(notes))


def clearest(items: Sequence[StacItem], slots: Sequence[TimeRange]) -> Tuple[StacItem, ...]:
    """Of each slot and tile the scene with the least cloud, the later one of two alike; oldest first.

    Scenes without a known tile compete as if they were of one; those without a time or outside all slots go.
    """
    best: Dict[Tuple[int, str, str], StacItem] = {}
    for item in sorted((item for item in items if item.date is not None), key=_moment):
        slot = next((n for n, one in enumerate(slots) if one.start <= _moment(item) < one.end), None)
        if slot is None:
            continue
        place = (slot, item.collection, tile_of(item))
        if place not in best or _cloud(item) <= _cloud(best[place]):
            best[place] = item
    return tuple(sorted(best.values(), key=_moment))


def _moment(item: StacItem) -> dt.datetime:
    return item.date or dt.datetime.min.replace(tzinfo=dt.timezone.utc)


def _cloud(item: StacItem) -> float:
    """Unknown cloud counts as more than any."""
    is_known = item.properties.get(_CLOUD_IS_KNOWN) is not False
    return 101.0 if item.cloud_percent is None or not is_known else item.cloud_percent


def _words(items: Tuple[StacItem, ...], folded: int, search: SceneSearch) -> List[str]:
    notes = []
    if folded:
        notes.append(f"{folded} older processings of the same scenes were left out.")
    unknown = sum(item.properties.get(_CLOUD_IS_KNOWN) is False for item in items)
    if unknown:
        notes.append(f"The catalog does not know the cloud cover of {unknown} scenes; it says 0 % for them.")
    if search.max_results is not None and search.max_results < search.page_size and search.fold and folded:
        notes.append("Ask for more results to make up for them.")
    return notes


def together(areas: Sequence[Area]) -> Place:
    """Several areas as one place to search: the area itself, or all as one multipolygon in lon/lat.

    Raises:
        InvalidInput: one of them can't be expressed in lon/lat.
    """
    if len(areas) == 1:
        return areas[0]
    polygons: List[Any] = []
    for area in areas:
        found = area.in_crs(_LON_LAT)
        west, south, east, north = found.bbox.corners
        ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
        shape = found.geometry or {"type": "Polygon", "coordinates": [ring]}
        polygons += [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return {"type": "MultiPolygon", "coordinates": polygons}


def _where(area: Place) -> Tuple[Optional[Tuple[float, float, float, float]], Optional[Mapping[str, Any]]]:
    """Box and geometry in lon/lat; one of them at most."""
    if isinstance(area, Area):
        if area.geometry is None:
            return cover_bbox(area.bbox, _LON_LAT).corners, None
        return None, area.in_crs(_LON_LAT).geometry
    if isinstance(area, BBox):
        return cover_bbox(area, _LON_LAT).corners, None
    if isinstance(area, Mapping):
        return None, area
    return (None if area is None else tuple(area)), None  # type: ignore[return-value]
