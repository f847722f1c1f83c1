"""Which cells of a grid lie inside a polygon."""

from __future__ import annotations

import json
from typing import Any, Mapping, Optional

import numpy as np
from osgeo import gdal, ogr, osr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.projection import spatial_reference

gdal.UseExceptions()
ogr.UseExceptions()

_SEGMENTS = 64


def geometry_mask(geometry: Mapping[str, Any], grid: PixelGrid, crs: Optional[str] = None) -> np.ndarray:
    """True where the cell centre lies inside ``geometry``, boolean (rows, cols).

    Args:
        geometry: GeoJSON Polygon or MultiPolygon.
        grid: the cells.
        crs: of the geometry, easting/northing or lon/lat; the grid's own when None.

    Raises:
        InvalidInput: not a polygon, or it can't be expressed in the grid's CRS.
    """
    shape = polygon_from_geojson(geometry)
    if crs is not None and crs != grid.bbox.crs:
        shape = _transformed(shape, crs, grid)
    reference = spatial_reference(grid.bbox.crs)
    target = gdal.GetDriverByName("MEM").Create("", grid.width, grid.height, 1, gdal.GDT_Byte)
    target.SetGeoTransform(grid.geotransform)
    target.SetSpatialRef(reference)
    holder = ogr.GetDriverByName("Memory").CreateDataSource("mask")
    layer = holder.CreateLayer("mask", reference, ogr.wkbUnknown)
    feature = ogr.Feature(layer.GetLayerDefn())
    feature.SetGeometry(shape)
    layer.CreateFeature(feature)
    gdal.RasterizeLayer(target, [1], layer, burn_values=[1])
    return target.ReadAsArray().astype(bool)


def polygon_from_geojson(geometry: Mapping[str, Any]) -> ogr.Geometry:
    """The OGR geometry of a GeoJSON Polygon or MultiPolygon.

    Raises:
        InvalidInput: something else, or coordinates that make no polygon.
    """
    if not isinstance(geometry, Mapping) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        kind = geometry.get("type") if isinstance(geometry, Mapping) else type(geometry).__name__
        raise InvalidInput("geometry", f"The geometry is a {kind}, not a Polygon or MultiPolygon.")
    try:
        shape = ogr.CreateGeometryFromJson(json.dumps(geometry))
    except (RuntimeError, TypeError, ValueError) as error:
        raise InvalidInput("geometry", f"The geometry can't be read: {error}") from error
    if shape is None or shape.IsEmpty():
        raise InvalidInput("geometry", "The geometry is empty.")
    return shape


def _transformed(shape: ogr.Geometry, crs: str, grid: PixelGrid) -> ogr.Geometry:
    west, east, south, north = shape.GetEnvelope()
    shape = shape.Clone()
    shape.Segmentize(max(east - west, north - south) / _SEGMENTS)
    try:
        shape.Transform(osr.CoordinateTransformation(spatial_reference(crs), spatial_reference(grid.bbox.crs)))
    except RuntimeError as error:
        raise InvalidInput("geometry", f"The geometry can't be expressed in {grid.bbox.crs}.") from error
    return shape
