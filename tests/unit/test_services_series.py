"""Slots go wrong one by one, end in order and stop at once."""

from __future__ import annotations

import threading
import time

import pytest

from sentinel_workbench.core.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    DiskFull,
    InvalidInput,
    QuotaExhausted,
)
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, SeriesOrder
from sentinel_workbench.core.model.results import ImageResult, State
from sentinel_workbench.core.model.timerange import TimeRange, calendar_months
from sentinel_workbench.core.progress import Silent, Watched, wait
from sentinel_workbench.core.services.series import SeriesService, unfinished

YEAR = SeriesOrder(
    ImageOrder(PixelGrid(BBox(46.16, -16.15, 46.51, -15.58), 7, 11), (DataSource("sentinel-2-l1c"),), "//VERSION=3"),
    calendar_months(TimeRange.of_days("2019-01-01", "2019-12-31")),
)


class Images:
    """Makes an image a month; ``acts`` maps a month to what happens instead."""

    def __init__(self, acts=None, seconds=0.01):
        self.acts, self.seconds = acts or {}, seconds
        self.lock, self.asked, self.busy, self.busiest = threading.Lock(), [], 0, 0

    def fetch(self, order, progress=Silent()):
        slot = order.sources[0].time_range
        with self.lock:
            self.asked.append(slot.start.month)
            self.busy += 1
            self.busiest = max(self.busiest, self.busy)
        try:
            act = self.acts.get(slot.start.month)
            if isinstance(act, Exception):
                raise act
            # Later slots end first, so that order is not by luck.
            wait(progress, act if act is not None else self.seconds * (13 - slot.start.month))
            progress.report(0.5, "half")
            return ImageResult(order, slot, State.DONE, requests=1, processing_units=1.0)
        finally:
            with self.lock:
                self.busy -= 1


def test_images_come_in_slot_order_whoever_ends_first():
    images, seen = Images(), []
    result = SeriesService(images).fetch(YEAR, on_image=lambda slot, image: seen.append((slot, image)))
    assert [image.time_range for image in result.images] == list(YEAR.slots)
    assert {image.state for image in result.images} == {State.DONE}
    assert sorted(slot for slot, _ in seen) == list(range(12))
    assert all(image is result.images[slot] for slot, image in seen)
    assert (result.requests, result.processing_units) == (12, 12.0) and 1 < images.busiest <= 4


@pytest.mark.parametrize("asked,busiest", [(1, 1), (8, 8), (50, 8), (0, 1)])
def test_parallel_within_bounds(asked, busiest):
    images = Images(dict.fromkeys(range(1, 13), 0.1))
    SeriesService(images, asked).fetch(YEAR)
    assert images.busiest == busiest


def test_a_failed_slot_stops_no_other():
    images = Images({3: ConnectionFailed("The host is down.", "Try later."), 7: InvalidInput("time", "No.")})
    result = SeriesService(images).fetch(YEAR)
    assert [i for i, image in enumerate(result.images) if image.state is State.FAILED] == [2, 6]
    assert result.images[2].error == "The host is down. Try later."
    assert len(result.in_state(State.DONE)) == 10


@pytest.mark.parametrize(
    "error", [QuotaExhausted("No units left."), AuthenticationFailed("Wrong secret."), DiskFull("No room.")]
)
def test_a_hopeless_error_stops_the_queue_and_is_told_for_every_slot_left(error):
    images = Images({3: error}, seconds=0.002)
    result = SeriesService(images, 1).fetch(YEAR)
    assert images.asked == [1, 2, 3]
    assert [image.state for image in result.images] == [State.DONE] * 2 + [State.FAILED] * 10
    assert {image.error for image in result.images[2:]} == {str(error)}


def test_cancel_returns_at_once_with_what_is_done():
    images = Images({1: 0.0, 2: 0.0, **dict.fromkeys(range(3, 13), 60.0)})
    progress, seen = Watched(), []

    def take(slot, _image):
        seen.append(slot)
        if len(seen) == 2:
            progress.cancel()

    started = time.monotonic()
    result = SeriesService(images, 2).fetch(YEAR, progress, on_image=take)
    assert time.monotonic() - started < 20, "the others take a minute"
    assert [image.state for image in result.images] == [State.DONE] * 2 + [State.CANCELLED] * 10
    assert sorted(seen) == list(range(12)) and result.images[5].error is None


class Deaf:
    """An image service that does not hear Cancel for a minute."""

    def __init__(self):
        self.free = threading.Event()

    def fetch(self, order, progress=Silent()):
        self.free.wait(60)
        progress.report(1.0, "late")
        return ImageResult(order, order.sources[0].time_range, State.DONE)


def test_a_deaf_slot_does_not_hold_up_cancel_and_is_heard_no_more():
    images, heard, progress = Deaf(), [], Watched()
    progress.cancel()
    started = time.monotonic()
    result = SeriesService(images, 4).fetch(YEAR, progress, on_progress=lambda *told: heard.append(told))
    assert time.monotonic() - started < 20
    assert len(result.in_state(State.CANCELLED)) == 12
    images.free.set()
    time.sleep(0.1)
    assert heard == []


def test_only_what_failed_is_fetched_again():
    images = Images({3: ConnectionFailed("down"), 7: ConnectionFailed("down")})
    first = SeriesService(images).fetch(YEAR)
    images.acts, images.asked = {}, []
    seen = []
    second = SeriesService(images).fetch(
        YEAR, on_image=lambda slot, _: seen.append(slot), only=unfinished(first), previous=first
    )
    assert sorted(images.asked) == [3, 7] and sorted(seen) == [2, 6]
    assert len(second.in_state(State.DONE)) == 12
    assert all(second.images[slot] is first.images[slot] for slot in range(12) if slot not in (2, 6))


def test_a_retry_that_fits_no_result_is_refused():
    with pytest.raises(InvalidInput):
        SeriesService(Images()).fetch(YEAR, only=[1])
    first = SeriesService(Images()).fetch(YEAR)
    with pytest.raises(InvalidInput):
        SeriesService(Images()).fetch(YEAR, only=[12], previous=first)


def test_progress_grows_to_one_and_names_its_slot():
    told, slots = [], set()
    SeriesService(Images()).fetch(
        YEAR, Watched(lambda fraction, _: told.append(fraction)), on_progress=lambda slot, *_: slots.add(slot)
    )
    assert max(told) == pytest.approx(1.0) and min(told) > 0 and slots == set(range(12))


def test_a_bug_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        SeriesService(Images({2: ZeroDivisionError()})).fetch(YEAR)
