"""Orders by plain values, for scripts, notebooks and algorithms."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Sequence, Union

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.collection import Collection, find_collection
from sentinel_workbench.core.model.collection_options import check_options, read_options
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.orders import TIFF, DataSource, ImageOrder, SeriesOrder, TileMetadata
from sentinel_workbench.core.model.timerange import ANY_TIME, TimeRange
from sentinel_workbench.core.services.fusion import read_further
from sentinel_workbench.core.services.order_making import Raster, make_image_order, make_responses, make_source

Place = Union[BBox, Area]
Options = Union[str, Mapping[str, Any]]
Further = Union[str, Sequence[DataSource]]
OWN_PREFIXES = ("byoc-", "batch-", "zarr-")
"""Of the type ids of a user's own collections (deployments, 3)."""


def collection_named(collection_id: str) -> Collection:
    """The collection of a type id or legacy name; others have the settings all have, and ``byoc-<id>`` no clouds.

    Raises:
        InvalidInput: nothing is named.
    """
    if not collection_id:
        raise InvalidInput("collection", "No collection is chosen.", "Choose one.")
    try:
        return find_collection(collection_id)
    except InvalidInput:
        clouds = not collection_id.startswith(OWN_PREFIXES)
        return Collection(collection_id, collection_id, collection_id, (), has_cloud_cover=clouds)


def own_type_id(name: str) -> str:
    """The type id of a collection of the user's own; a bare id is that of a BYOC collection."""
    bare = name.strip()
    return bare if bare.startswith(OWN_PREFIXES) else OWN_PREFIXES[0] + bare


def place_of(area: Place) -> Area:
    """A rectangle as an area; an area as it is."""
    return area if isinstance(area, Area) else Area(area)


def data_source(
    collection_id: str,
    mosaicking_order: Optional[str] = "leastCC",
    max_cloud_percent: Optional[int] = 100,
    options: Options = "",
    source_id: Optional[str] = None,
) -> DataSource:
    """One input; what its collection has no use for is left out.

    Args:
        collection_id: type id.
        mosaicking_order: ``mostRecent``, ``leastRecent`` or ``leastCC``.
        max_cloud_percent: of a tile, 0..100.
        options: such as ``orbitDirection=ASCENDING, orthorectify=true``, or a mapping.
        source_id: under which the script reads it, where there are several.

    Raises:
        InvalidInput: a value that can't be used; the field is named.
    """
    collection = collection_named(collection_id)
    read = read_options(options, collection) if isinstance(options, str) else check_options(options, collection)
    return make_source(collection, mosaicking_order, max_cloud_percent, *read, identifier=source_id)


def image_order(
    area: Place,
    resolution_m: Optional[float],
    collection: str,
    evalscript: str,
    period: Optional[TimeRange] = None,
    mosaicking_order: Optional[str] = "leastCC",
    max_cloud_percent: Optional[int] = 100,
    tile_metadata: TileMetadata = TileMetadata.EXACT,
    mime: str = TIFF,
    *,
    width_px: Optional[int] = None,
    height_px: Optional[int] = None,
    projection: Optional[str] = None,
    snap: bool = False,
    options: Options = "",
    source_id: Optional[str] = None,
    further: Further = (),
    quality: Optional[int] = None,
    with_userdata: Optional[bool] = None,
) -> ImageOrder:
    """An order for every output of ``evalscript`` over ``area``; what the collection has no use for is left out.

    Args:
        area: a rectangle, or an ``Area`` with a polygon.
        resolution_m: pixel size in metres, or None where ``width_px`` or ``height_px`` is given.
        collection: type id.
        evalscript: its text.
        period: None in the template of a series, and for collections without time.
        mosaicking_order: which scene lies on top.
        max_cloud_percent: of a tile, 0..100.
        tile_metadata: how the tiles behind the image are found; the next best where that is not possible.
        mime: format of every output.
        width_px: the height follows unless it is given too.
        height_px: the width follows unless it is given too.
        projection: ``EPSG:n``, ``utm`` for the zone of the area, or None for the area's own.
        snap: pixel edges at whole multiples of the resolution, on a UTM projection.
        options: settings of the collection, as of ``data_source``.
        source_id: under which the script reads the collection, where there are further ones.
        further: more inputs, by ``data_source``, or as the text of ``input.data`` (data fusion).
        quality: of JPEG, 0..100.
        with_userdata: ask for the script's user data too; None asks where it makes some.

    Raises:
        InvalidInput: a value that can't be used; the field is named.
    """
    first = data_source(collection, mosaicking_order, max_cloud_percent, options, source_id)
    more = read_further(further) if isinstance(further, str) else tuple(further)
    order = make_image_order(
        place_of(area),
        Raster(resolution_m, width_px, height_px, projection, snap),
        (first, *more),
        evalscript,
        make_responses(evalscript, mime, quality, with_userdata),
        tile_metadata,
    )
    return order if period is None else order.at(period)


def series_order(
    area: Place,
    resolution_m: Optional[float],
    collection: str,
    evalscript: str,
    slots: Sequence[TimeRange] = (),
    title: str = "Series",
    **more: Any,
) -> SeriesOrder:
    """An order for each of ``slots``; further arguments as of ``image_order``. Collections without time need none."""
    image = image_order(area, resolution_m, collection, evalscript, **more)
    return SeriesOrder(image, (ANY_TIME,) if are_timeless(image.sources) else tuple(slots), title)


def are_timeless(sources: Sequence[DataSource]) -> bool:
    """True when no input has scenes in time."""
    return all(collection_named(source.collection).timeless for source in sources)
