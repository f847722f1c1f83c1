"""Chips from a STAC catalog: windows of its GeoTIFFs around parcels, pixels as they are."""

from __future__ import annotations

from pathlib import Path
from typing import List, Sequence, Tuple

from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.chips import STAC, Chip, ChipFailure, ChipOrder, ChipSeries
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.progress import Part, Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.services.chip_files import baseline_of, safe_stem
from sentinel_workbench.core.services.clip_order import ClipOrder, ClippedScene, sources_of
from sentinel_workbench.core.services.parcel_groups import GROUP_M, ParcelGroup, group_parcels
from sentinel_workbench.core.services.stac import CatalogService
from sentinel_workbench.core.services.stac_search import SceneSearch
from sentinel_workbench.core.stac.records import StacItem

_PRODUCTS = ("s2:product_uri", "sentinel:product_id")


class StacChips:
    """Makes chip series from a catalog.

    Args:
        catalog: searched and read.
        collection: as the catalog names it.
        group_m: side of the squares whose parcels share an image.
    """

    def __init__(self, catalog: CatalogService, collection: str, group_m: float = GROUP_M) -> None:
        self._catalog, self._collection, self._group_m = catalog, collection, group_m

    def fetch(self, order: ChipOrder, folder: Path, progress: Progress = Silent()) -> ChipSeries:
        """The chips of an order as files below ``folder``. What fails is told and stops nothing else.

        Raises:
            WorkbenchError: the catalog can't be searched, or no scene has a band.
            Cancelled: on request.
        """
        groups = group_parcels(order.parcels, self._group_m)
        chips: List[Chip] = []
        failures: List[ChipFailure] = []
        notes: List[str] = []
        for number, group in enumerate(groups):
            raise_if_cancelled(progress)
            part = Part(progress, number / len(groups), (number + 1) / len(groups))
            for scene in self._scenes(order, group, folder, part, notes):
                chips += self._chips_of(order, group, scene)
                failures += _failures_of(order, group, scene)
        raise_if_cancelled(progress)
        return ChipSeries(
            order, tuple(sorted(chips, key=lambda chip: (chip.date, chip.path.name))), tuple(failures),
            tuple(dict.fromkeys(notes)),
        )  # fmt: skip

    def _scenes(
        self, order: ChipOrder, group: ParcelGroup, folder: Path, progress: Progress, notes: List[str]
    ) -> Sequence[ClippedScene]:
        search = SceneSearch((self._collection,), group.bbox, order.period, max_results=None)
        found = self._catalog.search(search, Part(progress, 0.0, 0.1))
        notes += found.notes
        wanted = tuple(
            item for item in found.items
            if item.date is not None and any(order.wants(number, item.date) for number in group.numbers)
        )
        if not wanted:
            return ()
        place = folder / safe_stem(order.parcels[group.numbers[0]].pid)
        clipped = self._catalog.clip(ClipOrder(wanted, order.bands, Area(group.bbox)), place, Part(progress, 0.1, 1.0))
        return clipped.scenes

    def _chips_of(self, order: ChipOrder, group: ParcelGroup, scene: ClippedScene) -> List[Chip]:
        date = scene.item.date
        if scene.state is not State.DONE or date is None:
            return []
        product, parcels = product_of(scene.item), _wanted_parcels(order, group, scene)
        sources = sources_of(scene.item, order.bands, self._catalog.connection)
        numbers = {source.band: source.numbers for source in sources}
        chips = []
        for file in scene.files:
            told = numbers.get(file.bands[0]) if file.bands else None
            scale, offset = (told.scale, told.offset) if told else (1.0, 0.0)
            chips.append(
                Chip(file.path, file.bands, date, product, parcels, STAC, baseline_of(product), scale, offset)
            )
        return chips


def product_of(item: StacItem) -> str:
    """The ESA product behind an item where the catalog tells it, else the item's id."""
    for name in _PRODUCTS:
        value = item.properties.get(name)
        if isinstance(value, str) and value:
            return value.removesuffix(".SAFE")
    return item.item_id


def _wanted_parcels(order: ChipOrder, group: ParcelGroup, scene: ClippedScene) -> Tuple[int, ...]:
    date = scene.item.date
    return tuple(number for number in group.numbers if date is not None and order.wants(number, date))


def _failures_of(order: ChipOrder, group: ParcelGroup, scene: ClippedScene) -> List[ChipFailure]:
    if scene.state is State.DONE:
        return []
    return [ChipFailure(_wanted_parcels(order, group, scene), scene.item.date, scene.error or "Cancelled.")]
