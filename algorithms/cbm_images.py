"""``cbmchips`` and ``cbmbackground``: images of a CbM server around a place or a parcel."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Dict, Mapping, Tuple

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterPoint,
    QgsProcessingParameterRasterDestination,
    QgsProcessingParameterString,
)

from sentinel_workbench.algorithms import parameters
from sentinel_workbench.algorithms.cbm import AOI, CBM_HELP, PID, POINT, TYPE, YEAR, CbmAlgorithm
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.definitions import choice, day, is_given, suggested
from sentinel_workbench.algorithms.parcel_chips import load_chips
from sentinel_workbench.algorithms.parcels import tell_series
from sentinel_workbench.core.cbm.client import CbmClient
from sentinel_workbench.core.cbm.records import LARGEST_CHIP_M, LEVELS, RADAR_LEVELS
from sentinel_workbench.core.errors import InvalidInput, UnexpectedAnswer
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.services.chips_place import PlaceChips, fetch_background, fetch_place_chips

LEVEL, BANDS, SIZE, PICTURES, FOLDER = "LEVEL", "BANDS", "SIZE", "PICTURES", "FOLDER"
LOAD, TITLE, RASTERS, MAP, EXTENT_M, PIXELS, OUTPUT = "LOAD", "TITLE", "RASTERS", "MAP", "EXTENT_M", "PIXELS", "OUTPUT"
_MOST_PIXELS = 4096
_PLACE_HELP = "The place is a point, or the middle of a parcel, for which area, year and id are needed."


class PlaceAlgorithm(CbmAlgorithm):
    """Base of both: a place, or a parcel whose middle is meant."""

    def add_place(self) -> None:
        """The server and the place; area, year and id only for a parcel."""
        self.add_server(with_table=False)
        self.addParameter(QgsProcessingParameterPoint(POINT, "Place", None, True))
        for name, title in ((AOI, "Or a parcel: its area, such as nl"), (YEAR, "its year"), (TYPE, "its type"),
                            (PID, "its id")):
            self.addParameter(QgsProcessingParameterString(name, title, None, False, True))

    def check(self, values: Mapping[str, Any], context: QgsProcessingContext) -> None:
        """See ``CbmAlgorithm.check``."""
        if is_given(values, PID):
            self.read_table(values, context)
        elif not is_given(values, POINT):
            raise InvalidInput("place", "No place is named.", f"Give {POINT}, or {AOI}, {YEAR} and {PID}.")

    def read_place(
        self, client: CbmClient, values: Mapping[str, Any], context: QgsProcessingContext, progress: Progress
    ) -> Tuple[float, float]:
        """Longitude and latitude. Of a parcel the server is asked, for it fails for every chip question by id.

        Raises:
            NotThere: no such parcel.
        """
        if not is_given(values, PID):
            point = self.parameterAsPoint(values, POINT, context, QgsCoordinateReferenceSystem("EPSG:4326"))
            return point.x(), point.y()
        pid = self.parameterAsString(values, PID, context)
        parcel = client.parcel_by_id(self.read_table(values, context), pid, geometry=False, progress=progress)
        if parcel.lon is None or parcel.lat is None:
            raise UnexpectedAnswer(f"The server does not tell where parcel {pid} lies.", f"Give {POINT}.")
        return parcel.lon, parcel.lat


class CbmChipsAlgorithm(PlaceAlgorithm):
    """Chips around a place."""

    def name(self) -> str:
        return "cbmchips"

    def displayName(self) -> str:
        return "Image chips of a CbM server around a place"

    def shortHelpString(self) -> str:
        return (
            "Has a CbM server cut small images around a place at every date of a period: bands of Sentinel-2 as they "
            "are, or as one picture in colour of three, and backscatter (CARD-BS) or coherence (CARD-COH6) of "
            "Sentinel-1, always VV and VH. Loaded, they are a group that follows the Temporal Controller. Periods with "
            "more images than a server makes at once are asked for in parts; further bands come by one request for "
            f"many images.\n\n{_PLACE_HELP}\n\n{CBM_HELP}"
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_place()
        whole = QgsProcessingParameterNumber.Type.Integer
        for parameter in (
            day(parameters.START, "First day"), day(parameters.END, "Last day (belongs to it)"),
            choice(LEVEL, "Product", (*LEVELS, *RADAR_LEVELS), LEVELS[0]),
            QgsProcessingParameterString(BANDS, "Bands of Sentinel-2", "B08, B04, B03", False, True),
            QgsProcessingParameterBoolean(PICTURES, "Three bands as one picture in colour", True),
            QgsProcessingParameterNumber(SIZE, "Side (metres)", whole, 1280, False, 1, LARGEST_CHIP_M),
            QgsProcessingParameterString(TITLE, "Name of the group", None, optional=True),
            QgsProcessingParameterBoolean(LOAD, "Add the chips to the project", True),
            QgsProcessingParameterFolderDestination(FOLDER, "Folder for the chips"),
            parameters.hub_data(),
        ):
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputMultipleLayers(RASTERS, "Chips"))
        for name in ("CHIPS", "DATES", "FAILED", "REQUESTS"):
            self.addOutput(QgsProcessingOutputNumber(name, name.capitalize()))

    def check(self, values: Mapping[str, Any], context: QgsProcessingContext) -> None:
        """See ``CbmAlgorithm.check``."""
        super().check(values, context)
        self.read_chips(values, context, (0.0, 0.0))

    def read_chips(
        self, values: Mapping[str, Any], context: QgsProcessingContext, place: Tuple[float, float]
    ) -> PlaceChips:
        """Which chips.

        Raises:
            InvalidInput: a value no server would take.
        """
        period = parameters.read_period(self, values, context)
        first, last = period.start.date(), (period.end - dt.timedelta(seconds=1)).date()
        text = self.parameterAsString(values, BANDS, context).upper().replace(";", ",")
        bands = tuple(word.strip() for word in text.split(",") if word.strip())
        return PlaceChips(
            *place, first, last, bands, self.parameterAsInt(values, SIZE, context),
            self.parameterAsEnumString(values, LEVEL, context),
        )

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        folder, progress = Path(self.parameterAsString(values, FOLDER, context)), FeedbackProgress(feedback)
        with self.client(feedback) as client:
            wanted = self.read_chips(values, context, self.read_place(client, values, context, progress))
            pictures = self.parameterAsBool(values, PICTURES, context)
            series = fetch_place_chips(client, wanted, folder, progress, pictures)
        tell_series(series, feedback)
        if series.failures and not series.chips:
            raise QgsProcessingException(series.failures[0].sentence)
        if self.parameterAsBool(values, LOAD, context):
            load_chips(series, self.parameterAsString(values, TITLE, context).strip() or "Chips", context)
        return {
            FOLDER: str(folder), RASTERS: [str(chip.path) for chip in series.chips], "CHIPS": len(series.chips),
            "DATES": len(series.dates), "FAILED": len(series.failures), "REQUESTS": series.requests,
        }  # fmt: skip


class CbmBackgroundAlgorithm(PlaceAlgorithm):
    """A map around a place."""

    def name(self) -> str:
        return "cbmbackground"

    def displayName(self) -> str:
        return "Background map of a CbM server"

    def shortHelpString(self) -> str:
        return (
            "Asks a CbM server for a map around a place as a GeoTIFF: google, bing and osm are usual, and a national "
            f"server may have its own.\n\n{_PLACE_HELP}\n\n{CBM_HELP}"
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_place()
        whole, real = QgsProcessingParameterNumber.Type.Integer, QgsProcessingParameterNumber.Type.Double
        for parameter in (
            suggested(MAP, "Map", "google", ["google", "bing", "osm"]),
            QgsProcessingParameterNumber(EXTENT_M, "Side (metres)", real, 512.0, False, 1.0, LARGEST_CHIP_M),
            QgsProcessingParameterNumber(PIXELS, "Side (pixels)", whole, 512, False, 16, _MOST_PIXELS),
            QgsProcessingParameterRasterDestination(OUTPUT, "Map"),
            parameters.hub_data(),
        ):
            self.addParameter(parameter)

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        target, progress = Path(self.parameterAsOutputLayer(values, OUTPUT, context)), FeedbackProgress(feedback)
        name = self.parameterAsString(values, MAP, context).strip().lower()
        extent = self.parameterAsDouble(values, EXTENT_M, context)
        pixels = self.parameterAsInt(values, PIXELS, context)
        with self.client(feedback) as client:
            place = self.read_place(client, values, context, progress)
            fetch_background(client, *place, target, extent, pixels, name, progress)
        return {OUTPUT: str(target)}
