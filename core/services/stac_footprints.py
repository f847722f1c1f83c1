"""Items as one layer of polygons in a GeoPackage, and as a GeoJSON file; no address in either is signed.

    items  item_id, collection, datetime, thumbnail, assets, and a field for each property of the items,
           geom (multipolygons in EPSG:4326)

A property is a truth value, a whole number, a number, a time (UTC), text, or JSON, as the values of all items allow;
its field has its name, such as ``eo:cloud_cover``.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterable, Mapping, NamedTuple, Optional, Sequence, Set

from osgeo import ogr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.raster.gdalguard import storage_error
from sentinel_workbench.core.raster.writing import replacing
from sentinel_workbench.core.services.footprint_shapes import shape_in_degrees
from sentinel_workbench.core.services.geopackage import Fields, create_table, new_geopackage, set_instant
from sentinel_workbench.core.stac.item_reading import item_collection, unsigned
from sentinel_workbench.core.stac.records import StacItem
from sentinel_workbench.core.stac.times import parse_time

TABLE = "items"
_OWN_FIELDS: Fields = (
    ("item_id", ogr.OFTString, None),
    ("collection", ogr.OFTString, None),
    ("datetime", ogr.OFTDateTime, None),
    ("thumbnail", ogr.OFTString, None),
    ("assets", ogr.OFTString, None),
)
_OWN = tuple(name for name, _, _ in _OWN_FIELDS)
_RESERVED = frozenset(("fid", "geom", "item_id", "collection", "thumbnail", "assets"))
_THUMBNAILS = ("thumbnail", "rendered_preview", "preview", "overview")
_PICTURES = ("image/png", "image/jpeg", "image/webp", "image/gif")
_PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".webp", ".gif")
_NO_AREAS = ("Point", "MultiPoint", "LineString", "MultiLineString")
"""Their rectangle would say more than is known."""
_INT64 = 1 << 63
_STEP = 200


class _Kind(NamedTuple):
    """How a property is stored: OGR's type and subtype, and a name."""

    name: str
    ogr_type: int
    subtype: Optional[int] = None


_TRUTH = _Kind("truth", ogr.OFTInteger, ogr.OFSTBoolean)
_WHOLE = _Kind("whole", ogr.OFTInteger64)
_NUMBER = _Kind("number", ogr.OFTReal)
_TIME = _Kind("time", ogr.OFTDateTime)
_TEXT = _Kind("text", ogr.OFTString)
_JSON = _Kind("json", ogr.OFTString, ogr.OFSTJSON)


@dataclass(frozen=True)
class ItemFootprints:
    """A written layer.

    Attributes:
        path: the GeoPackage.
        items: how many rows.
        without_shape: rows without geometry: the item has none that can be read.
        fields: property to the name of its field.
        first, last: time of the items, UTC, None when none has one.
    """

    path: Path
    items: int
    without_shape: int
    fields: Mapping[str, str]
    first: Optional[dt.datetime] = None
    last: Optional[dt.datetime] = None


def write_item_footprints(items: Sequence[StacItem], path: Path, progress: Progress = Silent()) -> ItemFootprints:
    """Write ``items`` to ``path``; what is there is replaced only when all went well.

    Raises:
        StorageError: the file can't be written.
        Cancelled: on request.
    """
    kinds = _kinds_of(items)
    names = _field_names(kinds)
    fields = [*_OWN_FIELDS, *((names[key], kind.ogr_type, kind.subtype) for key, kind in kinds.items())]
    shapeless = 0
    with new_geopackage(path) as database:
        table = create_table(database, TABLE, fields, ogr.wkbMultiPolygon)
        definition = table.GetLayerDefn()
        database.StartTransaction()
        for number, item in enumerate(items):
            if number % _STEP == 0:
                raise_if_cancelled(progress)
                progress.report(number / len(items), "Writing footprints")
            row = ogr.Feature(definition)
            _fill(row, item, kinds)
            shape = _shape_of(item)
            shapeless += shape is None
            if shape is not None:
                row.SetGeometryDirectly(shape)
            table.CreateFeature(row)
        database.CommitTransaction()
    times = [item.date for item in items if item.date is not None]
    return ItemFootprints(
        path, len(items), shapeless, names, min(times, default=None), max(times, default=None)
    )


