"""What every algorithm of a connection does: capture settings and secrets on the main thread, then work in any."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, Mapping, Optional, Tuple

from qgis.core import QgsProcessingAlgorithm, QgsProcessingContext, QgsProcessingException, QgsProcessingFeedback

from sentinel_workbench import api
from sentinel_workbench.algorithms import parameters
from sentinel_workbench.core.errors import Cancelled, InvalidInput, WorkbenchError
from sentinel_workbench.core.hub.local_scenes import LocalHub
from sentinel_workbench.core.qgis.connections import ConnectionStore
from sentinel_workbench.core.qgis.credentials import CredentialStore
from sentinel_workbench.core.qgis.folders import cache_folder, demo_folder
from sentinel_workbench.core.qgis.open_sources import named_open_hub
from sentinel_workbench.core.qgis.spending import SpendingLedger


class FeedbackProgress:
    """Processing's feedback as the services' progress."""

    def __init__(self, feedback: QgsProcessingFeedback) -> None:
        self._feedback = feedback

    def report(self, fraction: float, message: str = "") -> None:
        self._feedback.setProgress(100.0 * fraction)
        if message:
            self._feedback.setProgressText(message)

    def cancelled(self) -> bool:
        return self._feedback.isCanceled()


class ConnectedAlgorithm(QgsProcessingAlgorithm):
    """Base of the algorithms that ask a service; they declare ``parameters.CONNECTION`` and ``HUB_DATA``."""

    def __init__(self) -> None:
        super().__init__()
        self._captured: Optional[Tuple[api.Connection, api.Credentials, api.ServiceSettings]] = None
        self._hub: Optional[LocalHub] = None
        self._refused: Optional[WorkbenchError] = None
        self._settings: Optional[api.ServiceSettings] = None

    def createInstance(self) -> QgsProcessingAlgorithm:
        return type(self)()

    def prepareAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """On the main thread: whatever needs QGIS's settings or its credential store."""
        name = self.parameterAsString(values, parameters.CONNECTION, context).strip()
        try:
            self._capture(name, self.parameterAsString(values, parameters.HUB_DATA, context).strip())
        except WorkbenchError as error:
            self._refused = error  # raised by ``services``: Processing swallows the text of what is raised here
        return True

    @contextmanager
    def services(self, feedback: QgsProcessingFeedback) -> Iterator[api.Services]:
        """The services of the chosen connection; a local hub of its own runs as long as they are used."""
        try:
            if self._refused:
                raise self._refused
            if self._hub:
                connection = self._hub.start(FeedbackProgress(feedback))
                services = api.build_services(connection, self._hub.credentials, self._settings)
            else:
                services = api.build_services(*self._captured)
            try:
                yield services
            finally:
                SpendingLedger().book(services.client.connection.name, services.client.meter)
                services.close()
        except Cancelled as stop:
            raise QgsProcessingException("Cancelled. What was done is kept in the cache.") from stop
        except WorkbenchError as error:
            raise QgsProcessingException(str(error)) from error
        finally:
            if self._hub:
                self._hub.stop()

    def _capture(self, name: str, hub_data: str) -> None:
        if name.casefold() in (parameters.LOCAL_HUB, "local", ""):
            self._hub = LocalHub(Path(hub_data) if hub_data else demo_folder(), with_demo_scenes=not hub_data)
            self._settings = api.ServiceSettings(cache_folder())
            return
        connection = ConnectionStore().find(name)
        self._hub = named_open_hub(name) if connection is None else None
        if self._hub is not None:
            self._settings = api.ServiceSettings(cache_folder())
            return
        if connection is None:
            saved = ", ".join(["local hub", *(c.name for c in ConnectionStore().all())])
            raise InvalidInput("connection", f"There is no connection '{name}'.", f"Use one of: {saved}.")
        credentials = CredentialStore().find(name, connection.auth_config_id)
        self._captured = (connection, credentials, api.settings_for(connection))
