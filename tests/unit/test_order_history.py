"""Orders across restarts: written whole or not at all, read whatever happened to the files."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest

from sentinel_workbench.core.errors import InvalidInput, StorageError
from sentinel_workbench.core.hub.process import build_payload
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.orders import (
    JSON_TYPE,
    DataSource,
    ImageOrder,
    Response,
    SeriesOrder,
    TileMetadata,
)
from sentinel_workbench.core.model.results import ImageResult, State, TileRecord
from sentinel_workbench.core.model.timerange import TimeRange, calendar_months
from sentinel_workbench.core.services.history import OrderHistory, new_key
from sentinel_workbench.core.services.history_records import KeptOrder, from_json, to_json
from sentinel_workbench.core.services.request_order import order_as_is

SCRIPT = "//VERSION=3\nfunction setup() { return {input: ['B02'], output: {bands: 1}}; }\n" \
         "function evaluatePixel(s) { return [s.B02]; } // ü \u2028"
NOW = dt.datetime(2026, 11, 21, 17, 15, 6, 250000, tzinfo=dt.timezone.utc)
SQUARE = {"type": "Polygon", "coordinates": [[[46.1, -16.1], [46.3, -16.1], [46.3, -16.0], [46.1, -16.1]]]}


def series(**values) -> SeriesOrder:
    source = DataSource("sentinel-2-l2a", None, "leastCC", 80, None, {"a": 1}, {"upsampling": "BILINEAR"})
    image = ImageOrder(
        PixelGrid(BBox(46.16, -16.15, 46.51, -15.58), 631, 1047), (source,), SCRIPT,
        (Response(), Response("userdata", JSON_TYPE)), SQUARE, TileMetadata.EXACT,
    )
    slots = calendar_months(TimeRange.of_days("2019-01-01", "2019-03-31"))
    return SeriesOrder(image, slots, "Blue, 2019 / ü", **values)


def kept_order(folder: Path, key: str = "") -> KeptOrder:
    order = series()
    orders, raster = order.orders(), folder / "raster of january.tif"
    raster.write_bytes(b"II*")
    tile = TileRecord("S2A_38LQK", NOW, 3.5, 0.75, SQUARE)
    done = ImageResult(
        orders[0], order.slots[0], State.DONE, {"default": raster}, {"sum": [1, None]}, (tile,), 2.5, 0.33, False, 2,
        notes=("A note.",),
    )
    failed = ImageResult(orders[1], order.slots[1], State.FAILED, error="The service is not available.")
    return KeptOrder(key or new_key(NOW), order, "My account", NOW, (done, failed, None), folder, folder / "t.gpkg")


def test_everything_comes_back_as_it_was(tmp_path):
    kept = kept_order(tmp_path)
    history = OrderHistory(tmp_path / "history")
    history.keep(kept)
    assert OrderHistory(tmp_path / "history").all() == (kept,)
    again = from_json(json.loads(json.dumps(to_json(kept))))
    assert [build_payload(order) for order in again.order.orders()] == [
        build_payload(order) for order in kept.order.orders()]


def test_a_request_written_by_hand_keeps_its_own_times(tmp_path):
    image = series().image.at(TimeRange.of_days("2020-02-01", "2020-02-03"))
    kept = KeptOrder(new_key(NOW), order_as_is(image, "As is"), "My account", NOW, (None,))
    assert from_json(json.loads(json.dumps(to_json(kept)))) == kept


def test_slots_that_had_not_ended_are_cancelled_ones_and_can_be_asked_again(tmp_path):
    result = kept_order(tmp_path).result()
    assert [image.state for image in result.images] == [State.DONE, State.FAILED, State.CANCELLED]
    assert result.images[2].order == series().orders()[2]


def test_an_image_whose_file_is_gone_says_so(tmp_path):
    kept = kept_order(tmp_path)
    history = OrderHistory(tmp_path / "history")
    history.keep(kept)
    next(iter(kept.images[0].rasters.values())).unlink()
    image = history.all()[0].images[0]
    assert (image.state, image.rasters) == (State.FAILED, {})
    assert image.error == "Its file is not there any more. Retry to fetch it again."


def test_the_newest_come_first_and_the_oldest_go(tmp_path):
    history = OrderHistory(tmp_path / "history", most=3)
    keys = [new_key(NOW + dt.timedelta(seconds=number)) for number in range(5)]
    for key in keys:
        history.keep(replace(kept_order(tmp_path), key=key))
    assert [kept.key for kept in history.all()] == keys[:1:-1]
    assert len(list((tmp_path / "history").iterdir())) == 3


@pytest.mark.parametrize("content", [
    b"", b"{", b"null", b"[]", b"{}", b"\xff\xfe\x00", b'{"format": 2}', b"[" * 100_000,
    b'{"format": 1, "request": {}, "slots": []}',
])
def test_a_damaged_file_costs_only_itself(tmp_path, content):
    history = OrderHistory(tmp_path / "history")
    kept = kept_order(tmp_path)
    history.keep(kept)
    (tmp_path / "history" / f"{new_key(NOW + dt.timedelta(1))}.json").write_bytes(content)
    (tmp_path / "history" / "notes.json").write_text("{}")
    assert history.all() == (kept,)


def test_every_missing_or_odd_member_is_refused_in_words(tmp_path):
    value = json.loads(json.dumps(to_json(kept_order(tmp_path))))
    for name in value:
        damaged = {key: member for key, member in value.items() if key != name}
        with pytest.raises(InvalidInput):
            from_json(damaged)
        if name not in ("title", "key", "connection", "error", "as_is", "folder", "tables"):
            with pytest.raises(InvalidInput):
                from_json({**value, name: 7})
    with pytest.raises(InvalidInput):
        from_json({**value, "images": value["images"][:2]})


def test_an_interrupted_writing_leaves_the_order_as_it_was(tmp_path, monkeypatch):
    history = OrderHistory(tmp_path / "history")
    kept = kept_order(tmp_path)
    history.keep(kept)
    whole = Path.write_text

    def half(path, text, **how):
        whole(path, text[: len(text) // 2], **how)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(StorageError):
        history.keep(replace(kept, connection_name="Another"))
    assert history.all() == (kept,)
    assert len(list((tmp_path / "history").iterdir())) == 1


def test_keys_are_no_paths(tmp_path):
    history = OrderHistory(tmp_path / "history")
    for key in ("../x", "", "20261121T171506250000-zzzzzzzz", "a/b"):
        with pytest.raises(InvalidInput):
            history.forget(key)
    with pytest.raises(InvalidInput):
        history.keep(replace(kept_order(tmp_path), key="../evil"))


def test_a_forgotten_order_is_gone_and_its_images_stay(tmp_path):
    history = OrderHistory(tmp_path / "history")
    kept = kept_order(tmp_path)
    history.keep(kept)
    history.forget(kept.key)
    history.forget(kept.key)
    assert history.all() == ()
    assert next(iter(kept.images[0].rasters.values())).exists()


def test_endless_userdata_is_not_kept(tmp_path):
    kept = kept_order(tmp_path)
    large = replace(kept, images=(replace(kept.images[0], userdata=["x" * 200_000]), None, None))
    assert from_json(to_json(large)).images[0].userdata is None
