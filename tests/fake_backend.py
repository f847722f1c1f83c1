"""A small plugin for tests of the user interface: remembers what it was asked, answers when told to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Callable, List, Optional

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.hub.deployments import LOCAL, known_deployments
from sentinel_workbench.core.model.results import ImageResult, SeriesResult, State
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.core.qgis.spending import Spending
from sentinel_workbench.core.services.plan import plan_order
from sentinel_workbench.ui.backend import ConnectionStatus, DeliveredSeries, Light, SeriesCallbacks

DEMO_AREA = (46.16, -16.15, 46.51, -15.58)


class FakeWork:
    """Work that only ends when the test says so."""

    def __init__(self, on_cancel: Optional[Callable[[], None]] = None) -> None:
        self.cancelled = False
        self._on_cancel = on_cancel

    def cancel(self) -> None:
        self.cancelled = True
        if self._on_cancel:
            self._on_cancel()


class FakeSeries(FakeWork):
    """A running series; ``finish`` ends slots, ``end`` ends it all."""

    def __init__(self, order, connection_name, callbacks: SeriesCallbacks, folder, only, previous) -> None:
        super().__init__()
        self.order, self.connection_name, self.callbacks, self.folder = order, connection_name, callbacks, folder
        self.only, self.previous = only, previous
        kept = previous.images if previous else ()
        images = [ImageResult(o, slot, State.CANCELLED) for o, slot in zip(order.orders(), order.slots)]
        for slot, image in enumerate(kept):
            if only is not None and slot not in only:
                images[slot] = image
        self.images: List[ImageResult] = images

    def finish(self, slot: int, state: State = State.DONE, error: Optional[str] = None, **values) -> None:
        rasters = {"default": Path(f"/nowhere/{slot}.tif")} if state is State.DONE else {}
        self.images[slot] = replace(self.images[slot], state=state, error=error, rasters=rasters, **values)
        self.callbacks.on_image(slot, self.images[slot])

    def end(
        self, error: Optional[str] = None, folder: Optional[Path] = None, stopped_by: Optional[str] = None
    ) -> DeliveredSeries:
        delivered = DeliveredSeries(SeriesResult(self.order, tuple(self.images), stopped_by), folder, None, error)
        self.callbacks.on_ended(delivered)
        return delivered


class FakeBackend:
    """Implements ``ui.backend.Backend`` in memory."""

    def __init__(self) -> None:
        self.saved: List[Connection] = []
        self.credentials = {}
        self.current: Optional[str] = None
        self.statuses = {}
        self.watchers = []
        self.series: List[FakeSeries] = []
        self.added: List[DeliveredSeries] = []
        self.logged: List[str] = []
        self.tests = []
        self.runs = []
        self.alone = []
        self.spent = {}
        self.hub_starts = []
        self.hub_running = False
        self.open_runs = []
        self.open_starts = []
        self.sources = []
        self.open_collections = {}
        self.servers = []
        self.cbm_runs = []
        self.bucket_folders = {}

    def add_connection(self, name: str = "My account", deployment: str = "cdse") -> Connection:
        connection = Connection.of_deployment(deployment, name)
        return self.save_connection(connection, Credentials("client-1", "hidden-1"))

    def start_hub_now(self) -> Connection:
        """As if the local hub came up by itself."""
        hub = Connection("Local hub (demo)", LOCAL, "http://127.0.0.1:1", "http://127.0.0.1:1/auth")
        self.saved.append(hub)
        self.current, self.hub_running = hub.name, True
        self.statuses[hub.name] = ConnectionStatus(Light.OK, "The local hub is running.")
        self.tell()
        return hub

    def tell(self) -> None:
        for watcher in list(self.watchers):
            watcher()

    def watch(self, changed) -> None:
        self.watchers.append(changed)

    def unwatch(self, changed) -> None:
        if changed in self.watchers:
            self.watchers.remove(changed)

    def connections(self):
        return tuple(self.saved)

    def current_connection(self):
        return next((c for c in self.saved if c.name == self.current), None)

    def choose_connection(self, name: str) -> None:
        self.current = name
        self.tell()

    def save_connection(self, connection, credentials, previous_name=None, remember=True):
        self.saved = [c for c in self.saved if c.name not in (connection.name, previous_name)] + [connection]
        kept = self.credentials.pop(previous_name, None)
        self.credentials[connection.name] = credentials or kept
        self.current = self.current or connection.name
        self.tell()
        return connection

    def delete_connection(self, name: str) -> None:
        self.saved = [c for c in self.saved if c.name != name]
        self.credentials.pop(name, None)
        self.current = self.saved[0].name if self.saved else None
        self.tell()

    def client_id(self, connection):
        stored = self.credentials.get(connection.name)
        return stored.client_id if stored else None

    def connection_status(self, name: str) -> ConnectionStatus:
        return self.statuses.get(name, ConnectionStatus())

    def deployments(self):
        return known_deployments()

    def test_connection(self, connection, credentials, on_ok, on_error):
        work = FakeWork()
        self.tests.append((connection, credentials, on_ok, on_error, work))
        return work

    def start_local_hub(self, on_ready, on_error, on_progress):
        work = FakeWork()
        self.hub_starts.append((on_ready, on_error, on_progress, work))
        return work

    def start_open_hub(self, source, on_ready, on_error, on_progress):
        work = FakeWork()
        self.open_starts.append((source, on_ready, on_error, on_progress, work))
        return work

    def open_sources(self):
        return tuple(self.sources)

    def forget_open(self, name: str) -> None:
        self.sources = [source for source in self.sources if source.name != name]
        self.tell()

    def open_collection(self, name: str):
        return self.open_collections.get(name)

    def bucket_folder(self, connection_name: str):
        return self.bucket_folders.get(connection_name)

    def local_hub_running(self) -> bool:
        return self.hub_running

    def demo_area(self):
        return DEMO_AREA

    def plan(self, order):
        return plan_order(order)

    def run(self, title, connection_name, work, on_done, on_error, on_progress=None):
        running = FakeWork()
        self.runs.append((title, connection_name, work, on_done, on_error, running))
        return running

    def run_alone(self, title, work, on_done, on_error):
        running = FakeWork()
        self.alone.append((title, work, on_done, on_error, running))
        return running

    def do_alone(self) -> None:
        """Do all the work that waits, here and now."""
        while self.alone:
            _, work, on_done, on_error, running = self.alone.pop(0)
            if running.cancelled:
                continue
            try:
                done = work(Silent())
            except WorkbenchError as error:
                on_error(error)
            else:
                on_done(done)

    def spending(self, connection_name):
        return self.spent.get(connection_name, Spending())

    def run_open(self, title, catalog, work, on_done, on_error, on_progress=None, hosts=()):
        running = FakeWork()
        self.open_runs.append((title, catalog, work, on_done, on_error, running))
        return running

    def cbm_servers(self):
        return tuple(self.servers)

    def run_cbm(self, title, server, work, on_done, on_error, on_progress=None, login=None):
        running = FakeWork()
        self.cbm_runs.append((title, server, work, on_done, on_error, running))
        return running

    def run_series(self, order, connection_name, callbacks, folder=None, only=None, previous=None):
        series = FakeSeries(order, connection_name, callbacks, folder, only, previous)
        self.series.append(series)
        return series

    def add_series(self, delivered) -> None:
        self.added.append(delivered)

    def log(self, message: str) -> None:
        self.logged.append(message)
