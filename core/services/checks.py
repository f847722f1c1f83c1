"""What can be known to fail before anything is sent."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any, Mapping, Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript.instrumentation import instrument
from sentinel_workbench.core.evalscript.reading import OutputOutline, ScriptOutline, read_script
from sentinel_workbench.core.model.collection import Collection, find_collection
from sentinel_workbench.core.model.grid import GEOGRAPHIC, PixelGrid
from sentinel_workbench.core.model.orders import JPEG, JSON_TYPE, PNG, TIFF, DataSource, ImageOrder, TileMetadata
from sentinel_workbench.core.model.projection import METRES_PER_DEGREE, is_utm
from sentinel_workbench.core.services.band_checks import check_input, check_mosaicking
from sentinel_workbench.core.services.radar_checks import check_radar_bands, check_radar_settings

USERDATA = "userdata"
CUT_NUMBERS = "The script reads digital numbers (DN) but returns UINT8: values above 255 are cut off."
MOST_PARTS = 10_000
"""Of one image: 250,000 px a side, some hundred GB."""
_IDENTIFIER = re.compile(r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$")
_BANDS_OF = {PNG: (1, 3, 4), JPEG: (1, 3)}
_TYPES_OF = {PNG: ("AUTO", "UINT8", "UINT16"), JPEG: ("AUTO", "UINT8")}
_FORMAT_NAMES = {PNG: "PNG", JPEG: "JPEG", TIFF: "TIFF"}


def check_order(order: ImageOrder) -> None:
    """Refuse an order that the service would refuse.

    What can't be read from the script without running it is left to the service.

    Raises:
        InvalidInput: the field is ``time``, ``options``, ``resolution``, ``evalscript``, ``responses`` or
            ``tile_metadata``.
    """
    _check_place(order)
    for source in order.sources:
        _check_time(source)
        check_radar_settings(source)
        check_resolution(source, order.grid)
    check_bands(order)
    check_responses(order)
    _check_tile_metadata(order)


@lru_cache(maxsize=256)
def outline_of(script: str) -> ScriptOutline:
    """``read_script``, remembered: a series asks the same text again and again."""
    return read_script(script)


@lru_cache(maxsize=256)
def instrumented(script: str) -> str:
    """``instrument``, remembered."""
    return instrument(script)


def known_collection(source: DataSource) -> Optional[Collection]:
    """The collection of a source, or None for one of the user's own."""
    try:
        return find_collection(source.collection)
    except InvalidInput:
        return None


def source_of_input(order: ImageOrder, datasource: Optional[str], position: int) -> Optional[DataSource]:
    """The source that the script's input at ``position`` reads, by name or else by position."""
    if datasource is not None:
        named = (source for source in order.sources if source.identifier == datasource)
        return next(named, None)
    return order.sources[position] if position < len(order.sources) else None


def pixel_metres(grid: PixelGrid) -> Tuple[float, float]:
    """Pixel size (x, y) in metres on the ground, about."""
    res_x, res_y = grid.resolution
    if grid.bbox.crs in GEOGRAPHIC:
        latitude = math.radians((grid.bbox.min_y + grid.bbox.max_y) / 2)
        return res_x * METRES_PER_DEGREE * math.cos(latitude), res_y * METRES_PER_DEGREE
    if is_utm(grid.bbox.crs):
        return res_x, res_y
    if grid.bbox.crs == "EPSG:3857":
        scale = math.cosh((grid.bbox.min_y + grid.bbox.max_y) / 2 / 6378137.0)
        return res_x / scale, res_y / scale
    return res_x, res_y


def cuts_digital_numbers(script: str) -> bool:
    """True when digital numbers, which reach thousands, are put into bytes."""
    outline = outline_of(script)
    digital = any(entry.units and "DN" in entry.units for entry in outline.inputs)
    return digital and any(output.sample_type == "UINT8" for output in outline.outputs)


def _check_place(order: ImageOrder) -> None:
    if order.geometry is not None and order.geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise InvalidInput("area", f"The area is a {order.geometry.get('type')}.", "Use a Polygon or a MultiPolygon.")
    if order.geometry is not None:
        _check_rings(order.geometry)
    parts = order.grid.tile_count()
    if parts > MOST_PARTS:
        size = f"{order.grid.width} x {order.grid.height} px"
        raise InvalidInput(
            "size", f"An image of {size} takes {parts} requests; {MOST_PARTS} are the most.",
            "Use a coarser resolution or a smaller area.",
        )


def _check_rings(geometry: Mapping[str, Any]) -> None:
    coordinates = geometry.get("coordinates") or ()
    polygons = [coordinates] if geometry["type"] == "Polygon" else coordinates
    for ring in (ring for polygon in polygons for ring in polygon):
        if len(ring) < 4 or tuple(ring[0]) != tuple(ring[-1]):
            raise InvalidInput(
                "area", "A ring of the polygon is not closed: it ends elsewhere than it begins.",
                "Repeat its first corner at the end.",
            )


