"""What the algorithms over a file of items share: the file as a catalog, and the scenes in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, List, Mapping, Sequence

from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingParameterFile

from sentinel_workbench.algorithms.catalog import IDS, CatalogAlgorithm, split
from sentinel_workbench.core.qgis.open_data import open_catalog
from sentinel_workbench.core.qgis.open_desk import OpenServices
from sentinel_workbench.core.services.stac import CatalogService
from sentinel_workbench.core.services.stac_search import SceneSearch
from sentinel_workbench.core.stac.records import StacItem

ITEMS = "ITEMS"
ITEMS_HELP = "The scenes come from a file of items, such as 'Search open data' writes, or a single STAC item."
_ADDRESS = re.compile(r"https?://[^/\"\\\\]+")


class ItemsAlgorithm(CatalogAlgorithm):
    """Base of the algorithms over scenes of a file."""

    def add_items(self) -> None:
        """The file."""
        behavior = QgsProcessingParameterFile.Behavior.File
        self.addParameter(QgsProcessingParameterFile(
            ITEMS, "Items", behavior, fileFilter="Items (*.json *.geojson);;All files (*)"))

    def open_catalog(self, values: Mapping[str, Any], context: QgsProcessingContext) -> OpenServices:
        """The file of items as a catalog; QGIS may have another proxy for each host of its files."""
        path = self.parameterAsFile(values, ITEMS, context)
        return open_catalog(path, hosts=hosts_in(Path(path)), **self.read_access(values, context))

    def read_items(
        self, catalog: CatalogService, values: Mapping[str, Any], context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Sequence[StacItem]:
        """The scenes of the file, or those whose ids are named.

        Raises:
            WorkbenchError: the file can't be read.
        """
        ids = split(self.parameterAsString(values, IDS, context))
        found = catalog.search(SceneSearch(ids=ids, sort=(), max_results=None, fold=False))
        for note in found.notes:
            feedback.pushWarning(note)
        return found.items


def hosts_in(path: Path) -> List[str]:
    """An address of each host in a file of items."""
    try:
        found = _ADDRESS.findall(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        return []  # opening it says what is wrong
    return list(dict.fromkeys(found))
