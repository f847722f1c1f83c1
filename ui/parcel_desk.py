"""A season the tab began, handed to its window; see ``season_desk``."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.model.chips import ChipOrder, ChipSeries
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Part, Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.services.parcel_chips import ChipSource
from sentinel_workbench.core.services.parcel_season import ParcelSeason
from sentinel_workbench.core.services.scl_histogram import ClearRule, SclRow
from sentinel_workbench.ui.backend import Backend, RunningWork
from sentinel_workbench.ui.parcel_reading import LayerReading, ReadParcels
from sentinel_workbench.ui.parcel_source import ParcelSource
from sentinel_workbench.ui.season_desk import SeasonWork

_READ_SHARE = 0.05
_POLL_S = 0.1


class RenewedChips:
    """A source for the whole life of a season: each run gives it chips of services that are open then."""

    def __init__(self) -> None:
        self.current: Optional[ChipSource] = None

    def fetch(self, order: ChipOrder, folder: Path, progress: Progress = Silent()) -> ChipSeries:
        """See ``ChipSource``."""
        if self.current is None:
            raise InvalidInput("source", "No source of images is open.")
        return self.current.fetch(order, folder, progress)


@dataclass(frozen=True)
class Looked:
    """What a first look brought.

    Attributes:
        season: to ask for more.
        chips: to be renewed before it is asked.
        read: the parcels and what was said of the layer.
        rows: the verdicts.
        failed: how many images are missing.
        failures: why, each sentence once.
        notes: sentences of the source.
        strict: every touched pixel was counted.
    """

    season: ParcelSeason
    chips: RenewedChips
    read: ReadParcels
    rows: Tuple[SclRow, ...]
    failed: int = 0
    failures: Tuple[str, ...] = ()
    notes: Tuple[str, ...] = ()
    strict: bool = False


@dataclass(frozen=True)
class LookOrder:
    """What the form asks for when the user presses Look."""

    source: ParcelSource
    reading: LayerReading
    period: TimeRange
    rule: ClearRule
    folder: Path

    def look(self, chips: ChipSource, progress: Progress) -> Looked:
        """In a worker: read the layer, then look.

        Raises:
            WorkbenchError: nothing can be read or fetched.
            Cancelled: on request.
        """
        read = self.reading.read(Part(progress, 0.0, _READ_SHARE))
        renewed = RenewedChips()
        renewed.current = chips
        season = ParcelSeason(renewed, read.parcels, self.period, self.folder)
        rows = tuple(season.look(self.rule, Part(progress, _READ_SHARE, 1.0)))
        reasons = tuple(dict.fromkeys(failure.sentence for failure in season.failures))
        strict = self.rule.all_touched
        return Looked(season, renewed, read, rows, len(season.failures), reasons, season.notes, strict)


class ParcelDesk:
    """Implements ``SeasonDesk``."""

    def __init__(self, backend: Backend, source: ParcelSource, looked: Looked, rule: ClearRule, title: str) -> None:
        self.title, self.rule = title, rule
        self.parcels: Tuple[Parcel, ...] = looked.read.parcels
        self.rows, self.bands = looked.rows, source.bands
        self._backend, self._source = backend, source
        self._season, self._chips = looked.season, looked.chips
        self._turn = threading.Lock()

    def run(
        self,
        title: str,
        work: SeasonWork,
        on_done: Callable[[Any], None],
        on_error: Callable[[WorkbenchError], None],
        on_progress: Optional[Callable[[float, str], None]] = None,
    ) -> RunningWork:
        """See ``SeasonDesk.run``; a second work waits in its task until the first ended."""

        def in_turn(chips: ChipSource, progress: Progress) -> Any:
            while not self._turn.acquire(timeout=_POLL_S):
                raise_if_cancelled(progress)
            try:
                raise_if_cancelled(progress)
                self._chips.current = chips
                return work(self._season, progress)
            finally:
                self._turn.release()

        return self._source.run(self._backend, title, in_turn, on_done, on_error, on_progress)
