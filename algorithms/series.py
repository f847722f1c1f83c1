"""``sentinelworkbench:series``: one image for each time slot, of one area or of each polygon of a layer."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Sequence

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingOutputVectorLayer,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterString,
)

from sentinel_workbench import api
from sentinel_workbench.algorithms import parameters
from sentinel_workbench.algorithms.area_parameters import read_areas
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.help import AREA_HELP, INPUTS_HELP, LOCAL_HUB_HELP
from sentinel_workbench.algorithms.order import OrderAlgorithm, RasterDresser, TableGrouper, load_later
from sentinel_workbench.algorithms.slots import read_slots, slot_parameters
from sentinel_workbench.algorithms.telling import tell_plans, tell_series
from sentinel_workbench.core.model.timerange import ANY_TIME
from sentinel_workbench.core.progress import Part
from sentinel_workbench.core.qgis.layers import layer_name
from sentinel_workbench.core.qgis.tables import IMAGES, TILES, has_userdata
from sentinel_workbench.core.qgis.tasks import SeriesOutcome, deliver_series
from sentinel_workbench.core.services.checks import check_order
from sentinel_workbench.core.services.orders import are_timeless
from sentinel_workbench.core.services.tables import write_area_tables
from sentinel_workbench.core.services.userdata_table import USERDATA_TABLE

TITLE, FOLDER, LOAD, RASTERS = "TITLE", "FOLDER", "LOAD", "RASTERS"
_TABLES_NAME = "tables.gpkg"
_UNSAFE = re.compile(r"[^\w\-]+")


class PlacedSeries(NamedTuple):
    """A series, where its files go (a sub-folder's name, "" for the folder itself), and the name of its area."""

    order: api.SeriesOrder
    place: str
    area: str


class SeriesAlgorithm(OrderAlgorithm):
    """Images of time slots into a folder, with the tables ``images`` and ``tiles``."""

    def name(self) -> str:
        return "series"

    def displayName(self) -> str:
        return "Series of images"

    def shortHelpString(self) -> str:
        return (
            "Fetches one image for each time slot of a period and writes them to a folder, with a GeoPackage that says "
            "which satellite tiles each was made of, and what the script returned as user data. A script with several "
            "outputs gives a raster for each.\n\n"
            "Slots: calendar months, every so many days, so many equal parts, the whole period as one, or days picked "
            "from a list, such as those of 'Available scenes'.\n\n"
            f"{AREA_HELP} Several polygons make a series each, in sub-folders named after them; the outputs IMAGES and "
            f"TILES tell of all of them, with the polygon's name in the field area.\n\n{INPUTS_HELP}\n\n"
            "A collection without time, such as elevation, needs no dates and makes one image.\n\n"
            "A slot that fails stops no other; FAILED counts them and the log names the reason. Where nothing more can "
            "succeed, as when the account's units are used up, the rest is not tried. Images that were fetched before "
            "come from the cache and cost nothing, so that the same run goes on where it stopped.\n\n"
            + LOCAL_HUB_HELP
        )

    def initAlgorithm(self, config: Any = None) -> None:
        for parameter in parameters.order_parameters("Polygons, a series for each, instead of the area"):
            self.addParameter(parameter)
        for parameter in slot_parameters():
            self.addParameter(parameter)
        self.addParameter(QgsProcessingParameterString(TITLE, "Name of the group", None, optional=True))
        self.addParameter(QgsProcessingParameterBoolean(LOAD, "Add the images to the project", True))
        self.addParameter(QgsProcessingParameterFolderDestination(FOLDER, "Folder for the images"))
        self.addParameter(parameters.userdata())
        self.addOutput(QgsProcessingOutputMultipleLayers(RASTERS, "Images"))
        self.addOutput(QgsProcessingOutputFile("TABLES", "Tables"))
        self.addOutput(QgsProcessingOutputVectorLayer("IMAGES", "Table of images"))
        self.addOutput(QgsProcessingOutputVectorLayer("TILES", "Table of tiles"))
        for name in ("SUCCEEDED", "FAILED", "FROM_CACHE", "REQUESTS", "PROCESSING_UNITS"):
            self.addOutput(QgsProcessingOutputNumber(name, name.replace("_", " ").capitalize()))

    def read_order(self, values: Mapping[str, Any], context: QgsProcessingContext) -> Sequence[PlacedSeries]:
        """The orders the values describe, one for each polygon.

        Raises:
            InvalidInput: a value that can't be used.
        """
        timeless = are_timeless(parameters.read_sources(self, values, context))
        period, slots = (None, (ANY_TIME,)) if timeless else read_slots(self, values, context)
        areas = read_areas(self, values, context)
        names = _folder_names([area.name for area in areas]) if len(areas) > 1 else [""]
        title = self.parameterAsString(values, TITLE, context).strip()
        found = []
        for area, place in zip(areas, names):
            image = parameters.read_image_order(self, values, context, area)
            named = title or parameters.title_of(image, period)
            order = api.SeriesOrder(image, tuple(slots), f"{area.name}, {named}" if place else named)
            found.append(PlacedSeries(order, place, area.name))
        return found

    def check_order(self, order: Sequence[PlacedSeries]) -> None:
        for one in order:
            check_order(one.order.orders()[0])

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        folder = Path(self.parameterAsString(values, FOLDER, context))
        with self.services(feedback) as services:
            orders = self.read_order(values, context)
            most_units = self.parameterAsDouble(values, parameters.MOST_UNITS, context)
            tell_plans([one.order for one in orders], feedback, most_units)
            outcomes: List[SeriesOutcome] = []
            for outcome in self._fetch(services, orders, folder, feedback):
                outcomes.append(outcome)
                done = outcome.result.in_state(api.State.DONE)
                self.write_userdata(values, context, done, orders[len(outcomes) - 1].place)
            if not any(outcome.result.in_state(api.State.DONE) for outcome in outcomes):
                raise QgsProcessingException(_first_error(outcomes))
            tables = _write_tables(orders, outcomes, folder)
        if self.parameterAsBoolean(values, LOAD, context):
            for outcome in outcomes:
                _load(outcome, context)
        untried = 0 if feedback.isCanceled() else sum(len(one.order.slots) for one in orders[len(outcomes):])
        return {FOLDER: str(folder), **_outputs(outcomes, tables, untried)}

    def _fetch(
        self, services: api.Services, orders: Sequence[PlacedSeries], folder: Path, feedback: QgsProcessingFeedback
    ) -> Iterator[SeriesOutcome]:
        """Series by series, each delivered and told, until nothing more can succeed."""
        for number, one in enumerate(orders):
            if feedback.isCanceled():
                return
            part = Part(FeedbackProgress(feedback), number / len(orders), (number + 1) / len(orders))
            result = services.series.fetch(one.order, part)
            target = folder / one.place
            outcome = deliver_series(result, target, target / _TABLES_NAME)
            tell_series(outcome.result, feedback)
            yield outcome
            left = len(orders) - number - 1
            if result.stopped_by and left:
                feedback.reportError(f"Polygons not tried: {left}. Run it again to go on from here.")
                return


def _folder_names(names: Sequence[str]) -> List[str]:
    """Names that every file system takes, each once."""
    found: List[str] = []
    for name in names:
        safe = _UNSAFE.sub("_", name).strip("_")[:80] or "area"
        number, unique = 1, safe
        while unique.casefold() in (taken.casefold() for taken in found):
            number += 1
            unique = f"{safe}_{number}"
        found.append(unique)
    return found


def _first_error(outcomes: Sequence[SeriesOutcome]) -> str:
    errors = (image.error for outcome in outcomes for image in outcome.result.images if image.error)
    return next(errors, "Cancelled before an image was done.")


def _write_tables(orders: Sequence[PlacedSeries], outcomes: Sequence[SeriesOutcome], folder: Path) -> Path:
    """Of all polygons together, or those of the one series.

    Raises:
        WorkbenchError: they can't be written.
    """
    if len(orders) > 1:
        results = [(one.area, outcome.result) for one, outcome in zip(orders, outcomes)]
        write_area_tables(results, folder / _TABLES_NAME)
    return folder / _TABLES_NAME


def _outputs(outcomes: Sequence[SeriesOutcome], tables: Path, untried: int) -> Dict[str, Any]:
    results = [outcome.result for outcome in outcomes]
    done = [image for result in results for image in result.in_state(api.State.DONE)]
    return {
        RASTERS: [str(path) for image in done for path in image.rasters.values()],
        "TABLES": str(tables),
        "IMAGES": f"{tables}|layername={IMAGES}",
        "TILES": f"{tables}|layername={TILES}",
        "SUCCEEDED": len(done),
        "FAILED": untried + sum(len(result.in_state(api.State.FAILED)) for result in results),
        "FROM_CACHE": sum(image.from_cache for image in done),
        "REQUESTS": sum(result.requests for result in results),
        "PROCESSING_UNITS": sum(result.processing_units for result in results),
    }


def _tables_of(path: Path) -> Sequence[str]:
    return (IMAGES, TILES, USERDATA_TABLE) if has_userdata(path) else (IMAGES, TILES)


def _load(outcome: SeriesOutcome, context: QgsProcessingContext) -> None:
    if outcome.tables is None:
        return
    group = outcome.result.order.title
    for slot, image in enumerate(outcome.result.images):
        for identifier, path in image.rasters.items():
            dresser = RasterDresser(image, identifier, outcome.stretches.get(identifier), group, slot)
            load_later(context, str(path), layer_name(image, identifier), dresser, group)
    for table in _tables_of(outcome.tables):
        load_later(context, f"{outcome.tables}|layername={table}", table, TableGrouper(group), group)
