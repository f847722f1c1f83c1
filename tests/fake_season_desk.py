"""A desk for tests of a season's window: does the work when the test says so, in the test's own thread."""

from __future__ import annotations

from sentinel_workbench.core.errors import Cancelled, WorkbenchError
from sentinel_workbench.core.progress import Watched
from sentinel_workbench.core.services.scl_histogram import ClearRule


class DeskWork:
    """A piece of work that waits for ``FakeDesk.work_off``."""

    def __init__(self, title, work, on_done, on_error, on_progress) -> None:
        self.title, self.work, self.on_done, self.on_error = title, work, on_done, on_error
        self.watch = Watched(on_progress)

    def cancel(self) -> None:
        self.watch.cancel()


class FakeDesk:
    """Implements ``ui.season_desk.SeasonDesk`` over a season that was looked at."""

    def __init__(self, season, bands, title="Two fields, spring 2019", rule=ClearRule()) -> None:
        self.season, self.bands, self.title, self.rule = season, tuple(bands), title, rule
        self.rows = tuple(season.look(rule))
        self.parcels = season.order.parcels
        self.waiting = []

    def run(self, title, work, on_done, on_error, on_progress=None):
        self.waiting.append(DeskWork(title, work, on_done, on_error, on_progress))
        return self.waiting[-1]

    def work_off(self) -> None:
        """Do all that waits; what was cancelled tells nobody."""
        while self.waiting:
            one = self.waiting.pop(0)
            try:
                done = one.work(self.season, one.watch)
            except Cancelled:
                continue
            except WorkbenchError as error:
                one.on_error(error)
            else:
                if not one.watch.cancelled():
                    one.on_done(done)
