"""Chips from a CbM server: around each parcel, or around a few that lie close together."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

from sentinel_workbench.core.cbm.batches import BatchClient
from sentinel_workbench.core.cbm.chips import ChipClient
from sentinel_workbench.core.cbm.client import CbmClient
from sentinel_workbench.core.cbm.records import CHIP_BANDS, LARGEST_CHIP_M, ChipAddress, ChipList, ChipQuery
from sentinel_workbench.core.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    DiskFull,
    InvalidInput,
    NetworkError,
    ServiceError,
    TimedOut,
    WorkbenchError,
)
from sentinel_workbench.core.model.chips import CBM, Chip, ChipFailure, ChipOrder, ChipSeries
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.progress import Part, Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.services.chip_files import safe_stem
from sentinel_workbench.core.services.chips_hub import REFLECTANCE_SCALE
from sentinel_workbench.core.services.parcel_groups import ParcelGroup, group_parcels

STEP_M = 20.0
LEAST_CHIP_M = 320.0
MANY, SHARED_M = 30, 2560.0
"""Of more parcels than this, those in a square of this side share a chip: a server makes one at a time."""
OFFSET_SINCE = 400
"""Processing baseline from which products have their reflectance shifted by 1000 steps (stac, 5)."""
_SHIFT = -0.1
HOPELESS = (AuthenticationFailed, DiskFull)
"""After one of these no further chip can succeed."""
UNREACHABLE = (ConnectionFailed, TimedOut)
MOST_UNREACHED = 3
"""Places in a row whose questions came to nothing before the server is given up."""
MOST_IN_VAIN = 10
"""Places in a row the server failed for before the rest is left: each may take it minutes."""


class CbmChips:
    """Makes chip series from a CbM server.

    Args:
        client: of the server.
        size_m: side of a chip, metres; None for as large as the parcels need.
        group_m: side of the squares whose parcels share chips, 0 for a chip of its own for each parcel; see
            ``chip_places`` for None.
    """

    def __init__(self, client: CbmClient, size_m: Optional[int] = None, group_m: Optional[float] = None) -> None:
        self._chips, self._batches = ChipClient(client.asker), BatchClient(client.asker)
        self._size_m, self._group_m = size_m, group_m

    def fetch(self, order: ChipOrder, folder: Path, progress: Progress = Silent()) -> ChipSeries:
        """The chips of an order as files below ``folder``. What fails is told and stops nothing else.

        With clear dates whose products are known, just these are made, several bands with one request.

        Raises:
            InvalidInput: a band that is none of Sentinel-2's.
            AuthenticationFailed, DiskFull: nothing more can succeed.
            Cancelled: on request.
        """
        unknown = [band for band in order.bands if band not in CHIP_BANDS]
        if unknown:
            raise InvalidInput("bands", f"'{unknown[0]}' is no Sentinel-2 band.", "Correct the list of bands.")
        run = _Run(self._chips, self._batches, order, folder)
        groups = chip_places(order.parcels, self._group_m)
        for number, group in enumerate(groups):
            raise_if_cancelled(progress)
            run.add(group, self._size_of(group), Part(progress, number / len(groups), (number + 1) / len(groups)))
        return run.result()

    def _size_of(self, group: ParcelGroup) -> int:
        """Metres, a whole number of pixels; more than a chip may have is refused later, for this group alone."""
        needed = max(group.size_m, LEAST_CHIP_M)
        return self._size_m or int(-(-needed // (2 * STEP_M)) * 2 * STEP_M)


def chip_places(parcels: Sequence[Parcel], side_m: Optional[float] = None) -> Tuple[ParcelGroup, ...]:
    """The places chips are asked for: the parcels themselves, or squares they share.

    Args:
        parcels: all of a season.
        side_m: of the squares, 0 for none; None for none up to ``MANY`` parcels.

    Raises:
        InvalidInput: a parcel that lies nowhere on Earth.
    """
    shared = SHARED_M if len(parcels) > MANY else 0.0
    places: List[ParcelGroup] = []
    for group in group_parcels(parcels, shared if side_m is None else side_m):
        if group.size_m <= LARGEST_CHIP_M or len(group.numbers) == 1:
            places.append(group)
            continue
        alone = group_parcels([parcels[number] for number in group.numbers], 0.0)
        places += [replace(one, numbers=(number,)) for one, number in zip(alone, group.numbers)]
    return tuple(places)


class _Run:
    def __init__(self, chips: ChipClient, batches: BatchClient, order: ChipOrder, folder: Path) -> None:
        self._client, self._batches, self._order, self._folder = chips, batches, order, folder
        self._chips: List[Chip] = []
        self._failures: List[ChipFailure] = []
        self._notes: Dict[str, None] = {}
        self._requests = self._unreached = self._in_vain = 0
        self._reason = ""

    def add(self, group: ParcelGroup, size_m: int, progress: Progress) -> None:
        """Make and fetch the chips of a group."""
        if self._in_vain >= MOST_IN_VAIN:
            self._failures.append(ChipFailure(group.numbers, None, f"Not tried: {self._reason}"))
            return
        names = ", ".join(self._order.parcels[number].pid for number in group.numbers[:3])
        try:
            if size_m > LARGEST_CHIP_M:
                raise InvalidInput("parcels", f"Parcel {names} needs a chip of {size_m} m; {LARGEST_CHIP_M} m is most.")
            # The names of chips say neither place nor size, so their folder does.
            place = f"{self._order.parcels[group.numbers[0]].pid}_{group.lon:.5f}_{group.lat:.5f}_{size_m}m"
            for listed in self._made(group, size_m, Part(progress, 0.0, 0.5)):
                self._requests += listed.requests
                self._notes.update(dict.fromkeys(listed.notes))
                self._fetch(group, listed.chips, self._folder / safe_stem(place), Part(progress, 0.5, 1.0))
            self._unreached = self._in_vain = 0
        except HOPELESS:
            raise
        except WorkbenchError as error:
            self._unreached = self._unreached + 1 if isinstance(error, UNREACHABLE) else 0
            if self._unreached >= MOST_UNREACHED:
                raise
            self._in_vain += isinstance(error, (NetworkError, ServiceError))
            self._reason = str(error)
            self._failures.append(ChipFailure(group.numbers, None, self._reason))

    def result(self) -> ChipSeries:
        """All that came."""
        chips = tuple(sorted(self._chips, key=lambda chip: (chip.date, chip.path.name)))
        return ChipSeries(self._order, chips, tuple(self._failures), tuple(self._notes), self._requests)

    def _made(self, group: ParcelGroup, size_m: int, progress: Progress) -> List[ChipList]:
        products = self._clear_products(group)
        if products is not None:
            if not products:
                return []
            listed = self._batches.batch(group.lon, group.lat, products, self._order.bands, size_m, progress)
            missing = set(products) - {chip.product for chip in listed.chips}
            for name in sorted(missing):
                self._notes[f"The CbM server made no chip of {name}."] = None
            return [listed]
        period = self._order.period
        first, last = period.start.date(), (period.end - dt.timedelta(seconds=1)).date()
        return [
            self._client.chips(ChipQuery(group.lon, group.lat, first, last, band, size_m), progress)
            for band in self._order.bands
        ]

    def _clear_products(self, group: ParcelGroup) -> Optional[List[str]]:
        """Products of the group's clear dates; None when all dates are wanted, or a name is not known."""
        if self._order.clear is None:
            return None
        dates = [one for number in group.numbers for one in self._order.clear.get(number, ())]
        if any(not one.product for one in dates):
            return None
        return list(dict.fromkeys(one.product for one in sorted(dates, key=lambda one: one.date)))

    def _fetch(
        self, group: ParcelGroup, chips: Sequence[ChipAddress], folder: Path, progress: Progress
    ) -> None:
        for number, chip in enumerate(chips):
            raise_if_cancelled(progress)
            progress.report(number / len(chips), f"Fetching {chip.name}")
            parcels = tuple(n for n in group.numbers if self._order.wants(n, chip.date))
            if not parcels:
                continue
            try:
                path = self._client.fetch(chip, folder, progress)
            except HOPELESS:
                raise
            except WorkbenchError as error:
                self._failures.append(ChipFailure(parcels, chip.date, str(error)))
                continue
            scale, offset = numbers_of(chip.band, chip.baseline)
            self._chips.append(
                Chip(path, (chip.band,), chip.date, chip.product, parcels, CBM, chip.baseline, scale, offset)
            )


def numbers_of(band: str, baseline: int) -> Tuple[float, float]:
    """Scale and offset of the raw numbers of a product: reflectance = stored * scale + offset."""
    if not band.startswith("B"):
        return 1.0, 0.0
    return REFLECTANCE_SCALE, _SHIFT if baseline >= OFFSET_SINCE else 0.0
