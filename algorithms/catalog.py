"""What the algorithms for open catalogs share: the catalog, the search, and cut-outs that Processing loads."""

from __future__ import annotations

import re
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingParameterAuthConfig,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterPoint,
    QgsProcessingParameterString,
)

from sentinel_workbench import api
from sentinel_workbench.algorithms.area_parameters import EXTENT, POLYGONS, place_parameters, read_areas
from sentinel_workbench.algorithms.catalog_layers import load_clips, teller
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.definitions import advanced, choice, day, is_given, suggested, text
from sentinel_workbench.algorithms.parameters import END, START
from sentinel_workbench.core.errors import Cancelled, InvalidInput, WorkbenchError
from sentinel_workbench.core.progress import Part
from sentinel_workbench.core.qgis.item_layers import measure_clips
from sentinel_workbench.core.qgis.open_data import open_catalog
from sentinel_workbench.core.qgis.open_desk import OpenServices
from sentinel_workbench.core.qgis.stac_catalogs import CatalogStore
from sentinel_workbench.core.qgis.temporal import from_qdatetime
from sentinel_workbench.core.services.clip_order import ClipOrder
from sentinel_workbench.core.services.stac import CatalogService
from sentinel_workbench.core.services.stac_search import SceneSearch, together
from sentinel_workbench.core.stac.records import DEFAULT_MAXIMUM, DEFAULT_PAGE, LARGEST_PAGE, StacItem

CATALOG, AUTH, KEYS, PAYS = "CATALOG", "AUTH", "STORAGE_AUTH", "REQUESTER_PAYS"
STORAGE, REGION = "STORAGE", "STORAGE_REGION"
COLLECTIONS, POINT, CLOUD, CONDITIONS, IDS = "COLLECTIONS", "POINT", "MAX_CLOUD", "CONDITIONS", "IDS"
SORT, PAGE_SIZE, MAX_RESULTS, FOLD = "SORT", "PAGE_SIZE", "MAX_RESULTS", "FOLD"
BANDS, GRID, PIXEL, SHIFT, INSIDE, SMOOTH = "BANDS", "GRID", "PIXEL_SIZE", "APPLY_OFFSET", "INSIDE_ONLY", "SMOOTH"
FOLDER, LOAD, TITLE, RASTERS = "FOLDER", "LOAD", "TITLE", "RASTERS"
CATALOG_HELP = (
    "The catalog is a saved one, one of the known ones (earth-search, planetary-computer, cdse), the address of any "
    "STAC API, or a catalog.json or file of items. No account is needed where its files are public."
)
_BETWEEN = re.compile(r"[,;\n]+")


