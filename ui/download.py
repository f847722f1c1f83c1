"""One order as the Downloads tab knows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Dict, List, Optional, Tuple

from sentinel_workbench.core.model.orders import SeriesOrder
from sentinel_workbench.core.model.results import ImageResult, State
from sentinel_workbench.core.services.history_records import KeptOrder
from sentinel_workbench.ui.backend import DeliveredSeries, RunningWork


@dataclass
class Download:
    """An order, how far it is and what came of it.

    Attributes:
        order: what was asked.
        connection_name: where.
        folder: where files shall go, or None for the cache.
        key: in the history.
        begun: when, UTC.
        fractions: 0..1 a slot.
        images: results by slot, as far as slots ended.
        work: while it runs.
        delivered: what the last run left.
        cancelling: Cancel was pressed.
    """

    order: SeriesOrder
    connection_name: str
    folder: Optional[Path]
    key: str
    begun: dt.datetime
    fractions: List[float] = field(default_factory=list)
    images: Dict[int, ImageResult] = field(default_factory=dict)
    work: Optional[RunningWork] = None
    delivered: Optional[DeliveredSeries] = None
    cancelling: bool = False

    def __post_init__(self) -> None:
        self.fractions = self.fractions or [0.0] * len(self.order.slots)

    @classmethod
    def of_kept(cls, kept: KeptOrder) -> Download:
        """As the history tells it."""
        delivered = DeliveredSeries(kept.result(), kept.folder, _if_there(kept.tables), kept.error)
        images = {slot: image for slot, image in enumerate(kept.images) if image is not None}
        return cls(kept.order, kept.connection_name, kept.folder, kept.key, kept.begun, [], images,
                   delivered=delivered)

    def kept(self) -> KeptOrder:
        """For the history."""
        delivered = self.delivered
        images = tuple(self.images.get(slot) for slot in range(len(self.order.slots)))
        return KeptOrder(
            self.key, self.order, self.connection_name, self.begun, images, self.folder,
            delivered.tables if delivered else None, delivered.error if delivered else None,
        )

    @property
    def running(self) -> bool:
        """A task is at it."""
        return self.work is not None

    @property
    def units(self) -> float:
        """Spent for the images that are known, as the service told."""
        return sum(image.processing_units or 0.0 for image in self.images.values())

    def count(self, state: State) -> int:
        """Slots that ended so."""
        return sum(1 for image in self.images.values() if image.state is state)

    def unfinished(self) -> Tuple[int, ...]:
        """Slots that failed, were cancelled or never began."""
        slots = range(len(self.order.slots))
        return tuple(slot for slot in slots if slot not in self.images or self.images[slot].state is not State.DONE)

    def files_folder(self) -> Optional[Path]:
        """Where its files are, or None while there are none."""
        delivered = self.delivered
        if delivered is None:
            return None
        rasters = [path for image in delivered.result.images for path in image.rasters.values()]
        if delivered.folder is not None:
            return delivered.folder
        return rasters[0].parent if rasters else None


def _if_there(path: Optional[Path]) -> Optional[Path]:
    return path if path is not None and path.is_file() else None
