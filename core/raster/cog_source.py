"""A raster as the service wants it, still virtual: chosen bands, sample type, no-data value, CRS, north up."""

from __future__ import annotations

import math
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Optional, Sequence, Tuple

import numpy as np
from osgeo import gdal, osr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.projection import spatial_reference, utm_crs
from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.core.raster.cog_place import is_allowed_crs, read_place

SAMPLE_TYPES = {
    "UINT8": gdal.GDT_Byte, "UINT16": gdal.GDT_UInt16, "INT16": gdal.GDT_Int16, "UINT32": gdal.GDT_UInt32,
    "INT32": gdal.GDT_Int32, "FLOAT32": gdal.GDT_Float32,
}
_RANGES = {"UINT8": (0, 255), "UINT16": (0, 65535), "INT16": (-32768, 32767), "UINT32": (0, 2**32 - 1),
           "INT32": (-(2**31), 2**31 - 1)}
_READ_PX = 4_000_000
_SURE_PERCENT = 90
_UTM_DEGREES = 9.0
_UTM_LATITUDES = (-80.0, 84.0)


@dataclass(frozen=True)
class Conversion:
    """Attributes as of ``CogOptions``; ``bands`` are 1-based."""

    bands: Sequence[int]
    nodata: Optional[float] = None
    crs: Optional[str] = None
    assigned_crs: Optional[str] = None
    sample_type: Optional[str] = None
    interpolates: bool = False


def converted(dataset: gdal.Dataset, conversion: Conversion, stack: ExitStack) -> gdal.Dataset:
    """``dataset`` converted, as a virtual raster that ``stack`` closes; use inside ``gdalguard.writing``.

    Raises:
        InvalidInput: it can't be done without more choices.
    """
    if conversion.crs and not is_allowed_crs(epsg_of(conversion.crs)):
        raise InvalidInput("crs", f"The service does not ingest files in {conversion.crs}.",
                           "Use EPSG:4326, 3857, 3035 or a UTM zone.")
    reference = _reference(dataset, conversion.assigned_crs)
    _check_samples(dataset, conversion)
    nodata = _nodata(dataset, conversion)
    translated = gdal.Translate(
        "", dataset, format="VRT", bandList=list(conversion.bands), noData=nodata, maskBand="none",
        outputSRS=reference.ExportToWkt(), outputType=_output_type(dataset, conversion),
    )
    plain = stack.enter_context(gdalguard.closing(gdalguard.made(translated)))
    place = read_place(plain)
    if place.geotransform is None:
        raise InvalidInput("source", "The raster does not say where its pixels lie.", "Georeference it first.")
    target = conversion.crs or (f"EPSG:{place.epsg}" if _is_allowed(place.epsg) else _fitting_crs(plain, reference))
    if _is_allowed(place.epsg) and target == f"EPSG:{place.epsg}" and place.is_upright:
        return plain
    return stack.enter_context(gdalguard.closing(_warped(plain, target, nodata, conversion.interpolates)))


def epsg_of(crs: str) -> int:
    """The code of ``EPSG:n``, 0 for anything else."""
    authority, _, code = crs.partition(":")
    return int(code) if authority == "EPSG" and code.isdigit() else 0


def _is_allowed(epsg: Optional[int]) -> bool:
    return epsg is not None and is_allowed_crs(epsg)


def _reference(dataset: gdal.Dataset, assigned: Optional[str]) -> osr.SpatialReference:
    """The raster's CRS with its EPSG code, where it has one that it does not name."""
    own = dataset.GetSpatialRef()
    if own is None:
        if not assigned:
            raise InvalidInput("assigned_crs", "The raster does not say in which CRS it is.", "Choose its CRS.")
        return spatial_reference(assigned)
    if own.GetAuthorityName(None) == "EPSG":
        return own
    matches = [match for match, confidence in own.FindMatches() or () if confidence >= _SURE_PERCENT]
    return next((match for match in matches if match.GetAuthorityName(None) == "EPSG"), own)


def _check_samples(dataset: gdal.Dataset, conversion: Conversion) -> None:
    bands = [dataset.GetRasterBand(index) for index in conversion.bands]
    if conversion.sample_type:
        for band in bands:
            _check_range(band, conversion.sample_type)
        return
    names = {gdal.GetDataTypeName(band.DataType) for band in bands}
    foreign = sorted(gdal.GetDataTypeName(band.DataType) for band in bands if band.DataType not in _READABLE)
    if foreign:
        raise InvalidInput("sample_type", f"The service does not read samples of the type {foreign[0]}.",
                           "Choose a sample type, such as FLOAT32.")
    if len(names) > 1:
        raise InvalidInput("sample_type", f"The bands are of different types: {', '.join(sorted(names))}.",
                           "Choose one sample type for all, or make a file for each band.")


