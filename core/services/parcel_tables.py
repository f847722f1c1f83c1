"""Tables about parcels: rows as they come into CSV and GeoPackage, and the parcels beside them."""

from __future__ import annotations

import csv
import datetime as dt
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any, Iterator, List, Mapping, Optional, Sequence, Tuple

from osgeo import gdal, ogr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.model.timerange import format_instant
from sentinel_workbench.core.raster.gdalguard import storage_error
from sentinel_workbench.core.raster.writing import replacing
from sentinel_workbench.core.services.footprint_shapes import shape_in_degrees
from sentinel_workbench.core.services.geopackage import Fields, create_table, new_geopackage, set_instant

PARCELS = "parcels"


def table_files(path: Path) -> Tuple[Optional[Path], Optional[Path]]:
    """``path`` as GeoPackage or as CSV file, by its name; the other one is None.

    Raises:
        InvalidInput: it is neither.
    """
    kind = path.suffix.lower()
    if kind not in (".gpkg", ".csv"):
        raise InvalidInput("file", f"{path.name} is no name of a table.", "End it with .gpkg or .csv.")
    return (path, None) if kind == ".gpkg" else (None, path)


def by_date(records: Sequence[Any]) -> Iterator[List[Any]]:
    """Rows of each date together, ascending; parcels in their order."""
    ordered = sorted(records, key=lambda record: (record.date, record.number))
    for _, group in groupby(ordered, lambda record: record.date):
        yield list(group)


class RowFiles:
    """A context: rows of one kind into a GeoPackage and a CSV file, which replace what is there when it ends well.

    Args:
        table: name in the GeoPackage.
        fields: of a row, in order.
        geopackage: path, or None.
        csv_file: path, or None.

    Raises:
        DiskFull, StorageError: a file can't be written.
    """

    def __init__(self, table: str, fields: Fields, geopackage: Optional[Path], csv_file: Optional[Path]) -> None:
        self._name, self._fields, self._geopackage, self._csv_file = table, fields, geopackage, csv_file
        self._stack = ExitStack()
        self._database: Optional[gdal.Dataset] = None
        self._table: Optional[_Table] = None
        self._rows: Optional[csv.DictWriter] = None

    def __enter__(self) -> RowFiles:
        with self._stack:
            if self._csv_file is not None:
                temporary = self._stack.enter_context(replacing(self._csv_file))
                self._rows = csv.DictWriter(self._opened(temporary), [name for name, _, _ in self._fields])
                self._rows.writeheader()
            if self._geopackage is not None:
                self._database = self._stack.enter_context(new_geopackage(self._geopackage))
                self._table = _Table(create_table(self._database, self._name, self._fields, ogr.wkbNone))
                self._database.StartTransaction()
            self._stack = self._stack.pop_all()
        return self

    def __exit__(self, *problem: Any) -> Optional[bool]:
        if self._database is not None and problem[0] is None:
            self._database.CommitTransaction()
        self._table = self._database = None
        return self._stack.__exit__(*problem)

    def add(self, values: Mapping[str, Any]) -> None:
        """One row; None is an empty field."""
        if self._rows is not None:
            told = {key: format_instant(v) if isinstance(v, dt.datetime) else v for key, v in values.items()}
            self._rows.writerow(told)
        if self._table is not None:
            self._table.add(values)

    def add_parcels(self, parcels: Sequence[Parcel], fields: Fields, values: Sequence[Mapping[str, Any]]) -> None:
        """The table ``parcels`` of the GeoPackage: outlines with what is known of each, besides ``pid``."""
        if self._database is None:
            return
        all_fields: List = [("pid", ogr.OFTString, None), *fields]
        table = _Table(create_table(self._database, PARCELS, all_fields, ogr.wkbMultiPolygon))
        for parcel, known in zip(parcels, values):
            table.add({"pid": parcel.pid, **known}, parcel_in_degrees(parcel))

    def _opened(self, path: Path) -> Any:
        try:
            return self._stack.enter_context(path.open("w", newline="", encoding="utf-8"))
        except OSError as error:
            raise storage_error(path, error) from error


def parcel_in_degrees(parcel: Parcel) -> Optional[ogr.Geometry]:
    """The outline as a multipolygon in lon/lat; None when it can't be expressed there."""
    name = "urn:ogc:def:crs:" + parcel.crs.replace(":", "::")
    return shape_in_degrees({**parcel.geometry, "crs": {"type": "name", "properties": {"name": name}}})


class _Table:
    """Adds rows by field numbers and types known beforehand, which takes a tenth of the time by names."""

    def __init__(self, layer: ogr.Layer) -> None:
        self._layer, self._definition = layer, layer.GetLayerDefn()
        count = self._definition.GetFieldCount()
        kinds = [self._definition.GetFieldDefn(number) for number in range(count)]
        self._fields = {kind.GetName(): (number, kind.GetType()) for number, kind in enumerate(kinds)}

    def add(self, values: Mapping[str, Any], geometry: Optional[ogr.Geometry] = None) -> None:
        """One row; None is an empty field."""
        row = ogr.Feature(self._definition)
        for name, value in values.items():
            if value is None:
                continue
            number, kind = self._fields[name]
            if kind == ogr.OFTString:
                row.SetFieldString(number, str(value))
            elif kind == ogr.OFTInteger:
                row.SetFieldInteger64(number, value)
            elif kind == ogr.OFTDateTime:
                set_instant(row, number, value)
            else:
                row.SetField(number, value)
        if geometry is not None:
            row.SetGeometryDirectly(geometry)
        self._layer.CreateFeature(row)
