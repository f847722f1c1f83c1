"""What the user interface asks of the plugin, put together from services, tasks and QGIS's stores."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from sentinel_workbench import api
from sentinel_workbench.core.cbm.connection import CbmConnection, CbmLogin
from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.hub.deployments import LOCAL, Deployment, find_deployment, known_deployments
from sentinel_workbench.core.hub.local_scenes import DEMO_AREA, LocalHub
from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.model.orders import SeriesOrder
from sentinel_workbench.core.model.results import SeriesResult, State
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.qgis import log
from sentinel_workbench.core.qgis.cbm_desk import CbmDesk
from sentinel_workbench.core.qgis.connection_desk import ConnectionDesk
from sentinel_workbench.core.qgis.folders import demo_folder, tables_folder
from sentinel_workbench.core.qgis.hub_desk import HubDesk
from sentinel_workbench.core.qgis.layering import LayeringQueue
from sentinel_workbench.core.qgis.metadata import order_hash
from sentinel_workbench.core.qgis.open_desk import OpenDesk
from sentinel_workbench.core.qgis.open_sources import OpenSource
from sentinel_workbench.core.qgis.service_desk import ServiceDesk
from sentinel_workbench.core.qgis.spending import Spending
from sentinel_workbench.core.qgis.stac_catalogs import SavedCatalog
from sentinel_workbench.core.qgis.task_desk import TaskDesk
from sentinel_workbench.core.qgis.tasks import (
    NoWork,
    SeriesOutcome,
    SeriesTask,
    WorkTask,
    later,
    none_done,
)
from sentinel_workbench.core.services.plan import OrderPlan, plan_order
from sentinel_workbench.ui.backend import ConnectionStatus, DeliveredSeries, Light, SeriesCallbacks, Work

_KEPT_OUTCOMES = 32
_DEMO = find_deployment(LOCAL).title


class PluginBackend:
    """Implements ``ui.backend.Backend``. One for the life of the plugin; ``shut_down`` ends it."""

    def __init__(self, demo_data: Optional[Path] = None) -> None:
        self._desk = ConnectionDesk()
        self._demo_data = demo_data
        self._open_desk = OpenDesk()
        self._watchers: List[Callable[[], None]] = []
        self._status: Dict[str, ConnectionStatus] = {}
        self._services = ServiceDesk(
            lambda connection, settings: api.build_services(connection, self._credentials_of(connection), settings)
        )
        self._tasks = TaskDesk()
        self._hub_desk = HubDesk(self._tasks, self._take_hub)
        self._hubs = self._hub_desk.hubs
        self._cbm_desk = CbmDesk(self._hubs)
        self._outcomes: List[SeriesOutcome] = []
        self._layering = LayeringQueue(self._tell_layering_error)
        self._closed = False

    def watch(self, changed: Callable[[], None]) -> None:
        self._watchers.append(changed)

    def unwatch(self, changed: Callable[[], None]) -> None:
        if changed in self._watchers:
            self._watchers.remove(changed)

    def connections(self) -> Sequence[Connection]:
        return (*self._hubs.connections(), *(c for c in self._desk.store.all() if c.deployment_id != LOCAL))

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
        self._services.drop(saved.name, previous_name)
        self._changed()
        return saved

    def delete_connection(self, name: str) -> None:
        self._desk.delete(name)
        self._services.drop(name)
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
        return self._tasks.run(task)

    def start_local_hub(
        self, on_ready: Callable[[Connection], None], on_error: Callable[[WorkbenchError], None],
        on_progress: Callable[[float, str], None],
    ):
        data = self._demo_data or demo_folder()
        return self._hub_desk.start(_DEMO, lambda: LocalHub(data), on_ready, on_error, on_progress)

    def start_open_hub(
        self, source: OpenSource, on_ready: Callable[[Connection], None], on_error: Callable[[WorkbenchError], None],
        on_progress: Callable[[float, str], None],
    ):
        return self._hub_desk.start_open(source, on_ready, on_error, on_progress)

    def open_sources(self) -> Sequence[OpenSource]:
        return self._hub_desk.sources()

    def forget_open(self, name: str) -> None:
        self._hub_desk.forget(name)
        self._services.drop(name)
        self._changed()

    def open_collection(self, name: str) -> Optional[Collection]:
        return self._hub_desk.collection(name)

    def bucket_folder(self, connection_name: str) -> Optional[Path]:
        hub = self._hubs.find(connection_name)
        return hub.buckets if hub is not None else None

    def local_hub_running(self) -> bool:
        return self._hubs.find(_DEMO) is not None

    def demo_area(self) -> Optional[Tuple[float, float, float, float]]:
        return DEMO_AREA if self.local_hub_running() else None

    def plan(self, order: SeriesOrder) -> OrderPlan:
        return plan_order(order)

    def run(
        self, title: str, connection_name: str, work: Work, on_done: Callable[[Any], None],
        on_error: Callable[[WorkbenchError], None], on_progress: Optional[Callable[[float, str], None]] = None,
    ):
        find = partial(self._services_of, connection_name)
        return self._tasks.run_with(title, find, work, on_done, on_error, on_progress)

    def run_open(
        self, title: str, catalog: SavedCatalog, work: Work, on_done: Callable[[Any], None],
        on_error: Callable[[WorkbenchError], None], on_progress: Optional[Callable[[float, str], None]] = None,
        hosts: Sequence[str] = (),
    ):
        find = partial(self._open_desk.services, catalog, hosts)
        return self._tasks.run_with(title, find, work, on_done, on_error, on_progress)

    def cbm_servers(self) -> Sequence[CbmConnection]:
        return self._cbm_desk.servers()

    def run_cbm(
        self, title: str, server: CbmConnection, work: Work, on_done: Callable[[Any], None],
        on_error: Callable[[WorkbenchError], None], on_progress: Optional[Callable[[float, str], None]] = None,
        login: Optional[CbmLogin] = None,
    ):
        find = partial(self._cbm_desk.client, server, login)
        return self._tasks.run_with(title, find, work, on_done, on_error, on_progress)

    def run_alone(
        self, title: str, work: Callable[[Progress], Any], on_done: Callable[[Any], None],
        on_error: Callable[[WorkbenchError], None],
    ):
        return self._tasks.run_with(title, lambda: None, lambda _, progress: work(progress), on_done, on_error)

    def spending(self, connection_name: str) -> Spending:
        return self._services.spending(connection_name)

    def run_series(
        self, order: SeriesOrder, connection_name: str, callbacks: SeriesCallbacks, folder: Optional[Path] = None,
        only: Optional[Sequence[int]] = None, previous: Optional[SeriesResult] = None,
    ):
        try:
            services = self._services_of(connection_name)
        except WorkbenchError as error:
            later(callbacks.on_ended, DeliveredSeries(none_done(order, previous, str(error)), error=str(error)))
            return NoWork()
        tables = None if folder else tables_folder() / f"{order_hash(order.image)}-{len(order.slots)}.gpkg"
        task = SeriesTask(services, order, folder, tables, only, previous)
        task.image_progress.connect(callbacks.on_progress)
        task.image_done.connect(lambda _slot, _image: self._services.book(connection_name))
        task.image_done.connect(callbacks.on_image)
        task.ended.connect(lambda outcome, error: self._series_ended(
            connection_name, outcome, error, order, previous, callbacks))
        return self._tasks.run(task)

    def add_series(self, delivered: DeliveredSeries) -> None:
        outcome = next((o for o in self._outcomes if o.result is delivered.result), None)
        self._layering.add(delivered.result, delivered.tables, outcome.stretches if outcome else None)

    def log(self, message: str) -> None:
        log.log_info(message)

    def shut_down(self) -> None:
        """Stop work, end the local hub, forget secrets in memory. Nothing is called back afterwards."""
        self._closed = True
        self._watchers.clear()
        self._tasks.stop()
        self._layering.stop()
        self._services.close()
        self._open_desk.close()
        self._cbm_desk.close()
        self._hubs.stop()

    def _changed(self) -> None:
        for changed in tuple(self._watchers):
            changed()

    def _heard(self, name: str, light: Light, reason: str, callback: Callable, value: object) -> None:
        if not self._closed:
            self._status[name] = ConnectionStatus(light, reason)
            self._changed()
            callback(value)

    def _take_hub(self, hub: LocalHub) -> None:
        connection = hub.connection
        if connection is not None:
            self._services.drop(connection.name)
            self._desk.store.choose(connection.name)
            self._status[connection.name] = ConnectionStatus(Light.OK, "The local hub is running.")
            self._changed()

    def _credentials_of(self, connection: Connection) -> Credentials:
        return self._hubs.credentials(connection.name) or self._desk.credentials_of(connection)

    def _fresh_services(self, connection: Connection, credentials: Optional[Credentials]) -> api.Services:
        return api.build_services(
            connection, credentials or self._credentials_of(connection), api.settings_for(connection)
        )

    def _services_of(self, name: str) -> api.Services:
        connection = next((c for c in self.connections() if c.name == name), None)
        if connection is None:
            raise WorkbenchError(f"The connection '{name}' is not there any more.", "Choose another one.")
        return self._services.services(connection, api.settings_for(connection))

    def _series_ended(
        self,
        connection_name: str,
        outcome: Optional[SeriesOutcome],
        error: str,
        order: SeriesOrder,
        previous: Optional[SeriesResult],
        callbacks: SeriesCallbacks,
    ) -> None:
        self._services.book(connection_name)
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