def save_items(items: Sequence[StacItem], path: Path) -> Path:
    """Write ``items`` as a GeoJSON FeatureCollection that any STAC program reads again.

    Signatures are taken out, and addresses that began at the catalog are whole.

    Raises:
        StorageError: the file can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary:
            temporary.write_text(json.dumps(_saved(items)), encoding="utf-8")
    except OSError as error:
        raise storage_error(path, error) from error
    return path


def _saved(items: Sequence[StacItem]) -> Dict[str, Any]:
    document = item_collection(tuple(items))
    for item, feature in zip(items, document["features"]):
        for key, asset in item.assets.items():
            feature["assets"][key]["href"] = unsigned(asset.href)
    return document


def thumbnail_of(item: StacItem) -> str:
    """Address of a small picture of the scene that a browser shows, ``""`` when it has none."""
    named = [item.assets[key] for key in _THUMBNAILS if key in item.assets]
    by_role = [asset for asset in item.assets.values() if "thumbnail" in asset.roles]
    for asset in (*by_role, *named):
        path = asset.href.partition("?")[0].lower()
        is_picture = asset.media_type.lower() in _PICTURES or path.endswith(_PICTURE_ENDINGS)
        if is_picture and asset.href.startswith(("http://", "https://", "/", "file://")):
            return unsigned(asset.href)
    return ""


def _shape_of(item: StacItem) -> Optional[ogr.Geometry]:
    shape = shape_in_degrees(item.geometry)
    if shape is not None or item.bbox is None or (item.geometry or {}).get("type") in _NO_AREAS:
        return shape
    west, south, east, north = item.bbox
    east += 360.0 if west > east else 0.0
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return shape_in_degrees({"type": "Polygon", "coordinates": [ring]})


def _kinds_of(items: Iterable[StacItem]) -> Dict[str, _Kind]:
    """What each property is over all items, in the order they are met first; ``datetime`` has a field of its own."""
    kinds: Dict[str, _Kind] = {}
    for item in items:
        for name, value in item.properties.items():
            if value is None or name == "datetime":
                continue
            found = _kind(value)
            known = kinds.get(name)
            kinds[name] = found if known is None or known is found else _common(known, found)
    return kinds


def _kind(value: Any) -> _Kind:
    if isinstance(value, bool):
        return _TRUTH
    if isinstance(value, int):
        return _WHOLE if -_INT64 <= value < _INT64 else _NUMBER
    if isinstance(value, float):
        return _NUMBER
    if isinstance(value, str):
        return _TIME if _instant(value) is not None else _TEXT
    return _JSON


def _common(one: _Kind, other: _Kind) -> _Kind:
    kinds = {one, other}
    if kinds == {_WHOLE, _NUMBER}:
        return _NUMBER
    return _TEXT if kinds == {_TIME, _TEXT} else _JSON


def _instant(text: str) -> Optional[dt.datetime]:
    """A time with a date and a clock; numbers and plain dates stay text."""
    if len(text) < 19 or text[4:5] != "-" or text[10:11] not in ("T", "t", " "):
        return None
    try:
        return parse_time(text)
    except InvalidInput:
        return None


def _field_names(kinds: Iterable[str]) -> Dict[str, str]:
    """A name for each property; SQLite does not tell upper from lower case."""
    taken: Set[str] = set(_RESERVED) | {"datetime"}
    names = {}
    for key in kinds:
        name, number = key, 2
        while name.lower() in taken or not name:
            name, number = f"{key}_{number}", number + 1
        taken.add(name.lower())
        names[key] = name
    return names


def _fill(row: ogr.Feature, item: StacItem, kinds: Mapping[str, _Kind]) -> None:
    for index, text in ((0, item.item_id), (1, item.collection), (3, thumbnail_of(item)), (4, " ".join(item.assets))):
        if text:
            row.SetFieldString(index, text)
    if item.date is not None:
        set_instant(row, 2, item.date)
    for index, (name, kind) in enumerate(kinds.items(), len(_OWN)):
        value = item.properties.get(name)
        if value is not None:
            _set(row, index, kind, value)


def _set(row: ogr.Feature, index: int, kind: _Kind, value: Any) -> None:
    if kind is _TEXT:
        row.SetFieldString(index, value)
    elif kind is _TIME:
        moment = _instant(value)
        if moment is not None:
            set_instant(row, index, moment)
    elif kind is _JSON:
        row.SetFieldString(index, json.dumps(value, ensure_ascii=False))
    elif kind is _NUMBER:
        row.SetField(index, float(value))
    else:
        row.SetFieldInteger64(index, int(value))
