"""Work on a season, one piece after the other, with what its window shows of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Callable, Optional, Sequence, Tuple

from qgis.PyQt.QtCore import QObject, pyqtSignal

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.chips import ChipFailure
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.progress import Part, Progress
from sentinel_workbench.core.services.parcel_season import ParcelSeason
from sentinel_workbench.core.services.scl_histogram import ClearRule
from sentinel_workbench.ui.backend import RunningWork
from sentinel_workbench.ui.season_desk import SeasonDesk
from sentinel_workbench.ui.translation import tr

_NAMES = 3


@dataclass(frozen=True)
class Outcome:
    """What a piece of work brought, what is missing, and what the source has to say."""

    value: Any
    failures: Tuple[ChipFailure, ...] = ()
    notes: Tuple[str, ...] = ()


SeasonPiece = Callable[[ParcelSeason, Progress], Outcome]


def under(rule: ClearRule, work: SeasonPiece) -> SeasonPiece:
    """The same work under a rule: one that was cancelled too late may have been judged by."""
    def judged(season: ParcelSeason, progress: Progress) -> Outcome:
        if season.rule != rule:
            season.look(rule, Part(progress, 0.0, 0.0))
        return work(season, progress)

    return judged


class SeasonRunner(QObject):
    """Runs what the pages ask for. A piece that begins while another runs is refused: look at ``busy`` before."""

    busy_changed = pyqtSignal(bool)
    progressed = pyqtSignal(float, str)
    told = pyqtSignal(str)
    """A sentence when something began, ended or failed."""
    noted = pyqtSignal(list)
    """Sentences about what is missing and what the source says, after each piece of work."""

    def __init__(self, desk: SeasonDesk, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._running: Optional[RunningWork] = None
        self._turn = 0
        self._closed = False
        self.busy = False

    def start(self, title: str, work: SeasonPiece, on_done: Callable[[Any], None]) -> bool:
        """Run a piece of work; False when another one runs."""
        if self.busy:
            return False
        self._turn += 1
        turn = self._turn
        self._set_busy(True)
        self.told.emit(title)
        self._running = self._desk.run(
            title, work, lambda outcome: self._end(turn, outcome, on_done), lambda error: self._fail(turn, error),
            lambda fraction, text: self._hear(turn, fraction, text),
        )
        return True

    def cancel(self) -> None:
        """Stop what runs; nothing is heard of it any more."""
        running, self._running = self._running, None
        self._turn += 1
        if running is not None:
            running.cancel()
        if self.busy:
            self._set_busy(False)
            self.told.emit(tr("Cancelled."))

    def tell(self, text: str) -> None:
        """A sentence about work that does not run here; nobody hears it after ``shut_down``."""
        if not self._closed:
            self.told.emit(text)

    def shut_down(self) -> None:
        """Stop what runs; nothing is heard any more."""
        self._closed = True
        self.blockSignals(True)
        self.cancel()

    def _end(self, turn: int, outcome: Outcome, on_done: Callable[[Any], None]) -> None:
        if turn != self._turn:
            return
        self._running = None
        self._set_busy(False)
        self.told.emit("")
        self.noted.emit([*sentences_of(outcome.failures, self._desk.parcels), *outcome.notes])
        on_done(outcome.value)

    def _fail(self, turn: int, error: WorkbenchError) -> None:
        if turn == self._turn:
            self._running = None
            self._set_busy(False)
            self.told.emit(" ".join(str(error).splitlines()))

    def _hear(self, turn: int, fraction: float, text: str) -> None:
        if turn == self._turn and self.busy:
            self.progressed.emit(fraction, text)

    def _set_busy(self, busy: bool) -> None:
        self.busy = busy
        self.busy_changed.emit(busy)


def sentences_of(failures: Sequence[ChipFailure], parcels: Sequence[Parcel]) -> Tuple[str, ...]:
    """Date, parcels and reason of each, equal ones once."""
    return tuple(dict.fromkeys(_sentence(failure, parcels) for failure in failures))


def _sentence(failure: ChipFailure, parcels: Sequence[Parcel]) -> str:
    names = ", ".join(parcels[number].pid for number in failure.parcels[:_NAMES])
    if len(failure.parcels) > _NAMES:
        names = tr("{names} and {count} more").format(names=names, count=len(failure.parcels) - _NAMES)
    place = ", ".join(part for part in (_day(failure.date), names) if part)
    return f"{place}: {failure.sentence}" if place else failure.sentence


def _day(date: Optional[dt.datetime]) -> str:
    return f"{date:%Y-%m-%d}" if date is not None else ""
