"""``stacclip`` and ``stacseries``: pixels of scenes, cut to an area."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingParameterNumber,
)

from sentinel_workbench import api
from sentinel_workbench.algorithms.area_parameters import place_parameters, read_areas
from sentinel_workbench.algorithms.catalog import CATALOG_HELP, IDS, CatalogAlgorithm
from sentinel_workbench.algorithms.catalog_items import ITEMS_HELP, ItemsAlgorithm
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.definitions import choice, text
from sentinel_workbench.algorithms.parameters import END, START
from sentinel_workbench.core.progress import Part
from sentinel_workbench.core.services.stac_search import clearest
from sentinel_workbench.core.stac.records import StacItem

KEEP, DAYS = "KEEP", "SLOT_DAYS"
ALL, MONTHS, EVERY = KEPT = ("all", "clearest of each month", "clearest of so many days")
_CUT_HELP = (
    "Windows are snapped outward to whole pixels. 'native' writes a file a band with its pixels untouched; 'shared' "
    "one file a scene, all bands on the scene's own pixels. Classes such as SCL are never averaged. Files are "
    "cloud-optimised GeoTIFFs with scale, offset, no-data value, scene and date.\n\n"
    "A scene that fails stops no other; FAILED counts them and the log names the reason."
)


class ClipAlgorithm(ItemsAlgorithm):
    """Cuts the scenes of a file of items."""

    def name(self) -> str:
        return "stacclip"

    def displayName(self) -> str:
        return "Cut scenes to an area (STAC)"

    def shortHelpString(self) -> str:
        return (
            "Cuts bands of scenes to an area. Only the pixels of the area are fetched.\n\n"
            f"{ITEMS_HELP}\n\n{_CUT_HELP}"
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_items()
        for parameter in place_parameters("Polygons; each gets a folder of its own"):
            self.addParameter(parameter)
        self.addParameter(text(IDS, "Ids of the scenes to cut (all when empty)"))
        self.add_cutting("native")
        self.add_access()

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        with self.catalog() as catalog:
            items = self.read_items(catalog, values, context, feedback)
            areas = read_areas(self, values, context)
            orders = [self.read_order(values, context, items, area) for area in areas]
            return self.cut(catalog, orders, values, context, feedback)


class CatalogSeriesAlgorithm(CatalogAlgorithm):
    """Searches and cuts: a time series of an area in one step."""

    def name(self) -> str:
        return "stacseries"

    def displayName(self) -> str:
        return "Series of open data (STAC)"

    def shortHelpString(self) -> str:
        return (
            "Finds scenes in a catalog, cuts them to the area and adds them as a group that follows the Temporal "
            "Controller: all of them, or the clearest of each month or of so many days.\n\n"
            f"{CATALOG_HELP}\n\n{_CUT_HELP}"
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_catalog()
        self.add_search()
        self.addParameter(choice(KEEP, "Scenes to take", KEPT, ALL))
        whole = QgsProcessingParameterNumber.Type.Integer
        self.addParameter(QgsProcessingParameterNumber(DAYS, "So many days", whole, 10, False, 1))
        self.add_cutting("shared")
        self.add_access()

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        with self.catalog() as catalog:
            orders = []
            for area in read_areas(self, values, context):
                search = self.read_search(values, context, area)
                found = catalog.search(search, Part(FeedbackProgress(feedback), 0.0, 0.1))
                for note in found.notes:
                    feedback.pushWarning(note)
                items = self._kept(found.items, values, context)
                feedback.pushInfo(f"{found}, {len(items)} of them to cut.")
                if items:
                    orders.append(self.read_order(values, context, items, area))
            if not orders:
                raise QgsProcessingException("No scene meets the search. Widen the area, the period or the cloud.")
            return self.cut(catalog, orders, values, context, feedback)

    def _kept(
        self, items: Sequence[StacItem], values: Mapping[str, Any], context: QgsProcessingContext
    ) -> List[StacItem]:
        kind = self.parameterAsEnumString(values, KEEP, context)
        times = [item.date for item in items if item.date is not None]
        if kind == ALL or not times:
            return list(items)
        first, last = (self._day(values, name, context) for name in (START, END))
        days = api.TimeRange.of_days(first or min(times), last or max(times))
        number = self.parameterAsInt(values, DAYS, context)
        slots = api.calendar_months(days) if kind == MONTHS else api.every_n_days(days, number)
        return list(clearest(items, slots))
