"""What a user orders. Frozen, validated when made."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Mapping, Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.timerange import ANY_TIME, TimeRange

TIFF, PNG, JPEG, JSON_TYPE, TAR = "image/tiff", "image/png", "image/jpeg", "application/json", "application/x-tar"
MOSAICKING_ORDERS = ("mostRecent", "leastRecent", "leastCC")


class TileMetadata(str, Enum):
    """How the tiles behind an image are found."""

    NONE = "none"
    CANDIDATES = "candidates"
    """Catalog search only: the tiles that could have been used. Cheap."""
    EXACT = "exact"
    """The script is run tile by tile and reports the tiles it used. Costs more units."""


@dataclass(frozen=True)
class DataSource:
    """One entry of ``input.data``.

    Attributes:
        collection: type id, such as ``sentinel-2-l2a``.
        time_range: None for timeless collections, and in the template of a series.
        mosaicking_order: one of ``MOSAICKING_ORDERS`` or None for the service's default.
        max_cloud_percent: whole percent 0..100 of the tile metadata, or None.
        identifier: name matched by ``datasource`` in the evalscript.
        filters: further members of ``dataFilter``, as the service spells them.
        processing: members of ``processing``.
    """

    collection: str
    time_range: Optional[TimeRange] = None
    mosaicking_order: Optional[str] = None
    max_cloud_percent: Optional[int] = None
    identifier: Optional[str] = None
    filters: Mapping[str, Any] = field(default_factory=dict)
    processing: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.collection:
            raise InvalidInput("collection", "No collection is chosen.", "Choose one.")
        if self.mosaicking_order not in (None, *MOSAICKING_ORDERS):
            raise InvalidInput("mosaicking order", f"The mosaicking order '{self.mosaicking_order}' is not known.",
                               f"Use {', '.join(MOSAICKING_ORDERS)}.")
        if self.max_cloud_percent is not None and not 0 <= self.max_cloud_percent <= 100:
            raise InvalidInput("cloud cover", f"A cloud cover of {self.max_cloud_percent} % is not within 0..100 %.")


@dataclass(frozen=True)
class Response:
    """One output asked for.

    Attributes:
        identifier: as in ``setup()``, or ``userdata``.
        mime: such as ``image/tiff``.
        quality: of a JPEG, 0..100, or None for the service's default.
    """

    identifier: str = "default"
    mime: str = TIFF
    quality: Optional[int] = None

    def __post_init__(self) -> None:
        if self.quality is not None and not 0 <= self.quality <= 100:
            raise InvalidInput("quality", f"A JPEG quality of {self.quality} is not within 0..100.")


@dataclass(frozen=True)
class ImageOrder:
    """One image: where, from what, by which script, as what.

    Attributes:
        grid: bbox, CRS and size; may exceed the service's 2500 px, it is split then.
        sources: at least one; more than one is data fusion.
        evalscript: text, sent verbatim.
        responses: outputs asked for.
        geometry: GeoJSON (Multi)Polygon in the grid's CRS, or None for the whole bbox.
        tile_metadata: whether and how the tiles are recorded.
    """

    grid: PixelGrid
    sources: Tuple[DataSource, ...]
    evalscript: str
    responses: Tuple[Response, ...] = (Response(),)
    geometry: Optional[Mapping[str, Any]] = None
    tile_metadata: TileMetadata = TileMetadata.NONE

    def __post_init__(self) -> None:
        if not self.sources:
            raise InvalidInput("collection", "No collection is chosen.", "Choose one.")
        if not self.evalscript.strip():
            raise InvalidInput("evalscript", "The evalscript is empty.", "Choose one or write one.")
        identifiers = [response.identifier for response in self.responses]
        if not identifiers or len(set(identifiers)) != len(identifiers):
            raise InvalidInput("responses", "At least one output is needed, each name once.")

    def at(self, time_range: TimeRange) -> ImageOrder:
        """This order for another time range; timeless sources are left alone, all of them for ``ANY_TIME``."""
        if time_range == ANY_TIME:
            return self
        sources = tuple(
            source if source.collection in ("dem", "DEM") else replace(source, time_range=time_range)
            for source in self.sources
        )
        return replace(self, sources=sources)


@dataclass(frozen=True)
class SeriesOrder:
    """The same image for several time slots.

    Attributes:
        image: the template; its time ranges are replaced by each slot.
        slots: in ascending order.
        title: shown as the group's name.
        as_is: the image's own time ranges stay, as in a request written by hand; there is one slot then.
    """

    image: ImageOrder
    slots: Tuple[TimeRange, ...]
    title: str = "Series"
    as_is: bool = False

    def __post_init__(self) -> None:
        if not self.slots:
            raise InvalidInput("slots", "No time slot is chosen.", "Choose at least one.")
        if self.as_is and len(self.slots) > 1:
            raise InvalidInput("slots", "A request sent as it is has one time slot.", "Choose one.")

    def orders(self) -> Tuple[ImageOrder, ...]:
        """One image order a slot, in slot order."""
        return (self.image,) if self.as_is else tuple(self.image.at(slot) for slot in self.slots)
