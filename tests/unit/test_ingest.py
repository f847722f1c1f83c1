"""Folders of COGs become collections: times, bands, clouds, and what can't be used."""

from __future__ import annotations

import datetime as dt
import json
import shutil

import numpy as np
import pytest
from osgeo import gdal
from real_scenes import DATA, SITE, make_cogs
from synthetic_scenes import write_raster, write_scene

from sentinel_workbench.core.errors import Cancelled, InvalidInput
from sentinel_workbench.core.progress import Watched
from sentinel_workbench.localhub.ingest import ingest_folder
from sentinel_workbench.localhub.store import SceneStore

UTC = dt.timezone.utc


def stored(data, collection):
    store = SceneStore(data)
    try:
        return {scene.scene_id: scene for scene in store.search(collection)}
    finally:
        store.close()


def test_sites_with_one_folder_an_acquisition(tmp_path):
    scl = np.array([[3, 8, 9, 10], [0, 0, 4, 5], [6, 7, 11, 2], [4, 4, 4, 4]], np.uint8)
    for site, west in (("north", 500000), ("south", 600000)):
        write_scene(tmp_path / "in" / site / "20180804T105022", {"B02": 7, "B04": 9, "SCL": scl}, west=west)
    report = ingest_folder(tmp_path / "in", tmp_path / "data")
    assert (report.scenes, report.skipped) == (2, ())
    assert report.collection.collection_id == "sentinel-2-l2a"
    assert [band.name for band in report.collection.bands] == ["B02", "B04", "SCL"]
    scenes = stored(tmp_path / "data", "sentinel-2-l2a")
    assert set(scenes) == {"north_20180804T105022", "south_20180804T105022"}
    scene = scenes["north_20180804T105022"]
    assert scene.date == dt.datetime(2018, 8, 4, 10, 50, 22, tzinfo=UTC)
    assert scene.cloud_percent == pytest.approx(100 * 4 / 14, abs=0.01)
    assert scene.bands["B02"].nodata == 0
    west, south, east, north = report.extent
    assert west == pytest.approx(3.0, abs=1e-6) and east > 4 and 45 < south < north < 46


@pytest.mark.parametrize("folder, expected", [
    ("20180804T105022", dt.datetime(2018, 8, 4, 10, 50, 22)),
    ("2018-08-04", dt.datetime(2018, 8, 4)),
    ("S2A_MSIL2A_20190411T105701_N0211_R051", dt.datetime(2019, 4, 11, 10, 57, 1)),
    ("2019-04-11T10_57_00", dt.datetime(2019, 4, 11)),
    ("tile_20190411", dt.datetime(2019, 4, 11)),
])
def test_time_from_the_name(tmp_path, folder, expected):
    write_scene(tmp_path / "in" / folder, {"B02": 1})
    report = ingest_folder(tmp_path / "in", tmp_path / "data")
    assert report.first == report.last == expected.replace(tzinfo=UTC)


def test_metadata_go_before_names(tmp_path):
    write_scene(tmp_path / "in" / "20180101", {"B02": 1})
    index = {"mgrs_tile": "31UES", "scenes": [{"id": "20180101", "datetime": "2018-01-01T10:50:22Z"}]}
    (tmp_path / "in" / "index.json").write_text(json.dumps(index))
    write_scene(tmp_path / "in" / "other", {"B02": 1})
    item = {"type": "Feature", "properties": {"datetime": "2020-02-19T11:11:11.123Z", "eo:cloud_cover": 17.5}}
    (tmp_path / "in" / "other" / "item.json").write_text(json.dumps(item))
    ingest_folder(tmp_path / "in", tmp_path / "data")
    scenes = stored(tmp_path / "data", "sentinel-2-l1c")
    assert scenes["20180101"].date == dt.datetime(2018, 1, 1, 10, 50, 22, tzinfo=UTC)
    assert scenes["20180101"].properties["tile"] == "31UES"
    assert scenes["20180101"].cloud_percent is None
    assert scenes["other"].date == dt.datetime(2020, 2, 19, 11, 11, 11, 123000, tzinfo=UTC)
    assert scenes["other"].cloud_percent == 17.5


def test_cloud_mask_stands_in_for_scl(tmp_path):
    write_scene(tmp_path / "in" / "20190101", {"B02": 1})
    clm = np.array([[1, 0], [255, 1]], np.uint8)
    write_raster(tmp_path / "in" / "20190101" / "CLM.tif", clm, nodata=255)
    report = ingest_folder(tmp_path / "in", tmp_path / "data")
    assert report.collection.collection_id == "sentinel-2-l1c"
    assert stored(tmp_path / "data", "sentinel-2-l1c")["20190101"].cloud_percent == pytest.approx(66.67)


@pytest.mark.parametrize("names", [
    ("B02.tif", "B8A.tif"), ("b2.TIF", "b8a.tiff"), ("T31UES_20190411T105701_B02_10m.tif", "T31UES_B8A_20m.tif"),
])
def test_band_names_in_file_names(tmp_path, names):
    for name in names:
        write_raster(tmp_path / "in" / "20190411" / name, np.ones((4, 4), np.uint16))
    report = ingest_folder(tmp_path / "in", tmp_path / "data")
    assert [band.name for band in report.collection.bands] == ["B02", "B8A"]


