"""Files get readable names and never replace somebody else's."""

from __future__ import annotations

import errno
import os
from dataclasses import replace

import pytest

from sentinel_workbench.core.errors import DiskFull, StorageError
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, SeriesOrder
from sentinel_workbench.core.model.results import ImageResult, SeriesResult, State
from sentinel_workbench.core.model.timerange import TimeRange, calendar_months, parse_instant
from sentinel_workbench.core.services.delivery import deliver, file_stem

ORDER = SeriesOrder(
    ImageOrder(PixelGrid(BBox(46.16, -16.15, 46.51, -15.58), 7, 11), (DataSource("sentinel-2-l1c"),), "//VERSION=3"),
    calendar_months(TimeRange.of_days("2019-01-01", "2019-02-28")),
)


def series(cache, content=b"pixels", identifiers=("default",)):
    """January done, February failed."""
    cache.mkdir(exist_ok=True)
    for identifier in identifiers:
        (cache / f"{identifier}.tif").write_bytes(content)
    done = ImageResult(ORDER.image, ORDER.slots[0], State.DONE, {i: cache / f"{i}.tif" for i in identifiers})
    return SeriesResult(ORDER, (done, ImageResult(ORDER.image, ORDER.slots[1], State.FAILED, error="no")))


def refuse_links(monkeypatch, number=errno.EXDEV):
    def link(*_, **__):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", link)


@pytest.mark.parametrize("linked", [True, False])
def test_readable_names(tmp_path, monkeypatch, linked):
    if not linked:
        refuse_links(monkeypatch)
    result = deliver(series(tmp_path / "cache", identifiers=("default", "ndvi")), tmp_path / "a" / "out")
    assert sorted(p.name for p in (tmp_path / "a" / "out").iterdir()) == [
        "2019-01-01_2019-01-31.tif",
        "2019-01-01_2019-01-31_ndvi.tif",
    ]
    raster = result.images[0].rasters["default"]
    assert raster.read_bytes() == b"pixels" and (raster.stat().st_nlink == 2) is linked
    assert result.images[1].state is State.FAILED


@pytest.mark.parametrize("linked", [True, False])
def test_another_orders_file_is_never_touched(tmp_path, monkeypatch, linked):
    if not linked:
        refuse_links(monkeypatch)
    first = deliver(series(tmp_path / "c1", b"one"), tmp_path / "out").images[0].rasters["default"]
    second = deliver(series(tmp_path / "c2", b"two"), tmp_path / "out").images[0].rasters["default"]
    again = deliver(series(tmp_path / "c3", b"two"), tmp_path / "out").images[0].rasters["default"]
    assert (first.read_bytes(), second.read_bytes(), again) == (b"one", b"two", second)
    assert second.name == "2019-01-01_2019-01-31_2.tif" and len(list((tmp_path / "out").iterdir())) == 2


def test_a_full_disk_while_copying(tmp_path, monkeypatch):
    refuse_links(monkeypatch)

    def copy(source, target):
        open(target, "wb").write(b"ha")
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", copy)
    with pytest.raises(DiskFull, match="no space left"):
        deliver(series(tmp_path / "cache"), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_is_a_file_is_told(tmp_path):
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(StorageError):
        deliver(series(tmp_path / "cache"), tmp_path / "out")


def test_slots_within_a_day_have_different_names():
    noon, evening = parse_instant("2019-01-01T12:00:00Z"), parse_instant("2019-01-01T18:30:00Z")
    midnight = parse_instant("2019-01-02")
    stems = {file_stem(TimeRange(noon, evening)), file_stem(TimeRange(evening, midnight))}
    assert stems == {"2019-01-01T120000_2019-01-01T183000", "2019-01-01T183000_2019-01-02T000000"}
    assert file_stem(None, "dem") == "image_dem"


def test_a_cache_file_that_is_gone_is_told(tmp_path):
    result = series(tmp_path / "cache")
    gone = replace(result.images[0], rasters={"default": tmp_path / "nowhere.tif"})
    with pytest.raises(StorageError):
        deliver(replace(result, images=(gone,)), tmp_path / "out")
