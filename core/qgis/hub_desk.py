"""Local hubs started for the dock: on the demo scenes, and on collections of open data."""

from __future__ import annotations

from typing import Any, Callable, Optional, Tuple

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.hub.local_scenes import LocalHub
from sentinel_workbench.core.hub.running_hubs import RunningHubs
from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.qgis.open_sources import OpenSource, OpenSourceStore, prepare_open_hub
from sentinel_workbench.core.qgis.task_desk import Hear, TaskDesk
from sentinel_workbench.core.qgis.tasks import NoWork, later


class HubDesk:
    """Starts hubs in the background. Main thread.

    Args:
        tasks: runs the start.
        started: called with a hub that came up.
    """

    def __init__(self, tasks: TaskDesk, started: Callable[[LocalHub], None]) -> None:
        self.hubs = RunningHubs()
        self._tasks, self._started = tasks, started
        self._sources = OpenSourceStore()

    def start(
        self,
        name: str,
        make: Callable[[], LocalHub],
        on_ready: Callable[[Any], None],
        on_error: Callable[[WorkbenchError], None],
        on_progress: Hear,
        source: Optional[OpenSource] = None,
    ) -> Any:
        """Start the hub behind a connection unless it runs; ``on_ready`` gets the connection.

        One that runs with another login, key or proxy than now is started anew.
        """

        def take(hub: LocalHub) -> None:
            self.hubs.take(hub)
            if source is not None:
                self._sources.remember(source)
            self._started(hub)
            on_ready(hub.connection)

        try:
            made = make()
        except WorkbenchError as error:
            later(on_error, error)
            return NoWork()
        known = self.hubs.find(name)
        if known is not None and known.serves_as(made):
            later(take, known)
            return NoWork()
        return self._tasks.run_with("Starting the local hub", lambda: made, _start, take, on_error, on_progress)

    def start_open(
        self,
        source: OpenSource,
        on_ready: Callable[[Any], None],
        on_error: Callable[[WorkbenchError], None],
        on_progress: Hear,
    ) -> Any:
        """Start a hub on a collection of open data, and remember the collection once it runs."""
        return self.start(source.name, lambda: prepare_open_hub(source), on_ready, on_error, on_progress, source)

    def sources(self) -> Tuple[OpenSource, ...]:
        """The collections of open data remembered."""
        return self._sources.all()

    def forget(self, name: str) -> None:
        """End the hub of a collection of open data, and remember it no more."""
        self._sources.forget(name)
        self.hubs.end(name)

    def collection(self, name: str) -> Optional[Collection]:
        """What the hub behind a connection told to serve, None when it told nothing."""
        hub = self.hubs.find(name)
        return hub.collections[0] if hub is not None and hub.collections else None


def _start(hub: LocalHub, progress: Progress) -> LocalHub:
    hub.start(progress)
    return hub
