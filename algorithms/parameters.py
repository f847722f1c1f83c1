"""The parameters the orders share: service, inputs, script, time and outputs; and how they become an order."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, List, Mapping, Optional, Tuple

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingParameterDefinition,
    QgsProcessingParameterFile,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from sentinel_workbench import api
from sentinel_workbench.algorithms.area_parameters import place_parameters, read_raster, size_parameters
from sentinel_workbench.algorithms.definitions import advanced, choice, day, suggested, text
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.collection import known_collections
from sentinel_workbench.core.model.orders import JPEG, MOSAICKING_ORDERS, PNG, TIFF, TileMetadata
from sentinel_workbench.core.qgis.connections import ConnectionStore
from sentinel_workbench.core.qgis.open_sources import OpenSourceStore
from sentinel_workbench.core.qgis.own_scripts import OwnScripts
from sentinel_workbench.core.qgis.temporal import from_qdatetime
from sentinel_workbench.core.services.fusion import read_further
from sentinel_workbench.core.services.order_making import make_image_order, make_responses
from sentinel_workbench.core.services.orders import collection_named, data_source

CONNECTION, COLLECTION, SCRIPT, HUB_DATA = "CONNECTION", "COLLECTION", "EVALSCRIPT", "HUB_DATA"
START, END, ORDER, CLOUD, METADATA = "START", "END", "MOSAICKING_ORDER", "MAX_CLOUD", "METADATA"
OPTIONS, SOURCE_ID, FURTHER = "OPTIONS", "SOURCE_ID", "FURTHER_SOURCES"
FORMAT, QUALITY, USERDATA, MOST_UNITS = "FORMAT", "QUALITY", "USERDATA", "MAX_UNITS"
LOCAL_HUB = "local hub"
METADATA_KINDS = tuple(kind.value for kind in TileMetadata)
FORMATS = {"GeoTIFF": TIFF, "PNG": PNG, "JPEG": JPEG}
_SCRIPT_BEGIN = "//VERSION"
DAY_SHAPE = "Write it as 2019-01-31."


def order_parameters(polygons: str) -> List[QgsProcessingParameterDefinition]:
    """Everything an order is made of, in the order to show; ``polygons`` is the title of the layer of areas."""
    return [
        connection(),
        collection(),
        script(),
        *place_parameters(polygons),
        *size_parameters(),
        day(START, "First day"),
        day(END, "Last day (belongs to it)"),
        choice(ORDER, "Which scene lies on top", MOSAICKING_ORDERS, "leastCC"),
        cloud(),
        *input_parameters(),
        metadata(TileMetadata.EXACT),
        advanced(choice(FORMAT, "Format the service delivers", list(FORMATS), "GeoTIFF")),
        advanced(_quality()),
        most_units(),
        hub_data(),
    ]


def input_parameters() -> List[QgsProcessingParameterDefinition]:
    """Settings of the collection, and further collections."""
    return [
        advanced(text(OPTIONS, "Options of the collection, such as orbitDirection=ASCENDING, upsampling=BICUBIC")),
        advanced(QgsProcessingParameterString(
            SOURCE_ID, "Id of the collection in the script, with further collections", None, False, True)),
        advanced(text(FURTHER, "Further collections (data fusion), as JSON like input.data of a request")),
    ]


def connection() -> QgsProcessingParameterDefinition:
    """The service to ask."""
    saved = [*(one.name for one in ConnectionStore().all()), *(one.name for one in OpenSourceStore().all())]
    return suggested(CONNECTION, "Connection", LOCAL_HUB, [LOCAL_HUB, *saved])


def collection() -> QgsProcessingParameterDefinition:
    """A type id, also one of the user's own."""
    return suggested(COLLECTION, "Collection", "sentinel-2-l2a", list(known_collections()))


def script(default: str = "true_colour") -> QgsProcessingParameterDefinition:
    """An evalscript."""
    title = "Evalscript: its text, a file, or a name of the library"
    return QgsProcessingParameterString(SCRIPT, title, default, multiLine=True)


def cloud() -> QgsProcessingParameterDefinition:
    """The limit of tiles."""
    whole = QgsProcessingParameterNumber.Type.Integer
    return QgsProcessingParameterNumber(CLOUD, "Most cloud of a tile (percent)", whole, 100, False, 0, 100)


def metadata(default: TileMetadata) -> QgsProcessingParameterDefinition:
    """How tiles are recorded."""
    return choice(METADATA, "Tiles behind the images", METADATA_KINDS, default.value)


def userdata() -> QgsProcessingParameterDefinition:
    """Where the script's user data go."""
    return advanced(QgsProcessingParameterFileDestination(
        USERDATA, "User data of the script", "JSON (*.json);;Table (*.csv)", None, True, False))