class CatalogAlgorithm(QgsProcessingAlgorithm):
    """Base of the algorithms for open catalogs."""

    def __init__(self) -> None:
        super().__init__()
        self._opened: Optional[OpenServices] = None
        self._refused: Optional[WorkbenchError] = None

    def createInstance(self) -> QgsProcessingAlgorithm:
        return type(self)()

    def group(self) -> str:
        return "Open data"

    def groupId(self) -> str:
        return "opendata"

    def tags(self) -> List[str]:
        return ["sentinel", "landsat", "stac", "cog", "open data", "catalog", "search", "clip", "footprints"]

    def prepareAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """On the main thread: whatever needs QGIS's settings or its credential store."""
        try:
            self._opened = self.open_catalog(values, context)
        except WorkbenchError as error:
            self._refused = error  # raised by ``catalog``: Processing swallows the text of what is raised here
        return True

    def open_catalog(self, values: Mapping[str, Any], context: QgsProcessingContext) -> OpenServices:
        """The services of the catalog the values name.

        Raises:
            WorkbenchError: it is none, or its login is not there.
        """
        return open_catalog(self.parameterAsString(values, CATALOG, context), **self.read_access(values, context))

    def read_access(
        self, values: Mapping[str, Any], context: QgsProcessingContext
    ) -> Dict[str, Any]:
        """Login, access key, whether its owner pays, and whose storage it opens; arguments of ``open_catalog``."""
        auth, keys = (self.parameterAsString(values, name, context) or None for name in (AUTH, KEYS))
        url, region = (self.parameterAsString(values, name, context).strip() for name in (STORAGE, REGION))
        return {
            "auth_config_id": auth, "keys_config_id": keys, "storage_url": url, "storage_region": region,
            "requester_pays": self.parameterAsBool(values, PAYS, context),
        }

    @contextmanager
    def catalog(self) -> Iterator[CatalogService]:
        """The catalog; errors as Processing shows them."""
        try:
            if self._refused or self._opened is None:
                raise self._refused or InvalidInput("catalog", "No catalog is named.")
            yield self._opened.catalog
        except Cancelled as stop:
            raise QgsProcessingException("Cancelled.") from stop
        except WorkbenchError as error:
            raise QgsProcessingException(str(error)) from error
        finally:
            if self._opened is not None:
                self._opened.transport.close()

    def add_catalog(self) -> None:
        """The parameter that names the catalog."""
        titles = [entry.title for entry in CatalogStore().all()]
        self.addParameter(suggested(CATALOG, "Catalog", titles[0], titles))

    def add_access(self) -> None:
        """Logins, last in the dialog."""
        self.addParameter(advanced(QgsProcessingParameterAuthConfig(AUTH, "Login to the catalog", None, True)))
        self.addParameter(advanced(QgsProcessingParameterAuthConfig(
            KEYS, "Access key to the storage of its files (user: key, password: secret)", None, True)))
        self.addParameter(advanced(QgsProcessingParameterBoolean(
            PAYS, "I pay for what is read (requester-pays storage)", False)))
        self.addParameter(advanced(text(STORAGE, "Storage of its files (https://..., when not the usual one)")))
        self.addParameter(advanced(text(REGION, "Region of that storage")))

    def add_search(self) -> None:
        """What to look for."""
        whole, real = QgsProcessingParameterNumber.Type.Integer, QgsProcessingParameterNumber.Type.Double
        for parameter in (
            QgsProcessingParameterString(COLLECTIONS, "Collections, such as sentinel-2-l2a", None, False, True),
            *place_parameters("Polygons instead of the area"),
            day(START, "First day"), day(END, "Last day (belongs to it)"),
            QgsProcessingParameterNumber(CLOUD, "Most cloud of a scene (percent)", real, 100.0, False, 0.0, 100.0),
            text(CONDITIONS, "Conditions, such as platform=sentinel-2b; view:off_nadir<5"),
            text(IDS, "Ids of scenes"),
            QgsProcessingParameterNumber(
                MAX_RESULTS, "Maximum results (stop after so many scenes)", whole, DEFAULT_MAXIMUM, False, 1),
            advanced(QgsProcessingParameterString(
                SORT, "Sort by (with - the largest first)", "-properties.datetime", False, True)),
            advanced(QgsProcessingParameterNumber(
                PAGE_SIZE, "Page size (scenes an answer brings; changes no result)", whole, DEFAULT_PAGE, False, 1,
                LARGEST_PAGE)),
            advanced(QgsProcessingParameterBoolean(
                FOLD, "Keep only the newest processing of a scene", True)),
        ):
            self.addParameter(parameter)

    def read_search(self, values: Mapping[str, Any], context: QgsProcessingContext, area: Any) -> SceneSearch:
        """The search the values describe, in ``area``.

        Raises:
            InvalidInput: a value that can't be used.
        """
        names = {name: self.parameterAsString(values, name, context) for name in (COLLECTIONS, CONDITIONS, IDS, SORT)}
        first, last = (self._day(values, name, context) for name in (START, END))
        search = SceneSearch(
            split(names[COLLECTIONS]), area, None if first is None and last is None else (first, last),
            self.parameterAsDouble(values, CLOUD, context), split(names[CONDITIONS]), split(names[IDS]),
            split(names[SORT]), self.parameterAsInt(values, PAGE_SIZE, context),
            self.parameterAsInt(values, MAX_RESULTS, context), self.parameterAsBool(values, FOLD, context),
        )  # fmt: skip
        search.query()
        return search

    def _day(self, values: Mapping[str, Any], name: str, context: QgsProcessingContext) -> Any:
        if not is_given(values, name):
            return None
        value = self.parameterAsDateTime(values, name, context)
        if not value.isValid():
            raise InvalidInput("time", f"The parameter {name} is not a date.", "Write it as 2019-01-31.")
        return from_qdatetime(value).date()

    def read_place(self, values: Mapping[str, Any], context: QgsProcessingContext) -> Any:
        """Where to look: a point, the area, all polygons together, or everywhere.

        Raises:
            InvalidInput: it can't be used.
        """
        if is_given(values, POINT):
            crs = QgsCoordinateReferenceSystem("EPSG:4326")
            point = self.parameterAsPoint(values, POINT, context, crs)
            return {"type": "Point", "coordinates": [point.x(), point.y()]}
        if not is_given(values, EXTENT) and not is_given(values, POLYGONS):
            return None
        return together(read_areas(self, values, context))

    def add_cutting(self, grid: str) -> None:
        """How to cut; ``grid`` is the default."""
        real = QgsProcessingParameterNumber.Type.Double
        for parameter in (
            QgsProcessingParameterString(BANDS, "Bands, such as B04, B08, SCL, or keys of assets", "B04, B03, B02"),
            choice(GRID, "Pixels: a file a band as it is (native), or one file a scene (shared)", ("native", "shared"),
                   grid),
            advanced(QgsProcessingParameterNumber(
                PIXEL, "Pixel size of shared pixels (the finest band's when empty)", real, None, True, 0.0)),
            advanced(QgsProcessingParameterBoolean(
                SHIFT, "Apply the offset of Sentinel-2's processing baseline 04.00", False)),
            advanced(QgsProcessingParameterBoolean(INSIDE, "No data outside the polygon", False)),
            advanced(QgsProcessingParameterBoolean(SMOOTH, "Interpolate coarser bands (never classes)", False)),
            QgsProcessingParameterString(TITLE, "Name of the group", None, optional=True),
            QgsProcessingParameterBoolean(LOAD, "Add the files to the project", True),
            QgsProcessingParameterFolderDestination(FOLDER, "Folder for the files"),
        ):
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputMultipleLayers(RASTERS, "Files"))
        for name in ("SCENES", "DONE", "FAILED"):
            self.addOutput(QgsProcessingOutputNumber(name, name.capitalize()))

    def read_order(
        self, values: Mapping[str, Any], context: QgsProcessingContext, items: Sequence[StacItem], area: api.Area
    ) -> ClipOrder:
        """The order the values describe.

        Raises:
            InvalidInput: a value that can't be used.
        """
        pixel = self.parameterAsDouble(values, PIXEL, context) if is_given(values, PIXEL) else None
        shift, inside, smooth = (self.parameterAsBool(values, name, context) for name in (SHIFT, INSIDE, SMOOTH))
        bands = split(self.parameterAsString(values, BANDS, context))
        grid = self.parameterAsEnumString(values, GRID, context)
        return ClipOrder(tuple(items), bands, area, grid, pixel, shift, inside, smooth)

    def cut(
        self,
        catalog: CatalogService,
        orders: Sequence[ClipOrder],
        values: Mapping[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Dict[str, Any]:
        """Cut, tell what came, and let Processing load it; several orders get a folder each.

        Raises:
            QgsProcessingException: no scene at all was cut.
            WorkbenchError: refused.
        """
        folder = Path(self.parameterAsString(values, FOLDER, context))
        results = []
        for number, order in enumerate(orders):
            name = re.sub(r"[^\w.\-]+", "_", order.area.name) or str(number + 1)
            part = Part(FeedbackProgress(feedback), number / len(orders), (number + 1) / len(orders))
            results.append(catalog.clip(order, folder if len(orders) == 1 else folder / name, part, teller(feedback)))
        if feedback.isCanceled():
            raise QgsProcessingException("Cancelled. Files that were finished stay in the folder.")
        title = self.parameterAsString(values, TITLE, context).strip() or "Scenes"
        counts = {state: sum(len(result.in_state(state)) for result in results) for state in api.State}
        if not counts[api.State.DONE]:
            raise QgsProcessingException(next(
                (scene.error for result in results for scene in result.scenes if scene.error), "Nothing was cut."))
        if self.parameterAsBool(values, LOAD, context):
            for result in results:
                load_clips(result, measure_clips(result), title, context)
        return {
            FOLDER: str(folder), RASTERS: [str(file.path) for result in results for file in result.files],
            "SCENES": sum(counts.values()), "DONE": counts[api.State.DONE], "FAILED": counts[api.State.FAILED],
        }  # fmt: skip


def point_parameter() -> QgsProcessingParameterPoint:
    """A place without extent."""
    return QgsProcessingParameterPoint(POINT, "Or a point", None, True)


def split(said: str) -> Tuple[str, ...]:
    """The entries of a list given as text."""
    return tuple(entry.strip() for entry in _BETWEEN.split(said or "") if entry.strip())
