"""The parcels a CbM server tells of: the layers of a vector file.

A layer called ``nl2019`` or ``nl2019_b`` holds the parcels of area ``nl``, year 2019 and type ``b``. A layer of any
other name is area ``local``, for every year there are scenes of.
"""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from osgeo import gdal, ogr, osr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.localhub.cbm_answers import failed

LOCAL_AREA = "local"
OWN_PARCELS = "parcels.gpkg"
"""In the hub's folder: with this file it is a CbM server as well."""
MOST_IN_POLYGON = 100
LEAST_PEER_M2 = 3000
_TABLE = re.compile(r"([A-Za-z]+?)_?(\d{4})(?:_(\w+))?$")
_FIELDS = {
    "pid": ("pid", "parcel_id", "parcelid", "ogc_fid", "id", "fid"),
    "cropcode": ("cropcode", "crop_code", "ct", "crop"),
    "cropname": ("cropname", "crop_name"),
}
_AREA_CRS = "EPSG:3035"
_DECIMALS = 12


@dataclass(frozen=True)
class Table:
    """A layer as area, year and type; ``year`` is None for any."""

    layer: str
    aoi: str
    year: Optional[str]
    parcel_type: str = ""


class ParcelFile:
    """Parcels of a GeoPackage, or another vector file. Opened for each question, so that threads may share it.

    Raises:
        InvalidInput: no such file, or no polygons in it.
    """

    def __init__(self, path: Path, years: Sequence[str]) -> None:
        self._path, self._years = path, tuple(years)
        self.tables = self._read_tables()

    def years(self, aoi: str) -> List[str]:
        """Of the area's tables."""
        found = {year for table in self.tables if table.aoi == aoi for year in (table.year,) if year}
        open_ended = any(table.aoi == aoi and table.year is None for table in self.tables)
        return sorted(found | set(self._years if open_ended else ()))

    def types(self, aoi: str) -> List[str]:
        """Of the area's tables."""
        return sorted({table.parcel_type for table in self.tables if table.aoi == aoi and table.parcel_type})

    def table(self, aoi: str, year: str, parcel_type: str) -> Table:
        """The table asked for.

        Raises:
            HubError: 500, the server knows no such one.
        """
        for table in self.tables:
            if table.aoi == aoi and table.parcel_type == parcel_type and year in (table.year, *self._open(table)):
                return table
        raise failed()

    def at(self, table: Table, lon: float, lat: float) -> List[Row]:
        """The parcels at a place, degrees."""
        return self._meeting(table, ogr.CreateGeometryFromWkt(f"POINT ({lon!r} {lat!r})"))

    def within(self, table: Table, polygon: ogr.Geometry) -> List[Row]:
        """The first hundred parcels that meet a polygon in degrees."""
        return self._meeting(table, polygon)[:MOST_IN_POLYGON]

    def of_id(self, table: Table, pid: str) -> List[Row]:
        """The parcel of that id, if there is one."""
        if "\x00" in pid:
            return []
        with self._opened(table) as layer:
            names = _field_names(layer)
            if names["pid"] is None:
                if not pid.isdigit():
                    return []
                layer.SetAttributeFilter(f"FID = {int(pid)}")
            else:
                quoted = pid.replace("'", "''")
                layer.SetAttributeFilter(f"CAST(\"{names['pid']}\" AS character(255)) = '{quoted}'")
            return [Row.of(feature, layer, names) for feature in layer]

    def all(self, table: Table) -> List[Row]:
        """Every parcel."""
        with self._opened(table) as layer:
            names = _field_names(layer)
            return [Row.of(feature, layer, names) for feature in layer if feature.geometry() is not None]

    def _meeting(self, table: Table, shape: ogr.Geometry) -> List[Row]:
        with self._opened(table) as layer:
            names = _field_names(layer)
            moved = shape.Clone()
            moved.Transform(osr.CoordinateTransformation(spatial_reference("EPSG:4326"), _reference(layer)))
            layer.SetSpatialFilter(moved)
            return [Row.of(feature, layer, names) for feature in layer if feature.geometry().Intersects(moved)]

    def _open(self, table: Table) -> Tuple[str, ...]:
        return self._years if table.year is None else ()

    @contextmanager
    def _opened(self, table: Table) -> Iterator[ogr.Layer]:
        dataset = gdal.OpenEx(str(self._path), gdal.OF_VECTOR)
        layer = dataset.GetLayerByName(table.layer)
        try:
            yield layer
        finally:
            layer = dataset = None

    def _read_tables(self) -> Tuple[Table, ...]:
        try:
            dataset = gdal.OpenEx(str(self._path), gdal.OF_VECTOR)
        except RuntimeError as error:
            raise InvalidInput("parcels", f"The parcels {self._path} can't be read.", "Give a GeoPackage.") from error
        found = []
        for number in range(dataset.GetLayerCount()):
            layer = dataset.GetLayer(number)
            kind = ogr.GT_Flatten(layer.GetGeomType())
            if kind in (ogr.wkbPolygon, ogr.wkbMultiPolygon, ogr.wkbUnknown) and layer.GetSpatialRef() is not None:
                match = _TABLE.fullmatch(layer.GetName())
                told = (match[1].lower(), match[2], match[3] or "") if match else (LOCAL_AREA, None, "")
                found.append(Table(layer.GetName(), *told))
        if not found:
            raise InvalidInput("parcels", f"{self._path} holds no polygons with a reference system.", "Choose another.")
        return tuple(found)