def test_unknown_bands_make_a_collection_of_their_own(tmp_path):
    for name in ("scene_height.tif", "scene_slope.tif"):
        write_raster(tmp_path / "My Terrain" / "20190411" / name, np.ones((4, 4), np.int16), nodata=-9999)
    report = ingest_folder(tmp_path / "My Terrain", tmp_path / "data")
    assert report.collection.collection_id == "my-terrain"
    assert [(b.name, b.units, b.resolution_m) for b in report.collection.bands] == [
        ("height", ("DN",), 10.0), ("slope", ("DN",), 10.0),
    ]
    again = ingest_folder(tmp_path / "My Terrain", tmp_path / "data", "byoc-terrain")
    assert again.collection.collection_id == "byoc-terrain"
    with pytest.raises(InvalidInput, match="height, slope"):
        ingest_folder(tmp_path / "My Terrain", tmp_path / "data", "sentinel-2-l2a")


def test_ingesting_twice_changes_nothing_and_more_adds(tmp_path):
    write_scene(tmp_path / "in" / "20190101", {"B02": 1})
    ingest_folder(tmp_path / "in", tmp_path / "data")
    before = stored(tmp_path / "data", "sentinel-2-l1c")
    ingest_folder(tmp_path / "in", tmp_path / "data")
    assert stored(tmp_path / "data", "sentinel-2-l1c") == before
    write_scene(tmp_path / "more" / "20190101", {"B04": 1})
    report = ingest_folder(tmp_path / "more", tmp_path / "data")
    assert [band.name for band in report.collection.bands] == ["B02", "B04"]
    assert set(stored(tmp_path / "data", "sentinel-2-l1c")) == {"20190101", "20190101-2"}


def test_unreadable_files_are_skipped_and_told(tmp_path):
    scene = write_scene(tmp_path / "in" / "20190101", {"B02": 1})
    (scene / "B03.tif").write_text("not an image")
    write_raster(scene / "B04.tif", np.ones((4, 4), np.uint8), crs=None)
    whole = write_raster(scene / "B08.tif", np.random.default_rng(1).integers(1, 60000, (600, 600)).astype(np.uint16))
    whole.write_bytes(whole.read_bytes()[:-100_000])
    write_scene(tmp_path / "in" / "undated", {"B02": 1})
    report = ingest_folder(tmp_path / "in", tmp_path / "data")
    told = {s.path.rsplit("/", 1)[1]: s.reason for s in report.skipped}
    assert set(told) == {"B03.tif", "B04.tif", "B08.tif", "undated"}
    assert "coordinate reference system" in told["B04.tif"] and "date" in told["undated"]
    assert [band.name for band in report.collection.bands] == ["B02"]


def test_nothing_usable_is_one_clear_sentence(tmp_path):
    with pytest.raises(InvalidInput, match="no folder"):
        ingest_folder(tmp_path / "absent", tmp_path / "data")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match="No GeoTIFF"):
        ingest_folder(tmp_path / "empty", tmp_path / "data")
    (tmp_path / "bad" / "20190101").mkdir(parents=True)
    (tmp_path / "bad" / "20190101" / "B02.tif").write_text("x")
    with pytest.raises(InvalidInput, match="B02.tif"):
        ingest_folder(tmp_path / "bad", tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_cancel_leaves_the_store_alone(tmp_path):
    write_scene(tmp_path / "in" / "20190101", {"B02": 1})
    watched = Watched()
    watched.cancel()
    with pytest.raises(Cancelled):
        ingest_folder(tmp_path / "in", tmp_path / "data", progress=watched)
    assert not (tmp_path / "data").exists()


def test_reflectance_offset_of_the_file_tags(tmp_path):
    path = write_raster(tmp_path / "in" / "20220301" / "B02.tif", np.full((4, 4), 3000, np.uint16))
    dataset = gdal.OpenEx(str(path), gdal.OF_UPDATE, open_options=["IGNORE_COG_LAYOUT_BREAK=YES"])
    dataset.GetRasterBand(1).SetScale(0.0001)
    dataset.GetRasterBand(1).SetOffset(-0.1)
    dataset = None
    ingest_folder(tmp_path / "in", tmp_path / "data")
    assert stored(tmp_path / "data", "sentinel-2-l1c")["20220301"].bands["B02"].offset == -1000


def test_damaged_real_cog_is_found(tmp_path):
    damaged = DATA / "cogs" / "bad" / "output_G.tiff"
    if not damaged.exists():
        pytest.skip(f"the real COGs are not at {DATA}")
    folder = tmp_path / "in" / "20190101"
    folder.mkdir(parents=True)
    shutil.copy(damaged, folder)
    shutil.copy(DATA / "cogs" / "good" / "output_B.tiff", folder)
    report = ingest_folder(tmp_path / "in", tmp_path / "data")
    assert [s.path.rsplit("/", 1)[1] for s in report.skipped] == ["output_G.tiff"]
    assert [band.name for band in report.collection.bands] == ["B"]


def test_real_series(tmp_path):
    scenes = make_cogs(tmp_path / "cogs")
    report = ingest_folder(scenes, tmp_path / "data")
    index = json.loads((scenes / SITE / "index.json").read_text())["scenes"]
    assert (report.scenes, report.skipped) == (len(index), ())
    assert report.collection.collection_id == "sentinel-2-l2a"
    found = stored(tmp_path / "data", "sentinel-2-l2a")
    for entry in index:
        counts = {int(key): number for key, number in entry["scl"].items() if key != "0"}
        cloudy = 100 * sum(counts.get(key, 0) for key in (3, 8, 9, 10)) / sum(counts.values())
        scene = found[f"{SITE}_{entry['id']}"]
        assert scene.cloud_percent == pytest.approx(cloudy, abs=0.006)
        assert scene.date.strftime("%Y-%m-%dT%H:%M:%SZ") == entry["datetime"]
        assert len(scene.bands) == 11
