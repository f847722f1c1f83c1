"""``stacsearch``: the scenes of a catalog as a layer."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Mapping, Tuple

from qgis.core import (
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProcessingOutputNumber,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterVectorDestination,
    QgsVectorLayer,
)

from sentinel_workbench.algorithms.catalog import CATALOG_HELP, CatalogAlgorithm, point_parameter
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.order import process_later, processed
from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.progress import Part
from sentinel_workbench.core.qgis.item_layers import dress_items
from sentinel_workbench.core.services.stac_footprints import ItemFootprints

OUTPUT, ITEMS = "OUTPUT", "ITEMS"


class CatalogSearchAlgorithm(CatalogAlgorithm):
    """Footprints of scenes with all they are known by, and the scenes themselves for further steps."""

    def name(self) -> str:
        return "stacsearch"

    def displayName(self) -> str:
        return "Search open data (STAC)"

    def shortHelpString(self) -> str:
        return (
            "Finds scenes in a catalog and writes their footprints as polygons with every property as a field of its "
            "type. The layer is coloured by cloud and follows the Temporal Controller. The file of items goes into "
            "'Cut scenes to an area'; no address in it is signed.\n\n"
            f"{CATALOG_HELP}\n\n"
            "Maximum results says where to stop; page size only how many scenes one answer brings.\n\n"
            "Conditions compare any property the catalog lists: =, !=, <, <=, >, >=. Catalogs that can't filter are "
            "filtered here, and the log says so."
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_catalog()
        self.add_search()
        self.addParameter(point_parameter())
        polygons = QgsProcessing.SourceType.TypeVectorPolygon
        self.addParameter(QgsProcessingParameterVectorDestination(OUTPUT, "Footprints", polygons))
        self.addParameter(QgsProcessingParameterFileDestination(
            ITEMS, "Items, for further steps", "GeoJSON (*.geojson *.json)", None, True))
        self.addOutput(QgsProcessingOutputNumber("FOUND", "Scenes found"))
        self.addOutput(QgsProcessingOutputNumber("MATCHED", "Scenes the catalog knows of, -1 when it does not tell"))
        self.add_access()

    def checkParameterValues(self, values: Mapping[str, Any], context: QgsProcessingContext) -> Tuple[bool, str]:
        """Refuse what can't succeed before anything runs."""
        good, reason = super().checkParameterValues(values, context)
        if not good:
            return good, reason
        try:
            self.read_search(values, context, self.read_place(values, context))
        except WorkbenchError as error:
            return False, str(error)
        return True, ""

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        target = Path(self.parameterAsOutputLayer(values, OUTPUT, context))
        if target.suffix.lower() != ".gpkg":
            raise QgsProcessingException(f"{target.name} is no GeoPackage. Use a name that ends with .gpkg.")
        items = self.parameterAsFileOutput(values, ITEMS, context)
        progress = FeedbackProgress(feedback)
        with self.catalog() as catalog:
            place = self.read_place(values, context)
            found = catalog.search(self.read_search(values, context, place), Part(progress, 0.0, 0.9))
            target.parent.mkdir(parents=True, exist_ok=True)
            written = catalog.footprints(found.items, target, Part(progress, 0.9, 1.0))
            if items:
                catalog.save(found.items, Path(items))
        for note in found.notes:
            feedback.pushWarning(note)
        if written.without_shape:
            feedback.pushWarning(f"{written.without_shape} scenes have no shape that can be read.")
        if not found.complete:
            feedback.pushWarning(f"The search ended at the maximum of {len(found.items) + found.folded} results.")
        feedback.pushInfo(f"{found}.")
        if context.willLoadLayerOnCompletion(str(target)):
            process_later(context.layerToLoadOnCompletionDetails(str(target)), ItemDresser(written))
        matched = -1 if found.matched is None else found.matched
        return {OUTPUT: str(target), ITEMS: items, "FOUND": len(found.items), "MATCHED": matched}


class ItemDresser(QgsProcessingLayerPostProcessorInterface):
    """Gives a layer of items that Processing loads its style and time."""

    def __init__(self, written: ItemFootprints) -> None:
        super().__init__()
        self._written = written

    def postProcessLayer(self, layer: Any, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> None:
        processed(self)
        if isinstance(layer, QgsVectorLayer):
            layer.setName("Scenes")
            dress_items(layer, self._written)
