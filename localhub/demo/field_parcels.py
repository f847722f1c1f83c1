"""The demo's rice fields as a table of parcels, as a paying agency would keep it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import List, Tuple

import numpy as np
from osgeo import gdal, ogr

from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.localhub.demo.frame import CRS, HEIGHT_M, NORTH_M, WEST_M, WIDTH_M, Frame
from sentinel_workbench.localhub.demo.landcover import FIELD_AXES, FIELD_KM, field_cells, field_flats, field_number
from sentinel_workbench.localhub.demo.terrain import shape_terrain

LAYER = "mg2019"
"""Area ``mg``, year 2019."""
_FRAME = Frame(150.0)
_SOUTH_M = NORTH_M - HEIGHT_M
_PATH_KM = 0.012
"""Half the width of the paths between fields."""
_FLAT = 0.5
_FIRST_ID = 1001
_CROPS = ((24, 30, "Pasture"), (61, 11, "Rice, second season"), (97, 10, "Rice, main season"))
"""Up to which number of a field; the higher, the more of it is rice."""

Cell = Tuple[int, int]


def write_field_parcels(path: Path) -> int:
    """Write them as a GeoPackage, the same on every machine; returns how many there are.

    Raises:
        StorageError, DiskFull: it can't be written.
    """
    with tempfile.TemporaryDirectory(prefix=".parcels-", dir=path.parent) as work:
        made = Path(work, path.name)
        cells = _field_cells()
        with gdalguard.writing(path):
            driver = gdal.GetDriverByName("GPKG")
            with gdalguard.closing(gdalguard.made(driver.Create(str(made), 0, 0, 0, gdal.GDT_Unknown))) as database:
                _fill(database, cells)
        os.replace(made, path)
    return len(cells)


def _field_cells() -> List[Cell]:
    """Column and row of every field that lies on the flats, wholly within the scenes, from the north-west on."""
    flats = field_flats(_FRAME, shape_terrain(_FRAME))
    columns, rows = field_cells(_FRAME)
    found = np.unique(np.stack([rows.ravel(), columns.ravel()]), axis=1, return_inverse=True)
    cells, owner = found[0], found[1].ravel()
    share = np.bincount(owner, flats.ravel()) / np.bincount(owner)
    usable = [(int(column), int(row)) for row, column in cells[:, share > _FLAT].T[::-1]]
    return [cell for cell in usable if _is_inside(_corners(cell))]


def _fill(database: gdal.Dataset, cells: List[Cell]) -> None:
    layer = database.CreateLayer(LAYER, spatial_reference(CRS), ogr.wkbPolygon)
    for name, kind in (("pid", ogr.OFTString), ("cropcode", ogr.OFTInteger), ("cropname", ogr.OFTString)):
        layer.CreateField(ogr.FieldDefn(name, kind))
    layer.StartTransaction()
    for number, cell in enumerate(cells, _FIRST_ID):
        code, crop = next((code, crop) for most, code, crop in _CROPS if field_number(*cell) < most)
        row = ogr.Feature(layer.GetLayerDefn())
        for name, value in (("pid", str(number)), ("cropcode", code), ("cropname", crop)):
            row.SetField(name, value)
        row.SetGeometry(_outline(cell))
        layer.CreateFeature(row)
    layer.CommitTransaction()


def _corners(cell: Cell) -> List[Tuple[float, float]]:
    """Of the field without its paths, in the demo's CRS, closed."""
    (along, across), (wide, high) = FIELD_AXES, FIELD_KM
    left, bottom = cell[0] * wide + _PATH_KM, cell[1] * high + _PATH_KM
    right, top = (cell[0] + 1) * wide - _PATH_KM, (cell[1] + 1) * high - _PATH_KM
    length = along * along + across * across
    corners = []
    for u, v in ((left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)):
        east_km, north_km = (along * u - across * v) / length, (across * u + along * v) / length
        corners.append((round(WEST_M + 1000 * east_km, 1), round(_SOUTH_M + 1000 * north_km, 1)))
    return corners


def _is_inside(corners: List[Tuple[float, float]]) -> bool:
    return all(WEST_M < x < WEST_M + WIDTH_M and _SOUTH_M < y < NORTH_M for x, y in corners)


def _outline(cell: Cell) -> ogr.Geometry:
    ring = ogr.Geometry(ogr.wkbLinearRing)
    for x, y in _corners(cell):
        ring.AddPoint_2D(x, y)
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    return polygon
