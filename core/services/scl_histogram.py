"""How many pixels of each scene class lie in each parcel at each date, and whether the parcel is clear.

What people call clear differs, so it is a setting (scl-and-zonal, 2). Missing pixels never make a parcel clear: those
the class 0 stands for, and those beside the image.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Dict, FrozenSet, Iterator, List, Optional, Sequence, Tuple

import numpy as np

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.model.chips import Chip, ChipFailure, ClearDate, group_by_pass
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.model.scene_classes import NO_DATA, SCENE_CLASSES
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.raster.chip_reading import read_chip
from sentinel_workbench.core.raster.zonal import ZonalIndex

CLASSES = len(SCENE_CLASSES)
STRICTEST: FrozenSet[int] = frozenset((3, 8, 9, 10, 11))
"""Shadow, clouds, cirrus and snow: any pixel of these makes a parcel not clear, as in the CbM documentation."""
_ALMOST = 1e-9


class Verdict(str, Enum):
    """What can be said of a parcel at a date."""

    CLEAR = "clear"
    NOT_CLEAR = "not clear"
    NOT_COVERED = "not covered"
    """Too many of its pixels have no data."""
    NO_PIXEL = "no pixel"
    """Too small for the grid: no pixel has its centre in it."""


@dataclass(frozen=True)
class ClearRule:
    """When a parcel is clear.

    Attributes:
        bad_classes: classes that cloud it; 0 counts missing pixels among them.
        max_bad_share: part of its pixels with data that may be bad, 0..1.
        min_coverage: part of its pixels that must have data, 0..1.
        all_touched: the strict mode: pixels the outline touches count too.
    """

    bad_classes: FrozenSet[int] = STRICTEST
    max_bad_share: float = 0.0
    min_coverage: float = 1.0
    all_touched: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "bad_classes", frozenset(self.bad_classes))
        wrong = sorted(one for one in self.bad_classes if not 0 <= one < CLASSES)
        if wrong:
            raise InvalidInput("bad classes", f"{wrong[0]} is no scene class.", f"Use 0 to {CLASSES - 1}.")
        for name, value in (("share of bad pixels", self.max_bad_share), ("coverage", self.min_coverage)):
            if not 0 <= value <= 1:
                raise InvalidInput(name, f"A {name} of {value} is not possible.", "Use 0 to 1.")

    def judge(self, counts: Sequence[int]) -> Tuple[Verdict, float]:
        """The verdict, and the part of the parcel that is clear, 0..1.

        Args:
            counts: pixels of each class; those of class 0 include what lies beside the image.
        """
        pixels, with_data = sum(counts), sum(counts[1:])
        if not pixels:
            return Verdict.NO_PIXEL, 0.0
        bad = sum(counts[one] for one in self.bad_classes)
        clear_share = max(0, with_data - sum(counts[one] for one in self.bad_classes - {NO_DATA})) / pixels
        looked_at = pixels if NO_DATA in self.bad_classes else with_data
        if with_data and bad > self.max_bad_share * looked_at + _ALMOST:
            return Verdict.NOT_CLEAR, clear_share
        if not with_data or with_data < self.min_coverage * pixels - _ALMOST:
            return Verdict.NOT_COVERED, clear_share
        return Verdict.CLEAR, clear_share


@dataclass(frozen=True)
class SclRow:
    """One parcel at one date.

    Attributes:
        number: of the parcel in the order.
        pid: its id.
        date: sensing time, UTC.
        product: the image's name, or "".
        counts: pixels of each class 0..11; class 0 includes those beside the image.
        clear_share: part of the parcel that is clear, 0..1.
        verdict: whether the parcel is clear.
        path: of the chip that was counted.
    """

    number: int
    pid: str
    date: dt.datetime
    product: str
    counts: Tuple[int, ...]
    clear_share: float
    verdict: Verdict
    path: Path

    @property
    def pixels(self) -> int:
        """Of the parcel on the image's grid."""
        return sum(self.counts)


class HistogramRun:
    """Counts the classes of chips, date by date; memory does not grow with the number of dates.

    Args:
        parcels: as in the order of the chips.
        chips: with the scene classification as their first or only band, or one called SCL.
        rule: when a parcel is clear.
    """

    def __init__(self, parcels: Sequence[Parcel], chips: Sequence[Chip], rule: ClearRule = ClearRule()) -> None:
        self._parcels, self._rule = tuple(parcels), rule
        self._passes = group_by_pass(chips)
        self._index = ZonalIndex(self._parcels, rule.all_touched)
        self.failures: List[ChipFailure] = []

    def dates(self, progress: Progress = Silent()) -> Iterator[List[SclRow]]:
        """The rows of each date, parcels in their order; of overlapping images the one that covers a parcel best.

        Images that can't be read are told in ``failures``.

        Raises:
            Cancelled: on request.
        """
        for number, images in enumerate(self._passes):
            raise_if_cancelled(progress)
            progress.report(number / len(self._passes), f"Counting {images[0].date:%Y-%m-%d}")
            yield self._rows(images)
        progress.report(1.0, "Counted")

    def rows(self, progress: Progress = Silent()) -> List[SclRow]:
        """All rows at once."""
        return [row for rows in self.dates(progress) for row in rows]

    def _rows(self, images: Sequence[Chip]) -> List[SclRow]:
        best: Dict[int, Tuple[int, int, Chip, np.ndarray]] = {}
        for chip in images:
            counts = self._counts(chip)
            if counts is None:
                continue
            with_data = counts[:, 1:].sum(axis=1).tolist()
            for place, number in enumerate(chip.parcels):
                rank = (with_data[place], chip.baseline)
                if number not in best or rank > best[number][:2]:
                    best[number] = (*rank, chip, counts[place])
        return [self._row(number, *best[number][2:]) for number in sorted(best)]

    def _counts(self, chip: Chip) -> Optional[np.ndarray]:
        """Pixels of each class, int64 (parcels of the chip, classes), the missing ones in class 0."""
        try:
            band = chip.bands.index("SCL") + 1 if "SCL" in chip.bands else 1
            window = read_chip(chip.path, band, self._index, chip.parcels)
        except WorkbenchError as error:
            self.failures.append(ChipFailure(chip.parcels, chip.date, error.message))
            return None
        counts = window.pixels.count_classes(window.stored.astype(np.int64, copy=False), CLASSES)
        counts[:, NO_DATA] = window.pixels.expected - counts[:, 1:].sum(axis=1)
        return counts

    def _row(self, number: int, chip: Chip, counts: np.ndarray) -> SclRow:
        told = tuple(counts.tolist())
        verdict, clear_share = self._rule.judge(told)
        pid = self._parcels[number].pid
        return SclRow(number, pid, chip.date, chip.product, told, clear_share, verdict, chip.path)


def clear_dates(rows: Sequence[SclRow]) -> Dict[int, Tuple[ClearDate, ...]]:
    """The clear dates of each parcel that has any, by its number."""
    found: Dict[int, List[ClearDate]] = {}
    for row in rows:
        if row.verdict is Verdict.CLEAR:
            found.setdefault(row.number, []).append(ClearDate(row.date, row.product))
    return {number: tuple(dates) for number, dates in found.items()}


def judge_again(rows: Sequence[SclRow], rule: ClearRule) -> List[SclRow]:
    """The same counts under another rule; its ``all_touched`` has no effect, for it changes the counts themselves."""
    judged = []
    for row in rows:
        verdict, clear_share = rule.judge(row.counts)
        judged.append(SclRow(row.number, row.pid, row.date, row.product, row.counts, clear_share, verdict, row.path))
    return judged
