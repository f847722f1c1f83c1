"""The same image for many time slots, several at once."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from typing import Callable, List, Optional, Protocol, Sequence

from sentinel_workbench.core.errors import (
    AuthenticationFailed,
    Cancelled,
    DiskFull,
    InvalidInput,
    QuotaExhausted,
    WorkbenchError,
)
from sentinel_workbench.core.model.orders import ImageOrder, SeriesOrder
from sentinel_workbench.core.model.results import ImageResult, SeriesResult, State
from sentinel_workbench.core.progress import Progress, Silent
from sentinel_workbench.core.services.image import time_range_of
from sentinel_workbench.core.services.parallel import Crew, Shares, Stoppable

OnImage = Callable[[int, ImageResult], None]
OnProgress = Callable[[int, float, str], None]
MOST_PARALLEL = 8
HOPELESS = (QuotaExhausted, AuthenticationFailed, DiskFull)
"""After one of these no further image can succeed."""
_GRACE_S = 0.7


class FetchesImages(Protocol):
    """What a series needs of the image service."""

    def fetch(self, order: ImageOrder, progress: Progress = Silent()) -> ImageResult:
        """One image."""


class SeriesService:
    """Fetches series. Safe to share; each call has threads of its own.

    Args:
        images: fetches one image.
        max_parallel: images at once, 1 to 8.
    """

    def __init__(self, images: FetchesImages, max_parallel: int = 4) -> None:
        self._images = images
        self._max_parallel = max(1, min(max_parallel, MOST_PARALLEL))

    def fetch(
        self,
        order: SeriesOrder,
        progress: Progress = Silent(),
        on_image: Optional[OnImage] = None,
        on_progress: Optional[OnProgress] = None,
        only: Optional[Sequence[int]] = None,
        previous: Optional[SeriesResult] = None,
    ) -> SeriesResult:
        """All images in slot order. A slot that fails stops no other; see ``HOPELESS`` for those that stop the rest.

        Args:
            order: template and slots.
            progress: of the whole. After Cancel the call returns within a second with what is done.
            on_image: called in the caller's thread as each slot ends: number and result.
            on_progress: called from any thread: slot, fraction 0..1, what is being done.
            only: numbers of the slots to fetch; the others are taken from ``previous``.
            previous: the result of an earlier call for the same slots.

        Raises:
            InvalidInput: ``only`` and ``previous`` do not fit the order.
        """
        run = _Run(order, progress, on_image, on_progress)
        return run.fetch(self._images, self._max_parallel, _chosen(order, only, previous), previous)


def unfinished(result: SeriesResult) -> Sequence[int]:
    """Numbers of the slots that failed or were cancelled: those a retry asks for."""
    return tuple(number for number, image in enumerate(result.images) if image.state is not State.DONE)


class _Run:
    """One call of ``SeriesService.fetch``."""

    def __init__(
        self,
        order: SeriesOrder,
        progress: Progress,
        on_image: Optional[OnImage],
        on_progress: Optional[OnProgress],
    ) -> None:
        self._order, self._orders, self._progress = order, order.orders(), progress
        self._on_image, self._on_progress = on_image, on_progress
        self._images: List[Optional[ImageResult]] = [None] * len(self._orders)
        self._end_reason: Optional[str] = None
        self._closed = threading.Event()

    def fetch(
        self,
        images: FetchesImages,
        max_parallel: int,
        chosen: Sequence[int],
        previous: Optional[SeriesResult],
    ) -> SeriesResult:
        if previous is not None:
            self._images = [None if i in chosen else image for i, image in enumerate(previous.images)]
        shares = Shares(self._progress, len(chosen))
        crew: Crew[ImageResult] = Crew(min(max_parallel, max(len(chosen), 1)), "slot")
        with crew:
            crew.start([self._job(images, slot, share, shares, crew.stop) for share, slot in enumerate(chosen)])
            self._collect(crew, chosen)
        self._closed.set()
        finished = tuple(self._image_of(slot) for slot in range(len(self._orders)))
        return SeriesResult(self._order, finished, self._end_reason)

    def _job(
        self, images: FetchesImages, slot: int, share: int, shares: Shares, stop: threading.Event
    ) -> Callable[[], ImageResult]:
        def report(fraction: float, message: str) -> None:
            if self._closed.is_set():
                return
            shares.report(share, fraction, message)
            if self._on_progress:
                self._on_progress(slot, fraction, message)

        def run() -> ImageResult:
            watched = Stoppable(self._progress, stop, report)
            if watched.cancelled() or self._end_reason is not None:
                raise Cancelled()
            try:
                result = images.fetch(self._orders[slot], watched)
            except HOPELESS as error:
                # In this thread, before it takes the next slot. What others are at goes on: it is paid for.
                self._end_reason = self._end_reason or str(error)
                raise
            report(1.0, "Done")
            return result

        return run

    def _collect(self, crew: Crew, chosen: Sequence[int]) -> None:
        """Take results as they come; after Cancel wait a moment for those about to end."""
        deadline: Optional[float] = None
        for ended in crew.ended():
            for share, future in ended:
                self._take(chosen[share], future)
            if deadline is None and self._progress.cancelled():
                crew.stop.set()
                deadline = time.monotonic() + _GRACE_S
            if deadline is not None and time.monotonic() > deadline:
                break
        for slot in chosen:
            if self._images[slot] is None:
                self._put(slot, self._not_done(slot))

    def _take(self, slot: int, future: Future[ImageResult]) -> None:
        try:
            self._put(slot, future.result())
        except Cancelled:
            self._put(slot, self._not_done(slot))
        except WorkbenchError as error:
            self._put(slot, self._failed(slot, str(error)))

    def _not_done(self, slot: int) -> ImageResult:
        if self._end_reason is not None:
            return self._failed(slot, self._end_reason)
        order = self._orders[slot]
        return ImageResult(order, time_range_of(order) or self._order.slots[slot], State.CANCELLED)

    def _failed(self, slot: int, sentence: str) -> ImageResult:
        order = self._orders[slot]
        return ImageResult(order, time_range_of(order) or self._order.slots[slot], State.FAILED, error=sentence)

    def _put(self, slot: int, image: ImageResult) -> None:
        self._images[slot] = image
        if self._on_image:
            self._on_image(slot, image)

    def _image_of(self, slot: int) -> ImageResult:
        return self._images[slot] or self._not_done(slot)


def _chosen(order: SeriesOrder, only: Optional[Sequence[int]], previous: Optional[SeriesResult]) -> Sequence[int]:
    count = len(order.slots)
    if only is None:
        return range(count)
    if previous is None or len(previous.images) != count or not all(0 <= slot < count for slot in only):
        raise InvalidInput("slots", "The slots to fetch again do not belong to the earlier result.", "Run all slots.")
    return sorted(set(only))
