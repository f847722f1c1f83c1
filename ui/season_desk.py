"""What the window of a season asks of the tab that began it."""

from __future__ import annotations

from typing import Any, Callable, Optional, Protocol, Tuple

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.services.parcel_season import ParcelSeason
from sentinel_workbench.core.services.scl_histogram import ClearRule, SclRow
from sentinel_workbench.ui.backend import RunningWork

SeasonWork = Callable[[ParcelSeason, Progress], Any]


class SeasonDesk(Protocol):
    """A season somebody looked at, and the way to ask it for more. Main thread.

    Attributes:
        title: what was looked at, for the window's title: source, parcels, period.
        parcels: as numbered in rows and points.
        rows: of the look that just ended.
        rule: they were judged by.
        bands: that may be asked for, in the source's order.
    """

    title: str
    parcels: Tuple[Parcel, ...]
    rows: Tuple[SclRow, ...]
    rule: ClearRule
    bands: Tuple[str, ...]

    def run(
        self,
        title: str,
        work: SeasonWork,
        on_done: Callable[[Any], None],
        on_error: Callable[[WorkbenchError], None],
        on_progress: Optional[Callable[[float, str], None]] = None,
    ) -> RunningWork:
        """Run ``work(season, progress)`` in a ``QgsTask``, one at a time; Cancel tells neither callback."""
