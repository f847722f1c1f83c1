"""The parameters an image and a series share, and how they become an order."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any, List, Mapping, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterDateTime,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterEnum,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFile,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from sentinel_workbench import api
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.collection import known_collections
from sentinel_workbench.core.model.orders import MOSAICKING_ORDERS, TileMetadata
from sentinel_workbench.core.qgis.connections import ConnectionStore
from sentinel_workbench.core.qgis.geometry import bbox_of
from sentinel_workbench.core.qgis.temporal import from_qdatetime

CONNECTION, COLLECTION, SCRIPT, EXTENT, RESOLUTION = "CONNECTION", "COLLECTION", "EVALSCRIPT", "EXTENT", "RESOLUTION"
START, END, ORDER, CLOUD, METADATA, HUB_DATA = "START", "END", "MOSAICKING_ORDER", "MAX_CLOUD", "METADATA", "HUB_DATA"
LOCAL_HUB = "local hub"
METADATA_KINDS = tuple(kind.value for kind in TileMetadata)
_SCRIPT_BEGIN = "//VERSION"
_EXTENT = re.compile(r"\s*(-?[\d.]+(?:[eE][-+]?\d+)?)\s*,\s*(-?[\d.]+(?:[eE][-+]?\d+)?)\s*,")


def common_parameters() -> List[QgsProcessingParameterDefinition]:
    """Fresh definitions, in the order to show."""
    resolution = QgsProcessingParameterNumber(
        RESOLUTION, "Pixel size (metres)", QgsProcessingParameterNumber.Type.Double, 10.0, False, 0.01
    )
    cloud = QgsProcessingParameterNumber(
        CLOUD, "Most cloud of a tile (percent)", QgsProcessingParameterNumber.Type.Integer, 100, False, 0, 100
    )
    script = QgsProcessingParameterString(
        SCRIPT, "Evalscript: its text, a file, or a name of the library", "true_colour", multiLine=True
    )
    return [
        connection(),
        _suggested(COLLECTION, "Collection", "sentinel-2-l2a", list(known_collections())),
        script,
        QgsProcessingParameterExtent(EXTENT, "Area"),
        resolution,
        _day(START, "First day"),
        _day(END, "Last day (belongs to it)"),
        _choice(ORDER, "Which scene lies on top", MOSAICKING_ORDERS, "leastCC"),
        cloud,
        _choice(METADATA, "Tiles behind the images", METADATA_KINDS, TileMetadata.EXACT.value),
        hub_data(),
    ]


def connection() -> QgsProcessingParameterDefinition:
    """The service to ask."""
    return _suggested(CONNECTION, "Connection", LOCAL_HUB, [LOCAL_HUB, *(c.name for c in ConnectionStore().all())])


def read_area(
    algorithm: QgsProcessingAlgorithm, values: Mapping[str, Any], context: QgsProcessingContext
) -> api.BBox:
    """The extent in its own CRS, or in lon/lat when the service doesn't know that.

    Raises:
        InvalidInput: not possible.
    """
    crs = algorithm.parameterAsExtentCrs(values, EXTENT, context)
    if not crs.isValid():
        crs = QgsCoordinateReferenceSystem("EPSG:4326")
    _refuse_reversed(values.get(EXTENT), crs)
    return bbox_of(algorithm.parameterAsExtent(values, EXTENT, context, crs), crs)


def _refuse_reversed(value: Any, crs: QgsCoordinateReferenceSystem) -> None:
    """Processing swaps a west that is greater than the east, which would turn a strip across 180 into the rest."""
    numbers = _EXTENT.match(value) if isinstance(value, str) else None
    if numbers and crs.isGeographic() and float(numbers.group(1)) > float(numbers.group(2)):
        raise InvalidInput(
            "area", f"The area crosses the antimeridian (west {numbers.group(1)}, east {numbers.group(2)}).",
            "Order the two sides separately: one up to 180, one from -180.",
        )


def read_period(
    algorithm: QgsProcessingAlgorithm, values: Mapping[str, Any], context: QgsProcessingContext
) -> api.TimeRange:
    """Whole days, the last one included.

    Raises:
        InvalidInput: reversed or missing.
    """
    days = []
    for name in (START, END):
        value = algorithm.parameterAsDateTime(values, name, context)
        if not value.isValid():
            raise InvalidInput("time", f"The parameter {name} is not a date.", "Write it as 2019-01-31.")
        days.append(from_qdatetime(value).date())
    return api.TimeRange.of_days(*days)


def read_image_order(
    algorithm: QgsProcessingAlgorithm,
    values: Mapping[str, Any],
    context: QgsProcessingContext,
    period: Optional[api.TimeRange] = None,
) -> api.ImageOrder:
    """The order the values describe.

    Raises:
        InvalidInput: a value that can't be used.
    """
    return api.image_order(
        read_area(algorithm, values, context),
        algorithm.parameterAsDouble(values, RESOLUTION, context),
        algorithm.parameterAsString(values, COLLECTION, context).strip(),
        read_script_text(algorithm.parameterAsString(values, SCRIPT, context)),
        period,
        algorithm.parameterAsEnumString(values, ORDER, context),
        algorithm.parameterAsInt(values, CLOUD, context),
        TileMetadata(algorithm.parameterAsEnumString(values, METADATA, context)),
    )


def read_script_text(value: str) -> str:
    """An evalscript given as text, as the path of a file, or as a name of the library.

    Raises:
        InvalidInput: none of the three.
    """
    text = value.strip()
    if text.startswith(_SCRIPT_BEGIN) or "\n" in text:
        return value
    path = Path(text)
    if text and path.suffix and path.is_file():
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput("evalscript", f"The evalscript {path} can't be read.", "Check the file.") from error
    if path.suffix or "/" in text or "\\" in text:
        raise InvalidInput("evalscript", f"There is no evalscript file {text}.", "Check the path.")
    return api.library_script(text)


def title_of(order: api.ImageOrder, period: Optional[api.TimeRange]) -> str:
    """A group's name when none is given."""
    collection = order.sources[0].collection
    known = known_collections().get(collection)
    name = known.title.split(" (")[0] if known else collection
    if period is None:
        return name
    last = period.end - dt.timedelta(days=1)
    return f"{name}, {period.start.date()} to {last.date()}"


def _suggested(name: str, title: str, default: str, hints: List[str]) -> QgsProcessingParameterString:
    parameter = QgsProcessingParameterString(name, title, default)
    parameter.setMetadata({"widget_wrapper": {"value_hints": hints}})
    return parameter


def _choice(name: str, title: str, options, default: str) -> QgsProcessingParameterEnum:
    return QgsProcessingParameterEnum(name, title, list(options), False, default, False, usesStaticStrings=True)


def _day(name: str, title: str) -> QgsProcessingParameterDateTime:
    return QgsProcessingParameterDateTime(name, title, QgsProcessingParameterDateTime.Type.Date, None, True)


def hub_data() -> QgsProcessingParameterDefinition:
    """Where a local hub of its own finds what it serves."""
    folder = QgsProcessingParameterFile(
        HUB_DATA, "Folder of the local hub's scenes (its demo scenes when empty)",
        QgsProcessingParameterFile.Behavior.Folder, optional=True,
    )
    folder.setFlags(folder.flags() | QgsProcessingParameterDefinition.Flag.FlagAdvanced)
    return folder
