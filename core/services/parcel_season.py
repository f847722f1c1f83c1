"""Parcels through a period: first which dates are clear over each, then chips and numbers of those dates."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import List, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.chips import Chip, ChipFailure, ChipOrder, ChipSeries, ClearDate
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Part, Progress, Silent
from sentinel_workbench.core.services.index_scripts import Index, apply_index, check_index
from sentinel_workbench.core.services.parcel_chips import ChipSource
from sentinel_workbench.core.services.parcel_series import PERCENTS, SeriesPoint, SeriesRun, write_series
from sentinel_workbench.core.services.parcel_tables import by_date, table_files
from sentinel_workbench.core.services.parcel_views import part_of, renumbered
from sentinel_workbench.core.services.scl_histogram import (
    ClearRule,
    HistogramRun,
    SclRow,
    clear_dates,
    judge_again,
)
from sentinel_workbench.core.services.scl_tables import WrittenHistograms, write_histograms

CLASSES_FOLDER, BANDS_FOLDER, VIEWS_FOLDER = "classes", "bands", "views"


class ParcelSeason:
    """The way from parcels to numbers, each step asked for once. Not thread-safe.

    Args:
        source: where chips come from: ``HubChips``, ``CbmChips`` or ``StacChips``.
        parcels: ids unique.
        period: of the acquisitions.
        folder: for the chips; made when missing.
    """

    def __init__(self, source: ChipSource, parcels: Sequence[Parcel], period: TimeRange, folder: Path) -> None:
        self.order = ChipOrder(tuple(parcels), period)
        self._source, self._folder = source, folder
        self._classes: Optional[ChipSeries] = None
        self._rule = ClearRule()
        self._rows: Optional[List[SclRow]] = None
        self.failures: Tuple[ChipFailure, ...] = ()
        self.notes: Tuple[str, ...] = ()

    def look(self, rule: ClearRule = ClearRule(), progress: Progress = Silent()) -> List[SclRow]:
        """The classes under each parcel at each date, judged by ``rule``.

        Chips are fetched at the first call; another rule only judges again, and counts again where it is strict.

        Raises:
            WorkbenchError: nothing can be fetched.
            Cancelled: on request.
        """
        if self._classes is None:
            self._classes = self._source.fetch(self.order, self._folder / CLASSES_FOLDER, Part(progress, 0.0, 0.9))
        if self._rows is not None and rule.all_touched == self._rule.all_touched:
            self._rows = judge_again(self._rows, rule)
        else:
            run = HistogramRun(self.order.parcels, self._classes.chips, rule)
            self._rows = run.rows(Part(progress, 0.9, 1.0))
            self._tell(self._classes, run.failures)
        self._rule = rule
        return list(self._rows)

    @property
    def rule(self) -> ClearRule:
        """By which was judged last."""
        return self._rule

    @property
    def clear(self) -> Mapping[int, Tuple[ClearDate, ...]]:
        """Clear dates of each parcel that has any, by its number, under the last rule; ``look`` comes first."""
        return clear_dates(self._looked())

    @property
    def class_chips(self) -> Tuple[Chip, ...]:
        """Chips of the scene classes; empty before ``look``."""
        return () if self._classes is None else self._classes.chips

    def chips(
        self, bands: Sequence[str], clear_only: bool = True, progress: Progress = Silent(),
        folder: Optional[Path] = None, only: Optional[Sequence[int]] = None,
    ) -> ChipSeries:
        """Chips of bands, of the clear dates alone or of all.

        Args:
            bands: such as ``("B08", "B04", "B03")``.
            clear_only: each parcel at its clear dates; ``look`` comes first.
            progress: may cancel.
            folder: instead of one below the season's.
            only: numbers of the parcels wanted; all when None.
        """
        numbers = tuple(range(len(self.order.parcels))) if only is None else tuple(only)
        order = part_of(self.order, numbers, bands, self.clear if clear_only else None)
        return self._fetch(order, numbers, folder or self._folder / _folder_of(BANDS_FOLDER, only), progress)

    def views(
        self, number: int, bands: Sequence[str], clear_only: bool = True, progress: Progress = Silent()
    ) -> ChipSeries:
        """Chips of one parcel with its surroundings, for looking at; see ``chips``."""
        order = part_of(self.order, (number,), bands, self.clear if clear_only else None, with_surroundings=True)
        return self._fetch(order, (number,), self._folder / _folder_of(VIEWS_FOLDER, (number,)), progress)

    def measure(
        self, bands: Sequence[str] = (), indices: Sequence[Index] = (), clear_only: bool = True,
        percents: Sequence[float] = PERCENTS, progress: Progress = Silent(), only: Optional[Sequence[int]] = None,
    ) -> List[SeriesPoint]:
        """Statistics of bands and indices over each parcel, or those ``only`` names; failures are in ``failures``.

        Raises:
            InvalidInput: neither a band nor an index.
            ScriptError: an index fails.
        """
        for index in indices:
            check_index(index)
        needed = tuple(dict.fromkeys([*bands, *(band for index in indices for band in index.bands)]))
        series = self.chips(needed, clear_only, Part(progress, 0.0, 0.8), only=only)
        made = [chip for index in indices for chip in apply_index(series.chips, index)]
        names = [*bands, *(name for chip in made for name in chip.bands)]
        run = SeriesRun(self.order.parcels, [*series.chips, *made], self._rule.all_touched, percents, names)
        points = run.points(Part(progress, 0.8, 1.0))
        self._tell(series, run.failures)
        return points

    def save_histograms(self, path: Path) -> WrittenHistograms:
        """The rows of the last look as a table, by its name a GeoPackage or CSV; ``look`` comes first.

        Raises:
            DiskFull, StorageError: it can't be written.
        """
        return write_histograms(by_date(self._looked()), self.order.parcels, *table_files(Path(path)))

    def save_series(self, points: Sequence[SeriesPoint], path: Path) -> int:
        """What ``measure`` gave as a table, likewise; how many rows it has."""
        percents = tuple(points[0].percentiles) if points else PERCENTS
        return write_series(by_date(points), self.order.parcels, *table_files(Path(path)), percents)

    def _looked(self) -> List[SclRow]:
        if self._rows is None:
            raise InvalidInput("parcels", "Nobody looked for clouds yet.", "Look at the scene classes first.")
        return self._rows

    def _fetch(self, order: ChipOrder, numbers: Sequence[int], folder: Path, progress: Progress) -> ChipSeries:
        nothing_wanted = order.clear is not None and not order.clear
        series = ChipSeries(order, ()) if nothing_wanted else self._source.fetch(order, folder, progress)
        return renumbered(series, self.order, numbers)

    def _tell(self, series: ChipSeries, failures: Sequence[ChipFailure]) -> None:
        self.failures, self.notes = (*series.failures, *failures), series.notes


def _folder_of(kind: str, only: Optional[Sequence[int]]) -> Path:
    """Sources name files after the first parcel of an image, so other parts need other folders."""
    if only is None:
        return Path(kind)
    told = "-".join(map(str, only))
    return Path(kind) / (told if len(told) < 40 else hashlib.sha256(told.encode()).hexdigest()[:16])
