"""What the algorithms that ask a CbM server share: the server, the login, and which parcel."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, List, Mapping, Optional

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingParameterAuthConfig,
    QgsProcessingParameterString,
)

from sentinel_workbench.algorithms import parameters
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.definitions import advanced, suggested
from sentinel_workbench.algorithms.files import telling_errors
from sentinel_workbench.algorithms.parcels import SERVER, SERVER_AUTH
from sentinel_workbench.core.cbm.client import CbmClient
from sentinel_workbench.core.cbm.records import ParcelTable
from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.hub.local_scenes import LocalHub
from sentinel_workbench.core.qgis.cbm_servers import CbmServers, local_client, named_server, open_server
from sentinel_workbench.core.qgis.folders import demo_folder

AOI, YEAR, TYPE, PID, POINT = "AOI", "YEAR", "PTYPE", "PID", "POINT"
CBM_HELP = (
    "The CbM server is a saved one or an address, with a login of QGIS's authentication manager or CBM_USER and "
    "CBM_PASSWORD. 'local hub' needs no account: it is such a server on demo scenes and fields (area mg, year 2019), "
    "or on the folder given below when a file parcels.gpkg lies in it."
)


class CbmAlgorithm(QgsProcessingAlgorithm):
    """Base of them. The login is read on the main thread, everything else happens in ``client``."""

    def __init__(self) -> None:
        super().__init__()
        self._server: Optional[CbmClient] = None
        self._hub: Optional[LocalHub] = None
        self._refused: Optional[WorkbenchError] = None

    def createInstance(self) -> QgsProcessingAlgorithm:
        return type(self)()

    def group(self) -> str:
        return "Parcels"

    def groupId(self) -> str:
        return "parcels"

    def tags(self) -> List[str]:
        return ["sentinel", "parcel", "cbm", "checks by monitoring", "jrc", "iacs", "time series", "chip"]

    def add_server(self, with_table: bool = True) -> None:
        """The server, and which parcels of it."""
        servers = [parameters.LOCAL_HUB, *(server.name for server in CbmServers().all())]
        self.addParameter(suggested(SERVER, "CbM server", parameters.LOCAL_HUB, servers))
        login = QgsProcessingParameterAuthConfig(SERVER_AUTH, "Login to the CbM server", None, True)
        self.addParameter(advanced(login))
        if with_table:
            self.addParameter(QgsProcessingParameterString(AOI, "Area of interest, such as nl"))
            self.addParameter(QgsProcessingParameterString(YEAR, "Year of the parcels"))
            self.addParameter(QgsProcessingParameterString(TYPE, "Type of the parcels", None, False, True))

    def prepareAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """On the main thread: the login."""
        named = self.parameterAsString(values, SERVER, context).strip()
        try:
            if named.casefold() in (parameters.LOCAL_HUB, "local", ""):
                folder = self.parameterAsString(values, parameters.HUB_DATA, context).strip()
                self._hub = LocalHub(Path(folder) if folder else demo_folder(), with_demo_scenes=not folder)
            else:
                auth = self.parameterAsString(values, SERVER_AUTH, context) or None
                self._server = open_server(named_server(named, auth))
        except WorkbenchError as error:
            self._refused = error  # raised by ``client``: Processing swallows the text of what is raised here
        return True

    def checkParameterValues(self, values: Mapping[str, Any], context: QgsProcessingContext) -> Any:
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
        """Read what needs no server.

        Raises:
            InvalidInput: a value that can't be used.
        """
        self.read_table(values, context)

    def read_table(self, values: Mapping[str, Any], context: QgsProcessingContext) -> ParcelTable:
        """Which parcels.

        Raises:
            InvalidInput: no area, or no year.
        """
        return ParcelTable(*(self.parameterAsString(values, name, context).strip() for name in (AOI, YEAR, TYPE)))

    @contextmanager
    def client(self, feedback: QgsProcessingFeedback) -> Iterator[CbmClient]:
        """The client of the server, errors as Processing shows them; a local hub of its own runs just so long."""
        try:
            with telling_errors():
                if self._hub is not None:
                    self._hub.start(FeedbackProgress(feedback))
                    self._server = local_client(self._hub)
                if self._server is None:
                    raise self._refused or InvalidInput("server", "No CbM server is named.", f"Give {SERVER}.")
                yield self._server
        finally:
            if self._server is not None:
                self._server.close()
            if self._hub is not None:
                self._hub.stop()