_READABLE = (*SAMPLE_TYPES.values(), getattr(gdal, "GDT_Int8", gdal.GDT_Byte))


def _check_range(band: gdal.Band, sample_type: str) -> None:
    """Refuse a type that can't hold the band's values."""
    if gdal.DataTypeIsComplex(band.DataType):
        raise InvalidInput("source", "Complex numbers can't be ingested.", "Write their parts as bands of their own.")
    if sample_type == "FLOAT32" or band.DataType == SAMPLE_TYPES[sample_type]:
        return
    lowest, highest = _extremes(band)
    low, high = _RANGES[sample_type]
    if math.isnan(lowest):
        raise InvalidInput("sample_type", f"Pixels that are not a number (NaN) do not fit {sample_type}.",
                           "Choose FLOAT32.")
    if lowest < low or highest > high:
        raise InvalidInput("sample_type", f"Values from {lowest:g} to {highest:g} do not fit {sample_type}.",
                           "Choose a larger sample type.")


def _extremes(band: gdal.Band) -> Tuple[float, float]:
    """The smallest and the largest value, no-data values too, for they must fit as well; NaN when there is one."""
    rows = max(1, _READ_PX // band.XSize)
    lowest, highest = np.inf, -np.inf
    for row in range(0, band.YSize, rows):
        values = gdalguard.made(band.ReadAsArray(0, row, band.XSize, min(rows, band.YSize - row)))
        lowest, highest = np.minimum(lowest, values.min()), np.maximum(highest, values.max())
    return float(lowest), float(highest)


def _output_type(dataset: gdal.Dataset, conversion: Conversion) -> int:
    if conversion.sample_type:
        return SAMPLE_TYPES[conversion.sample_type]
    return dataset.GetRasterBand(conversion.bands[0]).DataType


def _nodata(dataset: gdal.Dataset, conversion: Conversion) -> Optional[float]:
    """The value to declare."""
    own = dataset.GetRasterBand(conversion.bands[0]).GetNoDataValue()
    return own if conversion.nodata is None else conversion.nodata


def _fitting_crs(dataset: gdal.Dataset, reference: osr.SpatialReference) -> str:
    """An allowed CRS for a raster in another one: its UTM zone, or degrees for what is larger than that."""
    west, south, east, north = _degrees(dataset, reference)
    middle = ((west + east) / 2, (south + north) / 2)
    fits = _UTM_LATITUDES[0] <= south and north <= _UTM_LATITUDES[1] and east - west <= _UTM_DEGREES
    return utm_crs(*middle) if fits else "EPSG:4326"


def _degrees(dataset: gdal.Dataset, reference: osr.SpatialReference) -> Tuple[float, float, float, float]:
    """West, south, east and north of the raster."""
    own = reference.Clone()
    own.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    transformation = osr.CoordinateTransformation(own, spatial_reference("EPSG:4326"))
    a, b, c, d, e, f = dataset.GetGeoTransform()
    corners = [(col, row) for col in (0, dataset.RasterXSize) for row in (0, dataset.RasterYSize)]
    xs, ys = zip(*((a + b * col + c * row, d + e * col + f * row) for col, row in corners))
    try:
        bounds = transformation.TransformBounds(min(xs), min(ys), max(xs), max(ys), 21)
    except RuntimeError as error:
        raise InvalidInput("crs", f"The raster's place can't be told in degrees: {error}", "Choose a CRS.") from error
    if not all(map(math.isfinite, bounds)):
        raise InvalidInput("crs", "The raster's place can't be told in degrees.", "Choose a CRS.")
    return bounds


def _warped(dataset: gdal.Dataset, crs: str, nodata: Optional[float], interpolates: bool) -> gdal.Dataset:
    floating = gdal.GetDataTypeName(dataset.GetRasterBand(1).DataType).startswith("Float")
    if nodata is None and not floating:
        raise InvalidInput("nodata", "Reprojection leaves pixels without a value at the edges.",
                           "Choose a no-data value that no pixel has.")
    return gdalguard.made(gdal.Warp(
        "", dataset, format="VRT", dstSRS=spatial_reference(crs).ExportToWkt(), srcNodata=nodata,
        dstNodata=math.nan if nodata is None else nodata,
        resampleAlg=gdal.GRA_Bilinear if interpolates else gdal.GRA_NearestNeighbour,
    ))