@dataclass(frozen=True)
class Row:
    """One parcel.

    Attributes:
        pid: its id.
        crop_code: as the file has it, or None.
        crop_name: or "".
        shape: in the table's CRS.
        srid: EPSG number of that CRS, 0 when it has none.
    """

    pid: str
    crop_code: Any
    crop_name: str
    shape: ogr.Geometry
    srid: int

    @classmethod
    def of(cls, feature: ogr.Feature, layer: ogr.Layer, names: Dict[str, Optional[str]]) -> Row:
        """The row of a feature."""
        values = {key: None if name is None else feature.GetField(name) for key, name in names.items()}
        pid = str(feature.GetFID() if values["pid"] is None else values["pid"])
        reference = _reference(layer)
        code = reference.GetAuthorityCode(None)
        return cls(pid, values["cropcode"], values["cropname"] or "", feature.geometry().Clone(), int(code or 0))

    def in_crs(self, crs: str) -> ogr.Geometry:
        """The shape in another CRS."""
        shape = self.shape.Clone()
        source = self.shape.GetSpatialReference() or spatial_reference(f"EPSG:{self.srid}")
        source = source.Clone()
        source.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
        shape.Transform(osr.CoordinateTransformation(source, spatial_reference(crs)))
        return shape

    @property
    def area_m2(self) -> int:
        """In EPSG:3035."""
        return round(self.in_crs(_AREA_CRS).GetArea())

    @property
    def centre(self) -> Tuple[float, float]:
        """Longitude and latitude of the centroid."""
        point = self.in_crs("EPSG:4326").Centroid()
        return point.GetX(), point.GetY()

    def geojson(self, in_degrees: bool) -> str:
        """A MultiPolygon as text."""
        shape = ogr.ForceToMultiPolygon(self.in_crs("EPSG:4326") if in_degrees else self.shape.Clone())
        return json.dumps(json.loads(shape.ExportToJson([f"COORDINATE_PRECISION={_DECIMALS}"])))


def peers_of(row: Row, rows: Sequence[Row], distance_m: float, most: int) -> List[Tuple[float, str]]:
    """Distance and id of parcels with the same crop, the nearest first."""
    own = row.in_crs(_AREA_CRS)
    found = []
    for other in rows:
        if other.pid == row.pid or other.crop_code != row.crop_code:
            continue
        shape = other.in_crs(_AREA_CRS)
        distance = own.Distance(shape)
        if shape.GetArea() > LEAST_PEER_M2 and distance < distance_m:
            found.append((distance, other.pid))
    return sorted(found)[:most]


def _reference(layer: ogr.Layer) -> osr.SpatialReference:
    reference = layer.GetSpatialRef().Clone()
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def _field_names(layer: ogr.Layer) -> Dict[str, Optional[str]]:
    definition = layer.GetLayerDefn()
    present = {definition.GetFieldDefn(i).GetName().lower(): definition.GetFieldDefn(i).GetName()
               for i in range(definition.GetFieldCount())}
    return {key: next((present[name] for name in names if name in present), None) for key, names in _FIELDS.items()}
