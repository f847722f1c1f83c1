"""The plugin's group in the Processing toolbox."""

from __future__ import annotations

from pathlib import Path

from qgis.core import QgsProcessingProvider
from qgis.PyQt.QtGui import QIcon

from sentinel_workbench.algorithms.availability import AvailabilityAlgorithm
from sentinel_workbench.algorithms.byoc_change import ChangeAlgorithm, CopyAlgorithm
from sentinel_workbench.algorithms.byoc_collections import CollectionsAlgorithm, CreateAlgorithm, DeleteAlgorithm
from sentinel_workbench.algorithms.byoc_find import FindTilesAlgorithm
from sentinel_workbench.algorithms.byoc_tiles import EditAlgorithm, IngestAlgorithm, TilesAlgorithm, WatchAlgorithm
from sentinel_workbench.algorithms.byoc_upload import UploadAlgorithm
from sentinel_workbench.algorithms.catalog_clip import CatalogSeriesAlgorithm, ClipAlgorithm
from sentinel_workbench.algorithms.catalog_search import CatalogSearchAlgorithm
from sentinel_workbench.algorithms.catalog_stream import StreamAlgorithm
from sentinel_workbench.algorithms.cbm_images import CbmBackgroundAlgorithm, CbmChipsAlgorithm
from sentinel_workbench.algorithms.cbm_parcels import CbmParcelsAlgorithm, CbmPeersAlgorithm
from sentinel_workbench.algorithms.cbm_series import CbmSeriesAlgorithm
from sentinel_workbench.algorithms.check_cog import CheckCogAlgorithm
from sentinel_workbench.algorithms.image import ImageAlgorithm, PreviewAlgorithm
from sentinel_workbench.algorithms.make_cog import MakeCogAlgorithm
from sentinel_workbench.algorithms.parcel_chips import ChipsAlgorithm
from sentinel_workbench.algorithms.parcel_tables import HistogramAlgorithm, SeriesTableAlgorithm
from sentinel_workbench.algorithms.request import RequestAlgorithm
from sentinel_workbench.algorithms.series import SeriesAlgorithm
from sentinel_workbench.algorithms.statistics import StatisticsAlgorithm

ALGORITHMS = (
    ImageAlgorithm, SeriesAlgorithm, PreviewAlgorithm, RequestAlgorithm, AvailabilityAlgorithm, StatisticsAlgorithm,
    CollectionsAlgorithm, CreateAlgorithm, ChangeAlgorithm, CopyAlgorithm, DeleteAlgorithm, TilesAlgorithm,
    IngestAlgorithm, EditAlgorithm, WatchAlgorithm, CheckCogAlgorithm, MakeCogAlgorithm, FindTilesAlgorithm,
    UploadAlgorithm,
    CatalogSearchAlgorithm, StreamAlgorithm, ClipAlgorithm, CatalogSeriesAlgorithm,
    HistogramAlgorithm, ChipsAlgorithm, SeriesTableAlgorithm,
    CbmParcelsAlgorithm, CbmPeersAlgorithm, CbmSeriesAlgorithm, CbmChipsAlgorithm, CbmBackgroundAlgorithm,
)  # fmt: skip
ICONS = Path(__file__).resolve().parents[1] / "resources" / "icons"


class WorkbenchProvider(QgsProcessingProvider):
    """``sentinelworkbench:image``, ``sentinelworkbench:byoctiles``, ..."""

    def id(self) -> str:
        return "sentinelworkbench"

    def name(self) -> str:
        return "Sentinel Workbench"

    def icon(self) -> QIcon:
        return QIcon(str(ICONS / "workbench.svg"))

    def loadAlgorithms(self) -> None:
        for kind in ALGORITHMS:
            self.addAlgorithm(kind())
