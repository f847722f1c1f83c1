"""The parcel of a CbM server that is selected on the map."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional, Tuple

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsFeature,
    QgsGeometry,
    QgsProject,
    QgsVectorLayer,
)

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.qgis.cbm_layers import ParcelOrigin, origin_of, selected_parcel
from sentinel_workbench.ui.translation import tr

_LON_LAT, _METRES = "EPSG:4326", "EPSG:3857"


@dataclass(frozen=True)
class ChosenParcel:
    """A parcel somebody selected: its id, where it came from, its middle in degrees and how large it is."""

    pid: str
    origin: ParcelOrigin
    lon: float
    lat: float
    side_m: float
    text: str


def chosen_parcel(layer: Optional[QgsVectorLayer]) -> Optional[ChosenParcel]:
    """The one selected parcel of a server, None when none or several are selected."""
    found, origin = selected_parcel(layer), origin_of(layer)
    if found is None or origin is None or layer is None or found[1].geometry().isNull():
        return None
    pid, feature = found
    try:
        lon, lat = place_in_degrees(feature.geometry().centroid(), layer.crs())
        side_m = _in_metres(feature, layer) * math.cos(math.radians(lat))
    except InvalidInput:
        return None
    names = feature.fields().names()
    crop = str(feature["cropname"] or "") if "cropname" in names else ""
    area = feature["area_m2"] if "area_m2" in names else None
    size = f"{float(area) / 10_000:.2f} ha" if isinstance(area, (int, float)) else ""
    return ChosenParcel(pid, origin, lon, lat, side_m, ", ".join(part for part in (pid, crop, size) if part))


def place_in_degrees(point: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> Tuple[float, float]:
    """Longitude and latitude of a point.

    Raises:
        InvalidInput: its CRS can't express them.
    """
    moved = QgsGeometry(point)
    try:
        moved.transform(QgsCoordinateTransform(crs, QgsCoordinateReferenceSystem(_LON_LAT), QgsProject.instance()))
    except QgsCsException as error:
        raise InvalidInput("place", tr("This place has no longitude and latitude.")) from error
    return moved.asPoint().x(), moved.asPoint().y()


def _in_metres(feature: QgsFeature, layer: QgsVectorLayer) -> float:
    """The longer side of the parcel in Web Mercator, which is longer than on the ground away from the equator."""
    shape = QgsGeometry(feature.geometry())
    try:
        shape.transform(QgsCoordinateTransform(layer.crs(), QgsCoordinateReferenceSystem(_METRES),
                                               QgsProject.instance()))
    except QgsCsException as error:
        raise InvalidInput("place", tr("This place has no longitude and latitude.")) from error
    box = shape.boundingBox()
    return max(box.width(), box.height())
