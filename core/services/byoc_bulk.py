"""The same thing done to many tiles, several at once: a report for each, and a second run does only what is left."""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Callable, List, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import (
    AlreadyThere,
    AuthenticationFailed,
    Cancelled,
    NetworkError,
    NotThere,
    PermissionDenied,
    ServiceUnavailable,
    StorageError,
    WorkbenchError,
)
from sentinel_workbench.core.model.byoc import ByocTile
from sentinel_workbench.core.progress import Progress, Silent
from sentinel_workbench.core.services.parallel import Crew, Stoppable

HOPELESS = (AuthenticationFailed, PermissionDenied, NetworkError, ServiceUnavailable)
"""After one of these no further tile can succeed; the rest stays untried, so that a later run can go on."""
PARALLEL = 4


class Outcome(str, Enum):
    """What became of one tile."""

    DONE = "done"
    THERE = "there already"
    GONE = "gone already"
    FAILED = "failed"
    UNTRIED = "not tried"


@dataclass(frozen=True)
class TileReport:
    """One tile of a bulk job.

    Attributes:
        tile: as asked for, or as the service has it when that is known.
        outcome: what became of it.
        sentence: why it failed or was left, else empty.
    """

    tile: ByocTile
    outcome: Outcome
    sentence: str = ""

    @property
    def settled(self) -> bool:
        """Nothing is left to do for it."""
        return self.outcome in (Outcome.DONE, Outcome.THERE, Outcome.GONE)


@dataclass(frozen=True)
class BulkReport:
    """All tiles of a bulk job in the order asked for.

    Attributes:
        tiles: a report each.
        stopped_by: why the rest was not tried, or None.
    """

    tiles: Tuple[TileReport, ...]
    stopped_by: Optional[str] = None

    def count(self, outcome: Outcome) -> int:
        """How many ended so."""
        return sum(1 for report in self.tiles if report.outcome is outcome)

    @property
    def unsettled(self) -> Tuple[ByocTile, ...]:
        """What a second run would do."""
        return tuple(report.tile for report in self.tiles if not report.settled)

    def __str__(self) -> str:
        counted = Counter(report.outcome for report in self.tiles)
        parts = [f"{counted[outcome]} {outcome.value}" for outcome in Outcome if counted[outcome]]
        return f"{len(self.tiles)} tiles: {', '.join(parts) or 'nothing to do'}."


Act = Callable[[ByocTile, Progress], ByocTile]
OnReport = Callable[[int, TileReport], None]


def run_bulk(
    tiles: Sequence[ByocTile],
    act: Act,
    progress: Progress = Silent(),
    on_report: Optional[OnReport] = None,
    already: Outcome = Outcome.THERE,
    missing: Outcome = Outcome.FAILED,
) -> BulkReport:
    """Do ``act`` to each tile. One that fails stops no other, except for what would stop all (``HOPELESS``).

    Args:
        tiles: in the order to report.
        act: does it to one, and returns the tile as it is then.
        progress: of the whole; after Cancel what was done is reported, the rest as untried.
        on_report: called in the calling thread as each ends: its number and report.
        already: what ``AlreadyThere`` means.
        missing: what ``NotThere`` means.
    """
    reports: List[Optional[TileReport]] = [None] * len(tiles)
    stopped: Optional[str] = None
    with Crew[TileReport](PARALLEL, "byoc-bulk") as crew:
        watch = Stoppable(progress, crew.stop, lambda fraction, message: None)
        meanings: Mapping[type, Outcome] = {AlreadyThere: already, NotThere: missing}
        crew.start([_job(tile, act, watch, meanings) for tile in tiles])
        for ended in crew.ended():
            for number, future in ended:
                if future.cancelled():
                    continue
                error = future.exception()
                if isinstance(error, WorkbenchError):
                    stopped = stopped or str(error)
                    reports[number] = TileReport(tiles[number], Outcome.FAILED, str(error))
                    crew.stop.set()
                elif error is None:
                    reports[number] = future.result()
                elif not isinstance(error, Cancelled):
                    raise error
                report = reports[number]
                if report is not None and on_report is not None:
                    on_report(number, report)
            done = sum(1 for report in reports if report is not None)
            progress.report(done / max(len(tiles), 1), f"{done} of {len(tiles)} tiles")
    untried = stopped or "Cancelled before it was its turn."
    return BulkReport(
        tuple(report or TileReport(tile, Outcome.UNTRIED, untried) for report, tile in zip(reports, tiles)), stopped
    )


def _job(
    tile: ByocTile, act: Act, watch: Progress, meanings: Mapping[type, Outcome]
) -> Callable[[], TileReport]:
    def work() -> TileReport:
        if watch.cancelled():
            raise Cancelled()
        try:
            return TileReport(act(tile, watch), Outcome.DONE)
        except HOPELESS:
            raise
        except WorkbenchError as error:
            return TileReport(tile, meanings.get(type(error), Outcome.FAILED), str(error))

    return work


def write_report(report: BulkReport, path: Path) -> None:
    """``path,tile,outcome,sentence`` as CSV.

    Raises:
        StorageError: it can't be written.
    """
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(("path", "tile", "outcome", "sentence"))
            for one in report.tiles:
                rows.writerow((one.tile.path, one.tile.tile_id, one.outcome.value, one.sentence))
    except OSError as error:
        raise StorageError(f"The report {path} can't be written: {error.strerror}.", "Choose another place.") from error
