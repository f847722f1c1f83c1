"""Orders from what a user says, the same through every door: what a collection has no use for is left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.collection import Collection, known_collections
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.orders import JPEG, JSON_TYPE, TIFF, DataSource, ImageOrder, Response, TileMetadata
from sentinel_workbench.core.model.projection import (
    grid_for_resolution,
    grid_for_side,
    is_utm,
    snapped_grid,
    transform_point,
    utm_crs,
)
from sentinel_workbench.core.services.checks import USERDATA, outline_of

UTM = "utm"
"""Projection: the zone in which the middle of the area lies."""
_TELLS = "updateOutputMetadata"
_NO_OPTIONS: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Raster:
    """How pixels lie on the ground.

    Attributes:
        resolution_m: pixel size in metres; not used where a side is given.
        width_px: the height follows, unless it is given too.
        height_px: the width follows, unless it is given too.
        projection: ``EPSG:n``, ``UTM``, or None for the CRS of the area.
        snap: pixel edges at whole multiples of the resolution; UTM only.
    """

    resolution_m: Optional[float] = None
    width_px: Optional[int] = None
    height_px: Optional[int] = None
    projection: Optional[str] = None
    snap: bool = False

    def place(self, area: Area) -> Area:
        """``area`` in the CRS of the pixels.

        Raises:
            InvalidInput: it can't be expressed there.
        """
        bbox = area.bbox
        if self.projection is None or self.projection == UTM and is_utm(bbox.crs):
            return area
        if self.projection != UTM:
            return area.in_crs(self.projection)
        centre = ((bbox.min_x + bbox.max_x) / 2, (bbox.min_y + bbox.max_y) / 2)
        return area.in_crs(utm_crs(*transform_point(*centre, bbox.crs, "EPSG:4326")))

    def grid(self, area: Area) -> PixelGrid:
        """The pixel grid over ``area``.

        Raises:
            InvalidInput: the area or the resolution is not possible.
        """
        bbox = self.place(area).bbox
        for side in (self.width_px, self.height_px):
            if side is not None and side < 1:
                raise InvalidInput("size", f"A width or height of {side} px is not possible.", "Use 1 px or more.")
        if self.width_px and self.height_px:
            return PixelGrid(bbox, self.width_px, self.height_px)
        if self.width_px or self.height_px:
            return grid_for_side(bbox, self.width_px, self.height_px)
        if self.resolution_m is None:
            raise InvalidInput("resolution", "Neither a pixel size nor a width or height is given.", "Give one.")
        return snapped_grid(bbox, self.resolution_m) if self.snap else grid_for_resolution(bbox, self.resolution_m)


def make_source(
    collection: Collection,
    mosaicking_order: Optional[str] = "leastCC",
    max_cloud_percent: Optional[int] = 100,
    filters: Mapping[str, Any] = _NO_OPTIONS,
    processing: Mapping[str, Any] = _NO_OPTIONS,
    identifier: Optional[str] = None,
) -> DataSource:
    """One input without time range.

    Raises:
        InvalidInput: a value that can't be used.
    """
    clouds = collection.has_cloud_cover
    wanted = mosaicking_order if clouds or mosaicking_order != "leastCC" else "mostRecent"
    return DataSource(
        collection.collection_id,
        mosaicking_order=None if collection.timeless else wanted,
        max_cloud_percent=max_cloud_percent if clouds else None,
        identifier=identifier or None,
        filters=dict(filters),
        processing=dict(processing),
    )


def make_responses(
    script: str, mime: str = TIFF, quality: Optional[int] = None, with_userdata: Optional[bool] = None
) -> Tuple[Response, ...]:
    """One for each output of the script, all in one format.

    Args:
        script: its text.
        mime: of the images.
        quality: counts for JPEG only; None is the service's choice.
        with_userdata: ask for user data; None asks where the script makes some.
    """
    outline = outline_of(script)
    names = dict.fromkeys(output.id for output in outline.outputs if output.id != USERDATA)
    used = quality if mime == JPEG else None
    images = tuple(Response(name, mime, used) for name in names or ("default",))
    told = _TELLS in outline.defines if with_userdata is None else with_userdata
    return (*images, Response(USERDATA, JSON_TYPE)) if told else images


def make_image_order(
    area: Area,
    raster: Raster,
    sources: Sequence[DataSource],
    script: str,
    responses: Optional[Sequence[Response]] = None,
    tile_metadata: TileMetadata = TileMetadata.EXACT,
) -> ImageOrder:
    """The order; several sources without ids take the names by which the script reads them.

    Tile metadata that the collections can't give becomes the next best one.

    Raises:
        InvalidInput: the area, the size or a name is not possible.
    """
    return ImageOrder(
        raster.grid(area),
        name_sources(sources, script),
        script,
        tuple(responses) if responses is not None else make_responses(script),
        raster.place(area).geometry,
        possible_metadata(sources, tile_metadata),
    )


def name_sources(sources: Sequence[DataSource], script: str) -> Tuple[DataSource, ...]:
    """Sources with ids as the script names them, in order; one source alone needs none.

    Raises:
        InvalidInput: two have the same id.
    """
    given = [source.identifier for source in sources if source.identifier]
    if len(set(given)) < len(given):
        raise InvalidInput("datasource", f"Two collections have the same id ({', '.join(given)}).", "Change one.")
    if len(sources) < 2:
        return tuple(sources)
    free = (entry.datasource for entry in outline_of(script).inputs if entry.datasource not in (None, *given))
    return tuple(s if s.identifier else replace(s, identifier=next(free, None)) for s in sources)


def possible_metadata(sources: Sequence[DataSource], wanted: TileMetadata) -> TileMetadata:
    """What can be told of the tiles: exact ones of a single collection, none without time."""
    known = [known_collections().get(source.collection) for source in sources]
    if all(collection is not None and collection.timeless for collection in known):
        return TileMetadata.NONE
    exact = len(known) == 1 and (known[0] is None or known[0].tells_exact_tiles)
    return TileMetadata.CANDIDATES if wanted is TileMetadata.EXACT and not exact else wanted
