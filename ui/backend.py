"""What the user interface asks of the plugin. ``plugin.py`` implements it; tests use a small fake.

Every method is called on the main thread and returns at once. Every callback arrives on the main thread. Nothing here
touches the network, decodes or merges inside the call itself: that happens in a ``QgsTask`` behind a ``RunningWork``.

``plugin.py`` makes the dock with ``WorkbenchDock(backend, iface.mapCanvas(), iface.messageBar(), iface.mainWindow())``
of ``ui/dock.py``, and calls ``dock.shut_down()`` before it removes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable, Optional, Protocol, Sequence, Tuple

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.orders import SeriesOrder
from sentinel_workbench.core.model.results import ImageResult, SeriesResult
from sentinel_workbench.core.progress import Progress

if TYPE_CHECKING:
    from sentinel_workbench.core.cbm.connection import CbmConnection, CbmLogin
    from sentinel_workbench.core.hub.connection import Connection, Credentials
    from sentinel_workbench.core.hub.deployments import Deployment
    from sentinel_workbench.core.model.collection import Collection
    from sentinel_workbench.core.qgis.open_sources import OpenSource
    from sentinel_workbench.core.qgis.spending import Spending
    from sentinel_workbench.core.qgis.stac_catalogs import SavedCatalog
    from sentinel_workbench.core.services.plan import OrderPlan


class Light(Enum):
    """The status light of a connection, from what is known without asking the network."""

    UNKNOWN = "unknown"
    """Not used yet in this session."""
    BUSY = "busy"
    """Being started or tested."""
    OK = "ok"
    """Answered well the last time."""
    WARNING = "warning"
    """Usable after something small, such as a token that expired."""
    ERROR = "error"
    """Failed the last time."""


@dataclass(frozen=True)
class ConnectionStatus:
    """Colour of the light and one sentence that says why."""

    light: Light = Light.UNKNOWN
    reason: str = ""


@dataclass(frozen=True)
class DeliveredSeries:
    """A series that ended: ``result`` keeps what is done, also after Cancel.

    Attributes:
        result: rasters lie in ``folder`` when one was asked for, else in the cache.
        folder: where the readable files are, or None.
        tables: the GeoPackage with ``images`` and ``tiles``, or None when nothing succeeded.
        error: one sentence when the whole order failed (wrong secret, quota, full disk), or None.
    """

    result: SeriesResult
    folder: Optional[Path] = None
    tables: Optional[Path] = None
    error: Optional[str] = None


@dataclass(frozen=True)
class SeriesCallbacks:
    """What the panel wants to hear while a series runs. All on the main thread.

    Attributes:
        on_progress: slot index, fraction 0..1 of that slot, what is being done.
        on_image: slot index and its result, as soon as the slot ended (done, failed or cancelled).
        on_ended: once, always, also after Cancel and after errors.
    """

    on_progress: Callable[[int, float, str], None]
    on_image: Callable[[int, ImageResult], None]
    on_ended: Callable[[DeliveredSeries], None]


class RunningWork(Protocol):
    """Something that runs in the background."""

    def cancel(self) -> None:
        """Ask it to stop; its last callback still comes, within a second."""


Work = Callable[[Any, Progress], Any]
"""What a controller wants done in a worker: gets ``api.Services``, ``OpenServices`` or a ``CbmClient``, and a
progress."""


class Backend(Protocol):
    """The plugin as the user interface sees it."""

    def watch(self, changed: Callable[[], None]) -> None:
        """Call ``changed`` on the main thread whenever connections, the current one or a status changed."""

    def unwatch(self, changed: Callable[[], None]) -> None:
        """Stop calling it; unknown ones are ignored."""

    def connections(self) -> Sequence[Connection]:
        """Saved connections and, while it runs, the local hub's, in the order to show."""

    def current_connection(self) -> Optional[Connection]:
        """The one orders go to, or None when nothing is set up yet."""

    def choose_connection(self, name: str) -> None:
        """Make a connection the current one and remember it."""

    def save_connection(
        self,
        connection: Connection,
        credentials: Optional[Credentials],
        previous_name: Optional[str] = None,
        remember: bool = True,
    ) -> Connection:
        """Store a connection; the secret goes to the auth manager, or stays in memory when ``remember`` is False.

        ``credentials`` None keeps the stored ones. ``previous_name`` is replaced when it differs.

        Raises:
            WorkbenchError: the auth manager refused, such as no master password.
        """

    def delete_connection(self, name: str) -> None:
        """Forget a connection and its stored secret."""

    def client_id(self, connection: Connection) -> Optional[str]:
        """The stored client id; may ask for the master password, so only on a user's action. Never the secret."""

    def connection_status(self, name: str) -> ConnectionStatus:
        """What is known about it now, without network."""

    def deployments(self) -> Sequence[Deployment]:
        """The services a connection may be made from, the custom one included when there is one."""

    def test_connection(
        self,
        connection: Connection,
        credentials: Optional[Credentials],
        on_ok: Callable[[str], None],
        on_error: Callable[[WorkbenchError], None],
    ) -> RunningWork:
        """Try token and service in a ``QgsTask``. ``credentials`` None means the stored ones.

        ``on_ok`` gets one sentence. ``on_error`` gets ``AuthenticationFailed`` (secret), ``UnexpectedAnswer`` or a
        404 ``RequestRejected`` (URL), ``ConnectionFailed``/``TimedOut`` (network), or ``Cancelled`` is silent.
        """

    def start_local_hub(
        self,
        on_ready: Callable[[Connection], None],
        on_error: Callable[[WorkbenchError], None],
        on_progress: Callable[[float, str], None],
    ) -> RunningWork:
        """Make the demo scenes when missing, start the hub, make its connection the current one, then ``on_ready``."""

    def start_open_hub(
        self,
        source: OpenSource,
        on_ready: Callable[[Connection], None],
        on_error: Callable[[WorkbenchError], None],
        on_progress: Callable[[float, str], None],
    ) -> RunningWork:
        """Serve a collection of an open catalog by a local hub, make its connection the current one, remember it.

        One that runs already is made the current one.
        """

    def open_sources(self) -> Sequence[OpenSource]:
        """The sources remembered, the last one first, whether their hub runs or not."""

    def forget_open(self, name: str) -> None:
        """Remember a source no more; its hub ends."""

    def open_collection(self, name: str) -> Optional[Collection]:
        """What the hub behind a connection to open data serves, None for other connections."""

    def bucket_folder(self, connection_name: str) -> Optional[Path]:
        """Where the buckets of a local hub that runs lie as folders, None for other connections."""

    def local_hub_running(self) -> bool:
        """True while the local hub on the demo scenes lives."""

    def demo_area(self) -> Optional[Tuple[float, float, float, float]]:
        """Lon/lat west, south, east, north of the local hub's scenes, or None when unknown."""

    def plan(self, order: SeriesOrder) -> OrderPlan:
        """Requests, units, size and warnings. Quick and pure; raises ``InvalidInput`` when the order can't be sent."""

    def run(
        self,
        title: str,
        connection_name: str,
        work: Work,
        on_done: Callable[[Any], None],
        on_error: Callable[[WorkbenchError], None],
        on_progress: Optional[Callable[[float, str], None]] = None,
    ) -> RunningWork:
        """Run ``work(services, progress)`` in a ``QgsTask``, with the services of a connection.

        ``on_done`` gets what it returned; ``on_error`` also gets what hinders the start. Cancel tells neither.
        """

    def run_open(
        self,
        title: str,
        catalog: SavedCatalog,
        work: Work,
        on_done: Callable[[Any], None],
        on_error: Callable[[WorkbenchError], None],
        on_progress: Optional[Callable[[float, str], None]] = None,
        hosts: Sequence[str] = (),
    ) -> RunningWork:
        """As ``run``, with the ``OpenServices`` of a catalog of open data; no connection is needed.

        ``hosts`` are addresses of files the work will read. Signing in may ask for the master password, so only on a
        user's action.
        """

    def cbm_servers(self) -> Sequence[CbmConnection]:
        """Local hubs that serve parcels, then the saved CbM servers."""

    def run_cbm(
        self,
        title: str,
        server: CbmConnection,
        work: Work,
        on_done: Callable[[Any], None],
        on_error: Callable[[WorkbenchError], None],
        on_progress: Optional[Callable[[float, str], None]] = None,
        login: Optional[CbmLogin] = None,
    ) -> RunningWork:
        """As ``run``, with the ``CbmClient`` of a CbM server, as ``login`` or with the kept one.

        The kept login may ask for the master password, so only on a user's action.
        """

    def run_alone(
        self,
        title: str,
        work: Callable[[Progress], Any],
        on_done: Callable[[Any], None],
        on_error: Callable[[WorkbenchError], None],
    ) -> RunningWork:
        """As ``run``, for work that needs no connection."""

    def spending(self, connection_name: str) -> Spending:
        """Units spent with a connection so far, as the service told."""

    def run_series(
        self,
        order: SeriesOrder,
        connection_name: str,
        callbacks: SeriesCallbacks,
        folder: Optional[Path] = None,
        only: Optional[Sequence[int]] = None,
        previous: Optional[SeriesResult] = None,
    ) -> RunningWork:
        """Run an order as one ``QgsTask``: fetch, deliver into ``folder``, write the tables.

        ``only`` and ``previous`` retry some slots and keep the others as they are.
        """

    def add_series(self, delivered: DeliveredSeries) -> None:
        """Add rasters and tables to the project as one group and set the project's temporal range.

        Raises:
            WorkbenchError: a file does not open.
        """

    def log(self, message: str) -> None:
        """One line for the log panel. Never a secret."""
