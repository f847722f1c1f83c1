"""The tables of a series as a GeoPackage: what each image is, and which tiles it was made of.

    images    id, slot_from, slot_to, file, area_cloud_percent, units_spent, from_cache, state, error; of several areas
              also area, the name
    tiles     image_id, date, tile_id, tile_cloud_percent, share, geom (polygons in EPSG:4326)
    userdata  image_id and what the script returned beside the pixels; only where it returned something

``image_id`` is ``images.id``, counted from 1 in slot order. Times are UTC. What is not known is NULL.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path
from typing import Any, Mapping, NamedTuple, Optional, Sequence, Tuple

from osgeo import gdal, ogr

from sentinel_workbench.core.model.results import ImageResult, SeriesResult, TileRecord
from sentinel_workbench.core.services.geopackage import Fields, create_table, new_geopackage, set_instant
from sentinel_workbench.core.services.userdata_table import add_userdata_table

IMAGES, TILES = "images", "tiles"

_IMAGE_FIELDS: Fields = (
    ("id", ogr.OFTInteger, None),
    ("slot_from", ogr.OFTDateTime, None),
    ("slot_to", ogr.OFTDateTime, None),
    ("file", ogr.OFTString, None),
    ("area_cloud_percent", ogr.OFTReal, None),
    ("units_spent", ogr.OFTReal, None),
    ("from_cache", ogr.OFTInteger, ogr.OFSTBoolean),
    ("state", ogr.OFTString, None),
    ("error", ogr.OFTString, None),
)
_TILE_FIELDS: Fields = (
    ("image_id", ogr.OFTInteger, None),
    ("date", ogr.OFTDateTime, None),
    ("tile_id", ogr.OFTString, None),
    ("tile_cloud_percent", ogr.OFTReal, None),
    ("share", ogr.OFTReal, None),
)


def write_tables(result: SeriesResult, path: Path) -> None:
    """Write the tables to the GeoPackage ``path``, atomically; one that is there is replaced.

    ``file`` holds the paths of the image's rasters, relative to the GeoPackage where they lie below its folder,
    joined by ``; `` when the order has several outputs. ``slot_to`` is not part of the slot (half-open).

    Raises:
        DiskFull: there is no room.
        StorageError: the file can't be written or replaced.
    """
    with new_geopackage(path) as database:
        _fill(database, [_Placed(image) for image in result.images], path.parent, _IMAGE_FIELDS)


def write_area_tables(results: Sequence[Tuple[str, SeriesResult]], path: Path) -> None:
    """The same tables for the series of several areas, whose names are in the field ``area`` of the images.

    Args:
        results: each area's name and series; ids go on from area to area.
        path: of the GeoPackage.

    Raises:
        DiskFull, StorageError: as ``write_tables``.
    """
    placed = [_Placed(image, area) for area, result in results for image in result.images]
    with new_geopackage(path) as database:
        _fill(database, placed, path.parent, (_IMAGE_FIELDS[0], ("area", ogr.OFTString, None), *_IMAGE_FIELDS[1:]))


class _Placed(NamedTuple):
    """An image and the area it is of; None where there is only one."""

    image: ImageResult
    area: Optional[str] = None


def _fill(database: gdal.Dataset, placed: Sequence[_Placed], folder: Path, fields: Fields) -> None:
    images = create_table(database, IMAGES, fields, ogr.wkbNone)
    tiles = create_table(database, TILES, _TILE_FIELDS, ogr.wkbMultiPolygon)
    database.StartTransaction()
    for number, (image, area) in enumerate(placed, start=1):
        named = {} if area is None else {"area": area}
        _add_row(images, {**_image_row(number, image, folder), **named})
        for tile in image.tiles:
            _add_row(tiles, _tile_row(number, tile), _footprint(tile.geometry))
    add_userdata_table(database, [one.image for one in placed])
    database.CommitTransaction()


def _image_row(number: int, image: ImageResult, folder: Path) -> Mapping[str, Any]:
    slot = image.time_range
    sentences = ([image.error] if image.error else []) + list(image.notes)
    return {
        "id": number,
        "slot_from": slot.start if slot else None,
        "slot_to": slot.end if slot else None,
        "file": "; ".join(_relative(raster, folder) for raster in image.rasters.values()) or None,
        "area_cloud_percent": image.area_cloud_percent,
        "units_spent": image.processing_units,
        "from_cache": image.from_cache,
        "state": image.state.value,
        "error": " ".join(sentences) or None,
    }


def _tile_row(number: int, tile: TileRecord) -> Mapping[str, Any]:
    return {
        "image_id": number,
        "date": tile.date,
        "tile_id": tile.tile_id,
        "tile_cloud_percent": tile.cloud_percent,
        "share": tile.share,
    }


def _add_row(table: ogr.Layer, values: Mapping[str, Any], geometry: Optional[ogr.Geometry] = None) -> None:
    row = ogr.Feature(table.GetLayerDefn())
    for name, value in values.items():
        if isinstance(value, dt.datetime):
            set_instant(row, row.GetFieldIndex(name), value)
        elif value is not None:
            row.SetField(name, int(value) if isinstance(value, bool) else value)
    if geometry is not None:
        row.SetGeometry(geometry)
    table.CreateFeature(row)


def _footprint(geojson: Optional[Mapping[str, Any]]) -> Optional[ogr.Geometry]:
    """The polygons of a footprint; None for anything else, so that a row is never lost to a bad footprint."""
    if not geojson or geojson.get("type") not in ("Polygon", "MultiPolygon"):
        return None
    try:
        geometry = ogr.CreateGeometryFromJson(json.dumps(geojson))
    except RuntimeError:
        return None
    return ogr.ForceToMultiPolygon(geometry) if geometry is not None else None


def _relative(raster: Path, folder: Path) -> str:
    try:
        return raster.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        return os.fspath(raster)
