"""Where and how fine: an extent or polygons, pixel size or width and height, projection."""

from __future__ import annotations

import re
from typing import Any, List, Mapping, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsProcessing,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterCrs,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
)

from sentinel_workbench import api
from sentinel_workbench.algorithms.definitions import advanced, is_given
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.qgis.geometry import area_of, bbox_of
from sentinel_workbench.core.services.order_making import UTM, Raster

EXTENT, POLYGONS, NAME_FIELD = "EXTENT", "POLYGONS", "NAME_FIELD"
RESOLUTION, WIDTH, HEIGHT = "RESOLUTION", "WIDTH", "HEIGHT"
CRS, USE_UTM, SNAP = "CRS", "UTM", "SNAP"
MOST_POLYGONS = 200
"""Orders at once; each is a series of its own."""
_CORNERS = re.compile(r"\s*(-?[\d.]+(?:[eE][-+]?\d+)?)\s*,\s*(-?[\d.]+(?:[eE][-+]?\d+)?)\s*,")


def place_parameters(polygons: str) -> List[QgsProcessingParameterDefinition]:
    """An extent or polygons; ``polygons`` is the title of the layer."""
    vector = QgsProcessing.SourceType.TypeVectorPolygon
    return [
        QgsProcessingParameterExtent(EXTENT, "Area", None, True),
        QgsProcessingParameterFeatureSource(POLYGONS, polygons, [vector], None, True),
        advanced(QgsProcessingParameterField(
            NAME_FIELD, "Field with the polygons' names", None, POLYGONS, optional=True)),
    ]


def size_parameters() -> List[QgsProcessingParameterDefinition]:
    """Pixel size or width and height, and the projection."""
    real, whole = QgsProcessingParameterNumber.Type.Double, QgsProcessingParameterNumber.Type.Integer
    return [
        QgsProcessingParameterNumber(RESOLUTION, "Pixel size (metres)", real, 10.0, True, 0.01),
        advanced(QgsProcessingParameterNumber(WIDTH, "Width (pixels), not the pixel size", whole, None, True, 1)),
        advanced(QgsProcessingParameterNumber(HEIGHT, "Height (pixels), likewise", whole, None, True, 1)),
        advanced(QgsProcessingParameterCrs(CRS, "Projection of the image (that of the area when empty)", None, True)),
        advanced(QgsProcessingParameterBoolean(USE_UTM, "Use the UTM zone of the area as projection", False)),
        advanced(QgsProcessingParameterBoolean(
            SNAP, "Pixel edges at whole multiples of the pixel size, in the UTM zone of the area", False)),
    ]


def read_areas(
    algorithm: QgsProcessingAlgorithm,
    values: Mapping[str, Any],
    context: QgsProcessingContext,
    most: int = MOST_POLYGONS,
) -> List[api.Area]:
    """The extent, or one area for each polygon, in their own CRS, or in lon/lat when the service doesn't know that.

    Raises:
        InvalidInput: none or both are given, or it can't be used.
    """
    if not is_given(values, POLYGONS):
        if not is_given(values, EXTENT):
            raise InvalidInput("area", "No area is given.", f"Give {EXTENT} or {POLYGONS}.")
        return [api.Area(_read_extent(algorithm, values, context))]
    if is_given(values, EXTENT):
        raise InvalidInput("area", f"Both {EXTENT} and {POLYGONS} are given.", "Leave one of them empty.")
    return _read_polygons(algorithm, values, context, most)


def read_raster(
    algorithm: QgsProcessingAlgorithm, values: Mapping[str, Any], context: QgsProcessingContext
) -> Raster:
    """Pixel size or sides, and the projection.

    Raises:
        InvalidInput: settings that contradict each other.
    """
    width, height = (_read_side(algorithm, values, context, name) for name in (WIDTH, HEIGHT))
    snap = algorithm.parameterAsBool(values, SNAP, context)
    crs = algorithm.parameterAsCrs(values, CRS, context) if is_given(values, CRS) else None
    if snap and (width or height):
        raise InvalidInput("size", f"{SNAP} needs a pixel size, not {WIDTH} or {HEIGHT}.", f"Give {RESOLUTION} alone.")
    if crs is not None and not crs.authid().startswith("EPSG:"):
        raise InvalidInput("crs", f"'{values[CRS]}' is not a projection with an EPSG code.", "Choose one that has.")
    if crs is not None and algorithm.parameterAsBool(values, USE_UTM, context):
        raise InvalidInput("crs", f"Both {CRS} and {USE_UTM} are given.", "Leave one of them out.")
    utm = snap or algorithm.parameterAsBool(values, USE_UTM, context)
    resolution = algorithm.parameterAsDouble(values, RESOLUTION, context)
    return Raster(
        resolution if resolution > 0 else None, width, height, crs.authid() if crs else UTM if utm else None, snap
    )


def _read_side(
    algorithm: QgsProcessingAlgorithm, values: Mapping[str, Any], context: QgsProcessingContext, name: str
) -> Optional[int]:
    return algorithm.parameterAsInt(values, name, context) if is_given(values, name) else None


def _read_polygons(
    algorithm: QgsProcessingAlgorithm, values: Mapping[str, Any], context: QgsProcessingContext, most: int
) -> List[api.Area]:
    source = algorithm.parameterAsSource(values, POLYGONS, context)
    if source is None:
        raise InvalidInput("area", f"The layer {values[POLYGONS]} can't be read.", "Choose a layer of polygons.")
    features = sorted(source.getFeatures(), key=QgsFeature.id)
    if not 1 <= len(features) <= most:
        raise InvalidInput("area", f"{len(features)} polygons are chosen; 1 to {most} are possible.", "Select fewer.")
    field = algorithm.parameterAsString(values, NAME_FIELD, context)
    if field and source.fields().indexOf(field) < 0:
        names = ", ".join(source.fields().names())
        raise InvalidInput("area", f"The layer has no field '{field}'.", f"It has {names}.")
    return [
        area_of(feature.geometry(), source.sourceCrs(), str(feature[field] if field else feature.id()))
        for feature in features
    ]


def _read_extent(
    algorithm: QgsProcessingAlgorithm, values: Mapping[str, Any], context: QgsProcessingContext
) -> api.BBox:
    crs = algorithm.parameterAsExtentCrs(values, EXTENT, context)
    if not crs.isValid():
        crs = QgsCoordinateReferenceSystem("EPSG:4326")
    _refuse_reversed(values.get(EXTENT), crs)
    return bbox_of(algorithm.parameterAsExtent(values, EXTENT, context, crs), crs)


def _refuse_reversed(value: Any, crs: QgsCoordinateReferenceSystem) -> None:
    """Processing swaps a west that is greater than the east, which would turn a strip across 180 into the rest."""
    numbers = _CORNERS.match(value) if isinstance(value, str) else None
    if numbers and crs.isGeographic() and float(numbers.group(1)) > float(numbers.group(2)):
        raise InvalidInput(
            "area", f"The area crosses the antimeridian (west {numbers.group(1)}, east {numbers.group(2)}).",
            "Order the two sides separately: one up to 180, one from -180.",
        )
