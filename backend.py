"""What the user interface asks of the plugin, put together from services, tasks and QGIS's stores."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from sentinel_workbench import api
from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.hub.deployments import LOCAL, Deployment, known_deployments
from sentinel_workbench.core.hub.local_scenes import DEMO_AREA, LocalHub
from sentinel_workbench.core.model.orders import SeriesOrder
from sentinel_workbench.core.model.results import SeriesResult, State
from sentinel_workbench.core.qgis import log
from sentinel_workbench.core.qgis.connection_desk import ConnectionDesk
from sentinel_workbench.core.qgis.folders import demo_folder, tables_folder
from sentinel_workbench.core.qgis.layering import LayeringQueue
from sentinel_workbench.core.qgis.metadata import order_hash
from sentinel_workbench.core.qgis.tasks import (
    NoWork,
    SeriesOutcome,
    SeriesTask,
    WorkTask,
    add_task,
    later,
    none_done,
)
from sentinel_workbench.core.services.plan import OrderPlan, plan_order
from sentinel_workbench.ui.backend import ConnectionStatus, DeliveredSeries, Light, SeriesCallbacks, Work

_KEPT_OUTCOMES = 32


class PluginBackend:
    """Implements ``ui.backend.Backend``. One for the life of the plugin; ``shut_down`` ends it."""

    def __init__(self, demo_data: Optional[Path] = None) -> None:
        self._desk = ConnectionDesk()
        self._demo_data = demo_data
        self._hub: Optional[LocalHub] = None
        self._watchers: List[Callable[[], None]] = []
        self._status: Dict[str, ConnectionStatus] = {}
        self._services: Dict[str, Tuple[object, api.Services]] = {}
        self._tasks: List[WorkTask] = []
        self._outcomes: List[SeriesOutcome] = []
        self._layering = LayeringQueue(self._tell_layering_error)
        self._closed = False

    def watch(self, changed: Callable[[], None]) -> None:
        self._watchers.append(changed)

    def unwatch(self, changed: Callable[[], None]) -> None:
        if changed in self._watchers:
            self._watchers.remove(changed)

    def connections(self) -> Sequence[Connection]:
        local = (self._hub.connection,) if self._hub and self._hub.running() and self._hub.connection else ()
        return (*local, *(c for c in self._desk.store.all() if c.deployment_id != LOCAL))

    def current_connection(self) -> Optional[Connection]:
        usable = self.connections()
        wanted = self._desk.store.current_name()
        return next((c for c in usable if c.name == wanted), usable[0] if usable else None)

    def choose_connection(self, name: str) -> None:
        if name != self._desk.store.current_name():
            self._desk.store.choose(name)
            self._changed()

    def save_connection(
        self,
        connection: Connection,
        credentials: Optional[Credentials],
        previous_name: Optional[str] = None,
        remember: bool = True,
    ) -> Connection:
        saved = self._desk.save(connection, credentials, previous_name, remember)
        self._drop_services(saved.name, previous_name)
        self._changed()
        return saved

    def delete_connection(self, name: str) -> None:
        self._desk.delete(name)
        self._drop_services(name)
        self._changed()

    def client_id(self, connection: Connection) -> Optional[str]:
        return self._desk.client_id(connection)

    def connection_status(self, name: str) -> ConnectionStatus:
        return self._status.get(name, ConnectionStatus())

    def deployments(self) -> Sequence[Deployment]:
        return known_deployments()

    def test_connection(
        self,
        connection: Connection,
        credentials: Optional[Credentials],
        on_ok: Callable[[str], None],
        on_error: Callable[[WorkbenchError], None],
    ):
        try:
            services = self._fresh_services(connection, credentials)
        except WorkbenchError as error:
            later(on_error, error)
            return NoWork()
        task = WorkTask(f"Testing {connection.name}", services.client.test_connection)
        task.succeeded.connect(lambda report: self._heard(connection.name, Light.OK, str(report), on_ok, str(report)))
        task.failed.connect(lambda error: self._heard(connection.name, Light.ERROR, str(error), on_error, error))
        task.settled.connect(services.close)
        return self._run(task)

    def start_local_hub(
        self,
        on_ready: Callable[[Connection], None],
        on_error: Callable[[WorkbenchError], None],
        on_progress: Callable[[float, str], None],
    ):
        if self._hub and self._hub.running() and self._hub.connection:
            later(on_ready, self._hub.connection)
            return NoWork()
        hub = LocalHub(self._demo_data or demo_folder())
        task = WorkTask("Starting the local hub", hub.start)
        task.progressed.connect(on_progress)
        task.succeeded.connect(lambda connection: self._take_hub(hub, connection, on_ready))
        task.failed.connect(lambda error: None if self._closed else on_error(error))
        return self._run(task)

    def local_hub_running(self) -> bool:
        return self._hub is not None and self._hub.running()

    def demo_area(self) -> Optional[Tuple[float, float, float, float]]:
        return DEMO_AREA if self.local_hub_running() else None

    def plan(self, order: SeriesOrder) -> OrderPlan:
        return plan_order(order)

    def run(
        self,
        title: str,
        connection_name: str,
        work: Work,
        on_done: Callable[[Any], None],
        on_error: Callable[[WorkbenchError], None],
        on_progress: Optional[Callable[[float, str], None]] = None,
    ):
        try:
            services = self._services_of(connection_name)
        except WorkbenchError as error:
            later(on_error, error)
            return NoWork()
        task = WorkTask(title, lambda progress: work(services, progress))
        task.succeeded.connect(on_done)
        task.failed.connect(on_error)
        if on_progress:
            task.progressed.connect(on_progress)
        return self._run(task)

    def run_series(
        self,
        order: SeriesOrder,
        connection_name: str,
        callbacks: SeriesCallbacks,
        folder: Optional[Path] = None,
        only: Optional[Sequence[int]] = None,
        previous: Optional[SeriesResult] = None,
    ):
        try:
            services = self._services_of(connection_name)
        except WorkbenchError as error:
            later(callbacks.on_ended, DeliveredSeries(none_done(order, previous, str(error)), error=str(error)))
            return NoWork()
        tables = None if folder else tables_folder() / f"{order_hash(order.image)}-{len(order.slots)}.gpkg"
        task = SeriesTask(services, order, folder, tables, only, previous)
        task.image_progress.connect(callbacks.on_progress)
        task.image_done.connect(callbacks.on_image)
        task.ended.connect(lambda outcome, error: self._series_ended(
            connection_name, outcome, error, order, previous, callbacks))
        return self._run(task)

    def add_series(self, delivered: DeliveredSeries) -> None:
        outcome = next((o for o in self._outcomes if o.result is delivered.result), None)
        self._layering.add(delivered.result, delivered.tables, outcome.stretches if outcome else None)

    def log(self, message: str) -> None:
        log.log_info(message)

    def shut_down(self) -> None:
        """Stop work, end the local hub, forget secrets in memory. Nothing is called back afterwards."""
        self._closed = True
        self._watchers.clear()
        for task in tuple(self._tasks):
            task.silence()
            task.cancel()
        self._tasks.clear()
        self._layering.stop()
        for _, services in self._services.values():
            services.close()
        self._services.clear()
        if self._hub:
            self._hub.stop()
            self._hub = None

    def _run(self, task: WorkTask) -> WorkTask:
        self._tasks.append(task)
        task.settled.connect(lambda: self._tasks.remove(task) if task in self._tasks else None)
        return add_task(task)

    def _changed(self) -> None:
        for changed in tuple(self._watchers):
            changed()

    def _heard(self, name: str, light: Light, reason: str, callback: Callable, value: object) -> None:
        if not self._closed:
            self._status[name] = ConnectionStatus(light, reason)
            self._changed()
            callback(value)

    def _take_hub(self, hub: LocalHub, connection: Connection, on_ready: Callable[[Connection], None]) -> None:
        if self._closed:
            hub.stop()
            return
        self._hub = hub
        self._drop_services(connection.name)
        self._desk.store.choose(connection.name)
        self._heard(connection.name, Light.OK, "The local hub is running.", on_ready, connection)

    def _credentials_of(self, connection: Connection) -> Credentials:
        if self._hub and self._hub.credentials and connection.deployment_id == LOCAL:
            return self._hub.credentials
        return self._desk.credentials_of(connection)

    def _fresh_services(self, connection: Connection, credentials: Optional[Credentials]) -> api.Services:
        return api.build_services(
            connection, credentials or self._credentials_of(connection), api.settings_for(connection)
        )

    def _services_of(self, name: str) -> api.Services:
        """Kept for a connection, so that its orders share token, pace and kept-alive connections."""
        connection = next((c for c in self.connections() if c.name == name), None)
        if connection is None:
            raise WorkbenchError(f"The connection '{name}' is not there any more.", "Choose another one.")
        settings = api.settings_for(connection)
        known = self._services.get(name)
        if known and known[0] == (connection, settings):
            return known[1]
        services = api.build_services(connection, self._credentials_of(connection), settings)
        self._services[name] = ((connection, settings), services)
        return services

    def _drop_services(self, *names: Optional[str]) -> None:
        for name in names:
            self._services.pop(name or "", None)

    def _series_ended(
        self,
        connection_name: str,
        outcome: Optional[SeriesOutcome],
        error: str,
        order: SeriesOrder,
        previous: Optional[SeriesResult],
        callbacks: SeriesCallbacks,
    ) -> None:
        if self._closed:
            return
        if outcome is None:
            outcome = SeriesOutcome(none_done(order, previous, error), error=error or None)
        self._outcomes = [*self._outcomes, outcome][-_KEPT_OUTCOMES:]
        works = bool(outcome.result.in_state(State.DONE))
        light = Light.ERROR if error else Light.OK if works else Light.WARNING
        reason = error or ("The last order was answered." if works else "The last order brought no image.")
        delivered = DeliveredSeries(outcome.result, outcome.folder, outcome.tables, outcome.error)
        self._heard(connection_name, light, reason, callbacks.on_ended, delivered)

    def _tell_layering_error(self, error: WorkbenchError) -> None:
        log.log_error(str(error))
