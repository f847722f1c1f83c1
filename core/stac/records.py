"""What is asked of a STAC catalog and what it answers."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.stac.comparisons import Comparison

DEFAULT_PAGE = 100
"""Earth Search answers 502 to pages of more than 6 MB (stac, 8)."""
LARGEST_PAGE = 10_000
DEFAULT_MAXIMUM = 1000
_GEOMETRIES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")


@dataclass(frozen=True)
class StacConnection:
    """A catalog and how to reach it.

    Attributes:
        url: of its landing page, of a ``catalog.json`` or item collection, or the path of such a file.
        title: for people.
        headers: sent to the catalog only, never to the files it names; kept out of the repr, they may hold a secret.
        preset: key in ``resources/stac_catalogs.json``, ``""`` for a catalog that is not listed there.
    """

    url: str
    title: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    preset: str = ""


@dataclass(frozen=True)
class SortKey:
    """One field to sort by, such as ``properties.datetime``."""

    field: str
    descending: bool = False


@dataclass(frozen=True)
class StacQuery:
    """A search. All conditions must hold.

    Attributes:
        collections: ids, any of them; all collections when empty.
        bbox: west, south, east, north in degrees; west may be larger than east across the antimeridian.
        intersects: GeoJSON geometry in lon/lat, instead of ``bbox``; a Feature becomes its geometry.
        period: as ``times.interval`` writes it, or None.
        ids: item ids, any of them.
        comparisons: of item properties.
        sort: first key first.
        include: fields asked for, all when empty.
        exclude: fields left out.
        page_size: items an answer brings; says nothing about how many are found.
        max_results: where to stop, None for all there are.
    """

    collections: Tuple[str, ...] = ()
    bbox: Optional[Tuple[float, float, float, float]] = None
    intersects: Optional[Mapping[str, Any]] = None
    period: Optional[str] = None
    ids: Tuple[str, ...] = ()
    comparisons: Tuple[Comparison, ...] = ()
    sort: Tuple[SortKey, ...] = ()
    include: Tuple[str, ...] = ()
    exclude: Tuple[str, ...] = ()
    page_size: int = DEFAULT_PAGE
    max_results: Optional[int] = DEFAULT_MAXIMUM

    def __post_init__(self) -> None:
        if self.bbox is not None and self.intersects is not None:
            raise InvalidInput("area", "A search takes a box or a geometry, not both.", "Leave one of them out.")
        if self.bbox is not None:
            object.__setattr__(self, "bbox", _checked_box(self.bbox))
        if self.intersects is not None:
            object.__setattr__(self, "intersects", _checked_geometry(self.intersects))
        if not 1 <= self.page_size <= LARGEST_PAGE:
            raise InvalidInput("page_size", f"A page of {self.page_size} items is not possible.", "Use 1 to 10000.")
        if self.max_results is not None and self.max_results < 1:
            raise InvalidInput("max_results", f"{self.max_results} results can't be found.", "Ask for 1 or more.")


def _checked_box(bbox: Tuple[float, ...]) -> Tuple[float, ...]:
    numbers = tuple(float(value) for value in bbox)
    if len(numbers) != 4 or not all(map(math.isfinite, numbers)):
        raise InvalidInput("area", f"{bbox} is not a box.", "Give west, south, east and north in degrees.")
    west, south, east, north = numbers
    if south > north or min(south, -north) < -90 or max(abs(west), abs(east)) > 180:
        raise InvalidInput("area", f"The box {numbers} leaves the range of longitude and latitude.", "Use degrees.")
    return numbers


def _checked_geometry(geometry: Mapping[str, Any]) -> Mapping[str, Any]:
    found = geometry.get("geometry") if geometry.get("type") == "Feature" else geometry
    if not isinstance(found, Mapping) or found.get("type") not in _GEOMETRIES:
        raise InvalidInput("area", "The area is not a GeoJSON geometry.", "Give a geometry in lon/lat.")
    return found


@dataclass(frozen=True)
class StacAsset:
    """A file of an item.

    Attributes:
        key: its name in the item.
        href: absolute address or path, as published: unsigned.
        media_type: such as ``image/tiff; application=geotiff; profile=cloud-optimized``, ``""`` when not told.
        title: for people.
        roles: such as ``("data",)``.
        fields: everything else the catalog says about it.
    """

    key: str
    href: str
    media_type: str = ""
    title: str = ""
    roles: Tuple[str, ...] = ()
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def is_tiff(self) -> bool:
        """A (cloud-optimised) GeoTIFF by its type or its name."""
        path = self.href.partition("?")[0].lower()
        return self.media_type.lower().startswith("image/tiff") or path.endswith((".tif", ".tiff"))

    @property
    def is_jp2(self) -> bool:
        """JPEG 2000: can't be read by window in reasonable time (cog-reading, 1)."""
        return self.media_type.lower() in ("image/jp2", "image/jpeg2000") or ".jp2" in self.href.lower()


@dataclass(frozen=True)
class StacItem:
    """A scene of a catalog.

    Attributes:
        item_id: unique within its collection.
        collection: id, ``""`` when it has none.
        date: its time, UTC; the middle of start and end when only these are given; None when it has none.
        geometry: GeoJSON in lon/lat, or None.
        bbox: west, south, east, north in degrees, or None.
        properties: as the catalog has them.
        assets: by key.
        document: the whole item as it came.
        catalog: address of the catalog it came from.
    """

    item_id: str
    collection: str
    date: Optional[dt.datetime]
    geometry: Optional[Mapping[str, Any]]
    bbox: Optional[Tuple[float, float, float, float]]
    properties: Mapping[str, Any] = field(repr=False)
    assets: Mapping[str, StacAsset] = field(repr=False)
    document: Mapping[str, Any] = field(repr=False, compare=False)
    catalog: str = ""

    @property
    def cloud_percent(self) -> Optional[float]:
        """``eo:cloud_cover``, 0..100, or None."""
        value = self.properties.get("eo:cloud_cover")
        return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


@dataclass(frozen=True)
class StacCollection:
    """A collection of a catalog.

    Attributes:
        collection_id: as searches name it.
        title: for people.
        description: text of the catalog.
        document: the whole collection as it came.
    """

    collection_id: str
    title: str
    description: str = ""
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def interval(self) -> Tuple[Optional[str], Optional[str]]:
        """First and last time as the catalog writes them, None for an open end."""
        try:
            first, last = self.document["extent"]["temporal"]["interval"][0][:2]
        except (KeyError, IndexError, TypeError, ValueError):
            return None, None
        return (first if isinstance(first, str) else None), (last if isinstance(last, str) else None)


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    Attributes:
        items: in the catalog's order, all conditions met, none twice.
        matched: how many the catalog says there are, None when it does not tell.
        complete: False when ``max_results`` cut the rest off.
        dropped: items the catalog sent though they don't meet the conditions.
        notes: sentences for the user about what was done here because the catalog could not.
    """

    items: Tuple[StacItem, ...]
    matched: Optional[int] = None
    complete: bool = True
    dropped: int = 0
    notes: Tuple[str, ...] = ()
