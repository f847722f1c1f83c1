"""The demo scenes, made small: the same every time, with a tile border, clouds, tides and seasons in them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import numpy as np
import pytest
from osgeo import gdal

from sentinel_workbench.core.errors import Cancelled, StorageError
from sentinel_workbench.core.model.collection import find_collection
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.progress import Watched
from sentinel_workbench.localhub import demo_scenes
from sentinel_workbench.localhub.demo.drainage import drained_area
from sentinel_workbench.localhub.demo.frame import Frame
from sentinel_workbench.localhub.demo.landcover import cover_on
from sentinel_workbench.localhub.demo.passes import all_passes
from sentinel_workbench.localhub.demo.products import Scenery
from sentinel_workbench.localhub.demo.spectra import BANDS, CIRRUS, CLOUD, HAZE, REFLECTANCE, SURFACES, TRANSMITTANCE
from sentinel_workbench.localhub.demo_scenes import DEM, L1C, L2A, make_demo_scenes
from sentinel_workbench.localhub.store import SceneStore

SMALL = Frame(600.0)
PASSES = tuple(all_passes()[i] for i in (1, 7, 15))
AREA = BBox(46.16, -16.15, 46.51, -15.58)
UTC = dt.timezone.utc


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub")
    make_demo_scenes(folder, frame=SMALL, passes=PASSES)
    return folder


@pytest.fixture(scope="module")
def store(data):
    return SceneStore(data)


@pytest.fixture(scope="module")
def scenery():
    return Scenery(SMALL)


def pixels(scene, band):
    file = scene.bands[band]
    dataset = gdal.Open(file.path)
    return dataset.GetRasterBand(file.band_index).ReadAsArray()


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(gdal.Open(str(path)).ReadAsArray().tobytes()).hexdigest()
        for path in sorted(folder.rglob("*.tif"))
    }


def test_same_scenes_on_every_run(data, tmp_path):
    make_demo_scenes(tmp_path, frame=SMALL, passes=PASSES)
    first, second = digests(data), digests(tmp_path)
    assert first == second
    assert len(first) == 3 * 2 * 11 + 1
    assert len(set(first.values())) > 50


def test_every_band_of_both_collections(store):
    for collection in (L1C, L2A, DEM):
        names = {band.name for band in find_collection(collection).bands}
        for scene in store.search(collection):
            assert set(scene.bands) == names
            assert all(pixels(scene, name).size for name in names)


def test_scenes_lie_on_the_ground_they_claim(store):
    scene = store.search(L1C)[0]
    dataset = gdal.Open(scene.bands["B02"].path)
    assert dataset.GetSpatialRef().GetAuthorityCode(None) == "32738"
    assert dataset.GetMetadata("IMAGE_STRUCTURE")["LAYOUT"] == "COG"
    assert dataset.GetGeoTransform()[1] == 600.0
    assert dataset.GetRasterBand(scene.bands["B08"].band_index).GetDescription() == "B08"


def test_area_spans_a_tile_border(store):
    day = (dt.datetime(2019, 6, 8, tzinfo=UTC), dt.datetime(2019, 6, 9, tzinfo=UTC))
    north, south = sorted(store.search(L2A, AREA, *day), key=lambda scene: scene.date)
    assert (north.properties["tile"], south.properties["tile"]) == ("38LPH", "38KPG")
    assert (south.date - north.date).total_seconds() == 14
    assert not store.search(L2A, BBox(46.2, -15.7, 46.3, -15.6), *day) == [north, south]
    top = max(lat for _, lat in south.footprint["coordinates"][0])
    bottom = min(lat for _, lat in north.footprint["coordinates"][0])
    assert AREA.min_y < bottom < top < AREA.max_y, "the tiles overlap inside the area"


def test_overlap_shows_the_same_ground(store):
    day = (dt.datetime(2019, 6, 8, tzinfo=UTC), dt.datetime(2019, 6, 9, tzinfo=UTC))
    north, south = sorted(store.search(L1C, AREA, *day), key=lambda scene: scene.date)
    first = SMALL.tiles[1].first_row
    shared = SMALL.tiles[0].end_row - first
    assert shared > 0
    np.testing.assert_array_equal(pixels(north, "B04")[-shared:], pixels(south, "B04")[:shared])


def test_cloud_percent_agrees_with_the_mask(store):
    percents = set()
    for scene in store.search(L1C):
        mask = pixels(scene, "CLM")
        seen = mask[mask != 255]
        assert scene.cloud_percent == pytest.approx(100 * (seen == 1).mean(), abs=0.005)
        percents.add(scene.cloud_percent)
    assert len(percents) > 3


def test_swath_edge_leaves_nothing_but_nodata(store):
    time = PASSES[1].time
    (scene, _) = store.search(L2A, AREA, time - dt.timedelta(hours=1), time + dt.timedelta(hours=1))
    red, classes = pixels(scene, "B04"), pixels(scene, "SCL")
    assert 0.1 < (red == 0).mean() < 0.9
    assert (classes == 0).any() and (pixels(scene, "CLM") == 255).any()
    assert scene.properties["cover"] == scene.footprint
    whole = store.search(L2A, AREA, PASSES[0].time, PASSES[0].time)[0]
    assert (pixels(whole, "B04") > 0).all() and "cover" not in whole.properties


def test_top_of_atmosphere_is_bluer(store):
    day = (dt.datetime(2019, 6, 8, tzinfo=UTC), dt.datetime(2019, 6, 9, tzinfo=UTC))
    above, below = store.search(L1C, AREA, *day)[0], store.search(L2A, AREA, *day)[0]
    haze = {band: pixels(above, band).mean() - pixels(below, band).mean() for band in ("B02", "B04")}
    assert haze["B02"] > 300 > haze["B04"]


def test_mudflats_fall_dry_with_the_tide(scenery):
    def water(tide_m):
        return cover_on(scenery.ground, 200, tide_m)[:3].sum()

    assert water(1.6) > 1.04 * water(0.0) > 1.08 * water(-1.6)
    tides = [moment.tide_m for moment in all_passes()]
    assert max(tides) > 1.2 and min(tides) < -1.2


def test_shares_of_a_pixel_sum_to_one(scenery):
    np.testing.assert_allclose(cover_on(scenery.ground, 60, 0.4).sum(axis=0), 1, atol=1e-5)


def test_savanna_greens_with_the_rains(scenery):
    green = SURFACES.index("green grass")
    wet, dry = (cover_on(scenery.ground, day, 0.0)[green].mean() for day in (60, 270))
    assert wet > 0.3 > 0.1 > dry


def test_a_pass_every_ten_days_of_2019_and_june_2020():
    days = [moment.time.date() for moment in all_passes()]
    year = [day for day in days if day.year == 2019]
    assert len(year) == 36 and {(b - a).days for a, b in zip(year, year[1:])} == {10}
    assert days[36:] == [dt.date(2020, 6, 2), dt.date(2020, 6, 12), dt.date(2020, 6, 22)]
    covers = [moment.cover for moment in all_passes()]
    assert min(covers) == 0 and max(covers) == 1


def test_closed_and_open_skies(scenery):
    for number, least, most in ((2, 99, 100), (15, 0, 0)):
        photograph = scenery.photograph(all_passes()[number])
        mask = photograph.shared_products()["clouds"].pixels[0]
        assert least <= demo_scenes.cloud_percent(mask) <= most


def test_nothing_is_made_twice(data):
    before = {path: path.stat().st_mtime_ns for path in data.rglob("*") if path.is_file()}
    assert make_demo_scenes(data) == 3 * 2 * 2 + 1
    assert before == {path: path.stat().st_mtime_ns for path in data.rglob("*") if path.is_file()}


def test_registration_is_repeated_after_a_crash(data, tmp_path):
    make_demo_scenes(tmp_path, frame=SMALL, passes=PASSES[:1])
    (tmp_path / "demo-scenes.json").unlink()
    (tmp_path / "scenes.sqlite").unlink()
    assert make_demo_scenes(tmp_path) == 5
    assert SceneStore(tmp_path).count(L1C) == 2


def test_damaged_marker_is_not_trusted(tmp_path):
    make_demo_scenes(tmp_path, frame=SMALL, passes=PASSES[:1])
    (tmp_path / "demo-scenes.json").write_text("[", encoding="utf-8")
    assert make_demo_scenes(tmp_path) == 5
    assert json.loads((tmp_path / "demo-scenes.json").read_text())["scenes"] == 5


def test_older_version_gives_way(tmp_path, monkeypatch):
    monkeypatch.setattr(demo_scenes, "_FOLDER", "demo-scenes-old")
    make_demo_scenes(tmp_path, frame=SMALL, passes=PASSES[:1])
    monkeypatch.undo()
    marker = tmp_path / "demo-scenes.json"
    marker.write_text(json.dumps({"version": "old", "scenes": 5}), encoding="utf-8")
    make_demo_scenes(tmp_path, frame=SMALL, passes=PASSES[:1])
    assert not (tmp_path / "demo-scenes-old").exists()
    scenes = SceneStore(tmp_path).search(L2A)
    assert len(scenes) == 2 and all(pixels(scene, "B04").any() for scene in scenes)


def test_cancel_leaves_nothing(tmp_path):
    progress = Watched()
    progress.cancel()
    with pytest.raises(Cancelled):
        make_demo_scenes(tmp_path, progress, SMALL, PASSES)
    assert list(tmp_path.iterdir()) == []


def test_unwritable_place_is_told(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("x", encoding="utf-8")
    with pytest.raises(StorageError):
        make_demo_scenes(blocked, frame=SMALL, passes=PASSES[:1])


def test_water_gathers_in_valleys():
    valley = np.abs(np.arange(9.0) - 4)[None, :] * 50 + np.arange(12.0)[:, None] * 100 + 10
    area = drained_area(valley)
    assert area[1:-2].argmax(axis=1).tolist() == [4] * 9
    assert area[1, 4] > area[5, 4] > area[9, 4]


def test_clouds_and_ground_have_a_value_in_every_band():
    assert REFLECTANCE.shape == (len(SURFACES), len(BANDS))
    assert all(len(layer) == len(BANDS) for layer in (CLOUD, CIRRUS, HAZE, TRANSMITTANCE))
