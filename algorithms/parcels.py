"""What the algorithms for parcels share: the parcels, where chips come from, and when a parcel is clear."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, List, Mapping, Optional, Sequence, Tuple

from qgis.core import (
    QgsFeatureRequest,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSource,
    QgsProcessingFeedback,
    QgsProcessingParameterAuthConfig,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from sentinel_workbench.algorithms import parameters
from sentinel_workbench.algorithms.connected import ConnectedAlgorithm, FeedbackProgress
from sentinel_workbench.algorithms.definitions import advanced, choice, day, is_given, suggested
from sentinel_workbench.algorithms.files import telling_errors
from sentinel_workbench.core.cbm.client import CbmClient
from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.model.chips import ChipFailure, ChipOrder, ChipSeries
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.progress import Part
from sentinel_workbench.core.qgis.cbm_servers import CbmServers, named_server, open_server
from sentinel_workbench.core.qgis.open_data import open_catalog
from sentinel_workbench.core.qgis.open_desk import OpenServices
from sentinel_workbench.core.qgis.parcel_layers import id_field_of, read_parcels
from sentinel_workbench.core.qgis.stac_catalogs import CatalogStore
from sentinel_workbench.core.services.chips_cbm import CbmChips
from sentinel_workbench.core.services.chips_hub import HubChips
from sentinel_workbench.core.services.chips_stac import StacChips
from sentinel_workbench.core.services.parcel_chips import ChipSource
from sentinel_workbench.core.services.scl_histogram import ClearRule, HistogramRun, SclRow, clear_dates

PARCELS, ID_FIELD, SOURCE, SERVER, SERVER_AUTH, CATALOG = (
    "PARCELS", "ID_FIELD", "SOURCE", "CBM_SERVER", "CBM_AUTH", "CATALOG",
)  # fmt: skip
BAD, MOST_BAD, COVERAGE, TOUCHED = "BAD_CLASSES", "MAX_BAD", "MIN_COVERAGE", "ALL_TOUCHED"
HUB, CBM, STAC = "sentinel hub", "cbm", "stac"
SOURCES_HELP = (
    "Images come from a Sentinel Hub connection or the local hub, from a CbM server, or from an open STAC catalog. "
    "Parcels that lie close together share images, so a thousand of them need few requests. A CbM server is a saved "
    "one or an address, with a login of QGIS's authentication manager or CBM_USER and CBM_PASSWORD."
)
RULE_HELP = (
    "A parcel is clear when none of its pixels is in a bad class: by default cloud shadow (3), clouds (8, 9), cirrus "
    "(10) and snow (11). Pixels belong to the parcel their centre lies in; the strict mode takes all it touches. "
    "Pixels without data never count as clear."
)
_MOST_TOLD = 20


class ParcelAlgorithm(ConnectedAlgorithm):
    """Base of the algorithms for parcels."""

    def __init__(self) -> None:
        super().__init__()
        self._kind = HUB
        self._server: Optional[CbmClient] = None
        self._catalog: Optional[OpenServices] = None

    def group(self) -> str:
        return "Parcels"

    def groupId(self) -> str:
        return "parcels"

    def tags(self) -> List[str]:
        return ["sentinel", "parcel", "cbm", "scl", "cloud", "histogram", "chip", "ndvi", "time series", "iacs"]

    def add_parcels(self) -> None:
        """The layer of parcels, and where images come from."""
        polygons = QgsProcessing.SourceType.TypeVectorPolygon
        catalogs = [entry.title for entry in CatalogStore().all()]
        servers = [server.name for server in CbmServers().all()]
        for parameter in (
            QgsProcessingParameterFeatureSource(PARCELS, "Parcels", [polygons]),
            QgsProcessingParameterField(ID_FIELD, "Field with the parcels' ids", None, PARCELS, optional=True),
            day(parameters.START, "First day"), day(parameters.END, "Last day (belongs to it)"),
            choice(SOURCE, "Images come from", (HUB, CBM, STAC), HUB),
            parameters.connection(),
            suggested(parameters.COLLECTION, "Collection", "sentinel-2-l2a", ["sentinel-2-l2a", "sentinel-2-c1-l2a"]),
            suggested(SERVER, "CbM server", None, servers, True),
            advanced(QgsProcessingParameterAuthConfig(SERVER_AUTH, "Login to the CbM server", None, True)),
            suggested(CATALOG, "STAC catalog", catalogs[0] if catalogs else None, catalogs, True),
        ):
            self.addParameter(parameter)

    def add_rule(self) -> None:
        """When a parcel is clear."""
        real = QgsProcessingParameterNumber.Type.Double
        for parameter in (
            QgsProcessingParameterString(BAD, "Scene classes that cloud a parcel", "3, 8, 9, 10, 11", False, True),
            advanced(QgsProcessingParameterNumber(
                MOST_BAD, "Part of a parcel that may be bad (percent)", real, 0.0, False, 0.0, 100.0)),
            advanced(QgsProcessingParameterNumber(
                COVERAGE, "Part of a parcel that must have data (percent)", real, 100.0, False, 0.0, 100.0)),
            advanced(QgsProcessingParameterBoolean(TOUCHED, "Strict: count every pixel a parcel touches", False)),
        ):
            self.addParameter(parameter)

    def prepareAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """On the main thread: the login of the chosen source, and of no other."""
        self._kind = self.parameterAsEnumString(values, SOURCE, context)
        try:
            if self._kind == CBM:
                auth = self.parameterAsString(values, SERVER_AUTH, context) or None
                named = self.parameterAsString(values, SERVER, context)
                if not named.strip():
                    raise InvalidInput("server", "No CbM server is named.", f"Give {SERVER}.")
                self._server = open_server(named_server(named, auth))
            elif self._kind == STAC:
                self._catalog = open_catalog(self.parameterAsString(values, CATALOG, context))
            else:
                return super().prepareAlgorithm(values, context, feedback)
        except WorkbenchError as error:
            self._refused = error
        return True

    def checkParameterValues(self, values: Mapping[str, Any], context: QgsProcessingContext) -> Tuple[bool, str]:
        """Refuse what can't succeed before anything runs."""
        good, reason = super().checkParameterValues(values, context)
        if not good:
            return good, reason
        try:
            self.check(values, context)
        except WorkbenchError as error:
            return False, str(error)
        return True, ""

    def check(self, values: Mapping[str, Any], context: QgsProcessingContext) -> None:
        """Read what needs no service.

        Raises:
            InvalidInput: a value that can't be used.
        """
        self.read_rule(values, context)
        parameters.read_period(self, values, context)

    def read_rule(self, values: Mapping[str, Any], context: QgsProcessingContext) -> ClearRule:
        """The rule the values describe.

        Raises:
            InvalidInput: a value that can't be used.
        """
        text = self.parameterAsString(values, BAD, context)
        try:
            classes = frozenset(int(word) for word in text.replace(";", ",").split(",") if word.strip())
        except ValueError as error:
            raise InvalidInput("bad classes", f"'{text}' are no classes.", "Write them as 3, 8, 9.") from error
        shares = [self.parameterAsDouble(values, name, context) / 100.0 for name in (MOST_BAD, COVERAGE)]
        return ClearRule(classes, shares[0], shares[1], self.parameterAsBool(values, TOUCHED, context))

    def read_order(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback,
        bands: Sequence[str] = ("SCL",),
    ) -> ChipOrder:
        """Parcels and period; before a service is asked for anything.

        Raises:
            QgsProcessingException: a value that can't be used.
        """
        with telling_errors():
            return self._read_order(values, context, feedback, bands)

    def _read_order(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback,
        bands: Sequence[str],
    ) -> ChipOrder:
        source = self.parameterAsSource(values, PARCELS, context)
        if source is None:
            raise InvalidInput("parcels", "The layer of parcels can't be read.", "Choose another.")
        names = source.fields().names()
        field = self.parameterAsString(values, ID_FIELD, context) if is_given(values, ID_FIELD) else id_field_of(names)
        as_they_are = QgsProcessingFeatureSource.FlagSkipGeometryValidityChecks  # told by read_parcels, not refused
        features = source.getFeatures(QgsFeatureRequest(), as_they_are)
        parcels, notes = read_parcels(features, source.sourceCrs(), field)
        for note in notes[:_MOST_TOLD]:
            feedback.pushWarning(note)
        return ChipOrder(parcels, parameters.read_period(self, values, context), tuple(bands))

    @contextmanager
    def chips(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Iterator[ChipSource]:
        """Where chips come from; errors as Processing shows them."""
        collection = self.parameterAsString(values, parameters.COLLECTION, context).strip()
        if self._kind == HUB:
            with self.services(feedback) as services:
                yield HubChips(services.series, services.availability, collection)
            return
        try:
            with telling_errors():
                if self._refused:
                    raise self._refused
                yield self._other_source(collection)
        finally:
            if self._server is not None:
                self._server.close()
            if self._catalog is not None:
                self._catalog.transport.close()

    def find_clear(
        self, source: ChipSource, order: ChipOrder, rule: ClearRule, folder: Path, feedback: QgsProcessingFeedback
    ) -> Tuple[List[SclRow], Mapping[int, Any]]:
        """Rows of the scene classes, and the clear dates of each parcel that has any."""
        series = source.fetch(order, folder, Part(FeedbackProgress(feedback), 0.0, 0.4))
        tell_series(series, feedback)
        run = HistogramRun(order.parcels, series.chips, rule)
        rows = run.rows(Part(FeedbackProgress(feedback), 0.4, 0.5))
        tell_failures(run.failures, order.parcels, feedback)
        clear = clear_dates(rows)
        feedback.pushInfo(
            f"{sum(map(len, clear.values()))} of {len(rows)} dates of parcels are clear; "
            f"{len(order.parcels) - len(clear)} parcels have none."
        )
        return rows, clear

    def _other_source(self, collection: str) -> ChipSource:
        if self._server is not None:
            return CbmChips(self._server)
        if self._catalog is None:
            raise InvalidInput("source", "No source of images is named.")
        return StacChips(self._catalog.catalog, collection)


def tell_series(series: ChipSeries, feedback: QgsProcessingFeedback) -> None:
    """What came, what failed, what to mind."""
    for note in series.notes:
        feedback.pushWarning(note)
    tell_failures(series.failures, series.order.parcels, feedback)
    counted = f", {series.requests} requests" if series.requests else ""  # nobody counts those for ranges of files
    images, dates, parcels = len(series.chips), len(series.dates), len(series.order.parcels)
    feedback.pushInfo(f"{images} images of {dates} dates for {parcels} parcels{counted}.")


def tell_failures(failures: Sequence[ChipFailure], parcels: Sequence[Parcel], feedback: QgsProcessingFeedback) -> None:
    """One line each, the first twenty."""
    for failure in failures[:_MOST_TOLD]:
        names = ", ".join(parcels[number].pid for number in failure.parcels[:3])
        more = f" and {len(failure.parcels) - 3} more" if len(failure.parcels) > 3 else ""
        when = f"{failure.date:%Y-%m-%d}" if failure.date else "all dates"
        feedback.reportError(f"{names}{more}, {when}: {failure.sentence}")
    if len(failures) > _MOST_TOLD:
        feedback.reportError(f"... and {len(failures) - _MOST_TOLD} more.")


def need_geopackage(path: Path) -> Path:
    """``path`` when tables can go there.

    Raises:
        QgsProcessingException: it is no GeoPackage.
    """
    if path.suffix.lower() != ".gpkg":
        raise QgsProcessingException(f"{path.name} is no GeoPackage. Use a name that ends with .gpkg.")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
