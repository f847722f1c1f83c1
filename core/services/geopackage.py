"""Writing tables into a GeoPackage."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator, Optional, Sequence, Tuple

from osgeo import gdal, ogr

from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.core.raster.writing import replacing

Fields = Sequence[Tuple[str, int, Optional[int]]]
"""Name, OGR type, OGR subtype or None."""
_UTC = 100


@contextmanager
def new_geopackage(path: Path) -> Iterator[gdal.Dataset]:
    """An empty GeoPackage that takes the place of ``path`` when the block ends well.

    Raises:
        DiskFull: there is no room.
        StorageError: the file can't be written or replaced.
    """
    with replacing(path) as temporary, gdalguard.writing(path):
        driver = gdal.GetDriverByName("GPKG")
        database = gdalguard.made(driver.Create(str(temporary), 0, 0, 0, gdal.GDT_Unknown))
        with gdalguard.closing(database):
            yield database


def create_table(database: gdal.Dataset, name: str, fields: Fields, geometry: int) -> ogr.Layer:
    """A table; with a ``geometry`` other than ``wkbNone`` it has the column ``geom`` in EPSG:4326."""
    spatial = geometry != ogr.wkbNone
    table = database.CreateLayer(
        name,
        spatial_reference("EPSG:4326") if spatial else None,
        geometry,
        ["GEOMETRY_NAME=geom"] if spatial else [],
    )
    for field_name, field_type, subtype in fields:
        definition = ogr.FieldDefn(field_name, field_type)
        if subtype is not None:
            definition.SetSubType(subtype)
        table.CreateField(definition)
    return table


def set_instant(row: ogr.Feature, index: int, value: dt.datetime) -> None:
    """An aware time into the field at ``index``, in UTC to the millisecond."""
    utc = value if value.tzinfo is dt.timezone.utc else value.astimezone(dt.timezone.utc)
    seconds = utc.second + round(utc.microsecond / 1000) / 1000
    row.SetField(index, utc.year, utc.month, utc.day, utc.hour, utc.minute, seconds, _UTC)