def _check_time(source: DataSource) -> None:
    collection = known_collection(source)
    if source.time_range is None and collection is not None and not collection.timeless:
        raise InvalidInput("time", f"{collection.title} needs a time range.", "Choose the first and the last day.")


def check_resolution(source: DataSource, grid: PixelGrid) -> None:
    """Refuse pixels coarser than the collection allows."""
    collection = known_collection(source)
    if collection is None or collection.max_resolution_m is None:
        return
    limit = collection.max_resolution_m
    coarsest = max(pixel_metres(grid))
    if coarsest > limit:
        raise InvalidInput(
            "resolution",
            f"A pixel of {coarsest:.0f} m is coarser than the {limit:.0f} m that {collection.title} allows.",
            "Use a finer resolution or a smaller area.",
        )


def check_bands(order: ImageOrder) -> None:
    """Refuse bands, units and mosaicking that the order's collections do not have, as far as the text tells."""
    for position, entry in enumerate(outline_of(order.evalscript).inputs):
        datasource = entry.datasource
        source = source_of_input(order, datasource, position)
        if source is None:
            name = f"'{datasource}'" if datasource is not None else f"number {position + 1}"
            raise InvalidInput(
                "evalscript",
                f"The evalscript reads the data source {name}, which the order does not have.",
                "Add the source or change setup().",
            )
        collection = known_collection(source)
        if collection is not None:
            check_input(collection, entry)
            check_radar_bands(source, entry.bands)
            if len(order.sources) == 1:
                check_mosaicking(collection, outline_of(order.evalscript).mosaicking)


def unread_sources(order: ImageOrder) -> Tuple[DataSource, ...]:
    """The sources that no input of the script reads, as far as its text tells."""
    inputs = outline_of(order.evalscript).inputs
    if not inputs:
        return ()
    read = [source_of_input(order, entry.datasource, position) for position, entry in enumerate(inputs)]
    return tuple(source for source in order.sources if all(source is not one for one in read))


def check_responses(order: ImageOrder) -> None:
    """Refuse outputs that the script does not have, or that their format can't hold."""
    outline = outline_of(order.evalscript)
    outputs = {output.id: output for output in outline.outputs}
    for response in order.responses:
        if not _IDENTIFIER.match(response.identifier):
            raise InvalidInput("responses", f"'{response.identifier}' can't be the name of an output.")
        if response.mime not in (TIFF, PNG, JPEG, JSON_TYPE):
            raise InvalidInput(
                "responses", f"The format '{response.mime}' of the output '{response.identifier}' is not known.",
                "Use image/tiff, image/png or image/jpeg.",
            )
        if (response.mime == JSON_TYPE) != (response.identifier == USERDATA):
            raise InvalidInput(
                "responses",
                f"The output '{response.identifier}' can't be delivered as {response.mime}.",
                "JSON is for userdata, images are TIFF, PNG or JPEG.",
            )
        if response.identifier == USERDATA or not outputs:
            continue
        if response.identifier not in outputs:
            raise InvalidInput(
                "responses",
                f"The output '{response.identifier}' is requested but missing from the script's setup().",
                f"The script has {', '.join(outputs)}.",
            )
        _check_format(outputs[response.identifier], response.mime)


def _check_format(output: OutputOutline, mime: str) -> None:
    """An unknown number of bands passes."""
    bands = _BANDS_OF.get(mime)
    if bands and output.bands is not None and output.bands not in bands:
        raise InvalidInput(
            "responses",
            f"The output '{output.id}' has {output.bands} bands, but {_FORMAT_NAMES[mime]} holds "
            f"{' or '.join(map(str, bands))}.",
            "Ask for TIFF.",
        )
    types = _TYPES_OF.get(mime)
    if types and output.sample_type not in types:
        raise InvalidInput(
            "responses",
            f"{_FORMAT_NAMES[mime]} can't hold the sample type {output.sample_type} of the output '{output.id}'.",
            "Ask for TIFF.",
        )


def _check_tile_metadata(order: ImageOrder) -> None:
    if order.tile_metadata is not TileMetadata.EXACT:
        return
    if len(order.sources) > 1:
        raise InvalidInput(
            "tile_metadata",
            "Exact tiles can't be recorded for an image of several collections.",
            "Choose candidates, or no tile metadata.",
        )
    collection = known_collection(order.sources[0])
    if collection is not None and not collection.tells_exact_tiles:
        raise InvalidInput(
            "tile_metadata",
            f"{collection.title} can't be read tile by tile, so exact tiles can't be recorded.",
            "Choose candidates, or no tile metadata.",
        )
    instrumented(order.evalscript)