def most_units() -> QgsProcessingParameterDefinition:
    """The estimate above which nothing is sent."""
    real = QgsProcessingParameterNumber.Type.Double
    title = "Send nothing that costs more (processing units, 0 for no limit)"
    return advanced(QgsProcessingParameterNumber(MOST_UNITS, title, real, 0.0, True, 0.0))


def hub_data() -> QgsProcessingParameterDefinition:
    """Where a local hub of its own finds what it serves."""
    return advanced(QgsProcessingParameterFile(
        HUB_DATA, "Folder of the local hub's scenes (its demo scenes when empty)",
        QgsProcessingParameterFile.Behavior.Folder, optional=True,
    ))


def _quality() -> QgsProcessingParameterDefinition:
    whole = QgsProcessingParameterNumber.Type.Integer
    return QgsProcessingParameterNumber(QUALITY, "Quality of a JPEG", whole, 90, False, 0, 100)


def read_days(
    algorithm: QgsProcessingAlgorithm, values: Mapping[str, Any], context: QgsProcessingContext
) -> Tuple[dt.date, dt.date]:
    """First and last day.

    Raises:
        InvalidInput: one is missing.
    """
    days = []
    for name in (START, END):
        value = algorithm.parameterAsDateTime(values, name, context)
        if not value.isValid():
            raise InvalidInput("time", f"The parameter {name} is not a date.", DAY_SHAPE)
        days.append(from_qdatetime(value).date())
    return days[0], days[1]


def read_period(
    algorithm: QgsProcessingAlgorithm, values: Mapping[str, Any], context: QgsProcessingContext
) -> api.TimeRange:
    """Whole days, the last one included.

    Raises:
        InvalidInput: reversed or missing.
    """
    return api.TimeRange.of_days(*read_days(algorithm, values, context))


def read_sources(
    algorithm: QgsProcessingAlgorithm, values: Mapping[str, Any], context: QgsProcessingContext
) -> Tuple[api.DataSource, ...]:
    """The collection and the further ones, without time.

    Raises:
        InvalidInput: a setting a collection does not take.
    """
    def said(name: str) -> str:
        return algorithm.parameterAsString(values, name, context).strip()

    first = data_source(
        said(COLLECTION),
        algorithm.parameterAsEnumString(values, ORDER, context),
        algorithm.parameterAsInt(values, CLOUD, context),
        said(OPTIONS),
        said(SOURCE_ID),
    )
    return (first, *read_further(said(FURTHER)))


def read_image_order(
    algorithm: QgsProcessingAlgorithm, values: Mapping[str, Any], context: QgsProcessingContext, area: api.Area
) -> api.ImageOrder:
    """The order the values describe over ``area``, without time.

    Raises:
        InvalidInput: a value that can't be used.
    """
    def has(name: str) -> bool:
        return algorithm.parameterDefinition(name) is not None

    text_of_script = read_script_text(algorithm.parameterAsString(values, SCRIPT, context))
    mime = FORMATS[algorithm.parameterAsEnumString(values, FORMAT, context)] if has(FORMAT) else TIFF
    quality = algorithm.parameterAsInt(values, QUALITY, context) if mime == JPEG else None
    wants_data = has(USERDATA) and bool(algorithm.parameterAsFileOutput(values, USERDATA, context))
    wanted = algorithm.parameterAsEnumString(values, METADATA, context) if has(METADATA) else "none"
    return make_image_order(
        area,
        read_raster(algorithm, values, context),
        read_sources(algorithm, values, context),
        text_of_script,
        make_responses(text_of_script, mime, quality, True if wants_data else None),
        TileMetadata(wanted),
    )


def read_script_text(value: str) -> str:
    """An evalscript given as text, as the path of a file, or as a name of the library or of the user's own.

    Raises:
        InvalidInput: none of these.
    """
    said = value.strip()
    if said.startswith(_SCRIPT_BEGIN) or "\n" in said:
        return value
    path = Path(said)
    if said and path.suffix and path.is_file():
        return read_text_file(path, "evalscript")
    if path.suffix or "/" in said or "\\" in said:
        raise InvalidInput("evalscript", f"There is no evalscript file {said}.", "Check the path.")
    own = next((one for one in OwnScripts().all() if said and said in (one.name, one.title)), None)
    return own.text if own else api.library_script(said)


def read_text_file(path: Path, what: str) -> str:
    """The text of a file.

    Raises:
        InvalidInput: it can't be read.
    """
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(what, f"The {what} {path} can't be read.", "Check the file.") from error


def title_of(order: api.ImageOrder, period: Optional[api.TimeRange]) -> str:
    """A group's name when none is given."""
    name = collection_named(order.sources[0].collection).title.split(" (")[0]
    return name if period is None else f"{name}, {period.label()}"
